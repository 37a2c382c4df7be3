import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseSidecar } from '../../src/core/sidecar';
import { writeSidecarLines } from '../../src/core/sidecarLines';
import { mergeByHashes, withoutConflicts } from '../../src/core/sidecarMerge';

const text = (...lines: string[]) => lines.map((line) => `${line}\n`).join('');

describe('a conflict between sidecars', () => {
  it('keeps what is clean, and both sides of what is not', () => {
    const merged = text(
      'aa',
      '<<<<<<< ours',
      'bb aaaaaa',
      '||||||| base',
      'cc',
      '=======',
      'dd bbbbbb',
      '>>>>>>> x',
      'ee',
    );
    assert.equal(withoutConflicts(merged), text('aa', 'bb aaaaaa', 'dd bbbbbb', 'ee'));
  });

  it('takes the marks of the side that changed them, on a line that both have', () => {
    assert.equal(
      mergeByHashes(text('aa', 'bb'), text('aa aaaaaa', 'bb'), text('aa', 'bb bbbbbb')),
      text('aa aaaaaa', 'bb bbbbbb'),
    );
    assert.equal(
      mergeByHashes(text('aa aaaaaa'), text('aa'), text('aa aaaaaa')),
      text('aa'),
      'taken away for good',
    );
    assert.equal(
      mergeByHashes('', text('aa', 'bb'), text('aa aaaaaa', 'bb')),
      text('aa aaaaaa', 'bb'),
      'added by both',
    );
  });

  it('takes the marks of both sides where both changed them, ours where they overlap', () => {
    const [base, ours, theirs] = [text('aa'), text('aa ^cccccc aaaaaa@4-8'), text('aa ^dddddd bbbbbb@0-6')];
    assert.equal(mergeByHashes(base, ours, theirs), text('aa ^cccccc ^dddddd bbbbbb@0-4 aaaaaa@4-8'));
    assert.equal(mergeByHashes(base, text('aa aaaaaa@0-2'), text('aa bbbbbb')), text('aa bbbbbb'));
    assert.equal(mergeByHashes(base, text('aa aaaaaa'), text('aa bbbbbb')), text('aa aaaaaa'));
  });

  it('follows the side that changed the text, with the marks that the other changed', () => {
    const [base, ours] = [text('aa', 'bb', 'cc'), text('aa', 'bb aaaaaa', 'cc')];
    assert.equal(
      mergeByHashes(base, ours, text('aa', 'bb', 'xx', 'cc')),
      text('aa', 'bb aaaaaa', 'xx', 'cc'),
    );
    assert.equal(mergeByHashes(base, ours, text('aa', 'cc')), text('aa', 'cc'), 'its text is gone');
  });

  it('has a deletion once, which one side has at another line as its own is gone', () => {
    const base = text('aa', 'bb ^cccccc', 'dd');
    assert.equal(
      mergeByHashes(base, text('aa', 'bb ^cccccc', 'ee', 'dd'), text('aa ^cccccc')),
      text('aa', 'bb ^cccccc', 'ee', 'dd'),
    );
    assert.equal(
      mergeByHashes(base, base, text('aa ^cccccc', 'bb ^cccccc', 'dd')),
      text('aa ^cccccc', 'bb ^cccccc', 'dd'),
      'another one of that contribution',
    );
  });

  it('has no deletion that one side took away, although the other has it at another line by now', () => {
    const [base, without] = [text('aa', 'bb ^cccccc', 'dd'), text('aa', 'ee', 'bb', 'dd')];
    assert.equal(mergeByHashes(base, without, text('aa', 'dd ^cccccc')), text('aa', 'ee', 'bb', 'dd'));
    assert.equal(mergeByHashes(base, text('aa', 'dd ^cccccc'), without), text('aa', 'ee', 'bb', 'dd'));
  });

  it('has a deletion once that both sides brought, which one has at another line as its own is gone', () => {
    const [kept, gone] = [text('aa', 'bb', 'cc ^cccccc cccccc', 'dd'), text('aa', 'dd ^cccccc')];
    for (const base of ['', text('aa', 'bb', 'ee', 'dd')]) {
      assert.equal(mergeByHashes(base, kept, gone), kept);
      assert.equal(mergeByHashes(base, gone, kept), kept);
    }
    const apart = text('aa ^cccccc', 'bb', 'cc', 'dd');
    assert.equal(
      mergeByHashes('', apart, gone),
      text('aa ^cccccc', 'bb', 'cc', 'dd ^cccccc'),
      'both know a line between them',
    );
    assert.equal(
      mergeByHashes('', text('aa', 'bb ^cccccc', 'dd ^cccccc'), gone),
      text('aa', 'bb ^cccccc', 'dd ^cccccc'),
      'ours are two',
    );
  });

  const label = fc.constantFrom('aaaaaa', 'bbbbbb', '?paste');
  const line = fc.tuple(fc.constantFrom('aa', 'bb', 'cc', 'dd', 'ee'), fc.option(label, { nil: null }));
  const sidecar = fc
    .array(line, { maxLength: 12 })
    .map((lines) => text(...lines.map(([hash, mark]) => (mark ? `${hash} ${mark}` : hash))));

  it('never leaves anything but a sidecar, and is none where one side did nothing', () => {
    fc.assert(
      fc.property(sidecar, sidecar, sidecar, (base, ours, theirs) => {
        const merged = parseSidecar(mergeByHashes(base, ours, theirs));
        assert.ok(merged.intact);
        assert.deepEqual(merged.problems, []);
        assert.equal(mergeByHashes(base, ours, base), ours);
        assert.equal(mergeByHashes(base, base, theirs), theirs);
        assert.equal(mergeByHashes(base, ours, ours), ours);
      }),
    );
  });

  it('loses no line that a side added', () => {
    fc.assert(
      fc.property(sidecar, sidecar, (ours, theirs) => {
        const count = (of: string) => {
          const counts = new Map<number, number>();
          for (const hash of parseSidecar(of).hashes) counts.set(hash, (counts.get(hash) ?? 0) + 1);
          return counts;
        };
        const merged = count(mergeByHashes('', ours, theirs));
        for (const side of [ours, theirs]) {
          for (const [hash, times] of count(side)) assert.ok((merged.get(hash) ?? 0) >= times);
        }
      }),
    );
  });

  it('writes what it has read, byte for byte', () => {
    const written = text('aa', 'bb aaaaaa', 'cc ^aaaaaa ^bbbbbb aaaaaa@0-4,8-9 ?paste@4-8', 'dd ?external');
    assert.equal(writeSidecarLines(parseSidecar(written)), written);
  });
});
