import type { Label } from './marks';
import { lineDigest, type ReviewText } from './reviewText';

/** The marked lines of one text, to be found by the digests that statements hold. Lazy; made once per text. */
export class TextIndex {
  /** The digest of each marked line; empty for a line that no statement can speak of. */
  readonly digests: readonly string[];
  private readonly places = new Map<string, number[]>();
  private readonly besides = new Map<string, Map<string | null, number[]>>();
  private joined: Map<string, number[]> | null = null;

  /** `labels` are those that the statements name; lines with others are left out, unhashed. */
  constructor(
    readonly text: ReviewText,
    labels: ReadonlySet<Label>,
  ) {
    this.digests = text.marked.map((line) =>
      line.runs.every((run) => labels.has(run.label)) ? lineDigest(line) : '',
    );
    for (const [i, digest] of this.digests.entries()) if (digest !== '') addTo(this.places, digest, i);
  }

  /** The digests that a statement about this text can hold. */
  *statedDigests(): Iterable<string> {
    yield* this.places.keys();
    yield* this.joinedBlocks().keys();
  }

  /** Indexes of the marked lines with this digest, ascending. */
  placesOf(digest: string): readonly number[] {
    return this.places.get(digest) ?? NONE;
  }

  /** Those of them whose nearest line above (`before`) or below (`after`) that is not blank has the digest `neighbour`. */
  placesBeside(digest: string, side: 'before' | 'after', neighbour: string | null): readonly number[] {
    const key = side + digest;
    let byNeighbour = this.besides.get(key);
    if (!byNeighbour) {
      byNeighbour = new Map();
      for (const place of this.placesOf(digest)) addTo(byNeighbour, this.text[side](place).digest, place);
      this.besides.set(key, byNeighbour);
    }
    return byNeighbour.get(neighbour) ?? NONE;
  }

  /** The first marked lines of the blocks that have this digest as one line, ascending. */
  blocksJoined(digest: string): readonly number[] {
    return this.joinedBlocks().get(digest) ?? NONE;
  }

  /** The index after the last marked line of the block of marked line `from`. */
  blockEnd(from: number): number {
    let to = from + 1;
    while (this.continues(to)) to++;
    return to;
  }

  /** True when marked line `index` continues the block of the marked line before it. */
  continues(index: number): boolean {
    const { marked } = this.text;
    return index > 0 && index < marked.length && marked[index]!.block === marked[index - 1]!.block;
  }

  private joinedBlocks(): Map<string, number[]> {
    if (this.joined) return this.joined;
    this.joined = new Map();
    for (let from = 0, to = 0; from < this.digests.length; from = to) {
      to = this.blockEnd(from);
      if (this.digests.slice(from, to).includes('')) continue;
      const isOneLine = to - from === 1 && this.text.layout === 'free';
      const digest = isOneLine ? this.digests[from]! : this.text.joinedDigest(from, to);
      if (digest !== null) addTo(this.joined, digest, from);
    }
    return this.joined;
  }
}

const NONE: readonly number[] = [];

function addTo<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const values = map.get(key);
  if (values) values.push(value);
  else map.set(key, [value]);
}
