import assert from 'node:assert/strict';
import { mkdirSync, rmSync } from 'node:fs';
import { sidecarPath } from '../../src/core/layout';
import { serialiseSidecar } from '../../src/core/sidecar';
import { ai, lines, origins, plain } from '../support/codeLines';
import { marked, recorded, save } from '../support/marking';
import { TestRepository } from '../support/repository';
import { builtProgram, freshRepository } from '../support/suites';

const HEAD_LINES = ['a', 'b', 'c', 'd', 'e', 'f'];
const BASE = `${lines(...HEAD_LINES)}${ai('mid')}${lines('g', 'h', 'i', 'j', 'k', 'l')}`;

/** What docs/git.md promises and no other suite shows, in a clone that is set up. */
describe('git, in a clone that is set up', () => {
  const program = builtProgram();
  const repository = freshRepository(() => new TestRepository('a repository ü'));
  beforeEach(() => program.run(repository.root, ['init', '--yes']));
  const git = (...args: string[]) => repository.attempt(args);
  const does = (...args: string[]) => {
    const { status, stderr } = git(...args);
    assert.equal(status, 0, stderr);
  };
  const commit = (path: string, written: string) => {
    save(repository, path, written);
    repository.git('add', '-A');
    does('commit', '-q', '-m', 'x');
  };
  const commitPlainly = (path: string, written: string) => {
    repository.write(path, plain(written));
    repository.commitAll();
  };
  const head = (path: string, revision = 'HEAD') => recorded(repository, revision, path);
  const blame = async (path: string, cwd = repository.root): Promise<string> => {
    const { out } = await program.run(cwd, ['blame', path, '--json']);
    const { lines: found } = JSON.parse(out) as { lines: { origin: string | null }[] };
    return found.map(({ origin }) => (origin === 'ai' ? 'A' : origin === null ? '.' : '?')).join('');
  };
  const unmerged = () => repository.git('diff', '--name-only', '--diff-filter=U').trim();
  const isClean = () => assert.equal(repository.git('status', '--porcelain'), '');

  describe('a commit', () => {
    it('of an index of its own describes that index, and leaves the other one', () => {
      commit('a.ts', BASE);
      const env = { GIT_INDEX_FILE: repository.path('..', 'other index') };
      assert.equal(repository.attempt(['read-tree', 'HEAD'], { env }).status, 0);
      save(repository, 'a.ts', `${ai('top')}${BASE}`);
      assert.equal(repository.attempt(['add', 'a.ts'], { env }).status, 0);
      save(repository, 'a.ts', `${ai('top')}${BASE}${ai('end')}`);
      repository.git('add', 'a.ts');
      const made = repository.attempt(['commit', '-q', '-m', 'x'], { env });
      assert.deepEqual([made.status, made.stderr], [0, '']);
      assert.equal(head('a.ts'), `${ai('top')}${BASE}`);
      does('commit', '-q', '-m', 'x');
      assert.equal(head('a.ts'), `${ai('top')}${BASE}${ai('end')}`);
      isClean();
    });

    it('of a file that was staged and then edited again has what was staged', () => {
      save(repository, 'a.ts', BASE);
      repository.git('add', 'a.ts');
      save(repository, 'a.ts', `${ai('later')}${lines('own')}${BASE}`);
      does('commit', '-q', '-m', 'x');
      assert.equal(head('a.ts'), BASE);
      does('commit', '-q', '-a', '-m', 'x');
      assert.equal(head('a.ts'), `${ai('later')}${lines('own')}${BASE}`);
    });

    it('of a file that was renamed and edited moves the sidecar with the edit', () => {
      commit('old name.ts', BASE);
      repository.git('mv', 'old name.ts', 'new.ts');
      repository.write('new.ts', plain(`${lines('own')}${BASE}`));
      repository.git('add', 'new.ts');
      does('commit', '-q', '-m', 'x');
      assert.equal(head('new.ts'), `${lines('own')}${BASE}`);
      assert.equal(head('old name.ts'), 'no file');
      isClean();
    });

    it('of a file in UTF-16 is exact, and sync and status agree with it', async () => {
      repository.write(
        '.gitattributes',
        `${repository.read('.gitattributes')}*.rc working-tree-encoding=UTF-16LE-BOM\n`,
      );
      const { text, marks } = marked(BASE);
      save(repository, 'a.rc', BASE);
      repository.write('a.rc', Buffer.from(`\ufeff${text}`, 'utf16le'));
      repository.git('add', '-A');
      does('commit', '-q', '-m', 'x');
      assert.equal(repository.read(sidecarPath('a.rc')), serialiseSidecar(text, marks));
      const checked = await program.run(repository.root, ['sync', '--check']);
      assert.deepEqual(checked, { code: 0, out: '1 sidecar: all agree with their files.\n', err: '' });
      assert.equal(await blame('a.rc'), origins(BASE));
      repository.write('a.rc', Buffer.from(`\ufeff${lines('new')}${text}`, 'utf16le'));
      assert.equal((await program.run(repository.root, ['sync'])).code, 0);
      assert.equal(await blame('a.rc'), origins(`${lines('new')}${BASE}`));
      does('commit', '-q', '-a', '-m', 'x');
      assert.equal(head('a.rc'), `${lines('new')}${BASE}`);
    });
  });

  describe('history', () => {
    it('is edited in an interactive rebase: the amended commit is described exactly', () => {
      commit('a.ts', BASE);
      commit('a.ts', `${ai('one')}${BASE}`);
      commit('a.ts', `${ai('one')}${BASE}${ai('two')}`);
      const env = { GIT_SEQUENCE_EDITOR: "sed -i -e '1s/^pick/edit/'" };
      assert.equal(repository.attempt(['rebase', '-q', '-i', 'HEAD~2'], { env }).status, 0);
      save(repository, 'a.ts', `${ai('one', 'more')}${lines('own')}${BASE}`);
      does('commit', '-q', '-a', '--amend', '--no-edit');
      assert.equal(head('a.ts'), `${ai('one', 'more')}${lines('own')}${BASE}`);
      does('rebase', '--continue');
      assert.equal(head('a.ts'), `${ai('one', 'more')}${lines('own')}${BASE}${ai('two')}`);
      isClean();
    });

    it('is rebased through a conflict that is committed by hand: exact', () => {
      commit('a.ts', BASE);
      repository.git('switch', '-q', '-c', 'topic');
      commit('a.ts', `${ai('one')}${BASE}`);
      repository.git('switch', '-q', 'main');
      commit('a.ts', `${lines('CLASH')}${BASE}`);
      repository.git('switch', '-q', 'topic');
      assert.equal(git('rebase', 'main').status, 1);
      repository.write('a.ts', plain(`${lines('CLASH')}${ai('one')}${lines('own')}${BASE}`));
      does('commit', '-q', '-a', '--no-edit');
      does('rebase', '--continue');
      assert.equal(head('a.ts'), `${lines('CLASH')}${ai('one')}${lines('own')}${BASE}`);
      isClean();
    });

    it('is reset, hard, with text and marks together', async () => {
      commit('a.ts', BASE);
      commit('a.ts', `${ai('one')}${BASE}`);
      does('reset', '-q', '--hard', 'HEAD~1');
      assert.equal(await blame('a.ts'), origins(BASE));
      does('reset', '-q', '--hard', 'ORIG_HEAD');
      assert.equal(await blame('a.ts'), origins(`${ai('one')}${BASE}`));
      isClean();
    });

    it('has a copy of a file, which is marked as far as its commit says', async () => {
      commit('a.ts', BASE);
      save(repository, 'b.ts', BASE);
      repository.git('add', 'b.ts');
      does('commit', '-q', '-m', 'x');
      assert.equal(head('b.ts'), BASE);
      isClean();
    });

    it('is merged from another project’s as a subtree, with its marks', async () => {
      commit('a.ts', BASE);
      const other = new TestRepository('library');
      await program.run(other.root, ['init', '--yes']);
      save(other, 'lib.ts', `${ai('lib')}${BASE}`);
      other.commitAll();
      does('fetch', '-q', other.root, 'main');
      does('merge', '-q', '-s', 'ours', '--no-commit', '--allow-unrelated-histories', 'FETCH_HEAD');
      does('read-tree', '--prefix=vendor/lib/', '-u', 'FETCH_HEAD');
      does('commit', '-q', '-m', 'x');
      assert.equal(await blame('vendor/lib/lib.ts'), origins(`${ai('lib')}${BASE}`));
      other.remove();
    });

    it('has a folder that is moved, with its marks', () => {
      commit('src/deep/a.ts', BASE);
      commit('src/deep/b.ts', `${ai('b')}${lines('c')}`);
      mkdirSync(repository.path('lib'));
      does('mv', 'src/deep', 'lib/deep');
      does('commit', '-q', '-m', 'x');
      assert.equal(head('lib/deep/a.ts'), BASE);
      assert.equal(head('lib/deep/b.ts'), `${ai('b')}${lines('c')}`);
      assert.equal(head('src/deep/a.ts'), 'no file');
      isClean();
    });

    it('is rebased onto the main branch in a bare repository, as a forge does it, and read in a shallow clone', async () => {
      commit('a.ts', BASE);
      repository.git('switch', '-q', '-c', 'topic');
      commit('a.ts', `${ai('one')}${BASE}`);
      commit('a.ts', `${ai('one')}${BASE}${ai('two')}`);
      repository.git('switch', '-q', 'main');
      commit('a.ts', BASE.replace(lines('h'), lines('h', 'UP')));
      repository.git('clone', '-q', '--bare', '.', '../forge.git');
      const forge = { cwd: repository.path('..', 'forge.git') };
      repository.attempt(['config', 'user.name', 'Forge'], forge);
      repository.attempt(['config', 'user.email', 'forge@example.com'], forge);
      const run = (...args: string[]) => {
        const { status, stdout, stderr } = repository.attempt(args, forge);
        assert.equal(status, 0, stderr);
        return stdout.trim();
      };
      let onto = run('rev-parse', 'main');
      for (const one of run('rev-list', '--reverse', 'main..topic').split('\n')) {
        // A rebase of one commit is a merge whose base is its parent. This git has no --merge-base yet: two heads stand for it.
        const parent = run('commit-tree', '-m', 'base', `${one}^^{tree}`);
        const ours = run('commit-tree', '-p', parent, '-m', 'ours', `${onto}^{tree}`);
        const theirs = run('commit-tree', '-p', parent, '-m', 'theirs', `${one}^{tree}`);
        const tree = run('merge-tree', '--write-tree', ours, theirs);
        onto = run('commit-tree', '-p', onto, '-m', 'rebased', tree);
      }
      run('update-ref', 'refs/heads/main', onto);
      const whole = `${ai('one')}${BASE.replace(lines('h'), lines('h', 'UP'))}${ai('two')}`;
      repository.git('clone', '-q', '--depth=1', '-b', 'main', `file://${forge.cwd}`, '../fresh');
      assert.equal(await blame('a.ts', repository.path('..', 'fresh')), origins(whole));
    });
  });

  describe('people without Taggant', () => {
    it('edit for longer than is searched back: then the sidecar speaks for itself, and that is said', async () => {
      commit('a.ts', BASE);
      // As many commits as are read of one file, and one more.
      const text = (i: number) => plain(BASE).replace(lines('a'), `${lines('a')}// ${i}\n`);
      const input = Array.from({ length: 301 }, (_, i) => {
        const from = i === 0 ? 'from refs/heads/main^0\n' : '';
        const bytes = Buffer.byteLength(text(i));
        const who = `committer A <a@example.com> ${1_800_000_000 + i} +0000\ndata 1\nx\n`;
        return `commit refs/heads/main\n${who}${from}M 100644 inline a.ts\ndata ${bytes}\n${text(i)}\n`;
      });
      const imported = repository.attempt(['fast-import', '--quiet'], { input: input.join('') });
      assert.equal(imported.status, 0, imported.stderr);
      does('reset', '-q', '--hard');
      const { out } = await program.run(repository.root, ['sync']);
      assert.equal(out, 'a.ts: its sidecar was written by its own line hashes\n');
      does('commit', '-q', '-a', '-m', 'x');
      assert.equal(head('a.ts'), BASE.replace(lines('a'), `${lines('a')}// 300\n`));
    });
  });

  describe('a merge', () => {
    const divide = (ours: string, theirs: string) => {
      commit('a.ts', BASE);
      repository.git('switch', '-q', '-c', 'other');
      commit('a.ts', theirs);
      repository.git('switch', '-q', 'main');
      commit('a.ts', ours);
    };

    it('of two sides that are described is exact, though no hook runs for it', () => {
      divide(`${ai('ours')}${BASE}`, `${BASE}${ai('theirs')}`);
      does('merge', '-q', '--no-edit', 'other');
      assert.equal(head('a.ts'), `${ai('ours')}${BASE}${ai('theirs')}`);
      isClean();
    });

    it('with the union driver of git doubles lines of the sidecar, and loses nothing', async () => {
      repository.write('.gitattributes', '/.taggant/tags/** merge=union\n');
      divide(`${BASE}${ai('ours')}`, `${BASE}${ai('theirs')}`);
      assert.equal(git('merge', '-q', 'other').status, 1);
      assert.equal(unmerged(), 'a.ts');
      repository.write('a.ts', plain(`${BASE}${ai('ours')}${lines('own')}${ai('theirs')}`));
      assert.equal(
        await blame('a.ts'),
        origins(`${BASE}${ai('ours')}${lines('own')}${ai('theirs')}`),
        'while it is being resolved',
      );
      does('commit', '-q', '-a', '--no-edit');
      assert.equal(head('a.ts'), `${BASE}${ai('ours')}${lines('own')}${ai('theirs')}`);
    });

    for (const [answer, resolve] of [
      ['kept', ['add', '-A']],
      ['removed', ['rm', '-q', sidecarPath('a.ts')]],
    ] as const) {
      it(`that one side’s removal of a sidecar stops is written right, when the sidecar is ${answer}`, () => {
        divide(BASE.replace(ai('mid'), ''), BASE.replace(lines('b'), lines('b', 'new')));
        assert.equal(git('merge', '-q', 'other').status, 1);
        assert.equal(unmerged(), sidecarPath('a.ts'));
        does(...resolve);
        does('commit', '-q', '--no-edit');
        assert.equal(head('a.ts'), lines('a', 'b', 'new', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l'));
        isClean();
      });
    }

    for (const [name, fresh, isSynced] of [
      ['loses nothing, once sync has decided', 'other', true],
      ['loses nothing, once the sidecar is removed and the hook has run', 'other', false],
      ['loses nothing of HEAD’s, once sync has decided', 'main', true],
      ['loses nothing of HEAD’s, once the sidecar is removed and the hook has run', 'main', false],
    ] as const) {
      it(`in which git takes the folder of sidecars for renamed ${name}`, async () => {
        commit('src/a.ts', BASE);
        commitPlainly('src/b.ts', lines('b1', 'b2'));
        repository.git('branch', 'other');
        for (const branch of ['other', 'main']) {
          repository.git('switch', '-q', branch);
          if (branch === fresh) {
            commit('src/new.ts', `${ai('new')}${lines('n1', 'n2')}`);
            continue;
          }
          mkdirSync(repository.path('lib'));
          does('mv', 'src/a.ts', 'lib/a.ts');
          does('commit', '-q', '-m', 'x');
        }
        assert.equal(git('merge', '-q', '--no-edit', 'other').status, 1);
        assert.equal(unmerged(), sidecarPath('lib/new.ts'), 'the code has no conflict');
        if (isSynced) {
          const { code, err } = await program.run(repository.root, ['sync']);
          assert.deepEqual([code, err, unmerged()], [0, '', '']);
          does('commit', '-q', '--no-edit', '--no-verify');
        } else {
          does('rm', '-q', sidecarPath('lib/new.ts'));
          does('commit', '-q', '--no-edit');
        }
        assert.equal(head('src/new.ts'), `${ai('new')}${lines('n1', 'n2')}`);
        assert.equal(head('lib/a.ts'), BASE);
        assert.equal(head('lib/new.ts'), 'no file');
        isClean();
      });
    }
  });

  describe('a sidecar', () => {
    it('goes with a file that is deleted, by git or on disk, and status names what is left of one', async () => {
      commit('a.ts', BASE);
      commit('b.ts', BASE);
      commit('c.ts', BASE);
      does('rm', '-q', 'a.ts');
      rmSync(repository.path('b.ts'));
      does('commit', '-q', '-a', '-m', 'x');
      assert.deepEqual([head('a.ts'), head('b.ts')], ['no file', 'no file']);
      isClean();
      does('rm', '-q', 'c.ts');
      does('commit', '-q', '--no-verify', '-m', 'x');
      const { out } = await program.run(repository.root, ['status']);
      assert.match(out, /1 does not agree with its file: c\.ts/);
      assert.equal((await program.run(repository.root, ['sync', '--fix'])).code, 0);
      does('commit', '-q', '-a', '-m', 'x');
      assert.equal(head('c.ts'), 'no file');
      isClean();
    });
  });
});
