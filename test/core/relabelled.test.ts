import assert from 'node:assert/strict';
import { relabelled } from '../../src/core/relabelled';

describe('labels that change', () => {
  const span = (start: number, end: number, label: string) => ({ start, end, label });

  it('are those of the places alone that are labelled otherwise', () => {
    const from = [span(2, 6, 'aaaaaa'), span(8, 12, 'bbbbbb')];
    const to = [span(0, 4, 'aaaaaa'), span(8, 10, 'bbbbbb'), span(10, 14, 'cccccc')];
    assert.deepEqual(relabelled(from, to), [
      { start: 0, end: 2, label: 'aaaaaa' },
      { start: 4, end: 6, label: null },
      { start: 10, end: 12, label: 'cccccc' },
      { start: 12, end: 14, label: 'cccccc' },
    ]);
  });

  it('are none where both say the same', () => {
    const same = [span(1, 2, 'aaaaaa')];
    assert.deepEqual(relabelled(same, same), []);
    assert.deepEqual(relabelled([], []), []);
  });
});
