import { readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { applyEdits } from '../core/edits';
import { type EditBatch, LiveDocument } from '../core/liveDocument';
import { isSame, NO_MARKS } from '../core/marks';
import { EarlierTexts } from './earlierTexts';
import { type Header, type Journal, type JournalEvent, type OldHeader, versionsOf } from './journal';
import { journalsOf } from './journalFiles';

const MAX_JOURNAL_BYTES = 64 * 1024 * 1024;

/** What a journal says a document was when its server last wrote. */
export interface Recovered {
  readonly file: string;
  readonly text: string;
  readonly document: LiveDocument;
  /** The texts that it had. */
  readonly earlier: EarlierTexts;
  /** The newest version that it knows of; 0 when it knows of none. */
  readonly version: number;
  readonly time: number;
  /** Its lines, as far as they are whole. */
  readonly lines: readonly string[];
  /** Its server still runs and may write on. */
  readonly isOwned: boolean;
  /** The tree holds the marks. */
  readonly isAtRest: boolean;
}

/**
 * The journals of a document that other servers wrote, newest first: those of servers that have ended, and those of
 * servers that still run (a window that is just being closed, another window). Unreadable ones are passed over and left
 * where they are. Nothing is removed: call `discardJournals` when the state is safe.
 */
export async function recoverJournals(folder: string, documentPath: string): Promise<Recovered[]> {
  const recovered: Recovered[] = [];
  for (const { file, isOwned, isAtRest } of await journalsOf(folder, documentPath)) {
    const state = await readJournal(file, documentPath).catch(() => null);
    if (state) recovered.push({ ...state, isOwned, isAtRest });
  }
  return recovered.sort((a, b) => b.time - a.time);
}

/** Removes the journals of a document that servers left which have ended: their state is kept elsewhere now. */
export async function discardJournals(folder: string, documentPath: string, except?: Journal): Promise<void> {
  const journals = await journalsOf(folder, documentPath);
  const mine = except && path.basename(except.file);
  const ended = journals.filter(({ file, isOwned }) => !isOwned && path.basename(file) !== mine);
  await Promise.all(ended.map(({ file }) => rm(file, { force: true })));
}

async function readJournal(
  file: string,
  documentPath: string,
): Promise<Omit<Recovered, 'isOwned' | 'isAtRest'> | null> {
  const { size, mtimeMs } = await stat(file);
  if (size > MAX_JOURNAL_BYTES) return null;
  const [first = '', ...rest] = (await readFile(file, 'utf8')).split('\n');
  const header = JSON.parse(first) as Header | OldHeader;
  if (![1, 2].includes(header.format) || header.path !== documentPath) return null;
  let text = header.text;
  const { document, earlier } = readHeader(header);
  const lines = [first];
  let version = Math.max(0, ...(header.format === 2 ? versionsOf(header.state) : []));
  for (const line of rest) {
    const event = parseEvent(line);
    // A torn last line: the server was killed while it wrote.
    if (event === null) break;
    lines.push(line);
    text = replay(document, text, event, earlier);
    if (event.kind === 'edit') version = Math.max(version, event.version);
    if (event.kind === 'saved') earlier.isOnDisk(document, text, version);
  }
  return { file, text, document, earlier, version, lines, time: mtimeMs };
}

function readHeader(header: Header | OldHeader): { document: LiveDocument; earlier: EarlierTexts } {
  const document = new LiveDocument(header.text.length, header.format === 1 ? header.marks : NO_MARKS);
  if (header.format === 1) return { document, earlier: new EarlierTexts() };
  const { state, known, onDisk } = header;
  const written = (onDisk ? [...known, onDisk] : known).map(({ snapshot }) => snapshot);
  const snapshots = document.resume(state, written);
  const earlier = new EarlierTexts({
    known: known.map((one, i) => ({ ...one, snapshot: snapshots[i]! })),
    onDisk: onDisk && { ...onDisk, snapshot: snapshots.at(-1)! },
  });
  return { document, earlier };
}

function parseEvent(line: string): JournalEvent | null {
  try {
    return line === '' ? null : (JSON.parse(line) as JournalEvent);
  } catch {
    return null;
  }
}

function replay(document: LiveDocument, text: string, event: JournalEvent, earlier: EarlierTexts): string {
  if (event.kind === 'settle') {
    const { version, origin, label } = event;
    if (!document.settle(version, origin, label) && label !== null) document.claimRemoval(version, label);
  }
  if (event.kind === 'commit') document.committed();
  if (event.kind === 'claim') document.claimText(event.version, event.label, earlier.snapshots);
  if (event.kind === 'label') {
    const { start, end, label, isSaid = false } = event;
    if (isSaid) document.declare(start, end, label);
    else document.setLabel(start, end, label);
  }
  if (event.kind === 'marks') {
    const state = event.isEarlier ? earlier.whenSeen(text) : null;
    if (state) document.putBack(state);
    if (!isSame(document.marks(), event.marks)) document.replaceMarks(event.marks);
  }
  if (event.kind !== 'edit') return text;
  const edits = event.edits.map((edit) => ({ ...edit, removed: text.slice(edit.start, edit.end) }));
  const { version, origin, label, undoRedo, isWhole = false } = event;
  const batch: EditBatch = { version, edits, origin, label, isWhole, ...(undoRedo ? { undoRedo } : {}) };
  earlier.willEditAgain(document, batch, () => text, event.goesOn === true);
  document.apply(batch, () => text);
  return applyEdits(text, event.edits);
}
