import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LiveDocument, type Snapshot } from '../../src/core/liveDocument';
import { type Label, NO_MARKS, type Origin, type TextEdit } from '../../src/core/marks';
import { Editor, type Shape } from './editor';

/** Text that agrees by chance as often as it can. */
const word = fc.constantFrom(
  'a',
  'b',
  'alpha',
  'beta',
  ' ',
  '\n',
  '\r\n',
  '  ',
  '}',
  '(',
  '😀',
  'gamma();',
  '\tdelta();\n',
);
const text = (maxLength: number) => fc.array(word, { maxLength, size: 'max' }).map((words) => words.join(''));
const place = fc.double({ min: 0, max: 1, noNaN: true });
const edits = fc.array(fc.record({ place, removed: fc.nat(14), text: text(8) }), {
  minLength: 1,
  maxLength: 4,
});
const origin = fc.constantFrom<Origin>('human', 'ai', 'paste', 'tool', 'external');

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('edit' as const),
      edits,
      origin,
      joined: fc.boolean(),
      moves: fc.boolean(),
      delay: fc.nat(12),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('undo' as const, 'redo' as const),
      shape: fc.constantFrom<Shape>('minimal', 'one'),
    }),
  },
);

/** Edits in order and disjoint, for a text; with `moves` the last one inserts what the first one removes. */
function fitted(
  editor: Editor,
  wanted: readonly { place: number; removed: number; text: string }[],
  moves: boolean,
): TextEdit[] {
  const source = editor.text;
  const fit: TextEdit[] = [];
  let at = 0;
  for (const { place, removed, text } of [...wanted].sort((a, b) => a.place - b.place)) {
    const start = Math.max(at, Math.round(place * source.length));
    const end = Math.min(source.length, start + removed);
    fit.push({ start, end, text });
    at = end;
  }
  const first = fit[0]!;
  if (moves && fit.length > 1) {
    fit[fit.length - 1] = { ...fit[fit.length - 1]!, text: source.slice(first.start, first.end) };
    fit[0] = { ...first, text: '' };
  }
  return fit;
}

const labelOf = (origin: Origin, version: number): Label | null => {
  if (origin === 'ai') return `AI${version % 3}`;
  return origin === 'paste' || origin === 'external' ? `?${origin}` : null;
};

/** Characters of the document that carry each label, whitespace aside. */
function weights(editor: Editor): Map<Label, number> {
  const sums = new Map<Label, number>();
  const source = editor.text;
  for (const { start, end, label } of editor.live.marks().spans) {
    sums.set(label, (sums.get(label) ?? 0) + weight(source.slice(start, end)));
  }
  return sums;
}

const weight = (text: string) => text.replace(/\s/g, '').length;

/**
 * The marks. Of deletions count their labels: text without a record is replaced without comparing it, and a mark within
 * what a person replaces may then stand on another of the replaced lines.
 */
function known({ live }: Editor): object {
  const { spans, deletions } = live.marks();
  return { spans, deletions: [...new Set(deletions.map(({ label }) => label))].sort() };
}

