import { History, myers } from './myersSearch';

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
  readonly bare?: boolean | undefined;
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
  if (shared === null) return blocksOf(solve(a, b, symbols));
  const { placesA, placesB } = shared;
  const partners = new Int32Array(a.length).fill(-1);
  const found = solve(shared.a, shared.b, symbols);
  for (let i = 0; i < found.length; i++) if (found[i]! >= 0) partners[placesA[i]!] = placesB[found[i]!]!;
  return blocksOf(partners);
}

/** The runs in a table of partners: for each element of `a` its equal in `b`, or -1. */
function blocksOf(partners: Int32Array): Block[] {
  const blocks: Block[] = [];
  for (let aStart = 0; aStart < partners.length; ) {
    const bStart = partners[aStart]!;
    let length = 1;
    if (bStart >= 0) {
      while (partners[aStart + length] === bStart + length) length++;
      blocks.push({ aStart, bStart, length });
    }
    aStart += length;
  }
  return blocks;
}

function pair(partners: Int32Array, { aStart, bStart, length }: Block): void {
  for (let k = 0; k < length; k++) partners[aStart + k] = bStart + k;
}

/** Both sequences without the elements that the other does not have, or null when these are few. */
function sharedElements(a: Int32Array, b: Int32Array, symbols: number) {
  const inA = new Uint8Array(symbols);
  const inB = new Uint8Array(symbols);
  for (let i = 0; i < a.length; i++) inA[a[i]!] = 1;
  for (let j = 0; j < b.length; j++) inB[b[j]!] = 1;
  const placesA = placesOf(a, inB);
  const placesB = placesOf(b, inA);
  if (2 * (placesA.length + placesB.length) > a.length + b.length) return null;
  return { a: elementsAt(a, placesA), b: elementsAt(b, placesB), placesA, placesB };
}

function placesOf(sequence: Int32Array, shared: Uint8Array): Int32Array {
  const places = new Int32Array(sequence.length);
  let count = 0;
  for (let i = 0; i < sequence.length; i++) if (shared[sequence[i]!] === 1) places[count++] = i;
  return places.subarray(0, count);
}

function elementsAt(sequence: Int32Array, places: Int32Array): Int32Array {
  const elements = new Int32Array(places.length);
  for (let k = 0; k < places.length; k++) elements[k] = sequence[places[k]!]!;
  return elements;
}

/** For each element of `a` its partner in `b`, or -1. */
function solve(a: Int32Array, b: Int32Array, symbols: number): Int32Array {
  const partners = new Int32Array(a.length).fill(-1);
  const uniques = new UniqueElements(symbols);
  const history = new History();
  const gaps: OpenGap[] = [{ aStart: 0, aEnd: a.length, bStart: 0, bEnd: b.length }];
  let steps = STEPS_PER_ELEMENT * (a.length + b.length) + 1000;
  for (let gap = gaps.pop(); gap !== undefined; gap = gaps.pop()) {
    const rest = trim(a, b, gap, partners);
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
        for (const block of tried.blocks) pair(partners, block);
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
    for (const block of search.blocks) pair(partners, block);
    if (!search.complete) gaps.push({ ...rest, aStart: search.aEnd, bStart: search.bEnd, bare: true });
  }
  return partners;
}

/** Takes the common start and end off a gap (they become partners); null when nothing is left on one side. */
function trim(a: Int32Array, b: Int32Array, gap: OpenGap, partners: Int32Array): OpenGap | null {
  let { aStart, aEnd, bStart, bEnd } = gap;
  while (aStart < aEnd && bStart < bEnd && a[aStart] === b[bStart]) partners[aStart++] = bStart++;
  while (aEnd > aStart && bEnd > bStart && a[aEnd - 1] === b[bEnd - 1]) partners[--aEnd] = --bEnd;
  return aStart < aEnd && bStart < bEnd ? { aStart, aEnd, bStart, bEnd, bare: gap.bare } : null;
}

/**
 * Pushes the gaps between anchors (pairs of equal positions, ascending); an anchor starts the gap after it, and anchors
 * right behind each other start one together.
 */
function pushGaps(gaps: OpenGap[], gap: Gap, anchors: readonly (readonly [number, number])[]): void {
  let { aStart, bStart } = gap;
  let [aLast, bLast] = [-1, -1];
  for (let k = 0; k < anchors.length; k++) {
    const [aNext, bNext] = [anchors[k]![0], anchors[k]![1]];
    if (aNext !== aLast + 1 || bNext !== bLast + 1) {
      if (aNext > aStart || bNext > bStart) gaps.push({ aStart, aEnd: aNext, bStart, bEnd: bNext });
      aStart = aNext;
      bStart = bNext;
    }
    aLast = aNext;
    bLast = bNext;
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
    return pairs.length > 1 ? longestAscending(pairs) : pairs;
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
