import assert from 'node:assert/strict';
import { RecentTyping } from '../../src/engine/recentTyping';

const key = (start: number, removed: string, text: string) => ({
  start,
  end: start + removed.length,
  removed,
  text,
});

describe('text that looked like typing', () => {
  it('is only what is new of an edit, where it says again what it replaces', () => {
    const typing = new RecentTyping();
    typing.applied(2, [key(5, 'a', 'a}')], 'typed');
    assert.deepEqual(typing.rangesOf(2), [{ start: 6, end: 7 }]);
    typing.applied(3, [key(0, '', 'xy'), key(5, 'a', 'ab')], null);
    assert.deepEqual(typing.rangesOf(2), [{ start: 9, end: 10 }]);
    typing.applied(4, [key(8, 'b}', '')], null);
    assert.deepEqual(typing.rangesOf(2), []);
  });
});
