import assert from 'node:assert/strict';
import { type Edit, LiveDocument } from '../../src/core/liveDocument';
import { NO_MARKS, type Origin } from '../../src/core/marks';
import { joinRearranged } from '../../src/core/rearranged';
import { marked, shown } from '../support/marking';

/** Applies edits, as [offset, length, text] from the last to the first as VS Code tells them, and draws the marks. */
function after(
  written: string,
  changes: [number, number, string][],
  origin: Origin | 'pending' = 'tool',
): string {
  const { text, marks } = marked(written);
  const live = new LiveDocument(text.length, marks);
  const edits: Edit[] = changes
    .map(([start, length, to]) => ({
      start,
      end: start + length,
      removed: text.slice(start, start + length),
      text: to,
    }))
    .reverse();
  const joined = joinRearranged(edits, text);
  live.apply({ version: 2, edits: joined, origin, label: origin === 'ai' ? 'other1' : null });
  if (origin === 'pending') live.settle(2, 'tool', null);
  let result = text;
  for (const { start, end, text: to } of [...edits].reverse())
    result = result.slice(0, start) + to + result.slice(end);
  return shown(result, live.marks());
}

describe('text that is rearranged', () => {
  it('keeps the marks of sorted lines, short ones too', () => {
    const before = '«kilo\n»bravo\n«lima and more\n»alpha\n«mike\n»charlie';
    const sorted = 'mike\nlima and more\nkilo\ncharlie\nbravo\nalpha';
    const expected = '«mike\nlima and more\nkilo\n»charlie\nbravo\nalpha';
    assert.equal(after(before, [[0, 43, sorted]]), expected);
    assert.equal(after(before, [[0, 43, sorted]], 'pending'), expected);
    assert.equal(after(before, [[0, 43, sorted]], 'human'), expected);
  });

  it('knows sorted lines that have the same words by what else they say', () => {
    const before = 'one {  }\n«two\none {»\nthree';
    assert.equal(
      after(before, [[0, 18, 'one {\ntwo\none {  }']], 'pending'),
      '«one {\ntwo\n»one {  }\nthree',
    );
  });

  it('keeps the marks of imports that are organised, letter by letter as the editor tells it', () => {
    const before =
      "import { zulu } from './one';\n«import { lima, kilo } from './two';»\nimport { alpha } from './three';\n";
    const changes: [number, number, string][] = [
      [92, 4, 'wo'],
      [77, 2, 'o, lim'],
      [75, 1, 'ki'],
      [61, 2, 'hree'],
      [45, 5, ''],
      [43, 1, ''],
      [40, 2, 'ph'],
      [39, 0, 'a'],
    ];
    assert.equal(
      after(before, changes),
      "import { zulu } from './one';\nimport { alpha } from './three';\n«import { kilo, lima } from './two';\n»",
    );
  });

  it('knows an import again that has lost a name', () => {
    const before = "«import { kilo, lima } from './two';\n»import { alpha, bravo } from './one';\n";
    const text = "import { alpha } from './one';\nimport { kilo, lima } from './two';\n";
    assert.equal(
      after(before, [[0, before.length - 2, text]]),
      "import { alpha } from './one';\n«import { kilo, lima } from './two';\n»",
    );
  });

  it('keeps the marks of each letter whose case changes', () => {
    assert.equal(after('alpha «kilo» bravo', [[0, 16, 'ALPHA KILO BRAVO']]), 'ALPHA «KILO» BRAVO');
    assert.equal(
      after('alphaBravo\n«kiloLima»', [[0, 19, 'alpha_bravo\nkilo_lima']]),
      'alpha_bravo\n«kilo_lima»',
    );
    assert.equal(after('alpha_«kilo_lima»', [[0, 15, 'alphaKiloLima']]), 'alpha«KiloLima»');
  });

  it('keeps the marks of two letters that change places', () => {
    assert.equal(after('a«k»b', [[1, 2, 'bk']], 'human'), 'ab«k»');
  });

  it('takes a letter typed over another for typed', () => {
    assert.equal(after('«kilo»', [[0, 1, 'K']], 'human'), 'K«ilo»');
    assert.equal(after('«ki_lo»', [[2, 1, '-']], 'human'), '«ki»-«lo»');
  });

  it('marks as AI text what an AI moves, and nothing that stayed', () => {
    const before = 'alpha();\nbravo();\ncharlie();\ndelta();\n';
    const text = 'delta();\nalpha();\nbravo();\ncharlie();\n';
    const { marks, text: was } = marked(before);
    const live = new LiveDocument(was.length, marks);
    live.apply({
      version: 2,
      edits: [{ start: 0, end: was.length, removed: was, text }],
      origin: 'ai',
      label: 'other1',
    });
    assert.equal(shown(text, live.marks()), '«delta();\n»alpha();\nbravo();\ncharlie();\n');
  });

  it('keeps the marks below an empty first line, above which a line is moved', () => {
    const before = '\n«one two\n»  three\nfour';
    const moved: [number, number, string][] = [
      [9, 8, ''],
      [0, 0, '  three\n'],
    ];
    assert.equal(after(before, moved), '  three\n\n«one two\n»four');
  });

  it('keeps the marks of stretches that changed places in one edit', () => {
    for (const between of ['', ' ', ', and then ']) {
      const before = `say «alpha bravo charlie» ${between}delta echo foxtrot ;`;
      const { text } = marked(before);
      const expected = `say delta echo foxtrot ${between}«alpha bravo charlie» ;`;
      const back = expected.replace(/[«»]/g, '');
      for (const origin of ['tool', 'pending', 'human'] as const) {
        assert.equal(after(before, [[0, text.length, back]], origin), expected);
        assert.equal(after(before, [[4, text.length - 5, back.slice(4, -1)]], origin), expected);
      }
    }
    const other = after(
      'say «alpha bravo charlie» delta echo;',
      [[4, 30, 'delta echo alpha BRAVO charlie']],
      'human',
    );
    assert.ok(!other.includes('«BRAVO'), other);
  });

  it('takes no words for moved where others came too', () => {
    const before = '«kilo();\nlima();\n»alpha();\n';
    const { text } = marked(before);
    const changed = after(before, [[0, text.length, 'alpha();\nnew one();\nlima();\n']], 'human');
    assert.ok(!changed.includes('«new'), changed);
  });

  it('knows which of two equal lines moved, because the edits say so', () => {
    const before = '  }\n«one();\n  }\n»two();';
    const moved: [number, number, string][] = [
      [11, 4, ''],
      [0, 0, '  }\n'],
    ];
    assert.equal(after(before, moved, 'pending'), '«  }\n»  }\n«one();\n»two();');
  });

  it('takes back no more than it did: what is declared meanwhile of the text around it still holds', () => {
    const text = 'b one\na two\nc\nd';
    const live = new LiveDocument(text.length, NO_MARKS);
    const sorted = 'a two\nb one\nc\n';
    const edits = [{ start: 0, end: 14, removed: text.slice(0, 14), text: sorted }];
    live.apply({ version: 2, edits, origin: 'tool', label: null });
    live.declare(12, 14, 'person');
    const back = [{ start: 0, end: 14, removed: sorted, text: text.slice(0, 14) }];
    live.apply({ version: 3, edits: back, origin: 'human', label: null, undoRedo: 'undo' });
    assert.equal(shown(text, live.marks()), 'b one\na two\n«c\n»d');
  });
});
