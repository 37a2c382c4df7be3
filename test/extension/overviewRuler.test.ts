import assert from 'node:assert/strict';
import fc from 'fast-check';
import { rulerMarks } from '../../src/extension/surfaces/overviewRuler';

const lines = (start: number, end = start) => ({
  start: { line: start, character: 0 },
  end: { line: end, character: 3 },
});

describe('marks in the overview ruler', () => {
  it('stand where the spans are in a file of ordinary length', () => {
    assert.deepEqual(rulerMarks([lines(2), lines(4, 7), lines(9)], 100), [
      { start: 2, end: 2 },
      { start: 4, end: 7 },
      { start: 9, end: 9 },
    ]);
  });

  it('are one for spans in the same line and in neighbouring lines', () => {
    assert.deepEqual(rulerMarks([lines(2), lines(2), lines(3, 4)], 100), [{ start: 2, end: 4 }]);
  });

  it('are none without spans', () => {
    assert.deepEqual(rulerMarks([], 100), []);
  });

  it('are few for thousands of spans, and cover every span', () => {
    const spans = fc.array(fc.tuple(fc.nat(40_000), fc.nat(5)), { maxLength: 3000, size: 'max' });
    fc.assert(
      fc.property(spans, (places) => {
        const ranges = places
          .sort(([a], [b]) => a - b)
          .map(([start, length]) => lines(start, start + length));
        const marks = rulerMarks(ranges, 40_006);
        assert.ok(marks.length <= 400, `${marks.length} marks`);
        for (const { start, end } of ranges) {
          assert.ok(marks.some((mark) => mark.start <= start.line && end.line <= mark.end));
        }
        for (const [i, mark] of marks.slice(1).entries()) assert.ok(mark.start > marks[i]!.end);
      }),
      // Thousands of spans take long to shrink.
      { numRuns: 30, endOnFailure: true },
    );
  });
});
