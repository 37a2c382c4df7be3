import type { Block, Gap } from './sequenceDiff';

/** What a search found. */
export interface Search {
  readonly blocks: Block[];
  /** False when the bound was reached first; `blocks` then lead up to (aEnd, bEnd), the furthest point found. */
  readonly complete: boolean;
  readonly aEnd: number;
  readonly bEnd: number;
  readonly steps: number;
}

/**
 * Room for a search's history: row d holds the furthest x on every second diagonal of -d..d, at [d * d, (d + 1) * (d + 1)).
 * A search reads only what it wrote, so that one room serves them all.
 */
export class History {
  private xs = new Int32Array(0);

  forDifferences(most: number): Int32Array {
    const size = (most + 1) * (most + 1);
    if (this.xs.length < size) this.xs = new Int32Array(size);
    return this.xs;
  }
}

/** Myers' greedy search within a gap, giving up after `bound` differences. */
export function myers(a: Int32Array, b: Int32Array, gap: Gap, bound: number, history: History): Search {
  const { aStart, bStart } = gap;
  const lengthA = gap.aEnd - aStart;
  const lengthB = gap.bEnd - bStart;
  const most = Math.min(bound, lengthA + lengthB);
  const xs = history.forDifferences(most);
  let steps = 0;
  let furthest = -1;
  let diagonal = 0;
  for (let d = 0; d <= most; d++) {
    const row = d * d + d;
    const before = (d - 1) * (d - 1) + d - 1;
    furthest = -1;
    for (let k = -d; k <= d; k += 2) {
      let x = 0;
      if (d > 0) {
        const right = k === -d ? -1 : xs[before + k - 1]!;
        const down = k === d ? -1 : xs[before + k + 1]!;
        x = right < down ? down : right + 1;
      }
      const from = x;
      while (x < lengthA && x - k < lengthB && a[aStart + x] === b[bStart + x - k]) x++;
      steps += x - from + 1;
      xs[row + k] = x;
      if (x <= lengthA && x - k <= lengthB && 2 * x - k > furthest) {
        furthest = 2 * x - k;
        diagonal = k;
      }
    }
    const complete = furthest === lengthA + lengthB;
    if (complete || d === most) {
      const x = xs[row + diagonal]!;
      const blocks = backtrack(xs, d, diagonal, gap);
      return { blocks, complete, aEnd: aStart + x, bEnd: bStart + x - diagonal, steps };
    }
  }
  throw new RangeError('unreachable: the last round returns');
}

/** The equal runs on the path to diagonal `k` after `d` differences, last first. */
function backtrack(xs: Int32Array, d: number, k: number, gap: Gap): Block[] {
  const blocks: Block[] = [];
  for (; d >= 0; d--) {
    const before = (d - 1) * (d - 1) + d - 1;
    const x = xs[d * d + d + k]!;
    let from = 0;
    let next = k;
    if (d > 0) {
      const down = k === -d || (k !== d && xs[before + k - 1]! < xs[before + k + 1]!);
      next = down ? k + 1 : k - 1;
      from = down ? xs[before + next]! : xs[before + next]! + 1;
    }
    if (x > from) blocks.push({ aStart: gap.aStart + from, bStart: gap.bStart + from - k, length: x - from });
    k = next;
  }
  return blocks;
}
