import { createHash, randomBytes } from 'node:crypto';
import { appendFile, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { applyEdits } from '../core/edits';
import { type EditBatch, LiveDocument, type NamedText } from '../core/liveDocument';
import { isSame, type Label, type Marks, type Origin, type TextEdit } from '../core/marks';
import { EarlierTexts, type SavedState } from './earlierTexts';
import { isRunning, thisHost } from './processes';

/**
 * The journal: the working state of one document, kept inside the git directory so that a killed server loses
 * at most what happened since the last write. JSON lines: a header with a text and its marks, then what happened
 * to them. One file for each document and server, so that two editors on one folder never write the same one.
 */
export type JournalEvent =
  | {
      readonly kind: 'edit';
      readonly version: number;
      readonly edits: readonly TextEdit[];
      readonly origin: Origin | 'pending';
      readonly label: Label | null;
      readonly undoRedo?: 'undo' | 'redo' | 'restore';
      readonly isWhole?: boolean;
      /** It went on with what a program was doing: see `EarlierTexts`. */
      readonly goesOn?: boolean;
    }
  | {
      readonly kind: 'settle';
      readonly version: number;
      readonly origin: Origin;
      readonly label: Label | null;
    }
  /** A commit was being made: what an AI wrote before is no draft any more. */
  | { readonly kind: 'commit' }
  /** The file has the text of now. */
  | { readonly kind: 'saved' }
  /** The marks of the text of now are these; `isEarlier`: it is one that the document had, and belongs to what that did. */
  | { readonly kind: 'marks'; readonly marks: Marks; readonly isEarlier: boolean }
  | { readonly kind: 'label'; readonly start: number; readonly end: number; readonly label: Label | null };

interface Header {
  readonly format: 1;
  readonly path: string;
  readonly pid: number;
  readonly text: string;
  readonly marks: Marks;
  /** What may still be settled otherwise. */
  readonly named?: readonly NamedText[];
}

/** What a journal says a document was when its server last wrote. */
export interface Recovered {
  readonly file: string;
  readonly text: string;
  readonly document: LiveDocument;
  /** What was saved last; null when the journal began later. */
  readonly saved: SavedState | null;
  /** What the document was before programs edited it since the journal began. */
  readonly earlier: EarlierTexts;
  /** The newest version of an edit that it tells of; 0 when it tells of none. */
  readonly version: number;
  readonly time: number;
  /** Its lines, as far as they are whole. */
  readonly lines: readonly string[];
  /** Its server still runs and may write on. */
  readonly isOwned: boolean;
}

/** Milliseconds that an event waits at most before it is written. */
const WRITE_DELAY = 250;
const MAX_JOURNAL_BYTES = 64 * 1024 * 1024;
/** After this many events the journal is started anew from a snapshot, so that replaying it stays quick. */
export const MAX_EVENTS = 2000;

/** Where the journals of a worktree are. */
export function journalFolder(gitDir: string): string {
  return path.join(gitDir, 'taggant', 'journal');
}

function fileStem(documentPath: string): string {
  return createHash('sha256').update(documentPath).digest('hex').slice(0, 16);
}

function hostStem(): string {
  return createHash('sha256').update(thisHost()).digest('hex').slice(0, 8);
}

/**
 * One document's journal. Writes happen in order, in the background. `onState` hears of a failure (a
 * full disk, say); the journal has then stopped as it was and can be started anew, and `onState` hears null when that worked.
 */
export class Journal {
  readonly file: string;
  #queue: string[] = [];
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #events = 0;
  #started = false;
  #failed = false;
  /** The version of the first edit since the snapshot. */
  #firstVersion = Number.POSITIVE_INFINITY;
  /** The versions of edits that the snapshot names. */
  #named = new Set<number>();

  constructor(
    folder: string,
    readonly documentPath: string,
    readonly onState: (error: Error | null) => void,
  ) {
    const owner = `${hostStem()}-${process.pid}-${randomBytes(3).toString('hex')}`;
    this.file = path.join(folder, `${fileStem(documentPath)}-${owner}.jsonl`);
  }

  /** True between `start` and `remove`, as long as writing works. */
  get started(): boolean {
    return this.#started;
  }

  /** True when a snapshot should replace the events. */
  get isLong(): boolean {
    return this.#events >= MAX_EVENTS;
  }

  /** True when the edit that made `version` is in the journal by itself, and so can be settled and undone there. */
  holds(version: number): boolean {
    return version >= this.#firstVersion;
  }

  /** True when the snapshot names `version`: what came since may inherit from it. */
  names(version: number): boolean {
    return this.#named.has(version);
  }

  /** Starts the journal, or starts it anew, from this state. */
  start(text: string, marks: Marks, named: readonly NamedText[] = []): void {
    const header: Header = {
      format: 1,
      path: this.documentPath,
      pid: process.pid,
      text,
      marks,
      ...(named.length > 0 ? { named } : {}),
    };
    this.#begin([JSON.stringify(header)], named);
  }

  /** Goes on where the journal of a server that ended stopped: what it says of edits can still be settled. */
  continue({ lines: [header, ...events] }: Pick<Recovered, 'lines'>): void {
    this.#begin([header!, ...events], (JSON.parse(header!) as Header).named);
    for (const event of events) this.#count(JSON.parse(event) as JournalEvent);
  }

  #count(event: JournalEvent): void {
    this.#events += 1;
    if (event.kind === 'edit') this.#firstVersion = Math.min(this.#firstVersion, event.version);
  }

  #begin(lines: readonly string[], named: readonly NamedText[] = []): void {
    this.#started = true;
    this.#events = 0;
    this.#firstVersion = Number.POSITIVE_INFINITY;
    this.#named = new Set(named.map(({ version }) => version));
    this.#queue = [];
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#enqueue(async () => {
      await mkdir(path.dirname(this.file), { recursive: true });
      const temporary = `${this.file}.new`;
      try {
        await writeFile(temporary, `${lines.join('\n')}\n`, { mode: 0o600 });
        await rename(temporary, this.file);
      } catch (error) {
        await rm(temporary, { force: true }).catch(() => {});
        throw error;
      }
      if (this.#failed) this.onState(null);
      this.#failed = false;
    });
  }

  append(event: JournalEvent): void {
    this.#count(event);
    this.#queue.push(`${JSON.stringify(event)}\n`);
    this.#timer ??= setTimeout(() => this.#writeQueue(), WRITE_DELAY);
  }

  /** Resolves when everything appended so far is on disk. */
  flush(): Promise<void> {
    this.#writeQueue();
    return this.#writing;
  }

  /** Ends the journal: its state is kept elsewhere now. */
  remove(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#queue = [];
    if (this.#started) this.#enqueue(() => rm(this.file, { force: true }));
    this.#started = false;
    return this.#writing;
  }

  #writeQueue(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#queue.length === 0) return;
    const lines = this.#queue.join('');
    this.#queue = [];
    // What follows an event that is missing would be replayed in the wrong places.
    this.#enqueue(async () => {
      if (!this.#failed) await appendFile(this.file, lines);
    });
  }

  #enqueue(write: () => Promise<void>): void {
    this.#writing = this.#writing.then(write).catch((error) => {
      this.#failed = true;
      this.#started = false;
      this.#queue = [];
      this.onState(error as Error);
    });
  }
}

