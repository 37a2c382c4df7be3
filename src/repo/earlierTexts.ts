import { createHash } from 'node:crypto';
import { applyEdits } from '../core/edits';
import type { EditBatch, LiveDocument, Snapshot } from '../core/liveDocument';
import type { TextEdit } from '../core/marks';

/** A text that the file had, and what it belonged to in the document whose text is another one by now. */
export interface SavedState {
  readonly text: string;
  readonly snapshot: Snapshot;
  /** The newest version of the document when that was so. */
  readonly version: number;
}

interface Earlier {
  readonly length: number;
  readonly digest: string;
  readonly snapshot: Snapshot;
}

/** What the file says. */
export interface OnDisk extends Earlier {
  /** The newest version of the document when that was so. */
  readonly version: number;
}

/** A text is again what it was. */
export interface FoundEarlier {
  readonly snapshot: Snapshot;
  /** All of the text was replaced for that, so it was no completion. */
  readonly isAll: boolean;
}

/** Bounds of one document's history: states, and numbers that they hold together. */
const MOST_STATES = 100;
const MOST_NUMBERS = 400_000;
/** Characters that one key removes, at most; what takes more away may be a program, too. */
const ONE_KEY = 2;
/** Milliseconds without an edit by a program, after which the next one begins something new. */
const PAUSE = 1000;

/**
 * What a document's characters belonged to before programs edited it. A chat's *Undo*, a restored checkpoint or an
 * agent's own way back puts an earlier text into the document otherwise than by the editor's undo: text equal to an
 * earlier one gets back what it was then. Texts are kept as digests.
 */
export class EarlierTexts {
  #states: Earlier[] = [];
  #numbers = 0;
  /** What was there before the newest edit, where that edit only went on with a stream. */
  #passing: { readonly text: string; readonly snapshot: Snapshot } | null = null;
  #onDisk: OnDisk | null = null;
  #lastEdit = Number.NEGATIVE_INFINITY;

  /** `text`, which `live` holds as `version`, is the file's: what is unsaved from here on may be thrown away for it. */
  isOnDisk(live: LiveDocument, text: string, version: number): void {
    this.wasOnDisk({ text, snapshot: live.snapshot(), version });
  }

  /** The same of a text that the document had in an earlier server. */
  wasOnDisk({ text, snapshot, version }: SavedState): void {
    this.#onDisk = { length: text.length, digest: digestOf(text), snapshot, version };
  }

  /** What was on disk last; null when that is not known. */
  get onDisk(): OnDisk | null {
    return this.#onDisk;
  }

  /** What is known of all of them. */
  get snapshots(): readonly Snapshot[] {
    const states = this.#onDisk ? [...this.#states, this.#onDisk] : this.#states;
    return [...states, ...(this.#passing ? [this.#passing] : [])].map(({ snapshot }) => snapshot);
  }

  /** What `text` belonged to when it was on disk last, or else when a program changed it; null when it is new. */
  whenSeen(text: string): Snapshot | null {
    const last = this.#onDisk;
    if (last && last.length === text.length && isText(last, text)) return last.snapshot;
    return this.#known(text)?.snapshot ?? null;
  }

  /**
   * `live`, whose text `text` gives, is about to be edited; `now` in milliseconds. True where that goes on with what a program is
   * doing. Typing costs nothing.
   */
  willEdit(live: LiveDocument, batch: EditBatch, text: () => string, now: number): boolean {
    if (isTyped(batch)) {
      // Whatever edits next begins something new.
      this.#lastEdit = Number.NEGATIVE_INFINITY;
      this.#passing = null;
      return false;
    }
    const goesOn = now - this.#lastEdit <= PAUSE;
    this.#lastEdit = now;
    this.#willChange(live, text, !goesOn);
    return goesOn;
  }

  /** The same of an edit that is read from a journal: whether it went on with another is known. */
  willEditAgain(live: LiveDocument, batch: EditBatch, text: () => string, goesOn: boolean): void {
    if (isTyped(batch)) this.#passing = null;
    else this.#willChange(live, text, !goesOn);
  }

  /**
   * A program is, or may be, about to edit. Streams count once, but for what an earlier text was put in the place of: that may be
   * taken back in turn, however soon it came.
   */
  #willChange(live: LiveDocument, text: () => string, begins: boolean): void {
    const before = { text: text(), snapshot: live.snapshot() };
    const passing = this.#passing;
    if (passing && this.#known(before.text)) this.#remember(passing.text, passing.snapshot);
    this.#passing = begins ? null : before;
    if (begins) this.#remember(before.text, before.snapshot);
  }

  #remember(text: string, snapshot: Snapshot): void {
    const digest = digestOf(text);
    this.#states = this.#states.filter((state) => state.digest !== digest);
    this.#states.push({ length: text.length, digest, snapshot });
    this.#numbers = this.#states.reduce((sum, state) => sum + state.snapshot.runs.length, 0);
    while (this.#states.length > MOST_STATES || (this.#numbers > MOST_NUMBERS && this.#states.length > 1)) {
      this.#numbers -= this.#states.shift()!.snapshot.runs.length;
    }
  }

  /** The earlier text that `edits` make of the text `before` gives, if it is one. */
  find(edits: readonly TextEdit[], before: () => string): FoundEarlier | null {
    const old = before();
    const length = edits.reduce((sum, { start, end, text }) => sum + text.length - (end - start), old.length);
    if (!this.#statesOf(length).length) return null;
    const text = applyEdits(old, edits);
    const state = this.#known(text);
    const isAll = old !== '' && edits.length === 1 && edits[0]!.end - edits[0]!.start === old.length;
    return state ? { snapshot: state.snapshot, isAll } : null;
  }

  /** The state with this text. */
  #known(text: string): Earlier | undefined {
    const candidates = this.#statesOf(text.length);
    if (candidates.length === 0) return undefined;
    const digest = digestOf(text);
    return candidates.find((state) => state.digest === digest);
  }

  #statesOf(length: number): Earlier[] {
    const states = this.#onDisk ? [...this.#states, this.#onDisk] : this.#states;
    return states.filter((state) => state.length === length);
  }
}

/** A person did it, and with no more than keys. */
function isTyped({ origin, undoRedo, edits }: EditBatch): boolean {
  return origin === 'human' && !undoRedo && edits.every(({ removed }) => removed.length <= ONE_KEY);
}

/** True when the text is the one that was seen then. */
export function isText({ digest }: { readonly digest: string }, text: string): boolean {
  return digestOf(text) === digest;
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}
