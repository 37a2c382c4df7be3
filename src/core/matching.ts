/**
 * Finds the lines of a text that one statement speaks of. A statement holds for text, wherever that has gone, but a
 * lone `}` that was read blesses no other `}`. So lines are matched in runs, each stated line at most once, and a run
 * must be recognisable: by enough content of its own, or by the lines next to it.
 */
import { weightOf } from './reviewText';
import type { StatementBlock } from './statements';
import type { TextIndex } from './textIndex';

/** Letters and digits that make a run recognisable; a line of code that says something has as many. */
export const ENOUGH_WEIGHT = 20;
/** The same in the file that the statement names, for what stands next to a line that it stood next to. */
const ENOUGH_IN_PLACE = 10;
/** How many lines may have been put between two runs of a block for one to support the other. */
const NEAR_LINES = 50;
/** How many places with the same first line are tried for one block. */
const MAX_CANDIDATES = 64;

/** A block of a statement, and whether the statement names this very file. */
export interface StatedBlock {
  readonly block: StatementBlock;
  readonly samePath: boolean;
}

/** Marked lines [from, to) of a text, and whether the lines around them are those that the statement names. */
interface Place {
  readonly from: number;
  readonly to: number;
  readonly before: boolean;
  readonly after: boolean;
}

/** Lines [stated, statedEnd) of a block, found at a place. */
interface Run extends Place {
  readonly stated: number;
  readonly statedEnd: number;
}

/** The marked lines that one statement speaks of, as indexes into the text's marked lines. */
export function matchStatement(index: TextIndex, blocks: readonly StatedBlock[]): Set<number> {
  return new StatementMatcher(index).match(blocks);
}

/** One statement against one text: which lines it has been found at so far. */
class StatementMatcher {
  private readonly taken = new Set<number>();
  /** How far the front of a list of places is taken already. */
  private readonly fronts = new Map<readonly number[], number>();

  constructor(private readonly index: TextIndex) {}

  match(blocks: readonly StatedBlock[]): Set<number> {
    // Best evidence first, over all blocks, so that no block takes what belongs to another one.
    const moved = blocks.filter((stated) => !this.takeInPlace(stated));
    const changed = moved.filter((stated) => !this.takeMoved(stated));
    for (const stated of changed) this.takeRuns(stated);
    return this.taken;
  }

  /** The whole block between the lines that it stood between. */
  private takeInPlace({ block, samePath }: StatedBlock): boolean {
    for (const place of this.wholePlaces(block)) {
      if (!place.before || !place.after) continue;
      if (samePath || this.weight(place, true) >= ENOUGH_WEIGHT) return this.take(place.from, place.to);
    }
    return false;
  }

  /** The whole block elsewhere: next to one of its neighbours, or anywhere when there is enough of it. */
  private takeMoved({ block, samePath }: StatedBlock): boolean {
    const places = this.wholePlaces(block);
    const enough = samePath ? ENOUGH_IN_PLACE : ENOUGH_WEIGHT;
    const beside = places.filter(
      (place) => (place.before || place.after) && this.weight(place, true) >= enough,
    );
    const [only, ...others] = beside.length > 0 ? beside : places;
    if (!only || others.length > 0) return false;
    if (beside.length === 0 && this.weight(only, false) < ENOUGH_WEIGHT) return false;
    return this.take(only.from, only.to);
  }

  /** What is left of a block of which something was changed, or into which something was put. */
  private takeRuns({ block, samePath }: StatedBlock): void {
    const { lines } = block;
    const found = new FoundRuns(lines.length);
    // A line that the text has only once is an anchor.
    for (const [at, digest] of lines.entries()) {
      const places = this.index.placesOf(digest);
      if (places.length !== 1 || found.isDone(at)) continue;
      const run = this.runAround(block, found, at, places[0]!);
      if (run && this.weight(run, true) >= ENOUGH_WEIGHT) this.takeRun(found, run);
      else if (run) found.leave(run);
    }
    // The block's ends may still stand next to what they stood next to.
    for (const [side, at] of [
      ['before', 0],
      ['after', lines.length - 1],
    ] as const) {
      if (at < 0 || !found.isFree(at)) continue;
      const place = this.onlyPlace(this.index.placesBeside(lines[at]!, side, block[side]));
      const run = place === null ? null : this.runAround(block, found, at, place);
      if (!run) continue;
      const enough = samePath ? ENOUGH_IN_PLACE : ENOUGH_WEIGHT;
      if (this.weight(run, true) >= enough || this.isNear(found.nearest(run), run)) this.takeRun(found, run);
    }
    // Between two runs, what stands where it stood.
    for (const [above, below] of found.neighbours()) {
      if (below.from - above.to !== below.stated - above.statedEnd || !this.isNear(above, below)) continue;
      for (let i = above.to; i < below.from; i++) {
        const isSame = this.index.digests[i] === lines[above.statedEnd + (i - above.to)];
        if (isSame && !this.taken.has(i)) this.taken.add(i);
      }
    }
  }

  /** The longest run in which stated line `at` stands at `place`; null when that is not so, or taken. */
  private runAround(block: StatementBlock, found: FoundRuns, at: number, place: number): Run | null {
    const { digests } = this.index;
    const fits = (line: number, stated: number): boolean =>
      digests[line] === block.lines[stated] && found.isFree(stated) && !this.taken.has(line);
    if (!fits(place, at)) return null;
    let from = place;
    while (this.index.continues(from) && fits(from - 1, at - (place - from) - 1)) from--;
    let to = place + 1;
    while (this.index.continues(to) && fits(to, at + (to - place))) to++;
    const [stated, statedEnd] = [at - (place - from), at + (to - place)];
    const isStart = stated === 0;
    const isEnd = statedEnd === block.lines.length;
    return { ...this.place(block, from, to, isStart, isEnd), stated, statedEnd };
  }

