import { isUtf8 } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { carryOver } from '../core/carryOver';
import { changedParts } from '../core/changedParts';
import { LiveDocument } from '../core/liveDocument';
import { NO_MARKS } from '../core/marks';
import { EarlierTexts } from '../repo/earlierTexts';
import { journalFolder } from '../repo/journalFiles';
import { isText, type KnownFile, knownText } from '../repo/knownTexts';
import { type Recovered, recoverJournals } from '../repo/recoveredJournals';
import { isSameButLineEnds, textOrNull } from '../repo/text';
import { movedFrom } from './movedFrom';
import { recordedMarks, sidecarMarks } from './recordedMarks';
import type { RepositoryState } from './repositoryState';
import { marksOfText } from './textMarks';

/** No editor gives a change this version, or one below. */
const UNWATCHED = -1;

/** A document as it is opened. */
export interface OpenedDocument {
  readonly document: LiveDocument;
  /** It was taken over from a journal; what that left undecided is still pending in `document`. */
  readonly fromJournal: boolean;
  /** The journal, where it says what the text is, in the versions that the editor counts on. */
  readonly journal?: Recovered;
  /** The versions in `document` are another editor's, which had counted further: those that come name other edits. */
  readonly isRecounted?: boolean;
  /** False when the text is known to differ from the file's. */
  readonly isOnDisk: boolean;
  /** The marks are the tree's, and what can be undone is known from a journal at rest. */
  readonly isResumed?: boolean;
  /** Somebody wrote down what this very text is, be it that it is nobody's. */
  readonly isTold?: boolean;
  /** The texts that the document had; of the file's, where it is another one. */
  readonly earlier: EarlierTexts;
}

/**
 * The runs of a text that an editor opens as `version`: from the journal of a server that ended, or else from the tree. Nothing is
 * removed or written.
 */
export async function openDocument(
  state: RepositoryState,
  documentPath: string,
  text: string,
  version: number,
): Promise<OpenedDocument> {
  const { repo, isSetUp, restricted } = state;
  if (restricted) {
    const recorded = await sidecarMarks(repo, documentPath, text);
    const document = new LiveDocument(text.length, recorded?.marks ?? NO_MARKS);
    return { document, fromJournal: false, isOnDisk: true, earlier: new EarlierTexts() };
  }
  const all = await recoverJournals(journalFolder(repo.gitDir), documentPath);
  const recovered = all.filter(({ isAtRest }) => !isAtRest);
  // A server that still runs knows this very text, or speaks of another one.
  const newest =
    recovered.find((journal) => journal.text === text) ?? recovered.find(({ isOwned }) => !isOwned);
  const onDisk = await textOnDisk(repo.root, documentPath);
  // Where nothing was marked no journal tells of unsaved text; a file that cannot be read says nothing.
  const isOnDisk = newest ? onDisk === text : onDisk === null || isSameButLineEnds(onDisk, text);
  if (newest?.text === text) {
    const saved = isOnDisk || onDisk === null ? null : await savedState(state, documentPath, onDisk, newest);
    const { document, earlier } = newest;
    const isRecounted = newest.version > version;
    earlier.wasOnDisk(saved && isRecounted ? { ...saved, version: UNWATCHED } : saved);
    if (isRecounted) return { document, fromJournal: true, isRecounted, isOnDisk, earlier };
    return { document, fromJournal: true, journal: newest, isOnDisk, earlier };
  }
  if (newest && (!isSetUp || !isOnDisk)) {
    const isExplained = isOnDisk && (await recordedMarks(repo, documentPath, text)) !== null;
    const isRecounted = newest.version > version;
    const document = broughtTo(text, newest, isExplained);
    return { document, fromJournal: true, isRecounted, isOnDisk, earlier: new EarlierTexts() };
  }
  const previousPath = await movedFrom(repo, documentPath, text);
  const { marks, from, exact } = await marksOfText(repo, documentPath, text, { previousPath });
  const isTold = exact && from !== 'nothing';
  const atRest = all.find((journal) => journal.isAtRest && !journal.isOwned && journal.text === text);
  if (!atRest) {
    const document = new LiveDocument(text.length, marks);
    const earlier = new EarlierTexts();
    // What the file says may be news, though git has it: an agent may have written and committed it a moment ago.
    if (!isOnDisk && onDisk !== null) earlier.isUnseenOnDisk(onDisk.length);
    return { document, fromJournal: false, isTold, isOnDisk, earlier };
  }
  const { document, earlier } = atRest;
  document.replaceMarks(marks);
  const isRecounted = atRest.version > version;
  return { document, fromJournal: false, isResumed: true, isTold, isRecounted, isOnDisk, earlier };
}

/** What is known of the file's text: from the journal, or else from what is written down of it; null when nothing is. */
async function savedState(
  { repo }: RepositoryState,
  documentPath: string,
  text: string,
  { earlier: { onDisk }, document }: Recovered,
): Promise<KnownFile | null> {
  if (onDisk && isText(onDisk, text)) return onDisk;
  const recorded = await recordedMarks(repo, documentPath, text);
  const snapshot = recorded && document.snapshotOf(text.length, recorded.marks);
  return snapshot && { ...knownText(text, snapshot), version: UNWATCHED };
}

/**
 * The journal's document with the text of now. What changed while nobody watched came through git, or else waits to be
 * explained like any other edit.
 */
function broughtTo(text: string, journal: Recovered, isExplained: boolean): LiveDocument {
  const { document } = journal;
  if (isExplained) {
    const { marks } = carryOver({ text: journal.text, marks: document.marks() }, text);
    return new LiveDocument(text.length, marks);
  }
  const whole = { start: 0, end: journal.text.length, removed: journal.text, text };
  // Each place is an edit of its own, judged by its own size; from the end, so that places before it stay.
  for (const [i, part] of changedParts(whole).reverse().entries()) {
    document.apply({ version: UNWATCHED - i, edits: [part], origin: 'pending', label: null });
  }
  return document;
}

/** What the file says now; null when it cannot be read, or is no text that is followed. */
export function textOnDisk(root: string, documentPath: string): Promise<string | null> {
  return readFile(path.join(root, documentPath)).then(textOrNull, () => null);
}

/** Whether the file is known not to say `text` any more. In an encoding that only the editor knows nobody can tell. */
export async function isReplaced(root: string, documentPath: string, text: string): Promise<boolean> {
  const bytes = await readFile(path.join(root, documentPath)).catch(() => null);
  if (bytes === null || !isUtf8(bytes)) return false;
  const now = textOrNull(bytes);
  return now !== null && !isSameButLineEnds(now, text);
}
