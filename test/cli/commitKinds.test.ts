import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { sidecarPath, VERSION_PATH } from '../../src/core/layout';
import { serialiseSidecar } from '../../src/core/sidecar';
import { ai, lines } from '../support/codeLines';
import { marked, recorded, save, saveInEditor, setUp } from '../support/marking';
import { cleanEnvironment, TestRepository } from '../support/repository';
import { builtProgram, freshRepository } from '../support/suites';

const WRITTEN = `${lines('a', 'b')}${ai('m')}${lines('c')}`;
const { text: TEXT } = marked(WRITTEN);

describe('a commit of', () => {
  const program = builtProgram();
  const repository = freshRepository();
  beforeEach(() => {
    program.installHook(repository);
  });

  const git = (args: readonly string[], input?: string) =>
    repository.attempt(args, input === undefined ? {} : { input });
  const commit = (...args: string[]) => {
    const { status, stderr } = git(['commit', '-q', '-m', 'x', ...args]);
    assert.deepEqual([status, stderr], [0, '']);
  };
  const commitAll = (path: string, written: string) => {
    save(repository, path, written);
    repository.git('add', '-A');
    commit();
  };
  const head = (path: string) => recorded(repository, 'HEAD', path);
  const isClean = () => assert.equal(repository.git('status', '--porcelain'), '');

  it('hunks that "git add -p" chose, one after the other', () => {
    commitAll('a.ts', `${WRITTEN}${lines('d', 'e', 'f', 'g', 'h', 'i', 'j')}`);
    save(repository, 'a.ts', `${ai('top')}${WRITTEN}${lines('d', 'e', 'f', 'g', 'h', 'i', 'j')}${ai('end')}`);
    assert.equal(git(['add', '-p', 'a.ts'], 'n\ny\n').status, 0);
    commit();
    assert.equal(head('a.ts'), `${WRITTEN}${lines('d', 'e', 'f', 'g', 'h', 'i', 'j')}${ai('end')}`);
    assert.equal(git(['add', '-p', 'a.ts'], 'y\n').status, 0);
    commit();
    assert.equal(
      head('a.ts'),
      `${ai('top')}${WRITTEN}${lines('d', 'e', 'f', 'g', 'h', 'i', 'j')}${ai('end')}`,
    );
    isClean();
  });

  it('something else, while a file is only intended to be added', () => {
    commitAll('other.ts', lines('other'));
    save(repository, 'new.ts', WRITTEN);
    repository.git('add', '-N', 'new.ts');
    repository.write('other.ts', lines('other', 'more'));
    repository.git('add', 'other.ts');
    commit();
    assert.equal(head('new.ts'), 'no file');
    commit('-a');
    assert.equal(head('new.ts'), WRITTEN);
    isClean();
  });

  it('a mode, which changes no marks', () => {
    commitAll('a.ts', WRITTEN);
    repository.git('update-index', '--chmod=+x', 'a.ts');
    chmodSync(repository.path('a.ts'), 0o755);
    commit();
    assert.equal(head('a.ts'), WRITTEN);
    isClean();
  });

  it('a file that became a symbolic link, and back', () => {
    commitAll('a.ts', WRITTEN);
    renameSync(repository.path('a.ts'), repository.path('b.ts'));
    symlinkSync('b.ts', repository.path('a.ts'));
    repository.git('add', 'a.ts', 'b.ts');
    commit();
    assert.equal(repository.show('HEAD', sidecarPath('a.ts')), null);
    isClean();
    rmSync(repository.path('a.ts'));
    save(repository, 'a.ts', WRITTEN);
    repository.git('add', 'a.ts');
    commit();
    assert.equal(head('a.ts'), WRITTEN);
  });

  it('a file that became a submodule', () => {
    commitAll('part', WRITTEN);
    const other = new TestRepository('other');
    other.write('x', 'x\n');
    other.commitAll();
    rmSync(repository.path('part'));
    repository.git('rm', '-q', '--cached', 'part');
    repository.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', other.root, 'part');
    commit();
    assert.equal(repository.show('HEAD', sidecarPath('part')), null);
    other.remove();
  });

  it('a file that a filter keeps elsewhere, as Git LFS does', () => {
    repository.git(
      'config',
      'filter.lfs.clean',
      `sed -e '1s/.*/version https:\\/\\/git-lfs.github.com\\/spec\\/v1/' -e '2,$d'`,
    );
    repository.git('config', 'filter.lfs.smudge', 'cat');
    repository.write('.gitattributes', '*.big filter=lfs -text\n');
    save(repository, 'data.big', WRITTEN);
    repository.git('add', '.gitattributes', 'data.big');
    commit();
    assert.equal(head('data.big'), 'version https://git-lfs.github.com/spec/v1\n', 'a pointer has no marks');
  });

  it('a file that a filter cleans', () => {
    repository.git('config', 'filter.strip.clean', 'sed s/12345/SECRET/');
    repository.git('config', 'filter.strip.smudge', 'sed s/SECRET/12345/');
    repository.write('.gitattributes', '*.ts filter=strip\n');
    save(repository, 'a.ts', WRITTEN);
    repository.git('add', '.gitattributes', 'a.ts');
    commit();
    assert.equal(
      head('a.ts'),
      WRITTEN.replaceAll('12345', 'SECRET').replace(
        "«const m = compute('m', SECRET);»",
        "«const m = compute('m', »SECRET«);»",
      ),
    );
  });

  for (const attribute of ['text eol=crlf', 'text=auto', '-text']) {
    it(`CRLF files with the attribute ${attribute}`, () => {
      repository.write('.gitattributes', `*.ts ${attribute}\n`);
      save(repository, 'a.ts', WRITTEN);
      repository.write('a.ts', TEXT.replaceAll('\n', '\r\n'));
      repository.git('add', '.gitattributes', 'a.ts');
      commit();
      const { text, marks } = marked(WRITTEN);
      assert.equal(repository.show('HEAD', sidecarPath('a.ts')), serialiseSidecar(text, marks));
      assert.equal(repository.show('HEAD', 'a.ts')!.includes('\r'), attribute === '-text');
      repository.git('rm', '-q', '-r', '--cached', '.');
      repository.git('reset', '-q', '--hard');
      isClean();
    });
  }

  it('a file in another encoding', () => {
    repository.write('.gitattributes', '*.ts working-tree-encoding=UTF-16\n');
    save(repository, 'a.ts', WRITTEN);
    repository.write('a.ts', Buffer.from(`\ufeff${TEXT}`, 'utf16le'));
    repository.git('add', '.gitattributes', 'a.ts');
    commit();
    assert.equal(head('a.ts'), WRITTEN);
    isClean();
  });

  it('a file of a sparse checkout that leaves the marks out', () => {
    commitAll('src/a.ts', WRITTEN);
    repository.git('sparse-checkout', 'set', '--cone', 'src');
    assert.equal(existsSync(repository.path(VERSION_PATH)), false);
    repository.write('src/a.ts', `${lines('new')}${TEXT}`);
    repository.git('add', 'src/a.ts');
    commit();
    assert.equal(head('src/a.ts'), `${lines('new')}${WRITTEN}`);
    isClean();
  });

  it('a partial clone', async () => {
    commitAll('a.ts', WRITTEN);
    commitAll('a.ts', `${lines('second')}${WRITTEN}`);
    repository.git('config', 'uploadpack.allowFilter', 'true');
    repository.git('clone', '-q', '--filter=blob:none', `file://${repository.root}`, '../partial');
    const partial = repository.path('..', 'partial');
    const inPartial = (...args: string[]) => {
      const made = spawnSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.com', ...args], {
        cwd: partial,
        env: cleanEnvironment(),
        encoding: 'utf8',
      });
      assert.equal(made.status, 0, made.stderr);
      return made.stdout;
    };
    writeFileSync(repository.path('..', 'partial', 'a.ts'), `${lines('third', 'second')}${TEXT}`);
    inPartial('add', 'a.ts');
    const { code, err } = await program.run(partial, ['hook', 'pre-commit']);
    assert.deepEqual([code, err], [0, '']);
    inPartial('commit', '-q', '--no-verify', '-m', 'x');
    repository.git('fetch', '-q', '../partial', 'HEAD');
    assert.equal(recorded(repository, 'FETCH_HEAD', 'a.ts'), `${lines('third', 'second')}${WRITTEN}`);
  });

  describe('files that the hook changes before Taggant’s check', () => {
    const install = (script: string) => {
      const hooks = repository.path('.git', 'hooks');
      renameSync(`${hooks}/pre-commit`, `${hooks}/taggant-check`);
      writeFileSync(`${hooks}/pre-commit`, `#!/bin/sh\nset -e\n${script}\nexec "\${0%/*}/taggant-check"\n`);
      chmodSync(`${hooks}/pre-commit`, 0o755);
    };
    const FORMAT = 'sed -i -e "s/^const/  const/" a.ts && git add a.ts';

    it('formatted', async () => {
      install(FORMAT);
      commitAll('a.ts', lines('a'));
      await saveInEditor(repository, 'a.ts', WRITTEN);
      repository.git('add', 'a.ts');
      commit();
      assert.equal(head('a.ts'), WRITTEN.replaceAll(/^(«?)const/gm, '$1  const'));
      isClean();
    });

    it('formatted while what is not staged is hidden, as lint-staged does', () => {
      commitAll('a.ts', WRITTEN);
      install(
        `git diff --binary >.git/unstaged.patch\ngit checkout -q -- .\n${FORMAT}\n` +
          'sed -i -e "s/^\\([-+ ]\\)const/\\1  const/" .git/unstaged.patch\n' +
          'git apply --whitespace=nowarn --include=a.ts .git/unstaged.patch',
      );
      save(repository, 'a.ts', `${ai('staged')}${WRITTEN}`);
      repository.git('add', 'a.ts');
      save(repository, 'a.ts', `${ai('staged')}${WRITTEN}${ai('later')}`);
      commit();
      const written = head('a.ts');
      assert.match(written, /const staged/);
      assert.doesNotMatch(written, /later/);
      for (const name of ['m'])
        assert.match(written, new RegExp(`^ *« *const ${name}|^« *const ${name}`, 'm'));
    });
  });

  it('nothing of Taggant’s where the repository was never set up', () => {
    mkdirSync(repository.path('plain'));
    repository.write('plain/a.ts', TEXT);
    repository.git('add', '-A');
    commit();
    assert.equal(repository.git('ls-files'), 'plain/a.ts\n');
    setUp(repository);
  });
});
