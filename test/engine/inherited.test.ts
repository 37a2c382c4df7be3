import assert from 'node:assert/strict';
import { type Copied, copiesOf } from '../../src/engine/clipboard';
import type { TextHolder } from '../../src/engine/editSource';
import { broughtBy } from '../../src/engine/inherited';
import type { RepositoryState } from '../../src/engine/repositoryState';

const LABEL = '7Qm2xR';
const TEXT = 'mine();\nkilo();\n';
const [COPY] = copiesOf([{ text: TEXT, spans: [{ start: 8, end: 15, label: LABEL }] }], () => undefined);

/** Finds `TEXT` on the clipboard (`copyOf`), or in another document (`sameText`), and says who was asked. */
function holding(): { holder: TextHolder; asked: string[] } {
  const asked: string[] = [];
  const find = (name: string) => (text: string) => {
    asked.push(name);
    return text === TEXT ? (COPY as Copied) : null;
  };
  const holder = { text: () => '', changed() {}, copyOf: find('copies'), sameText: find('documents') };
  return { holder, asked };
}

describe('broughtBy', () => {
  const state = {} as RepositoryState;
  const edit = (start: number, removed: string, text: string) => [
    { start, end: start + removed.length, removed, text },
  ];

  it('answers the marks of a copied text where it is pasted, and that another one is foreign', () => {
    const { holder, asked } = holding();
    const found = broughtBy(edit(3, 'x', TEXT), 'paste', () => '// x', holder, state);
    assert.deepEqual(found?.spans, [{ start: 11, end: 18, label: LABEL }]);
    assert.equal(found.foreign, false);
    const foreign = broughtBy(edit(0, '', 'other();\n'), 'paste', () => '', holder, state);
    assert.deepEqual([foreign?.spans, foreign?.foreign], [[], true]);
    assert.deepEqual(asked, ['copies', 'copies']);
  });

  for (const origin of ['pending', 'tool', 'external'] as const) {
    it(`answers the marks of another document’s text where it fills an empty one: ${origin}`, () => {
      const { holder, asked } = holding();
      const found = broughtBy(edit(0, '', TEXT), origin, () => '', holder, state);
      assert.deepEqual(found?.spans, [{ start: 8, end: 15, label: LABEL }]);
      assert.deepEqual(asked, ['documents']);
      assert.equal(
        broughtBy(edit(0, '', 'other();\n'), origin, () => '', holder, state),
        null,
      );
    });
  }

  it('asks nobody of what a person types, an AI writes, or joins a document that says something already', () => {
    const { holder, asked } = holding();
    for (const origin of ['human', 'ai'] as const)
      assert.equal(
        broughtBy(edit(0, '', TEXT), origin, () => '', holder, state),
        null,
      );
    assert.equal(
      broughtBy(edit(1, '', TEXT), 'pending', () => 'x', holder, state),
      null,
    );
    assert.deepEqual(asked, []);
  });

  it('answers nothing where no other document can be asked', () => {
    const { holder } = holding();
    const { sameText: _, ...alone } = holder;
    assert.equal(
      broughtBy(edit(0, '', TEXT), 'pending', () => '', alone, state),
      null,
    );
  });
});
