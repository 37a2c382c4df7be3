/** A run of equal elements: a[aStart + k] equals b[bStart + k] for 0 <= k < length. */
export interface Block {
  readonly aStart: number;
  readonly bStart: number;
  readonly length: number;
}

/** Half-open ranges of both sequences. */
export interface Gap {
  readonly aStart: number;
  readonly aEnd: number;
  readonly bStart: number;
  readonly bEnd: number;
}

/** A gap still to be compared. */
interface OpenGap extends Gap {
  /** True when anchors were looked for in vain. */
  readonly bare?: boolean;
}

/** Largest number of differences Myers' search follows at once, and the number it gets to try before run anchors. */
const MAX_DIFFERENCES = 256;
const FIRST_TRY = 48;
/** Steps per element of both sequences before the rest counts as changed. Only made-up input comes near it. */
const STEPS_PER_ELEMENT = 300;

/**
 * Compares two sequences of symbols (0 <= symbol < symbols) and returns the runs they have in common, ascending in
 * both, not touching each other in both at once. The result is a common subsequence, not always the longest.
 *
 * Patience diff (Bram Cohen): elements that occur once on both sides anchor the comparison, the longest ascending
 * chain of them is kept, and the gaps between are compared in the same way. Gaps without such elements go to Myers'
 * greedy algorithm ("An O(ND) Difference Algorithm and Its Variations", 1986) with a bound on D; past that bound, runs
 * of 2, 4, ... elements that occur once serve as anchors, and at last Myers' search commits to its furthest path.
 * Work is counted in steps, never in time, so that the same input gives the same blocks everywhere.
 */
export function diffSequences(a: Int32Array, b: Int32Array, symbols: number): Block[] {
  const shared = sharedElements(a, b, symbols);
  if (shared === null) return solve(a, b, symbols);
  const blocks: Block[] = [];
  for (const block of solve(shared.a, shared.b, symbols)) {
    for (let k = 0; k < block.length; k++) {
      blocks.push({
        aStart: shared.placesA[block.aStart + k]!,
        bStart: shared.placesB[block.bStart + k]!,
        length: 1,
      });
    }
  }
  return joinBlocks(blocks);
}

/** Both sequences without the elements that the other does not have, or null when these are few. */
function sharedElements(a: Int32Array, b: Int32Array, symbols: number) {
  const inA = new Uint8Array(symbols);
  const inB = new Uint8Array(symbols);
  for (const symbol of a) inA[symbol] = 1;
  for (const symbol of b) inB[symbol] = 1;
  const placesA = placesOf(a, inB);
  const placesB = placesOf(b, inA);
  if (2 * (placesA.length + placesB.length) > a.length + b.length) return null;
  return { a: placesA.map((i) => a[i]!), b: placesB.map((j) => b[j]!), placesA, placesB };
}

function placesOf(sequence: Int32Array, shared: Uint8Array): Int32Array {
  const places = new Int32Array(sequence.length);
  let count = 0;
  for (let i = 0; i < sequence.length; i++) if (shared[sequence[i]!] === 1) places[count++] = i;
  return places.subarray(0, count);
}

function solve(a: Int32Array, b: Int32Array, symbols: number): Block[] {
  const blocks: Block[] = [];
  const uniques = new UniqueElements(symbols);
  const history = new History();
  const gaps: OpenGap[] = [{ aStart: 0, aEnd: a.length, bStart: 0, bEnd: b.length }];
  let steps = STEPS_PER_ELEMENT * (a.length + b.length) + 1000;
  for (let gap = gaps.pop(); gap !== undefined; gap = gaps.pop()) {
    const rest = trim(a, b, gap, blocks);
    if (rest === null) continue;
    if (steps < 0) continue;
    if (!rest.bare) {
      steps -= 8 * (rest.aEnd - rest.aStart + rest.bEnd - rest.bStart);
      const anchors = uniques.anchors(a, b, rest);
      if (anchors.length > 0) {
        pushGaps(gaps, rest, anchors);
        continue;
      }
      const tried = myers(a, b, rest, FIRST_TRY, history);
      steps -= tried.steps;
      if (tried.complete) {
        for (const block of tried.blocks) blocks.push(block);
        continue;
      }
      const runs = runAnchors(a, b, rest);
      if (runs.length > 0) {
        pushGaps(gaps, rest, runs);
        continue;
      }
    }
    const search = myers(a, b, rest, MAX_DIFFERENCES, history);
    steps -= search.steps;
    for (const block of search.blocks) blocks.push(block);
    if (!search.complete) gaps.push({ ...rest, aStart: search.aEnd, bStart: search.bEnd, bare: true });
  }
  return joinBlocks(blocks);
}

