import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { diffLines } from '../../src/core/lineDiff';
import { lined } from '../../src/core/linedText';
import { random } from '../bench/truth';
import { cleanEnvironment } from '../support/repository';
import { freshRepository } from '../support/suites';

/** The lines (0-based) of `after` that a diff says are new. */
function newLines(before: string, after: string): number[] {
  const now = lined(after);
  const found = new Set(Array.from({ length: now.lines.count }, (_, line) => line));
  for (const { bStart, length } of diffLines(lined(before), now))
    for (let k = 0; k < length; k++) found.delete(bStart + k);
  return [...found];
}

const FUNCTIONS = ['function one() {', '  return 1;', '}', '', 'function two() {', '  return 2;', '}', ''];
const text = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('');
const between = (...added: string[]) => [...FUNCTIONS.slice(0, 4), ...added, ...FUNCTIONS.slice(4)];

describe('slideHunks', () => {
  const repository = freshRepository();

  it('says of a new function that all of it is new, and nothing of the one above', () => {
    const after = between('function more() {', '  return 3;', '}', '');
    assert.deepEqual(newLines(text(FUNCTIONS), text(after)), [4, 5, 6, 7]);
  });

  it('says so of one with a comment that begins as that of the function below', () => {
    const documented = FUNCTIONS.flatMap((line) =>
      line === 'function two() {' ? ['/**', ' * Two.', ' */', line] : [line],
    );
    const after = documented.toSpliced(4, 0, '/**', ' * More.', ' */', 'function more() {', '}', '');
    assert.deepEqual(newLines(text(documented), text(after)), [4, 5, 6, 7, 8, 9]);
  });

  it('says what git says of lines that were put into a text', () => {
    const rand = random(5);
    const some = (most: number) => Math.floor(rand() * most);
    const kinds = ['}', '', '  }', '{', '  a();', '  b();', 'c() {', '\td {', '    }', '  {'];
    let compared = 0;
    for (let round = 0; round < 150; round++) {
      const lines = Array.from({ length: 6 + some(8) }, (_, k) =>
        rand() < 0.5 ? kinds[some(kinds.length)]! : `${'  '.repeat(some(3))}line ${k};`,
      );
      const at = some(lines.length);
      const copied = lines.slice(Math.max(0, at - 1 - some(4)), at + some(2));
      const after = lines.toSpliced(at, 0, ...copied.toSpliced(some(copied.length + 1), 0, 'new;'));
      const [one, other] = ['before', 'after'].map((name) => join(repository.root, name)) as [string, string];
      writeFileSync(one, text(lines));
      writeFileSync(other, text(after));
      const patch = spawnSync('git', ['diff', '--no-index', '-U0', one, other], {
        encoding: 'utf8',
        env: cleanEnvironment(),
      }).stdout;
      const hunks = [...patch.matchAll(/^@@ -(\d+(?:,\d+)?) \+(\d+)/gm)];
      const [, removed, added] = hunks[0] ?? [];
      const found = newLines(text(lines), text(after));
      // Only of one run of new lines it is certain that both say the same but for where it begins.
      const isOneRun = found.at(-1)! - found[0]! === found.length - 1;
      if (hunks.length !== 1 || !removed?.endsWith(',0') || !isOneRun) continue;
      assert.equal(found[0]! + 1, Number(added), `${text(lines)}----\n${text(after)}`);
      compared++;
    }
    assert.ok(compared > 80, `${compared} were compared`);
  });
});
