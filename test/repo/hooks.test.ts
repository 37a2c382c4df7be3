import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { readHookScripts } from '../../src/repo/hookScripts';
import { hookState } from '../../src/repo/hookState';
import { planHookInstall } from '../../src/repo/hooks';
import { HookedRepository } from '../support/hookedRepository';

/** Writes its name into the file `ran`, then ends with the status in the file `status`, if there is one. */
const recorder = (name: string) => `echo ${name} >>ran\n[ ! -f status ] || exit "$(cat status)"\n`;

describe("Taggant's hook beside others", () => {
  let repository: HookedRepository;
  let environment: (string | undefined)[];
  const ISOLATED = ['GIT_CONFIG_GLOBAL', 'GIT_CONFIG_NOSYSTEM'];

  before(() => {
    environment = ISOLATED.map((name) => process.env[name]);
    Object.assign(process.env, { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' });
  });

  after(() => {
    for (const [i, name] of ISOLATED.entries()) {
      if (environment[i] === undefined) delete process.env[name];
      else process.env[name] = environment[i];
    }
  });

  beforeEach(() => {
    repository = new HookedRepository();
    repository.write('a.ts', 'a\n');
    repository.write('.taggant/tags/a.ts.tags', 'ab 7Qm2xR\n');
    repository.write('.gitignore', 'ran\nstatus\n');
    repository.commitAll();
  });

  afterEach(() => repository.remove());

  const state = async () => (await hookState(await repository.open())).state;
  const hook = (name: string) => repository.path('.git', 'hooks', name);
  let edits = 0;
  function stage(): void {
    repository.write('a.ts', `${++edits}\n`);
    repository.git('add', 'a.ts');
  }

  /** What the joined hooks wrote since the last look. */
  function ran(): string[] {
    const file = repository.path('ran');
    const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
    rmSync(file, { force: true });
    return lines;
  }

  /** Everything in a folder: names, modes, contents and links. */
  function snapshot(...folders: string[]): Record<string, string> {
    const all: Record<string, string> = {};
    for (const folder of folders.map((path) => repository.path(path)).filter((path) => existsSync(path))) {
      for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
        const path = join(entry.parentPath, entry.name);
        const stats = lstatSync(path);
        const content = stats.isFile() ? readFileSync(path, 'latin1') : '';
        if (!stats.isDirectory()) all[path] = `${stats.mode.toString(8)} ${content}`;
      }
    }
    return all;
  }

  const everything = () => ({
    config: repository.git('config', '--local', '--list'),
    ...snapshot('.git/hooks', '.git/taggant', '.husky', 'tools'),
  });

  /** Installs, proves with real commits that the check runs last and can stop, that a second `init` does nothing, and that undo undoes. */
  async function proveJoined(expectedBefore: string[]): Promise<void> {
    const before = everything();
    const report = await repository.init();
    assert.deepEqual([report.outcome, report.complete], ['done', true], report.notes.join());
    assert.equal(await state(), 'installed');
    const installed = everything();
    assert.deepEqual(
      { ...(await repository.init()), notes: [] },
      { actions: [], notes: [], outcome: 'nothing', complete: true },
    );
    assert.deepEqual(everything(), installed);

    stage();
    assert.equal(repository.commit(), true);
    assert.deepEqual(ran(), expectedBefore);
    assert.equal(repository.calls().length, 1, 'the check ran once');

    stage();
    repository.answer('1');
    assert.equal(repository.commit(), false, 'findings stop the commit');
    assert.deepEqual(ran(), expectedBefore);
    repository.answer('0');
    repository.calls();

    if (expectedBefore.length > 0) {
      writeFileSync(repository.path('status'), '3');
      assert.equal(repository.commit(), false, "the other hook's failure stops the commit");
      assert.equal(repository.calls().length, 0, 'nothing is asked about a commit that has failed already');
      assert.deepEqual(ran(), expectedBefore);
      rmSync(repository.path('status'));
    }

    mkdirSync(repository.path('sub folder'), { recursive: true });
    assert.equal(repository.commit([], { cwd: repository.path('sub folder') }), true);
    assert.equal(repository.calls()[0]?.cwd, repository.root);
    repository.write('a.ts', 'with -a\n');
    assert.equal(repository.commit(['-a']), true);
    assert.equal(repository.calls().length, 1);
    repository.write('a.ts', 'with a path\n');
    assert.equal(repository.commit(['--', 'a.ts']), true);
    assert.equal(repository.calls().length, 1);
    stage();
    assert.equal(repository.commit(['--no-verify']), true);
    assert.equal(repository.calls().length, 0);
    ran();

    const undone = await repository.init({ undo: true });
    assert.equal(undone.outcome, 'done');
    assert.deepEqual(everything(), before, 'undo brings back what was there');
    assert.notEqual(await state(), 'installed');
    stage();
    assert.equal(repository.commit(), true);
    assert.deepEqual(ran(), expectedBefore);
    assert.equal(repository.calls().length, 0);
  }

  describe("in git's own hooks folder", () => {
    beforeEach(() => rmSync(repository.path('.git', 'hooks'), { recursive: true, force: true }));

    it('is the hook where there is none', async () => {
      assert.equal(await state(), 'missing');
      await proveJoined([]);
    });

    it('runs after a shell hook that is there', async () => {
      repository.writeHook('.git/hooks/pre-commit', `#!/bin/sh\n${recorder('mine')}exit 0\n`);
      await proveJoined(['mine']);
    });

    it('runs after a hook in another language, found through a link', async () => {
      const script = `#!${process.execPath}
const fs = require('node:fs');
fs.appendFileSync('ran', 'node ' + process.argv.length + '\\n');
process.exit(fs.existsSync('status') ? 3 : 0);
`;
      repository.writeHook('tools/check.js', script);
      mkdirSync(repository.path('.git', 'hooks'));
      symlinkSync('../../tools/check.js', hook('pre-commit'));
      await proveJoined(['node 2']);
    });

    it('keeps its name for a script that goes by it', async () => {
      const script = `#!/bin/sh\nname=$(basename "$0")\n${recorder('"$name"')}`;
      repository.writeHook('.git/hooks/pre-commit', script);
      await proveJoined(['pre-commit']);
    });

    it('does not start a hook that was switched off', async () => {
      repository.writeHook('.git/hooks/pre-commit', '#!/bin/sh\nexit 1\n', 0o644);
      await proveJoined([]);
    });

    it('serves linked worktrees', async () => {
      await repository.init();
      const tree = join(dirname(repository.root), 'linked');
      repository.git('worktree', 'add', '-q', tree, '-b', 'other');
      writeFileSync(join(tree, 'a.ts'), 'in the worktree\n');
      repository.answer('1');
      assert.equal(repository.commit(['-a'], { cwd: tree }), false);
      assert.equal(repository.calls()[0]?.cwd, tree);
      repository.answer('0');
      assert.equal(repository.commit(['-a'], { cwd: tree }), true);
    });

    it('explains itself where a hook in another language goes by its name', async () => {
      repository.writeHook(
        '.git/hooks/pre-commit',
        '#!/usr/bin/env ruby\n# overcommit\nputs $PROGRAM_NAME\n',
      );
      const report = await repository.init();
      assert.equal(report.complete, false);
      assert.match(report.notes.join(), /not a shell script.*add this line.*taggant\/pre-commit/);
    });

    it('leaves our hook alone once somebody has edited it', async () => {
      await repository.init();
      const edited = `${readFileSync(hook('pre-commit'), 'utf8')}echo mine\n`;
      writeFileSync(hook('pre-commit'), edited);
      for (const undo of [false, true]) {
        const report = await repository.init({ undo });
        assert.match(report.notes.join(), /pre-commit was edited by hand and is left as it is/);
        assert.equal(readFileSync(hook('pre-commit'), 'utf8'), edited);
      }
      stage();
      assert.equal(repository.commit(), true, 'without the check the hook lets go');
    });

    it('sees that another hook took its place, joins it, and brings the right one back', async () => {
      repository.writeHook('.git/hooks/pre-commit', `#!/bin/sh\n${recorder('first')}`);
      await repository.init();
      repository.writeHook('.git/hooks/pre-commit', `#!/bin/sh\n${recorder('second')}`);
      assert.equal(await state(), 'replaced');
      const report = await repository.init();
      assert.equal(report.complete, false, 'which of the two hooks counts is not for Taggant to say');
      assert.match(report.notes.join(), /only you know which one counts/);
      rmSync(hook('pre-commit.before-taggant'));
      assert.equal((await repository.init()).complete, true);
      await repository.init({ undo: true });
      assert.match(readFileSync(hook('pre-commit'), 'utf8'), /second/);
    });
  });

  describe('with lefthook and pre-commit', () => {
    // As these programs write their hooks; both were tried for real against Taggant's (docs/hooks.md).
    const lefthook = (body = recorder('lefthook')) =>
      `#!/bin/sh\nif [ "$LEFTHOOK" = "0" ]; then\n  exit 0\nfi\n${body}`;
    const framework = `#!/bin/sh
# File generated by pre-commit: https://pre-commit.com
[ -z "$PRE_COMMIT_RUNNING_LEGACY" ] || { echo "bug: pre-commit's script is installed in migration mode"; exit 1; }
legacy=\${0%/*}/pre-commit.legacy
[ ! -x "$legacy" ] || PRE_COMMIT_RUNNING_LEGACY=1 "$legacy" || exit 1
${recorder('framework')}`;

    it('runs after lefthook, outside of its stash', async () => {
      repository.writeHook('.git/hooks/pre-commit', lefthook());
      await proveJoined(['lefthook']);
    });

    it('runs after pre-commit, outside of its stash', async () => {
      repository.writeHook('.git/hooks/pre-commit', framework);
      await proveJoined(['framework']);
    });

    it('takes its place again when lefthook has written its hook anew', async () => {
      // Lefthook does so while it runs: what is not its own it renames to pre-commit.old.
      const anew =
        'cd "$(dirname "$0")" && mv pre-commit pre-commit.old && cp newer pre-commit && cd ../..\n';
      repository.writeHook('.git/hooks/newer', lefthook(recorder('newer')));
      for (const status of ['0', '1']) {
        repository.writeHook('.git/hooks/pre-commit', lefthook(`${anew}echo older >>ran; exit ${status}\n`));
        rmSync(hook('pre-commit.before-taggant'), { force: true });
        await repository.init();
        stage();
        assert.equal(repository.commit(), status === '0');
        assert.equal(repository.calls().length, status === '0' ? 1 : 0);
        assert.equal(await state(), 'installed');
        assert.equal(repository.commit(['--allow-empty']), true);
        assert.deepEqual(ran(), ['older', 'newer']);
        assert.equal(existsSync(hook('pre-commit.old')), false);
        repository.calls();
      }
    });

    it('is run by pre-commit when that is installed over it, once, and is joined anew by init', async () => {
      repository.writeHook('.git/hooks/pre-commit', framework);
      await repository.init();
      const ours = readFileSync(hook('pre-commit'), 'utf8');
      repository.writeHook('.git/hooks/pre-commit.legacy', ours);
      repository.writeHook('.git/hooks/pre-commit', framework);
      assert.equal(await state(), 'installed');
      stage();
      assert.equal(repository.commit(), true);
      assert.deepEqual(ran(), ['framework']);
      assert.equal(repository.calls().length, 1);
      await repository.init();
      assert.equal(existsSync(hook('pre-commit.legacy')), false);
      stage();
      assert.equal(repository.commit(), true);
      assert.deepEqual(ran(), ['framework']);
      assert.equal(repository.calls().length, 1);
    });
  });

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
      await proveJoined([]);
    });

    it('runs after what husky 9 runs, though that leaves early or has no last line feed', async () => {
      for (const [text, mode] of [
        [`${recorder('husky')}true`, 0o644],
        [`${recorder('husky')}exit 0\n`, 0o755],
      ] as const) {
        installHusky9();
        repository.writeHook('.husky/pre-commit', text, mode);
        await proveJoined(['husky']);
      }
    });

    it('runs once after what husky 8 runs', async () => {
      for (const body of ['echo husky >>ran\n[ ! -f status ]\n', recorder('husky')]) {
        installHusky8(body);
        await proveJoined(['husky']);
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
        await proveJoined(['tool']);
      }
    });

    it('writes one where the folder has none', async () => {
      repository.git('config', 'core.hooksPath', 'tools');
      mkdirSync(repository.path('tools'));
      await proveJoined([]);
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
      assert.equal(repository.git('config', '--local', '--list'), before);
      assert.deepEqual(await hookState(repo), { state: 'installed', message: 'Commits are checked.' });
      rmSync(hook('pre-commit'));
      rmSync(hook('pre-commit.before-taggant'));
      await repository.init({ gitVersion });
      await repository.init({ undo: true, gitVersion });
      assert.equal(repository.git('config', '--local', '--list'), before);
    });
  });

  it('says in one line of the terminal why a commit was held', async () => {
    await repository.init();
    stage();
    repository.answer('1');
    const { stderr } = repository.run(['git', 'commit', '-m', 'x']);
    assert.equal(stderr, 'Held back.\n');
  });

  it('keeps the modes of what it writes', async () => {
    await repository.init();
    assert.equal(statSync(hook('pre-commit')).mode & 0o777, 0o755);
    assert.equal(statSync(repository.path('.git', 'taggant', 'pre-commit')).mode & 0o777, 0o755);
    assert.equal(await state(), 'installed');
    for (const lost of ['.git/hooks/pre-commit', '.git/taggant/pre-commit']) {
      chmodSync(repository.path(lost), 0o644);
      assert.notEqual(await state(), 'installed', `git does not run ${lost} now`);
      assert.equal((await repository.init()).outcome, 'done');
      assert.equal(await state(), 'installed');
    }
  });
});
