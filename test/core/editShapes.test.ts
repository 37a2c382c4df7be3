import assert from 'node:assert/strict';
import { endsAt, hasLargeText, isOneWord, keepsWords } from '../../src/core/editShapes';

describe('shapes of edits', () => {
  it('finds the same words in a text that was laid out otherwise', () => {
    const formatted = { removed: 'pay( a,b )\n', text: 'pay(\n  a,\n  b,\n);\n' };
    assert.equal(keepsWords([formatted]), true);
    assert.equal(keepsWords([{ removed: "'a'", text: '"a"' }]), true);
    assert.equal(keepsWords([{ removed: 'a', text: 'b' }]), false);
    assert.equal(keepsWords([{ removed: 'a b', text: 'b a' }]), false);
    const filled = { removed: '  // one two three\n  // four', text: '  // one two\n  // three four\n' };
    assert.equal(keepsWords([filled]), true, 'a comment that is filled anew');
    assert.equal(keepsWords([{ removed: '# a b c', text: '# a\n#  b\n# c' }]), true);
    assert.equal(keepsWords([{ removed: 'a -- b', text: 'a b' }]), false, 'signs between words');
    assert.equal(keepsWords([{ removed: '', text: '();' }]), false, 'no words at all');
    assert.equal(
      keepsWords([
        { removed: 'a', text: '' },
        { removed: '', text: 'a' },
      ]),
      true,
      'over all edits of the change',
    );
  });

  it('calls large what is more than a line or longer than typing', () => {
    assert.equal(hasLargeText([{ start: 0, end: 0, text: 'x'.repeat(41) }]), true);
    assert.equal(hasLargeText([{ start: 0, end: 0, text: 'x'.repeat(40) }]), false);
    assert.equal(hasLargeText([{ start: 0, end: 0, text: 'a;\nb;' }]), true);
    assert.equal(hasLargeText([{ start: 0, end: 0, text: 'a;\n' }]), false);
    assert.equal(hasLargeText([{ start: 0, end: 0, text: `\n${' '.repeat(60)}` }]), false);
  });

  it('knows one word, at any number of cursors', () => {
    assert.equal(isOneWord([{ start: 0, end: 0, text: 'größe_2' }]), true);
    assert.equal(isOneWord([{ start: 0, end: 0, text: 'toString()' }]), true);
    assert.equal(isOneWord([{ start: 0, end: 0, text: 'a + b' }]), false);
    assert.equal(isOneWord([{ start: 0, end: 0, text: 'x'.repeat(41) }]), false);
  });

  it('knows where the caret stands after several edits, in whatever order they come', () => {
    const edits = [
      { start: 10, end: 12, text: 'four' },
      { start: 2, end: 2, text: 'six---' },
    ];
    assert.equal(endsAt(edits, 8), true);
    assert.equal(endsAt(edits, 20), true);
    assert.equal(endsAt(edits, 14), false);
  });
});
