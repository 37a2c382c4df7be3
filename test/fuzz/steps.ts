import type { World } from './world';

/** Choices that follow from one number. */
export class Random {
  #next: () => number;

  constructor(next: () => number) {
    this.#next = next;
  }

  /** A whole number from 0 to below `count`; 0 for none. */
  below(count: number): number {
    return Math.floor(this.#next() * count);
  }

  chance(probability: number): boolean {
    return this.#next() < probability;
  }

  pick<T>(items: readonly T[]): T | undefined {
    return items[this.below(items.length)];
  }
}

/** One step of a sequence. It makes of the world what it can: where it makes no sense it does nothing. */
export type Step = (world: World, random: Random) => Promise<void>;
