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
  /** Index of the batch's edit that the part belongs to. */
  readonly edit: number;
  /** Offset of its first character in the document before the batch (of the place of insertion for a target). */
  readonly offset: number;
  readonly lines: Line[];
}

/** A block of lines that moves says this much in letters and digits (git's default for -M). */
const LEAST_WEIGHT = 20;
/** Unless it is all that one edit removes and another inserts: then this much. */
const LEAST_WHOLE_WEIGHT = 3;
/** How many equal lines are tried as the origin of a line. */
const MOST_CANDIDATES = 16;

/**
 * Finds the moves among the changed parts of a batch; in order of part and place, disjoint. `editOf` tells which of
 * the batch's edits each part belongs to.
 */
export function findMoves(parts: readonly Edit[], editOf: readonly number[]): Move[] {
  if (parts.length < 2) return [];
  const removed = fragmentsOf(parts, editOf, ({ removed }) => removed);
  const inserted = fragmentsOf(parts, editOf, ({ text }) => text);
  if (removed.length === 0 || inserted.length === 0) return [];
  const sources = new Map<string, Line[]>();
  for (const line of removed.flatMap(({ lines }) => lines)) {
    const same = sources.get(line.core);
    if (same) same.push(line);
    else sources.set(line.core, [line]);
  }
  // A lone brace moves only if nothing else does.
  const leastWhole = removed.length === 1 && inserted.length === 1 ? 0 : LEAST_WHOLE_WEIGHT;
  return inserted.flatMap((target) => movesInto(target, sources, leastWhole));
}

/** True when all that edits insert, white space aside, is text that they remove elsewhere. */
export function isAllMoved(edits: readonly Edit[]): boolean {
  const moves = findMoves(edits, [...edits.keys()]);
  return edits.every(({ text }, part) => {
    let at = 0;
    for (const move of moves.filter((one) => one.part === part)) {
      if (!isBlank(text.slice(at, move.at))) return false;
      at = move.at + move.length;
    }
    return isBlank(text.slice(at));
  });
}

function fragmentsOf(
  parts: readonly Edit[],
  editOf: readonly number[],
  side: (part: Edit) => string,
): Fragment[] {
  const fragments: Fragment[] = [];
  parts.forEach((part, index) => {
    const text = side(part);
    if (!isBlank(text)) fragments.push(fragmentOf(index, editOf[index]!, part.start, text));
  });
  return fragments;
}

function movesInto(target: Fragment, sources: ReadonlyMap<string, Line[]>, leastWhole: number): Move[] {
  const moves: Move[] = [];
  let i = 0;
  while (i < target.lines.length) {
    const line = target.lines[i]!;
    const found = line.core === '' ? null : bestBlock(target, i, sources.get(line.core) ?? [], leastWhole);
    if (found) moves.push(...movesOfBlock(target, i, found.from.fragment, found.from.index, found.count));
    i += found ? found.count : 1;
  }
  return moves;
}

/** The longest block of unused removed lines that reads like the target from line `first` on. */
function bestBlock(target: Fragment, first: number, candidates: readonly Line[], leastWhole: number) {
  let best: { from: Line; count: number } | null = null;
  let tried = 0;
  for (const from of candidates) {
    if (from.used || from.fragment.part === target.part) continue;
    if (++tried > MOST_CANDIDATES) break;
    const source = from.fragment.lines;
    let count = 1;
    for (;;) {
      const next = source[from.index + count];
      if (!next || next.used || next.core !== target.lines[first + count]?.core) break;
      count++;
    }
    if (best && best.count >= count) continue;
    const block = source.slice(from.index, from.index + count);
    const whole =
      from.fragment.edit !== target.edit && isWhole(source, block) && isWhole(target.lines, block);
    if (weight(block) >= (whole ? leastWhole : LEAST_WEIGHT)) best = { from, count };
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

function fragmentOf(part: number, edit: number, offset: number, text: string): Fragment {
  const fragment: Fragment = { part, edit, offset, lines: [] };
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