/**
 * The journals of a document that other servers wrote, newest first: those of servers that have ended, and those of
 * servers that still run (a window that is just being closed, another window). Unreadable ones are passed over and left
 * where they are. Nothing is removed: call `discardJournals` when the state is safe.
 */
export async function recoverJournals(folder: string, documentPath: string): Promise<Recovered[]> {
  const recovered: Recovered[] = [];
  for (const { file, isOwned } of await journalsOf(folder, documentPath)) {
    const state = await readJournal(file, documentPath).catch(() => null);
    if (state) recovered.push({ ...state, isOwned });
  }
  return recovered.sort((a, b) => b.time - a.time);
}

/** Removes the journals of a document that servers left which have ended: their state is kept elsewhere now. */
export async function discardJournals(folder: string, documentPath: string, except?: Journal): Promise<void> {
  const journals = await journalsOf(folder, documentPath);
  const ended = journals.filter(({ file, isOwned }) => !isOwned && file !== except?.file);
  await Promise.all(ended.map(({ file }) => rm(file, { force: true })));
}

async function journalsOf(
  folder: string,
  documentPath: string,
): Promise<{ file: string; isOwned: boolean }[]> {
  const stem = fileStem(documentPath);
  const names = await readdir(folder).catch(() => [] as string[]);
  return names.flatMap((name) => {
    const owner = /^([0-9a-f]{16})-([0-9a-f]{8})-(\d+)-[0-9a-f]+\.jsonl$/.exec(name);
    if (!owner || owner[1] !== stem) return [];
    const pid = Number(owner[3]);
    // Whether a process of another machine runs cannot be told.
    const isOwned = owner[2] !== hostStem() || (pid !== process.pid && isRunning(pid));
    return [{ file: path.join(folder, name), isOwned }];
  });
}

async function readJournal(file: string, documentPath: string): Promise<Omit<Recovered, 'isOwned'> | null> {
  const { size, mtimeMs } = await stat(file);
  if (size > MAX_JOURNAL_BYTES) return null;
  const [first = '', ...rest] = (await readFile(file, 'utf8')).split('\n');
  const header = JSON.parse(first) as Header;
  if (header.format !== 1 || header.path !== documentPath) return null;
  let text = header.text;
  const document = new LiveDocument(text.length, header.marks, header.named);
  const lines = [first];
  let saved: SavedState | null = null;
  const earlier = new EarlierTexts();
  let version = Math.max(0, ...(header.named ?? []).map((one) => one.version));
  for (const line of rest) {
    const event = parseEvent(line);
    // A torn last line: the server was killed while it wrote.
    if (event === null) break;
    lines.push(line);
    text = replay(document, text, event, earlier);
    if (event.kind === 'edit') version = Math.max(version, event.version);
    if (event.kind !== 'saved') continue;
    saved = { text, snapshot: document.snapshot(), version };
    earlier.wasOnDisk(saved);
  }
  return { file, text, document, saved, earlier, version, lines, time: mtimeMs };
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
  if (event.kind === 'label') document.setLabel(event.start, event.end, event.label);
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
