import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Block, diffLines } from '../../src/core/lineDiff';
import { lined } from '../../src/core/linedText';
import { diffSequences } from '../../src/core/sequenceDiff';
import { random } from '../bench/truth';
import { anyText } from './marksArbitraries';

function contents(text: string): string[] {
  const { count, starts, ends } = lined(text).lines;
  return Array.from({ length: count }, (_, k) => text.slice(starts[k], ends[k]));
}

/** Checks that blocks are a common subsequence in the form that is promised; returns how many elements they hold. */
function check<T>(a: ArrayLike<T>, b: ArrayLike<T>, blocks: readonly Block[]): number {
  let [aNext, bNext, total] = [0, 0, 0];
  blocks.forEach(({ aStart, bStart, length }, index) => {
    assert.ok(length > 0 && aStart >= aNext && bStart >= bNext, 'blocks ascend on both sides');
    assert.ok(index === 0 || aStart > aNext || bStart > bNext, 'blocks that touch are joined');
    for (let k = 0; k < length; k++) assert.equal(a[aStart + k], b[bStart + k]);
    [aNext, bNext] = [aStart + length, bStart + length];
    total += length;
  });
  assert.ok(aNext <= a.length && bNext <= b.length);
  return total;
}

function diff(before: string, after: string): Block[] {
  return diffLines(lined(before), lined(after));
}

/** The length of the longest common subsequence, the slow and sure way. */
function longestCommon(a: readonly number[], b: readonly number[]): number {
  let row: number[] = new Array(b.length + 1).fill(0);
  for (const symbol of a) {
    const next = [0];
    b.forEach((other, j) => {
      next.push(symbol === other ? row[j]! + 1 : Math.max(row[j + 1]!, next[j]!));
    });
    row = next;
  }
  return row[b.length]!;
}

const symbols = (max: number) => fc.array(fc.nat(max), { maxLength: 40 });

/** A text of `count` lines from a vocabulary of `words` lines. */
function textOf(count: number, words: number, rand: () => number): string {
  return Array.from({ length: count }, () => `line ${Math.floor(rand() * words)}\n`).join('');
}

/** Replaces lines in `places` places by up to `most` others. */
function edited(text: string, places: number, most: number, rand: () => number): string {
  const lines = text.split('\n');
  for (let k = 0; k < places; k++) {
    const fresh = Array.from(
      { length: Math.floor(rand() * (most + 1)) },
      () => `new ${Math.floor(rand() * 1e9)}`,
    );
    lines.splice(Math.floor(rand() * lines.length), Math.floor(rand() * (most + 1)), ...fresh);
  }
  return lines.join('\n');
}

describe('the sequence diff', () => {
  it('finds a common subsequence', () => {
    fc.assert(
      fc.property(symbols(30), symbols(30), (a, b) => {
        check(a, b, diffSequences(Int32Array.from(a), Int32Array.from(b), 31));
      }),
    );
  });

  it('finds about the longest one where elements are not unique', () => {
    const rand = random(1);
    const sample = () => Array.from({ length: 60 }, () => Math.floor(rand() * 4));
    let [found, longest] = [0, 0];
    for (let k = 0; k < 300; k++) {
      const [a, b] = [sample(), sample()];
      found += check(a, b, diffSequences(Int32Array.from(a), Int32Array.from(b), 4));
      longest += longestCommon(a, b);
    }
    assert.ok(found > longest * 0.9, `${found} of ${longest}`);
  });

  it('keeps unique elements that stand in the same order', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat(1000), { maxLength: 60 }),
        fc.infiniteStream(fc.boolean()),
        (all, coin) => {
          const kept = all.filter(() => coin.next().value);
          assert.equal(
            check(all, kept, diffSequences(Int32Array.from(all), Int32Array.from(kept), 1001)),
            kept.length,
          );
        },
      ),
    );
  });
});

describe('the line diff', () => {
  it('finds a common subsequence of the lines, the same each time', () => {
    fc.assert(
      fc.property(anyText, anyText, (before, after) => {
        const blocks = diff(before, after);
        check(contents(before), contents(after), blocks);
        assert.deepEqual(diff(before, after), blocks);
      }),
      { numRuns: 1000 },
    );
  });

  it('takes no notice of terminators and of a byte order mark', () => {
    const text = 'one\ntwo\n\nfour\n';
    const everything = [{ aStart: 0, bStart: 0, length: 4 }];
    for (const other of [text, text.replaceAll('\n', '\r\n'), text.slice(0, -1), `\ufeff${text}`]) {
      assert.deepEqual(diff(text, other), everything);
      assert.deepEqual(diff(other, text), everything);
    }
  });

  it('does not take the start of a longer last line for the line', () => {
    assert.deepEqual(diff('a\nb', 'a\nbc'), [{ aStart: 0, bStart: 0, length: 1 }]);
    assert.deepEqual(diff('a\nb', 'a\nb\nc'), [{ aStart: 0, bStart: 0, length: 2 }]);
    assert.deepEqual(diff('xb\nc\n', 'b\nc\n'), [{ aStart: 1, bStart: 1, length: 1 }]);
  });

  it('finds what was kept in large texts with changes all over', () => {
    for (const [words, places, most] of [
      [1e9, 300, 4],
      [1e9, 3000, 2],
      [40, 300, 4],
      [2, 100, 3],
      [1e9, 5, 3000],
    ] as const) {
      const rand = random(words + places);
      const before = textOf(20_000, words, rand);
      const after = edited(before, places, most, rand);
      const kept = contents(after).filter((line) => !line.startsWith('new')).length;
      const found = check(contents(before), contents(after), diff(before, after));
      assert.ok(found >= kept * 0.995, `${found} of ${kept} kept lines, ${words} different ones`);
    }
  });

  it('does not take a copied piece for the place where the texts run alike again', () => {
    const lines = Array.from({ length: 200 }, (_, k) => `unique statement ${k};`);
    const fresh = Array.from({ length: 30 }, (_, k) => `fresh statement ${k};`);
    const inserted = [...fresh.slice(0, 5), ...lines.slice(106, 112), ...fresh.slice(5)];
    const after = [...lines.slice(0, 100), ...inserted, ...lines.slice(100)];
    assert.deepEqual(diff(lines.join('\n'), after.join('\n')), [
      { aStart: 0, bStart: 0, length: 100 },
      { aStart: 100, bStart: 136, length: 100 },
    ]);
  });

  it('comes to an end on large texts without unique lines, or in another order', () => {
    const rand = random(4);
    const unique = textOf(100_000, 1e9, rand);
    for (const [before, after, least] of [
      ['same\n'.repeat(200_000), 'same\n'.repeat(150_000), 150_000],
      [textOf(200_000, 2, rand), textOf(200_000, 2, rand), 40_000],
      [textOf(200_000, 9, rand), textOf(200_000, 9, rand), 20_000],
      [textOf(200_000, 2000, rand), textOf(200_000, 2000, rand), 1_000],
      ['a\nb\n'.repeat(100_000), 'b\nb\na\n'.repeat(70_000), 30_000],
      [unique, contents(unique).reverse().join('\n'), 1],
      [textOf(100_000, 1e9, rand), textOf(100_000, 1e9, rand), 0],
    ] as const) {
      const found = check(contents(before), contents(after), diff(before, after));
      assert.ok(found >= least, `${found} lines`);
    }
  });
});
