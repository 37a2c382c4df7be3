import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';

const POLL_MS = 40;

/** Asks again and again until the answer is truthy. Throws after `timeout` ms, naming `what` was waited for. */
export async function eventually<R>(what: string, ask: () => Promise<R>, timeout = 30_000): Promise<R> {
  const deadline = Date.now() + timeout;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > deadline) throw new Error(`waited ${timeout / 1000} s in vain: ${what}`);
    await new Promise((next) => setTimeout(next, POLL_MS));
  }
}

/** Looks again and again until what is seen is what is expected; fails with the last that was seen. */
export async function settlesAs<T>(expected: T, look: () => Promise<T>, timeout = 30_000): Promise<void> {
  const deadline = Date.now() + timeout;
  for (;;) {
    const seen = await look();
    if (isDeepStrictEqual(seen, expected)) return;
    if (Date.now() > deadline) assert.deepEqual(seen, expected);
    await new Promise((next) => setTimeout(next, POLL_MS));
  }
}
