import { fileURLToPath, pathToFileURL } from 'node:url';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { JudgedFile } from '../core/judge';
import { isEmpty, type Marks } from '../core/marks';
import { readMarkedFile } from '../engine/markedFile';
import type { Repositories } from '../engine/repositories';
import type { RepositoryState } from '../engine/repositoryState';
import type { ReviewedText } from '../engine/review';
import type { Range } from '../protocol';
import type { Documents, OpenDocument } from './documents';

/** A file with its marks: as the editor has it where it is open, else as it stands on disk. */
export interface FileText {
  readonly state: RepositoryState;
  readonly uri: string;
  /** Relative to the repository's root, with `/`. */
  readonly path: string;
  readonly document: TextDocument;
  readonly marks: Marks;
}

/** Why there are no marks to work with: one sentence. */
export interface NoFile {
  readonly reason: string;
}

export async function fileText(
  uri: string,
  documents: Documents,
  repositories: Repositories,
): Promise<FileText | NoFile> {
  const open = documents.get(uri);
  if (open) {
    await open.located;
    await open.file?.ready;
    return openText(open) ?? { reason: notFollowed(open) };
  }
  if (!uri.startsWith('file:')) return { reason: 'this document is not a file yet: save it first.' };
  const located = await repositories.locate(fileURLToPath(uri));
  if (!located) return { reason: 'files of Git and of Taggant itself carry no marks.' };
  const { state, path } = located;
  const { text, marks } = await readMarkedFile(state.repo, path);
  return { state, uri, path, document: TextDocument.create(uri, '', 0, text), marks };
}

/** An open document with its marks; null when it is not followed. */
export function openText({ file, uri, document }: OpenDocument): FileText | null {
  return file && { state: file.state, uri, path: file.path, document, marks: file.marks() };
}

/** A file of the working tree that is not open. */
export function textOnDisk(
  state: RepositoryState,
  { path, text, marks }: { path: string; text: string; marks: Marks },
): FileText {
  const uri = pathToFileURL(`${state.repo.root}/${path}`).toString();
  return { state, uri, path, document: TextDocument.create(uri, '', 0, text), marks };
}

export function notFollowed(open: OpenDocument | undefined): string {
  return open?.tracking.state === 'off' ? open.tracking.reason : 'this document is not followed.';
}

/** The file judged by its repository's guardrails as they are now. */
export function judgedFile({
  state,
  path,
  document,
  marks,
}: FileText): Pick<JudgedFile, 'spans' | 'deletions' | 'findings'> {
  if (isEmpty(marks)) return { spans: [], deletions: [], findings: [] };
  return state.judge({ path, text: document.getText(), marks }, new Date());
}

/** What a statement about parts of the file is made from. */
export function reviewedText(
  { path, document, marks }: FileText,
  ranges: readonly { readonly start: number; readonly end: number }[],
): ReviewedText {
  return { path, text: document.getText(), marks, ranges };
}

/** The line that a deletion stands above: what a person points at to speak of it. */
export function lineOfDeletion(
  document: TextDocument,
  { offset }: { readonly offset: number },
): { start: number; end: number } {
  const { line } = document.positionAt(offset);
  const end = document.offsetAt({ line, character: Number.MAX_SAFE_INTEGER });
  return { start: document.offsetAt({ line, character: 0 }), end };
}

/** True when a part of the text touches one of the ranges, or there are none. */
export function touches(
  document: TextDocument,
  { start, end }: { readonly start: number; readonly end: number },
  ranges: readonly Range[] | undefined,
): boolean {
  return (
    !ranges ||
    ranges.some((range) => document.offsetAt(range.start) <= end && document.offsetAt(range.end) >= start)
  );
}
