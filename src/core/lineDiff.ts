import { type Lines, splitLines } from './lines';
import { type Block, diffSequences } from './sequenceDiff';

export type { Block } from './sequenceDiff';

/** The lines of two texts as symbols: two lines have the same symbol when their contents are equal. */
export interface InternedLines {
  readonly a: Int32Array;
  readonly b: Int32Array;
  readonly symbols: number;
}

/**
 * The lines two texts have in common, as blocks of lines (0-based) that ascend on both sides. Lines are compared by
 * content, so a changed terminator (LF, CRLF, none) is no difference. See {@link diffSequences} for the algorithm.
 */
export function diffLines(
  before: string,
  after: string,
  beforeLines: Lines = splitLines(before),
  afterLines: Lines = splitLines(after),
): Block[] {
  const head = commonHead(before, after, beforeLines, afterLines);
  const tail = commonTail(before, after, beforeLines, afterLines, head);
  const aEnd = beforeLines.count - tail;
  const bEnd = afterLines.count - tail;
  const blocks: Block[] = head > 0 ? [{ aStart: 0, bStart: 0, length: head }] : [];
  if (aEnd > head && bEnd > head) {
    const { a, b, symbols } = internLines(before, after, beforeLines, afterLines, head, aEnd, bEnd);
    for (const block of diffSequences(a, b, symbols)) {
      blocks.push({ aStart: block.aStart + head, bStart: block.bStart + head, length: block.length });
    }
  }
  if (tail > 0) blocks.push({ aStart: aEnd, bStart: bEnd, length: tail });
  return joinTouching(blocks);
}

/** Gives the lines [from, aEnd) of one text and [from, bEnd) of another their symbols. */
export function internLines(
  before: string,
  after: string,
  beforeLines: Lines,
  afterLines: Lines,
  from = 0,
  aEnd = beforeLines.count,
  bEnd = afterLines.count,
): InternedLines {
  const symbols = new Map<string, number>();
  const a = intern(before, beforeLines, from, aEnd, symbols);
  const b = intern(after, afterLines, from, bEnd, symbols);
  return { a, b, symbols: symbols.size };
}

function intern(
  text: string,
  lines: Lines,
  from: number,
  to: number,
  symbols: Map<string, number>,
): Int32Array {
  const interned = new Int32Array(Math.max(0, to - from));
  for (let line = from; line < to; line++) {
    const content = text.slice(lines.starts[line], lines.ends[line]);
    let symbol = symbols.get(content);
    if (symbol === undefined) {
      symbol = symbols.size;
      symbols.set(content, symbol);
    }
    interned[line - from] = symbol;
  }
  return interned;
}

/** Characters compared at once by the trimming; slices are compared much faster than single characters. */
const CHUNK = 4096;

/** The number of equal lines both texts start with. */
function commonHead(before: string, after: string, beforeLines: Lines, afterLines: Lines): number {
  const most = Math.min(before.length, after.length);
  const [aFirst, bFirst] = [beforeLines.starts[0]!, afterLines.starts[0]!];
  if (aFirst !== bFirst) return 0;
  let at = 0;
  while (at + CHUNK <= most && before.slice(at, at + CHUNK) === after.slice(at, at + CHUNK)) at += CHUNK;
  while (at < most && before.charCodeAt(at) === after.charCodeAt(at)) at++;
  let low = 0;
  let high = Math.min(beforeLines.count, afterLines.count);
  while (low < high) {
    const middle = (low + high) >> 1;
    // Up to and with its whole terminator; a last line counts only when both texts end there.
    if (
      beforeLines.starts[middle + 1]! <= at &&
      afterLines.starts[middle + 1] === beforeLines.starts[middle + 1]
    ) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/** The number of equal lines both texts end with, beyond the first `head`. */
function commonTail(
  before: string,
  after: string,
  beforeLines: Lines,
  afterLines: Lines,
  head: number,
): number {
  const most = Math.min(before.length - beforeLines.starts[head]!, after.length - afterLines.starts[head]!);
  let length = 0;
  while (length + CHUNK <= most && endsAlike(before, after, length, CHUNK)) length += CHUNK;
  while (
    length < most &&
    before.charCodeAt(before.length - 1 - length) === after.charCodeAt(after.length - 1 - length)
  ) {
    length++;
  }
  let low = 0;
  let high = Math.min(beforeLines.count, afterLines.count) - head;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    const fromEnd = before.length - beforeLines.starts[beforeLines.count - middle]!;
    const same = after.length - afterLines.starts[afterLines.count - middle]! === fromEnd;
    if (same && fromEnd <= length) low = middle;
    else high = middle - 1;
  }
  return low;
}

function endsAlike(before: string, after: string, length: number, size: number): boolean {
  const [aEnd, bEnd] = [before.length - length, after.length - length];
  return before.slice(aEnd - size, aEnd) === after.slice(bEnd - size, bEnd);
}

function joinTouching(blocks: Block[]): Block[] {
  const joined: Block[] = [];
  for (const block of blocks) {
    const last = joined[joined.length - 1];
    if (last && last.aStart + last.length === block.aStart && last.bStart + last.length === block.bStart) {
      joined[joined.length - 1] = { ...last, length: last.length + block.length };
    } else {
      joined.push(block);
    }
  }
  return joined;
}
