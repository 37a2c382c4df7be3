import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { splitLines } from '../../src/core/lines';
import type { Marks } from '../../src/core/marks';
import { NO_MARKS } from '../../src/core/marks';
import {
  checkVersion,
  normaliseMarks,
  parseSidecar,
  readSidecar,
  serialiseSidecar,
  versionText,
} from '../../src/core/sidecar';
import { MAX_ENTRIES_PER_LINE, MAX_LINE_LENGTH, MAX_PROBLEMS } from '../../src/core/sidecarFormat';
import { labelOfEach, textAndMarks } from './marksArbitraries';

function golden(name: string): string {
  return readFileSync(new URL(`../golden/sidecar/${name}`, import.meta.url), 'utf8').replaceAll('\r\n', '\n');
}

function span(start: number, end: number, label = '7Qm2xR') {
  return { start, end, label };
}

/** What a sidecar that was written for a text says of it. */
function readBack(text: string, marks: Marks): Marks | null {
  return readSidecar(parseSidecar(serialiseSidecar(text, marks) ?? ''), text);
}

describe('writing a sidecar', () => {
  const text = golden('prices.ts.txt');
  const marks = JSON.parse(golden('prices.marks.json')) as Marks;

  it('gives the golden bytes', () => {
    assert.equal(serialiseSidecar(text, marks), golden('prices.ts.tags'));
  });

  it('gives the same bytes for CRLF, for a byte order mark and without the last terminator', () => {
    const shifted = (by: (offset: number) => number): Marks => ({
      spans: marks.spans.map(({ start, end, label }) => ({ start: by(start), end: by(end), label })),
      deletions: marks.deletions.map(({ offset, label }) => ({ offset: by(offset), label })),
    });
    const newlines = (offset: number) => text.slice(0, offset).split('\n').length - 1;
    const crlf = shifted((offset) => offset + newlines(offset));
    assert.equal(serialiseSidecar(text.replaceAll('\n', '\r\n'), crlf), golden('prices.ts.tags'));
    const marked = shifted((offset) => offset + 1);
    assert.equal(serialiseSidecar(`\ufeff${text}`, marked), golden('prices.ts.tags'));
    const open = shifted((offset) => Math.min(offset, text.length - 1));
    assert.equal(serialiseSidecar(text.slice(0, -1), open), golden('prices.ts.tags'));
  });

  it('gives nothing when there is nothing to record', () => {
    assert.equal(serialiseSidecar('a\nb\n', NO_MARKS), null);
    assert.equal(serialiseSidecar('', { spans: [], deletions: [{ offset: 0, label: '7Qm2xR' }] }), null);
    assert.equal(
      serialiseSidecar('a\nb\n', { spans: [span(1, 2)], deletions: [] }),
      null,
      'a terminator alone',
    );
    assert.equal(serialiseSidecar('\ufeffa\n', { spans: [span(0, 1)], deletions: [] }), null, 'a BOM alone');
    assert.notEqual(
      serialiseSidecar('a\n', { spans: [], deletions: [{ offset: 0, label: '7Qm2xR' }] }),
      null,
    );
  });

  it('refuses what is no label', () => {
    for (const label of ['', 'short', 'two words', '7Qm2xR@', '?', '?Paste', '^7Qm2xR', 'x'.repeat(44)]) {
      assert.throws(() => serialiseSidecar('abc', { spans: [span(0, 2, label)], deletions: [] }), TypeError);
      assert.throws(
        () => serialiseSidecar('abc', { spans: [], deletions: [{ offset: 0, label }] }),
        TypeError,
      );
    }
  });

  it('stops at the number of entries a line may have, and reads back what it wrote', () => {
    const line = 'ab'.repeat(MAX_ENTRIES_PER_LINE + 10);
    const spans = Array.from({ length: MAX_ENTRIES_PER_LINE + 10 }, (_, k) => span(2 * k, 2 * k + 1));
    const found = readBack(line, { spans, deletions: [{ offset: 0, label: '9PpLk0' }] });
    assert.equal(found?.spans.length, MAX_ENTRIES_PER_LINE - 1);
    assert.equal(found?.deletions.length, 1);
  });
});

