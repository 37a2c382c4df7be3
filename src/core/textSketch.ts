/**
 * Texts that are described as changes of one base text, most of which need not be known: whether two of them say the same.
 * Offsets are UTF-16, 0-based, end exclusive.
 */
import type { Edit } from './edits';

/** A stretch of a text: new text, or (null) a stretch of the base that starts at `from`. */
interface Piece {
  readonly from: number;
  readonly length: number;
  readonly text: string | null;
}

/** A text described as changes of a base text of which only some stretches are known. */
export class Sketch {
  pieces: Piece[];
  /** What the base is known to say, by offset. */
  readonly known: Stretch[] = [];

  constructor(baseLength: number) {
    this.pieces = [{ from: 0, length: baseLength, text: null }];
  }

  /** Applies changes (in order, disjoint, offsets into the text so far); returns the number of pieces visited. */
  replace(changes: readonly Edit[]): number {
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
    for (const { start, end, removed, text } of changes) {
      pass(start, null);
      pass(end, removed);
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
export function sameText(a: Sketch, b: Sketch, base: (() => string) | undefined): true | number {
  // Each sketch met a character of the base once at most, so its stretches do not overlap.
  const known = [a, b].map((sketch) => [...sketch.known].sort((x, y) => x.from - y.from));
  let [i, j] = [0, 0];
  let [usedA, usedB] = [0, 0];
  let steps = known[0]!.length + known[1]!.length;
  while (i < a.pieces.length && j < b.pieces.length) {
    const x = a.pieces[i]!;
    const y = b.pieces[j]!;
    let length = Math.min(x.length - usedA, y.length - usedB);
    if (x.text !== null || y.text !== null || x.from + usedA !== y.from + usedB) {
      const left = textAt(x, usedA, length, known, base);
      const right = textAt(y, usedB, length, known, base);
      length = Math.min(left.length, right.length);
      steps += length >> 4;
      if (length === 0 || left.slice(0, length) !== right.slice(0, length)) return steps;
    }
    steps++;
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

interface Stretch {
  readonly from: number;
  readonly text: string;
}

/** Up to `length` characters of a piece from `used` on: as many as are known in a row, at least one if any is. */
function textAt(
  piece: Piece,
  used: number,
  length: number,
  known: readonly (readonly Stretch[])[],
  base: (() => string) | undefined,
): string {
  if (piece.text !== null) return piece.text.slice(used, used + length);
  const offset = piece.from + used;
  for (const stretches of known) {
    let low = 0;
    let high = stretches.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (stretches[middle]!.from <= offset) low = middle;
      else high = middle - 1;
    }
    const stretch = stretches[low];
    if (!stretch || stretch.from > offset) continue;
    const text = stretch.text.slice(offset - stretch.from, offset - stretch.from + length);
    if (text !== '') return text;
  }
  return base?.().slice(offset, offset + length) ?? '';
}
