import { applyEdits } from '../core/edits';
import type { EditBatch, LiveDocument, Snapshot } from '../core/liveDocument';
import type { TextEdit } from '../core/marks';
import { isText, type KnownFile, type KnownText, knownText } from './knownTexts';
import { textDigest } from './text';

/** Texts that a document had. */
export interface EarlierStates {
  readonly known: readonly KnownText[];
  /** What the file said last; null when that is not known. */
  readonly onDisk: KnownFile | null;
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
/** States that are written down. */
const MOST_WRITTEN = 20;
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
  #states: KnownText[];
  #numbers = 0;
  /** What was there before the newest edit, where that edit only went on with a stream. */
  #passing: { readonly text: string; readonly snapshot: Snapshot } | null = null;
  #onDisk: KnownFile | null;
  /** How long the file's text is, where that alone is known. */
  #lengthUnseen: number | null = null;
  #lastEdit = Number.NEGATIVE_INFINITY;

  constructor({ known, onDisk }: EarlierStates = { known: [], onDisk: null }) {
    this.#states = [...known];
    this.#onDisk = onDisk;
  }

  /** `text`, which `live` holds as `version`, is the file's: what is unsaved from here on may be thrown away for it. */
  isOnDisk(live: LiveDocument, text: string, version: number): void {
    this.#onDisk = { ...knownText(text, live.snapshot()), version };
  }

  /** The same of a text that the document had in an earlier server; null when that is not known. */
  wasOnDisk(file: KnownFile | null): void {
    this.#onDisk = file;
  }

  /** The file's text has that many UTF-16 units, and nobody here has seen it come. */
  isUnseenOnDisk(length: number): void {
    this.#lengthUnseen = length;
  }

  /** What a server that is started anew should know of them. */
  written(): EarlierStates {
    return { known: this.#states.slice(-MOST_WRITTEN), onDisk: this.#onDisk };
  }

  /** What was on disk last; null when that is not known. */
  get onDisk(): KnownFile | null {
    return this.#onDisk;
  }

  /** The UTF-16 units of what was on disk last; null when that is not known. */
  get lengthOnDisk(): number | null {
    return this.#onDisk?.length ?? this.#lengthUnseen;
  }

  /** What is known of all of them. */
  get snapshots(): readonly Snapshot[] {
    const states = this.#onDisk ? [...this.#states, this.#onDisk] : this.#states;
    return [...states, ...(this.#passing ? [this.#passing] : [])].map(({ snapshot }) => snapshot);
  }

  /** What `text` belonged to when it was on disk last, or else when a program changed it; null when it is new. */
  whenSeen(text: string): Snapshot | null {
    const last = this.#onDisk;
    if (last && isText(last, text)) return last.snapshot;
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
    const one = knownText(text, snapshot);
    this.#states = this.#states.filter(
      ({ length, digest }) => length !== one.length || digest !== one.digest,
    );
    this.#states.push(one);
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
  #known(text: string): KnownText | undefined {
    const candidates = this.#statesOf(text.length);
    if (candidates.length === 0) return undefined;
    const digest = textDigest(text);
    return candidates.find((state) => state.digest === digest);
  }

  #statesOf(length: number): KnownText[] {
    const states = this.#onDisk ? [...this.#states, this.#onDisk] : this.#states;
    return states.filter((state) => state.length === length);
  }
}

/** A person did it, and with no more than keys. */
function isTyped({ origin, undoRedo, edits }: EditBatch): boolean {
  return origin === 'human' && !undoRedo && edits.every(({ removed }) => removed.length <= ONE_KEY);
}
