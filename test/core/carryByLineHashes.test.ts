import assert from 'node:assert/strict';
import fc from 'fast-check';
import { deletionsByLineHashes, partByLineHashes } from '../../src/core/carryByLineHashes';
import { carryByLineHashes } from '../../src/core/carryOver';
import { lineHash, splitLines } from '../../src/core/lines';
import type { Marks } from '../../src/core/marks';
import { NO_MARKS } from '../../src/core/marks';
import { normaliseMarks, parseSidecar, serialiseSidecar } from '../../src/core/sidecar';
import { mergeByHashes } from '../../src/core/sidecarMerge';
import { accuracySources } from '../bench/carryOverInputs';
import { compare, labelBlocks, NO_SCORE, random, randomEdit, TruthText } from '../bench/truth';
import { anyText, labelOfEach, textAndMarks } from './marksArbitraries';

/** A text of numbered statements, one a line. */
function statements(from: number, to: number): string[] {
  return Array.from({ length: to - from }, (_, k) => `statement${from + k}(argument, ${(from + k) * 7});`);
}

const LINES = statements(0, 40);

/** Marks the whole lines [first, last) of a text. */
function wholeLines(lines: readonly string[], first: number, last: number, label = '7Qm2xR'): Marks {
  const start = lines.slice(0, first).join('\n').length + (first > 0 ? 1 : 0);
  return {
    spans: [{ start, end: start + lines.slice(first, last).join('\n').length, label }],
    deletions: [],
  };
}

function sidecarOf(lines: readonly string[], marks: Marks): string {
  return serialiseSidecar(lines.join('\n'), marks)!;
}

/** The labelled text, line terminators trimmed. */
function labelledText(text: string, marks: Marks): string[] {
  return marks.spans.map(({ start, end }) => text.slice(start, end).trim());
}

