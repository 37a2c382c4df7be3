import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { carryOver } from '../core/carryOver';
import { LiveDocument } from '../core/liveDocument';
import { NO_MARKS } from '../core/marks';
import { journalFolder, recoverJournals } from '../repo/journal';
import { textOrNull } from '../repo/text';
import { sidecarMarks } from './recordedMarks';
import type { RepositoryState } from './repositoryState';
import { marksOfText } from './textMarks';

/** A document as it is opened. */
export interface OpenedDocument {
  readonly document: LiveDocument;
  /** It was taken over from a journal; what that left undecided is still pending in `document`. */
  readonly fromJournal: boolean;
  /** False when the text is known to differ from the file's. */
  readonly isOnDisk: boolean;
}

/**
 * The runs of a text that an editor opens: from the journal of a server that ended, or else from the tree. Nothing is
 * removed or written.
 */
export async function openDocument(
  state: RepositoryState,
  documentPath: string,
  text: string,
): Promise<OpenedDocument> {
  const { repo, isSetUp, restricted } = state;
  if (restricted) {
    const recorded = await sidecarMarks(repo, documentPath, text);
    const document = new LiveDocument(text.length, recorded?.marks ?? NO_MARKS);
    return { document, fromJournal: false, isOnDisk: true };
  }
  const recovered = await recoverJournals(journalFolder(repo.gitDir), documentPath);
  // A server that still runs knows this very text, or speaks of another one.
  const newest =
    recovered.find((journal) => journal.text === text) ?? recovered.find(({ isOwned }) => !isOwned);
  const isOnDisk = newest ? (await textOnDisk(repo.root, documentPath)) === text : true;
  if (newest?.text === text) return { document: newest.document, fromJournal: true, isOnDisk };
  if (newest && (!isSetUp || !isOnDisk)) {
    const { marks } = carryOver({ text: newest.text, marks: newest.document.marks() }, text);
    return { document: new LiveDocument(text.length, marks), fromJournal: true, isOnDisk };
  }
  const { marks } = await marksOfText(repo, documentPath, text);
  return { document: new LiveDocument(text.length, marks), fromJournal: false, isOnDisk };
}

function textOnDisk(root: string, documentPath: string): Promise<string | null> {
  return readFile(path.join(root, documentPath)).then(textOrNull, () => null);
}
