import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import type { Deletion, Label, Marks } from '../../src/core/marks';
import { indexStatements, reviewedFile, reviewSpans } from '../../src/core/review';
import { matchDeletions, reviewDeletions } from '../../src/core/reviewDeletions';
import type { Statement } from '../../src/core/statements';
import { anyExample, type Example, fromLines, reviewOf } from './reviewExamples';

const PATH = 'services/checkout/pay.ts';
const A = 'aaaaaa';

/** A text in which `^` (or `^label `) at a line's start is a deletion above it. */
function deletedIn(...lines: string[]): Example {
  const deletions: Deletion[] = [];
  let text = '';
  for (const line of lines) {
    const [, label, content] = /^(?:\^(\w{6})? ?)?(.*)$/s.exec(line)!;
    if (line.startsWith('^')) deletions.push({ offset: text.length, label: label ?? A });
    text += `${content}\n`;
  }
  return { text, marks: { spans: [], deletions } };
}

/** `+` for each reviewed deletion, `-` for each other. */
function states({ text, marks }: Example, statements: readonly Statement[], path = PATH): string {
  return reviewDeletions(path, text, marks, indexStatements(statements))
    .map(({ review }) => (review === 'reviewed' ? '+' : '-'))
    .join('');
}

function rangeOf({ text }: Example, part: string): { start: number; end: number } {
  const start = text.indexOf(part);
  assert.ok(start >= 0 && !text.includes(part, start + 1), part);
  return { start, end: start + part.length };
}

const FILE = deletedIn(
  'export function pay(order: Order): void {',
  '^  charge(order.account, order.total);',
  '}',
  '',
  'export function refund(order: Order): void {',
  '^  charge(order.account, -order.total);',
  '}',
);
const REVIEW = reviewOf(PATH, FILE);