describe('laws of live documents', () => {
  it('settling late gives what knowing at once would have given', () => {
    fc.assert(
      fc.property(text(20), fc.array(step, { maxLength: 25, size: 'max' }), (source, steps) => {
        const early = new Editor(source);
        const late = new Editor(source);
        let waiting: { version: number; origin: Origin; due: number }[] = [];
        const settle = (now: number) => {
          for (const { version, origin, due } of waiting) {
            if (due <= now) assert.ok(late.live.settle(version, origin, labelOf(origin, version)));
          }
          waiting = waiting.filter(({ due }) => due > now);
        };
        steps.forEach((next, now) => {
          if (next.kind !== 'edit') {
            for (const editor of [early, late]) editor[next.kind](next.shape);
          } else {
            const fit = fitted(early, next.edits, next.moves);
            early.change(fit, next.origin, labelOf(next.origin, early.version + 1), next.joined);
            const version = late.change(fit, 'pending', null, next.joined);
            waiting.push({ version, origin: next.origin, due: now + next.delay });
          }
          settle(now);
          if (waiting.length === 0) assert.equal(late.shown, early.shown);
          if (waiting.length === 0) assert.deepEqual(known(late), known(early));
        });
        settle(Number.POSITIVE_INFINITY);
        assert.equal(late.shown, early.shown);
        assert.deepEqual(known(late), known(early));
        assert.deepEqual(late.live.pendingVersions(), []);
      }),
      { numRuns: 400 },
    );
  });

  it('what was written down goes on as if it had not been, with its earlier states', () => {
    fc.assert(
      fc.property(
        text(20),
        fc.array(step, { maxLength: 25, size: 'max' }),
        fc.array(fc.nat(25), { maxLength: 3 }),
        (source, steps, pauses) => {
          const [whole, resumed] = [new Editor(source), new Editor(source)];
          let earlier: { whole: Snapshot; resumed: Snapshot } | null = null;
          steps.forEach((next, now) => {
            if (pauses.includes(now)) {
              const states: Snapshot[] = earlier ? [earlier.resumed] : [];
              const again = new LiveDocument(resumed.live.length, NO_MARKS);
              const { document, snapshots } = JSON.parse(JSON.stringify(resumed.live.state(states)));
              const [first] = again.resume(document, snapshots);
              if (earlier) earlier = { ...earlier, resumed: first! };
              resumed.live = again;
            }
            if (next.kind !== 'edit') {
              for (const editor of [whole, resumed]) editor[next.kind](next.shape);
            } else {
              const fit = fitted(whole, next.edits, next.moves);
              for (const editor of [whole, resumed]) editor.change(fit, 'pending', null, next.joined);
              const version = whole.version - (next.delay % 3);
              const label = labelOf(next.origin, version);
              for (const { live } of [whole, resumed]) live.settle(version, next.origin, label);
              if (next.delay === 11)
                for (const [editor, state] of [
                  [whole, earlier?.whole],
                  [resumed, earlier?.resumed],
                ] as const)
                  editor.live.claimText(version, 'claim', state ? [state] : []);
              const end = Math.min(3, whole.text.length);
              if (next.delay === 10) for (const { live } of [whole, resumed]) live.declare(0, end, 'said');
              if (next.delay === 9) for (const { live } of [whole, resumed]) live.committed();
              if (next.delay === 12)
                earlier = { whole: whole.live.snapshot(), resumed: resumed.live.snapshot() };
            }
            assert.deepEqual(resumed.live.marks(), whole.live.marks());
            assert.deepEqual(resumed.live.pendingVersions(), whole.live.pendingVersions());
            if (earlier)
              assert.deepEqual(resumed.live.marksOf(earlier.resumed), whole.live.marksOf(earlier.whole));
          });
        },
      ),
      { numRuns: 400 },
    );
  });

  it('what was said, and what may be committed, is known of what was written down', () => {
    const live = new LiveDocument(0, NO_MARKS);
    const put = { start: 0, end: 0, removed: '', text: 'one();\ntwo();\n' };
    live.apply({ version: 2, edits: [put], origin: 'ai', label: 'A' });
    live.committed();
    const before = live.snapshot();
    live.declare(0, 6, null);
    const again = new LiveDocument(live.length, NO_MARKS);
    const { document, snapshots } = JSON.parse(JSON.stringify(live.state([before])));
    const [state] = again.resume(document, snapshots);
    again.putBack(state!);
    assert.deepEqual(again.marks().spans, [{ start: 6, end: 14, label: 'A' }]);
    const removed = { start: 7, end: 14, removed: 'two();\n', text: '' };
    again.apply({ version: 3, edits: [removed], origin: 'ai', label: 'B' });
    assert.deepEqual(again.marks().deletions, [{ offset: 7, label: 'B' }], 'it was no draft any more');
  });

  it('lengths and counts add up, and spans are sorted, disjoint and joined', () => {
    fc.assert(
      fc.property(text(20), fc.array(step, { maxLength: 20, size: 'max' }), (source, steps) => {
        const editor = new Editor(source);
        for (const next of steps) {
          if (next.kind !== 'edit') editor[next.kind](next.shape);
          else
            editor.change(
              fitted(editor, next.edits, next.moves),
              next.origin,
              labelOf(next.origin, 1),
              next.joined,
            );
          assert.equal(editor.live.length, editor.text.length);
          const { spans } = editor.live.marks();
          let labelled = 0;
          spans.forEach(({ start, end, label }, i) => {
            const last = spans[i - 1];
            assert.ok(start >= (last?.end ?? 0) && end > start && end <= editor.live.length);
            assert.ok(!last || last.end < start || last.label !== label);
            labelled += end - start;
          });
          assert.equal(editor.live.labelledCharacters(), labelled);
          const again = new LiveDocument(editor.live.length, editor.live.marks());
          assert.deepEqual(again.marks(), editor.live.marks());
        }
      }),
      { numRuns: 200 },
    );
  });

  it('a batch adds no more of a label than it inserts, and a person adds none', () => {
    fc.assert(
      fc.property(
        text(30),
        fc.array(fc.record({ edits, origin, moves: fc.boolean() }), { maxLength: 12 }),
        (source, batches) => {
          const editor = new Editor(source);
          for (const { edits, origin, moves } of batches) {
            const before = weights(editor);
            const fit = fitted(editor, edits, moves);
            const label = labelOf(origin, editor.version + 1);
            editor.change(fit, origin, label);
            const inserted = fit.reduce((sum, edit) => sum + weight(edit.text), 0);
            for (const [each, sum] of weights(editor)) {
              const most = each === label || origin === 'tool' ? inserted : 0;
              assert.ok(sum <= (before.get(each) ?? 0) + most, `${origin} added ${each}: ${editor.shown}`);
            }
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  it('a person who turns two lines around adds no label with the signs that are new there', () => {
    for (const put of ['😀b\r\na', '}b\r\na']) {
      const editor = new Editor('');
      editor.change([{ start: 0, end: 0, text: 'a  \r\nb' }], 'ai', 'A');
      editor.change(
        [
          { start: 0, end: 4, text: '}a}' },
          { start: 5, end: 6, text: 'beta' },
        ],
        'human',
        null,
      );
      editor.change([{ start: 0, end: 5, text: put }], 'human', null);
      assert.deepEqual(weights(editor), new Map([['A', 1]]));
    }
  });

  it('an edit leaves the labels of all characters outside of it alone', () => {
    fc.assert(
      fc.property(
        text(40),
        fc.array(place, { maxLength: 8 }),
        edits,
        origin,
        (source, cuts, wanted, origin) => {
          const bounds = [...new Set(cuts.map((cut) => Math.round(cut * source.length)))].sort(
            (a, b) => a - b,
          );
          const spans = bounds
            .slice(1)
            .map((end, i) => ({ start: bounds[i]!, end, label: i % 2 ? 'A' : 'B' }));
          const editor = new Editor(source, { spans, deletions: [] });
          const fit = fitted(editor, wanted, false);
          const labelAt = new Map(
            editor.characters.map((character, i) => [
              character,
              spans.find(({ start, end }) => start <= i && i < end)?.label,
            ]),
          );
          editor.change(fit, origin, labelOf(origin, 1));
          const after = editor.live.marks().spans;
          editor.characters.forEach((character, i) => {
            if (labelAt.has(character))
              assert.equal(
                after.find(({ start, end }) => start <= i && i < end)?.label,
                labelAt.get(character),
              );
          });
        },
      ),
      { numRuns: 400 },
    );
  });
});
