import assert from 'node:assert/strict';
import { shownRange } from '../../src/extension/surfaces/shownRange';

/** The text "one\n\nthree\n". */
const LENGTHS = [3, 0, 5, 0];
const shown = (...[line, character, endLine, endCharacter]: number[]) => {
  const start = { line: line!, character: character! };
  const range = shownRange(
    { start, end: { line: endLine!, character: endCharacter! } },
    (one) => LENGTHS[one] ?? 0,
  );
  return [range.start.line, range.start.character, range.end.line, range.end.character];
};

describe('what is drawn of a span', () => {
  it('is the span, within a line and over several', () => {
    assert.deepEqual(shown(0, 1, 0, 3), [0, 1, 0, 3]);
    assert.deepEqual(shown(0, 0, 2, 4), [0, 0, 2, 4]);
  });

  it('does not reach into the line behind its last line break', () => {
    assert.deepEqual(shown(0, 0, 1, 0), [0, 0, 0, 3]);
    assert.deepEqual(shown(0, 0, 3, 0), [0, 0, 2, 5]);
  });

  it('does not begin in the line that its first line break ends', () => {
    assert.deepEqual(shown(0, 3, 2, 5), [1, 0, 2, 5]);
  });

  it('is not nothing for an empty line', () => {
    assert.deepEqual(shown(1, 0, 2, 0), [1, 0, 2, 0]);
    assert.deepEqual(shown(0, 3, 1, 0), [1, 0, 1, 0]);
  });
});
