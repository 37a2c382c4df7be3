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
  const a = table.numbers(before, gap.aStart, gap.aEnd, trimmed, new Int32Array(0));
  const b = table.numbers(after, gap.bStart, gap.bEnd, trimmed, a);
  return { a, b, count: table.count };
}

/** Places of the table looked at for one content. Only lines that were made to have the same hash come near it. */
const MOST_PROBES = 64;

/**
 * Numbers contents in the order they come in: a hash table (open addressing) whose entries are ranges of two texts, so
 * that no string is kept for a line. A content that finds no place near its own goes to a map.
 */
class ContentTable {
  count = 0;
  /** At each place a content's number plus 1 (0: none), followed by its hash. */
  private readonly places: Int32Array;
  private readonly overflow = new Map<string, number>();
  /** By number: where the content stands in its text. */
  private readonly starts: Int32Array;
  private readonly ends: Int32Array;
  /** The first text, with the contents numbered below `earlierCount`, when the second one is numbered. */
  private earlier = '';
  private earlierCount = 0;
  private text = '';

  constructor(most: number) {
    this.places = new Int32Array(2 ** (34 - Math.clz32(most)));
    this.starts = new Int32Array(most);
    this.ends = new Int32Array(most);
  }

  /**
   * The numbers of the lines [first, last) of one text, then of the other. `likely` holds those of the one: a line
   * mostly follows the line it follows there, and then it is compared with that line alone.
   */
  numbers(
    { text, lines, hashes }: LinedText,
    first: number,
    last: number,
    trimmed: boolean,
    likely: Int32Array,
  ): Int32Array {
    [this.earlier, this.earlierCount, this.text] = [this.text, this.count, text];
    const numbers = new Int32Array(last - first);
    const follows = new Int32Array(this.count);
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
      if (number >= 0 && this.isContent(number, start, end)) {
        next++;
      } else {
        let hash = trimmed ? 0 : hashes[line]!;
        if (hash === 0) hash = hashOf(text, start, end);
        if (!trimmed) hashes[line] = hash;
        number = this.numberOf(start, end, hash);
        if (number < follows.length) next = follows[number]!;
      }
      numbers[line - first] = number;
    }
    return numbers;
  }

  private numberOf(start: number, end: number, hash: number): number {
    const { places } = this;
    const mask = places.length - 1;
    let place = (2 * hash) & mask;
    for (let probe = 0; probe < MOST_PROBES; probe++) {
      const known = places[place]! - 1;
      if (known < 0) {
        places[place] = this.count + 1;
        places[place + 1] = hash;
        return this.add(start, end);
      }
      if (places[place + 1] === hash && this.isContent(known, start, end)) return known;
      place = (place + 2) & mask;
    }
    const content = this.text.slice(start, end);
    const number = this.overflow.get(content) ?? this.add(start, end);
    this.overflow.set(content, number);
    return number;
  }

  private add(start: number, end: number): number {
    this.starts[this.count] = start;
    this.ends[this.count] = end;
    return this.count++;
  }

  private isContent(number: number, start: number, end: number): boolean {
    const from = this.starts[number]!;
    const to = this.ends[number]!;
    if (to - from !== end - start) return false;
    const text = number < this.earlierCount ? this.earlier : this.text;
    // Slices compare faster than characters.
    return text.slice(from, to) === this.text.slice(start, end);
  }
}

/** FNV-1a over UTF-16 units, mixed so that the low bits depend on all others; never 0, which stands for "not known". */
function hashOf(text: string, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash ^ (hash >>> 15) || 1;
}

/** True for what `String.trim` takes away. */
function isTrimmed(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code < 128 ? code === 32 || (code >= 9 && code <= 13) : text.charAt(at).trim() === '';
}
