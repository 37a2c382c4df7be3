import { keepsWords } from '../core/editShapes';
import { fuse } from '../core/fusion';
import type { Edit, InsertedText, Snapshot } from '../core/liveDocument';
import type { Origin } from '../core/marks';

interface PendingEdit {
  readonly time: number;
  /** It put text in the place of other text. */
  readonly replaces: boolean;
  /** It says the same words as the text that was there. */
  readonly keepsWords: boolean;
  /** It repeats the text right beside it. */
  repeats: boolean;
  /** What the text belonged to when it was the same before, if it was. */
  earlier: Snapshot | null;
  /** Its settling time has passed. */
  isOver: boolean;
}

/** Milliseconds after which an edit that nobody explained is decided. */
export const SETTLING_TIME = 3000;
/** Milliseconds in which the note of an accepted completion has come. */
const NOTE_TIME = 500;
/** Timers may come a little early. */
const TOLERANCE = 50;

/** The edits of one document that nobody has explained yet, by the version they made. */
export class PendingEdits {
  readonly #edits = new Map<number, PendingEdit>();
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  /** `expire` is called when an edit's settling time has passed; it decides it, or deletes it at least. */
  constructor(private readonly expire: (version: number) => void) {}

  get size(): number {
    return this.#edits.size;
  }

  add(version: number, edits: readonly Edit[]): void {
    const replaces = edits.length > 1 || edits.some(({ removed }) => removed !== '');
    this.#edits.set(version, {
      time: Date.now(),
      replaces,
      keepsWords: replaces && keepsWords(edits),
      repeats: false,
      earlier: null,
      isOver: false,
    });
    this.#wait();
  }

  /** Nothing expires from here on. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #wait(): void {
    if (this.#stopped || this.#timer) return;
    // In the order in which they were made.
    const oldest = [...this.#edits.values()].find(({ isOver }) => !isOver);
    if (!oldest) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        for (const version of this.#olderThan(SETTLING_TIME - TOLERANCE)) {
          const edit = this.#edits.get(version);
          if (!edit || edit.isOver) continue;
          edit.isOver = true;
          this.expire(version);
        }
        this.#wait();
      },
      Math.max(TOLERANCE, oldest.time + SETTLING_TIME - Date.now()),
    );
  }

  delete(version: number): void {
    this.#edits.delete(version);
  }

  clear(): void {
    this.#edits.clear();
  }

  /** A note that an acceptance was seen comes at once: the versions of edits that are older and will not be explained any more. */
  withoutNote(): number[] {
    return this.#olderThan(NOTE_TIME + 1);
  }

  /** The versions of edits that happened at least `age` milliseconds ago. */
  #olderThan(age: number): number[] {
    const now = Date.now();
    return [...this.#edits].filter(([, { time }]) => now - time >= age).map(([version]) => version);
  }

  keepsWords(version: number): boolean {
    return this.#edits.get(version)?.keepsWords ?? false;
  }

  /** The edit only repeats the text right beside it. */
  repeats(version: number): void {
    const edit = this.#edits.get(version);
    if (edit) edit.repeats = true;
  }

  /** The edit made the text what it was at an earlier moment. */
  isEarlierText(version: number, earlier: Snapshot): void {
    const edit = this.#edits.get(version);
    if (edit) edit.earlier = earlier;
  }

  /**
   * What the last rules of the table say of an edit, of which `inserted` is really new: an origin, or the earlier state of a
   * text that is still the one it made (`isNewest`).
   */
  decide(version: number, inserted: InsertedText | null, isNewest: boolean): Origin | Snapshot {
    const edit = this.#edits.get(version);
    const earlier = (isNewest && edit?.earlier) || null;
    const fused = fuse('end', {
      edits: [],
      inserted,
      replaces: edit?.replaces ?? false,
      keepsWords: edit?.keepsWords ?? false,
      repeats: edit?.repeats ?? false,
      isEarlierText: earlier !== null,
    });
    const origin = fused?.verdict?.origin ?? 'pending';
    if (earlier) return earlier;
    return origin === 'pending' ? 'external' : origin;
  }
}