/** Takes the common start and end off a gap (both become blocks); null when nothing is left on one side. */
function trim(a: Int32Array, b: Int32Array, gap: OpenGap, blocks: Block[]): OpenGap | null {
  let { aStart, aEnd, bStart, bEnd } = gap;
  while (aStart < aEnd && bStart < bEnd && a[aStart] === b[bStart]) {
    aStart++;
    bStart++;
  }
  if (aStart > gap.aStart)
    blocks.push({ aStart: gap.aStart, bStart: gap.bStart, length: aStart - gap.aStart });
  while (aEnd > aStart && bEnd > bStart && a[aEnd - 1] === b[bEnd - 1]) {
    aEnd--;
    bEnd--;
  }
  if (aEnd < gap.aEnd) blocks.push({ aStart: aEnd, bStart: bEnd, length: gap.aEnd - aEnd });
  return aStart < aEnd && bStart < bEnd ? { ...gap, aStart, aEnd, bStart, bEnd } : null;
}

/** Pushes the gaps between anchors (pairs of equal positions, ascending); an anchor starts the gap after it. */
function pushGaps(gaps: OpenGap[], gap: Gap, anchors: readonly (readonly [number, number])[]): void {
  let { aStart, bStart } = gap;
  for (const [aNext, bNext] of anchors) {
    if (aNext > aStart || bNext > bStart) gaps.push({ aStart, aEnd: aNext, bStart, bEnd: bNext });
    aStart = aNext;
    bStart = bNext;
  }
  gaps.push({ aStart, aEnd: gap.aEnd, bStart, bEnd: gap.bEnd });
}

/** Finds the elements that occur once on both sides of a gap. Holds the tables, so that they are made once. */
class UniqueElements {
  private readonly countA: Int32Array;
  private readonly countB: Int32Array;
  private readonly placeB: Int32Array;

  constructor(symbols: number) {
    this.countA = new Int32Array(symbols);
    this.countB = new Int32Array(symbols);
    this.placeB = new Int32Array(symbols);
  }

  /** The longest chain of such elements that ascends on both sides, as pairs of positions. */
  anchors(a: Int32Array, b: Int32Array, { aStart, aEnd, bStart, bEnd }: Gap): [number, number][] {
    const { countA, countB, placeB } = this;
    for (let i = aStart; i < aEnd; i++) countA[a[i]!]!++;
    for (let j = bStart; j < bEnd; j++) {
      countB[b[j]!]!++;
      placeB[b[j]!] = j;
    }
    const pairs: [number, number][] = [];
    for (let i = aStart; i < aEnd; i++) {
      const symbol = a[i]!;
      if (countA[symbol] === 1 && countB[symbol] === 1) pairs.push([i, placeB[symbol]!]);
    }
    for (let i = aStart; i < aEnd; i++) countA[a[i]!] = 0;
    for (let j = bStart; j < bEnd; j++) countB[b[j]!] = 0;
    return longestAscending(pairs);
  }
}

/** The longest chain of pairs (ascending in the first number) that ascends in the second, by patience sorting. */
function longestAscending(pairs: [number, number][]): [number, number][] {
  const tops: number[] = [];
  const previous = new Int32Array(pairs.length);
  for (let k = 0; k < pairs.length; k++) {
    const value = pairs[k]![1];
    let low = 0;
    let high = tops.length;
    if (high > 0 && pairs[tops[high - 1]!]![1] < value) low = high;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (pairs[tops[middle]!]![1] < value) low = middle + 1;
      else high = middle;
    }
    previous[k] = low > 0 ? tops[low - 1]! : -1;
    tops[low] = k;
  }
  const chain: [number, number][] = [];
  for (let k = tops.length > 0 ? tops[tops.length - 1]! : -1; k >= 0; k = previous[k]!) chain.push(pairs[k]!);
  return chain.reverse();
}

/** Anchors for a gap without unique elements: starts of runs of 2, 4, 8 or 16 elements that occur once on both sides. */
function runAnchors(a: Int32Array, b: Int32Array, gap: Gap): [number, number][] {
  let runsA: Int32Array = a.slice(gap.aStart, gap.aEnd);
  let runsB: Int32Array = b.slice(gap.bStart, gap.bEnd);
  for (let length = 1; length <= 8; length *= 2) {
    if (runsA.length <= length || runsB.length <= length) return [];
    const names = new Map<number, number>();
    runsA = nameRuns(runsA, length, names);
    runsB = nameRuns(runsB, length, names);
    const whole = { aStart: 0, aEnd: runsA.length, bStart: 0, bEnd: runsB.length };
    const anchors = new UniqueElements(names.size).anchors(runsA, runsB, whole);
    if (anchors.length > 0) return anchors.map(([i, j]) => [i + gap.aStart, j + gap.bStart]);
  }
  return [];
}

