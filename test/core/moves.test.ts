import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Editor } from './editor';

/** One event that removes `find` and inserts `text` at another place. */
function move(
  editor: Editor,
  find: string,
  place: string,
  text: string,
  origin: 'human' | 'tool' | 'pending' | 'ai' = 'human',
) {
  const edits = [editor.at(find, ''), editor.at(place, text)].sort((a, b) => a.start - b.start);
  return editor.change(edits, origin, origin === 'ai' ? 'N' : null);
}

describe('moves in one event', () => {
  it('move line down, as VS Code does it: the line below goes up', () => {
    const editor = Editor.marked('one();\n[A|two();]\nthree();\nfour();\n');
    move(editor, '\nthree();', '|two', 'three();\n');
    assert.equal(editor.shown, 'one();\nthree();\n[A|two();]\nfour();\n');
    // And with an AI line that is the one carried around.
    const other = Editor.marked('one();\ntwo();\n[A|three();]\nfour();\n');
    move(other, '\nthree();', '|two', 'three();\n');
    assert.equal(other.shown, 'one();\n[A|three();]\ntwo();\nfour();\n');
  });

  it('move line up, with its line break', () => {
    const editor = Editor.marked('one();\ntwo();\n[A|three();\n]four();\n');
    move(editor, 'three();\n', '|two', 'three();\n');
    assert.equal(editor.shown, 'one();\n[A|three();\n]two();\nfour();\n');
  });

  it('move line into a block, with new indentation', () => {
    const editor = Editor.marked('if (x) {\n  one();\n}\n[A|two();]\n');
    move(editor, '\ntwo();', '  one();|', '\n  two();');
    assert.equal(editor.shown, 'if (x) {\n  one();\n[A|  two();]\n}\n');
  });

  it('drag and drop inside a line, and of several lines', () => {
    const editor = Editor.marked('f([A|alpha + beta], gamma);\n');
    move(editor, 'alpha + beta', 'gamma|', 'alpha + beta');
    assert.equal(editor.shown, 'f(, gamma[A|alpha + beta]);\n');
    const lines = Editor.marked('zero();\n[A|one();\n  two();\n]three();\nfour();\n');
    move(lines, 'one();\n  two();\n', 'three();\n|', '  one();\r\n    two();\r\n');
    assert.equal(lines.shown, 'zero();\nthree();\n[A|  one();\r\n    two();\r\n]four();\n');
  });

  it('a part of a line of mixed origin keeps its mixture', () => {
    const editor = Editor.marked('a = [A|alpha]Beta[B|Gamma];\nb = ;\n');
    move(editor, 'alphaBetaGamma', 'b = |', 'alphaBetaGamma');
    assert.equal(editor.shown, 'a = ;\nb = [A|alpha]Beta[B|Gamma];\n');
  });

  it('a lone brace or blank creates no marks', () => {
    const editor = Editor.marked('[A|if (a) {\n  b();\n}\n]c();\n');
    // The brace goes with a line that is not found again; another brace comes elsewhere.
    editor.change([editor.at('  b();\n}\n', ''), editor.at('c();\n|', 'd();\n}\n\n')]);
    assert.equal(editor.shown, '[A|if (a) {\n]c();\nd();\n}\n\n');
  });

  it('a brace out of more removed text does not mark a brace that stands alone', () => {
    const editor = Editor.marked('[A|if (a) {\n  b();\n}\n]c();\n');
    editor.change([editor.at('  b();\n}\n', ''), editor.at('c();\n|', '}\n')]);
    assert.equal(editor.shown, '[A|if (a) {\n]c();\n}\n');
  });

  it('the line break that goes with a line keeps its mark on whichever side it stands', () => {
    const down = Editor.marked('one();[A|\ntwo();]\nthree();\nfour();\n');
    move(down, '\ntwo();', 'three();\n|', 'two();\n');
    assert.equal(down.shown, 'one();\nthree();\n[A|two();\n]four();\n');
    const up = Editor.marked('one();\n[A|two();\n]three();\nfour();\n');
    move(up, 'two();\n', 'three();|', '\ntwo();');
    assert.equal(up.shown, 'one();\nthree();[A|\ntwo();]\nfour();\n');
  });

  it('of several origins, the one that goes on alike is taken', () => {
    const editor = Editor.marked('[B|open();\n]x\n[A|open();\nclose();\n]y\nz\n');
    const [first, x, y] = [0, editor.text.indexOf('x'), editor.text.indexOf('y')];
    editor.change([
      { start: first, end: x, text: '' },
      { start: x + 2, end: y, text: '' },
      editor.at('y\n|', 'open();\nclose();\n'),
    ]);
    assert.equal(editor.shown, 'x\ny\n[A|open();\nclose();\n]z\n');
  });

  it('are between parts of a batch: within one, what matched by chance stays dropped', () => {
    const editor = Editor.marked('[A|alpha(one, two);\nreturn x;\nbeta(three);]\nend\n');
    const rewritten = 'while (1) poll()\nreturn x;\n// nothing more';
    const edits = [
      editor.at('alpha(one, two);\nreturn x;\nbeta(three);', rewritten),
      editor.at('end', 'fin'),
    ];
    editor.change(edits, 'external', '?external');
    assert.equal(editor.shown, `[?external|${rewritten}]\n[?external|fin]\n`);
  });

  it('what is removed once is found once', () => {
    const line = 'callEverybody(onceAndOnce, only);\n';
    const editor = Editor.marked(`[A|${line}]x\n`);
    editor.change([editor.at(line, ''), editor.at('x\n|', line + line)]);
    assert.equal(editor.shown, `x\n[A|${line}]${line}`);
  });

  it('a line among others that come and go moves only if it says enough', () => {
    const move = (line: string) => {
      const editor = Editor.marked(`[A|zero();\n${line}\n]x\n`);
      editor.change([editor.at(`zero();\n${line}\n`, ''), editor.at('x\n|', `first();\n${line}\nlast();\n`)]);
      return editor.shown;
    };
    assert.equal(move('return x;'), 'x\nfirst();\nreturn x;\nlast();\n');
    const line = 'return everythingThere(is, to, say);';
    assert.equal(move(line), `x\nfirst();\n[A|${line}\n]last();\n`);
  });

  it("an AI's own edit is the AI's even if it moves, however late that is known", () => {
    const source = '[A|one(1);\n]two(2);\nthree(3);\n';
    const early = Editor.marked(source);
    move(early, 'one(1);\n', 'three(3);\n|', 'one(1);\n', 'ai');
    assert.equal(early.shown, 'two(2);\nthree(3);\n[N|one(1);\n]');
    const late = Editor.marked(source);
    const version = move(late, 'one(1);\n', 'three(3);\n|', 'one(1);\n', 'pending');
    assert.equal(late.shown, 'two(2);\nthree(3);\n[A|one(1);\n]');
    assert.equal(late.live.insertedBy(version)?.characters, 0);
    late.live.settle(version, 'ai', 'N');
    assert.equal(late.shown, early.shown);
  });

  it('are undone and redone', () => {
    const editor = Editor.marked('one();\n[A|two();]\nthree();\n');
    move(editor, 'two();\n', 'three();\n|', '  two();\n');
    const { shown } = editor;
    editor.undo();
    assert.equal(editor.shown, 'one();\n[A|two();]\nthree();\n');
    editor.redo('one');
    assert.equal(editor.shown, shown);
  });

  it('never make more marked words than were removed', () => {
    const line = fc.constantFrom('}', '', '  ', 'go(x);', '  go(x);', 'stop(y);', '{', 'ab', '\t}');
    const text = fc.array(line, { minLength: 1, maxLength: 6 }).map((lines) => lines.join('\n'));
    fc.assert(
      fc.property(text, text, text, text, fc.nat(), fc.nat(), (first, second, third, inserted, a, b) => {
        const source = `${first}\n${second}\n${third}`;
        const start = a % (source.length + 1);
        const end = Math.min(source.length, start + (b % 12));
        const editor = new Editor(source, {
          spans: [{ start: 0, end: source.length, label: 'A' }],
          deletions: [],
        });
        const labelled = () => {
          const { text } = editor;
          const spans = editor.live.marks().spans.map((span) => text.slice(span.start, span.end));
          return spans.join('').replace(/\s/g, '').split('').sort().join('');
        };
        const all = labelled();
        const place = end + (a % (source.length - end + 1));
        editor.change([
          { start, end, text: '' },
          { start: place, end: place, text: inserted },
        ]);
        // As a multiset of characters, what is labelled afterwards was labelled before.
        let rest = all;
        for (const unit of labelled()) {
          assert.ok(rest.includes(unit), `${unit} of ${JSON.stringify(editor.shown)}`);
          rest = rest.replace(unit, '');
        }
      }),
      { numRuns: 500 },
    );
  });
});
