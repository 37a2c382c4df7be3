import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type MarkedText, marksThatFollow } from '../../src/core/agreedMarks';
import { type LostLine, lostDeletions, lostMarks } from '../../src/core/lostMarks';
import { type Marks, NO_MARKS } from '../../src/core/marks';
import { normaliseMarks } from '../../src/core/sidecar';
import { marked } from '../support/marking';
import { Editor } from './editor';

const lost = (before: MarkedText, after: MarkedText): LostLine[] =>
  lostMarks([before], after, marksThatFollow([before], after.text));
const linesOf = (found: readonly LostLine[]) => found.map(({ line }) => line);
const BODY = 'function total(basket) {\n  const sum = add(basket.items);\n  return sum;\n}\n';

describe('lostMarks', () => {
  it('finds marks that went from text that stayed', () => {
    const before = marked(`one();\n«${BODY}»two();\n`);
    assert.deepEqual(linesOf(lost(before, { ...marked(before.text), text: before.text })), [1, 2, 3, 4]);
    const partly = marked(
      `one();\n«function total(basket) {\n»  const sum = add(basket.items);\n«  return sum;\n}\n»two();\n`,
    );
    assert.deepEqual(linesOf(lost(before, partly)), [2]);
  });

  it('says what it names instead', () => {
    const before = marked(`«${BODY}»`, 'AAAAAA');
    const found = lost(before, marked(`«${BODY}»`, 'BBBBBB'));
    assert.deepEqual(
      found.map(({ instead }) => instead),
      ['BBBBBB', 'BBBBBB', 'BBBBBB', 'BBBBBB'],
    );
    assert.deepEqual(linesOf(lost(before, marked(`«${BODY}»`, '?paste'))), [0, 1, 2, 3]);
    assert.deepEqual(lost(marked(`«${BODY}»`, '?paste'), marked(`«${BODY}»`, 'BBBBBB')), []);
  });

  it('takes the word of who typed a line anew, or a part of it', () => {
    const before = marked(`one();\n«${BODY}»two();\n`);
    const typed = marked(
      `one();\n«function total(basket) {\n  const sum = add(»basket«.items);\n»  return sum;\n«}\n»two();\n`,
    );
    assert.deepEqual(lost(before, typed), []);
    const rewritten = marked(`one();\nfunction sumUp(order) {\n  return order.sum ?? null;\n}\ntwo();\n`);
    assert.deepEqual(lost(before, rewritten), []);
  });

  it('does not take a line for its twin', () => {
    const before = marked(
      `«function first(some) {\n  return JSON.stringify(some.thing);\n}\n»\nlast(everything, at, once);\n`,
    );
    const after = marked(
      `«function first(some) {\n  return JSON.stringify(some.thing);\n}\n»\nfunction other(some) {\n  return JSON.stringify(some.thing);\n}\n\nlast(everything, at, once);\n`,
    );
    assert.deepEqual(lost(before, after), []);
  });

  it('sees through small changes on every line', () => {
    const before = marked(`«${BODY.repeat(2)}»`);
    const after = { text: before.text.replaceAll('\n', ' //\n'), marks: { spans: [], deletions: [] } };
    assert.ok(lost(before, after).length > 0);
  });

  it('asks of a merge what its parents agree on', () => {
    const base = `«${BODY}»`;
    const left = marked(`${base}left();\n`);
    const right = marked(`right();\n${base}`);
    const merged = marked(`right();\n${base}left();\n`);
    const none = { text: merged.text, marks: { spans: [], deletions: [] } };
    const both = (parents: MarkedText[], after: MarkedText) =>
      linesOf(lostMarks(parents, after, marksThatFollow(parents, after.text)));
    assert.deepEqual(both([left, right], merged), []);
    assert.deepEqual(both([left, right], none), [1, 2, 3, 4]);
    const declared = { text: right.text, marks: { spans: [], deletions: [] } };
    assert.deepEqual(both([left, declared], none), [], 'one side had it declared');
  });

  const LINES = [
    '}',
    '  return null;',
    '',
    'import { rates } from "./rates";',
    '  if (!user.isAdmin) return;',
    '  const total = sum(basket.items);',
    'export function find(key) {',
    '  return cache.get(key) ?? load(key);',
    '    });',
    '  for (const item of items) {',
  ];
  const block = fc.array(fc.constantFrom(...LINES), { minLength: 1, maxLength: 6 });
  const edit = fc.record({
    kind: fc.constantFrom('type', 'ai', 'delete', 'rewrite', 'indent', 'undo', 'retype'),
    at: fc.nat(1000),
    length: fc.integer({ min: 1, max: 5 }),
    block,
  });
  type RandomEdit = typeof edit extends fc.Arbitrary<infer T> ? T : never;

  const starts = (text: string) => [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];

  function apply(editor: Editor, { kind, at, length, block: lines }: RandomEdit, number: number): void {
    const { text } = editor;
    const places = starts(text);
    const from = places[at % places.length]!;
    const to = places[Math.min(places.length - 1, (at % places.length) + length)] ?? text.length;
    const written = lines.map((line) => `${line}\n`).join('');
    switch (kind) {
      case 'type':
        editor.change([{ start: from, end: from, text: `  const typed${number} = ${number};\n` }]);
        break;
      case 'ai':
        editor.change([{ start: from, end: from, text: written }], 'ai', `AAAAA${number % 10}`);
        break;
      case 'delete':
        editor.change([{ start: from, end: Math.max(from, to), text: '' }]);
        break;
      case 'rewrite':
        editor.change([
          {
            start: from,
            end: Math.max(from, to),
            text: `  const own${number} = first(${number});\n  return null;\n}\n`,
          },
        ]);
        break;
      case 'retype': {
        // Somebody takes a character away and types it again.
        const start = Math.min(text.length - 1, from + length);
        if (start < 0 || text[start] === '\n') break;
        const character = text[start]!;
        editor.change([{ start, end: start + 1, text: '' }]);
        editor.change([{ start, end: start, text: character }]);
        break;
      }
      case 'indent': {
        const indented = places.filter((start) => start >= from && start < to);
        editor.change(
          indented.map((start) => ({ start, end: start, text: '  ' })),
          'tool',
        );
        break;
      }
      case 'undo':
        editor.undo();
        break;
    }
  }

  it('finds a removal that went from between lines that stayed, and is silent where its `}` may be another one', () => {
    const removal = (text: string): MarkedText => ({
      text,
      marks: { spans: [], deletions: [{ offset: text.indexOf('  return'), label: 'DDDDDD' }] },
    });
    const found = (before: string, after: string) =>
      lostDeletions(removal(before), { text: after, marks: NO_MARKS }, removal(after).marks).length;
    const text = 'function find(key) {\n  if (fails(key)) {\n  }\n  return cache.get(key);\n}\n';
    assert.equal(found(text, `more();\n${text}`), 1);
    assert.equal(found(text, text.replace('if (fails(key))', 'for (const one of all)')), 0);
  });

  it('never speaks of marks that the editor itself took away', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ lines: block, ai: fc.boolean() }), { minLength: 2, maxLength: 8 }),
        fc.array(edit, { minLength: 1, maxLength: 12 }),
        (parts, edits) => {
          const source = parts.map(({ lines, ai }) =>
            ai ? `«${lines.join('\n')}\n»` : `${lines.join('\n')}\n`,
          );
          const start = marked(source.join(''));
          const deletions = starts(start.text)
            .filter((_, line) => line % 5 === 2)
            .map((offset) => ({ offset, label: 'DDDDDD' }));
          const before = {
            text: start.text,
            marks: normaliseMarks(start.text, { ...start.marks, deletions }),
          };
          const editor = new Editor(before.text, before.marks);
          for (const [i, one] of edits.entries()) apply(editor, one, i);
          const marks: Marks = normaliseMarks(editor.text, editor.live.marks());
          // That the same lines come again from another contribution is judged by whose these are.
          const gone = lost(before, { text: editor.text, marks }).filter(({ instead }) => instead === null);
          assert.deepEqual(gone, []);
          // Lines that were taken away and come again just the same are, to a diff, lines that stayed.
          if (edits.some(({ kind }) => kind === 'ai')) return;
          const again = '  return null;\n}\n';
          if (edits.some(({ kind }) => kind === 'rewrite') && before.text.includes(again)) return;
          const follows = marksThatFollow([before], editor.text);
          assert.deepEqual(lostDeletions(before, { text: editor.text, marks }, follows), []);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
