/** Places of the table looked at for one content. Only contents that were made to have the same hash come near it. */
const MOST_PROBES = 64;
/** From this length on slices compare faster than characters. */
const SLICED = 13;

/**
 * Numbers the contents of ranges of two texts, one text after the other, in the order they come in: equal contents get
 * the same number, from 0 on. A hash table (open addressing) whose entries are ranges, so that no string is kept for
 * one; a content that finds no place near its own goes to a map.
 */
export class ContentTable {
  /** How many different contents there are. */
  count = 0;
  /** At each place a content's number plus 1 (0: none), followed by its hash. */
  private readonly places: Int32Array;
  private overflow: Map<string, number> | null = null;
  /** Where the content with each number starts in its text, followed by where it ends. */
  private readonly ranges: Int32Array;
  private text = '';
  /** The text before this one, with the contents numbered below `earlierCount`. */
  private earlier = '';
  private earlierCount = 0;

  /** Takes up to `most` ranges. */
  constructor(most: number) {
    this.places = new Int32Array(2 ** (34 - Math.clz32(most)));
    this.ranges = new Int32Array(2 * most);
  }

  /** The ranges that follow are ranges of `text`. To be called once for each of the two texts. */
  takeUp(text: string): void {
    [this.earlier, this.earlierCount, this.text] = [this.text, this.count, text];
  }

  /** The number of the text in [start, end), which has the {@link hashOf} `hash`. */
  numberOf(start: number, end: number, hash: number): number {
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
    this.overflow ??= new Map();
    const number = this.overflow.get(content) ?? this.add(start, end);
    this.overflow.set(content, number);
    return number;
  }

  /** True when the text in [start, end) has this number. */
  isContent(number: number, start: number, end: number): boolean {
    const from = this.ranges[2 * number]!;
    const length = end - start;
    if (this.ranges[2 * number + 1]! - from !== length) return false;
    const text = number < this.earlierCount ? this.earlier : this.text;
    if (length >= SLICED) return text.slice(from, from + length) === this.text.slice(start, end);
    let k = 0;
    while (k < length && text.charCodeAt(from + k) === this.text.charCodeAt(start + k)) k++;
    return k === length;
  }

  private add(start: number, end: number): number {
    this.ranges[2 * this.count] = start;
    this.ranges[2 * this.count + 1] = end;
    return this.count++;
  }
}

/** FNV-1a over UTF-16 units, mixed so that the low bits depend on all others; never 0. */
export function hashOf(text: string, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash ^ (hash >>> 15) || 1;
}
