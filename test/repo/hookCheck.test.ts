import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { HookedRepository } from '../support/hookedRepository';
import { cleanEnvironment } from '../support/repository';

const WANTED = [
  ['sh'],
  ['dash'],
  ['bash'],
  ['bash', '--posix'],
  ['busybox', 'sh'],
  ['zsh', '--emulate', 'sh'],
];
const SHELLS = WANTED.filter(([program, ...args]) => spawnSync(program!, [...args, '-c', ':']).status === 0);

describe('the check in the shell', () => {
  let repository: HookedRepository;
  let check: string;

  beforeEach(() => {
    repository = new HookedRepository();
    check = repository.installCheck();
    repository.write('src/marked.ts', 'marked\n');
    repository.write('.taggant/tags/src/marked.ts.tags', 'ab 7Qm2xR\n');
    repository.write('src/plain.ts', 'plain\n');
    repository.commitAll();
  });

  afterEach(() => repository.remove());

  /** Whether the shell goes on to the program, which it must do alike in every shell. */
  function goesOn(env: Record<string, string> = {}, shells = SHELLS): boolean {
    // In the place of Node, a program that starts faster.
    const reached = join(dirname(repository.program), 'reached');
    const node = join(dirname(repository.program), 'node');
    writeFileSync(node, '#!/bin/sh\necho >>"$(dirname "$0")/reached"\n', { mode: 0o755 });
    repository.setRuntime(node, repository.program);
    const answers = shells.map((shell) => {
      const { status, stderr, stdout } = repository.run([...shell, check], { env });
      assert.deepEqual([status, stderr, stdout], [0, '', ''], shell.join(' '));
      const answer = existsSync(reached);
      rmSync(reached, { force: true });
      return answer;
    });
    repository.setRuntime(process.execPath, repository.program);
    assert.equal(new Set(answers).size, 1, `${shells.join(' | ')}: ${answers}`);
    return answers[0]!;
  }

  function stage(path: string, content = `${Math.random()}\n`): void {
    repository.write(path, content);
    repository.git('add', '--', path);
  }

  it('lets a commit go by that touches no marked file', () => {
    assert.equal(goesOn(), false, 'nothing staged');
    stage('src/plain.ts');
    stage('src/new file.ts');
    assert.equal(goesOn(), false);
  });

  it('goes on to the program with hook pre-commit, at the top of the working tree, as Electron needs it', () => {
    stage('src/marked.ts');
    assert.equal(repository.run(['sh', check], { env: { NODE_OPTIONS: '--no-warnings' } }).status, 0);
    const [call] = repository.calls();
    assert.deepEqual(call, {
      args: ['hook', 'pre-commit'],
      cwd: repository.root,
      node: process.execPath,
      pid: call?.pid,
      electron: '1',
      nodeOptions: null,
    });
  });

  it('hands on what git has said of the index, in every shell and however long it is', () => {
    const node = join(dirname(repository.program), 'node');
    const input = join(dirname(repository.program), 'input');
    writeFileSync(node, `#!/bin/sh\necho "$TAGGANT_STAGED" >"${input}"\ncat >>"${input}"\n`, { mode: 0o755 });
    repository.setRuntime(node, repository.program);
    const diff = [
      '-c',
      'core.quotePath=false',
      'diff-index',
      '--cached',
      '--raw',
      '--no-abbrev',
      'HEAD',
      '--',
    ];
    stage('src/marked.ts');
    for (const count of [0, 2000]) {
      for (let i = 0; i < count; i++) repository.write(`many/ü ${i} $(no) \\n`, 'x');
      repository.git('add', '-A');
      const told = `stdin\n${repository.git(...diff)}.\n`;
      for (const shell of SHELLS) {
        const { status, stderr } = repository.run([...shell, check]);
        assert.deepEqual([status, stderr], [0, '']);
        assert.ok(readFileSync(input, 'utf8') === told, `${shell.join(' ')} with ${count} files`);
      }
    }
  });

  it('sees a sidecar wherever it is', () => {
    stage('src/marked.ts');
    assert.equal(goesOn(), true, 'everywhere');
    rmSync(repository.path('.taggant'), { recursive: true });
    assert.equal(goesOn(), true, 'in the index, not in the working tree');
    repository.git('rm', '-q', '-r', '--cached', '.taggant');
    assert.equal(goesOn(), true, 'in HEAD alone');
    repository.commitAll();
    stage('src/marked.ts');
    assert.equal(goesOn(), false, 'nowhere');
    repository.write('.taggant/tags/src/marked.ts.tags', 'ab 7Qm2xR\n');
    assert.equal(goesOn(), true, 'in the working tree alone, untracked');
  });

  it('sees a marked file deleted, and renamed', () => {
    repository.git('rm', '-q', 'src/marked.ts');
    assert.equal(goesOn(), true);
    repository.git('reset', '-q', '--hard');
    repository.git('mv', 'src/marked.ts', 'src/moved.ts');
    assert.equal(goesOn(), true);
    repository.git('reset', '-q', '--hard');
    repository.git('mv', 'src/plain.ts', 'src/moved.ts');
    assert.equal(goesOn(), false);
  });

  it('sees anything staged under .taggant', () => {
    stage('.taggant/policy.json', '{}');
    assert.equal(goesOn(), true);
  });

  it('sees work that the editor still holds, in a linked worktree too', () => {
    stage('src/plain.ts');
    const journal = repository.path('.git', 'taggant', 'journal');
    mkdirSync(journal);
    writeFileSync(join(journal, 'empty.jsonl'), '');
    assert.equal(goesOn(), false);
    writeFileSync(join(journal, 'a b.jsonl'), '{}\n');
    assert.equal(goesOn(), true);
    rmSync(join(journal, 'a b.jsonl'));

    const tree = join(dirname(repository.root), 'linked tree');
    repository.git('worktree', 'add', '-q', tree, 'HEAD');
    writeFileSync(join(tree, 'src', 'plain.ts'), 'other\n');
    repository.run(['git', 'add', '-A'], { cwd: tree });
    assert.equal(repository.run([check], { cwd: tree }).status, 0);
    assert.equal(repository.calls().length, 0);
    const gitDir = repository.run(['git', 'rev-parse', '--git-dir'], { cwd: tree }).stdout.trim();
    mkdirSync(join(gitDir, 'taggant', 'journal'), { recursive: true });
    writeFileSync(join(gitDir, 'taggant', 'journal', 'x'), '{}');
    for (const env of [{}, { GIT_DIR: gitDir }]) {
      repository.run([check], { cwd: tree, env });
      assert.equal(repository.calls().length, 1);
    }
    assert.equal(goesOn(), false, 'the other worktree has its own journal');
  });

  it('works with a git directory elsewhere', () => {
    const gitDir = join(dirname(repository.root), 'git elsewhere');
    renameSync(repository.path('.git'), gitDir);
    const env = { GIT_DIR: gitDir, GIT_WORK_TREE: repository.root };
    const run = () => {
      assert.equal(repository.run([join(gitDir, 'taggant', 'pre-commit')], { env }).status, 0);
      return repository.calls().map(({ cwd }) => cwd);
    };
    repository.write('src/plain.ts', 'changed\n');
    repository.run(['git', 'add', '-A'], { env });
    assert.deepEqual(run(), []);
    mkdirSync(join(gitDir, 'taggant', 'journal'));
    writeFileSync(join(gitDir, 'taggant', 'journal', 'x'), '{}');
    assert.deepEqual(run(), [repository.root]);
  });

  it('looks at the index it is told to', () => {
    const index = join(dirname(repository.root), 'other index');
    repository.write('src/marked.ts', 'changed\n');
    const env = { GIT_INDEX_FILE: index };
    repository.run(['git', 'read-tree', 'HEAD'], { env });
    repository.run(['git', 'add', 'src/marked.ts'], { env });
    assert.equal(goesOn(), false);
    assert.equal(goesOn(env), true);
  });

  it('works before the first commit', () => {
    const empty = new HookedRepository('empty');
    const check = empty.installCheck();
    empty.write('a.ts', 'a\n');
    empty.git('add', '-A');
    for (const shell of SHELLS) assert.equal(empty.run([...shell, check]).stderr, '');
    assert.equal(empty.calls().length, 0);
    empty.write('.taggant/tags/a.ts.tags', 'ab 7Qm2xR\n');
    for (const shell of SHELLS) assert.equal(empty.run([...shell, check]).status, 0);
    assert.equal(empty.calls().length, SHELLS.length);
    empty.remove();
  });

  it('reads names as they are, and leaves those it cannot read to the program', () => {
    const names = [
      'with space.ts',
      ' leading',
      'trailing ',
      'ünï😀.ts',
      '*',
      '[a]',
      '-n',
      '%s',
      '$HOME',
      "it's",
      '#x',
      '~',
      ':a',
    ];
    for (const name of names) stage(`odd/${name}`);
    assert.equal(goesOn(), false);
    for (const name of names) {
      const sidecar = `.taggant/tags/odd/${name}.tags`;
      repository.write(sidecar, 'ab 7Qm2xR\n');
      assert.equal(goesOn(), true, name);
      repository.git('add', '--', sidecar);
      repository.git('commit', '-q', '-m', 'x', '--', sidecar);
      rmSync(repository.path(sidecar));
      assert.equal(goesOn(), true, `${name}, its sidecar in the index alone`);
      repository.git('rm', '-q', '--cached', '--', sidecar);
      repository.git('commit', '-q', '-m', 'x', '--', sidecar);
    }
    repository.commitAll();
    // A name that would match another one.
    stage('odd/a');
    repository.write('.taggant/tags/odd/[a].tags', 'ab 7Qm2xR\n');
    repository.git('rm', '-q', '-f', '--', 'odd/[[]a[]]');
    assert.equal(goesOn(), true);
    rmSync(repository.path('.taggant', 'tags', 'odd'), { recursive: true });
    repository.commitAll();
    for (const name of ['quote".ts', 'back\\slash.ts', 'line\nfeed.ts', 'tab\t.ts', '\x01']) {
      stage(name);
      assert.equal(goesOn(), true, JSON.stringify(name));
      repository.git('rm', '-q', '-f', '--', name);
    }
  });

  it('finds the top when the hook that calls it has gone into a folder', () => {
    stage('src/marked.ts');
    rmSync(repository.path('.taggant'), { recursive: true });
    repository.git('rm', '-q', '-r', '--cached', '.taggant');
    repository.git('commit', '-q', '-m', 'x', '--no-verify');
    stage('src/marked.ts');
    repository.write('.taggant/tags/src/marked.ts.tags', 'ab 7Qm2xR\n');
    for (const env of [{}, { GIT_DIR: repository.path('.git') }, { GIT_INDEX_FILE: '.git/index' }]) {
      const { status } = repository.run(['../.git/taggant/pre-commit'], { cwd: repository.path('src'), env });
      assert.equal(status, 0);
      assert.equal(repository.calls()[0]?.cwd, repository.root);
    }
    repository.git('checkout', '-q', 'HEAD', 'src/marked.ts');
    stage('src/plain.ts');
    repository.run(['../.git/taggant/pre-commit'], { cwd: repository.path('src') });
    assert.equal(repository.calls().length, 0);
  });

  it('agrees with git on what is staged and marked, whatever the state', () => {
    const names = ['a', 'b', 'c c', 'd/e'];
    const fates = fc.array(fc.record({ name: fc.constantFrom(...names), fate: fc.nat(7) }), { maxLength: 8 });
    fc.assert(
      fc.property(fates, fates, (before, after) => {
        repository.git('reset', '-q', '--hard');
        repository.git('clean', '-q', '-f', '-d');
        for (const step of before) live(step);
        repository.git('add', '-A');
        repository.git('commit', '-q', '--allow-empty', '--no-verify', '-m', 'x');
        for (const step of after) live(step);
        const staged = repository
          .git('diff', '--cached', '--no-renames', '--name-only', '-z', 'HEAD')
          .split('\0');
        const tracked = repository.git('ls-files', '-z').split('\0');
        const committed = repository.git('ls-tree', '-r', '-z', '--name-only', 'HEAD').split('\0');
        const expected = staged.some((path) => {
          const sidecar = `.taggant/tags/${path}.tags`;
          const isThere = existsSync(repository.path(sidecar)) || tracked.includes(sidecar);
          return path.startsWith('.taggant') || isThere || committed.includes(sidecar);
        });
        assert.equal(goesOn({}, [['sh']]), expected);
      }),
      { numRuns: 25 },
    );

    function live({ name, fate }: { name: string; fate: number }): void {
      const sidecar = `.taggant/tags/${name}.tags`;
      if (fate <= 2) repository.write(name, `${Math.random()}\n`);
      if (fate === 1) repository.git('add', '--', name);
      if (fate === 2) repository.git('add', '-A');
      if (fate === 3) repository.write(sidecar, `${Math.random()}\n`);
      if (fate === 4) rmSync(repository.path(sidecar), { force: true });
      if (fate === 5) rmSync(repository.path(name), { force: true });
      if (fate === 6) repository.git('rm', '-q', '-f', '--ignore-unmatch', '--', name);
      if (fate === 7) repository.git('rm', '-q', '--cached', '-f', '--ignore-unmatch', '--', sidecar);
    }
  });

  describe('with something to check', () => {
    let tools: string;
    let bare: Record<string, string>;

    beforeEach(() => {
      stage('src/marked.ts');
      // A PATH with git and the usual tools, and no Node.
      tools = mkdtempSync(join(tmpdir(), 'taggant-path-'));
      for (const tool of ['git', 'sh', 'grep', 'tr', 'cat']) {
        symlinkSync(
          spawnSync('sh', ['-c', `command -v ${tool}`], { encoding: 'utf8' }).stdout.trim(),
          join(tools, tool),
        );
      }
      bare = { PATH: tools };
    });

    afterEach(() => rmSync(tools, { recursive: true }));

    function fakeNode(version: string): void {
      const text = `#!/bin/sh\n[ "$1" != --version ] || { echo ${version}; exit 0; }\nexec "${process.execPath}" "$@"\n`;
      writeFileSync(join(tools, 'node'), text, { mode: 0o755 });
    }

    it("passes the program's answer on", () => {
      for (const [answer, status] of [
        ['0', 0],
        ['1', 1],
        ['2', 2],
      ] as const) {
        repository.answer(answer);
        for (const shell of SHELLS) assert.equal(repository.run([...shell, check]).status, status);
      }
    });

    it("uses the editor's own Node first, as in a commit from the Source Control view", () => {
      const editor = join(tools, "the editor's node");
      symlinkSync(process.execPath, editor);
      const scm = {
        ...bare,
        VSCODE_GIT_ASKPASS_NODE: editor,
        VSCODE_GIT_IPC_HANDLE: '/tmp/vscode-git-0123456789.sock',
        VSCODE_GIT_COMMAND: '-c',
        GIT_INDEX_FILE: '.git/index',
        GIT_PREFIX: '',
        GIT_CONFIG_PARAMETERS: "'user.useConfigOnly'='true'",
        LC_ALL: 'en_US.UTF-8',
      };
      repository.setRuntime('/nowhere/node', repository.program);
      assert.equal(repository.run(['/bin/sh', check], { env: scm }).stderr, '');
      assert.equal(repository.calls()[0]?.electron, '1');
      repository.run(['/bin/sh', check], { env: { ...scm, VSCODE_GIT_ASKPASS_NODE: '/gone/code' } });
      assert.equal(repository.calls().length, 0);
    });

    it('falls back to the recorded Node, then to a new enough one on the PATH', () => {
      assert.equal(repository.run(['/bin/sh', check], { env: bare }).status, 0);
      assert.equal(repository.calls().length, 1);
      repository.setRuntime('/nowhere/node', repository.program);
      fakeNode('v22.1.0');
      assert.equal(repository.run(['/bin/sh', check], { env: bare }).stderr, '');
      assert.equal(repository.calls().length, 1);
      for (const version of ['v18.20.0', 'v8.0.0', 'nonsense', '']) {
        fakeNode(version);
        const { stderr, status } = repository.run(['/bin/sh', check], { env: bare });
        assert.equal(status, 0);
        assert.match(stderr, /^Taggant did not check this commit: no Node\.js 20 or newer was found\.\n/);
      }
      assert.equal(repository.calls().length, 0);
    });

    it('goes on to the next Node when one cannot be run', () => {
      const broken = join(tools, 'broken');
      writeFileSync(broken, '#!/nowhere/interpreter\n', { mode: 0o755 });
      const env = { ...bare, VSCODE_GIT_ASKPASS_NODE: broken };
      for (const shell of SHELLS) {
        assert.equal(
          repository.run([...shell, check], { env: { ...env, PATH: process.env.PATH! } }).status,
          0,
        );
        assert.equal(repository.calls().length, 1, shell.join(' '));
      }
    });

    it('finds the program in node_modules, and on the PATH', () => {
      repository.setRuntime('/nowhere/node', '/nowhere/cli.js');
      fakeNode('v20.0.0');
      writeFileSync(join(tools, 'taggant'), `#!/bin/sh\nexec node "${repository.program}" "$@"\n`, {
        mode: 0o755,
      });
      assert.equal(repository.run(['/bin/sh', check], { env: bare }).stderr, '');
      assert.deepEqual(repository.calls()[0]?.args, ['hook', 'pre-commit']);
      const local = 'node_modules/taggant/dist/cli.js';
      repository.write(local, 'process.exitCode = 2');
      assert.equal(repository.run(['/bin/sh', check], { env: bare }).status, 2);
    });

    it('says that it did not check where nothing can, and lets the commit through', () => {
      rmSync(repository.path('.git', 'taggant', 'runtime'));
      for (const shell of SHELLS) {
        const program = spawnSync('sh', ['-c', `command -v ${shell[0]}`], { encoding: 'utf8' }).stdout.trim();
        const { status, stderr } = repository.run([program, ...shell.slice(1), check], { env: bare });
        assert.equal(status, 0);
        assert.match(
          stderr,
          /^Taggant did not check this commit: Taggant's program was not found\.\nOpen the /,
        );
      }
      repository.setRuntime('/nowhere/node', repository.program);
      const { stderr } = repository.run(['/bin/sh', check], { env: bare });
      assert.match(stderr, /^Taggant did not check this commit: no Node\.js 20 or newer was found\.\n/);
    });

    it('stops the commit there when the policy wants that', () => {
      rmSync(repository.path('.git', 'taggant', 'runtime'));
      const answer = (policy: string) => {
        stage('.taggant/policy.json', policy);
        return repository.run(['/bin/sh', check], { env: bare });
      };
      assert.equal(answer('{ "version": 1,\n  "onError":\n "block" }').status, 1);
      assert.match(
        answer('{"onError": "block"}').stderr,
        /^Taggant stopped this commit: .*"onError": "block"\.\n/,
      );
      assert.equal(answer('{\n  // "onError": "block"\n "onError": "allow" }').status, 0);
      assert.equal(answer('{"version": 1}').status, 0);
    });

    it('treats a program that crashed as one that did not check', () => {
      repository.answer('crash');
      for (const shell of SHELLS) {
        const { status, stderr } = repository.run([...shell, check]);
        assert.equal(status, 0);
        assert.match(stderr, /Taggant did not check this commit: Taggant's program ended with code \d+\./);
      }
    });

    it('ends the program when git or the person ends the hook', async () => {
      repository.answer('wait');
      for (const shell of SHELLS) {
        for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
          const hook = spawn(shell[0]!, [...shell.slice(1), check], {
            cwd: repository.root,
            env: cleanEnvironment(),
            stdio: ['ignore', 'ignore', 'pipe'],
          });
          let said = '';
          hook.stderr.on('data', (data) => {
            said += data;
          });
          const [call] = await untilCalled();
          hook.kill(signal);
          const [code] = await once(hook, 'close');
          assert.equal(said, '');
          assert.notEqual(code, 0, `${shell} ${signal}`);
          assert.throws(() => process.kill(call!.pid, 0), 'the hook waits for the program to end');
        }
      }
    });

    async function untilCalled() {
      for (;;) {
        const calls = repository.calls();
        if (calls.length > 0) return calls;
        await new Promise((done) => setTimeout(done, 10));
      }
    }
  });
});