describe('the review of a deletion', () => {
  it('holds for the place that was read, and there is none without it', () => {
    assert.equal(states(FILE, []), '--');
    assert.equal(states(FILE, [REVIEW]), '++');
    assert.equal(states(FILE, [{ ...REVIEW, kind: 'note' }]), '--');
    const [first] = matchDeletions(PATH, FILE.text, FILE.marks, indexStatements([REVIEW]));
    assert.equal(first?.line, 1);
    assert.deepEqual(first?.statements, [REVIEW]);
  });

  it('binds what was removed there, by whom, and the nearest lines, as docs/statements.md says', () => {
    const { blocks } = reviewedFile(PATH, FILE.text, FILE.marks);
    const digest = createHash('sha256')
      .update(
        '["deletion","aaaaaa",["export function pay(order:Order):void{"],["charge(order.account,order.total);"]]',
      )
      .digest('base64url');
    assert.deepEqual(blocks[0]?.lines, [digest]);
    assert.deepEqual(blocks[0]?.labels, [A]);
  });

  it('binds more lines where the nearest ones say little', () => {
    const { text, marks } = deletedIn(
      'guard(user, order);',
      '  go();',
      '',
      '^  }',
      '}',
      'export const LIMIT = 1;',
    );
    const digest = createHash('sha256')
      .update('["deletion","aaaaaa",["go();","guard(user,order);"],["}","}","export const LIMIT=1;"]]')
      .digest('base64url');
    assert.deepEqual(reviewedFile(PATH, text, marks).blocks[0]?.lines, [digest]);
  });

  it('chooses with the ranges: the line it stands above, or a marked line there', () => {
    const chosen = (range: { start: number; end: number }) => states(FILE, [reviewOf(PATH, FILE, [range])]);
    assert.equal(chosen(rangeOf(FILE, '-order.total')), '-+');
    const cursor = rangeOf(FILE, 'order.total);\n}\n\n').start;
    assert.equal(chosen({ start: cursor, end: cursor }), '+-');
    assert.equal(chosen(rangeOf(FILE, 'export function refund')), '--');
  });

  it('ends when a line beside it changes, and not with one further away or with whitespace', () => {
    const change = (find: string, by: string) => {
      const { text, marks } = FILE;
      const at = text.indexOf(find);
      const shift = (offset: number) => (offset > at ? offset + by.length - find.length : offset);
      return {
        text: text.replace(find, by),
        marks: {
          spans: [],
          deletions: marks.deletions.map(({ offset, label }) => ({ offset: shift(offset), label })),
        },
      };
    };
    assert.equal(states(change('charge(order.account, order', 'debit(order.account, order'), [REVIEW]), '-+');
    assert.equal(states(change('pay(order: Order)', 'pay(order: Cart)'), [REVIEW]), '-+');
    assert.equal(states(change('}\n\nexport', '}\n// more\nexport'), [REVIEW]), '++');
    assert.equal(states(change('void {\n  charge', 'void {\n\n\n    charge'), [REVIEW]), '++');
  });

  it('is not that of another deletion, or of another contribution, at the same place', () => {
    const { text, marks } = FILE;
    const [{ offset }] = marks.deletions as [Deletion];
    const both = (label: Label): Marks => ({ spans: [], deletions: [{ offset, label }, ...marks.deletions] });
    assert.equal(states({ text, marks: both('bbbbbb') }, [REVIEW]), '+-+');
    assert.equal(states({ text, marks: both(A) }, [REVIEW]), '++', 'one label stands once above a line');
  });

  it('among lone braces binds the lines around them, and counts once', () => {
    const twice = (first: string, second: string) =>
      deletedIn('a {', `  if (${first}) {`, '  }', '^}', 'b {', `  if (${second}) {`, '  }', '^}');
    const review = (example: Example) => reviewOf(PATH, example, [{ start: 0, end: 32 }]);
    const different = twice('isAdmin(user)', 'isOwner(user)');
    assert.equal(states(different, [review(different)]), '+-');
    const same = twice('isAdmin(user)', 'isAdmin(user)');
    assert.equal(states(same, [review(same)]), '+-');
    assert.equal(states(same, [reviewOf(PATH, same)]), '++');
    const second = reviewOf(PATH, same, [{ start: same.text.length - 2, end: same.text.length }]);
    assert.equal(states(same, [second]), '-+', 'the text around tells which of two');
    assert.equal(states(same, [review(same), second]), '++');
  });

  it('goes with all of its text to another file, not with its nearest lines alone', () => {
    assert.equal(states(FILE, [REVIEW], 'lib/moved.ts'), '++');
    const other = deletedIn(
      'export function pay(order: Order): void {',
      '^  charge(order.account, order.total);',
    );
    assert.equal(states(other, [REVIEW], 'lib/other.ts'), '-');
    assert.equal(states(other, [REVIEW]), '+');
  });

  it('at the end and the start of a file, and in an empty one', () => {
    for (const example of [
      deletedIn('^import { guard } from "./guard";', 'guard();'),
      { text: 'only one line', marks: { spans: [], deletions: [{ offset: 13, label: A }] } },
    ]) {
      assert.equal(states(example, []), '-');
      assert.equal(states(example, [reviewOf(PATH, example)]), '+');
    }
    assert.equal(states({ text: '', marks: { spans: [], deletions: [{ offset: 0, label: A }] } }, []), '');
  });

  it('says nothing of the lines beside it, nor a review of these of the deletion', () => {
    const lines = fromLines([
      ['export function pay(order: Order): void {', null],
      ['  charge(order.account, order.total);', A],
      ['}', null],
    ]);
    const deletions = [{ offset: lines.text.indexOf('  charge'), label: A }];
    const both: Example = { text: lines.text, marks: { ...lines.marks, deletions } };
    const alone: Example = { text: lines.text, marks: { spans: [], deletions } };
    const spanStates = (statements: Statement[]) =>
      reviewSpans(PATH, both.text, both.marks, statements).map(({ review }) => review);
    assert.deepEqual(spanStates([reviewOf(PATH, alone)]), ['unreviewed']);
    assert.equal(states(both, [reviewOf(PATH, lines)]), '-');
    const all = reviewOf(PATH, both);
    assert.deepEqual([spanStates([all]), states(both, [all])], [['reviewed'], '+']);
  });

  it('law: what is read is reviewed, whatever the text; nothing is added where nothing was deleted', () => {
    const withDeletions = anyExample.chain((example) =>
      fc
        .array(fc.record({ offset: fc.nat(example.text.length), label: fc.constantFrom(A, 'bbbbbb') }), {
          maxLength: 6,
        })
        .map(
          (deletions): Example => ({
            text: example.text,
            marks: { spans: example.marks.spans, deletions: deletions.sort((a, b) => a.offset - b.offset) },
          }),
        ),
    );
    fc.assert(
      fc.property(withDeletions, (example) => {
        const { text, marks } = example;
        const review = reviewOf(PATH, example);
        assert.match(states(example, [review]), /^\+*$/);
        assert.match(states(example, []), /^-*$/);
        const without = reviewedFile(PATH, text, { ...marks, deletions: [] });
        assert.deepEqual(review.files[0]?.blocks.slice(0, without.blocks.length), without.blocks);
      }),
      { numRuns: 300 },
    );
  });
});
