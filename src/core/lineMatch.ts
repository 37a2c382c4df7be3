import { type Block, diffLines, internLines } from './lineDiff';
import { type Lines, splitLines } from './lines';

/** A text with its lines. */
export interface LinedText {
  readonly text: string;
  readonly lines: Lines;
}

export function lined(text: string): LinedText {
  return { text, lines: splitLines(text) };
}

/** Which lines of one text stand, unchanged, in another. */
export interface LineMatch {
  /** Lines kept in order. */
  readonly kept: readonly Block[];
  /** Runs of lines that moved; none of their lines is in `kept`, on either side. Ascending in `aStart`. */
  readonly moved: readonly Block[];
}

/** A run of lines moved when it has this many lines, or this many letters and digits (git's default for -M is 20). */
const MOVED_LINES = 3;
const MOVED_CHARACTERS = 20;
/** A matched run between changed lines counts when it says this much, or holds a line found once on both sides. */
const ANCHOR_CHARACTERS = 20;
const UNIQUE_ANCHOR_CHARACTERS = 3;

/**
 * Matches the lines of two texts for carrying labels over: a line diff, without the runs that match by chance
 * (see {@link isAnchored}), then moved runs. `wanted(line)` tells which lines of `before` carry something: runs
 * without any of them are not looked for.
 */
export function matchLines(
  before: LinedText,
  after: LinedText,
  wanted: (line: number) => boolean,
): LineMatch {
  const blocks = diffLines(before.text, after.text, before.lines, after.lines);
  if (isEverything(blocks, before, after)) return { kept: blocks, moved: [] };
  const counts = new LineCounts(before, after);
  const kept = blocks.filter((block) => isAnchored(block, after, (line) => counts.placeOf(line) >= 0));
  return { kept, moved: findMoved(kept, before, after, counts, wanted) };
}

function isEverything(blocks: readonly Block[], before: LinedText, after: LinedText): boolean {
  return (
    blocks.length === 1 &&
    blocks[0]!.length === before.lines.count &&
    before.lines.count === after.lines.count
  );
}

/** Moved runs, without counting lines when nothing could have moved. */
function findMoved(
  kept: readonly Block[],
  before: LinedText,
  after: LinedText,
  counts: LineCounts,
  wanted: (line: number) => boolean,
): Block[] {
  const oldCovered = covered(kept, before.lines.count, 'aStart');
  let any = false;
  for (let line = 0; line < oldCovered.length && !any; line++) any = !oldCovered[line] && wanted(line);
  if (!any) return [];
  const { a, b } = counts.get();
  return movedRuns({ a, b, kept, wanted, placeOf: (line) => counts.placeOf(line), after });
}

/** How often each line's content occurs in the whole of both texts; worked out when first asked for. */
class LineCounts {
  private counts:
    | { a: Int32Array; b: Int32Array; inA: Int32Array; inB: Int32Array; placeB: Int32Array }
    | undefined;

  constructor(
    private readonly before: LinedText,
    private readonly after: LinedText,
  ) {}

  get() {
    if (this.counts) return this.counts;
    const { a, b, symbols } = internLines(
      this.before.text,
      this.after.text,
      this.before.lines,
      this.after.lines,
    );
    const inA = new Int32Array(symbols);
    const inB = new Int32Array(symbols);
    const placeB = new Int32Array(symbols);
    for (const symbol of a) inA[symbol]!++;
    for (let line = 0; line < b.length; line++) {
      inB[b[line]!]!++;
      placeB[b[line]!] = line;
    }
    this.counts = { a, b, inA, inB, placeB };
    return this.counts;
  }

  /** Where a line of `before` stands in `after` when its content occurs once in each text, else -1. */
  placeOf(line: number): number {
    const { a, inA, inB, placeB } = this.get();
    const symbol = a[line]!;
    return inA[symbol] === 1 && inB[symbol] === 1 ? placeB[symbol]! : -1;
  }
}

/**
 * False for blocks that may have matched by chance, such as a lone `}` between rewritten lines: a block counts when it
 * holds 20 letters and digits, or a line with at least 3 of them that occurs once in each text.
 */
