import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Span } from '../../src/core/marks';
import { mergedMarks, saidOf } from '../../src/core/mergedMarks';
import { normaliseMarks } from '../../src/core/sidecar';
import { ai, line, lines } from '../support/codeLines';
import { marked, shown } from '../support/marking';

describe('the marks of a merge', () => {
  const merge = (written: { ours: string; theirs: string; base: string | null }, text: string) => {
    const said = (one: string) => saidOf(marked(one), text);
    const base = written.base === null ? null : said(written.base);
    return shown(text, mergedMarks(text, said(written.ours), said(written.theirs), base).marks);
  };
  const base = lines('a', 'b', 'c', 'd');

  it('are those of the side that alone knows the text', () => {
    const ours = `${ai('ours')}${base}`;
    const theirs = `${base}${ai('theirs')}`;
    const both = `${ai('ours')}${base}${ai('theirs')}`;
    assert.equal(merge({ ours, theirs, base }, marked(both).text), both);
    assert.equal(merge({ ours, theirs, base: null }, marked(both).text), both);
  });

  it('are none for text that people wrote while they merged', () => {
    const text = `export function entirelyOther(): void {}\n${base}`;
    assert.equal(merge({ ours: `${ai('ours')}${base}`, theirs: `${ai('theirs')}${base}`, base }, text), text);
  });

  it('are those of the side that changed them', () => {
    const other = `${ai('a')}${lines('b', 'c', 'd')}`;
    assert.equal(merge({ ours: base, theirs: other, base }, base), other, 'theirs declared it AI');
    assert.equal(merge({ ours: other, theirs: base, base }, base), other, 'ours did');
    assert.equal(merge({ ours: other, theirs: base, base: other }, base), base, 'theirs declared it its own');
    assert.equal(merge({ ours: base, theirs: other, base: other }, base), base, 'ours did');
  });

  it('are a mark rather than none where both brought the same text', () => {
    const ours = `${base}${lines('same')}`;
    const theirs = `${base}${ai('same')}`;
    assert.equal(merge({ ours, theirs, base }, ours), theirs);
    assert.equal(merge({ ours: theirs, theirs: ours, base }, ours), theirs);
  });

  it('keep deletions but those that one side took away', () => {
    const { text } = marked(base);
    const known = [{ start: 0, end: text.length, label: '' }];
    const at = (offset: number) => ({
      marks: { spans: [], deletions: [{ offset, label: 'abcdef' }] },
      known,
    });
    const none = { marks: { spans: [], deletions: [] }, known };
    const second = text.indexOf('const b');
    assert.deepEqual(mergedMarks(text, at(0), at(second), none).marks.deletions.length, 2);
    assert.deepEqual(mergedMarks(text, at(0), none, at(0)).marks.deletions, []);
    assert.deepEqual(mergedMarks(text, none, at(0), at(0)).marks.deletions, []);
    assert.deepEqual(mergedMarks(text, at(0), at(0), at(0)).marks.deletions.length, 1);
    assert.deepEqual(mergedMarks(text, none, at(0), none, []).marks.deletions, [], 'not of what is there');
  });

  it('have a deletion once that both sides brought, each at another end of text that only one of them knows', () => {
    const { text } = marked(base);
    const third = text.indexOf('const c');
    const side = (offset: number, known: readonly Span[]) => ({
      marks: { spans: [], deletions: [{ offset, label: 'abcdef' }] },
      known,
    });
    const ours = side(third, [{ start: 0, end: text.length, label: '' }]);
    const theirs = side(0, [{ start: third, end: text.length, label: '' }]);
    assert.deepEqual(mergedMarks(text, ours, theirs, null).marks.deletions, ours.marks.deletions);
    assert.deepEqual(mergedMarks(text, theirs, ours, null).marks.deletions, theirs.marks.deletions);
  });

  it('put every line where its side had it, whatever is taken from each (a line occurs once)', () => {
    const side = (name: string) =>
      fc
        .array(fc.tuple(fc.boolean(), fc.boolean()), { minLength: 1, maxLength: 4 })
        .map((flags) => flags.map(([isAi, isTaken], i) => ({ name: `${name}${i}`, isAi, isTaken })));
    fc.assert(
      fc.property(side('ours'), side('theirs'), fc.boolean(), (ours, theirs, swapped) => {
        const write = (some: readonly { name: string; isAi: boolean }[]) =>
          some.map(({ name, isAi }) => (isAi ? ai(name) : line(name))).join('');
        const of = (some: typeof ours) => `${lines('a', 'b')}${write(some)}${lines('c', 'd')}`;
        const taken = (some: typeof ours) => some.filter(({ isTaken }) => isTaken);
        const resolved = swapped ? [...taken(theirs), ...taken(ours)] : [...taken(ours), ...taken(theirs)];
        const expected = marked(of(resolved));
        const said = (one: string) => saidOf(marked(one), expected.text);
        const found = mergedMarks(
          expected.text,
          said(of(ours)),
          said(of(theirs)),
          said(lines('a', 'b', 'c', 'd')),
        );
        const wanted = normaliseMarks(expected.text, expected.marks);
        assert.equal(shown(expected.text, found.marks), shown(expected.text, wanted));
      }),
    );
  });
});