/** Symbols for the runs of twice `length` elements, from the symbols of the runs of `length`. */
function nameRuns(runs: Int32Array, length: number, names: Map<number, number>): Int32Array {
  const named = new Int32Array(runs.length - length);
  for (let i = 0; i < named.length; i++) {
    const key = runs[i]! * 0x80000000 + runs[i + length]!;
    let name = names.get(key);
    if (name === undefined) {
      name = names.size;
      names.set(key, name);
    }
    named[i] = name;
  }
  return named;
}

interface Search {
  readonly blocks: Block[];
  /** False when the bound was reached first; `blocks` then lead up to (aEnd, bEnd), the furthest point found. */
  readonly complete: boolean;
  readonly aEnd: number;
  readonly bEnd: number;
  readonly steps: number;
}

/**
 * Room for a search's history: row d holds the furthest x on every second diagonal of -d..d, at [d * d, (d + 1) * (d + 1)).
 * A search reads only what it wrote, so that one room serves them all.
 */
class History {
  private xs = new Int32Array(0);

  forDifferences(most: number): Int32Array {
    const size = (most + 1) * (most + 1);
    if (this.xs.length < size) this.xs = new Int32Array(size);
    return this.xs;
  }
}

/** Myers' greedy search within a gap, giving up after `bound` differences. */
function myers(a: Int32Array, b: Int32Array, gap: Gap, bound: number, history: History): Search {
  const { aStart, bStart } = gap;
  const lengthA = gap.aEnd - aStart;
  const lengthB = gap.bEnd - bStart;
  const most = Math.min(bound, lengthA + lengthB);
  const xs = history.forDifferences(most);
  let steps = 0;
  let furthest = -1;
  let diagonal = 0;
  for (let d = 0; d <= most; d++) {
    const row = d * d + d;
    const before = (d - 1) * (d - 1) + d - 1;
    furthest = -1;
    for (let k = -d; k <= d; k += 2) {
      let x = 0;
      if (d > 0) {
        const right = k === -d ? -1 : xs[before + k - 1]!;
        const down = k === d ? -1 : xs[before + k + 1]!;
        x = right < down ? down : right + 1;
      }
      const from = x;
      while (x < lengthA && x - k < lengthB && a[aStart + x] === b[bStart + x - k]) x++;
      steps += x - from + 1;
      xs[row + k] = x;
      if (x <= lengthA && x - k <= lengthB && 2 * x - k > furthest) {
        furthest = 2 * x - k;
        diagonal = k;
      }
    }
    const complete = furthest === lengthA + lengthB;
    if (complete || d === most) {
      const x = xs[row + diagonal]!;
      const blocks = backtrack(xs, d, diagonal, gap);
      return { blocks, complete, aEnd: aStart + x, bEnd: bStart + x - diagonal, steps };
    }
  }
  throw new RangeError('unreachable: the last round returns');
}

/** The equal runs on the path to diagonal `k` after `d` differences, last first. */
function backtrack(xs: Int32Array, d: number, k: number, gap: Gap): Block[] {
  const blocks: Block[] = [];
  for (; d >= 0; d--) {
    const before = (d - 1) * (d - 1) + d - 1;
    const x = xs[d * d + d + k]!;
    let from = 0;
    let next = k;
    if (d > 0) {
      const down = k === -d || (k !== d && xs[before + k - 1]! < xs[before + k + 1]!);
      next = down ? k + 1 : k - 1;
      from = down ? xs[before + next]! : xs[before + next]! + 1;
    }
    if (x > from) blocks.push({ aStart: gap.aStart + from, bStart: gap.bStart + from - k, length: x - from });
    k = next;
  }
  return blocks;
}

/** Sorts blocks and joins those that follow each other on both sides. */
export function joinBlocks(blocks: Block[]): Block[] {
  const joined: Block[] = [];
  blocks.sort((one, other) => one.aStart - other.aStart);
  for (let k = 0; k < blocks.length; ) {
    const { aStart, bStart, length } = blocks[k]!;
    let joinedLength = length;
    for (k++; k < blocks.length; k++) {
      const next = blocks[k]!;
      if (next.aStart !== aStart + joinedLength || next.bStart !== bStart + joinedLength) break;
      joinedLength += next.length;
    }
    joined.push({ aStart, bStart, length: joinedLength });
  }
  return joined;
}
