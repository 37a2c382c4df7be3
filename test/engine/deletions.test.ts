import assert from 'node:assert/strict';
import { carryByLineHashes } from '../../src/core/carryByLineHashes';
import { contributionPath, sidecarPath, statementPath } from '../../src/core/layout';
import { parseSidecar, serialiseSidecar } from '../../src/core/sidecar';
import { prepareStaged } from '../../src/engine/commit';
import { writeStatement } from '../../src/engine/review';
import { marksOfText } from '../../src/engine/textMarks';
import { keepSavedSidecar } from '../../src/repo/savedSidecars';
import { AI, setUp } from '../support/marking';
import { freshRepository, opened } from '../support/suites';

const BEFORE = `export function refund(user: User): void {
  if (!user.isAdmin) return;
  audit(user);
  pay(user, user.balance);
}
`;
const CHECK = '  if (!user.isAdmin) return;\n';
/** `^` at a line's start: a deletion above it. */
const AFTER = BEFORE.replace(`${CHECK}  audit`, '^  audit');

describe('deletions on their way into git', () => {
  const repository = freshRepository();
  const repo = opened(repository);
  beforeEach(() => {
    setUp(repository);
    repository.write('a.ts', BEFORE);
    repository.commitAll();
  });

  function parsed(written: string) {
    const at = written.indexOf('^');
    const text = written.replace('^', '');
    return { text, marks: { spans: [], deletions: at < 0 ? [] : [{ offset: at, label: AI }] } };
  }
  function save(path: string, written: string): void {
    const { text, marks } = parsed(written);
    repository.write(path, text);
    repository.write(sidecarPath(path), serialiseSidecar(text, marks)!);
  }
  /** The lines with a mark in what the index holds. */
  function staged(path: string): string[] {
    const shadow = repository.show('', sidecarPath(path))?.split('\n') ?? [];
    const lines = repository.show('', path)!.split('\n');
    return shadow.flatMap((line, i) => (line.includes(` ^${AI}`) ? [lines[i]!.trim()] : []));
  }
  async function found(text: string): Promise<string[]> {
    const { marks } = await marksOfText(repo, 'a.ts', text);
    return marks.deletions.map(({ offset }) => text.slice(offset).split('\n')[0]!.trim());
  }

  it('are committed with their contribution and what was said of them, and go along with a rename', async () => {
    save('a.ts', AFTER);
    const { text, marks } = parsed(AFTER);
    const by = { who: 'Ada Lovelace <ada@example.com>', time: new Date('2026-03-01T12:00:00Z') };
    const review = await writeStatement(repo, 'review', [{ path: 'a.ts', text, marks }], by);
    repository.git('add', 'a.ts');
    await prepareStaged(repo);
    assert.deepEqual(staged('a.ts'), ['audit(user);']);
    assert.ok(repository.show('', contributionPath(AI)));
    assert.ok(repository.show('', statementPath(review!.uuid)));
    repository.git('commit', '-q', '-m', 'x');
    assert.equal(repository.git('status', '--porcelain'), '');
    repository.git('mv', 'a.ts', 'b.ts');
    repository.write('b.ts', `// moved\n${text}`);
    repository.git('add', 'b.ts');
    await prepareStaged(repo);
    assert.deepEqual(staged('b.ts'), ['audit(user);']);
  });

  it('are left out of a staged text from which nothing was removed yet', async () => {
    const both = `${AFTER}export const LIMIT = 10;\n`;
    save('a.ts', both);
    const other = `${BEFORE}export const LIMIT = 10;\n`;
    assert.deepEqual(await found(other), []);
    repository.write('a.ts', other);
    repository.git('add', 'a.ts');
    repository.write('a.ts', parsed(both).text);
    await prepareStaged(repo);
    assert.deepEqual(staged('a.ts'), []);
    assert.deepEqual(
      await found(parsed(both).text),
      ['audit(user);'],
      'and are still there in the working tree',
    );
    repository.git('commit', '-q', '-m', 'x');
    repository.git('add', 'a.ts');
    await prepareStaged(repo);
    assert.deepEqual(staged('a.ts'), ['audit(user);'], 'and come with the next commit');
  });

  it('are kept where a person wrote something else in the place, or within the line', async () => {
    save('a.ts', AFTER);
    const text = parsed(AFTER).text;
    assert.deepEqual(await found(text.replace('  audit', '  guard(user);\n  audit')), ['audit(user);']);
    assert.deepEqual(await found(text.replace('audit(user);', 'audit(user, now);')), ['audit(user, now);']);
    assert.deepEqual(await found(`// top\n${text}`), ['audit(user);']);
  });

  it('that are committed stay, also where the working tree goes on', async () => {
    save('a.ts', AFTER);
    repository.commitAll();
    save('a.ts', AFTER.replace('^', '  log(user);\n^'));
    assert.deepEqual(await found(`// top\n${parsed(AFTER).text}`), ['audit(user);']);
  });

  it('from within a line too are left out as long as that line is as it was', async () => {
    const call = '  pay(user, user.balance);';
    save('a.ts', BEFORE.replace(call, '^  pay(user);'));
    assert.deepEqual(await found(`// top\n${BEFORE}`), []);
    assert.deepEqual(await found(`// top\n${BEFORE.replace(call, '  pay(user);')}`), ['pay(user);']);
  });

  describe('whose line was moved away, and with it lines that stood above', () => {
    const ABOVE = ['  const first = readFirst();\n', '  const second = readSecond();\n'];
    const OLD = ['  checkFirst(first);\n', '  checkSecond(second);\n', '  checkThird(third);\n'];
    const NEW = ['  checkAll(first, second);\n', '  report(first, second);\n'];
    const TAIL = 'finish(first, second);\n';
    const HEAD = [...ABOVE, ...OLD, TAIL].join('');
    /** An AI put NEW in the place of OLD, then a person moved the first line of that and those above to below the second one. */
    const WORKING = ['^', NEW[1], ...ABOVE, NEW[0], TAIL].join('');

    function saveMoved(written: string, byAi: readonly string[]): void {
      repository.write('a.ts', HEAD);
      repository.commitAll();
      const { text, marks } = parsed(written);
      const spans = byAi.map((line) => {
        const start = text.indexOf(line);
        return { start, end: start + line.length, label: AI };
      });
      repository.write('a.ts', text);
      repository.write(sidecarPath('a.ts'), serialiseSidecar(text, { ...marks, spans })!);
    }

    it('go above what took the place of more, where the line that they went to is left out', async () => {
      saveMoved(WORKING, [NEW[1]!, NEW[0]!]);
      assert.deepEqual(await found([...ABOVE, NEW[0], TAIL].join('')), [NEW[0]!.trim()]);
    });

    it('are left out where something that was removed is still there', async () => {
      saveMoved(WORKING, [NEW[1]!, NEW[0]!]);
      assert.deepEqual(await found([...ABOVE, ...OLD, TAIL].join('')), []);
      assert.deepEqual(await found([...ABOVE, NEW[0], OLD[2], TAIL].join('')), []);
    });

    it('are left out where a person put fewer lines in the place of others', async () => {
      saveMoved(WORKING, [NEW[1]!]);
      assert.deepEqual(await found([...ABOVE, NEW[0], TAIL].join('')), []);
    });
  });

  describe('of a part that was staged before their line was moved, beside a line that somebody else changed', () => {
    const OLD = ['  checkFirst(first);\n', '  checkSecond(second);\n', '  checkThird(third);\n'];
    const NEW = '  checkAll(first, second);\n';
    const BELOW = ['  const sum = first + second;\n', '  report(sum);\n'];
    const TOTAL = 'export const total = addUp(orders);\n';
    const REST = ['start(total);\n', 'follow(total);\n', 'check(total);\n', 'finish(total);\n'];
    const LAST = 'export default total;\n';
    const CHANGED = TOTAL.replace('orders', 'payments, refunds');
    /** An AI put NEW in the place of OLD, then a person moved that with the lines below it. */
    const SAVED = ['^', NEW, ...BELOW, CHANGED, ...REST, LAST].join('');
    const MOVED = ['^', CHANGED, ...REST, NEW, ...BELOW, LAST].join('');
    const STAGED = [NEW, ...BELOW, TOTAL, ...REST, LAST].join('');

    beforeEach(() => {
      repository.write('a.ts', [...OLD, ...BELOW, TOTAL, ...REST, LAST].join(''));
      repository.commitAll();
    });
    function stateOf(written: string): { text: string; sidecar: string } {
      const { text, marks } = parsed(written);
      const start = text.indexOf(NEW);
      const spans = [{ start, end: start + NEW.length, label: AI }];
      return { text, sidecar: serialiseSidecar(text, { ...marks, spans })! };
    }
    function saveState(written: string): void {
      const { text, sidecar } = stateOf(written);
      repository.write('a.ts', text);
      repository.write(sidecarPath('a.ts'), sidecar);
    }
    function keepState(written: string): Promise<void> {
      const { text, sidecar } = stateOf(written);
      return keepSavedSidecar(repo, 'a.ts', text, sidecar);
    }

    it('stay where they were saved', async () => {
      await keepState(SAVED);
      saveState(MOVED);
      assert.deepEqual(await found(STAGED), [NEW.trim()]);
    });

    it('are left out where no save tells, or what was removed is back', async () => {
      saveState(MOVED);
      assert.deepEqual(await found(STAGED), []);
      await keepState(SAVED);
      assert.deepEqual(await found(OLD.join('') + STAGED.slice(NEW.length)), []);
      assert.deepEqual(await found(OLD[2] + STAGED), []);
    });

    it('are left out where a later save has none there', async () => {
      await keepState(SAVED);
      saveState(SAVED.replace('^', '').replace('export const', '^export const'));
      assert.deepEqual(await found(STAGED), []);
    });
  });

  it('are found by line hashes alone', () => {
    const { text, marks } = parsed(AFTER);
    const sidecar = parseSidecar(serialiseSidecar(text, marks)!);
    const after = `// moved\n${text}`;
    const placed = carryByLineHashes(sidecar, after).marks;
    assert.deepEqual(
      placed.deletions.map(({ offset }) => after.slice(offset).split('\n')[0]),
      ['  audit(user);'],
    );
  });
});
