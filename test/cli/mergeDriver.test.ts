import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { sidecarPath } from '../../src/core/layout';
import { parseSidecar } from '../../src/core/sidecar';
import { marked, recorded, save } from '../support/marking';
import { cleanEnvironment, TestRepository } from '../support/repository';
import { builtProgram, freshRepository } from '../support/suites';

const lines = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => `const line${from + i} = compute(${from + i});\n`).join('');
const OURS = '«const ours = askTheModel(1, 2, 3);\n»';
const THEIRS = '«const theirs = askAnotherModel(4, 5, 6);\n»';

describe('the merge driver', () => {
  const program = builtProgram();
  const repository = freshRepository(() => new TestRepository('a repository ü'));
  beforeEach(async () => {
    assert.equal((await program.run(repository.root, ['init', '--yes'])).code, 0);
  });

  const git = (...args: string[]) => repository.attempt(args);
  const commit = (path: string, written: string) => {
    save(repository, path, written);
    repository.git('add', '-A');
    repository.git('commit', '-q', '-m', 'x');
  };
  const unmerged = () =>
    repository.git('diff', '--name-only', '--diff-filter=U').trim().split('\n').filter(Boolean);

  /** `main` and `theirs` with a conflict in a.ts, of which `other` says what else they change. */
  const diverge = (path = 'a.ts') => {
    commit(path, `${lines(1, 10)}${lines(11, 20)}`);
    repository.git('switch', '-q', '-c', 'theirs');
    commit(path, `${lines(1, 10)}${THEIRS}${lines(11, 20)}`);
    repository.git('switch', '-q', 'main');
    commit(path, `${lines(1, 10)}${OURS}${lines(11, 20)}`);
  };

  it('leaves no conflict where the source has one, and the commit has the marks of both', () => {
    diverge('a b/ü.ts');
    assert.equal(git('merge', 'theirs').status, 1);
    assert.deepEqual(unmerged().length, 1, 'the source only');
    assert.equal(git('status', '--porcelain', '-z').stdout.includes('UU .taggant'), false);
    const resolved = `${lines(1, 10)}${THEIRS}${OURS}const more = 1;\n${lines(11, 20)}`;
    repository.write('a b/ü.ts', marked(resolved).text);
    repository.git('add', 'a b/ü.ts');
    assert.equal(git('commit', '-q', '--no-edit').stderr, '');
    assert.equal(
      recorded(repository, 'HEAD', 'a b/ü.ts'),
      resolved.replace('\n»«', '\n').replace('\n»', '»\n'),
    );
    assert.equal(repository.git('status', '--porcelain'), '');
  });

  it('keeps both sides, so that nothing is lost without the hook either', () => {
    diverge();
    git('merge', 'theirs');
    const sidecar = parseSidecar(repository.read(sidecarPath('a.ts')));
    assert.ok(sidecar.intact);
    assert.equal(sidecar.marked.size, 2);
    assert.equal(sidecar.hashes.length, 22);
  });

  it('merges what both added', () => {
    commit('a.ts', 'const a = 1;\n');
    repository.git('switch', '-q', '-c', 'theirs');
    commit('new.ts', `${lines(1, 5)}${THEIRS}`);
    repository.git('switch', '-q', 'main');
    commit('new.ts', `${lines(1, 5)}${OURS}`);
    git('merge', 'theirs');
    assert.deepEqual(unmerged(), ['new.ts']);
  });

  it('works in a rebase, a cherry-pick and a revert, and in a linked worktree', () => {
    diverge();
    git('rebase', 'theirs');
    assert.deepEqual(unmerged(), ['a.ts']);
    git('rebase', '--abort');
    git('cherry-pick', 'theirs');
    assert.deepEqual(unmerged(), ['a.ts']);
    git('cherry-pick', '--abort');
    repository.git('worktree', 'add', '-q', '../linked', 'theirs');
    spawnSync('git', ['merge', '-q', 'main'], {
      cwd: repository.path('..', 'linked'),
      env: cleanEnvironment(),
    });
    const status = repository.git('-C', '../linked', 'diff', '--name-only', '--diff-filter=U');
    assert.equal(status, 'a.ts\n');
  });

  it('leaves the conflict, as text, where nothing can run it, and loses nothing', () => {
    diverge();
    writeFileSync(repository.path('.git', 'taggant', 'runtime'), '/nowhere/node\n/nowhere/cli.js\n');
    const PATH = process.platform === 'win32' ? process.env.PATH : '/usr/bin:/bin';
    const env = { ...cleanEnvironment(), PATH };
    spawnSync('git', ['merge', 'theirs'], { cwd: repository.root, env });
    const both = parseSidecar(repository.read(sidecarPath('a.ts')));
    assert.deepEqual([both.sides !== null, both.marked.size], [true, 2]);
    assert.deepEqual(
      readdirSync(repository.root).filter((name) => name.startsWith('.merge_file')),
      [],
    );
  });

  it('is a text merge in a clone that was not set up', () => {
    diverge();
    repository.git('config', '--remove-section', 'merge.taggant');
    git('merge', 'theirs');
    const both = parseSidecar(repository.read(sidecarPath('a.ts')));
    assert.deepEqual([both.sides !== null, both.marked.size], [true, 2]);
  });

  it('refuses what is no sidecar, and a newer format', async () => {
    repository.write('x', 'aa\n');
    const run = () =>
      program.run(repository.root, ['merge-driver', 'x', 'x', 'x', '.taggant/tags/a.ts.tags']);
    assert.match(
      (await program.run(repository.root, ['merge-driver', 'x', 'x', 'x', 'a.ts'])).err,
      /no sidecar/,
    );
    assert.equal((await run()).code, 0);
    repository.write('.taggant/version', '2\n');
    const { code, err } = await run();
    assert.equal(code, 2);
    assert.match(err, /format 2/);
    assert.equal(repository.read('x'), 'aa\n');
  });

  it('is taken back by init --undo', async () => {
    assert.match(repository.git('config', 'merge.taggant.driver'), /merge-driver/);
    assert.match(repository.read('.gitattributes'), /merge=taggant/);
    assert.equal((await program.run(repository.root, ['init', '--undo', '--yes'])).code, 0);
    assert.equal(git('config', '--get-regexp', '^merge[.]taggant').stdout, '');
    assert.equal(existsSync(repository.path('.git', 'taggant')), false);
    assert.equal(existsSync(repository.path('.gitattributes')), false);
  });

  it('comes into a .gitattributes of an earlier version, and leaves an edited one', async () => {
    const written = repository.read('.gitattributes');
    repository.write('.gitattributes', `*.bin -diff\n${written.replace(' merge=taggant', '')}`);
    await program.run(repository.root, ['init', '--yes']);
    assert.equal(repository.read('.gitattributes'), `*.bin -diff\n${written}`);
    const edited = written.replace(' merge=taggant', ' merge=mine');
    repository.write('.gitattributes', edited);
    await program.run(repository.root, ['init', '--yes']);
    assert.equal(repository.read('.gitattributes'), edited);
  });
});