describe('reading a sidecar', () => {
  it('gives back the marks, terminators normalised, and the same bytes again', () => {
    fc.assert(
      fc.property(textAndMarks, ({ text, marks }) => {
        const normal = normaliseMarks(text, marks);
        const sidecar = serialiseSidecar(text, marks);
        if (sidecar === null) return assert.deepEqual(normal, NO_MARKS);
        assert.deepEqual(readSidecar(parseSidecar(sidecar), text), normal);
        assert.equal(serialiseSidecar(text, normal), sidecar);
        assert.deepEqual(parseSidecar(sidecar).problems, []);
        assert.match(sidecar, /^(?:[\w-]{2}(?: \^[^ ]+)*(?: [^ ^]+)*\n)+$/);
        assert.equal(sidecar.split('\n').length - 1, splitLines(text).count);
      }),
      { numRuns: 500 },
    );
  });

  it('changes no label of any character but of terminators and of a byte order mark', () => {
    fc.assert(
      fc.property(textAndMarks, ({ text, marks }) => {
        const lines = splitLines(text);
        const [before, after] = [marks, normaliseMarks(text, marks)].map((one) =>
          labelOfEach(text.length, one),
        );
        for (let line = 0; line < lines.count; line++) {
          const [start, end] = [lines.starts[line]!, lines.ends[line]!];
          assert.deepEqual(after!.slice(start, end), before!.slice(start, end));
        }
        assert.deepEqual(normaliseMarks(text, normaliseMarks(text, marks)), normaliseMarks(text, marks));
      }),
      { numRuns: 500 },
    );
  });

  it('reads an insertion of several lines as one span', () => {
    const text = 'one\n  two(\n\n  )\nthree\n';
    for (const [start, end] of [
      [0, 15],
      [2, 14],
      [4, 12],
    ] as const) {
      assert.deepEqual(readBack(text, { spans: [span(start, end)], deletions: [] })?.spans, [
        span(start, end),
      ]);
    }
    const crlf = text.replaceAll('\n', '\r\n');
    assert.deepEqual(readBack(crlf, { spans: [span(0, 19)], deletions: [] })?.spans, [span(0, 18)]);
  });

  it('keeps apart what is apart', () => {
    const text = 'one\ntwo\n\nfour\n';
    const spans = [span(0, 2), span(4, 7), span(9, 13, '9PpLk0')];
    assert.deepEqual(readBack(text, { spans, deletions: [] })?.spans, spans);
    assert.deepEqual(
      readBack(text, { spans: [span(8, 9)], deletions: [] })?.spans,
      [span(8, 9)],
      'an empty line',
    );
  });

  it('does not join over an empty line that is not marked', () => {
    const spans = [span(0, 1), span(2, 3)];
    assert.deepEqual(readBack('\n\nx\n', { spans, deletions: [] })?.spans, spans);
  });

  it('puts deletions at the start of the line they stand above', () => {
    const text = 'one\ntwo\n';
    const at = (offset: number) => readBack(text, { spans: [], deletions: [{ offset, label: '7Qm2xR' }] });
    assert.deepEqual(at(5)?.deletions, [{ offset: 4, label: '7Qm2xR' }]);
    assert.deepEqual(at(8)?.deletions, [{ offset: 4, label: '7Qm2xR' }], 'below the last line: above it');
    const twice = [0, 1].map((offset) => ({ offset, label: '7Qm2xR' }));
    assert.equal(readBack(text, { spans: [], deletions: twice })?.deletions.length, 1);
  });

  it('refuses a sidecar that is not the shadow of the text', () => {
    const text = golden('prices.ts.txt');
    const sidecar = parseSidecar(golden('prices.ts.tags'));
    assert.notEqual(readSidecar(sidecar, text), null);
    assert.equal(readSidecar(sidecar, text.replace('item.price', 'item.cost')), null);
    assert.equal(readSidecar(sidecar, `${text}\n`), null);
    assert.equal(readSidecar(sidecar, text.slice(text.indexOf('\n') + 1)), null);
    assert.equal(readSidecar(parseSidecar(''), text), null);
    assert.equal(readSidecar(parseSidecar(`${golden('prices.ts.tags')}=======\n`), text), null, 'with junk');
    assert.deepEqual(readSidecar(parseSidecar(''), ''), NO_MARKS);
  });

  it('clips columns that go past the end of the line, and says so', () => {
    const sidecar = parseSidecar(
      serialiseSidecar('abc\nd\n', NO_MARKS_BUT_ONE)!.replace('@1-2', '@1-9,12-14'),
    );
    const problems: string[] = [];
    assert.deepEqual(readSidecar(sidecar, 'abc\nd\n', problems)?.spans, [span(1, 3)]);
    assert.equal(problems.length, 2);
    assert.match(problems[0]!, /^Line 1: columns 1-9 of 7Qm2xR go past/);
  });
});

const NO_MARKS_BUT_ONE: Marks = { spans: [span(1, 2)], deletions: [] };

