import { type Block, diffLines, diffRange, type Gap } from './lineDiff';
import { type LinedText, wordCharactersOfLines } from './linedText';

/** Which lines of one text stand in another. */
export interface LineMatch {
  /** Equal lines kept in order. */
  readonly kept: readonly Block[];
  /** Lines kept in order that differ in the whitespace around them. */
  readonly similar: readonly Block[];
  /** Runs of equal lines that moved, ascending in `aStart`. Every line is in one block at most, on both sides. */
  readonly moved: readonly Block[];
}

/** A run of lines moved when it has this many lines, or this many letters and digits (git's default for -M is 20). */
const MOVED_LINES = 3;
const MOVED_CHARACTERS = 20;
/** A matched run between changed lines counts when it has this many letters and digits. */
const ANCHOR_CHARACTERS = 12;
/** Equal runs of this many lines stand; shorter ones give way to a match that is better but for whitespace. */
const LONG_RUN = 16;
/** Characters looked through, in all, to see that moved runs occur once. */
const MOST_SEARCHED = 1_000_000_000;
/** No run counts as moved without this many. */
const LEAST_CHARACTERS = 3;

/**
 * Matches the lines of two texts for carrying labels over: a line diff, without the runs that match by chance
 * (see {@link isAnchored}); between its long runs the same without the whitespace around the lines, where that
 * matches more of them; then moved runs. `wanted(line)` tells which lines of `before` carry something: where there is
 * none, lines are only matched when they are equal and in order.
 */
export function matchLines(
  before: LinedText,
  after: LinedText,
  wanted: (line: number) => boolean,
): LineMatch {
  const blocks = diffLines(before, after);
  if (isEverything(blocks, before, after)) return { kept: blocks, similar: [], moved: [] };
  const anchored = blocks.filter((block) => isAnchored(after, block));
  const long = anchored.filter(({ length }) => length >= LONG_RUN);
  const short = anchored.filter(({ length }) => length < LONG_RUN);
  const kept = [...long];
  const similar: Block[] = [];
  let next = 0;
  for (const gap of gapsBetween(long, before.lines.count, after.lines.count)) {
    const equal: Block[] = [];
    while (next < short.length && short[next]!.aStart < gap.aEnd) equal.push(short[next++]!);
    const trimmed = mayBeIndented(before, after, gap, equal, wanted)
      ? diffRange(before, after, gap, true).filter((block) => isAnchored(after, block))
      : [];
    if (lineCount(trimmed) > lineCount(equal)) for (const block of trimmed) similar.push(block);
    else for (const block of equal) kept.push(block);
  }
  kept.sort((one, other) => one.aStart - other.aStart);
  return { kept, similar, moved: findMoved(inOrder(kept, similar), before, after, wanted) };
}

/** True when a line of the gap that carries something and is not matched stands in it with other whitespace around. */
function mayBeIndented(
  before: LinedText,
  after: LinedText,
  gap: Gap,
  equal: readonly Block[],
  wanted: (line: number) => boolean,
): boolean {
  const contents = new Map<string, string>();
  for (const line of openLines(equal, gap.aStart, gap.aEnd, 'aStart')) {
    if (!wanted(line)) continue;
    const content = contentOf(before, line);
    const trimmed = content.trim();
    if (trimmed !== '') contents.set(trimmed, content);
  }
  if (contents.size === 0) return false;
  return openLines(equal, gap.bStart, gap.bEnd, 'bStart').some((line) => {
    const content = contentOf(after, line);
    const old = contents.get(content.trim());
    return old !== undefined && old !== content;
  });
}

function lineCount(blocks: readonly Block[]): number {
  return blocks.reduce((count, { length }) => count + length, 0);
}

/** Merges blocks of two lists that ascend together. */
export function inOrder(kept: readonly Block[], similar: readonly Block[]): readonly Block[] {
  return similar.length === 0 ? kept : [...kept, ...similar].sort((one, other) => one.aStart - other.aStart);
}

/** What lies between ascending blocks, where both sides have lines. */
export function* gapsBetween(blocks: readonly Block[], aCount: number, bCount: number): Generator<Gap> {
  let [aStart, bStart] = [0, 0];
  for (const block of [...blocks, { aStart: aCount, bStart: bCount, length: 0 }]) {
    if (aStart < block.aStart && bStart < block.bStart) {
      yield { aStart, aEnd: block.aStart, bStart, bEnd: block.bStart };
    }
    aStart = block.aStart + block.length;
    bStart = block.bStart + block.length;
  }
}

function isEverything(blocks: readonly Block[], before: LinedText, after: LinedText): boolean {
  return (
    blocks.length === 1 &&
    blocks[0]!.length === before.lines.count &&
    before.lines.count === after.lines.count
  );
}

