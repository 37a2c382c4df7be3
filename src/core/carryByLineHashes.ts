import type { MarkedText } from './agreedMarks';
import { type LinedText, lined } from './linedText';
import { gapsBetween, isAnchored, movedRuns, uniquePlaces } from './lineMatch';
import { hashLines, splitLines } from './lines';
import type { Deletion, Label, Marks } from './marks';
import { type Block, diffSequences, type Gap } from './sequenceDiff';
import { type ColumnSpan, type LineMarks, placeLines, type Sidecar, WHOLE_LINE } from './sidecar';

/** Stand before the first and after the last line, so that a file's ends count as neighbours. */
const START = 4096;
const END = 4097;
/** A hash has 12 bits. */
const HASHES = 4096;
/** Lines of others are taken for marked ones by chance no more often than this, where all lines between two runs are found. */
const MOST_CHANCE = 1 / 1000;
const UNMARKED: LineMarks = { spans: [], deletions: [] };

/**
 * Places a sidecar on a text without knowing the text it was written for. Hashes have 12 bits and collide, so lines
 * are matched three at a time: a line is found only together with two neighbours (a file's end counts as one).
 * Between such runs (and a file's ends) lines are found one by one where the sidecar has all of them, in their order: a merge
 * that knew no common ancestor leaves the lines of both sides in the sidecar, of which the text has some.
 * A line whose columns do not fit is not taken. Both sides of a conflict are placed, ours first.
 * `droppedLines` counts the lines with marks that found no place.
 */
export function carryByLineHashes(sidecar: Sidecar, after: string): { marks: Marks; droppedLines: number } {
  const now = lined(after);
  const { placed, found } = placedLines(sidecar, now);
  const dropped = [...sidecar.marked.keys()].filter((line) => !found.has(line));
  return { marks: placeLines(now.lines, placed), droppedLines: dropped.length };
}

/**
 * The lines of a text that a sidecar has too, found in the same way, with their marks: what can be told of the text that it was
 * written for. So are those, without marks, that may be one of its unmarked lines which found no place.
 */
export function partByLineHashes(sidecar: Sidecar, after: string): MarkedText {
  const now = lined(after);
  const { starts } = now.lines;
  const { placed, found } = placedLines(sidecar, now);
  const isLeft = (_: number, line: number) => !found.has(line) && !sidecar.marked.has(line);
  const left = new Set(sidecar.hashes.filter(isLeft));
  const lines: [line: number, marks: LineMarks][] = [];
  hashLines(after, now.lines).forEach((hash, line) => {
    const marks = placed.get(line) ?? (left.has(hash) ? UNMARKED : null);
    if (marks) lines.push([line, marks]);
  });
  const text = lines.map(([line]) => after.slice(starts[line], starts[line + 1])).join('');
  return { text, marks: placeLines(splitLines(text), new Map(lines.map(([, marks], k) => [k, marks]))) };
}

/** The lines of a text that are the sidecar's, in their order, and which of its own these are. */
function placedLines(
  sidecar: Sidecar,
  now: LinedText,
): { readonly placed: ReadonlyMap<number, LineMarks>; readonly found: ReadonlySet<number> } {
  const hashes = hashLines(now.text, now.lines);
  const placed = new Map<number, LineMarks>();
  const found = new Set<number>();
  for (const indices of alternatives(sidecar)) {
    const old = Uint16Array.from(indices, (index) => sidecar.hashes[index]!);
    const isMarked = (line: number) => sidecar.marked.has(indices[line]!);
    for (const block of matchHashes(old, hashes, now, isMarked)) {
      for (let k = 0; k < block.length; k++) {
        const index = indices[block.aStart + k]!;
        const marks = sidecar.marked.get(index) ?? UNMARKED;
        const line = block.bStart + k;
        if (!fits(marks.spans, now.lines.ends[line]! - now.lines.starts[line]!)) continue;
        found.add(index);
        placed.set(line, merged(placed.get(line), marks));
      }
    }
  }
  return { placed: new Map([...placed].sort(([one], [other]) => one - other)), found };
}

/**
 * The deletion marks that sidecars of one file, the newest first, have on a line of a text between the same two lines (a file's end
 * counts as one), once in the sidecar and in the text. Of a line that several have so, the newest tells, also that it has none.
 */
export function deletionsByLineHashes(sidecars: readonly Sidecar[], after: string): Deletion[] {
  const now = lined(after);
  const hashes = hashLines(after, now.lines);
  const told = new Map<number, readonly Label[]>();
  for (const sidecar of sidecars) {
    const names = new Map<number, number>();
    const old = triples(sidecar.hashes, names);
    const places = uniquePlaces(old, triples(hashes, names), names.size);
    places.forEach((place, line) => {
      if (place >= 0 && !told.has(place)) told.set(place, sidecar.marked.get(line)?.deletions ?? []);
    });
  }
  return [...told].flatMap(([line, labels]) => {
    const first = Math.max(0, line - 1);
    const length = Math.min(now.lines.count, line + 2) - first;
    if (labels.length === 0 || !isAnchored(now, { aStart: 0, bStart: first, length })) return [];
    return labels.map((label) => ({ offset: now.lines.starts[line]!, label }));
  });
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
  for (const gap of [...gapsBetween(kept, old.length, hashes.length)])
    for (const block of embedded(old, hashes, gap, isMarked)) if (isAnchored(now, block)) kept.push(block);
  kept.sort((one, other) => one.aStart - other.aStart);
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

/**
 * The lines of a gap that can only be one line of the sidecar's each, one block for each line; none when the sidecar does not
 * have all of the gap's lines in their order, or may have them by chance.
 */
function embedded(
  old: Uint16Array,
  hashes: Uint16Array,
  { aStart, aEnd, bStart, bEnd }: Gap,
  isMarked: (line: number) => boolean,
): Block[] {
  let marked = 0;
  for (let line = aStart; line < aEnd; line++) if (isMarked(line)) marked++;
  if (marked === 0 || chance(aEnd - aStart, marked, bEnd - bStart) > MOST_CHANCE) return [];
  const first: number[] = [];
  for (let a = aStart, b = bStart; a < aEnd && b < bEnd; a++)
    if (old[a] === hashes[b]) first[b++ - bStart] = a;
  if (first.length < bEnd - bStart) return [];
  const blocks: Block[] = [];
  for (let a = aEnd - 1, b = bEnd - 1; b >= bStart; a--) {
    if (old[a] !== hashes[b]) continue;
    if (first[b - bStart] === a) blocks.push({ aStart: a, bStart: b, length: 1 });
    b--;
  }
  return blocks;
}

/** How likely `count` lines of others are found among as many or more, in their order, one of the marked ones among them. */
function chance(lines: number, marked: number, count: number): number {
  return choices(lines, count) - choices(lines - marked, count);
}

/** In how many ways lines can be chosen, by the number of those that hashes tell apart. */
function choices(lines: number, count: number): number {
  let ways = 1;
  for (let k = 0; k < count; k++) ways *= Math.max(0, lines - k) / (k + 1) / HASHES;
  return ways;
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
