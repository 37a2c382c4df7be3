import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ContentTable, hashOf } from '../../src/core/contentTable';
import { lined } from '../../src/core/linedText';
import { lineSymbols } from '../../src/core/lineSymbols';

/** Numbers the lines of two texts by a map of strings. */
function byMap(before: string[], after: string[]) {
  const known = new Map<string, number>();
  const number = (content: string) => {
    if (!known.has(content)) known.set(content, known.size);
    return known.get(content)!;
  };
  return { a: before.map(number), b: after.map(number), count: known.size };
}

const line = fc.oneof(
  fc.constantFrom('', ' ', '}', '  }', '\u2003}', '\u00a0}\ufeff', 'a long line that is compared by slices'),
  fc.string({ unit: fc.constantFrom('a', 'b', ' ', '\t', '\u3000', 'é', '\ud800'), maxLength: 20 }),
);
const text = fc.array(line, { maxLength: 40 });

describe('numbering contents', () => {
  for (const trimmed of [false, true]) {
    it(`gives lines the numbers that a map of strings gives them${trimmed ? ', trimmed' : ''}`, () => {
      fc.assert(
        fc.property(text, text, text, (one, shared, other) => {
          const [before, after] = [
            [...one, ...shared],
            [...shared, ...other, ...shared],
          ];
          const [a, b] = [
            lined(before.map((l) => `${l}\n`).join('')),
            lined(after.map((l) => `${l}\n`).join('')),
          ];
          const gap = { aStart: 0, aEnd: a.lines.count, bStart: 0, bEnd: b.lines.count };
          const contents = ({ text, lines }: typeof a) =>
            Array.from(lines.ends, (end, k) => text.slice(lines.starts[k], end)).map((l) =>
              trimmed ? l.trim() : l,
            );
          const numbered = lineSymbols(a, b, gap, trimmed);
          assert.deepEqual(
            { ...numbered, a: [...numbered.a], b: [...numbered.b] },
            byMap(contents(a), contents(b)),
          );
        }),
      );
    });
  }

  it('tells contents apart however many have the same hash', () => {
    const contents = Array.from({ length: 500 }, (_, k) => String(1000 + k));
    const whole = contents.join('');
    const table = new ContentTable(1000);
    for (const round of [0, 1]) {
      table.takeUp(round === 0 ? whole : ` ${whole}`);
      for (let k = 0; k < 500; k++) {
        assert.equal(table.numberOf(4 * k + round, 4 * k + round + 4, 7), k);
      }
    }
    assert.equal(table.count, 500);
  });

  it('hashes equal contents alike, and never as 0', () => {
    assert.equal(hashOf('one two one', 0, 3), hashOf('one two one', 8, 11));
    assert.notEqual(hashOf('one two', 0, 3), hashOf('one two', 4, 7));
    assert.notEqual(hashOf('', 0, 0), 0);
  });
});
