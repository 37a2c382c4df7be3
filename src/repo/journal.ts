import { appendFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { DocumentState, LiveDocument, SnapshotState } from '../core/liveDocument';
import type { Label, Marks, Origin, TextEdit } from '../core/marks';
import type { EarlierStates } from './earlierTexts';
import { journalName, pruneJournals, restFolder } from './journalFiles';
import type { KnownFile, KnownText } from './knownTexts';

/**
 * The journal: the working state of one document, kept inside the git directory so that a killed server loses
 * at most what happened since the last write. JSON lines: a header with a text and all that is known of it and of how it came
 * about, then what happened to it. One file for each document and server, so that two editors on one folder never write the
 * same one. Once the tree holds the marks the journal is at rest, in a folder of its own: what can be undone is still known.
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
  /** `isSaid`: it is said of text that came otherwise, not what a record says. */
  | {
      readonly kind: 'label';
      readonly start: number;
      readonly end: number;
      readonly label: Label | null;
      readonly isSaid?: boolean;
    }
  /** An AI made that version, which was taken for a person's. */
  | { readonly kind: 'claim'; readonly version: number; readonly label: Label };

/** These change nothing of what the tree says. */
const PASSIVE: ReadonlySet<JournalEvent['kind']> = new Set(['commit', 'saved']);

type Written<T extends KnownText> = Omit<T, 'snapshot'> & { readonly snapshot: SnapshotState };

/** The first line. */
export interface Header {
  readonly format: 2;
  readonly path: string;
  readonly pid: number;
  readonly text: string;
  readonly state: DocumentState;
  readonly known: readonly Written<KnownText>[];
  readonly onDisk: Written<KnownFile> | null;
}

/** As they were written before. */
export interface OldHeader {
  readonly format: 1;
  readonly path: string;
  readonly text: string;
  readonly marks: Marks;
}

/** Milliseconds that an event waits at most before it is written. */
const WRITE_DELAY = 250;
/** After this many events the journal is started anew from a snapshot, so that replaying it stays quick. */
export const MAX_EVENTS = 2000;

/**
 * One document's journal. Writes happen in order, in the background. `onState` hears of a failure (a
 * full disk, say); the journal has then stopped as it was and can be started anew, and `onState` hears null when that worked.
 */
export class Journal {
  readonly file: string;
  /** Where it is while it is at rest. */
  readonly #restFile: string;
  #queue: string[] = [];
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #events = 0;
  #started = false;
  #failed = false;
  #atRest = false;
  /** The version of the first edit since the header. */
  #firstVersion = Number.POSITIVE_INFINITY;
  /** The versions that the header knows of. */
  #known: ReadonlySet<number> = new Set();

  constructor(
    folder: string,
    readonly documentPath: string,
    readonly onState: (error: Error | null) => void,
  ) {
    const name = journalName(documentPath);
    this.file = path.join(folder, name);
    this.#restFile = path.join(restFolder(folder), name);
  }

  /** True between `start` and `remove`, as long as writing works. */
  get started(): boolean {
    return this.#started;
  }

  /** True when a snapshot should replace the events. */
  get isLong(): boolean {
    return this.#events >= MAX_EVENTS;
  }

  /** True when the journal knows the edit that made `version`: it can be settled and undone there. */
  holds(version: number): boolean {
    return version >= this.#firstVersion || this.#known.has(version);
  }

  /** Starts the journal, or starts it anew, from this state of a document. */
  start(
    text: string,
    document: LiveDocument,
    { known, onDisk }: EarlierStates = { known: [], onDisk: null },
  ): void {
    const texts = onDisk ? [...known, onDisk] : known;
    const state = document.state(texts.map(({ snapshot }) => snapshot));
    const written = texts.map((one, i) => ({ ...one, snapshot: state.snapshots[i]! }));
    const header: Header = {
      format: 2,
      path: this.documentPath,
      pid: process.pid,
      text,
      state: state.document,
      known: written.slice(0, known.length),
      onDisk: onDisk && { ...onDisk, snapshot: state.snapshots.at(-1)! },
    };
    this.#begin([JSON.stringify(header)], state.document);
  }

  /** Goes on where the journal of a server that ended stopped. */
  continue({ lines: [header, ...events] }: { readonly lines: readonly string[] }): void {
    this.#begin([header!, ...events], (JSON.parse(header!) as Partial<Header>).state);
    for (const event of events) this.#count(JSON.parse(event) as JournalEvent);
  }

  #count(event: JournalEvent): void {
    this.#events += 1;
    if (event.kind === 'edit') this.#firstVersion = Math.min(this.#firstVersion, event.version);
  }

  #begin(lines: readonly string[], state: DocumentState | undefined): void {
    const wasAtRest = this.#atRest;
    this.#started = true;
    this.#atRest = false;
    this.#events = 0;
    this.#firstVersion = Number.POSITIVE_INFINITY;
    this.#known = new Set(state ? versionsOf(state) : []);
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
      if (wasAtRest) await rm(this.#restFile, { force: true });
      if (this.#failed) this.onState(null);
      this.#failed = false;
    });
  }

  /** The tree holds the marks as they are: the journal is only read for what can be undone, until something changes. */
  rest(): Promise<void> {
    if (!this.#started || this.#atRest) return this.flush();
    void this.flush();
    this.#atRest = true;
    this.#enqueue(async () => {
      if (this.#failed) return;
      await mkdir(path.dirname(this.#restFile), { recursive: true });
      await rename(this.file, this.#restFile);
      await pruneJournals(path.dirname(this.#restFile));
    });
    return this.#writing;
  }

  append(event: JournalEvent): void {
    this.#count(event);
    if (this.#atRest && !PASSIVE.has(event.kind)) this.#rise();
    this.#queue.push(`${JSON.stringify(event)}\n`);
    this.#timer ??= setTimeout(() => this.#writeQueue(), WRITE_DELAY);
  }

  #rise(): void {
    this.#writeQueue();
    this.#atRest = false;
    this.#enqueue(async () => {
      if (!this.#failed) await rename(this.#restFile, this.file);
    });
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
    const file = this.#atRest ? this.#restFile : this.file;
    if (this.#started) this.#enqueue(() => rm(file, { force: true }));
    this.#started = false;
    this.#atRest = false;
    return this.#writing;
  }

  #writeQueue(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#queue.length === 0) return;
    const lines = this.#queue.join('');
    this.#queue = [];
    const file = this.#atRest ? this.#restFile : this.file;
    // What follows an event that is missing would be replayed in the wrong places.
    this.#enqueue(async () => {
      if (!this.#failed) await appendFile(file, lines);
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

/** The versions that a state knows of, each once or more. */
export function versionsOf({ insertions, history }: DocumentState): number[] {
  const batches = [...insertions.batches, ...history.done, ...history.undone];
  return batches.flatMap(({ version }) => version ?? []);
}
