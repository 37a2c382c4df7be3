import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { type Finding, summarise } from '../../src/core/findings';
import type { Label } from '../../src/core/marks';
import type { Policy } from '../../src/core/policy';
import type { Statement } from '../../src/core/statements';
import { judge, judgementOf, policyOf } from './judgeExamples';
import { anyExample, type Example, fromBrackets, fromLines, reviewOf } from './reviewExamples';

const PATH = 'services/checkout/pay.ts';

function policy(...rules: object[]): Policy {
  return policyOf({ rules });
}

const CHECKOUT = { name: 'checkout, login and pricing', paths: ['services/{checkout,login,pricing}/**'] };
const POLICY = policy(CHECKOUT);

function find(example: Example, statements: Statement[] = [], by = POLICY, path = PATH): Finding[] {
  return judge(path, example, statements, judgementOf(by)).findings;
}

/** Lines of a text of which the digits in `pattern` are AI lines of contribution 0, 1…, `h` human ones, `_` blank ones. */
function lines(pattern: string): Example {
  const line = (kind: string, i: number): readonly [string, Label | null] => {
    if (kind === 'h') return [`  human(${i});`, null];
    if (kind === '_') return ['', null];
    return [`  const ai${i} = compute(order, ${i});`, `label${kind}`];
  };
  return fromLines([...pattern].map(line));
}

