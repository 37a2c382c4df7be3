import assert from 'node:assert/strict';
import { LiveDocument } from '../../src/core/liveDocument';
import { NO_MARKS } from '../../src/core/marks';
import { Editor } from './editor';

describe('live document', () => {
  describe('what is new', () => {
    it('an accepted completion that replaces the typed prefix: only the rest is AI', () => {
      const editor = new Editor('// adds\nfun\n');
      editor.replace('fun', 'function add(a, b) {', 'ai', 'A');
      assert.equal(editor.shown, '// adds\nfun[A|ction add(a, b) {]\n');
    });

    it('typing inside AI text is not AI, and typing at its borders does not grow it', () => {
      const editor = Editor.marked('let [A|alpha];');
      editor.type('al|pha', 'XY');
      editor.type('let |al', 'p');
      editor.type('pha|;', 's');
      assert.equal(editor.shown, 'let p[A|al]XY[A|pha]s;');
    });

    it('several cursors at once', () => {
      const editor = new Editor('a=1\na=2\na=3\n');
      editor.change(
        [0, 4, 8].map((start) => ({ start, end: start + 1, text: 'total' })),
        'ai',
        'A',
      );
      assert.equal(editor.shown, '[A|total]=1\n[A|total]=2\n[A|total]=3\n');
      editor.change([5, 13, 21].map((start) => ({ start, end: start, text: 's' })));
      assert.equal(editor.shown, '[A|total]s=1\n[A|total]s=2\n[A|total]s=3\n');
    });

    it('an agent that rewrites a whole file gets only what it changed', () => {
      const lines = Array.from({ length: 200 }, (_, i) => `const value${i} = compute(${i});`);
      const editor = new Editor(`${lines.join('\n')}\n`, {
        spans: [{ start: 0, end: lines[0]!.length, label: 'B' }],
        deletions: [],
      });
      const rewritten = [...lines];
      rewritten[100] = 'const value100 = await computeLater(100);';
      rewritten.splice(150, 0, 'log(value149);', 'flush();');
      editor.change([{ start: 0, end: editor.text.length, text: `${rewritten.join('\n')}\n` }], 'ai', 'A');
      const { text } = editor;
      assert.deepEqual(
        editor.live.marks().spans.map(({ start, end, label }) => [text.slice(start, end), label]),
        [
          [lines[0], 'B'],
          ['await ', 'A'],
          ['Later', 'A'],
          ['log(value149);\nflush();\n', 'A'],
        ],
      );
    });

    it('a formatter that rewrites a whole file changes nothing but whitespace: all marks stay', () => {
      const editor = Editor.marked('function f() {\n[A|if (x) {\nreturn 1;\n}\n]else_();\n}\n');
      const formatted = 'function f() {\n  if (x) {\n    return 1;\n  }\n  else_();\n}\n';
      editor.change([{ start: 0, end: editor.text.length, text: formatted }], 'tool');
      assert.equal(editor.text, formatted);
      assert.equal(editor.shown, 'function f() {\n  [A|if (x) {\n    return 1;\n  }\n]  else_();\n}\n');
    });

    it('a lone brace between rewritten lines is no reason to keep it', () => {
      const editor = Editor.marked(
        'first(one);\nif (alpha) {\n  beta(gamma);\n}\n[B|if (delta) {\n  epsilon(zeta);\n}\n]last();\n',
      );
      const from = editor.text.indexOf('if (alpha)');
      const to = editor.text.indexOf('last();');
      const text =
        'while (running) {\n  poll(queue);\n}\nfor (const each of everything) {\n  consume(each);\n}\n';
      editor.change([{ start: from, end: to, text }], 'ai', 'A');
      // What the edit puts back at its end was not touched; the brace in its middle is the agent's.
      assert.equal(editor.shown, `first(one);\n[A|${text.slice(0, -5)}][B|);\n}\n]last();\n`);
    });

    it('replacing a megabyte does not hang, and finds what stayed', () => {
      const lines = Array.from(
        { length: 20_000 },
        (_, i) => `  const value${i} = compute("${i}", 'a longer literal', [${i % 7}]);`,
      );
      const text = lines.join('\r\n');
      const at = text.indexOf(lines[777]!);
      const editor = new LiveDocument(text.length, {
        spans: [{ start: at, end: at + lines[777]!.length, label: 'A' }],
        deletions: [],
      });
      const after = lines.map((line, i) => (i % 3 === 0 ? line.replaceAll("'", '"') : line)).join('\r\n');
      editor.apply({
        version: 2,
        edits: [{ start: 0, end: text.length, removed: text, text: after }],
        origin: 'external',
        label: '?external',
      });
      const { spans } = editor.marks();
      const labelled = spans
        .filter(({ label }) => label === 'A')
        .reduce((sum, { start, end }) => sum + end - start, 0);
      assert.equal(labelled, lines[777]!.length - 2, 'all but the two quotes');
      const unknown = spans.filter(({ label }) => label === '?external');
      assert.equal(unknown.length, 2 * Math.ceil(lines.length / 3));
    });

    it('line ends and surrogate pairs stay whole', () => {
      const editor = Editor.marked('a[A|😀]b\r\nc');
      editor.replace('😀', '😁', 'ai', 'B');
      assert.equal(editor.shown, 'a[B|😁]b\r\nc');
      editor.change([{ start: 0, end: editor.text.length, text: 'a😁b\nc' }], 'tool');
      assert.equal(editor.shown, 'a[B|😁]b\nc');
    });

    it('says how much of a batch is new', () => {
      const editor = new Editor('one two three\n');
      const version = editor.replace('two', 'tWo\nmore', 'pending');
      assert.deepEqual(editor.live.insertedBy(version), { characters: 7, lines: 2, whitespaceOnly: false });
      const blank = editor.replace('tWo|', '  ', 'pending');
      assert.deepEqual(editor.live.insertedBy(blank), { characters: 2, lines: 0, whitespaceOnly: true });
      const gone = editor.replace('more', '', 'pending');
      assert.deepEqual(editor.live.insertedBy(gone), { characters: 0, lines: 0, whitespaceOnly: true });
      assert.equal(editor.live.insertedBy(99), null);
      assert.deepEqual(
        editor.live.pendingVersions(),
        [version, blank, gone],
        "what went may be an AI's doing",
      );
    });
  });

  describe('settling', () => {
    it('reaches text that moved on, was split, or was deleted and comes back', () => {
      const editor = new Editor('let x;\n');
      const version = editor.replace('let |x', 'answer = 42, ', 'pending');
      assert.equal(editor.shown, editor.text);
      editor.type('ans|wer', '-');
      editor.replace('42, ', '');
      assert.equal(editor.live.settle(version, 'ai', 'A'), true);
      assert.deepEqual(editor.live.pendingVersions(), []);
      assert.equal(editor.shown, 'let [A|ans]-[A|wer = ]x;\n');
      editor.undo();
      assert.equal(editor.shown, 'let [A|ans]-[A|wer = 42, ]x;\n');
    });

    it('can be corrected by better evidence', () => {
      const editor = new Editor('\n');
      const version = editor.change([{ start: 0, end: 0, text: 'export {};' }], 'external', '?external');
      assert.equal(editor.shown, '[?external|export {};]\n');
      editor.live.settle(version, 'ai', 'A');
      assert.equal(editor.shown, '[A|export {};]\n');
    });

    it('knows nothing of human batches and of versions never seen', () => {
      const editor = new Editor('');
      const version = editor.change([{ start: 0, end: 0, text: 'x' }]);
      assert.equal(editor.live.settle(version, 'ai', 'A'), false);
      assert.equal(editor.live.settle(77, 'ai', 'A'), false);
      // Editors send empty changes too, for instance when a file becomes dirty.
      assert.equal(editor.live.settle(editor.change([], 'pending'), 'ai', 'A'), false);
    });
  });

  describe('tools', () => {
    it('a rename across AI and human text keeps both as they are', () => {
      const editor = Editor.marked('[A|const count = 1;]\nprint(count);\n');
      const { text } = editor;
      const first = text.indexOf('count');
      const last = text.lastIndexOf('count');
      editor.change(
        [first, last].map((start) => ({ start, end: start + 5, text: 'total' })),
        'tool',
      );
      assert.equal(editor.shown, '[A|const total = 1;]\nprint(total);\n');
    });

    it('formatting inside AI text stays AI, at its border does not grow it', () => {
      const editor = Editor.marked('x=1;[A|y=2;z=3;]w=4;');
      editor.change(
        ['x=1;|', 'y=2;|', 'z=3;|'].map((place) => editor.at(place, '\n')),
        'tool',
      );
      assert.equal(editor.shown, 'x=1;\n[A|y=2;\nz=3;]\nw=4;');
    });

    it('two insertions with one label count as one', () => {
      const editor = new Editor('()');
      editor.replace('(|)', 'first', 'ai', 'A');
      editor.replace('first|)', 'Second', 'ai', 'A');
      editor.replace('first|S', '_', 'tool');
      assert.equal(editor.shown, '([A|first_Second])');
      editor.replace('t_S', 't$s', 'tool');
      assert.equal(editor.shown, '([A|first$second])');
    });

    it('a mixed replacement inherits word by word', () => {
      const editor = Editor.marked('call(first, [A|second, third]);');
      editor.replace('first, second, third', '{ first: 1, second: 2, third: 3 }', 'tool');
      const { text } = editor;
      const labelled = editor.live.marks().spans.map(({ start, end }) => text.slice(start, end));
      assert.ok(labelled.join('').includes('second'), editor.shown);
      assert.ok(labelled.join('').includes('third'), editor.shown);
      assert.ok(!labelled.join('').includes('first'), editor.shown);
    });

    it('also a short one', () => {
      const editor = Editor.marked('f(1 [A|alpha] 2)');
      editor.replace('1 alpha 2', '3 alpha 4', 'tool');
      assert.equal(editor.shown, 'f(3 [A|alpha] 4)');
    });

    it('a mixed replacement without counterparts has no label: a gap, not a guess', () => {
      const editor = Editor.marked('get[A|User]()');
      editor.replace('getUser', 'fetchPerson', 'tool');
      assert.equal(editor.shown, 'fetchPerson()');
    });

    it('a change of whitespace keeps labels while nobody says whose it is', () => {
      const editor = Editor.marked('[A|a();b();]');
      const version = editor.replace('a();|', '\n', 'pending');
      assert.equal(editor.shown, '[A|a();\nb();]');
      editor.live.settle(version, 'external', '?external');
      assert.equal(editor.shown, '[A|a();\nb();]');
      editor.live.settle(version, 'human', null);
      assert.equal(editor.shown, '[A|a();]\n[A|b();]');
    });
  });

  describe('declarations', () => {
    it('are kept by later undo and redo', () => {
      const editor = new Editor('one\n');
      editor.replace('one|', ' two', 'ai', 'A');
      editor.live.setLabel(3, 7, null);
      editor.live.setLabel(0, 3, 'B');
      assert.equal(editor.shown, '[B|one] two\n');
      editor.undo();
      assert.equal(editor.shown, '[B|one]\n');
      editor.redo();
      assert.equal(editor.shown, '[B|one] two\n');
      assert.equal(editor.live.labelledCharacters(), 3);
    });

    it('must fit the document', () => {
      const live = new LiveDocument(5, NO_MARKS);
      assert.throws(() => live.setLabel(2, 6, 'A'), RangeError);
      assert.throws(
        () =>
          live.apply({
            version: 2,
            edits: [{ start: 4, end: 6, removed: 'xx', text: '' }],
            origin: 'human',
            label: null,
          }),
        RangeError,
      );
      assert.throws(
        () => new LiveDocument(1, { spans: [{ start: 0, end: 2, label: 'A' }], deletions: [] }),
        RangeError,
      );
    });
  });

  describe('deletion marks', () => {
    const deletions = [
      { offset: 4, label: 'A' },
      { offset: 8, label: 'B' },
    ];

    it('round-trip, and move with their lines', () => {
      const editor = new Editor('one\ntwo\nthree\n', { spans: [], deletions });
      assert.deepEqual(editor.live.marks().deletions, deletions);
      editor.type('|one', '12');
      editor.type('|two', '3');
      assert.deepEqual(editor.live.marks().deletions, [
        { offset: 6, label: 'A' },
        { offset: 11, label: 'B' },
      ]);
    });

    it('come back with the text around them', () => {
      const editor = new Editor('one\ntwo\nthree\n', { spans: [], deletions });
      editor.replace('e\ntwo\nthr', '');
      assert.deepEqual(
        editor.live.marks().deletions.map(({ offset }) => offset),
        [2, 2],
      );
      editor.undo();
      assert.deepEqual(editor.live.marks().deletions, deletions);
      editor.redo();
      editor.undo();
      assert.deepEqual(editor.live.marks().deletions, deletions);
    });
  });
});
