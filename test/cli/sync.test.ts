import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { sidecarPath } from '../../src/core/layout';
import { ai, lines } from '../support/codeLines';
import { marked, recorded, save } from '../support/marking';
import { cleanEnvironment, TestRepository } from '../support/repository';
import { builtProgram, freshRepository } from '../support/suites';

describe('taggant sync', () => {
  const program = builtProgram();
  const repository = freshRepository(() => new TestRepository('a repository ü'));

  const sync = (...args: string[]) => program.run(repository.root, ['sync', ...args]);
  const check = async (...args: string[]) => {
    const { out, code, err } = await sync('--check', '--json', ...args);
    assert.equal(err, '');
    const { outOfSync } = JSON.parse(out) as { outOfSync: { path: string; state: string }[] };
    assert.equal(code, outOfSync.length > 0 ? 1 : 0);
    return outOfSync.map(({ path, state }) => `${path} ${state}`);
  };
  const commit = (path: string, written: string) => {
    save(repository, path, written);
    repository.commitAll();
  };
  const writePlainly = (path: string, written: string) => repository.write(path, marked(written).text);
  /** What the working tree says, once it is committed as it is. */
  const written = (path: string) => {
    repository.git('add', '-A');
    repository.git('commit', '-q', '--no-verify', '--allow-empty', '-m', 'x');
    return recorded(repository, 'HEAD', path);
  };
  const hasSidecar = (path: string) => existsSync(repository.path(sidecarPath(path)));

  it('finds nothing to do where all is well, and where nothing is marked', async () => {
    assert.deepEqual(await check(), []);
    commit('a.ts', `${lines('a')}${ai('b')}`);
    assert.equal((await sync('--check')).out, '1 sidecar: all agree with their files.\n');
    assert.equal((await sync()).out, 'All sidecars agree with their files.\n');
    assert.equal(repository.git('status', '--porcelain'), '');
  });

  it('names what is stale in one line each, and writes it right', async () => {
    commit('a.ts', `${lines('a')}${ai('b', 'c')}${lines('d')}`);
    commit('b.ts', ai('b'));
    writePlainly('a.ts', lines('new', 'a', 'b', 'c', 'd'));
    const { out, err, code } = await sync('--check');
    assert.equal(out, 'a.ts: its sidecar is of another text, from line 1 on\n');
    assert.match(err, /run "taggant sync"/);
    assert.equal(code, 1);
    repository.commitAll();
    const fixed = await sync('--fix');
    assert.match(fixed.out, /^a\.ts: its sidecar was written, carried over from commit [0-9a-f]{10}\n$/);
    assert.deepEqual([fixed.code, fixed.err], [0, '']);
    assert.equal(written('a.ts'), `${lines('new', 'a')}${ai('b', 'c')}${lines('d')}`);
    assert.deepEqual(await check(), []);
  });

  it('says which marks found no place, and removes a sidecar that has nothing to say', async () => {
    commit('a.ts', `${lines('a')}${ai('b', 'c')}${lines('d')}`);
    writePlainly('a.ts', lines('a', 'd'));
    repository.commitAll();
    const { out, err, code } = await sync();
    assert.match(out, /a\.ts: its sidecar was removed: nothing of it is marked/);
    assert.match(err, /a\.ts: \d+ marked characters of commit [0-9a-f]{10} found no place/);
    assert.equal(code, 0);
    assert.equal(hasSidecar('a.ts'), false);
  });

  it('gives a file its sidecar back that git took elsewhere with its last marked text', async () => {
    const rest = ai('one', 'two', 'three', 'four', 'five', 'six');
    commit('a.ts', `${lines('a')}${ai('back', 'again')}${lines('b', 'c', 'd', 'e')}${rest}`);
    commit('a.ts', `${lines('a', 'b', 'c', 'd', 'e')}${rest}`);
    save(repository, 'b.ts', rest);
    commit('a.ts', lines('a', 'b', 'c', 'd', 'e'));
    // As a revert leaves it: what it does to the sidecar goes to that of b.ts, for which git takes it.
    writePlainly('a.ts', `${lines('a')}${ai('back', 'again')}${lines('b', 'c', 'd', 'e')}`);
    repository.commitAll();
    assert.equal(hasSidecar('a.ts'), false);
    const { out, code } = await sync();
    assert.match(
      out,
      /^a\.ts: its sidecar was written, carried over from .*, as git had taken it elsewhere$/m,
    );
    assert.equal(code, 0);
    assert.equal(written('a.ts'), `${lines('a')}${ai('back', 'again')}${lines('b', 'c', 'd', 'e')}`);
    assert.equal(written('b.ts'), rest);
    assert.equal((await sync()).out, 'All sidecars agree with their files.\n');
  });

  it('gives a file the sidecar that git left at another name of it, which a new file has by then', async () => {
    const rest = ['a', 'b', 'c', 'd', 'e'];
    commit('old.ts', lines(...rest));
    repository.git('switch', '-q', '-c', 'other');
    repository.git('rm', '-q', 'old.ts');
    repository.git('commit', '-q', '--no-verify', '-m', 'one half of the move');
    commit('new.ts', lines(...rest));
    commit('new.ts', `${lines(...rest)}${ai('x', 'y')}`);
    repository.git('switch', '-q', 'main');
    repository.git('cherry-pick', 'other');
    repository.git('cherry-pick', 'other~1');
    assert.deepEqual(await check(), ['new.ts stale']);
    const { out } = await sync();
    assert.match(
      out,
      /^old\.ts: its sidecar was written, carried over from .*, as git had taken it elsewhere$/m,
    );
    assert.equal(written('old.ts'), `${lines(...rest)}${ai('x', 'y')}`);
    assert.deepEqual([written('new.ts'), hasSidecar('new.ts')], [lines(...rest), false]);
    assert.equal((await sync()).out, 'All sidecars agree with their files.\n');
  });

  it('removes what is left of files that were deleted, but not of those that only the disk lacks', async () => {
    commit('gone.ts', ai('a'));
    commit('missing.ts', ai('a'));
    rmSync(repository.path('missing.ts'));
    assert.deepEqual(await check(), []);
    repository.git('rm', '-q', '--cached', 'gone.ts');
    rmSync(repository.path('gone.ts'));
    assert.deepEqual(await check(), [], 'the hook of that commit removes it');
    repository.git('commit', '-q', '--no-verify', '-m', 'x');
    assert.deepEqual(await check(), ['gone.ts orphan']);
    assert.match((await sync()).out, /gone\.ts: its sidecar was removed, because the file is gone/);
    assert.deepEqual([hasSidecar('gone.ts'), hasSidecar('missing.ts')], [false, true]);
  });

  it('moves the sidecars of files that were renamed without them', async () => {
    commit('old.ts', `${lines('a')}${ai('b', 'c')}${lines('d')}`);
    repository.git('mv', 'old.ts', 'newer.ts');
    repository.commitAll();
    repository.git('mv', 'newer.ts', 'newest.ts');
    writePlainly('newest.ts', lines('a', 'b', 'c', 'd', 'e'));
    repository.commitAll();
    const { out } = await sync();
    assert.match(out, /newest\.ts: got the sidecar of old\.ts/);
    assert.equal(hasSidecar('old.ts'), false);
    assert.equal(written('newest.ts'), `${lines('a')}${ai('b', 'c')}${lines('d', 'e')}`);
  });

  for (const when of ['in a rebase', 'after one']) {
    it(`gives a file the sidecar that another name of it has, which the other side gave it: ${when}`, async () => {
      const text = `${lines('a', 'b', 'c')}${ai('m', 'n')}${lines('d', 'e')}`;
      commit('old.ts', lines('a', 'b', 'c', 'd', 'e'));
      repository.git('switch', '-q', '-c', 'other');
      commit('old.ts', text);
      repository.git('mv', 'old.ts', 'theirs.ts');
      repository.git('mv', sidecarPath('old.ts'), sidecarPath('theirs.ts'));
      repository.git('commit', '-q', '--no-verify', '-m', 'x');
      repository.git('switch', '-q', 'main');
      repository.git('mv', 'old.ts', 'ours.ts');
      repository.git('commit', '-q', '--no-verify', '-m', 'x');
      repository.git('switch', '-q', 'other');
      assert.equal(repository.attempt(['rebase', '-q', 'main']).status, 1);
      repository.git('rm', '-q', '-f', 'old.ts', 'theirs.ts');
      repository.git('add', 'ours.ts');
      const goOn = () => assert.equal(repository.attempt(['rebase', '--continue']).status, 0);
      if (when === 'after one') goOn();
      assert.match((await sync()).out, /^ours\.ts: (got the sidecar of theirs\.ts|its sidecar was written)/m);
      repository.git('add', '-A');
      if (when === 'in a rebase') goOn();
      assert.equal(written('ours.ts'), text);
      assert.equal(hasSidecar('theirs.ts'), false);
      assert.equal((await sync()).out, 'All sidecars agree with their files.\n');
    });
  }

  it('leaves a file without marks from which the other side has taken them away, by another name', async () => {
    commit('old.ts', lines('a', 'b', 'c'));
    commit('c.ts', lines('one'));
    repository.git('switch', '-q', '-c', 'other');
    commit('old.ts', `${lines('a', 'b', 'c')}${ai('m')}`);
    repository.git('rm', '-q', sidecarPath('old.ts'));
    commit('c.ts', lines('theirs'));
    repository.git('switch', '-q', 'main');
    commit('c.ts', lines('ours'));
    repository.git('mv', 'old.ts', 'ours.ts');
    repository.git('commit', '-q', '--no-verify', '-m', 'x');
    repository.git('switch', '-q', 'other');
    assert.equal(repository.attempt(['rebase', '-q', 'main']).status, 1);
    writePlainly('c.ts', lines('ours', 'theirs'));
    repository.git('add', 'c.ts');
    assert.equal((await sync()).out, 'All sidecars agree with their files.\n');
    assert.equal(hasSidecar('ours.ts'), false);
  });

  it('follows a function that was moved to another file, and a file that was split', async () => {
    commit('a.ts', `${lines('a', 'b', 'c')}${ai('m1', 'm2', 'm3')}${lines('d')}`);
    commit('b.ts', lines('x', 'y', 'z'));
    writePlainly('a.ts', lines('a', 'b', 'c', 'd'));
    writePlainly('b.ts', lines('x', 'm1', 'm2', 'm3', 'y', 'z'));
    repository.commitAll();
    await sync();
    assert.equal(written('b.ts'), `${lines('x')}${ai('m1', 'm2', 'm3')}${lines('y', 'z')}`);

    commit('whole.ts', `${lines('p', 'q')}${ai('r', 's')}${lines('t', 'u')}${ai('v', 'w')}`);
    rmSync(repository.path('whole.ts'));
    writePlainly('one.ts', lines('p', 'q', 'r', 's'));
    writePlainly('two.ts', lines('t', 'u', 'v', 'w'));
    repository.commitAll();
    await sync();
    assert.equal(hasSidecar('whole.ts'), false);
    assert.equal(written('one.ts'), `${lines('p', 'q')}${ai('r', 's')}`);
    assert.equal(written('two.ts'), `${lines('t', 'u')}${ai('v', 'w')}`);
  });

  it('decides a sidecar that one side removed and the other changed, once its file is resolved', async () => {
    commit('a.ts', `${lines('a', 'b', 'c', 'd')}${ai('m')}`);
    repository.git('switch', '-q', '-c', 'other');
    commit('a.ts', `${lines('new', 'a', 'b', 'c', 'd')}${ai('m')}`);
    repository.git('switch', '-q', 'main');
    commit('a.ts', lines('a', 'b', 'c', 'd'));
    const merge = spawnSync('git', ['merge', 'other'], { cwd: repository.root, env: cleanEnvironment() });
    assert.equal(merge.status, 1);
    assert.deepEqual(await check(), ['a.ts unmerged']);
    assert.equal((await sync()).code, 0);
    assert.deepEqual(await check(), []);
    assert.equal(repository.git('diff', '--name-only', '--diff-filter=U'), '');
    repository.git('commit', '-q', '--no-edit', '--no-verify');
    assert.equal(recorded(repository, 'HEAD', 'a.ts'), lines('new', 'a', 'b', 'c', 'd'));
  });

  it('waits for a file that has conflicts of its own', async () => {
    commit('a.ts', `${lines('a', 'b', 'c')}${ai('m')}`);
    repository.git('switch', '-q', '-c', 'other');
    commit('a.ts', `${lines('a', 'b', 'c')}${ai('n')}`);
    repository.git('switch', '-q', 'main');
    commit('a.ts', lines('a', 'b', 'c'));
    spawnSync('git', ['merge', 'other'], { cwd: repository.root, env: cleanEnvironment() });
    const { err, code } = await sync();
    assert.match(err, /a\.ts is left as it is: it has conflicts of its own/);
    assert.equal(code, 1);
  });

  it('looks at what a range changes, in a bare repository too', async () => {
    commit('a.ts', `${lines('a')}${ai('b')}`);
    commit('stale.ts', ai('b'));
    writePlainly('stale.ts', lines('a', 'b'));
    repository.commitAll();
    repository.git('tag', 'base');
    writePlainly('a.ts', lines('b', 'a'));
    repository.commitAll();
    assert.deepEqual(await check('--all'), ['a.ts stale', 'stale.ts stale']);
    assert.deepEqual(await check('--range', 'base..HEAD'), ['a.ts stale']);
    repository.git('clone', '-q', '--bare', '.', '../bare.git');
    const bare = await program.run(join(repository.root, '..', 'bare.git'), [
      'sync',
      '--check',
      '--range',
      'base..main',
    ]);
    assert.deepEqual([bare.code, bare.out], [1, 'a.ts: its sidecar is of another text, from line 1 on\n']);
    repository.git('rm', '-q', 'a.ts');
    repository.git('commit', '-q', '--no-verify', '-m', 'x');
    assert.deepEqual(await check('--range', 'base..HEAD'), ['a.ts orphan']);
  });

  it('says so when it is used wrongly, and leaves a newer format alone', async () => {
    for (const args of [
      ['--check', '--fix'],
      ['--range', 'a..b'],
      ['--check', '--all', '--range', 'a'],
      ['--json'],
    ]) {
      assert.equal((await sync(...args)).code, 2, args.join(' '));
    }
    commit('a.ts', ai('b'));
    writePlainly('a.ts', lines('c', 'b'));
    repository.write('.taggant/version', '2\n');
    const { code, err } = await sync();
    assert.deepEqual([code, /format 2/.test(err)], [2, true]);
  });

  it('is what "taggant status" speaks of', async () => {
    commit('a.ts', ai('b'));
    writePlainly('a.ts', lines('c', 'b'));
    const { out } = await program.run(repository.root, ['status']);
    assert.match(out, /Sidecars +1 does not agree with its file: a\.ts \(taggant sync\)/);
    const json = JSON.parse((await program.run(repository.root, ['status', '--json'])).out);
    assert.deepEqual(
      json.outOfSync.map(({ path }: { path: string }) => path),
      ['a.ts'],
    );
  });
});
