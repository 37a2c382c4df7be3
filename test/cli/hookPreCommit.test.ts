import assert from 'node:assert/strict';
import { chmodSync, existsSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EditorAnswer, EditorRequest } from '../../src/core/editorMessages';
import { contributionPath, POLICY_PATH, sidecarPath, VERSION_PATH } from '../../src/core/layout';
import { serveEditor } from '../../src/repo/editors';
import { openRepository } from '../../src/repo/git';
import { AI, marked, recorded, save, saveInEditor, setUp } from '../support/marking';
import { type Finished, run } from '../support/program';
import { builtProgram, freshRepository } from '../support/suites';

const ONE = 'const one = 1;\n«const two = one + one;\n»const three = 3;\n';
const ONE_READ = 'const one = 1;\n«const two = one + one;»\nconst three = 3;\n';

describe('taggant hook pre-commit', () => {
  const program = builtProgram();
  const repository = freshRepository();
  beforeEach(() => {
    setUp(repository);
    program.installHook(repository);
  });

  const commit = (...args: string[]): Promise<Finished> =>
    run('git', ['commit', '-q', '-m', 'x', ...args], repository.root);
  const commits = async (...args: string[]) => {
    const finished = await commit(...args);
    assert.deepEqual(finished, { code: 0, out: '', err: '' });
  };
  const isClean = () => assert.equal(repository.git('status', '--porcelain'), '');
  const policy = (rules: object[], more: object = {}) => {
    repository.write(POLICY_PATH, JSON.stringify({ version: 1, rules, ...more }));
    repository.git('add', POLICY_PATH);
  };
  const rule = (enforcement: string) => ({ name: 'core', paths: ['core/**'], enforcement });

  describe('puts the right sidecar into the commit', () => {
    it('of an unborn branch', async () => {
      save(repository, 'a.ts', ONE);
      repository.git('add', 'a.ts');
      await commits();
      assert.equal(recorded(repository, 'HEAD', 'a.ts'), ONE_READ);
      isClean();
    });

    it('of `git commit -a`', async () => {
      save(repository, 'a.ts', 'human();\n');
      repository.commitAll();
      save(repository, 'a.ts', ONE);
      await commits('-a');
      assert.equal(recorded(repository, 'HEAD', 'a.ts'), ONE_READ);
      isClean();
    });

    it('of `git commit FILE`, and keeps what else is staged', async () => {
      save(repository, 'a.ts', ONE);
      save(repository, 'b.ts', ONE);
      repository.commitAll();
      save(repository, 'a.ts', `${ONE}«const more = "a";\n»`);
      save(repository, 'b.ts', `${ONE}«const more = "b";\n»`);
      repository.git('add', 'b.ts');
      await commits('a.ts');
      assert.equal(recorded(repository, 'HEAD', 'a.ts'), `${ONE_READ}«const more = "a";»\n`);
      assert.equal(recorded(repository, 'HEAD', 'b.ts'), ONE_READ);
      // Only b.ts is left: its text staged, its sidecar on disk.
      assert.equal(repository.git('diff', '--cached', '--name-only'), 'b.ts\n');
      assert.equal(repository.git('diff', '--name-only'), `${sidecarPath('b.ts')}\n`);
      await commits();
      assert.equal(recorded(repository, 'HEAD', 'b.ts'), `${ONE_READ}«const more = "b";»\n`);
      isClean();
    });

    it('of `git commit --amend`', async () => {
      save(repository, 'a.ts', ONE);
      repository.git('add', 'a.ts');
      await commits();
      save(repository, 'a.ts', `// amended\n${ONE}`);
      await commits('-a', '--amend');
      assert.equal(recorded(repository, 'HEAD', 'a.ts'), `// amended\n${ONE_READ}`);
      assert.equal(repository.git('rev-list', '--count', 'HEAD').trim(), '1');
      isClean();
    });

    it('of hunks chosen with `git add -p`', async () => {
      const filler = '// filler\n'.repeat(12);
      save(repository, 'a.ts', `${filler}middle();\n${filler}`);
      repository.commitAll();
      await saveInEditor(repository, 'a.ts', `«first();\n»${filler}middle();\n${filler}«last();\n»`);
      writeFileSync(join(repository.root, '..', 'answers'), 'n\ny\n');
      const add = await run('sh', ['-c', 'git add -p a.ts < ../answers'], repository.root);
      assert.equal(add.code, 0, add.err);
      await commits();
      assert.equal(recorded(repository, 'HEAD', 'a.ts'), `${filler}middle();\n${filler}«last();»\n`);
      await commits('-a');
      assert.equal(
        recorded(repository, 'HEAD', 'a.ts'),
        `«first();»\n${filler}middle();\n${filler}«last();»\n`,
      );
      isClean();
    });

    it('of renamed and deleted files', async () => {
      save(repository, 'a b/ü.ts', ONE);
      save(repository, 'gone.ts', ONE);
      repository.commitAll();
      repository.git('mv', '--', 'a b/ü.ts', '-名前.ts');
      repository.git('rm', '-q', 'gone.ts');
      await commits();
      assert.equal(recorded(repository, 'HEAD', '-名前.ts'), ONE_READ);
      assert.equal(recorded(repository, 'HEAD', 'a b/ü.ts'), 'no file');
      assert.equal(recorded(repository, 'HEAD', 'gone.ts'), 'no file');
      isClean();
    });

    it('of CRLF files under core.autocrlf', async () => {
      repository.git('config', 'core.autocrlf', 'true');
      save(repository, 'a.ts', ONE.replaceAll('\n', '\r\n'));
      repository.git('add', 'a.ts');
      assert.equal((await commit()).code, 0);
      assert.equal(recorded(repository, 'HEAD', 'a.ts'), ONE_READ);
      isClean();
    });

    it('in a linked worktree, and from a folder below the root', async () => {
      save(repository, 'a.ts', ONE);
      repository.commitAll();
      repository.git('worktree', 'add', '-q', '../linked');
      const linked = join(repository.root, '..', 'linked');
      writeFileSync(join(linked, 'a.ts'), `// linked\n${marked(ONE).text}`);
      const finished = await run('git', ['commit', '-q', '-a', '-m', 'x'], join(linked, '.taggant'));
      assert.deepEqual(finished, { code: 0, out: '', err: '' });
      assert.equal(recorded(repository, 'linked', 'a.ts'), `// linked\n${ONE_READ}`);
      assert.equal((await run('git', ['status', '--porcelain'], linked)).out, '');
    });

    it('which a fresh clone reads back, character for character', async () => {
      save(repository, 'core/a.ts', 'let one = «two + "ü😀"»;\r\n«\tthree();\n\nfour();»\n');
      repository.git('add', 'core');
      await commits();
      repository.git('clone', '-q', '.', '../clone');
      const clone = join(repository.root, '..', 'clone');
      const blame = await program.run(clone, ['blame', '--json', 'core/a.ts']);
      const { file, lines } = JSON.parse(blame.out);
      assert.equal(file, 'core/a.ts');
      assert.deepEqual(
        lines.map((line: { line: number; origin: string; ranges: number[][]; contribution: string }) => [
          line.line,
          line.origin,
          line.ranges,
          line.contribution,
        ]),
        [
          [1, 'mixed', [[10, 21]], AI],
          [2, 'ai', [[0, 9]], AI],
          [3, 'ai', [], AI],
          [4, 'ai', [[0, 7]], AI],
        ],
      );
    });
  });

  describe('holds a commit', () => {
    it('until the code is reviewed, and takes the review along', async () => {
      policy([rule('block')]);
      save(repository, 'core/a.ts', ONE);
      repository.git('add', 'core');
      const held = await commit();
      assert.equal(held.code, 1);
      const [first, second] = held.err.split('\n');
      assert.equal(
        first,
        'Taggant: 1 unreviewed AI span on a critical path (core): core/a.ts:2. The commit is held until it is reviewed.',
      );
      assert.equal(
        second,
        '  core/a.ts:2: 1 line of unreviewed AI code (line 2); the rule "core" blocks this.',
      );
      assert.match(held.err, /taggant review core\/a\.ts:2\n/);
      assert.equal((await program.run(repository.root, ['review', 'core/a.ts:2'])).code, 0);
      await commits();
      assert.equal(recorded(repository, 'HEAD', 'core/a.ts'), ONE_READ);
      assert.equal(repository.git('ls-files', '.taggant/statements').trim().split('\n').length, 1);
      isClean();
    });

    it('only for what is staged', async () => {
      policy([rule('block')]);
      save(repository, 'core/a.ts', 'human();\n');
      repository.git('add', 'core');
      save(repository, 'core/a.ts', ONE);
      await commits();
    });

    it('and lets it through, saying so, when the rule only warns', async () => {
      policy([rule('warn')]);
      save(repository, 'core/a.ts', ONE);
      repository.git('add', 'core');
      const finished = await commit();
      assert.equal(finished.code, 0);
      assert.match(
        finished.err,
        /^Taggant: 1 unreviewed AI span .* The commit goes through: the policy only warns/,
      );
      assert.equal(recorded(repository, 'HEAD', 'core/a.ts'), ONE_READ);
    });

    it('with exit code 2 when the policy has a mistake, and says where', async () => {
      repository.write(POLICY_PATH, '{\n  "version": 1,\n  "rulez": []\n}\n');
      repository.git('add', POLICY_PATH);
      const direct = await program.run(repository.root, ['hook', 'pre-commit']);
      assert.equal(direct.code, 2);
      assert.match(
        direct.err,
        /^Taggant: the commit is held because its policy cannot be used: \.taggant\/policy\.json:\d+:\d+: /,
      );
      assert.notEqual((await commit()).code, 0);
    });

    it('and shortens a long list', async () => {
      policy([rule('block')]);
      for (let i = 0; i < 40; i++) save(repository, `core/f${i}.ts`, ONE);
      repository.git('add', 'core');
      const { err } = await commit();
      assert.match(err, /\n {2}and 10 more\n/);
      assert.ok(err.split('\n').length < 40);
    });
  });

  describe('asks the editor', () => {
    const asked = async (enforcement: string, answer: EditorAnswer): Promise<[Finished, EditorRequest[]]> => {
      policy([rule(enforcement)]);
      save(repository, 'core/a.ts', ONE);
      repository.git('add', 'core');
      const requests: EditorRequest[] = [];
      const editor = await serveEditor(await openRepository(repository.root), async (request) => {
        requests.push(request);
        return request.kind === 'flush' ? { kind: 'flushed' } : answer;
      });
      try {
        return [await commit(), requests];
      } finally {
        await editor.dispose();
      }
    };

    it('to write what it holds, then to decide', async () => {
      const [finished, requests] = await asked('warn', { kind: 'decision', decision: 'commit' });
      assert.deepEqual(finished, { code: 0, out: '', err: '' });
      assert.deepEqual(
        requests.map(({ kind }) => kind),
        ['flush', 'confirmCommit'],
      );
      const request = requests[1]!;
      assert.ok(request.kind === 'confirmCommit');
      assert.equal(request.canOverride, true);
      assert.equal(request.root, repository.root);
      assert.deepEqual(
        request.findings.map(({ path, startLine, endLine }) => [path, startLine, endLine]),
        [['core/a.ts', 1, 2]],
      );
    });

    for (const decision of ['review', 'cancel'] as const) {
      it(`and stops the commit when it says "${decision}"`, async () => {
        const [finished] = await asked('warn', { kind: 'decision', decision });
        assert.equal(finished.code, 1);
        assert.match(finished.err, /^Taggant: .* The commit was stopped in the editor\.\n/);
      });
    }

    it('but not to let a blocking rule be passed over', async () => {
      const [finished] = await asked('block', { kind: 'decision', decision: 'commit' });
      assert.equal(finished.code, 1);
    });

    it('which may write the sidecar at the last moment', async () => {
      repository.write('a.ts', marked(ONE).text);
      repository.git('add', 'a.ts');
      const editor = await serveEditor(await openRepository(repository.root), async () => {
        save(repository, 'a.ts', ONE);
        return { kind: 'flushed' };
      });
      await commits();
      await editor.dispose();
      assert.equal(recorded(repository, 'HEAD', 'a.ts'), ONE_READ);
    });
  });

  describe('when something is broken', () => {
    it('lets the commit through and says so', async () => {
      save(repository, 'a.ts', ONE);
      repository.write(VERSION_PATH, '99\n');
      repository.git('add', 'a.ts');
      const finished = await commit();
      assert.equal(finished.code, 0);
      assert.match(
        finished.err,
        /^Taggant: the commit goes through unchecked, because the check failed: .*update Taggant/,
      );
      assert.equal(repository.show('HEAD', sidecarPath('a.ts')), null);
    });

    it('holds the commit where the policy wants that', async () => {
      policy([], { onError: 'block' });
      save(repository, 'a.ts', ONE);
      repository.write(VERSION_PATH, '99\n');
      repository.git('add', 'a.ts');
      const finished = await commit();
      assert.equal(finished.code, 1);
      assert.match(finished.err, /^Taggant: the commit is held, because the check failed: /);
    });

    it('tells of a sidecar it cannot read, and commits what it can', async () => {
      save(repository, 'a.ts', ONE);
      repository.commitAll();
      repository.write('a.ts', `// more\n${marked(ONE).text}`);
      repository.write(sidecarPath('a.ts'), Buffer.from([0, 1, 2, 3]));
      repository.git('add', 'a.ts');
      const finished = await commit();
      assert.equal(finished.code, 0);
      assert.match(finished.err, /^taggant: \.taggant\/tags\/a\.ts\.tags is binary/);
      assert.equal(recorded(repository, 'HEAD', 'a.ts'), `// more\n${ONE_READ}`);
      isClean();
    });

    it('tells of a contribution that is nowhere', async () => {
      save(repository, 'a.ts', ONE);
      repository.write(contributionPath(AI), 'cut of');
      repository.git('add', 'a.ts');
      assert.match((await commit()).err, new RegExp(`Contribution ${AI} .* missing`));
      assert.match(recorded(repository, 'HEAD', 'a.ts'), /«/);
    });

    const edited = () => {
      save(repository, 'a.ts', ONE);
      repository.commitAll();
      repository.write('a.ts', `// more\n${marked(ONE).text}`);
      repository.git('add', 'a.ts');
    };

    if (process.platform !== 'win32') {
      it('writes nothing through a link out of the working tree', async () => {
        edited();
        renameSync(repository.path('.taggant'), repository.path('..', 'elsewhere'));
        symlinkSync('../elsewhere', repository.path('.taggant'));
        const finished = await commit();
        assert.equal(finished.code, 0);
        assert.match(finished.err, /^taggant: "\.taggant\/tags\/a\.ts\.tags" leads out of the repository/);
        assert.equal(recorded(repository, 'HEAD', 'a.ts'), `// more\n${ONE_READ}`);
      });
    }

    // Root may write everywhere.
    if (process.geteuid && process.geteuid() !== 0) {
      it('commits although the working tree is read-only', async () => {
        edited();
        chmodSync(repository.path('.taggant', 'tags'), 0o555);
        const finished = await commit();
        chmodSync(repository.path('.taggant', 'tags'), 0o755);
        assert.equal(finished.code, 0);
        assert.match(finished.err, /could not be written: permission is denied/);
        assert.equal(recorded(repository, 'HEAD', 'a.ts'), `// more\n${ONE_READ}`);
      });
    }
  });

  it('is not needed where nothing is marked', async () => {
    repository.write('a.ts', 'x\n');
    repository.git('add', 'a.ts');
    await commits();
    assert.equal(repository.git('ls-files').trim(), 'a.ts');
    assert.ok(!existsSync(repository.path('.git', 'taggant', 'saved')));
  });
});
