import assert from 'node:assert/strict';
import { movedMarks } from '../../src/core/movedMarks';
import { marked, shown } from '../support/marking';

const FUNCTION =
  'function total(items) {\n  let sum = 0;\n  for (const item of items) sum += item.price;\n  return sum;\n}';
const OTHER = 'export const one = 1;\nexport const two = 2;\n';

describe('marks of text that moved to another file', () => {
  const from = marked(`// prices\n«${FUNCTION}»\nconst rate = 19;\n`);
  const left = '// prices\nconst rate = 19;\n';
  const moved = (was: string | null, before: string | null, after: string) =>
    shown(after, movedMarks(from, was, before, after));

  it('come along with lines that are gone here and new there', () => {
    assert.equal(moved(left, OTHER, `${OTHER}${FUNCTION}\n`), `${OTHER}«${FUNCTION}»\n`);
    assert.equal(moved(null, null, `${FUNCTION}\n`), `«${FUNCTION}»\n`, 'a file that is gone, and a new one');
  });

  it('come along when the lines are indented otherwise', () => {
    const indented = FUNCTION.replaceAll(/^/gm, '    ');
    assert.equal(moved(left, OTHER, `${OTHER}${indented}\n`), `${OTHER}«${indented}»\n`);
  });

  it('stay where the text still is, or was before', () => {
    assert.equal(
      moved(from.text, OTHER, `${OTHER}${FUNCTION}\n`),
      `${OTHER}${FUNCTION}\n`,
      'copied by a person',
    );
    assert.equal(moved(left, `${OTHER}${FUNCTION}\n`, `${OTHER}${FUNCTION}\n`), `${OTHER}${FUNCTION}\n`);
  });

  it('do not come with a few words that may be equal by chance', () => {
    const after = `${OTHER}  for (const item of items) sum += item.price;\n`;
    assert.equal(moved(left, OTHER, after), after);
  });

  it('keep their columns', () => {
    const part = marked(
      'const before = 0;\nconst title = «"A rather long text that a model wrote, 12345"» + name;\n',
    );
    const line = '\tconst title = "A rather long text that a model wrote, 12345" + name;\n';
    assert.equal(
      shown(line, movedMarks(part, 'const before = 0;\n', '', line)),
      '\tconst title = «"A rather long text that a model wrote, 12345"» + name;\n',
    );
  });
});
