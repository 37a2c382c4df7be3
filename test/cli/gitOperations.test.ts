import assert from 'node:assert/strict';
import { sidecarPath } from '../../src/core/layout';
import { parseSidecar, readSidecar } from '../../src/core/sidecar';
import { ai, lines, origins, plain } from '../support/codeLines';
import { marked, recorded, save, shown } from '../support/marking';
import { TestRepository } from '../support/repository';
import { builtProgram, freshRepository } from '../support/suites';

describe('git operations in a repository that is set up', () => {
  const program = builtProgram();
  const repository = freshRepository(() => new TestRepository('a repository ü'));
  beforeEach(async () => {
    await program.run(repository.root, ['init', '--yes']);
  });

  const git = (args: string[], cwd = repository.root, env: Record<string, string> = {}) =>
    repository.attempt(args, { cwd, env });
  const commit = (path: string, written: string, message = 'x') => {
    save(repository, path, written);
    repository.git('add', '-A');
    const made = git(['commit', '-q', '-m', message]);
    assert.deepEqual([made.status, made.stderr], [0, '']);
  };
  const head = (path: string, revision = 'HEAD') => recorded(repository, revision, path);
  const blame = async (path: string): Promise<string> => {
    const { out } = await program.run(repository.root, ['blame', path, '--json']);
    const { lines: found } = JSON.parse(out) as { lines: { origin: string | null }[] };
    return found.map(({ origin }) => (origin === 'ai' ? 'A' : origin === null ? '.' : '?')).join('');
  };
  describe('a merge without conflicts', () => {
    const base = lines('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h');
    beforeEach(() => {
      commit('a.ts', `${base}${ai('m')}`);
      repository.git('switch', '-q', '-c', 'other');
      repository.write('a.ts', plain(`${lines('new')}${base}${ai('m')}`));
      repository.git('commit', '-q', '-a', '--no-verify', '-m', 'without Taggant');
      repository.git('switch', '-q', 'main');
    });

    it('is read from both sides where one has no right sidecar, and written right by the next commit', async () => {
      commit('a.ts', `${base}${ai('m')}${lines('own')}`);
      assert.equal(git(['merge', '-q', '--no-edit', 'other']).stderr, '');
      const expected = `${lines('new')}${base}${ai('m')}${lines('own')}`;
      assert.equal(await blame('a.ts'), origins(expected));
      repository.write('a.ts', plain(`${expected}${lines('next')}`));
      assert.equal(git(['commit', '-q', '-a', '-m', 'next']).stderr, '');
      assert.equal(head('a.ts'), `${expected}${lines('next')}`);
      assert.equal(repository.git('status', '--porcelain'), '');
    });
  });

  describe('first marks on both sides', () => {
    const base = lines('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j');
    const ours = `${lines('a')}${ai('ours')}${lines('c', 'd', 'e', 'f', 'g', 'h', 'i', 'j')}`;
    const theirs = `${lines('a', 'b', 'c', 'd', 'e', 'f', 'g')}${ai('theirs', 'too')}${lines('j')}`;
    const expected = `${lines('a')}${ai('ours')}${lines('c', 'd', 'e', 'f', 'g')}${ai('theirs', 'too')}${lines('j')}`;
    beforeEach(() => {
      commit('a.ts', base, 'base');
      repository.git('switch', '-q', '-c', 'topic');
      commit('a.ts', theirs, 'theirs');
      repository.git('switch', '-q', 'main');
      commit('a.ts', ours, 'ours');
    });

    it('are read from both after a merge that knows no sidecar of before, and written right by sync', async () => {
      assert.equal(git(['merge', '-q', '--no-edit', 'topic']).status, 0);
      assert.equal(await blame('a.ts'), origins(expected));
      assert.equal((await program.run(repository.root, ['sync'])).code, 0);
      repository.commitAll();
      assert.equal(head('a.ts'), expected);
    });

    it('are read from both after a rebase too', async () => {
      repository.git('switch', '-q', 'topic');
      assert.equal(git(['rebase', '-q', 'main']).status, 0);
      assert.equal(await blame('a.ts'), origins(expected));
      assert.equal((await program.run(repository.root, ['sync'])).code, 0);
      repository.commitAll();
      assert.equal(head('a.ts'), expected);
    });
  });

  describe('history', () => {
    const middle = (...names: string[]) => `${lines(...names)}${ai('mid')}${lines('e', 'f', 'g', 'h')}`;
    const base = middle('a', 'b', 'c', 'd');
    const first = `${ai('one')}${base}`;
    const second = `${ai('one')}${base}${ai('two', 'three')}`;
    const upstream = middle('a', 'b', 'c', 'UP', 'd');
    beforeEach(() => {
      commit('a.ts', base, 'base');
      repository.git('switch', '-q', '-c', 'topic');
      commit('a.ts', first, 'first');
      commit('a.ts', second, 'second');
      repository.git('switch', '-q', 'main');
      commit('a.ts', upstream, 'upstream');
      repository.git('switch', '-q', 'topic');
    });
    const whole = `${ai('one')}${upstream}${ai('two', 'three')}`;

    it('is rebased with its marks', () => {
      assert.equal(git(['rebase', '-q', 'main']).status, 0);
      assert.equal(head('a.ts'), whole);
      assert.equal(head('a.ts', 'HEAD~1'), `${ai('one')}${upstream}`);
    });

    for (const [name, todo] of [
      ['squashed', 's/^pick/squash/;1s/^squash/pick/'],
      ['fixed up', 's/^pick/fixup/;1s/^fixup/pick/'],
      ['reordered', '1{h;d};2{G}'],
      ['dropped', '1d'],
    ] as const) {
      it(`is ${name} in an interactive rebase`, () => {
        const env = { GIT_SEQUENCE_EDITOR: `sed -i -e '${todo}'` };
        assert.equal(git(['rebase', '-q', '-i', 'main'], repository.root, env).status, 0);
        assert.equal(head('a.ts'), name === 'dropped' ? `${upstream}${ai('two', 'three')}` : whole);
      });
    }

    it('is cherry-picked, reverted and brought back with its marks', async () => {
      repository.git('switch', '-q', 'main');
      assert.equal(git(['cherry-pick', 'topic']).status, 0);
      assert.equal(head('a.ts'), `${upstream}${ai('two', 'three')}`);
      assert.equal(git(['revert', '--no-edit', 'HEAD']).status, 0);
      assert.equal(head('a.ts'), upstream);
      assert.equal(git(['revert', '--no-edit', 'HEAD']).status, 0);
      assert.equal(head('a.ts'), `${upstream}${ai('two', 'three')}`);
    });

    it('is squashed in a bare repository, as a forge does it, and read in a fresh clone', async () => {
      assert.equal(git(['rebase', '-q', 'main']).status, 0);
      const before = await blame('a.ts');
      const ofBranch = await program.run(repository.root, ['blame', 'a.ts', '--json']);
      repository.git('clone', '-q', '--bare', '.', '../forge.git');
      const forge = repository.path('..', 'forge.git');
      const run = (...args: string[]) => {
        const { status, stdout, stderr } = git(args, forge);
        assert.equal(status, 0, stderr);
        return stdout.trim();
      };
      const merged = run('merge-tree', '--write-tree', 'main', 'topic');
      const squashed = run(
        ...['-c', 'user.name=F', '-c', 'user.email=f@example.com'],
        'commit-tree',
        '-p',
        'main',
        '-m',
        'squash',
        merged,
      );
      run('update-ref', 'refs/heads/main', squashed);
      run('update-ref', '-d', 'refs/heads/topic');
      repository.git('clone', '-q', '-b', 'main', '../forge.git', '../fresh');
      const fresh = await program.run(repository.path('..', 'fresh'), ['blame', 'a.ts', '--json']);
      const found = (JSON.parse(fresh.out) as { lines: { origin: string | null }[] }).lines;
      assert.equal(found.map(({ origin }) => (origin === 'ai' ? 'A' : '.')).join(''), before);
      assert.equal(fresh.out, ofBranch.out, 'columns, contributions and reviews too');
      assert.equal(before, origins(whole));
    });

    it('goes back and forth with its marks: checkout, reset, stash', async () => {
      repository.git('switch', '-q', 'main');
      assert.equal(await blame('a.ts'), origins(upstream));
      repository.git('switch', '-q', 'topic');
      assert.equal(await blame('a.ts'), origins(second));
      repository.git('reset', '-q', '--soft', 'HEAD~1');
      assert.equal(await blame('a.ts'), origins(second));
      repository.git('reset', '-q');
      assert.equal(await blame('a.ts'), origins(second));
      repository.git('stash', '-q', '-u');
      assert.equal(await blame('a.ts'), origins(first));
      repository.git('stash', 'pop', '-q');
      assert.equal(await blame('a.ts'), origins(second));
      assert.equal(git(['commit', '-q', '-a', '-m', 'again']).stderr, '');
      assert.equal(head('a.ts'), second);
    });

    it('is rebased through a conflict: what git commits without a hook is read all the same, and written right later', async () => {
      repository.git('switch', '-q', 'main');
      commit('a.ts', `${lines('CLASH')}${upstream}`, 'clash');
      repository.git('switch', '-q', 'topic');
      assert.notEqual(git(['rebase', 'main']).status, 0);
      repository.write('a.ts', plain(`${lines('CLASH')}${ai('one')}${upstream}`));
      repository.git('add', 'a.ts');
      assert.equal(git(['rebase', '--continue']).status, 0);
      const resolved = `${lines('CLASH')}${whole}`;
      assert.equal(await blame('a.ts'), origins(resolved));
      commit('b.ts', lines('b'));
      await program.run(repository.root, ['sync']);
      const { text } = marked(resolved);
      const sidecar = parseSidecar(repository.read(sidecarPath('a.ts')));
      assert.equal(shown(text, readSidecar(sidecar, text)), resolved);
    });

    it('is rewritten as a whole, with a folder moved', () => {
      const move = (from: string, to: string) => `[ ! -e ${from} ] || { mkdir -p ${to}; mv ${from} ${to}; }`;
      const filter = `${move('a.ts', 'sub')}; ${move('.taggant/tags/a.ts.tags', '.taggant/tags/sub')}`;
      const env = { FILTER_BRANCH_SQUELCH_WARNING: '1' };
      const { status, stderr } = git(
        ['filter-branch', '-f', '--tree-filter', filter, 'HEAD'],
        repository.root,
        env,
      );
      assert.equal(status, 0, stderr);
      assert.equal(head('sub/a.ts'), second);
    });
  });

  describe('the first marks of a file', () => {
    const base = lines('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h');
    const upstream = lines('a', 'b', 'c', 'UP', 'd', 'e', 'f', 'g', 'h');
    beforeEach(() => {
      commit('a.ts', base);
      repository.git('switch', '-q', '-c', 'topic');
      commit('a.ts', `${ai('one', 'two', 'three')}${base}`);
      commit('a.ts', `${ai('one', 'two', 'three')}${base}${ai('four')}`);
      repository.git('switch', '-q', 'main');
      commit('a.ts', upstream);
    });

    it('are read from its side of a merge, although the other side had none to merge with', async () => {
      assert.equal(git(['merge', '-q', '--no-edit', 'topic']).stderr, '');
      assert.equal(await blame('a.ts'), origins(`${ai('one', 'two', 'three')}${upstream}${ai('four')}`));
    });

    it('are read all the same where no hook ran, as in a rebase, and written right by sync', async () => {
      repository.git('switch', '-q', 'topic');
      assert.equal(git(['rebase', '-q', 'main']).status, 0);
      const expected = `${ai('one', 'two', 'three')}${upstream}${ai('four')}`;
      assert.equal(await blame('a.ts'), origins(expected));
      assert.equal((await program.run(repository.root, ['sync'])).code, 0);
      repository.commitAll();
      assert.equal(head('a.ts'), expected);
    });

    it('conflict in a cherry-pick of a later commit, which sync decides', async () => {
      assert.equal(git(['cherry-pick', 'topic']).status, 1);
      assert.equal(repository.git('diff', '--name-only', '--diff-filter=U'), `${sidecarPath('a.ts')}\n`);
      assert.equal((await program.run(repository.root, ['sync'])).code, 0);
      assert.equal(git(['cherry-pick', '--continue']).status, 0);
      assert.equal(head('a.ts'), `${upstream}${ai('four')}`);
    });
  });
});