export function isAnchored(
  { aStart, bStart, length }: Block,
  after: LinedText,
  isUnique: (line: number) => boolean,
): boolean {
  if (wordCharactersOfLines(after, bStart, length, ANCHOR_CHARACTERS) >= ANCHOR_CHARACTERS) return true;
  for (let k = 0; k < length; k++) {
    const says = wordCharactersOfLines(after, bStart + k, 1, UNIQUE_ANCHOR_CHARACTERS);
    if (says >= UNIQUE_ANCHOR_CHARACTERS && isUnique(aStart + k)) return true;
  }
  return false;
}

/** What {@link movedRuns} looks at: two sequences of lines as symbols, and which of them may start a run. */
export interface MoveSearch {
  readonly a: ArrayLike<number>;
  readonly b: ArrayLike<number>;
  /** Blocks matched in order; their lines did not move. */
  readonly kept: readonly Block[];
  /** True for lines of `a` that carry something. */
  readonly wanted: (line: number) => boolean;
  /** Where in `b` a line of `a` stands for certain, or -1. */
  readonly placeOf: (line: number) => number;
  readonly after: LinedText;
}

/**
 * Finds runs of lines that stand elsewhere in `b`: grown in both directions from a line with a certain place, over
 * lines that are not kept on either side. Every line is used once; longer runs first.
 */
export function movedRuns({ a, b, kept, wanted, placeOf, after }: MoveSearch): Block[] {
  const coveredA = covered(kept, a.length, 'aStart');
  const coveredB = covered(kept, b.length, 'bStart');
  if (!coveredB.includes(0)) return [];
  const runs: Block[] = [];
  for (let seed = coveredA.indexOf(0); seed >= 0; seed = coveredA.indexOf(0, seed)) {
    const place = wanted(seed) ? placeOf(seed) : -1;
    if (place < 0 || coveredB[place] === 1) {
      seed++;
      continue;
    }
    const equal = (by: number) =>
      coveredA[seed + by] === 0 && coveredB[place + by] === 0 && a[seed + by] === b[place + by];
    let back = 0;
    while (equal(-back - 1)) back++;
    let ahead = 1;
    while (equal(ahead)) ahead++;
    const run = { aStart: seed - back, bStart: place - back, length: back + ahead };
    seed += ahead;
    const says = wordCharactersOfLines(after, run.bStart, run.length, MOVED_CHARACTERS);
    if (says >= MOVED_CHARACTERS || (run.length >= MOVED_LINES && says >= UNIQUE_ANCHOR_CHARACTERS))
      runs.push(run);
  }
  return eachLineOnce(runs, coveredA, coveredB);
}

/** A table with 1 for each line that lies in a block. */
function covered(blocks: readonly Block[], count: number, side: 'aStart' | 'bStart'): Uint8Array {
  const table = new Uint8Array(count);
  for (const block of blocks) table.fill(1, block[side], block[side] + block.length);
  return table;
}

/** Keeps the longer of runs that share lines; marks the lines of the kept ones in the tables. */
function eachLineOnce(runs: Block[], coveredA: Uint8Array, coveredB: Uint8Array): Block[] {
  const once: Block[] = [];
  for (const run of runs.sort((one, other) => other.length - one.length || one.aStart - other.aStart)) {
    let free = true;
    for (let k = 0; k < run.length && free; k++) {
      free = !coveredA[run.aStart + k] && !coveredB[run.bStart + k];
    }
    if (!free) continue;
    coveredA.fill(1, run.aStart, run.aStart + run.length);
    coveredB.fill(1, run.bStart, run.bStart + run.length);
    once.push(run);
  }
  return once.sort((one, other) => one.aStart - other.aStart);
}

/** {@link wordCharacters} of `length` lines from line `first` on. */
export function wordCharactersOfLines(
  { text, lines }: LinedText,
  first: number,
  length: number,
  enough: number,
): number {
  return length > 0 ? wordCharacters(text, lines.starts[first]!, lines.ends[first + length - 1]!, enough) : 0;
}

/** Counts letters, digits and `_` (anything past ASCII counts as a letter) in [start, end), up to `enough`. */
export function wordCharacters(text: string, start: number, end: number, enough: number): number {
  let count = 0;
  for (let at = start; at < end && count < enough; at++) {
    if (isWordCharacter(text.charCodeAt(at))) count++;
  }
  return count;
}

export function isWordCharacter(code: number): boolean {
  if (code < 128)
    return (
      (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57) || code === 95
    );
  return code !== 0xa0 && code !== 0x3000 && code !== 0xfeff && !(code >= 0x2000 && code <= 0x206f);
}
