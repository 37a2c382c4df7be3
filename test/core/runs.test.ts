import assert from 'node:assert/strict';
import fc from 'fast-check';
import { appendRun, lengthOfRuns, Runs, sliceOfRuns } from '../../src/core/runs';

/** One insertion number per character. */
function expand(list: readonly number[]): number[] {
  const characters: number[] = [];
  for (let i = 0; i < list.length; i += 2) {
    for (let k = 0; k < list[i]!; k++) characters.push(list[i + 1]!);
  }
  return characters;
}

function charactersOf(runs: Runs): number[] {
  const characters: number[] = [];
  let at = 0;
  runs.forEach((start, length, insertion) => {
    assert.equal(start, at, 'runs follow each other');
    assert.ok(length > 0, 'no run is empty');
    at += length;
    for (let k = 0; k < length; k++) characters.push(insertion);
  });
  assert.equal(at, runs.length);
  return characters;
}

/** Up to `most` runs; sizes of several chunks are as likely as small ones. */
const runList = (most: number) =>
  fc
    .tuple(
      fc.oneof(fc.integer({ min: 0, max: most }), fc.integer({ min: 0, max: 6 })),
      fc.integer({ min: 1, max: 97 }),
    )
    .map(([count, seed]) => {
      const list: number[] = [];
      for (let i = 0; i < count; i++) appendRun(list, 1 + ((i * seed) % 5), (i * seed * 7 + (i >> 2)) % 6);
      return list;
    });
/** Places are fractions of the length, near the last place or anywhere. */
const operation = fc.record({
  near: fc.boolean(),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  hop: fc.integer({ min: -5, max: 5 }),
  size: fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min: 0, max: 4 }) },
    { weight: 4, arbitrary: fc.integer({ min: 0, max: 900 }) },
    fc.integer({ min: 0, max: 3000 }),
  ),
  list: fc.oneof({ weight: 6, arbitrary: runList(3) }, { weight: 2, arbitrary: runList(120) }, runList(700)),
});

describe('runs', () => {
  it('agree with one number per character under any splices', () => {
    fc.assert(
      fc.property(
        runList(2500),
        fc.array(operation, { minLength: 20, maxLength: 60 }),
        (list, operations) => {
          const runs = new Runs(list);
          let oracle = expand(list);
          let last = 0;
          for (const { near, at, hop, size, list: inserted } of operations) {
            const start = Math.min(
              oracle.length,
              Math.max(0, near ? last + hop : Math.round(at * oracle.length)),
            );
            const end = Math.min(oracle.length, start + size);
            assert.deepEqual(expand(runs.slice(start, end)), oracle.slice(start, end));
            const removed = runs.splice(start, end, inserted);
            assert.deepEqual(expand(removed), oracle.slice(start, end));
            oracle = [...oracle.slice(0, start), ...expand(inserted), ...oracle.slice(end)];
            last = start;
            if (oracle.length > 0) {
              const place = Math.min(oracle.length - 1, start);
              assert.equal(runs.insertionAt(place), oracle[place]);
            }
          }
          assert.deepEqual(charactersOf(runs), oracle);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('agree with one number per character while typing, and join what belongs to one insertion', () => {
    fc.assert(
      fc.property(
        runList(20),
        fc.array(
          fc.record({
            hop: fc.integer({ min: -3, max: 3 }),
            length: fc.integer({ min: 1, max: 3 }),
            insertion: fc.integer({ min: 0, max: 2 }),
          }),
          { maxLength: 1200, size: 'max' },
        ),
        (list, typed) => {
          const runs = new Runs(list);
          const oracle = expand(list);
          let at = 0;
          for (const { hop, length, insertion } of typed) {
            at = Math.min(oracle.length, Math.max(0, at + hop));
            runs.insert(at, length, insertion);
            oracle.splice(at, 0, ...new Array<number>(length).fill(insertion));
            at += length;
          }
          assert.deepEqual(charactersOf(runs), oracle);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('put back what a splice took out', () => {
    fc.assert(
      fc.property(runList(900), runList(300), fc.nat(), fc.nat(), (list, inserted, a, b) => {
        const runs = new Runs(list);
        const before = charactersOf(runs);
        const [start, end] = [a % (before.length + 1), b % (before.length + 1)].sort((x, y) => x - y) as [
          number,
          number,
        ];
        const removed = runs.splice(start, end, inserted);
        assert.deepEqual(runs.splice(start, start + lengthOfRuns(inserted), removed), inserted);
        assert.deepEqual(charactersOf(runs), before);
      }),
    );
  });

  it('grow by one run for a character typed into a run, and not at all beside their own', () => {
    const count = (runs: Runs) => {
      let sum = 0;
      runs.forEach(() => {
        sum++;
      });
      return sum;
    };
    const runs = new Runs([10, 1, 10, 2]);
    runs.insert(5, 1, 2);
    assert.equal(count(runs), 4);
    for (const at of [6, 5, 7]) runs.insert(at, 1, 2);
    assert.equal(count(runs), 4);
    runs.insert(14, 1, 1);
    assert.equal(count(runs), 4, 'at the border, the run before takes its own');
    runs.splice(5, 9, []);
    assert.equal(count(runs), 2, 'what a deletion brings together joins');
  });

  it('stay right while a small list grows large and most of it goes again', () => {
    const runs = new Runs([]);
    const oracle: number[] = [];
    for (let i = 0; i < 10_000; i++) {
      const at = (i * 7919) % (oracle.length + 1);
      runs.splice(at, at, [2, i]);
      oracle.splice(at, 0, i, i);
      assert.equal(runs.insertionAt(oracle.length >> 1), oracle[oracle.length >> 1]);
    }
    assert.deepEqual(charactersOf(runs), oracle);
    for (let i = 0; oracle.length > 100; i++) {
      const at = (i * 104_729) % oracle.length;
      const size = Math.min(oracle.length - at, i % 10 === 0 ? 400 : 3);
      assert.deepEqual(expand(runs.splice(at, at + size, [])), oracle.splice(at, size));
      assert.equal(runs.insertionAt(oracle.length >> 1), oracle[oracle.length >> 1]);
    }
    assert.deepEqual(charactersOf(runs), oracle);
  });

  it('slice lists of pairs', () => {
    assert.deepEqual(sliceOfRuns([3, 1, 2, 2, 4, 1], 2, 6), [1, 1, 2, 2, 1, 1]);
    assert.deepEqual(sliceOfRuns([3, 1], 3, 3), []);
  });
});
