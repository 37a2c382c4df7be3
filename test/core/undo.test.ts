import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Edit, LiveDocument } from '../../src/core/liveDocument';
import { NO_MARKS } from '../../src/core/marks';
import { type Character, Editor, type Shape } from './editor';

describe('undo and redo', () => {
  it('a step that takes the last of two equal lines where the batch put the first, told by the text before it', () => {
    const live = new LiveDocument(5, { spans: [{ start: 0, end: 1, label: 'A' }], deletions: [] });
    const put = { start: 2, end: 2, removed: '', text: 'x\n}\n' };
    live.apply({ version: 2, edits: [put], origin: 'ai', label: 'B' });
    const step = (undoRedo: 'undo' | 'redo', text: string, start: number, end: number, put: string) =>
      live.apply(
        {
          version: 3,
          edits: [{ start, end, removed: text.slice(start, end), text: put }],
          origin: 'human',
          label: null,
          undoRedo,
        },
        () => text,
      );
    step('undo', 'a\nx\n}\n}\nb', 1, 5, '');
    assert.deepEqual(live.marks().spans, [{ start: 0, end: 1, label: 'A' }]);
    step('redo', 'a\n}\nb', 1, 1, '\nx\n}');
    assert.deepEqual(live.marks().spans, [
      { start: 0, end: 1, label: 'A' },
      { start: 2, end: 6, label: 'B' },
    ]);
  });

  it('undo after deleting AI text: it is AI again, and can still be settled', () => {
    const editor = new Editor('a\nb\n');
    const version = editor.replace('a\n|', 'from_ai();\n', 'pending');
    editor.replace('from_ai();\n', '');
    editor.live.settle(version, 'ai', 'A');
    editor.undo();
    assert.equal(editor.shown, 'a\n[A|from_ai();\n]b\n');
  });

  it('what was typed is an AI’s after all: where it is now, where it went, and where it is undone', () => {
    const editor = new Editor('one two');
    const version = editor.replace('one|', 'XY');
    editor.type('oneX|', 'h');
    editor.replace('neX', '');
    assert.deepEqual(editor.live.claimText(version, 'A'), [{ start: 2, end: 3 }]);
    assert.equal(editor.shown, 'oh[A|Y] two');
    editor.undo();
    assert.equal(editor.shown, 'one[A|X]h[A|Y] two');
    editor.undo();
    const other = editor.replace('two|', 'Z');
    editor.undo();
    assert.deepEqual(editor.live.claimText(other, 'B'), []);
    editor.redo();
    assert.equal(editor.shown, 'one[A|XY] two[B|Z]');
  });

  it('leaves a person what they said to be theirs, also where it comes back', () => {
    const editor = new Editor('one two');
    const version = editor.replace('one', 'XYZ');
    editor.live.declare(1, 2, null);
    editor.replace('YZ', '');
    assert.deepEqual(editor.live.claimText(version, 'A'), [{ start: 0, end: 1 }]);
    editor.undo();
    assert.equal(editor.shown, '[A|X]Y[A|Z] two');
  });

  it('leaves what was said of text that the step does not touch, though the batch replaced it', () => {
    const live = new LiveDocument(10, NO_MARKS);
    const change = { start: 0, end: 10, removed: '  go far {', text: 'go far {;' };
    live.apply({ version: 2, edits: [change], origin: 'tool', label: null });
    live.declare(0, 9, 'A');
    const step = (undoRedo: 'undo' | 'redo', edits: readonly Edit[]) =>
      live.apply({ version: 3, edits, origin: 'human', label: null, undoRedo });
    step('undo', [
      { start: 0, end: 0, removed: '', text: '  ' },
      { start: 8, end: 9, removed: ';', text: '' },
    ]);
    assert.deepEqual(live.marks().spans, [{ start: 2, end: 10, label: 'A' }]);
    live.declare(5, 8, null);
    step('redo', [
      { start: 0, end: 2, removed: '  ', text: '' },
      { start: 10, end: 10, removed: '', text: ';' },
    ]);
    assert.deepEqual(live.marks().spans, [
      { start: 0, end: 3, label: 'A' },
      { start: 6, end: 9, label: 'A' },
    ]);
  });

  it('makes text that stayed what it was before an earlier text was put back', () => {
    const live = new LiveDocument(0, NO_MARKS);
    const put = (version: number, start: number) =>
      live.apply({
        version,
        edits: [{ start, end: start, removed: '', text: 'go();\n' }],
        origin: 'ai',
        label: 'A',
      });
    put(2, 0);
    live.declare(0, 6, null);
    const file = live.snapshot();
    put(3, 0);
    const step = (undoRedo: 'undo' | 'redo') => {
      const [removed, text] = undoRedo === 'undo' ? ['', 'go();\n'] : ['go();\n', ''];
      const edits = [{ start: 6, end: 6 + removed.length, removed, text }];
      live.apply({ version: 5, edits, origin: 'human', label: null, undoRedo });
    };
    // The file is read again, and of its two copies the one that was said to be a person's goes.
    const read = { start: 6, end: 12, removed: 'go();\n', text: '' };
    live.apply({ version: 4, edits: [read], origin: 'external', label: null });
    live.putBack(file);
    live.putBack(file);
    assert.deepEqual(live.marks().spans, []);
    step('undo');
    assert.deepEqual(live.marks().spans, [{ start: 0, end: 6, label: 'A' }]);
    step('redo');
    assert.deepEqual(live.marks().spans, []);
    live.declare(0, 2, 'B');
    step('undo');
    assert.deepEqual(live.marks().spans, [
      { start: 0, end: 2, label: 'B' },
      { start: 2, end: 6, label: 'A' },
    ]);
  });

  it('undo, redo, undo of an accepted completion', () => {
    const editor = new Editor('fun');
    editor.replace('fun', 'function f() {}', 'ai', 'A');
    editor.type('f()|', ' ');
    for (let round = 0; round < 3; round++) {
      assert.equal(editor.shown, 'fun[A|ction f()] [A| {}]');
      editor.undo();
      assert.equal(editor.shown, 'fun[A|ction f() {}]');
      editor.undo();
      assert.equal(editor.shown, 'fun');
      editor.redo();
      assert.equal(editor.shown, 'fun[A|ction f() {}]');
      editor.redo();
    }
  });

  it('one undo takes back typing around a completion that arrived in its middle', () => {
    const editor = new Editor('x');
    editor.type('x|', 'abc');
    editor.change([{ start: 4, end: 4, text: 'DEF' }], 'ai', 'A', true);
    editor.change([{ start: 7, end: 7, text: 'g' }], 'human', null, true);
    editor.undo();
    assert.equal(editor.shown, 'x');
    editor.redo('one');
    assert.equal(editor.shown, 'xabc[A|DEF]g');
  });

  it('an edit after undo makes redo impossible, and further undo exact', () => {
    const editor = new Editor('0');
    editor.replace('0|', 'AAA', 'ai', 'A');
    editor.replace('AAA|', 'BBB', 'ai', 'B');
    editor.undo();
    editor.type('0|', 'c');
    editor.undo();
    editor.undo();
    assert.equal(editor.shown, '0');
    editor.redo();
    assert.equal(editor.shown, '0[A|AAA]');
    editor.type('|0', 'd');
    const version = ++editor.version;
    const edits = [{ start: 5, end: 5, removed: '', text: 'BBB' }];
    editor.live.apply({ version, edits, origin: 'pending', label: null, undoRedo: 'redo' });
    assert.deepEqual(editor.live.marks().spans, [{ start: 2, end: 5, label: 'A' }], 'B is forgotten');
  });

  it('an undo event that fits nothing brings back the runs of text that went not long ago, else no label', () => {
    const before = `before ${'from_an_agent(); '.repeat(4)}after`;
    const live = new LiveDocument(before.length, {
      spans: [{ start: 7, end: 75, label: 'A' }],
      deletions: [],
    });
    const agent = before.slice(7, 75);
    live.apply({
      version: 2,
      edits: [{ start: 7, end: 75, removed: agent, text: '' }],
      origin: 'human',
      label: null,
    });
    live.apply({
      version: 3,
      edits: [{ start: 0, end: 0, removed: '', text: 'more, ' }],
      origin: 'human',
      label: null,
    });
    const undo = { origin: 'pending', label: null, undoRedo: 'undo' } as const;
    // Not what the newest batches undone would give: as if the document had changed behind our back.
    live.apply({
      ...undo,
      version: 4,
      edits: [
        { start: 13, end: 13, removed: '', text: agent },
        { start: 14, end: 14, removed: '', text: 'never seen' },
      ],
    });
    assert.deepEqual(live.marks().spans, [{ start: 13, end: 13 + agent.length, label: 'A' }]);
    assert.deepEqual(live.pendingVersions(), []);
  });

  it('an undo event of a document without a history is followed as text without a record', () => {
    const live = new LiveDocument(4, { spans: [{ start: 0, end: 4, label: 'A' }], deletions: [] });
    live.apply({
      version: 2,
      edits: [{ start: 1, end: 3, removed: 'bc', text: 'xyz' }],
      origin: 'pending',
      label: null,
      undoRedo: 'undo',
    });
    assert.deepEqual(live.marks().spans, [
      { start: 0, end: 1, label: 'A' },
      { start: 4, end: 5, label: 'A' },
    ]);
  });

  it('a thousand keystrokes joined in one undo, ten thousand apart', () => {
    const live = new LiveDocument(0, NO_MARKS);
    let version = 1;
    const type = (start: number, text: string, origin: 'human' | 'ai') =>
      live.apply({
        version: ++version,
        edits: [{ start, end: start, removed: '', text }],
        origin,
        label: origin === 'ai' ? 'A' : null,
      });
    type(0, 'AI', 'ai');
    for (let i = 0; i < 9_000; i++) type(2 + i, 'x', 'human');
    const undone = (start: number, removed: string) =>
      live.apply({
        version: ++version,
        edits: [{ start, end: start + removed.length, removed, text: '' }],
        origin: 'pending',
        label: null,
        undoRedo: 'undo',
      });
    undone(8_002, 'x'.repeat(1_000));
    for (let i = 7_999; i >= 0; i--) undone(2 + i, 'x');
    assert.deepEqual(live.marks().spans, [{ start: 0, end: 2, label: 'A' }]);
    undone(0, 'AI');
    live.apply({
      version: ++version,
      edits: [{ start: 0, end: 0, removed: '', text: 'AI' }],
      origin: 'pending',
      label: null,
      undoRedo: 'redo',
    });
    assert.deepEqual(live.marks().spans, [{ start: 0, end: 2, label: 'A' }]);
  });

  it('undo beyond what the history holds is followed, without marks', () => {
    const live = new LiveDocument(0, NO_MARKS);
    let version = 1;
    const apply = (start: number, removed: string, text: string, undoRedo?: 'undo') => {
      const edits = [{ start, end: start + removed.length, removed, text }];
      live.apply({ version: ++version, edits, origin: 'human', label: null, ...(undoRedo && { undoRedo }) });
    };
    apply(0, '', 'AI');
    live.setLabel(0, 2, 'A');
    apply(0, 'AI', '');
    for (let i = 0; i < 25_000; i++) apply(i, '', 'x');
    for (let i = 24_999; i >= 0; i--) apply(i, 'x', '', 'undo');
    apply(0, '', 'AI', 'undo');
    assert.equal(live.length, 2);
    assert.deepEqual(live.marks().spans, []);
  });

  it('short text is recognised only when it went last', () => {
    const live = new LiveDocument(9, { spans: [{ start: 3, end: 6, label: 'A' }], deletions: [] });
    let version = 1;
    const apply = (start: number, removed: string, text: string, undoRedo?: 'undo') => {
      const edits = [{ start, end: start + removed.length, removed, text }];
      live.apply({ version: ++version, edits, origin: 'human', label: null, ...(undoRedo && { undoRedo }) });
    };
    apply(3, 'abc', '');
    apply(0, '', 'abc', 'undo');
    assert.deepEqual(live.marks().spans, [{ start: 0, end: 3, label: 'A' }], 'back elsewhere, but just gone');
    apply(0, 'abc', '');
    apply(0, 'x', '');
    apply(3, '', 'abc', 'undo');
    assert.deepEqual(live.marks().spans, []);
  });

  /**
   * Every inserted character is unique (a private code point each), so nothing is equal by chance and the truth is
   * known: a character has the label its batch was given last, for as long as that character lives.
   */
  it('equals a per-character truth under random editing, settling, undo and redo', () => {
    const place = fc.double({ min: 0, max: 1, noNaN: true });
    const step = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({
          kind: fc.constant('edit' as const),
          places: fc.array(
            fc.record({
              place,
              removed: fc.integer({ min: 0, max: 4 }),
              inserted: fc.integer({ min: 0, max: 5 }),
            }),
            { minLength: 1, maxLength: 4 },
          ),
          origin: fc.constantFrom('human', 'ai', 'pending', 'paste', 'external'),
          joined: fc.boolean(),
        }),
      },
      {
        weight: 2,
        arbitrary: fc.record({
          kind: fc.constant('undo' as const),
          shape: fc.constantFrom<Shape>('minimal', 'one'),
        }),
      },
      {
        weight: 2,
        arbitrary: fc.record({
          kind: fc.constant('redo' as const),
          shape: fc.constantFrom<Shape>('minimal', 'one'),
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          kind: fc.constant('settle' as const),
          which: fc.nat(),
          origin: fc.constantFrom('human', 'ai', 'external'),
        }),
      },
    );
    const labelOf = (origin: string) => (origin === 'human' || origin === 'pending' ? null : origin);
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
        const editor = new Editor('0123456789');
        let unique = 0x4e00;
        const batchOf = new Map<Character, number>();
        const labels = new Map<number, string | null>();
        for (const next of steps) {
          if (next.kind === 'undo') editor.undo(next.shape);
          else if (next.kind === 'redo') editor.redo(next.shape);
          else if (next.kind === 'settle') {
            const pending = editor.live.pendingVersions();
            const version = pending[next.which % Math.max(1, pending.length)];
            if (version === undefined) continue;
            assert.equal(editor.live.settle(version, next.origin as 'ai', labelOf(next.origin)), true);
            labels.set(version, labelOf(next.origin));
          } else {
            const edits = [];
            let at = 0;
            const { length } = editor.characters;
            for (const { place, removed, inserted } of [...next.places].sort((a, b) => a.place - b.place)) {
              const start = Math.max(at, Math.round(place * length));
              const end = Math.min(length, start + removed);
              let text = '';
              for (let k = 0; k < inserted; k++) text += String.fromCharCode(unique++);
              if (start <= length) edits.push({ start, end, text });
              at = end;
            }
            const before = new Set(editor.characters);
            const label = labelOf(next.origin);
            const version = editor.change(edits, next.origin as 'ai', label, next.joined);
            for (const character of editor.characters)
              if (!before.has(character)) batchOf.set(character, version);
            labels.set(version, label);
          }
          const truth = editor.characters.map(
            (character) => labels.get(batchOf.get(character) ?? -1) ?? null,
          );
          assert.deepEqual(labelPerCharacter(editor), truth);
        }
      }),
      { numRuns: 300 },
    );
  });
});

function labelPerCharacter({ live }: Editor): (string | null)[] {
  const labels = new Array<string | null>(live.length).fill(null);
  for (const { start, end, label } of live.marks().spans) labels.fill(label, start, end);
  return labels;
}
