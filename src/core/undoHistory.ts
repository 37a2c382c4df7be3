/**
 * The recent batches of a live document, so that undo and redo put back exactly the runs that were there.
 *
 * An editor's undo event inverts one or several earlier batches (typing is coalesced), and its edits may be merged
 * otherwise than the batches were. So batches are unwound, newest first, until the text that results is the text the
 * event results in. Both results are described in terms of the present text, whose changed places are known from what
 * the edits say they remove; it is read only where that is not enough (equal text around a change, of which one of the
 * two takes the first and the other the last).
 */
import type { LiveDeletion } from './deletions';
import { type Edit, inverse } from './edits';
import { appendRun, lengthOfRuns, type RunList, Runs, sliceOfRuns } from './runs';
import { exchange, type StayedText, stayedText } from './stayedText';
import { Sketch, sameText } from './textSketch';

/** One replacement of a batch, with the runs of whichever side is not in the document now. */
export interface Replacement extends Edit {
  /** Of `removed` while the batch is applied, of `text` while it is undone. */
  runs: RunList;
}

/** A batch as the history keeps it. */
export interface HistoryBatch {
  /** The document's version that the batch made. */
  version: number;
  /** In order, disjoint; offsets into the text before the batch. */
  readonly replacements: readonly Replacement[];
  /** What the batch did to deletion marks; null for nothing. */
  deletions: BatchDeletions | null;
  /** What of the text that it left as it is became something else with an earlier text that it put back. */
  stayed?: readonly StayedText[];
}

export interface BatchDeletions {
  /** Marks whose place was in removed text, at their offsets before the batch. */
  readonly lost: readonly LiveDeletion[];
  /** Marks that the batch made; while it is undone, at their offsets after it. */
  readonly made: readonly LiveDeletion[];
}

interface Range {
  readonly start: number;
  readonly end: number;
}

export type Direction = 'undo' | 'redo';

const MOST_BATCHES = 10_000;
const MOST_CHARACTERS = 8_000_000;
/** Steps that looking for one undo may take: pieces visited, and 16 characters compared each. */
const MOST_STEPS = 1_000_000;
/** How many batches back text is recognised, and from which length on. */
const MOST_RECALLED = 200;
const LEAST_RECALLED = 40;
/** How many batches back one is found by its version. */
const MOST_CLAIMED = 10;
/** What is written down of each side: batches, and characters. */
const MOST_WRITTEN = 1000;
const MOST_WRITTEN_CHARACTERS = 200_000;

/** A history as plain JSON, oldest first on either side. */
export interface HistoryState {
  readonly done: readonly HistoryBatch[];
  readonly undone: readonly HistoryBatch[];
}

export class UndoHistory {
  #done: HistoryBatch[] = [];
  #undone: HistoryBatch[] = [];
  #characters = 0;

