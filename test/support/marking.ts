import { existsSync, rmSync } from 'node:fs';
import { type Contribution, contributionId, contributionJson } from '../../src/core/contribution';
import { contributionPath, sidecarPath, VERSION_PATH } from '../../src/core/layout';
import type { Label, Marks, Span } from '../../src/core/marks';
import { parseSidecar, readSidecar, serialiseSidecar, versionText } from '../../src/core/sidecar';
import { keepSavedSidecar } from '../../src/repo/savedSidecars';
import type { TestRepository } from './repository';

export const CONTRIBUTION: Contribution = {
  author: 'Ada Lovelace <ada@example.com>',
  day: '2026-03-01',
  evidence: 'accepted',
  tool: 'github.copilot',
  model: 'gpt-5',
};
export const AI: Label = contributionId(CONTRIBUTION);

/** A text whose AI parts stand in « ». */
export function marked(written: string, label: Label = AI): { text: string; marks: Marks } {
  const spans: Span[] = [];
  let text = '';
  for (const [i, part] of written.split(/[«»]/).entries()) {
    if (i % 2 === 1) spans.push({ start: text.length, end: text.length + part.length, label });
    text += part;
  }
  return { text, marks: { spans, deletions: [] } };
}

/** The other way round: `text` with what a sidecar says is AI's in « ». */
export function shown(text: string, marks: Marks | null): string {
  if (marks === null) return 'the sidecar does not describe this text';
  let written = '';
  let at = 0;
  for (const { start, end } of marks.spans) {
    written += `${text.slice(at, start)}«${text.slice(start, end)}»`;
    at = end;
  }
  return written + text.slice(at);
}

/** Writes a file with its sidecar, the contribution and the version. */
export function save(repository: TestRepository, path: string, written: string): void {
  const { text, marks } = marked(written);
  repository.write(path, text);
  const sidecar = serialiseSidecar(text, marks);
  setUp(repository);
  if (sidecar !== null) repository.write(sidecarPath(path), sidecar);
  else rmSync(repository.path(sidecarPath(path)), { force: true });
}

/** Saves as an editor does, which also keeps the sidecar of what was saved. */
export async function saveInEditor(repository: TestRepository, path: string, written: string): Promise<void> {
  save(repository, path, written);
  const { text, marks } = marked(written);
  await keepSavedSidecar({ gitDir: repository.path('.git') }, path, text, serialiseSidecar(text, marks));
}

export function setUp(repository: TestRepository): void {
  repository.write(VERSION_PATH, versionText());
  repository.write(contributionPath(AI), `${contributionJson(CONTRIBUTION)}\n`);
}

/** What a revision (`''`: the index) says of a file, AI parts in « »; without marks when it has no sidecar. */
export function recorded(repository: TestRepository, revision: string, path: string): string {
  const text = repository.show(revision, path);
  const sidecar = repository.show(revision, sidecarPath(path));
  if (text === null) return sidecar === null ? 'no file' : 'a sidecar without its file';
  return sidecar === null ? text : shown(text, readSidecar(parseSidecar(sidecar), text));
}

/** What the working tree says of a file, in the same way. */
export function onDisk(repository: TestRepository, path: string): string {
  const text = repository.read(path);
  if (!existsSync(repository.path(sidecarPath(path)))) return text;
  return shown(text, readSidecar(parseSidecar(repository.read(sidecarPath(path))), text));
}