describe('placing a sidecar without the text it was written for', () => {
  it('gives the marks of a text that did not change', () => {
    const marks = normaliseMarks(LINES.join('\n'), wholeLines(LINES, 10, 13));
    assert.deepEqual(carryByLineHashes(parseSidecar(sidecarOf(LINES, marks)), LINES.join('\n')), {
      marks,
      droppedLines: 0,
    });
  });

  it('follows lines past insertions, deletions and changed lines', () => {
    const marks = wholeLines(LINES, 10, 14);
    const after = [
      '// new',
      ...LINES.slice(0, 4),
      ...LINES.slice(6, 12),
      'changed();',
      ...LINES.slice(13),
      'end();',
    ];
    const carried = carryByLineHashes(parseSidecar(sidecarOf(LINES, marks)), after.join('\n'));
    assert.deepEqual(labelledText(after.join('\n'), carried.marks), [
      LINES.slice(10, 12).join('\n'),
      LINES[13],
    ]);
    assert.equal(carried.droppedLines, 1);
  });

  it('follows a run of lines that moved', () => {
    const after = [...LINES.slice(0, 10), ...LINES.slice(16), ...LINES.slice(10, 16)].join('\n');
    const carried = carryByLineHashes(parseSidecar(sidecarOf(LINES, wholeLines(LINES, 11, 15))), after);
    assert.deepEqual(labelledText(after, carried.marks), [LINES.slice(11, 15).join('\n')]);
  });

  it('reads a conflicted sidecar: both sides, ours where both speak', () => {
    const ours = sidecarOf(LINES, wholeLines(LINES, 5, 9)).split('\n');
    const theirs = sidecarOf(LINES, wholeLines(LINES, 7, 12, '9PpLk0')).split('\n');
    const base = sidecarOf(LINES, wholeLines(LINES, 0, 1)).split('\n');
    const conflicted = [
      ...base.slice(0, 4),
      '<<<<<<< ours',
      ...ours.slice(4, 13),
      '=======',
      ...theirs.slice(4, 13),
      '>>>>>>> theirs',
      ...base.slice(13),
    ].join('\n');
    const { marks } = carryByLineHashes(parseSidecar(conflicted), LINES.join('\n'));
    const expected = [
      ...wholeLines(LINES, 0, 1).spans,
      ...wholeLines(LINES, 5, 9).spans,
      ...wholeLines(LINES, 9, 12, '9PpLk0').spans,
    ];
    assert.deepEqual(marks.spans, normaliseMarks(LINES.join('\n'), { spans: expected, deletions: [] }).spans);
  });

  it('reads the lines a union merge doubled', () => {
    const lines = sidecarOf(LINES, wholeLines(LINES, 10, 14)).split('\n');
    const union = [...lines.slice(0, 12), ...lines.slice(8, 16), ...lines.slice(12)].join('\n');
    const carried = carryByLineHashes(parseSidecar(union), LINES.join('\n'));
    assert.deepEqual(labelledText(LINES.join('\n'), carried.marks), [LINES.slice(10, 14).join('\n')]);
  });

  describe('that has the lines of both sides, as no common ancestor was known', () => {
    const ours = LINES.with(8, 'ours(changedThis, here);').slice(0, 10);
    const theirs = LINES.with(9, 'theirs(changedThat, there);').slice(0, 10);
    const merged = ours.with(9, theirs[9]!);
    const union = parseSidecar(
      mergeByHashes(
        '',
        sidecarOf(ours, wholeLines(ours, 8, 9)),
        sidecarOf(theirs, wholeLines(theirs, 9, 10, '9PpLk0')),
      ),
    );

    it('finds the lines that the merge took of either', () => {
      const { marks } = carryByLineHashes(union, merged.join('\n'));
      assert.deepEqual(labelledText(merged.join('\n'), marks), [merged[8], merged[9]]);
    });

    it('finds only runs of three where somebody has written another line among them', () => {
      const edited = [...merged.slice(0, 9), 'aPerson(wrote, this);', merged[9]!].join('\n');
      const { marks } = carryByLineHashes(union, edited);
      assert.deepEqual(labelledText(edited, marks), [merged[8]]);
    });
  });

  it('takes no line for one of many that it may be by chance', () => {
    const before = [...LINES.slice(0, 3), ...LINES.slice(10, 30), ...LINES.slice(3, 6)];
    const after = [...LINES.slice(0, 3), LINES[20]!, ...LINES.slice(3, 6)].join('\n');
    const sidecar = parseSidecar(sidecarOf(before, wholeLines(before, 3, 23)));
    assert.deepEqual(carryByLineHashes(sidecar, after).marks, NO_MARKS);
  });

  describe('finds a deletion mark', () => {
    const marksAt = (lines: readonly string[], line: number): Marks => ({
      spans: [],
      deletions: [{ offset: lines.join('\n').indexOf(lines[line]!), label: '7Qm2xR' }],
    });
    const sidecar = parseSidecar(sidecarOf(LINES, marksAt(LINES, 10)));
    const without = parseSidecar(sidecarOf(LINES, marksAt(LINES, 30)));

    it('on its line between the same two lines', () => {
      const after = [...LINES.slice(2, 12), 'changed();'];
      assert.deepEqual(deletionsByLineHashes([sidecar], after.join('\n')), marksAt(after, 8).deletions);
      const ends = [...LINES.slice(10, 12), ...LINES.slice(20)];
      const first = parseSidecar(sidecarOf(ends, marksAt(ends, 0)));
      assert.deepEqual(
        deletionsByLineHashes([first], LINES.slice(10, 12).join('\n')),
        marksAt(ends, 0).deletions,
      );
    });

    it('not beside another line, nor where the lines stand twice', () => {
      const above = [...LINES.slice(0, 9), 'check();', ...LINES.slice(10)];
      assert.deepEqual(deletionsByLineHashes([sidecar], above.join('\n')), []);
      const below = [...LINES.slice(0, 11), 'check();', ...LINES.slice(11)];
      assert.deepEqual(deletionsByLineHashes([sidecar], below.join('\n')), []);
      assert.deepEqual(deletionsByLineHashes([sidecar], [...LINES, ...LINES].join('\n')), []);
    });

    it('in the newest sidecar that has its line so', () => {
      const after = LINES.slice(0, 20);
      assert.deepEqual(deletionsByLineHashes([without, sidecar], after.join('\n')), []);
      const moved = parseSidecar(sidecarOf([...LINES.slice(11), ...LINES.slice(0, 11)], marksAt(LINES, 30)));
      assert.deepEqual(
        deletionsByLineHashes([moved, sidecar, without], after.join('\n')),
        marksAt(after, 10).deletions,
      );
    });
  });

  it('tells which part of a text it has, with the marks of that', () => {
    const sidecar = parseSidecar(sidecarOf(LINES, wholeLines(LINES, 3, 6)));
    const after = [...LINES.slice(2, 10), 'another(line);', ...LINES.slice(20, 30), 'last();'];
    const own = [...LINES.slice(2, 10), ...LINES.slice(20, 30), ''];
    const { text, marks } = partByLineHashes(sidecar, after.join('\r\n'));
    assert.equal(text, own.join('\r\n'));
    assert.deepEqual(labelledText(text, marks), [LINES.slice(3, 6).join('\r\n')]);
    const moved = ['changed();', LINES[4], LINES[15], 'more();', ...LINES.slice(20, 23)].join('\n');
    const unclear = partByLineHashes(sidecar, moved);
    assert.equal(unclear.text, [LINES[15], ...LINES.slice(20, 23)].join('\n'), 'its own, but not marked');
    assert.deepEqual(unclear.marks, NO_MARKS);
  });

  it('takes no columns that do not fit', () => {
    const sidecar = sidecarOf(LINES, { spans: [{ start: 2, end: 6, label: '7Qm2xR' }], deletions: [] });
    const damaged = parseSidecar(sidecar.replace('@2-6', '@2-600'));
    assert.deepEqual(carryByLineHashes(damaged, LINES.join('\n')), { marks: NO_MARKS, droppedLines: 1 });
  });

  it('places nothing on a text that has nothing to do with it', () => {
    const [one, other] = [accuracySources()[0]!, accuracySources()[5]!];
    const truth = new TruthText(one);
    labelBlocks(truth, 150, random(1));
    const sidecar = parseSidecar(serialiseSidecar(one, truth.marks())!);
    const { marks } = carryByLineHashes(sidecar, other);
    const characters = marks.spans.reduce((sum, { start, end }) => sum + end - start, 0);
    assert.ok(characters < other.length * 0.0005, `${characters} characters of ${other.length}`);
    assert.deepEqual(carryByLineHashes(sidecar, ''), { marks: NO_MARKS, droppedLines: sidecar.marked.size });
  });

  it('labels less than 0.05 % wrong after 60 edits', () => {
    const score = { ...NO_SCORE };
    const sources = accuracySources();
    sources.forEach((source, file) => {
      const rand = random(300 + file);
      const truth = new TruthText(source);
      labelBlocks(truth, 150, rand);
      const sidecar = parseSidecar(serialiseSidecar(source, truth.marks())!);
      const lines = sources[(file + 1) % sources.length]!.split('\n');
      for (let k = 0; k < 60; k++) randomEdit(truth, rand, () => lines[Math.floor(rand() * lines.length)]!);
      compare(truth, carryByLineHashes(sidecar, truth.text).marks, score);
    });
    const all = score.right + score.lost + score.wrong;
    assert.ok(score.right / all > 0.95, `${score.right} of ${all} right`);
    assert.ok(score.wrong / all < 0.0005, `${score.wrong} of ${all} wrong`);
  });

  it('labels only what a line of the sidecar with the same hash labels', () => {
    fc.assert(
      fc.property(textAndMarks, anyText, fc.boolean(), ({ text, marks }, other, same) => {
        const written = serialiseSidecar(text, marks);
        if (written === null) return;
        const sidecar = parseSidecar(written);
        const after = same ? `${other}\n${text}` : other;
        const carried = carryByLineHashes(sidecar, after);
        assert.deepEqual(normaliseMarks(after, carried.marks), carried.marks);
        assert.ok(carried.droppedLines >= 0 && carried.droppedLines <= sidecar.marked.size);
        const lines = splitLines(after);
        const each = labelOfEach(after.length, carried.marks);
        const known = new Set<string>();
        for (const entry of written.trimEnd().split('\n')) {
          for (const label of entry.slice(2).match(/[\w-]{6,}|\?\w+/g) ?? [])
            known.add(entry.slice(0, 2) + label);
        }
        for (let line = 0; line < lines.count; line++) {
          const [start, end] = [lines.starts[line]!, lines.ends[line]!];
          for (const label of each.slice(start, end)) {
            assert.ok(label === null || known.has(lineHash(after.slice(start, end)) + label));
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