  /** The newest of both sides; the batches are not copied. */
  state(): HistoryState {
    return { done: newestOf(this.#done), undone: newestOf(this.#undone) };
  }

  /** The history that was written down. */
  static resume({ done, undone }: HistoryState): UndoHistory {
    const history = new UndoHistory();
    history.#done = [...done];
    history.#undone = [...undone];
    history.#characters = done.reduce((sum, batch) => sum + sizeOf(batch), 0);
    return history;
  }

  /**
   * Records a batch that was applied; what was undone before it can no longer be redone. `isUndo`: it is a step back that fits
   * nothing that is remembered. What that took back was older; it comes again by a redo, before all that was undone before.
   */
  push(batch: HistoryBatch, isUndo = false): void {
    if (isUndo) {
      this.#undone.push(undoneBy(batch));
      if (this.#undone.length > 2 * MOST_BATCHES)
        this.#undone = newestOf(this.#undone, MOST_BATCHES, MOST_CHARACTERS);
      return;
    }
    this.#undone = [];
    this.#done.push(batch);
    this.#characters += sizeOf(batch);
    if (this.#done.length > 2 * MOST_BATCHES || this.#characters > 2 * MOST_CHARACTERS) this.#forget();
  }

  /**
   * The batches that an undo or redo event inverts or repeats, in the order to do it in; they are moved to the other
   * side. Null when the event fits nothing that is remembered. `length` is the document's before the event, `text` gives
   * it where it is known.
   */
  take(
    direction: Direction,
    edits: readonly Edit[],
    length: number,
    text?: () => string,
  ): HistoryBatch[] | null {
    const [from, to] = direction === 'undo' ? [this.#done, this.#undone] : [this.#undone, this.#done];
    const count = batchesOf(from, direction, edits, length, text);
    if (count === 0) return null;
    const batches = from.splice(from.length - count).reverse();
    to.push(...batches);
    return batches;
  }

  /** The batch that made a version not long ago and is not undone, with those after it, oldest first; else none. */
  since(version: number): readonly HistoryBatch[] {
    const recent = this.#done.slice(-MOST_CLAIMED);
    const index = recent.findIndex((batch) => batch.version === version);
    return index < 0 ? [] : recent.slice(index);
  }

  /** The newest batch that is not undone, by which a state of the document is known again. */
  get newest(): HistoryBatch | null {
    return this.#done.at(-1) ?? null;
  }

  /** `change` makes of the document's runs those of an earlier text, which the newest batch has put back. */
  putBack(runs: Runs, change: () => void): void {
    const { newest } = this;
    const was = new Runs(runs.slice(0, runs.length));
    // That may be done more than once: what counts is what the batch left.
    exchange(newest?.stayed ?? [], was, 'undo');
    change();
    if (newest) newest.stayed = stayedText(newest.replacements, was, runs);
  }

  /**
   * Where the text that a batch put there was in earlier states of the document (offsets in order, end exclusive), each known
   * by its newest batch; nowhere in those of before it, and in those that no steps back or forth lead to any more.
   */
  placesIn(
    version: number,
    states: readonly { readonly newest: HistoryBatch | null }[],
  ): readonly (readonly Range[])[] {
    const path = pathOf({ done: this.#done, undone: this.#undone });
    const from = path.findLastIndex((batch) => batch.version === version);
    return states.map(({ newest }) => {
      const to = newest === null ? -1 : path.lastIndexOf(newest);
      if (from < 0 || to < from) return [];
      let ranges: readonly Range[] = rangesIn(path[from]!.replacements);
      for (const { replacements } of path.slice(from + 1, to + 1)) {
        ranges = carried(ranges, replacements, null);
      }
      return ranges;
    });
  }

  /**
   * All text that a batch put there belongs to `insertion` from here on, wherever it is: what was removed since comes back
   * by undo as that, and so does a batch that is undone. What belongs to `but` stays so. Answers where the text is in the document
   * of now (offsets in order, end exclusive), whose runs are not ours; null when no batch made that version, or too long ago.
   */
  claim(version: number, insertion: number, but: number): readonly Range[] | null {
    const isIt = (batch: HistoryBatch) => batch.version === version;
    const undone = this.#undone.find(isIt);
    for (const replacement of undone?.replacements ?? []) {
      replacement.runs = overwritten(replacement.runs, 0, replacement.text.length, insertion, but);
    }
    if (undone) return [];
    const index = this.#done.findLastIndex(isIt);
    if (index < 0) return null;
    let ranges: readonly Range[] = rangesIn(this.#done[index]!.replacements);
    for (const { replacements } of this.#done.slice(index + 1)) {
      ranges = carried(ranges, replacements, { insertion, but });
    }
    return ranges;
  }

  /** Every batch is of `version` from here on, which names none. */
  renameAll(version: number): void {
    for (const batch of [...this.#done, ...this.#undone]) batch.version = version;
  }

  /**
   * The runs of text that went from the document not long ago, or null: for text that comes back otherwise than the
   * history expects. Short text is recognised only when it is what went last.
   */
  recall(text: string): RunList | null {
    for (let back = 1; back <= MOST_RECALLED; back++) {
      for (const { removed, runs } of this.#done[this.#done.length - back]?.replacements ?? []) {
        if (removed === text && (back === 1 || text.length >= LEAST_RECALLED)) return runs;
      }
      for (const { text: undone, runs } of this.#undone[this.#undone.length - back]?.replacements ?? []) {
        if (undone === text && (back === 1 || text.length >= LEAST_RECALLED)) return runs;
      }
    }
    return null;
  }

  /** Drops the oldest batches, down to the limits. */
  #forget(): void {
    this.#done = newestOf(this.#done, MOST_BATCHES, MOST_CHARACTERS);
    this.#characters = this.#done.reduce((sum, batch) => sum + sizeOf(batch), 0);
  }
}

/** The batches in the order in which steps forth make them. */
export function pathOf({ done, undone }: HistoryState): readonly HistoryBatch[] {
  return [...done, ...undone.toReversed()];
}

/** Undoes or redoes what a batch did to the runs; `steps` are its edits, in that direction. */
export function restoreRuns(
  direction: Direction,
  { replacements, stayed = [] }: HistoryBatch,
  steps: readonly Edit[],
  runs: Runs,
): void {
  if (direction === 'undo') exchange(stayed, runs, direction);
  // Once the steps before it are done, a step back stands where the batch found it; a step forward is shifted.
  let shift = 0;
  replacements.forEach((replacement, i) => {
    const { removed, text } = steps[i]!;
    const at = replacement.start + shift;
    replacement.runs = runs.splice(at, at + removed.length, replacement.runs);
    if (direction === 'redo') shift += text.length - removed.length;
  });
  if (direction === 'redo') exchange(stayed, runs, direction);
}

/** The last of the batches, within the limits. */
function newestOf(
  batches: readonly HistoryBatch[],
  most = MOST_WRITTEN,
  mostCharacters = MOST_WRITTEN_CHARACTERS,
): HistoryBatch[] {
  let characters = 0;
  let keep = 0;
  while (keep < most && keep < batches.length) {
    const size = sizeOf(batches[batches.length - 1 - keep]!);
    if (characters + size > mostCharacters) break;
    characters += size;
    keep++;
  }
  return batches.slice(batches.length - keep);
}

/** The batch that a step back has undone. */
function undoneBy({ version, replacements, deletions }: HistoryBatch): HistoryBatch {
  const back = inverse(replacements).map((edit, i) => ({ ...edit, runs: replacements[i]!.runs }));
  const made = deletions?.lost ?? [];
  return { version, replacements: back, deletions: made.length > 0 ? { lost: [], made } : null };
}

/** Where the texts of replacements stand after them. */
function rangesIn(replacements: readonly Replacement[]): Range[] {
  let shift = 0;
  return replacements.flatMap(({ start, removed, text }) => {
    const range = { start: start + shift, end: start + shift + text.length };
    shift += text.length - removed.length;
    return text === '' ? [] : [range];
  });
}

/** The ranges after replacements; what these removed of them belongs to `claimed.insertion` there, as in `overwritten`. */
function carried(
  ranges: readonly Range[],
  replacements: readonly Replacement[],
  claimed: { readonly insertion: number; readonly but: number } | null,
): Range[] {
  return ranges.flatMap((range) => {
    const rest: Range[] = [];
    let shift = 0;
    let at = range.start;
    for (const replacement of replacements) {
      const { start, end, removed, text } = replacement;
      const [from, to] = [Math.max(at, start), Math.min(range.end, end)];
      if (start < range.end && end > at) {
        if (from > at) rest.push({ start: at + shift, end: from + shift });
        if (claimed) {
          const { insertion, but } = claimed;
          replacement.runs = overwritten(replacement.runs, from - start, to - start, insertion, but);
        }
        at = to;
      } else if (start > at && start < range.end) {
        rest.push({ start: at + shift, end: start + shift });
        at = start;
      }
      if (start < range.end) shift += text.length - removed.length;
    }
    return at < range.end ? [...rest, { start: at + shift, end: range.end + shift }] : rest;
  });
}

/** The runs of a text with [start, end) of it belonging to `insertion`, except for what belongs to `but`. */
export function overwritten(
  runs: RunList,
  start: number,
  end: number,
  insertion: number,
  but: number,
): RunList {
  const list = sliceOfRuns(runs, 0, start);
  const add = (some: RunList, toBe: (old: number) => number) => {
    for (let i = 0; i < some.length; i += 2) appendRun(list, some[i]!, toBe(some[i + 1]!));
  };
  add(sliceOfRuns(runs, start, end), (old) => (old === but ? old : insertion));
  add(sliceOfRuns(runs, end, lengthOfRuns(runs)), (old) => old);
  return list;
}

function sizeOf({ replacements }: HistoryBatch): number {
  let size = 0;
  for (const { removed, text } of replacements) size += removed.length + text.length;
  return size;
}

/** How many of the last batches the edits invert (or repeat); 0 when it cannot be said. */
function batchesOf(
  stack: readonly HistoryBatch[],
  direction: Direction,
  edits: readonly Edit[],
  length: number,
  present: (() => string) | undefined,
): number {
  let wanted = 0;
  for (const { removed, text } of edits) wanted += text.length - removed.length;
  const goal = new Sketch(length);
  goal.replace(edits);
  const reached = new Sketch(length);
  let composed = 0;
  let change = 0;
  let steps = MOST_STEPS;
  for (let count = 1; count <= stack.length && count <= MOST_BATCHES; count++) {
    for (const { removed, text } of stack[stack.length - count]!.replacements) {
      const growth = text.length - removed.length;
      change += direction === 'undo' ? -growth : growth;
    }
    if (change !== wanted) continue;
    for (; composed < count; composed++) {
      const { replacements } = stack[stack.length - 1 - composed]!;
      steps -= reached.replace(direction === 'undo' ? inverse(replacements) : replacements);
      if (steps < 0) return 0;
    }
    const compared = sameText(reached, goal, present);
    if (compared === true) return count;
    steps -= compared;
    if (steps < 0) return 0;
  }
  return 0;
}