/** False for a block that may be equal by chance, such as a lone `}` between rewritten lines. */
export function isAnchored(after: LinedText, { bStart, length }: Block): boolean {
  return wordCharactersOfLines(after, bStart, length, ANCHOR_CHARACTERS) >= ANCHOR_CHARACTERS;
}

/**
 * Runs that moved: of lines that were not kept, found once in each text. Of wanted lines that stand in several places, the lines
 * beside them tell which is theirs; they have to say enough themselves, as a `return null;` may be beside the same line by chance.
 */
function findMoved(
  kept: readonly Block[],
  before: LinedText,
  after: LinedText,
  wanted: (line: number) => boolean,
): Block[] {
  const { runs, unclear } = runsFrom(kept, before, after, wanted);
  const beside = openBeside(unclear, kept, before.lines.count);
  const isSeed = (line: number) => beside[line] === 1 && !wanted(line);
  const more = unclear.length === 0 ? [] : runsFrom(kept, before, after, isSeed).runs;
  const telling = more.filter(({ aStart, length }) => {
    let says = 0;
    for (let line = aStart; line < aStart + length && says < MOVED_CHARACTERS; line++)
      if (wanted(line)) says += wordCharactersOfLines(before, line, 1, MOVED_CHARACTERS);
    return says >= MOVED_CHARACTERS;
  });
  if (telling.length === 0) return runs;
  const usedA = covered(runs, before.lines.count, 'aStart');
  const usedB = covered(runs, after.lines.count, 'bStart');
  return [...runs, ...eachLineOnce(telling, usedA, usedB)].sort((one, other) => one.aStart - other.aStart);
}

/** A table with 1 for each line that stands in one stretch with one of `lines`, without a kept line between them. */
function openBeside(lines: readonly number[], kept: readonly Block[], count: number): Uint8Array {
  const beside = new Uint8Array(count);
  if (lines.length === 0) return beside;
  const isKept = covered(kept, count, 'aStart');
  for (const line of lines) {
    if (beside[line] === 1) continue;
    for (let at = line; isKept[at] === 0; at--) beside[at] = 1;
    for (let at = line; isKept[at] === 0; at++) beside[at] = 1;
  }
  return beside;
}

/** The runs that have a seed, and the seeds that stand several times in one of the texts. */
function runsFrom(
  kept: readonly Block[],
  before: LinedText,
  after: LinedText,
  isSeed: (line: number) => boolean,
): { runs: Block[]; unclear: readonly number[] } {
  const lines = openLines(kept, 0, before.lines.count, 'aStart').filter(
    (line) => isSeed(line) && wordCharactersOfLines(before, line, 1, 1) > 0,
  );
  const seeds = new Map<string, number>();
  for (const line of lines) {
    const content = contentOf(before, line);
    seeds.set(content, seeds.has(content) ? AMBIGUOUS : line);
  }
  const shapes = new Uint8Array(SHAPES);
  let any = false;
  for (const seed of seeds.values()) {
    if (seed === AMBIGUOUS) continue;
    shapes[shapeOf(before, seed)] = 1;
    any = true;
  }
  if (!any) return { runs: [], unclear: lines };
  const seedOf = (lined: LinedText, line: number) =>
    shapes[shapeOf(lined, line)] === 1 ? (seeds.get(contentOf(lined, line)) ?? AMBIGUOUS) : AMBIGUOUS;
  const [aCount, bCount] = [before.lines.count, after.lines.count];
  const places = new Map<number, number>();
  for (const line of openLines(kept, 0, bCount, 'bStart')) {
    const seed = seedOf(after, line);
    if (seed !== AMBIGUOUS) places.set(seed, places.has(seed) ? AMBIGUOUS : line);
  }
  const isEqual = (a: number, b: number) => contentOf(before, a) === contentOf(after, b);
  const unclear = lines.filter((line) => {
    const seed = seeds.get(contentOf(before, line))!;
    return seed === AMBIGUOUS || places.get(seed) === AMBIGUOUS;
  });
  const runs = movedRuns({ aCount, bCount, isEqual, kept, places, after });
  if (runs.length === 0) return { runs, unclear };
  // The seeds that stand elsewhere too: in other lines of `before`, or in lines of `after` that are kept.
  const elsewhere = new Set<number>();
  for (let line = 0; line < aCount; line++) {
    const seed = seedOf(before, line);
    if (seed !== AMBIGUOUS && seed !== line) elsewhere.add(seed);
  }
  for (const { bStart, length } of kept) {
    for (let line = bStart; line < bStart + length; line++) {
      const seed = seedOf(after, line);
      if (seed !== AMBIGUOUS) elsewhere.add(seed);
    }
  }
  const affordable = { searches: Math.floor(MOST_SEARCHED / (before.text.length + after.text.length)) };
  const once = runs.filter(({ aStart, bStart, length }) => {
    for (let line = aStart; line < aStart + length; line++) {
      if (places.has(line) && !elsewhere.has(line)) return true;
    }
    return (
      affordable.searches-- > 0 && occursOnce(before, aStart, length) && occursOnce(after, bStart, length)
    );
  });
  return { runs: once, unclear };
}

