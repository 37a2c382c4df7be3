/**
 * Moves within one batch of edits (move line, drag and drop, cut and paste by an agent): text that the batch removes
 * in one place and inserts in another carries its marks. Each removed line is used once, so that nothing is marked
 * that was not marked before.
 */
import { type Edit, isBlank } from './edits';

/** The characters [at, at + length) of a part's text came from the document before the batch. */
export interface Move {
  /** Index of the part whose text it is. */
  readonly part: number;
  readonly at: number;
  readonly length: number;
  /** Offset in the document before the batch. */
  readonly source: number;
  /** All of it follows the one character at `source` (changed indentation or line ends); otherwise one by one. */
  readonly stretched: boolean;
}

/** A line of a fragment: offsets into the fragment; core = without surrounding whitespace. */
interface Line {
  readonly fragment: Fragment;
  /** Its place among the fragment's lines. */
  readonly index: number;
  readonly start: number;
  readonly coreStart: number;
  readonly coreEnd: number;
  /** Where the content ends and the terminator begins. */
  readonly end: number;
  /** Past the terminator; equal to `end` when there is none. */
  readonly next: number;
  readonly core: string;
  used: boolean;
}

interface Fragment {
  readonly part: number;
  /** Offset of its first character in the document before the batch (of the place of insertion for a target). */
  readonly offset: number;
  readonly lines: Line[];
}

/** A block that moves must hold this many letters and digits, or be all of what was removed and inserted. */
const LEAST_WEIGHT = 3;
/** How many equal lines are tried as the origin of a line. */
const MOST_CANDIDATES = 16;

/** Finds the moves among the changed parts of a batch; in order of part and place, disjoint. */
export function findMoves(parts: readonly Edit[]): Move[] {
  if (parts.length < 2 || !parts.some((p) => p.removed !== '') || !parts.some((p) => p.text !== ''))
    return [];
  const sources = new Map<string, Line[]>();
  parts.forEach((part, index) => {
    if (isBlank(part.removed)) return;
    for (const line of fragmentOf(index, part.start, part.removed).lines) {
      const same = sources.get(line.core);
      if (same) same.push(line);
      else sources.set(line.core, [line]);
    }
  });
  if (sources.size === 0) return [];
  const moves: Move[] = [];
  parts.forEach((part, index) => {
    if (!isBlank(part.text)) moves.push(...movesInto(fragmentOf(index, part.start, part.text), sources));
  });
  return moves;
}

function movesInto(target: Fragment, sources: ReadonlyMap<string, Line[]>): Move[] {
  const moves: Move[] = [];
  let i = 0;
  while (i < target.lines.length) {
    const line = target.lines[i]!;
    const found = line.core === '' ? null : bestBlock(target, i, sources.get(line.core) ?? []);
    if (found) moves.push(...movesOfBlock(target, i, found.from.fragment, found.index, found.count));
    i += found ? found.count : 1;
  }
  return moves;
}

/** The longest block of unused removed lines that reads like the target from line `first` on. */
function bestBlock(target: Fragment, first: number, candidates: readonly Line[]) {
  let best: { from: Line; index: number; count: number } | null = null;
  let tried = 0;
  for (const from of candidates) {
    if (from.used || from.fragment.part === target.part) continue;
    if (++tried > MOST_CANDIDATES) break;
    const source = from.fragment.lines;
    const { index } = from;
    let count = 1;
    for (;;) {
      const next = source[index + count];
      if (!next || next.used || next.core !== target.lines[first + count]?.core) break;
      count++;
    }
    if (best && best.count >= count) continue;
    const block = source.slice(index, index + count);
    if (weight(block) >= LEAST_WEIGHT || (isWhole(source, block) && isWhole(target.lines, block))) {
      best = { from, index, count };
    }
  }
  return best;
}

function weight(block: readonly Line[]): number {
  return block.reduce((sum, line) => sum + line.core.replace(/[^\p{L}\p{N}]+/gu, '').length, 0);
}

/** True when the block is all that its fragment says. */
function isWhole(lines: readonly Line[], block: readonly Line[]): boolean {
  const filled = (some: readonly Line[]) => some.filter((line) => line.core !== '').length;
  return filled(lines) === filled(block);
}

function movesOfBlock(target: Fragment, t0: number, source: Fragment, s0: number, count: number): Move[] {
  const moves: Move[] = [];
  const add = (at: number, end: number, from: number, fromEnd: number) => {
    if (end <= at || fromEnd <= from) return;
    const stretched = end - at !== fromEnd - from;
    moves.push({ part: target.part, at, length: end - at, source: source.offset + from, stretched });
  };
  /** Whitespace of the target that follows whitespace of the source, or the character beside it. */
  const addSpace = (at: number, end: number, from: number, fromEnd: number, beside: number) => {
    if (fromEnd > from) add(at, end, from, fromEnd);
    else add(at, end, beside, beside + 1);
  };
  const lastSource = source.lines[s0 + count - 1]!;
  const before = lineBreakBefore(source, s0);
  // A line moved down takes the line break before it along, moved up the one after it.
  const after = lastSource.next > lastSource.end ? lastSource : null;
  const breakBefore = lineBreakBefore(target, t0);
  const lineBreak = before ?? after;
  if (breakBefore && lineBreak) add(breakBefore.end, breakBefore.next, lineBreak.end, lineBreak.next);
  for (let k = 0; k < count; k++) {
    const to = target.lines[t0 + k]!;
    const from = source.lines[s0 + k]!;
    from.used = true;
    if (to.core === '') {
      add(to.start, to.end, from.start, from.end);
    } else {
      addSpace(to.start, to.coreStart, from.start, from.coreStart, from.coreStart);
      add(to.coreStart, to.coreEnd, from.coreStart, from.coreEnd);
      addSpace(to.coreEnd, to.end, from.coreEnd, from.end, from.coreEnd - 1);
    }
    const end = from.next > from.end ? from : k === count - 1 ? before : null;
    if (end) add(to.end, to.next, end.end, end.next);
  }
  return moves;
}

/** The empty line at a fragment's start whose terminator is the line break before line `index`, if there is one. */
function lineBreakBefore(fragment: Fragment, index: number): Line | null {
  const first = fragment.lines[0]!;
  return index === 1 && first.core === '' ? first : null;
}

function fragmentOf(part: number, offset: number, text: string): Fragment {
  const fragment: Fragment = { part, offset, lines: [] };
  const terminator = /\r\n|\r|\n|$/g;
  let start = 0;
  for (;;) {
    terminator.lastIndex = start;
    const found = terminator.exec(text)!;
    const content = text.slice(start, found.index);
    const core = content.trim();
    const coreStart = start + (content.length - content.trimStart().length);
    const next = found.index + found[0].length;
    const end = found.index;
    const index = fragment.lines.length;
    const coreEnd = coreStart + core.length;
    fragment.lines.push({ fragment, index, start, coreStart, coreEnd, end, next, core, used: false });
    if (found[0] === '') return fragment;
    start = next;
  }
}
