import { slideHunks } from './hunkSlide';
import { type LinedText, wordCharactersOfLines } from './linedText';
import { lineSymbols } from './lineSymbols';
import { type Block, diffSequences, type Gap } from './sequenceDiff';

export type { Block, Gap } from './sequenceDiff';

/** Lines of a window in which the two texts are looked for to run alike again, first a small then a larger one. */
const WINDOWS = [16, 64, 512];
/** They run alike again when this many lines are equal, and hold this many letters and digits. */
const ALIKE_LINES = 16;
const ALIKE_CHARACTERS = 60;

/**
 * The lines two texts have in common, as blocks of lines (0-based) that ascend on both sides. Lines are compared by
 * content, so a changed terminator (LF, CRLF, none) is no difference.
 *
 * Long equal stretches are passed over by comparing the texts in large pieces; at a difference a window of lines is
 * compared, and the walk goes on where the texts run alike again. From where they do not, or when windows cost more than
 * they save, the rest is compared as a whole. See {@link diffSequences} for the algorithm. Where lines that only one text has
 * begin and end is then as git would say (see {@link slideHunks}).
 */
export function diffLines(before: LinedText, after: LinedText): Block[] {
  const tail = commonTail(before, after);
  const [aEnd, bEnd] = [before.lines.count - tail, after.lines.count - tail];
  const blocks: Block[] = [];
  let [a, b] = [0, 0];
  const budget = { lines: (aEnd + bEnd) >> 1 };
  for (;;) {
    const length = commonHead(before, a, aEnd, after, b, bEnd);
    if (length > 0) blocks.push({ aStart: a, bStart: b, length });
    a += length;
    b += length;
    const met = a < aEnd && b < bEnd ? meet(before, a, aEnd, after, b, bEnd, blocks, budget) : null;
    if (met === null) break;
    a = met.aStart;
    b = met.bStart;
  }
  for (const block of diffRange(before, after, { aStart: a, aEnd, bStart: b, bEnd })) blocks.push(block);
  if (tail > 0) blocks.push({ aStart: aEnd, bStart: bEnd, length: tail });
  return slideHunks(blocks, before, after);
}

/** Where the texts run alike again after a difference, with what is equal up to there added to `blocks`; or null. */
function meet(
  before: LinedText,
  a: number,
  aEnd: number,
  after: LinedText,
  b: number,
  bEnd: number,
  blocks: Block[],
  budget: { lines: number },
): Block | null {
  for (const size of WINDOWS) {
    budget.lines -= 2 * size;
    if (budget.lines < 0 || (aEnd - a < 2 * size && bEnd - b < 2 * size)) return null;
    const found = diffRange(before, after, {
      aStart: a,
      aEnd: Math.min(aEnd, a + size),
      bStart: b,
      bEnd: Math.min(bEnd, b + size),
    });
    for (let k = 0; k < found.length; k++) {
      const { aStart, bStart, length } = found[k]!;
      if (length < 4 && aStart + length < a + size) continue;
      const most = [Math.min(aEnd, aStart + ALIKE_LINES), Math.min(bEnd, bStart + ALIKE_LINES)] as const;
      if (commonHead(before, aStart, most[0], after, bStart, most[1]) < ALIKE_LINES) continue;
      if (wordCharactersOfLines(after, bStart, ALIKE_LINES, ALIKE_CHARACTERS) < ALIKE_CHARACTERS) continue;
      for (const block of found.slice(0, k)) blocks.push(block);
      return found[k]!;
    }
  }
  return null;
}

/** Compares ranges of lines; with `trimmed`, the whitespace around the lines' contents is not looked at. */
export function diffRange(before: LinedText, after: LinedText, gap: Gap, trimmed = false): Block[] {
  if (gap.aStart >= gap.aEnd || gap.bStart >= gap.bEnd) return [];
  const { a, b, count } = lineSymbols(before, after, gap, trimmed);
  return diffSequences(a, b, count).map(({ aStart, bStart, length }) => ({
    aStart: gap.aStart + aStart,
    bStart: gap.bStart + bStart,
    length,
  }));
}

/** How many lines are equal, terminators included, from line `a` of one text and line `b` of the other on. */
function commonHead(
  before: LinedText,
  a: number,
  aEnd: number,
  after: LinedText,
  b: number,
  bEnd: number,
): number {
  const [aText, bText, aStarts, bStarts] = [before.text, after.text, before.lines.starts, after.lines.starts];
  const [aFrom, bFrom] = [aStarts[a]!, bStarts[b]!];
  const most = Math.min(aStarts[aEnd]! - aFrom, bStarts[bEnd]! - bFrom);
  const length = equalCharacters(aText, aFrom, bText, bFrom, most);
  let low = 0;
  let high = Math.min(aEnd - a, bEnd - b);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    // A last line without terminator is equal only to another such line.
    const end = aStarts[a + middle]! - aFrom;
    if (end <= length && bStarts[b + middle]! - bFrom === end) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Slices compared at once: small ones first, as most differences are near, then larger ones up to this size. */
const LARGEST_SLICE = 8192;
const SMALLEST_SLICE = 16;

/** How many characters are equal from a[aFrom] and b[bFrom] on, up to `most`. Slices compare faster than characters. */
function equalCharacters(a: string, aFrom: number, b: string, bFrom: number, most: number): number {
  let length = 0;
  let growing = true;
  for (let size = 64; size >= SMALLEST_SLICE; ) {
    const end = length + size;
    if (end <= most && a.slice(aFrom + length, aFrom + end) === b.slice(bFrom + length, bFrom + end)) {
      length = end;
      if (growing && size < LARGEST_SLICE) size *= 2;
    } else {
      growing = false;
      size >>= 1;
    }
  }
  while (length < most && a.charCodeAt(aFrom + length) === b.charCodeAt(bFrom + length)) length++;
  return length;
}

/** The number of equal lines both texts end with. */
function commonTail(before: LinedText, after: LinedText): number {
  const [a, b] = [before.text, after.text];
  const most = Math.min(a.length - before.lines.starts[0]!, b.length - after.lines.starts[0]!);
  let length = 0;
  for (let size = LARGEST_SLICE; size >= SMALLEST_SLICE; ) {
    if (length + size <= most && endOf(a, length, size) === endOf(b, length, size)) length += size;
    else size >>= 1;
  }
  while (length < most && a.charCodeAt(a.length - 1 - length) === b.charCodeAt(b.length - 1 - length))
    length++;
  let low = 0;
  let high = Math.min(before.lines.count, after.lines.count);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    const fromEnd = a.length - before.lines.starts[before.lines.count - middle]!;
    const same = b.length - after.lines.starts[after.lines.count - middle]! === fromEnd;
    if (same && fromEnd <= length) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** `size` characters that end `length` characters before the text's end. */
function endOf(text: string, length: number, size: number): string {
  return text.slice(text.length - length - size, text.length - length);
}
