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
    const last = moved.pop();
    if (last)
      moved.push(...(withFirstWords(last, block, a, b) ?? withLastWords(last, block, a, b) ?? [last, block]));
    else moved.push(block);
  }
  return moved.filter(({ length }) => length > 0);
}

function withFirstWords(last: Block, next: Block, a: TokenLines, b: TokenLines): Block[] | null {
  const [aLine, bLine] = [lineOf(a, next.aStart), lineOf(b, next.bStart)];
  // What the run before has of the line, on one side only.
  const length = Math.max(last.aStart + last.length - aLine, last.bStart + last.length - bLine);
  if (aLine < last.aStart + last.length === bLine < last.bStart + last.length || length > last.length)
    return null;
  if (aLine + length > next.aStart || bLine + length > next.bStart) return null;
  if (!isEqual(a, aLine, b, bLine, length)) return null;
  return [{ ...last, length: last.length - length }, { aStart: aLine, bStart: bLine, length }, next];
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
