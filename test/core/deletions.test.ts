import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LiveDocument } from '../../src/core/liveDocument';
import type { Origin } from '../../src/core/marks';
import { parseSidecar, readSidecar, serialiseSidecar } from '../../src/core/sidecar';
import { Editor, type Shape } from './editor';

const CODE = `export function refund(user: User, order: Order): void {
  if (!user.isAdmin && order.age > 30) {
    throw new Error('not allowed');
  }
  audit(order);
  pay(order.account, order.total);
}
`;
const CHECK = `  if (!user.isAdmin && order.age > 30) {
    throw new Error('not allowed');
  }
`;

/** The code after an AI's edit: each line with a mark above or within it. */
function marked(find: string, text: string, source = CODE): string[] {
  const editor = new Editor(source);
  editor.replace(find, text, 'ai', 'A');
  return linesMarked(editor);
}

function linesMarked(editor: Editor): string[] {
  return editor.shownDeletions
    .split('\n')
    .filter((line) => line.startsWith('^'))
    .map((line) => line.replace(/\s+/g, ' '));
}

describe('an AI edit that removes text', () => {
  describe('leaves a mark', () => {
    it('above the line that follows removed lines, wherever the editor draws the edit', () => {
      const expected = ['^A audit(order);'];
      assert.deepEqual(marked(CHECK, ''), expected);
      assert.deepEqual(marked(`\n${CHECK.trimEnd()}`, ''), expected, 'with the break before it');
      assert.deepEqual(marked(`${CHECK}  audit`, '  audit'), expected, 'indentation of the next line');
      assert.deepEqual(marked(`${CHECK.trimStart()}  `, ''), expected);
      assert.deepEqual(marked(CODE, CODE.replace(CHECK, '')), expected, 'the whole file');
      const crlf = CODE.replaceAll('\n', '\r\n');
      const check = CHECK.replaceAll('\n', '\r\n');
      assert.deepEqual(marked(check, '', crlf), expected);
      assert.deepEqual(marked(`\r\n${check.trimEnd()}`, '', crlf), expected);
    });

    it('on the line from which a part went', () => {
      assert.deepEqual(marked(' && order.age > 30', ''), ['^A if (!user.isAdmin) {']);
      assert.deepEqual(marked('!user.isAdmin && ', ''), ['^A if (order.age > 30) {']);
      assert.deepEqual(marked('!', ''), ['^A if (user.isAdmin && order.age > 30) {']);
      assert.deepEqual(marked('  if (!user.isAdmin && order.age > 30) {', '  if (!user.isAdmin) {'), [
        '^A if (!user.isAdmin) {',
      ]);
    });

    it('where fewer lines came than went', () => {
      assert.deepEqual(marked(`${CHECK}  audit(order);`, '  log("refund");'), ['^A log("refund");']);
      assert.deepEqual(marked(CHECK, '  guard(user);\n'), ['^A guard(user);']);
    });

    it('once for each place', () => {
      const editor = new Editor(CODE);
      editor.change([editor.at(CHECK, ''), editor.at('  pay(order.account, order.total);\n', '')], 'ai', 'A');
      assert.deepEqual(linesMarked(editor), ['^A audit(order);', '^A }']);
      const two = new Editor('check(alpha, beta, gamma, delta, epsilon);\n');
      two.change([two.at(two.text, 'check(alpha, gamma, epsilon);\n')], 'ai', 'A');
      assert.equal(two.shown, two.text);
      assert.equal(two.live.marks().deletions.length, 1, 'two parts of one line');
    });

    it('at the end of a file, and in one that was emptied', () => {
      assert.deepEqual(marked('}\n', '', '{\n}\n'), ['^A {']);
      assert.deepEqual(marked('\n}', '', '{\n}'), ['^A {']);
      const editor = new Editor(CODE);
      editor.replace(CODE, '', 'ai', 'A');
      assert.deepEqual(editor.live.marks(), { spans: [], deletions: [{ offset: 0, label: 'A' }] });
      assert.equal(serialiseSidecar('', editor.live.marks()), null, 'no line to record it at');
      editor.change([{ start: 0, end: 0, text: 'again' }]);
      assert.deepEqual(linesMarked(editor), ['^A again']);
    });
  });

  describe('leaves none', () => {
    const unmarked = (find: string, text: string, source = CODE) =>
      assert.deepEqual(marked(find, text, source), [], `${find} -> ${text}`);

    it('where new text took its place', () => {
      unmarked('order.age > 30', 'order.isOld');
      unmarked('  audit(order);', '  log(order);\n  notify(order);');
      unmarked(CHECK, '  guard(user);\n  check(order);\n  log();\n');
      const line = 'const resultOfTheCall = authorize(user, order, amount, currency);\n';
      unmarked(line, 'const outcome = authorize(user, order, currency);\n', line);
      unmarked('check(a, b, c);\n', 'test(a, c);\n', 'check(a, b, c);\n');
    });

    it('for whitespace and blank lines', () => {
      unmarked('\n\n\n', '\n', 'a\n\n\nb\n');
      unmarked('  audit', 'audit');
      unmarked('{\n  a();\n}\n', '{ a(); }\n', '{\n  a();\n}\n');
    });

    it('for a completion that takes the place of what was typed of it, or of brackets behind it', () => {
      unmarked('cons', 'const total = 1;', 'cons\n');
      unmarked('Cons', 'const total = 1;', 'Cons\n');
      unmarked('charge()', 'charge(order, total);', '  charge()\n');
      unmarked(')', 'order, total);', '  charge()\n');
    });

    it('for text that it moves', () => {
      const editor = new Editor(CODE);
      const pay = '  pay(order.account, order.total);\n';
      editor.change([editor.at('|  if (!user', pay), editor.at(pay, '')], 'ai', 'A');
      assert.deepEqual(linesMarked(editor), []);
      assert.match(editor.shown, /void \{\n\[A\| {2}pay/);
      unmarked(CODE, CODE.replace(pay, '').replace('  audit', `${pay}  audit`));
    });

    it('for drafts of an AI that nobody can have committed', () => {
      const editor = new Editor('a();\nb();\n');
      editor.replace('a();\n|', 'draft();\nmore();\n', 'ai', 'A');
      editor.replace('more();\n', '', 'ai', 'B');
      editor.replace('draft', 'd', 'ai', 'A');
      editor.replace('d();\n', '', 'ai', 'A');
      assert.equal(editor.shownDeletions, 'a();\nb();');
      editor.replace('a();\n|', 'draft();\n', 'ai', 'A');
      editor.live.committed();
      editor.replace('draft();\n', '', 'ai', 'A');
      assert.equal(editor.shownDeletions, 'a();\n^A b();', 'committed in the meantime');
    });

    it('when it was no AI', () => {
      for (const origin of ['human', 'tool', 'paste', 'external'] as const) {
        const editor = new Editor(CODE);
        const version = editor.replace(CHECK, '', origin, origin === 'external' ? '?external' : null);
        assert.deepEqual(editor.live.marks().deletions, []);
        if (origin === 'human') continue;
        assert.ok(editor.live.settle(version, 'ai', 'A'), 'an agent says that it was it');
        assert.deepEqual(linesMarked(editor), ['^A audit(order);']);
      }
    });
  });

  it('cannot hide what it removed by way of its own text', () => {
    const editor = new Editor('a();\ncheck(user);\nb();\n');
    editor.replace('check(user);', 'skip', 'ai', 'A');
    assert.deepEqual(linesMarked(editor), [], 'the line is marked as it is');
    editor.replace('skip\n', '', 'ai', 'A');
    assert.deepEqual(linesMarked(editor), ['^A b();']);
    const moving = new Editor('first(something);\nsecond(something);\nthird();\n');
    moving.change(
      [moving.at('first(something);\n', ''), moving.at('|third', 'first(something);\n')],
      'ai',
      'A',
    );
    assert.deepEqual(linesMarked(moving), []);
    moving.replace('first(something);\n', '', 'ai', 'A');
    assert.deepEqual(linesMarked(moving), ['^A third();']);
  });

  it('is marked when that becomes known late, and not when it turns out otherwise', () => {
    const editor = new Editor(CODE);
    const removed = editor.replace(CHECK, '', 'pending');
    const draft = editor.replace('audit(order);\n|', '  draft();\n', 'pending');
    const gone = editor.replace('  draft();\n', '', 'pending');
    assert.deepEqual(editor.live.marks().deletions, []);
    assert.deepEqual(editor.live.pendingVersions(), [removed, draft, gone]);
    editor.live.settle(gone, 'ai', 'B');
    assert.deepEqual(linesMarked(editor), ['^B pay(order.account, order.total);']);
    editor.live.settle(draft, 'ai', 'B');
    assert.deepEqual(linesMarked(editor), [], 'a draft of its own');
    editor.live.settle(removed, 'ai', 'A');
    assert.deepEqual(linesMarked(editor), ['^A audit(order);']);
    editor.live.settle(removed, 'tool', null);
    assert.deepEqual(linesMarked(editor), []);
  });

  it('is claimed late when it was taken for typing', () => {
    const editor = new Editor(CODE);
    const version = editor.replace(CHECK, '');
    editor.type('|export', '// ');
    assert.equal(editor.live.settle(version, 'ai', 'A'), false);
    assert.equal(editor.live.claimRemoval(version, 'A'), true);
    assert.deepEqual(linesMarked(editor), ['^A audit(order);']);
    assert.ok(editor.live.settle(version, 'ai', 'B'), 'better evidence');
    assert.deepEqual(linesMarked(editor), ['^B audit(order);']);
    editor.undo();
    editor.undo();
    assert.deepEqual([editor.text, linesMarked(editor)], [CODE, []]);
    assert.equal(editor.live.claimRemoval(version, 'A'), false, 'undone');
    editor.redo();
    assert.deepEqual(linesMarked(editor), ['^B audit(order);']);
    const typed = editor.replace('|export', ' ');
    assert.equal(editor.live.claimRemoval(typed, 'A'), false, 'nothing went');
  });
});

describe('the mark of a deletion', () => {
  it('goes and comes with undo and redo', () => {
    const editor = new Editor(CODE);
    editor.type('void {|', ' //');
    editor.replace(CHECK, '', 'ai', 'A');
    editor.type('|  audit(', '\n');
    for (let round = 0; round < 3; round++) {
      assert.deepEqual(linesMarked(editor), ['^A ']);
      editor.undo();
      assert.deepEqual(linesMarked(editor), ['^A audit(order);']);
      editor.undo();
      assert.deepEqual(linesMarked(editor), []);
      editor.redo();
      assert.deepEqual(linesMarked(editor), ['^A audit(order);']);
      editor.redo();
    }
  });

  it('stays while a person types near it, also what was removed', () => {
    const editor = new Editor(CODE);
    editor.replace(CHECK, '', 'ai', 'A');
    editor.type('void {|', ' // refunds');
    editor.type('audit(order);|', ' // log');
    assert.deepEqual(linesMarked(editor), ['^A audit(order); // log']);
    editor.type('// refunds\n|', CHECK);
    assert.deepEqual(linesMarked(editor).length, 1);
  });

  it('goes to the next line with the line that carries it, whoever removes that', () => {
    for (const origin of ['human', 'ai'] as const) {
      for (const line of ['  audit(order);\n', '\n  audit(order);']) {
        const editor = new Editor(CODE);
        editor.replace(CHECK, '', 'ai', 'A');
        editor.replace(line, '', origin, origin === 'ai' ? 'A' : null);
        assert.deepEqual(linesMarked(editor), ['^A pay(order.account, order.total);']);
        editor.undo();
        assert.deepEqual(linesMarked(editor), ['^A audit(order);']);
        editor.undo();
        assert.deepEqual([editor.text, linesMarked(editor)], [CODE, []]);
      }
    }
  });

  it('goes when a person says that it is theirs, with the text or alone', () => {
    const removed = () => {
      const editor = new Editor(CODE);
      editor.replace(CHECK, '', 'ai', 'A');
      return { editor, offset: editor.live.marks().deletions[0]!.offset };
    };
    const alone = removed();
    alone.editor.live.setLabel(alone.offset, alone.offset, null);
    assert.deepEqual(linesMarked(alone.editor), []);
    alone.editor.undo();
    alone.editor.redo();
    assert.deepEqual(linesMarked(alone.editor), [], 'undo does not take that back');
    const range = removed();
    range.editor.live.setLabel(0, range.offset, null);
    range.editor.live.setLabel(range.offset + 1, range.editor.live.length, null);
    range.editor.live.setLabel(0, range.editor.live.length, 'B');
    assert.deepEqual(linesMarked(range.editor), ['^A audit(order);']);
    range.editor.live.setLabel(range.offset, range.offset + 1, null);
    assert.deepEqual(linesMarked(range.editor), []);
    const end = new Editor('a();\nb();\n');
    end.replace('b();\n', '', 'ai', 'A');
    end.live.setLabel(0, 5, null);
    assert.deepEqual(linesMarked(end), []);
  });

  it('is taken over with all other marks', () => {
    const editor = new Editor(CODE);
    editor.replace(CHECK, '', 'ai', 'A');
    const marks = { spans: [{ start: 2, end: 5, label: 'B' }], deletions: [{ offset: 7, label: 'B' }] };
    editor.live.replaceMarks(marks);
    assert.deepEqual(editor.live.marks(), marks);
  });
});

describe('laws of deletion marks', () => {
  const line = fc.constantFrom('alpha();', 'beta();', '}', '', '  gamma(x, y);', 'if (a && b) {');
  const lines = (most: number) => fc.array(line, { maxLength: most });
  const place = fc.double({ min: 0, max: 1, noNaN: true });
  const step = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant('edit' as const),
        place,
        removed: fc.nat(30),
        lines: lines(3),
        origin: fc.constantFrom<Origin>('human', 'human', 'ai', 'ai', 'tool'),
        joined: fc.boolean(),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constantFrom('undo' as const, 'redo' as const),
        shape: fc.constantFrom<Shape>('minimal', 'one'),
      }),
    },
  );

  it('undo and redo bring back exactly the marks that were there; the order and the document hold', () => {
    fc.assert(
      fc.property(lines(12), fc.array(step, { maxLength: 25, size: 'max' }), (source, steps) => {
        const editor = new Editor(source.join('\n'));
        /** What was there after each step that can be undone, oldest first; and what redo brings back. */
        const done = [JSON.stringify(editor.live.marks())];
        const undone: string[] = [];
        for (const next of steps) {
          if (next.kind === 'undo' && editor.undo(next.shape)) undone.push(done.pop()!);
          if (next.kind === 'redo' && editor.redo(next.shape)) done.push(undone.pop()!);
          if (next.kind === 'edit') {
            const start = Math.round(next.place * editor.text.length);
            const end = Math.min(editor.text.length, start + next.removed);
            const edit = { start, end, text: next.lines.join('\n') };
            if (start === end && edit.text === '') continue;
            if (editor.text.slice(start, end) === edit.text) continue;
            editor.change([edit], next.origin, next.origin === 'ai' ? 'A' : null);
            done.push(JSON.stringify(editor.live.marks()));
            undone.length = 0;
          }
          const { deletions } = editor.live.marks();
          assert.equal(JSON.stringify(editor.live.marks()), done[done.length - 1]);
          deletions.forEach(({ offset }, i) => {
            assert.ok(offset >= (deletions[i - 1]?.offset ?? 0) && offset <= editor.live.length);
          });
        }
      }),
      { numRuns: 400 },
    );
  });

  it('only an AI that removes more than white space adds one, and nobody takes one away but by undo', () => {
    fc.assert(
      fc.property(lines(12), fc.array(step, { maxLength: 12 }), (source, steps) => {
        const editor = new Editor(source.join('\n'));
        for (const next of steps) {
          if (next.kind !== 'edit') continue;
          const before = editor.live.marks().deletions.length;
          const start = Math.round(next.place * editor.text.length);
          const end = Math.min(editor.text.length, start + next.removed);
          const removed = editor.text.slice(start, end);
          const isHuman = editor.shown === editor.text;
          const added = next.lines.join('\n');
          editor.change([{ start, end, text: added }], next.origin, next.origin === 'ai' ? 'A' : null);
          const more = editor.live.marks().deletions.length - before;
          assert.ok(more >= 0);
          if (next.origin !== 'ai' || removed.trim() === '') assert.equal(more, 0);
          else if (added.trim() === '' && isHuman) {
            // A line break that was there and is there again parts what was removed.
            assert.ok(more >= 1 && more <= Math.max(1, next.lines.length), `${more} marks`);
          }
        }
      }),
      { numRuns: 400 },
    );
  });

  it('the sidecar holds them, and a document that reads it goes on from there', () => {
    fc.assert(
      fc.property(lines(12), fc.array(step, { maxLength: 8 }), (source, steps) => {
        const editor = new Editor(source.join('\n'));
        for (const next of steps) {
          if (next.kind !== 'edit') continue;
          const start = Math.round(next.place * editor.text.length);
          const end = Math.min(editor.text.length, start + next.removed);
          editor.change(
            [{ start, end, text: next.lines.join('\n') }],
            next.origin,
            next.origin === 'ai' ? 'aaaaaa' : null,
          );
        }
        const written = serialiseSidecar(editor.text, editor.live.marks());
        if (written === null) return;
        const marks = readSidecar(parseSidecar(written), editor.text)!;
        const again = new LiveDocument(editor.text.length, marks);
        assert.equal(serialiseSidecar(editor.text, again.marks()), written);
      }),
      { numRuns: 300 },
    );
  });
});