/** The place of a line that has several. */
const AMBIGUOUS = -1;
const SHAPES = 65_536;

/** A cheap number that equal lines share, to pass over most of the others: from the length and three characters. */
function shapeOf({ text, lines }: LinedText, line: number): number {
  const start = lines.starts[line]!;
  const length = lines.ends[line]! - start;
  if (length === 0) return 0;
  const [one, two, three] = [length >> 1, length - (length >> 2) - 1, length - 1];
  const mixed =
    text.charCodeAt(start + one) * 31 + text.charCodeAt(start + two) * 961 + text.charCodeAt(start + three);
  return (mixed * 127 + length) & (SHAPES - 1);
}

function contentOf({ text, lines }: LinedText, line: number): string {
  return text.slice(lines.starts[line], lines.ends[line]);
}

/** The lines of [start, end) outside of blocks, ascending. */
function openLines(
  blocks: readonly Block[],
  start: number,
  end: number,
  side: 'aStart' | 'bStart',
): number[] {
  const open: number[] = [];
  let line = start;
  for (const block of blocks) {
    for (; line < block[side]; line++) open.push(line);
    line += block.length;
  }
  for (; line < end; line++) open.push(line);
  return open;
}

/** For each element of `a` its place in `b` when it occurs once in each, else -1. */
export function uniquePlaces(a: Int32Array, b: Int32Array, symbols: number): Int32Array {
  const inA = new Int32Array(symbols);
  const inB = new Int32Array(symbols);
  const placeB = new Int32Array(symbols);
  for (const symbol of a) inA[symbol]!++;
  for (let j = 0; j < b.length; j++) {
    inB[b[j]!]!++;
    placeB[b[j]!] = j;
  }
  return a.map((symbol) => (inA[symbol] === 1 && inB[symbol] === 1 ? placeB[symbol]! : -1));
}

/** True when a run of lines stands nowhere else in its text. */
function occursOnce({ text, lines }: LinedText, first: number, length: number): boolean {
  const [start, end] = [lines.starts[first]!, lines.ends[first + length - 1]!];
  const run = text.slice(start, end);
  return text.indexOf(run) === start && text.indexOf(run, start + 1) < 0;
}

/** What {@link movedRuns} looks at: two texts' lines, and where runs may start. */
export interface MoveSearch {
  readonly aCount: number;
  readonly bCount: number;
  readonly isEqual: (a: number, b: number) => boolean;
  /** Blocks matched in order; their lines did not move. */
  readonly kept: readonly Block[];
  /** Lines of the first text that may start a run -> where they stand in the second, negative when that is not certain. */
  readonly places: ReadonlyMap<number, number>;
  readonly after: LinedText;
}

/**
 * Finds runs of lines that stand elsewhere: grown in both directions from a line with a certain place, over
 * lines that are not kept on either side. Every line is used once; longer runs first.
 */
export function movedRuns({ aCount, bCount, isEqual, kept, places, after }: MoveSearch): Block[] {
  if (places.size === 0) return [];
  const coveredA = covered(kept, aCount, 'aStart');
  const coveredB = covered(kept, bCount, 'bStart');
  const runs: Block[] = [];
  let grownTo = 0;
  for (const [seed, place] of [...places].sort(([one], [other]) => one - other)) {
    if (seed < grownTo || place < 0 || coveredA[seed] !== 0 || coveredB[place] !== 0) continue;
    const grows = (by: number) =>
      coveredA[seed + by] === 0 && coveredB[place + by] === 0 && isEqual(seed + by, place + by);
    let back = 0;
    while (grows(-back - 1)) back++;
    let ahead = 1;
    while (grows(ahead)) ahead++;
    grownTo = seed + ahead;
    const run = { aStart: seed - back, bStart: place - back, length: back + ahead };
    const says = wordCharactersOfLines(after, run.bStart, run.length, MOVED_CHARACTERS);
    if (says >= MOVED_CHARACTERS || (run.length >= MOVED_LINES && says >= LEAST_CHARACTERS)) runs.push(run);
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
