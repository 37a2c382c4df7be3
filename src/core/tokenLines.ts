import type { Block } from './sequenceDiff';

/** The tokens of a text by number, and a table with 1 for each that is the first of its line. */
export interface TokenLines {
  readonly symbols: Int32Array;
  readonly first: Uint8Array;
}

/**
 * Lines that were put before or after a line may begin or end as it does (`const`, `);`), so that a diff may take a word
 * of theirs for one of the line's. Where the line that the rest was found in begins or ends so too, that counts.
 */
export function onOneLine(blocks: readonly Block[], a: TokenLines, b: TokenLines): Block[] {
  const moved: Block[] = [];
  for (const block of blocks) {
    gatherFirstWords(moved, block, a, b);
    const last = moved.pop();
    moved.push(...((last && withLastWords(last, block, a, b)) ?? (last ? [last, block] : [block])));
  }
  return moved.filter(({ length }) => length > 0);
}

/** Puts the words of next's line that were found in earlier lines, of one side, where that line has them on the other. */
function gatherFirstWords(before: Block[], next: Block, a: TokenLines, b: TokenLines): void {
  const [aLine, bLine] = [lineOf(a, next.aStart), lineOf(b, next.bStart)];
  // What already stands on both lines stays.
  let kept = before.length;
  while (kept > 0 && before[kept - 1]!.aStart >= aLine && before[kept - 1]!.bStart >= bLine) kept--;
  let first = kept;
  while (first > 0 && reaches(before[first - 1]!, aLine, bLine)) first--;
  if (first === kept) return;
  const chosen = before.slice(first, kept);
  const { aStart, bStart } = before[kept] ?? next;
  const gathered =
    onLine(chosen, a, aLine, b, bLine, bStart) ??
    onLine(chosen.map(swap), b, bLine, a, aLine, aStart)?.map(swap);
  if (gathered) before.splice(first, kept - first, ...gathered);
}

const reaches = ({ aStart, bStart, length }: Block, aLine: number, bLine: number) =>
  aStart + length > aLine || bStart + length > bLine;

const swap = ({ aStart, bStart, length }: Block): Block => ({ aStart: bStart, bStart: aStart, length });

/**
 * The blocks with their words from `aLine` on found in `b` from `bLine` to before `bEnd`, in their order; null when one of
 * them is not there, or stood there already.
 */
function onLine(
  blocks: readonly Block[],
  a: TokenLines,
  aLine: number,
  b: TokenLines,
  bLine: number,
  bEnd: number,
): Block[] | null {
  const found: Block[] = [];
  let at = bLine;
  for (const { aStart, bStart, length } of blocks) {
    if (bStart + length > bLine) return null;
    if (aStart < aLine) found.push({ aStart, bStart, length: Math.min(length, aLine - aStart) });
    for (let k = Math.max(0, aLine - aStart); k < length; k++, at++) {
      while (at < bEnd && b.symbols[at] !== a.symbols[aStart + k]) at++;
      if (at >= bEnd) return null;
      found.push({ aStart: aStart + k, bStart: at, length: 1 });
    }
  }
  return joined(found);
}

const endOf = ({ aStart, length }: Block) => aStart + length;

function joined(blocks: readonly Block[]): Block[] {
  const runs: { aStart: number; bStart: number; length: number }[] = [];
  for (const block of blocks) {
    const last = runs[runs.length - 1];
    if (last && endOf(last) === block.aStart && last.bStart + last.length === block.bStart) last.length++;
    else runs.push({ ...block });
  }
  return runs;
}

function withLastWords(last: Block, next: Block, a: TokenLines, b: TokenLines): Block[] | null {
  const [aEnd, bEnd] = [last.aStart + last.length, last.bStart + last.length];
  const [aStop, bStop] = [endOfLine(a, aEnd - 1), endOfLine(b, bEnd - 1)];
  const length = Math.max(aStop - next.aStart, bStop - next.bStart);
  if (aStop > next.aStart === bStop > next.bStart || length > next.length) return null;
  if (aStop - length < aEnd || bStop - length < bEnd) return null;
  const ends = { aStart: aStop - length, bStart: bStop - length, length };
  if (!isEqual(a, ends.aStart, b, ends.bStart, length)) return null;
  const rest = {
    aStart: next.aStart + length,
    bStart: next.bStart + length,
    length: next.length - length,
  };
  return [last, ends, rest];
}

function lineOf({ first }: TokenLines, at: number): number {
  while (at > 0 && first[at] === 0) at--;
  return at;
}

function endOfLine({ first }: TokenLines, at: number): number {
  do at++;
  while (at < first.length && first[at] === 0);
  return at;
}

function isEqual(a: TokenLines, aStart: number, b: TokenLines, bStart: number, length: number): boolean {
  for (let k = 0; k < length; k++) if (a.symbols[aStart + k] !== b.symbols[bStart + k]) return false;
  return true;
}
