import assert from 'node:assert/strict';
import type { Marks } from '../../src/core/marks';
import { reviewSpans } from '../../src/core/review';
import { type BlameLine, blameLines } from '../../src/engine/blame';
import { relabel } from '../../src/engine/declare';
import { AI, CONTRIBUTION, marked } from '../support/marking';

const KNOWN = new Map([[AI, CONTRIBUTION]]);

function judged(text: string, marks: Marks) {
  return { spans: reviewSpans('a.ts', text, marks, []), deletions: marks.deletions };
}

function blame(written: string, label = AI): BlameLine[] {
  const { text, marks } = marked(written, label);
  return blameLines(text, judged(text, marks), KNOWN);
}

const short = (lines: BlameLine[]) =>
  lines.map(({ origin, ranges, contribution }) => [origin, ranges, contribution]);

describe('blameLines', () => {
  it('has one entry for each line, with or without a last line end', () => {
    assert.deepEqual(short(blame('a\n\nb')), [
      [null, [], null],
      [null, [], null],
      [null, [], null],
    ]);
    assert.equal(blame('').length, 0);
    assert.equal(blame('a\n').length, 1);
  });

  it('tells whole lines, parts of lines and empty lines', () => {
    assert.deepEqual(short(blame('«all\r\n\r\nhalf» and «more»\n«\n»x')), [
      ['ai', [[0, 3]], AI],
      ['ai', [], AI],
      [
        'mixed',
        [
          [0, 4],
          [9, 13],
        ],
        AI,
      ],
      ['ai', [], AI],
      [null, [], null],
    ]);
  });

  it('tells unknown origin from AI', () => {
    assert.deepEqual(short(blame('«pasted»\nx «y»', '?paste')), [
      ['unknown', [[0, 6]], null],
      ['unknown', [[2, 3]], null],
    ]);
    const { text } = marked('ab cd');
    const spans = [
      { start: 0, end: 2, label: AI },
      { start: 2, end: 5, label: '?external' },
    ];
    const [line] = blameLines(text, judged(text, { spans, deletions: [] }), KNOWN);
    assert.deepEqual(short([line!]), [['mixed', [[0, 2]], AI]]);
    assert.deepEqual(
      line!.spans.map(({ start, end, origin }) => [start, end, origin]),
      [
        [0, 2, 'ai'],
        [2, 5, 'unknown'],
      ],
    );
  });

  it('names no contribution where there are two, and joins their columns', () => {
    const spans = [
      { start: 0, end: 2, label: AI },
      { start: 2, end: 4, label: 'Other1' },
    ];
    const [line] = blameLines('abcd', judged('abcd', { spans, deletions: [] }), KNOWN);
    assert.deepEqual(short([line!]), [['ai', [[0, 4]], null]]);
    assert.equal(line!.spans[0]!.tool, 'github.copilot');
    assert.ok(!('tool' in line!.spans[1]!), 'of an unknown contribution only the id is known');
  });

  it('tells where AI removed text', () => {
    const deletions = [
      { offset: 2, label: AI },
      { offset: 2, label: AI },
    ];
    const [first, second] = blameLines('a\nb\n', { spans: [], deletions }, KNOWN);
    assert.ok(!('deletions' in first!));
    assert.deepEqual(second!.deletions, [AI]);
  });
});

describe('relabel', () => {
  const { marks } = marked('aa«bbbb»cc«dd»');
  const spans = (start: number, end: number, label: string | null) =>
    relabel(marks, { start, end }, label).spans.map((span) => [span.start, span.end, span.label]);

  it('changes nothing outside of the range', () => {
    assert.deepEqual(spans(3, 5, null), [
      [2, 3, AI],
      [5, 6, AI],
      [8, 10, AI],
    ]);
    assert.deepEqual(spans(0, 10, null), []);
    assert.deepEqual(spans(1, 3, 'Other1'), [
      [1, 3, 'Other1'],
      [3, 6, AI],
      [8, 10, AI],
    ]);
    assert.deepEqual(spans(6, 8, AI), [[2, 10, AI]]);
  });
});
