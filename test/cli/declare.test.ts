import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { sidecarPath, VERSION_PATH } from '../../src/core/layout';
import { parseSidecar, readSidecar, serialiseSidecar, versionText } from '../../src/core/sidecar';
import { AI, marked, save, setUp, shown } from '../support/marking';
import { TestRepository } from '../support/repository';
import { builtProgram, freshRepository } from '../support/suites';

describe('what people and commits declare on the command line', () => {
  const program = builtProgram();
  const repository = freshRepository(() => new TestRepository('a repository ü'));
  beforeEach(() => {
    setUp(repository);
  });

  const taggant = (...args: string[]) => program.run(repository.root, args);
  const says = async (args: string[], out: string) =>
    assert.deepEqual(await taggant(...args), { code: 0, out, err: '' });
  const refuses = async (args: string[], err: RegExp) => {
    const finished = await taggant(...args);
    assert.deepEqual([finished.code, finished.out], [2, '']);
    assert.match(finished.err, err);
  };
  const blamed = async (path: string): Promise<(string | null)[]> => {
    const { lines } = JSON.parse((await taggant('blame', '--json', path)).out);
    return lines.map(({ spans }: { spans: { tool?: string }[] }) => spans.map(({ tool }) => tool).join('+'));
  };
  const statements = () => {
    const folder = repository.path('.taggant', 'statements');
    return existsSync(folder) ? readdirSync(folder).length : 0;
  };

  it('leaves what is known to be AI as it is, and lets a person correct their own word', async () => {
    save(repository, 'a.ts', 'one();\n«two();»\nthree();\n');
    await says(['mark', 'a.ts', '--tool', 'wrong'], 'a.ts: 17 characters marked.\n');
    assert.deepEqual(await blamed('a.ts'), ['wrong', 'github.copilot', 'wrong']);
    await says(['mark', 'a.ts:3', '--tool', 'right'], 'a.ts: 8 characters marked.\n');
    assert.deepEqual(await blamed('a.ts'), ['wrong', 'github.copilot', 'right']);
    await says(
      ['mark', 'a.ts:2', '--tool', 'mine'],
      'a.ts: all of it is marked as AI already, and stays as it is.\n',
    );
    repository.git('config', 'user.name', 'Bob');
    await says(
      ['mark', 'a.ts:3', '--tool', 'another'],
      'a.ts: all of it is marked as AI already, and stays as it is.\n',
    );
  });

  it('gives text of unknown origin the origin that a person tells', async () => {
    const { text, marks } = marked('one();\n«two();»\n', '?paste');
    repository.write('a.ts', text);
    repository.write(sidecarPath('a.ts'), serialiseSidecar(text, marks)!);
    await says(['mark', 'a.ts:2', '--tool', 'chatgpt'], 'a.ts: 6 characters marked.\n');
    assert.deepEqual(await blamed('a.ts'), ['', 'chatgpt']);
  });

  it('takes the mark of removed text away, with the reason, and says so', async () => {
    const text = 'one();\n\ntwo();\n';
    for (const [offset, line] of [
      [7, 2],
      [8, 3],
    ]) {
      repository.write('a.ts', text);
      const marks = { spans: [], deletions: [{ offset: offset!, label: AI }] };
      repository.write(sidecarPath('a.ts'), serialiseSidecar(text, marks)!);
      await says(['unmark', `a.ts:1`, '--why', 'mine'], 'a.ts: there is no marked text there.\n');
      const before = statements();
      await says(['unmark', `a.ts:${line}`, '--why', 'mine'], 'a.ts: 1 mark of removed text unmarked.\n');
      assert.equal(existsSync(repository.path(sidecarPath('a.ts'))), false);
      assert.equal(statements(), before + 1);
    }
  });

  it('counts lines as they are with CRLF, a byte order mark, and empty lines', async () => {
    repository.write('a.ts', '\ufeffone();\r\n\r\ntwo();\r\n\r\n');
    const sidecar = () => {
      const text = 'one();\r\n\r\ntwo();\r\n\r\n';
      return shown(text, readSidecar(parseSidecar(repository.read(sidecarPath('a.ts'))), text));
    };
    await says(['mark', 'a.ts:1', '--tool', 'x'], 'a.ts: 6 characters marked.\n');
    assert.equal(sidecar(), '«one();»\r\n\r\ntwo();\r\n\r\n');
    await taggant('mark', 'a.ts:2', '--tool', 'x');
    assert.equal(sidecar(), '«one();\r\n\r\n»two();\r\n\r\n');
    await taggant('mark', 'a.ts:3-4', '--tool', 'x');
    assert.equal(sidecar(), '«one();\r\n\r\ntwo();\r\n\r\n»');
    await taggant('unmark', 'a.ts:2', '--why', 'mine');
    assert.equal(sidecar(), '«one();»\r\n\r\n«two();\r\n\r\n»');
    await refuses(['mark', 'a.ts:5', '--tool', 'x'], /a\.ts has 4 lines; line 5 is not there/);
  });

  it('answers programs, and refuses what it could not keep', async () => {
    save(repository, 'a.ts', 'one();\n«two();»\n');
    const asked = async (...args: string[]) => JSON.parse((await taggant(...args, '--json')).out);
    assert.deepEqual(await asked('mark', 'a.ts:1', '--tool', 'x'), {
      file: 'a.ts',
      marked: 6,
      deletions: 0,
    });
    assert.deepEqual(await asked('unmark', 'a.ts', '--why', 'mine'), {
      file: 'a.ts',
      unmarked: 12,
      deletions: 0,
    });
    await refuses(['unmark', 'a.ts', '--why', ' '], /Say why with --why/);
    for (const name of [' ', 'a\nb', 'x'.repeat(201)]) {
      await refuses(['mark', 'a.ts', '--tool', name], /--tool takes a name on one line/);
    }
    await refuses(['mark', 'a.ts', '--tool', 'x', '--model', '\u202e'], /--model takes a name/);
  });

  describe('import trailers', () => {
    const commitBy = (text: string, trailer: string) => {
      repository.write('a.ts', text);
      repository.commitAll(`Change it\n\n${trailer}`);
    };
    const CLAUDE = 'Co-Authored-By: Claude Opus 4.6 <noreply@anthropic.com>';

    it('says what would be marked, marks it, and tells of the commit in blame', async () => {
      commitBy('one();\n', '');
      commitBy('one();\ntwo();\nthree();\n', CLAUDE);
      const commit = repository.git('rev-parse', 'HEAD').trim();
      await says(
        ['import', 'trailers', '--dry-run'],
        'a.ts: 2 lines, claude-code\n1 commit that names an AI agent: 2 lines of 1 file would be marked as AI, declared by 1 commit. Nothing was written.\n',
      );
      assert.equal(repository.git('status', '--porcelain'), '');
      const { out, code } = await taggant('import', 'trailers', '--json');
      const told = JSON.parse(out);
      assert.deepEqual(
        [code, told.dryRun, told.commits, told.lines, told.files[0].parts[0].session],
        [0, false, 1, 2, `commit ${commit}`],
      );
      const text = (await taggant('blame', 'a.ts')).out;
      assert.match(
        text,
        new RegExp(
          `2 {2}ai +claude-code Claude Opus 4\\.6 \\(Ada Lovelace, declared by commit ${commit.slice(0, 10)}\\)`,
        ),
      );
      const { lines } = JSON.parse((await taggant('blame', '--json', 'a.ts')).out);
      assert.equal(lines[1].spans[0].commit, commit);
      await says(
        ['import', 'trailers'],
        '1 commit that names an AI agent (1 imported before): nothing of them is left to be marked.\n',
      );
      const { code: unmarked } = await taggant('unmark', 'a.ts:2', '--why', 'I wrote it');
      assert.equal(unmarked, 0);
      await taggant('import', 'trailers');
      assert.deepEqual(await blamed('a.ts'), ['', '', 'claude-code']);
    });

    it('looks at any repository, and writes only into one that was set up', async () => {
      const plain = new TestRepository();
      const inPlain = (...args: string[]) => program.run(plain.root, ['import', 'trailers', ...args]);
      assert.match((await inPlain('--dry-run')).err, /There are no commits here yet/);
      plain.write('a.ts', 'one();\n');
      plain.commitAll(`x\n\n${CLAUDE}`);
      assert.equal((await inPlain('--dry-run')).code, 0);
      const { code, err } = await inPlain();
      assert.deepEqual(
        [code, err],
        [2, 'taggant: This repository is not set up for Taggant yet. Run "taggant init" first.\n'],
      );
      assert.equal(plain.git('status', '--porcelain'), '');
      plain.write(VERSION_PATH, versionText());
      assert.equal((await inPlain('--range', 'HEAD..HEAD')).out, 'No commit there names an AI agent.\n');
      plain.remove();
    });
  });
});
