/**
 * The recent batches of a live document, so that undo and redo put back exactly the runs that were there.
 *
 * An editor's undo event inverts one or several earlier batches (typing is coalesced), and its edits may be merged
 * otherwise than the batches were. So batches are unwound, newest first, until the text that results is the text the
 * event results in. Nobody hands us the document's text; it is not needed: both results are described in terms of the
 * present text, whose changed places are known from what the edits say they remove.
 */
import type { Edit } from './edits';

/** One replacement of a batch, with the runs of whichever side is not in the document now. */
export interface Replacement {
  /** Offset in the text before the batch. */
  readonly start: number;
  readonly removed: string;
  readonly text: string;
  /** Of `removed` while the batch is applied, of `text` while it is undone. */
  runs: number[];
}

/** A batch as the history keeps it: replacements in order, disjoint. */
export type HistoryBatch = readonly Replacement[];

export type Direction = 'undo' | 'redo';

const MOST_BATCHES = 10_000;
const MOST_CHARACTERS = 8_000_000;
/** Steps (pieces visited, characters compared) that looking for one undo may take. */
const MOST_STEPS = 4_000_000;

export class UndoHistory {
  #done: HistoryBatch[] = [];
  #undone: HistoryBatch[] = [];
  #characters = 0;

  /** Records a batch that was applied; what was undone before it can no longer be redone. */
  push(batch: HistoryBatch): void {
    this.#undone = [];
    this.#done.push(batch);
    this.#characters += sizeOf(batch);
    if (this.#done.length > 2 * MOST_BATCHES || this.#characters > 2 * MOST_CHARACTERS) this.#forget();
  }

  /**
   * The batches that an undo or redo event inverts or repeats, in the order to do it in; they are moved to the other
   * side. Null when the event fits nothing that is remembered. `length` is the document's before the event.
   */
  take(direction: Direction, edits: readonly Edit[], length: number): HistoryBatch[] | null {
    const [from, to] = direction === 'undo' ? [this.#done, this.#undone] : [this.#undone, this.#done];
    const count = batchesOf(from, direction, edits, length);
    if (count === 0) return null;
    const batches = from.splice(from.length - count).reverse();
    to.push(...batches);
    return batches;
  }

  /** Drops the oldest batches, down to the limits. */
  #forget(): void {
    let characters = 0;
    let keep = 0;
    while (keep < MOST_BATCHES && keep < this.#done.length) {
      const size = sizeOf(this.#done[this.#done.length - 1 - keep]!);
      if (characters + size > MOST_CHARACTERS) break;
      characters += size;
      keep++;
    }
    this.#done = this.#done.slice(this.#done.length - keep);
    this.#characters = characters;
  }
}

function sizeOf(batch: HistoryBatch): number {
  let size = 0;
  for (const { removed, text } of batch) size += removed.length + text.length;
  return size;
}

/** How many of the last batches the edits invert (or repeat); 0 when it cannot be said. */
function batchesOf(
  stack: readonly HistoryBatch[],
  direction: Direction,
  edits: readonly Edit[],
  length: number,
): number {
  let wanted = 0;
  for (const { removed, text } of edits) wanted += text.length - removed.length;
  const goal = new Sketch(length);
  goal.replace(edits.map(({ start, removed, text }) => ({ start, removed, text })));
  const reached = new Sketch(length);
  let composed = 0;
  let change = 0;
  let steps = MOST_STEPS;
  for (let count = 1; count <= stack.length && count <= MOST_BATCHES; count++) {
    for (const { removed, text } of stack[stack.length - count]!) {
      const growth = text.length - removed.length;
      change += direction === 'undo' ? -growth : growth;
    }
    if (change !== wanted) continue;
    for (; composed < count; composed++) {
      steps -= reached.replace(stepOf(stack[stack.length - 1 - composed]!, direction));
      if (steps < 0) return 0;
    }
    const compared = sameText(reached, goal);
    if (compared === true) return count;
    steps -= compared;
    if (steps < 0) return 0;
  }
  return 0;
}

interface Change {
  readonly start: number;
  readonly removed: string;
  readonly text: string;
}

/** A batch, or its inverse, as changes of the text it meets. */
function stepOf(batch: HistoryBatch, direction: Direction): Change[] {
  if (direction === 'redo') return [...batch];
  let shift = 0;
  return batch.map(({ start, removed, text }) => {
    const change = { start: start + shift, removed: text, text: removed };
    shift += text.length - removed.length;
    return change;
  });
}

/** A stretch of a text: new text, or (null) a stretch of the base that starts at `from`. */
interface Piece {
  readonly from: number;
  readonly length: number;
  readonly text: string | null;
}

/** A text described as changes of a base text of which only some stretches are known. */
class Sketch {
  pieces: Piece[];
  /** What the base is known to say, by offset. */
  readonly known: { from: number; text: string }[] = [];

  constructor(baseLength: number) {
    this.pieces = [{ from: 0, length: baseLength, text: null }];
  }

  /** Applies changes (in order, disjoint, offsets into the text so far); returns the number of pieces visited. */
  replace(changes: readonly Change[]): number {
    const pieces: Piece[] = [];
    let index = 0;
    /** How much of piece `index` is used up, and where its rest starts. */
    let used = 0;
    let at = 0;
    const pass = (until: number, removed: string | null) => {
      const first = at;
      while (at < until) {
        const piece = this.pieces[index];
        if (!piece) break;
        const length = Math.min(piece.length - used, until - at);
        if (removed === null) append(pieces, partOf(piece, used, length));
        else if (piece.text === null) {
          this.known.push({ from: piece.from + used, text: removed.slice(at - first, at - first + length) });
        }
        used += length;
        at += length;
        if (used === piece.length) {
          index++;
          used = 0;
        }
      }
    };
    for (const { start, removed, text } of changes) {
      pass(start, null);
      pass(start + removed.length, removed);
      if (text !== '') append(pieces, { from: -1, length: text.length, text });
    }
    pass(Number.POSITIVE_INFINITY, null);
    const visited = this.pieces.length + changes.length;
    this.pieces = pieces;
    return visited;
  }
}

function partOf(piece: Piece, start: number, length: number): Piece {
  if (piece.text === null) return { from: piece.from + start, length, text: null };
  return length === piece.length
    ? piece
    : { from: -1, length, text: piece.text.slice(start, start + length) };
}

function append(pieces: Piece[], piece: Piece): void {
  if (piece.length === 0) return;
  const last = pieces[pieces.length - 1];
  if (last && last.text !== null && piece.text !== null) {
    pieces[pieces.length - 1] = {
      from: -1,
      length: last.length + piece.length,
      text: last.text + piece.text,
    };
  } else if (last && last.text === null && piece.text === null && last.from + last.length === piece.from) {
    pieces[pieces.length - 1] = { from: last.from, length: last.length + piece.length, text: null };
  } else {
    pieces.push(piece);
  }
}

/** True when two sketches of one base surely say the same; otherwise the number of steps it took to find out. */
function sameText(a: Sketch, b: Sketch): true | number {
  const known = [...a.known, ...b.known].sort((x, y) => x.from - y.from);
  let i = 0;
  let j = 0;
  let usedA = 0;
  let usedB = 0;
  let steps = known.length;
  while (i < a.pieces.length && j < b.pieces.length) {
    const x = a.pieces[i]!;
    const y = b.pieces[j]!;
    let length = Math.min(x.length - usedA, y.length - usedB);
    const both = x.text === null && y.text === null && x.from + usedA === y.from + usedB;
    if (!both) {
      const left = textAt(x, usedA, known);
      const right = textAt(y, usedB, known);
      length = Math.min(length, left.length, right.length);
      if (length === 0 || left.slice(0, length) !== right.slice(0, length)) return steps;
    }
    steps += both ? 1 : length;
    usedA += length;
    usedB += length;
    if (usedA === x.length) {
      i++;
      usedA = 0;
    }
    if (usedB === y.length) {
      j++;
      usedB = 0;
    }
  }
  return i === a.pieces.length && j === b.pieces.length ? true : steps;
}

/** The text of a piece from `used` on, as far as it is known. */
function textAt(piece: Piece, used: number, known: readonly { from: number; text: string }[]): string {
  if (piece.text !== null) return used === 0 ? piece.text : piece.text.slice(used);
  const offset = piece.from + used;
  let low = 0;
  let high = known.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (known[middle]!.from <= offset) low = middle;
    else high = middle - 1;
  }
  // Of stretches that start at or before the offset, an earlier one may reach further.
  for (let i = low; i >= 0 && i > low - 8; i--) {
    const stretch = known[i]!;
    if (stretch.from <= offset && offset < stretch.from + stretch.text.length)
      return stretch.text.slice(offset - stretch.from);
  }
  return '';
}
