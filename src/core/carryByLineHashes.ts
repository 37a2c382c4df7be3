import { type LinedText, lined } from './linedText';
import { isAnchored, movedRuns, uniquePlaces } from './lineMatch';
import { hashLines } from './lines';
import type { Label, Marks } from './marks';
import { type Block, diffSequences } from './sequenceDiff';
import { type ColumnSpan, type LineMarks, placeLines, type Sidecar, WHOLE_LINE } from './sidecar';

/** Stand before the first and after the last line, so that a file's ends count as neighbours. */
const START = 4096;
const END = 4097;

/**
 * Places a sidecar on a text without knowing the text it was written for. Hashes have 12 bits and collide, so lines
 * are matched three at a time: a line is found only together with two neighbours (a file's end counts as one).
 * A line whose columns do not fit is not taken. Both sides of a conflict are placed, ours first.
 * `droppedLines` counts the lines with marks that found no place.
 */
export function carryByLineHashes(sidecar: Sidecar, after: string): { marks: Marks; droppedLines: number } {
  const now = lined(after);
  const hashes = hashLines(after, now.lines);
  const placed = new Map<number, LineMarks>();
  const found = new Set<number>();
  for (const indices of alternatives(sidecar)) {
    const old = Uint16Array.from(indices, (index) => sidecar.hashes[index]!);
    const isMarked = (line: number) => sidecar.marked.has(indices[line]!);
    for (const block of matchHashes(old, hashes, now, isMarked)) {
      for (let k = 0; k < block.length; k++) {
        const marks = sidecar.marked.get(indices[block.aStart + k]!);
        const line = block.bStart + k;
        if (!marks || !fits(marks.spans, now.lines.ends[line]! - now.lines.starts[line]!)) continue;
        found.add(indices[block.aStart + k]!);
        placed.set(line, merged(placed.get(line), marks));
      }
    }
  }
  const inOrder = new Map([...placed].sort(([one], [other]) => one - other));
  return { marks: placeLines(now.lines, inOrder), droppedLines: sidecar.marked.size - found.size };
}

/** The sequences of lines (indices into the sidecar) to be placed: one, or ours and theirs. */
function alternatives({ hashes, sides }: Sidecar): number[][] {
  const all = Array.from(hashes, (_, index) => index);
  if (sides === null) return [all];
  return [all.filter((index) => sides[index] !== 2), all.filter((index) => sides[index] !== 1)];
}

/** Where the marks of one line stand against a line of this many characters. */
function fits(spans: readonly ColumnSpan[], length: number): boolean {
  return spans.every(({ end }) => end <= length || end === WHOLE_LINE);
}

/** What both sides of a conflict say about one line: ours, and theirs where ours says nothing. */
function merged(ours: LineMarks | undefined, theirs: LineMarks): LineMarks {
  if (!ours) return theirs;
  const deletions: Label[] = [...new Set([...ours.deletions, ...theirs.deletions])].sort();
  return { spans: ours.spans.length > 0 ? ours.spans : theirs.spans, deletions };
}

/** Matches lines by runs of three hashes, in order and then moved ones. */
function matchHashes(
  old: Uint16Array,
  hashes: Uint16Array,
  now: LinedText,
  isMarked: (line: number) => boolean,
): Block[] {
  const names = new Map<number, number>();
  const a = triples(old, names);
  const b = triples(hashes, names);
  const places = uniquePlaces(a, b, names.size);
  const kept: Block[] = [];
  let [aNext, bNext] = [0, 0];
  for (const { aStart, bStart, length } of diffSequences(a, b, names.size)) {
    // Triple t holds the lines t - 1, t and t + 1.
    const skip = Math.max(0, aNext - (aStart - 1), bNext - (bStart - 1));
    const end = Math.min(length + 2, old.length - aStart + 1, hashes.length - bStart + 1);
    const block = { aStart: aStart - 1 + skip, bStart: bStart - 1 + skip, length: end - skip };
    if (block.length <= 0) continue;
    if (!isAnchored(now, block)) continue;
    kept.push(block);
    aNext = block.aStart + block.length;
    bNext = block.bStart + block.length;
  }
  const marked = new Map<number, number>();
  places.forEach((place, line) => {
    if (place >= 0 && isMarked(line)) marked.set(line, place);
  });
  const moved = movedRuns({
    aCount: old.length,
    bCount: hashes.length,
    isEqual: (one, other) => old[one] === hashes[other],
    kept,
    places: marked,
    after: now,
  });
  return [...kept, ...moved.filter(({ length }) => length >= 3)];
}

/** For each line, a symbol of its hash and its neighbours' hashes. */
function triples(hashes: Uint16Array, names: Map<number, number>): Int32Array {
  const symbols = new Int32Array(hashes.length);
  for (let line = 0; line < hashes.length; line++) {
    const above = line > 0 ? hashes[line - 1]! : START;
    const below = line + 1 < hashes.length ? hashes[line + 1]! : END;
    const key = (above * 4098 + hashes[line]!) * 4098 + below;
    let name = names.get(key);
    if (name === undefined) {
      name = names.size;
      names.set(key, name);
    }
    symbols[line] = name;
  }
  return symbols;
}