describe('reading a damaged sidecar', () => {
  const good = 'kF 7Qm2xR@4-12\n3a\nZz 9PpLk0\n';

  it('accepts CRLF', () => {
    const { problems, intact, hashes } = parseSidecar(good.replaceAll('\n', '\r\n'));
    assert.deepEqual([problems, intact, hashes.length], [[], true, 3]);
    assert.deepEqual(parseSidecar(good.replaceAll('\n', '\r\n')), parseSidecar(good));
  });

  it('keeps both sides of a conflict', () => {
    const conflicted = 'kF\n<<<<<<< HEAD\n3a 7Qm2xR\nZz\n=======\n3a 9PpLk0\n>>>>>>> branch with words\n00\n';
    const sidecar = parseSidecar(conflicted);
    assert.equal(sidecar.intact, false);
    assert.deepEqual([...sidecar.sides!], [0, 1, 1, 2, 0]);
    assert.deepEqual([...sidecar.marked.keys()], [1, 3]);
    assert.deepEqual(sidecar.problems, ['Line 2: a merge conflict; both sides were read.']);
  });

  it('leaves out the base of a diff3 conflict, and conflicts nested in it', () => {
    const nested = [
      'kF',
      '<<<<<<< ours',
      '3a 7Qm2xR',
      '||||||| base',
      '<<<<<<<<< Temporary merge branch 1',
      '00 OldOld',
      '=========',
      '01 OldOld',
      '>>>>>>>>> Temporary merge branch 2',
      '=======',
      'Zz',
      '>>>>>>> theirs',
      '',
    ].join('\r\n');
    const sidecar = parseSidecar(nested);
    assert.deepEqual([...sidecar.sides!], [0, 1, 2]);
    assert.deepEqual(
      [...sidecar.marked.values()],
      [{ spans: [{ start: 0, end: 0x7fffffff, label: '7Qm2xR' }], deletions: [] }],
    );
    assert.equal(sidecar.problems.length, 1);
  });

  it('says when a conflict has no end or a marker no conflict', () => {
    assert.match(parseSidecar('<<<<<<< a\nkF\n').problems[1]!, /without its end/);
    assert.match(
      parseSidecar('kF\n>>>>>>> a\n').problems[0]!,
      /^Line 2: a conflict marker that belongs to no/,
    );
    assert.equal(parseSidecar('kF\n=======\n3a\n').intact, false);
  });

  it('drops the last entry of a cut-off end, which may say too much', () => {
    const whole = 'kF ^9PpLk0 7Qm2xR@4-12,20-31\n';
    for (let length = 3; length < whole.length; length++) {
      const sidecar = parseSidecar(whole.slice(0, length));
      assert.equal(sidecar.intact, false);
      assert.equal(sidecar.hashes.length, 1);
      for (const { spans } of sidecar.marked.values()) assert.deepEqual(spans, []);
    }
    assert.deepEqual([...parseSidecar('kF 7Qm2xR@1-2 9PpLk0').marked.values()][0]?.spans, [
      { start: 1, end: 2, label: '7Qm2xR' },
    ]);
    assert.equal(parseSidecar('k').hashes.length, 0);
  });

  it('reads what can be read of a line', () => {
    const one = (entries: string) => {
      const { marked, problems } = parseSidecar(`kF ${entries}\n`);
      return { ...(marked.get(0) ?? { spans: [], deletions: [] }), problems: problems.length };
    };
    const a = (start: number, end: number, label = '7Qm2xR') => ({ start, end, label });
    assert.deepEqual(one('7Qm2xR@9-12,1-3'), { spans: [a(1, 3), a(9, 12)], deletions: [], problems: 0 });
    assert.deepEqual(one('7Qm2xR@1-5 9PpLk0@3-8'), {
      spans: [a(1, 5), a(5, 8, '9PpLk0')],
      deletions: [],
      problems: 1,
    });
    assert.deepEqual(one('7Qm2xR@1-5,5-9'), { spans: [a(1, 9)], deletions: [], problems: 0 });
    assert.deepEqual(one('7Qm2xR@5-5,x,1-2,,-3,4-'), { spans: [a(1, 2)], deletions: [], problems: 5 });
    assert.deepEqual(one('7Qm2xR@1-99999999999'), { spans: [], deletions: [], problems: 1 });
    assert.deepEqual(one('?? 7Q ^ ^x <b> 7Qm2xR@1-2'), { spans: [a(1, 2)], deletions: [], problems: 5 });
    assert.deepEqual(one('^9PpLk0 ^7Qm2xR ^9PpLk0'), {
      spans: [],
      deletions: ['7Qm2xR', '9PpLk0'],
      problems: 0,
    });
    assert.deepEqual(one(' 7Qm2xR@1-2  '), { spans: [a(1, 2)], deletions: [], problems: 0 });
    assert.deepEqual(one('?future@1-2'), { spans: [a(1, 2, '?future')], deletions: [], problems: 0 });
  });

  it('passes over lines that are none', () => {
    const sidecar = parseSidecar('kF\n\nhello world\n{"a": 1}\n\u0000\u0001\n3a 7Qm2xR\n');
    assert.equal(sidecar.hashes.length, 2);
    assert.deepEqual([...sidecar.marked.keys()], [1]);
    assert.equal(sidecar.problems.length, 4);
    assert.equal(sidecar.problems[1], 'Line 3: not a line of a sidecar.');
  });

  it('never throws and names a bounded number of problems', () => {
    const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array).toString('latin1'));
    const alike = fc
      .array(
        fc.constantFrom(
          'kF',
          '3a',
          ' ',
          ' 7Qm2xR',
          '@',
          '1-2',
          ',',
          '^',
          '?',
          '\n',
          '\n',
          '\r',
          '<<<<<<<',
          '=======',
          '>>>>>>>',
          '|||||||',
          '999999999',
          '😀',
        ),
        { maxLength: 80 },
      )
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.oneof(bytes, alike, fc.string({ unit: 'binary' })), (content) => {
        const sidecar = parseSidecar(content);
        assert.ok(sidecar.problems.length <= MAX_PROBLEMS + 1);
        for (const problem of sidecar.problems) assert.ok(problem.length < 120);
        for (const [line, { spans }] of sidecar.marked) {
          assert.ok(line < sidecar.hashes.length);
          spans.forEach(({ start, end }, k) => {
            assert.ok(start < end && (k === 0 || start >= spans[k - 1]!.end));
          });
        }
        if (sidecar.intact && sidecar.problems.length === 0)
          assert.ok(content === '' || content.endsWith('\n'));
        readSidecar(sidecar, content);
      }),
      { numRuns: 1000 },
    );
  });

  it('touches no other line when one character is changed', () => {
    fc.assert(
      fc.property(textAndMarks, fc.nat(), fc.nat(0x7f), ({ text, marks }, at, code) => {
        const sidecar = serialiseSidecar(text, marks);
        if (sidecar === null) return;
        const place = at % sidecar.length;
        const changed = sidecar.slice(0, place) + String.fromCharCode(code) + sidecar.slice(place + 1);
        const found = readSidecar(parseSidecar(changed), text);
        if (found === null) return;
        const line = sidecar.slice(0, place).split('\n').length - 1;
        const lines = splitLines(text);
        const [was, is] = [normaliseMarks(text, marks), found].map((one) => labelOfEach(text.length, one));
        for (let other = 0; other < lines.count; other++) {
          if (other === line) continue;
          const [start, end] = [lines.starts[other]!, lines.ends[other]!];
          assert.deepEqual(is!.slice(start, end), was!.slice(start, end), 'other lines are not touched');
        }
      }),
      { numRuns: 500 },
    );
  });

  it('is not made slow or large by hostile input', () => {
    const many = `kF${' 7Qm2xR@0-9'.repeat(MAX_ENTRIES_PER_LINE + 100)}\n`;
    assert.match(parseSidecar(many).problems.at(-1)!, /more than|overlap/);
    const distinct = Array.from(
      { length: MAX_ENTRIES_PER_LINE },
      (_, k) => ` ^${String(k).padStart(8, '0')}`,
    );
    assert.equal(
      parseSidecar(`kF${distinct.join('')}\n`).marked.get(0)?.deletions.length,
      MAX_ENTRIES_PER_LINE,
    );
    const nested = Array.from({ length: MAX_ENTRIES_PER_LINE }, (_, k) => `${k}-${200_000 - k}`);
    assert.equal(parseSidecar(`kF 7Qm2xR@${nested.join(',')}\n`).marked.get(0)?.spans.length, 1);
    const long = parseSidecar(`kF ${'x'.repeat(MAX_LINE_LENGTH)}\n3a 7Qm2xR\n`);
    assert.equal(long.hashes.length, 1);
    assert.equal(long.intact, false);
    assert.equal(parseSidecar('\n'.repeat(1_000_000)).problems.length, MAX_PROBLEMS + 1);
  });
});

describe('the format version', () => {
  it('is accepted when it is ours', () => {
    assert.equal(versionText(), '1\n');
    for (const text of [versionText(), '1', '1\r\n', '\ufeff1\n', '1.4\n', '1.0.2\n'])
      assert.equal(checkVersion(text), null);
  });

  it('is refused with one sentence when it is newer or unreadable', () => {
    assert.match(checkVersion('2\n')!, /format 2.*update Taggant/);
    assert.match(checkVersion('10.1\n')!, /format 10/);
    for (const text of [
      '',
      'x',
      '0',
      '-1',
      '1 2',
      '1\n2\n',
      '<<<<<<< a\n1\n=======\n2\n>>>>>>> b\n',
      '9'.repeat(500),
    ]) {
      assert.match(checkVersion(text)!, /does not hold a version number/);
    }
  });
});