describe('findings', () => {
  const places = (pattern: string): string =>
    find(lines(pattern))
      .map(
        ({ startLine, endLine, labels }) =>
          `${startLine}-${endLine} ${labels.map((label) => label.slice(5)).join()}`,
      )
      .join(' | ');

  it('are one for each contiguous region', () => {
    assert.equal(places('hhhh'), '');
    assert.equal(places('h00h'), '1-3 0');
    assert.equal(places('00h0'), '0-2 0 | 3-4 0');
    assert.equal(places('0110'), '0-4 0,1');
    assert.equal(places('0__0'), '0-4 0');
    assert.equal(places('_0_h_0_'), '1-2 0 | 5-6 0');
  });

  it('leave out what is reviewed, and end there', () => {
    const file = lines('00000');
    const start = file.text.indexOf('  const ai2');
    const review = reviewOf(PATH, file, [{ start, end: start + 1 }]);
    assert.deepEqual(
      find(file, [review]).map(({ startLine, endLine }) => [startLine, endLine]),
      [
        [0, 2],
        [3, 5],
      ],
    );
    assert.deepEqual(find(file, [reviewOf(PATH, file)]), []);
  });

  it('leave out unknown origin', () => {
    assert.deepEqual(find(fromLines([['const pasted = compute(order);', '?paste']])), []);
  });

  it('hold offsets without the blank ends of the spans', () => {
    const example = fromBrackets('start();«\n\n  const first = compute(order);\n  »stop();\n');
    const [finding, ...others] = find(example);
    assert.deepEqual(others, []);
    assert.equal(example.text.slice(finding!.start, finding!.end), 'const first = compute(order);');
    assert.deepEqual([finding!.startLine, finding!.endLine], [2, 3]);
  });

  it('are made for each rule that holds, with its enforcement, in the order of the text', () => {
    const two = policy({ name: 'all', paths: ['**'], enforcement: 'warn' }, CHECKOUT, {
      name: 'other',
      paths: ['x/**'],
    });
    assert.deepEqual(
      find(lines('0h0'), [], two).map(({ startLine, rule, enforcement }) => [startLine, rule, enforcement]),
      [
        [0, 'all', 'warn'],
        [0, CHECKOUT.name, 'block'],
        [2, 'all', 'warn'],
        [2, CHECKOUT.name, 'block'],
      ],
    );
    assert.deepEqual(
      find(lines('0'), [], two, 'y.ts').map(({ rule }) => rule),
      ['all'],
    );
    assert.deepEqual(find(lines('0'), [], POLICY, 'y.ts'), []);
  });

  it('cover every unreviewed AI character and no line without one', () => {
    fc.assert(
      fc.property(anyExample, (example) => {
        const { spans, findings } = judge(PATH, example, [], judgementOf(POLICY));
        const covered = (at: number): boolean => findings.some(({ start, end }) => start <= at && at < end);
        for (const span of spans) {
          if (span.review !== 'unreviewed' || span.label.startsWith('?')) continue;
          for (let at = span.start; at < span.end; at++)
            if (/\S/.test(example.text[at]!)) assert.ok(covered(at));
        }
        for (const [i, { startLine, endLine }] of findings.entries()) {
          assert.ok(startLine < endLine && (i === 0 || findings[i - 1]!.endLine <= startLine));
          const from = example.text.split('\n').slice(startLine, endLine);
          assert.ok(from[0]!.trim() !== '' && from[from.length - 1]!.trim() !== '');
        }
      }),
      { numRuns: 500 },
    );
  });

  it('say what is wrong, and what would clear it', () => {
    const infra = policy(CHECKOUT, { name: 'infrastructure', paths: ['**/*.tf'], enforcement: 'warn' });
    const cases: [what: string, findings: Finding[]][] = [
      ['nothing', find(lines('hh'))],
      ['one line', find(lines('hhh0hh'))],
      ['several lines', find(lines('h000000h'))],
      ['a part of a line', find(fromBrackets('const limit = order.total > 100 «&& order.isTrusted»;\n'))],
      ['two regions', find(lines('h000h0'))],
      [
        'two rules, one region',
        find(lines('00'), [], policy(CHECKOUT, { name: 'all services', paths: ['services/**'] })),
      ],
      [
        'five rules',
        find(lines('0'), [], policy(...['a', 'b', 'c', 'd', 'e'].map((name) => ({ name, paths: ['**'] })))),
      ],
      ['two files', [...find(lines('0'), [], infra, 'infra/main.tf'), ...find(lines('h000h0'), [], infra)]],
      [
        'a path with blanks',
        find(lines('00'), [], policy({ name: 'a', paths: ['**'] }), 'my docs/a "b" $c.ts'),
      ],
      ['a path in Unicode', find(lines('00'), [], policy({ name: 'a', paths: ['**'] }), 'füße/日本.ts')],
      [
        'a hostile path',
        find(lines('0'), [], policy({ name: 'a', paths: ['**'] }), 'a\n\u001b[2Kok\u202e.ts'),
      ],
    ];
    const shown = cases.map(([what, findings]) => {
      const each = findings.map(
        ({ rule, enforcement, message, remedy }) => `  [${enforcement}] ${rule}: ${message}\n    ${remedy}\n`,
      );
      return `${what}\n  ${summarise(findings)}\n${each.join('')}`;
    });
    const golden = new URL('../golden/policy/findings.txt', import.meta.url);
    const result = `${shown.join('\n')}`;
    if (process.env.UPDATE_GOLDEN) writeFileSync(golden, result);
    assert.equal(result, readFileSync(golden, 'utf8'));
  });

  it('are summed up by kind, without what passes all the same', () => {
    const [one, two, three] = find(lines('0h0h0'));
    const summary = summarise([
      { ...one!, clearance: 'requested' },
      { ...two!, kind: 'unsigned' },
      { ...three!, kind: 'note-missing' },
      { ...three!, kind: 'unsigned' },
    ]);
    assert.equal(
      summary,
      'Taggant: 2 unsigned AI spans and 1 AI span without a note on critical paths (checkout, login and pricing): services/checkout/pay.ts:3 and 1 more.',
    );
    assert.match(summarise([{ ...one!, clearance: 'overridden' }]), /^Taggant: 1 unreviewed AI span on/);
  });

  it('are summed up in one line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), fc.string({ minLength: 1 }), (path, rule) => {
        const finding = find(lines('0'))[0]!;
        const summary = summarise([{ ...finding, path, rule }]);
        assert.match(summary, /^Taggant: 1 unreviewed AI span on a critical path \(.*\.$/);
        assert.doesNotMatch(summary, /[\p{Cc}\u2028\u2029]/u);
      }),
    );
  });
});
