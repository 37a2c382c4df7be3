import { ContentTable, hashOf } from './contentTable';
import type { LinedText } from './linedText';
import type { Gap } from './sequenceDiff';

/** The lines of a gap as numbers from 0 on: lines of equal content have the same one. */
export interface LineSymbols {
  readonly a: Int32Array;
  readonly b: Int32Array;
  /** One more than the largest number. */
  readonly count: number;
}

/** Numbers the lines of a gap by their contents, with `trimmed` by their contents without the whitespace around them. */
export function lineSymbols(before: LinedText, after: LinedText, gap: Gap, trimmed: boolean): LineSymbols {
  const table = new ContentTable(gap.aEnd - gap.aStart + gap.bEnd - gap.bStart);
  const a = numbers(table, before, gap.aStart, gap.aEnd, trimmed, new Int32Array(0));
  const b = numbers(table, after, gap.bStart, gap.bEnd, trimmed, a);
  return { a, b, count: table.count };
}

/**
 * The numbers of the lines [first, last) of a text. `likely` holds those of the other text: a line mostly follows the
 * line it follows there, and then it is compared with that line alone.
 */
function numbers(
  table: ContentTable,
  { text, lines, hashes }: LinedText,
  first: number,
  last: number,
  trimmed: boolean,
  likely: Int32Array,
): Int32Array {
  table.takeUp(text);
  const found = new Int32Array(last - first);
  // For each number the place in `likely` after the first line that has it.
  const follows = new Int32Array(table.count);
  for (let k = likely.length - 1; k >= 0; k--) follows[likely[k]!] = k + 1;
  let next = 0;
  for (let line = first; line < last; line++) {
    let start = lines.starts[line]!;
    let end = lines.ends[line]!;
    if (trimmed) {
      while (start < end && isTrimmed(text, start)) start++;
      while (start < end && isTrimmed(text, end - 1)) end--;
    }
    let number = next < likely.length ? likely[next]! : -1;
    if (number >= 0 && table.isContent(number, start, end)) {
      next++;
    } else {
      let hash = trimmed ? 0 : hashes[line]!;
      if (hash === 0) hash = hashOf(text, start, end);
      if (!trimmed) hashes[line] = hash;
      number = table.numberOf(start, end, hash);
      if (number < follows.length) next = follows[number]!;
    }
    found[line - first] = number;
  }
  return found;
}

/** True for what `String.trim` takes away. */
function isTrimmed(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code < 128 ? code === 32 || (code >= 9 && code <= 13) : text.charAt(at).trim() === '';
}
