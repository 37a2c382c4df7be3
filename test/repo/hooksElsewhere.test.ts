import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readHookScripts } from '../../src/repo/hookScripts';
import { hookState } from '../../src/repo/hookState';
import { planHookInstall } from '../../src/repo/hooks';
import { isolateGit, JoinedRepository, recorder } from '../support/joinedRepository';

describe("Taggant's hook where git's own hooks folder is not used", () => {
  let repository: JoinedRepository;
  isolateGit();

  beforeEach(() => {
    repository = new JoinedRepository();
  });

  afterEach(() => repository.remove());

  const state = () => repository.state();
  const hook = (name: string) => repository.path('.git', 'hooks', name);
  const stage = () => repository.stage();
  const ran = () => repository.ran();

  describe('with husky', () => {
    /** Husky 9's layout: `.husky/_/pre-commit` runs `.husky/pre-commit` with `sh -e`. */
    function installHusky9(): void {
      const runner = `#!/usr/bin/env sh
n=$(basename "$0")
s=$(dirname "$(dirname "$0")")/$n
[ ! -f "$s" ] && exit 0
[ "$HUSKY" = "0" ] && exit 0
sh -e "$s" "$@"
c=$?
[ $c != 0 ] && echo "husky - $n script failed (code $c)"
exit $c
`;
      repository.writeHook('.husky/_/pre-commit', runner);
      repository.git('config', 'core.hooksPath', '.husky/_');
    }

    /** Husky 8's: `.husky/pre-commit` sources a script that runs it a second time with `sh -e`. */
    function installHusky8(body: string): void {
      const sourced =
        '#!/usr/bin/env sh\nif [ -z "$husky_skip_init" ]; then\n  readonly husky_skip_init=1\n  export husky_skip_init\n  sh -e "$0" "$@"\n  exit $?\nfi\n';
      repository.writeHook('.husky/_/husky.sh', sourced);
      repository.writeHook(
        '.husky/pre-commit',
        `#!/usr/bin/env sh\n. "$(dirname -- "$0")/_/husky.sh"\n\n${body}`,
      );
      repository.git('config', 'core.hooksPath', '.husky');
    }

    it('adds a hook where husky 9 has none', async () => {
      installHusky9();
      await repository.proveJoined([]);
    });

    it('runs after what husky 9 runs, though that leaves early or has no last line feed', async () => {
      for (const [text, mode] of [
        [`${recorder('husky')}true`, 0o644],
        [`${recorder('husky')}exit 0\n`, 0o755],
      ] as const) {
        installHusky9();
        repository.writeHook('.husky/pre-commit', text, mode);
        await repository.proveJoined(['husky']);
      }
    });

    it('runs once after what husky 8 runs', async () => {
      for (const body of ['echo husky >>ran\n[ ! -f status ]\n', recorder('husky')]) {
        installHusky8(body);
        await repository.proveJoined(['husky']);
      }
    });

    it("does nothing on a teammate's machine that has no Taggant", async () => {
      installHusky9();
      await repository.init();
      rmSync(repository.path('.git', 'taggant'), { recursive: true });
      assert.equal(await state(), 'missing');
      stage();
      assert.equal(repository.commit(), true);
    });

    it('says so when husky itself is missing from the clone', async () => {
      installHusky9();
      await repository.init();
      rmSync(repository.path('.husky', '_'), { recursive: true });
      assert.equal(await state(), 'replaced');
    });
  });

  describe('in a folder that core.hooksPath names', () => {
    it('joins a script under version control', async () => {
      repository.git('config', 'core.hooksPath', 'tools');
      for (const body of [
        recorder('tool'),
        `${recorder('tool')}exit $?\n`,
        `echo tool >>ran\n[ ! -f status ]\nexec true\n`,
      ]) {
        repository.writeHook('tools/pre-commit', `#!/usr/bin/env bash\nset -eu\n${body}`);
        await repository.proveJoined(['tool']);
      }
    });

    it('writes one where the folder has none', async () => {
      repository.git('config', 'core.hooksPath', 'tools');
      mkdirSync(repository.path('tools'));
      await repository.proveJoined([]);
    });

    it('joins in a folder of its own inside the git directory', async () => {
      repository.git('config', 'core.hooksPath', '.git/my-hooks');
      repository.writeHook('.git/my-hooks/pre-commit', `#!/bin/sh\n${recorder('tool')}`);
      assert.equal((await repository.init()).complete, true);
      stage();
      assert.equal(repository.commit(), true);
      assert.deepEqual([ran(), repository.calls().length], [['tool'], 1]);
    });

    it('explains itself before a hook that it cannot join, and checks once a person has added the line', async () => {
      repository.git('config', 'core.hooksPath', 'tools');
      const outside = join(dirname(repository.root), 'company hooks');
      const hooks = [
        ['tools', '#!/usr/bin/env python3\n', 0o755],
        ['tools', '#!/bin/sh\ntrap "rm -f x" EXIT\nexit 0\n', 0o755],
        ['tools', '#!/bin/sh\ntrue\n', 0o644],
        [outside, '#!/bin/sh\ntrue\n', 0o755],
      ] as const;
      for (const [folder, text, mode] of hooks) {
        repository.git('config', 'core.hooksPath', folder);
        const path = join(folder === outside ? outside : repository.path(folder), 'pre-commit');
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, text);
        chmodSync(path, mode);
        const report = await repository.init();
        assert.equal(report.complete, false);
        assert.equal(readFileSync(path, 'utf8'), text, 'nothing is written there');
        const line = /add this line at the end of its pre-commit script: (.*)$/.exec(
          report.notes.at(-1)!,
        )![1]!;
        if (mode === 0o755) assert.equal(await state(), 'unsupported');
        writeFileSync(path, `#!/bin/sh\n${line}\n`);
        chmodSync(path, 0o755);
        assert.equal(await state(), 'installed');
        stage();
        repository.answer('1');
        assert.equal(repository.commit(), false);
        repository.answer('0');
        assert.equal(repository.commit(), true);
        await repository.init({ undo: true });
        assert.equal(readFileSync(path, 'utf8'), `#!/bin/sh\n${line}\n`, 'what a person added stays');
      }
    });

    it('does not write through a link that leads elsewhere', async () => {
      repository.git('config', 'core.hooksPath', 'tools');
      const elsewhere = join(dirname(repository.root), 'elsewhere');
      writeFileSync(elsewhere, '#!/bin/sh\ntrue\n', { mode: 0o755 });
      mkdirSync(repository.path('tools'));
      symlinkSync(elsewhere, repository.path('tools', 'pre-commit'));
      assert.match((await repository.init()).notes.join(), /is a link to another file/);
      assert.equal(readFileSync(elsewhere, 'utf8'), '#!/bin/sh\ntrue\n');
    });
  });

  describe("with git's configured hooks (git 2.54 and newer; that git is not here, so the plans are tested)", () => {
    const plan = async (gitVersion: string) => {
      const repo = { ...(await repository.open()), gitVersion };
      const { actions } = await planHookInstall(repo, await readHookScripts(repository.program));
      return actions
        .slice(1)
        .map((action) => (action.kind === 'config' ? `${action.path}=${action.after}` : action.kind));
    };
    const CONFIG = [
      'hook.taggant.command=taggant_hook=$(git rev-parse --git-common-dir)/taggant/pre-commit; [ ! -x "$taggant_hook" ] || "$taggant_hook"',
      'hook.taggant.event=pre-commit',
    ];

    it('uses them where no hook is there, and for a folder that is not ours', async () => {
      assert.deepEqual(await plan('2.54.0'), CONFIG);
      assert.deepEqual(await plan('2.53.9'), ['write']);
      repository.git('config', 'core.hooksPath', dirname(repository.root));
      assert.deepEqual(await plan('3.0.0'), CONFIG);
    });

    it('joins a hook that is there, because git would run it last', async () => {
      repository.writeHook('.git/hooks/pre-commit', '#!/bin/sh\n');
      assert.deepEqual(await plan('2.54.0'), ['move', 'write']);
    });

    it('sets them, finds them again, unsets them, and leaves them when a hook comes later', async () => {
      const before = repository.git('config', '--local', '--list');
      const configuredHooks = () => /^hook\.taggant\./m.test(repository.git('config', '--local', '--list'));
      const gitVersion = '2.54.0';
      await repository.init({ gitVersion });
      assert.equal(repository.git('config', 'hook.taggant.event').trim(), 'pre-commit');
      assert.equal((await repository.init({ gitVersion })).outcome, 'nothing');
      const repo = { ...(await repository.open()), gitVersion };
      assert.deepEqual(await hookState(repo), { state: 'installed', message: 'Commits are checked.' });
      // As git runs it.
      stage();
      assert.equal(
        repository.run(['sh', '-c', repository.git('config', 'hook.taggant.command').trim()]).status,
        0,
      );
      assert.equal(repository.calls().length, 1);

      repository.writeHook('.git/hooks/pre-commit', '#!/bin/sh\n');
      assert.match((await hookState(repo)).message, /before .*pre-commit runs.*taggant init/);
      await repository.init({ gitVersion });
      assert.equal(configuredHooks(), false);
      assert.deepEqual(await hookState(repo), { state: 'installed', message: 'Commits are checked.' });
      rmSync(hook('pre-commit'));
      rmSync(hook('pre-commit.before-taggant'));
      await repository.init({ gitVersion });
      await repository.init({ undo: true, gitVersion });
      assert.equal(repository.git('config', '--local', '--list'), before);
    });
  });
});
