import assert from 'node:assert/strict';
import { type ChangedFile, tooMuch } from '../../src/core/changeLimit';
import { reviewSpans } from '../../src/core/review';
import type { Statement } from '../../src/core/statements';
import { policyOf } from './judgeExamples';
import { type Example, fromLines, reviewOf } from './reviewExamples';

const AI = 'aaaaaa';
const POLICY = policyOf({ rules: [], limits: { unreviewedLines: 3, enforcement: 'warn' } });

function lines(...names: string[]): Example {
  return fromLines(names.map((name) => [`  const ${name} = compute(order.${name});`, AI]));
}

function changed(path: string, now: Example, before: Example | null, reviews: Statement[] = []): ChangedFile {
  return { path, text: now.text, spans: reviewSpans(path, now.text, now.marks, reviews), before };
}

describe('the limit of a change', () => {
  it('is on all files of the change together, critical or not', () => {
    const [three, one] = [changed('a.ts', lines('a', 'b', 'c'), null), changed('b.ts', lines('d'), null)];
    assert.equal(tooMuch([three], POLICY), null);
    const found = tooMuch([one, three], POLICY)!;
    assert.equal(found.kind, 'too-much');
    assert.equal(found.message, '4 lines of unreviewed AI code in this change, 3 allowed');
    assert.deepEqual([found.path, found.startLine, found.endLine], ['a.ts', 0, 3]);
    assert.equal(found.enforcement, 'warn');
    assert.equal(tooMuch([one, three], policyOf({ rules: [] })), null);
  });

  it('leaves out what is reviewed, blank, human, or of unknown origin', () => {
    const four = lines('a', 'b', 'c', 'd');
    const review = reviewOf('a.ts', four, [{ start: 0, end: 1 }]);
    assert.equal(tooMuch([changed('a.ts', four, null, [review])], POLICY), null);
    const others = fromLines([
      ...['a', 'b', 'c'].map((name) => [`const ${name} = 1;`, AI] as const),
      ['   ', AI],
      ['const human = 1;', null],
      ['const pasted = 1;', '?paste'],
    ]);
    assert.equal(tooMuch([changed('a.ts', others, null)], POLICY), null);
  });

  it('leaves out what was AI code in the file before, however it was indented', () => {
    const before = lines('a', 'b');
    const moved = fromLines(
      [...lines('x', 'y', 'z', 'b').text.split('\n').slice(0, 4), before.text.split('\n')[0]!].map((line) => [
        `  ${line}`,
        AI,
      ]),
    );
    assert.equal(tooMuch([changed('a.ts', moved, before)], POLICY), null);
    assert.equal(tooMuch([changed('a.ts', moved, null)], POLICY)!.message.slice(0, 7), '5 lines');
    // A line that was there once stands for one line only.
    const copied = lines('a', 'a', 'a', 'a', 'a');
    assert.equal(tooMuch([changed('a.ts', copied, before)], POLICY)!.message.slice(0, 7), '4 lines');
  });
});
