import assert from 'node:assert/strict';
import { mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { sidecarPath } from '../../src/core/layout';
import { serialiseSidecar } from '../../src/core/sidecar';
import { prepareStaged } from '../../src/engine/commit';
import { readMarkedFile } from '../../src/engine/markedFile';
import { fixSync } from '../../src/engine/sync';
import { keepSavedSidecar } from '../../src/repo/savedSidecars';
import { ai, lines, plain } from '../support/codeLines';
import { AI, recorded, save, saveInEditor, shown } from '../support/marking';
import { freshRepository, opened } from '../support/suites';

describe('marks of files that were changed without Taggant', () => {
  const repository = freshRepository();
  const repo = opened(repository);

  const commit = (path: string, written: string) => {
    save(repository, path, written);
    repository.commitAll();
  };
  /** As somebody without Taggant does: only the file. */
  const commitPlainly = (path: string, written: string) => {
    repository.write(path, plain(written));
    repository.commitAll();
  };
  const read = async (path: string) => {
    const { text, marks, from, dropped } = await readMarkedFile(repo, path);
    return { written: shown(text, marks), from, dropped };
  };
  const git = (...args: string[]) => repository.attempt(args).status;

  it('come from the last commit at which text and sidecar agreed, however many commits ago', async () => {
    commit('a.ts', `${lines('a', 'b')}${ai('c', 'd')}${lines('e')}`);
    commitPlainly('a.ts', `${lines('x', 'a', 'b', 'c', 'd', 'e')}`);
    commitPlainly('other.ts', 'other\n');
    commitPlainly('a.ts', `${lines('x', 'a', 'b', 'c', 'y', 'd', 'e')}`);
    const expected = { from: 'an earlier commit', dropped: 0 };
    const written = `${lines('x', 'a', 'b')}${ai('c')}${lines('y')}${ai('d')}${lines('e')}`;
    assert.deepEqual(await read('a.ts'), { written, ...expected });
  });

  it('say what became of none of their text', async () => {
    commit('a.ts', `${lines('a', 'b')}${ai('c', 'd')}${lines('e')}`);
    commitPlainly('a.ts', lines('a', 'b', 'e'));
    repository.write('a.ts', lines('a', 'b', 'e', 'f'));
    repository.git('add', 'a.ts');
    const { problems } = await prepareStaged(repo);
    assert.match(
      problems.join(),
      /^a\.ts was changed without Taggant: \d+ marked characters of commit [0-9a-f]{10} found no place in the staged text\.$/,
    );
    assert.equal(recorded(repository, '', 'a.ts'), lines('a', 'b', 'e', 'f'));
  });

  it('come from both branches that were merged without Taggant', async () => {
    commit('a.ts', lines('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'));
    repository.git('switch', '-q', '-c', 'one');
    commit('a.ts', `${ai('one1', 'one2')}${lines('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h')}`);
    repository.git('switch', '-q', '-c', 'two', 'main');
    commit('a.ts', `${lines('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h')}${ai('two1', 'two2')}`);
    repository.git('merge', '-q', '--no-edit', '-s', 'ours', 'one');
    repository.write('a.ts', lines('one1', 'one2', 'a', 'b', 'c', 'X', 'e', 'f', 'g', 'h', 'two1', 'two2'));
    repository.git('commit', '-q', '-a', '--amend', '--no-edit', '--no-verify');
    const { written } = await read('a.ts');
    assert.equal(
      written,
      `${ai('one1', 'one2')}${lines('a', 'b', 'c', 'X', 'e', 'f', 'g', 'h')}${ai('two1', 'two2')}`,
    );
  });

  it('are found where the file was renamed or copied without its sidecar', async () => {
    commit('old.ts', `${lines('a', 'b')}${ai('c', 'd')}${lines('e')}`);
    repository.git('mv', 'old.ts', 'new.ts');
    repository.commitAll();
    repository.git('mv', 'new.ts', 'newest.ts');
    repository.commitAll();
    commitPlainly('newest.ts', lines('a', 'b', 'c', 'd', 'e', 'f'));
    assert.equal((await read('newest.ts')).written, `${lines('a', 'b')}${ai('c', 'd')}${lines('e', 'f')}`);
    commit('source.ts', `${lines('g', 'h')}${ai('i', 'j')}${lines('k')}`);
    repository.write('source.ts', lines('g', 'h', 'i', 'j', 'k', 'l'));
    commitPlainly('copy.ts', lines('g', 'h', 'i', 'j', 'k'));
    assert.equal((await read('copy.ts')).written, `${lines('g', 'h')}${ai('i', 'j')}${lines('k')}`);
  });

  it('are not found in a copy whose sidecar came with another commit, which was dropped', async () => {
    const text = `${lines('a', 'b')}${ai('c', 'd')}${lines('e')}`;
    commit('a.ts', text);
    const start = repository.git('rev-parse', 'HEAD').trim();
    save(repository, 'b.ts', text);
    repository.git('add', '.taggant');
    repository.git('commit', '-q', '--no-verify', '-m', 'the sidecar');
    commitPlainly('b.ts', lines('a', 'b', 'c', 'd', 'e'));
    assert.equal((await read('b.ts')).written, text);
    assert.equal(git('rebase', '-q', '--onto', start, 'HEAD~1'), 0);
    assert.equal((await read('a.ts')).written, text);
    assert.equal((await read('b.ts')).written, lines('a', 'b', 'c', 'd', 'e'));
  });

  describe('that are renamed before the commit of their first marks', () => {
    const written = `${lines('a')}${ai('x')}${lines('b', 'c', 'd', 'e', 'f')}`;
    const staged = async () => {
      repository.git('add', '-A');
      await prepareStaged(repo);
      return recorded(repository, '', 'new.ts');
    };

    for (const [how, more] of [
      ['as they were saved', ''],
      ['and are edited', lines('more')],
    ] as const) {
      it(`come back from a stash to a file whose rename meanwhile took the sidecar away, ${how}`, async () => {
        commit('old.ts', plain(written).replace(lines('x'), ''));
        await saveInEditor(repository, 'old.ts', written);
        repository.git('stash', '-q');
        repository.git('mv', 'old.ts', 'between.ts');
        await prepareStaged(repo);
        repository.git('commit', '-q', '-m', 'renamed');
        repository.git('stash', 'pop', '-q');
        repository.git('mv', 'between.ts', 'new.ts');
        repository.write('new.ts', plain(written) + more);
        assert.equal(await staged(), written + more);
      });
    }

    it('are carried over from the text that they were saved for, when that was staged before an edit without Taggant', async () => {
      commit('old.ts', plain(written).replace(lines('x'), ''));
      await saveInEditor(repository, 'old.ts', written);
      repository.git('add', 'old.ts');
      repository.write('old.ts', lines('new', 'x', 'other', 'c', 'd', 'e', 'f'));
      repository.git('mv', 'old.ts', 'new.ts');
      assert.equal(await staged(), `${lines('new')}${ai('x')}${lines('other', 'c', 'd', 'e', 'f')}`);
    });

    it('do not come back with another text of a file, or from a file that is still there', async () => {
      commit('old.ts', plain(written).replace(lines('x'), ''));
      await saveInEditor(repository, 'old.ts', written);
      repository.git('checkout', '-q', 'old.ts');
      rmSync(repository.path(sidecarPath('old.ts')));
      repository.write('new.ts', plain(written));
      assert.equal(await staged(), plain(written));
      repository.git('rm', '-q', '-f', 'old.ts');
      repository.write('new.ts', lines('a', 'y', 'b', 'c', 'd', 'e', 'f'));
      assert.equal(await staged(), lines('a', 'y', 'b', 'c', 'd', 'e', 'f'));
    });
  });

  it('are carried over from the text that they were saved for, when its commit is reset after an edit without Taggant', async () => {
    commit('a.ts', `${lines('a')}${ai('first')}${lines('b', 'c', 'd', 'e', 'f')}`);
    await saveInEditor(
      repository,
      'a.ts',
      `${lines('a')}${ai('first', 'x')}${lines('b', 'c')}${ai('y')}${lines('d', 'e', 'f')}`,
    );
    repository.commitAll();
    repository.write('a.ts', lines('a', 'first', 'new', 'x', 'other', 'c', 'y', 'more'));
    repository.git('reset', '-q', 'HEAD~1');
    const written = `${lines('a')}${ai('first')}${lines('new')}${ai('x')}${lines('other', 'c')}${ai('y')}${lines('more')}`;
    assert.equal((await read('a.ts')).written, written);
    repository.git('add', 'a.ts');
    await prepareStaged(repo);
    assert.equal(recorded(repository, '', 'a.ts'), written);
  });

  it('come back with text that a revert brings back', async () => {
    commit('a.ts', `${lines('a')}${ai('c', 'd')}${lines('e')}`);
    save(repository, 'a.ts', lines('a', 'e'));
    repository.commitAll();
    commitPlainly('a.ts', lines('a', 'e', 'f', 'g'));
    assert.equal(git('revert', '--no-edit', 'HEAD~1'), 0);
    assert.equal((await read('a.ts')).written, `${lines('a')}${ai('c', 'd')}${lines('e', 'f', 'g')}`);
  });

  it('come back with the lines of a file that was removed, and not with lines like them in another one at its path', async () => {
    commit('a.ts', `${lines('a', 'b')}${ai('c', 'd', 'e')}${lines('f')}`);
    repository.git('rm', '-q', 'a.ts', sidecarPath('a.ts'));
    repository.git('commit', '-q', '-m', 'removed');
    const like = lines('c', 'd').replaceAll('12345', '54321');
    const other = `${lines('x')}${like}${lines('y')}`;
    repository.write('a.ts', other);
    assert.equal((await read('a.ts')).written, other);
    commitPlainly('a.ts', `${lines('x')}${like}${lines('d', 'e', 'y')}`);
    repository.write('a.ts', `${lines('x')}${like}${lines('d', 'e', 'y', 'z')}`);
    assert.equal((await read('a.ts')).written, `${lines('x')}${like}${ai('d', 'e')}${lines('y', 'z')}`);
  });

  it('do not come back for text that somebody declared to be theirs', async () => {
    commit('a.ts', `${lines('a')}${ai('c', 'd')}${lines('e')}`);
    rmSync(repository.path(sidecarPath('a.ts')));
    repository.commitAll();
    commitPlainly('a.ts', lines('a', 'c', 'd', 'e', 'f'));
    assert.equal((await read('a.ts')).written, lines('a', 'c', 'd', 'e', 'f'));
  });

  it('are those of lines that a pick merges in once more, which its sidecar has once', async () => {
    const [block, rest] = [ai('x', 'y', 'z'), lines('b', 'c', 'd', 'e')];
    commit('a.ts', `${lines('a', 'G')}${block}${lines('g')}${rest}`);
    const twice = `${lines('a', 'G')}${block}${lines('g')}${block}${rest}`;
    save(repository, 'a.ts', `${lines('a', 'G', 'g')}${block}${lines('g')}${rest}`);
    commitPlainly('a.ts', twice);
    assert.equal((await read('a.ts')).written, twice);
  });

  describe('of which git takes the sidecar elsewhere, as a commit that is picked moves its last marked text', () => {
    const moved = ai('one', 'two', 'three', 'four', 'five', 'six');
    const rest = lines('a', 'b', 'c', 'd', 'e');
    const edited = `${lines('a')}${ai('x', 'y', 'z')}${lines('b', 'c', 'd', 'e')}`;

    beforeEach(() => {
      repository.write('.gitattributes', '/.taggant/tags/** merge=union\n');
      commit('a.ts', `${rest}${moved}`);
      repository.git('switch', '-q', '-c', 'split');
      save(repository, 'b.ts', moved);
      commit('a.ts', rest);
      repository.git('switch', '-q', 'main');
    });

    it('are those of the sidecar before', async () => {
      commit('a.ts', `${edited}${moved}`);
      assert.equal(git('cherry-pick', 'split'), 0);
      assert.equal(recorded(repository, 'HEAD', 'a.ts'), plain(edited));
      assert.equal((await read('a.ts')).written, edited);
      assert.equal((await read('b.ts')).written, moved);
    });

    it('are read by its line hashes where it was of another text', async () => {
      commit('a.ts', `${edited}${moved}`);
      const sidecar = repository.read(sidecarPath('a.ts'));
      repository.git('reset', '-q', '--hard', 'HEAD~1');
      repository.write('a.ts', plain(`${lines('new')}${edited}${moved}`));
      repository.write(sidecarPath('a.ts'), sidecar);
      repository.commitAll();
      assert.equal(git('cherry-pick', 'split'), 0);
      assert.equal((await read('a.ts')).written, `${lines('new')}${edited}`);
    });

    it('are none where somebody declared the rest to be theirs', async () => {
      commit('a.ts', `${edited}${moved}`);
      save(repository, 'b.ts', moved);
      commit('a.ts', plain(edited));
      assert.equal((await read('a.ts')).written, plain(edited));
      commitPlainly('b.ts', `${lines('since')}${moved}`);
      assert.equal((await read('a.ts')).written, plain(edited));
    });
  });

  describe('that git brings to the name which a file has here, and leaves their sidecar at another one, that a new file has then', () => {
    const rest = ['a', 'b', 'c', 'd', 'e', 'f'];
    const written = `${lines('a', 'b', 'c')}${ai('x', 'y', 'z')}${lines('d', 'e', 'f')}`;

    for (const [how, before] of [
      ['as they were', ''],
      ['beside a line that is only here', lines('here')],
    ] as const) {
      it(`stay, ${how}`, async () => {
        commit('old.ts', lines(...rest));
        repository.git('switch', '-q', '-c', 'moved');
        repository.git('rm', '-q', 'old.ts');
        repository.git('commit', '-q', '--no-verify', '-m', 'one half of the move');
        commit('new.ts', lines(...rest));
        commit('new.ts', written);
        repository.git('switch', '-q', 'main');
        if (before !== '') commitPlainly('old.ts', before + lines(...rest));
        assert.equal(git('cherry-pick', 'moved'), 0);
        assert.equal((await read('old.ts')).written, before + written, 'its sidecar stands alone');
        assert.equal(git('cherry-pick', 'moved~1'), 0);
        commitPlainly('old.ts', `${before}${plain(written)}${lines('since')}`);
        assert.equal((await read('old.ts')).written, before + written + lines('since'));
        assert.equal((await read('new.ts')).written, lines(...rest));
      });
    }
  });

  // Git merges the text, and leaves the sidecar that stands there meanwhile.
  for (const [how, stashed, stage] of [
    ['that is kept in it', 'stash -q -u', 'commit -q -m y'],
    ['that is kept in it, before the other one is committed', 'stash -q -u', 'status'],
    ['that it did not take along', 'stash -q', 'commit -q -m y'],
  ] as const) {
    it(`come back from a stash without their first sidecar, ${how}`, async () => {
      commitPlainly('a.ts', lines('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'));
      const text = plain(`${lines('a', 'b')}${ai('x')}${lines('c', 'd', 'e', 'f', 'g', 'i')}`);
      const start = text.indexOf('const x');
      const spans = [{ start, end: text.indexOf('const c') - 1, label: AI }];
      const deletions = [{ offset: text.indexOf('const i'), label: AI }];
      const sidecar = serialiseSidecar(text, { spans, deletions })!;
      repository.write('a.ts', text);
      repository.write(sidecarPath('a.ts'), sidecar);
      await keepSavedSidecar(repo, 'a.ts', text, sidecar);
      repository.git(...stashed.split(' '));
      await saveInEditor(
        repository,
        'a.ts',
        `${ai('y')}${lines('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i')}`,
      );
      repository.git('add', '-A');
      repository.git(...stage.split(' '));
      git('stash', 'apply', '-q');
      const both = `${ai('y')}${lines('a', 'b')}${ai('x')}${lines('c', 'd', 'e', 'f', 'g', 'i')}`;
      const { text: now, marks } = await readMarkedFile(repo, 'a.ts');
      assert.equal(shown(now, marks), both);
      assert.deepEqual(marks.deletions, [{ offset: now.indexOf('const i'), label: AI }]);
      await fixSync(repo);
      repository.git('add', '-A');
      assert.equal(recorded(repository, '', 'a.ts'), both);
    });
  }

  it('have nothing of a stash with their first sidecar that nobody has brought back', async () => {
    const text = lines('a', 'b', 'c', 'd', 'e', 'f');
    commitPlainly('a.ts', text);
    await saveInEditor(repository, 'a.ts', `${lines('a', 'b')}${ai('x')}${lines('c', 'd', 'e', 'f')}`);
    repository.git('stash', '-q', '-u');
    commit('a.ts', ai('y') + text);
    const like = lines('x').replace('12345', '54321');
    repository.write('a.ts', lines('y', 'a', 'b') + like + lines('c', 'd', 'e', 'f'));
    assert.equal((await read('a.ts')).written, ai('y') + lines('a', 'b') + like + lines('c', 'd', 'e', 'f'));
  });

  it('have nothing of a stash that nobody has brought back, though somebody types lines like some of its', async () => {
    const [begin, end] = [`${ai('y')}${lines('a', 'b')}`, lines('c', 'd', 'e', 'f')];
    commit('a.ts', begin + end);
    await saveInEditor(repository, 'a.ts', `${begin}${ai('x')}return;\n${end}`);
    repository.git('stash', '-q', '-u');
    const written = `${begin}${lines('x').replace('12345', '54321')}return;\n${end}`;
    repository.write('a.ts', plain(written));
    repository.git('add', 'a.ts');
    assert.equal((await read('a.ts')).written, written);
  });

  // Git leaves the new sidecar where it is.
  for (const [name, ...commands] of [
    ['in a stash that nobody has brought back', 'stash -q'],
    ['that was discarded', 'checkout -- a.ts'],
    ['that was staged and discarded', 'add a.ts', 'reset -q --hard'],
  ] as const) {
    it(`have no deletion ${name}`, async () => {
      commit('a.ts', lines('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'));
      const text = lines('a', 'b', 'c', 'e', 'f', 'g', 'h');
      const deletions = [{ offset: text.indexOf('const e'), label: AI }];
      const sidecar = serialiseSidecar(text, { spans: [], deletions })!;
      save(repository, 'a.ts', text);
      repository.write(sidecarPath('a.ts'), sidecar);
      await keepSavedSidecar(repo, 'a.ts', text, sidecar);
      assert.deepEqual((await readMarkedFile(repo, 'a.ts')).marks.deletions, deletions);
      for (const command of commands) repository.git(...command.split(' '));
      assert.deepEqual((await readMarkedFile(repo, 'a.ts')).marks.deletions, []);
    });
  }

  describe('while two states are brought together', () => {
    const base = lines('a', 'b', 'c', 'd', 'e', 'f');
    const ours = `${lines('a', 'b', 'c')}${ai('ours')}${lines('d', 'e', 'f')}`;
    const theirs = `${lines('a', 'b', 'c')}${ai('theirs')}${lines('d', 'e', 'f')}`;
    const resolved = `${lines('a', 'b', 'c')}${ai('theirs')}${lines('new')}${ai('ours')}${lines('d', 'e', 'f')}`;

    beforeEach(() => {
      commit('a.ts', base);
      repository.git('switch', '-q', '-c', 'other');
      commit('a.ts', theirs);
      repository.git('switch', '-q', 'main');
      commit('a.ts', ours);
    });

    const resolve = async (written = resolved) => {
      repository.write('a.ts', plain(written));
      assert.equal((await read('a.ts')).written, written, 'already in the working tree');
      repository.git('add', '-A');
      await prepareStaged(repo);
      assert.equal(recorded(repository, '', 'a.ts'), written);
    };

    for (const [name, ...args] of [
      ['a merge', 'merge', 'other'],
      ['a squash', 'merge', '--squash', 'other'],
      ['a cherry-pick', 'cherry-pick', 'other'],
      ['a rebase', 'rebase', 'other'],
    ] as const) {
      it(`come from both: ${name}`, async () => {
        assert.notEqual(git(...args), 0);
        await resolve();
      });
    }

    it('come from both: a revert', async () => {
      commit('a.ts', `${lines('a', 'b', 'c', 'instead', 'd', 'e', 'f')}`);
      commit('a.ts', `${lines('a', 'b', 'c')}${ai('again')}${lines('instead', 'd', 'e', 'f')}`);
      assert.notEqual(git('revert', '--no-edit', 'HEAD~1'), 0);
      await resolve(`${lines('a', 'b', 'c')}${ai('again', 'ours')}${lines('d', 'e', 'f')}`);
    });

    it('come from both: a stash', async () => {
      save(repository, 'a.ts', `${lines('a', 'b', 'c')}${ai('stashed')}${lines('d', 'e', 'f')}`);
      repository.git('stash', '-q');
      commit('a.ts', `${lines('a', 'b', 'c')}${ai('since')}${lines('d', 'e', 'f')}`);
      assert.notEqual(git('stash', 'pop', '-q'), 0);
      await resolve(`${lines('a', 'b', 'c')}${ai('since', 'stashed')}${lines('d', 'e', 'f')}`);
    });

    it('come from both: a stash that was dropped as soon as its conflict was resolved', async () => {
      repository.write('a.ts', plain(ours).replace('const d', 'const instead'));
      repository.git('stash', '-q');
      repository.git('switch', '-q', 'other');
      assert.notEqual(git('stash', 'pop', '-q'), 0);
      repository.write('a.ts', plain(resolved));
      repository.git('add', 'a.ts');
      repository.git('stash', 'drop', '-q');
      await resolve();
    });

    it('come from both: a cherry-pick without a commit, but not what is written like it after that is given up', async () => {
      assert.notEqual(git('cherry-pick', '-n', 'other'), 0);
      await resolve();
      repository.git('reset', '-q', '--hard');
      repository.write('a.ts', plain(resolved));
      assert.equal(
        (await read('a.ts')).written,
        `${lines('a', 'b', 'c', 'theirs', 'new')}${ai('ours')}${lines('d', 'e', 'f')}`,
      );
    });

    for (const renamed of ['main', 'other']) {
      it(`come from both files that a merge puts under one name: ${renamed} has renamed one of them to it`, async () => {
        const text = lines('k', 'l', 'm', 'n', 'o', 'p');
        commit('old.ts', text);
        repository.git('switch', '-q', '-C', 'other');
        for (const branch of ['main', 'other']) {
          repository.git('switch', '-q', branch);
          if (branch === renamed) {
            repository.git('mv', 'old.ts', 'new.ts');
            commit('new.ts', `${text}${ai('added')}`);
          } else {
            commit('old.ts', `${text}${ai('x', 'y')}`);
            commit('new.ts', `${lines('q')}${ai('z')}${lines('r')}`);
          }
        }
        repository.git('switch', '-q', 'main');
        assert.notEqual(git('merge', '-q', 'other'), 0);
        const resolved = `${text}${ai('x', 'y')}${lines('new')}${ai('added')}${lines('q')}${ai('z')}${lines('r')}`;
        repository.write('new.ts', plain(resolved));
        repository.git('add', '-A');
        await prepareStaged(repo);
        assert.equal(recorded(repository, '', 'new.ts'), resolved);
      });
    }

    for (const [name, ...args] of [
      ['a merge', 'merge', '-q', 'moved'],
      ['a squash', 'merge', '-q', '--squash', 'moved'],
      ['a cherry-pick', 'cherry-pick', 'moved'],
      ['a stash', 'stash', 'pop', '-q'],
    ] as const) {
      it(`are HEAD’s where git takes a new sidecar along with its folder to another file’s, until somebody removes it: ${name}`, async () => {
        const moved = `${lines('k', 'l')}${ai('m')}${lines('n', 'o', 'p')}`;
        const fresh = `${lines('q')}${ai('r')}${lines('s')}`;
        commitPlainly('src/b.ts', lines('b'));
        commit('src/a.ts', moved);
        repository.git('switch', '-q', '-c', 'moved');
        for (const own of [(path: string) => path, sidecarPath]) {
          mkdirSync(dirname(repository.path(own('lib/new.ts'))));
          repository.git('mv', own('src/a.ts'), own('lib/new.ts'));
        }
        repository.git(...(name === 'a stash' ? ['stash', '-q'] : ['commit', '-q', '-m', 'x']));
        repository.git('switch', '-q', 'main');
        commit('src/new.ts', fresh);
        assert.notEqual(git(...args), 0);
        assert.equal((await read('src/new.ts')).written, fresh, 'in the conflict');
        repository.git('add', '-A');
        await prepareStaged(repo);
        const all = () => ['src/new.ts', 'lib/new.ts'].map((path) => recorded(repository, '', path));
        assert.deepEqual(all(), [fresh, moved]);
        repository.git('commit', '-q', '-m', 'x');
        repository.git('rm', '-q', sidecarPath('src/new.ts'));
        await prepareStaged(repo);
        assert.deepEqual(all(), [plain(fresh), moved]);
      });
    }

    it('are those of the side that changed them, for a line that both have', async () => {
      repository.git('switch', '-q', 'other');
      commit('a.ts', `${ai('a')}${lines('b', 'c')}${ai('theirs')}${lines('d', 'e', 'f')}`);
      repository.git('switch', '-q', 'main');
      assert.notEqual(git('merge', 'other'), 0);
      await resolve(`${ai('a')}${lines('b', 'c')}${ai('ours', 'theirs')}${lines('d', 'e', 'f')}`);
    });

    it('and not from a rebase that is over', async () => {
      git('rebase', 'other');
      git('rebase', '--abort');
      repository.write('a.ts', plain(resolved));
      repository.git('add', 'a.ts');
      await prepareStaged(repo);
      assert.equal(
        recorded(repository, '', 'a.ts'),
        `${lines('a', 'b', 'c', 'theirs', 'new')}${ai('ours')}${lines('d', 'e', 'f')}`,
      );
    });
  });
});