  private takeRun(found: FoundRuns, run: Run): void {
    this.take(run.from, run.to);
    found.add(run);
  }

  /** True when two runs of one block stand in its order, and not much was put between them. */
  private isNear(one: Run | null, other: Run): boolean {
    if (!one) return false;
    const [above, below] = one.stated < other.stated ? [one, other] : [other, one];
    if (above.to > below.from) return false;
    const { marked } = this.index.text;
    const between = marked[below.from]!.line - marked[above.to - 1]!.line - 1;
    return between <= below.stated - above.statedEnd + NEAR_LINES;
  }

  /** Where the whole block stands and nothing of it is taken; the places most likely to be right, if there are many. */
  private wholePlaces(block: StatementBlock): Place[] {
    const { lines } = block;
    const starts = new Set<number>();
    if (lines.length > 0) {
      const beside = this.index.placesBeside(lines[0]!, 'before', block.before);
      for (const start of this.firstFree(beside)) starts.add(start);
      let rarest = 0;
      for (const [at, digest] of lines.entries()) {
        if (this.index.placesOf(digest).length < this.index.placesOf(lines[rarest]!).length) rarest = at;
      }
      const places = this.index.placesOf(lines[rarest]!);
      if (places.length <= MAX_CANDIDATES) for (const place of places) starts.add(place - rarest);
    }
    const ends = new Map<number, number>();
    for (const from of starts) if (this.standsAt(lines, from)) ends.set(from, from + lines.length);
    const asOneLine = block.joined ?? (lines.length === 1 ? lines[0]! : '');
    const joined = this.firstFree(this.index.blocksJoined(asOneLine));
    for (const from of joined) if (!ends.has(from)) ends.set(from, this.index.blockEnd(from));
    return Array.from(ends, ([from, to]) => this.place(block, from, to, true, true));
  }

  private standsAt(lines: readonly string[], from: number): boolean {
    return lines.every(
      (digest, i) =>
        this.index.digests[from + i] === digest &&
        !this.taken.has(from + i) &&
        (i === 0 || this.index.continues(from + i)),
    );
  }

  /** A place, with its neighbours compared on the sides where the block's own end stands. */
  private place(
    block: StatementBlock,
    from: number,
    to: number,
    compareBefore: boolean,
    compareAfter: boolean,
  ): Place {
    const { text } = this.index;
    return {
      from,
      to,
      before: compareBefore && text.before(from).digest === block.before,
      after: compareAfter && text.after(to - 1).digest === block.after,
    };
  }

  /** The weight of a place's lines, and of the neighbours that are the right ones. */
  private weight(place: Place, withNeighbours: boolean): number {
    const { text } = this.index;
    let weight = 0;
    if (withNeighbours && place.before) weight += text.before(place.from).weight;
    if (withNeighbours && place.after) weight += text.after(place.to - 1).weight;
    for (let i = place.from; i < place.to && weight < ENOUGH_WEIGHT; i++)
      weight += weightOf(text.marked[i]!.content);
    return weight;
  }

  private take(from: number, to: number): true {
    for (let i = from; i < to; i++) this.taken.add(i);
    return true;
  }

  /** The first places of a list that are not taken. */
  private firstFree(places: readonly number[]): number[] {
    let front = this.fronts.get(places) ?? 0;
    while (front < places.length && this.taken.has(places[front]!)) front++;
    this.fronts.set(places, front);
    return places.slice(front, front + MAX_CANDIDATES).filter((place) => !this.taken.has(place));
  }

  private onlyPlace(places: readonly number[]): number | null {
    const free = this.firstFree(places);
    return free.length === 1 ? free[0]! : null;
  }
}

/** What has been found of one block so far. */
class FoundRuns {
  private readonly runs: Run[] = [];
  private readonly done: Uint8Array;

  constructor(length: number) {
    this.done = new Uint8Array(length);
  }

  /** True for a line that is found, or has been looked at as part of a run that was not recognisable. */
  isDone(stated: number): boolean {
    return this.done[stated] !== 0;
  }

  /** True for a line of the block that is not found. */
  isFree(stated: number): boolean {
    return this.done[stated] !== undefined && this.done[stated] !== FOUND;
  }

  add(run: Run): void {
    this.runs.push(run);
    this.done.fill(FOUND, run.stated, run.statedEnd);
  }

  leave(run: Run): void {
    this.done.fill(LEFT, run.stated, run.statedEnd);
  }

  /** The found run that stood nearest to another one in the block. */
  nearest(run: Run): Run | null {
    let nearest: Run | null = null;
    const distance = (one: Run): number => Math.max(one.stated - run.statedEnd, run.stated - one.statedEnd);
    for (const one of this.runs) if (!nearest || distance(one) < distance(nearest)) nearest = one;
    return nearest;
  }

  /** Each two found runs that follow each other in the block. */
  neighbours(): [above: Run, below: Run][] {
    const sorted = this.runs.toSorted((a, b) => a.stated - b.stated);
    return sorted.slice(1).map((below, i) => [sorted[i]!, below]);
  }
}

const FOUND = 1;
const LEFT = 2;
