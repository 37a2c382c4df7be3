import assert from 'node:assert/strict';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openRepository, type Repository } from '../../src/repo/git';
import { ObjectReader } from '../../src/repo/objects';
import { commitTree, FILE_LIMIT, indexTree, isInsidePath, type Tree, workingTree } from '../../src/repo/tree';
import { TestRepository } from '../support/repository';

const ODD_NAMES = [
  '-dash',
  'with space',
  'sub/ünï — 名前.txt',
  'quote"d',
  "apo'strophe",
  '*.glob',
  ':(top)magic',
];

describe('trees', () => {
  let repository: TestRepository;
  let repo: Repository;
  let open: Tree[];
  beforeEach(async () => {
    repository = new TestRepository();
    repo = await openRepository(repository.root);
    open = [];
  });
  afterEach(() => {
    for (const tree of open) tree.dispose();
    repository.remove();
  });
  const all = () => {
    const trees = { working: workingTree(repo), index: indexTree(repo), head: commitTree(repo, 'HEAD') };
    open.push(...Object.values(trees));
    return trees;
  };

  it('read the working tree, the index and a commit apart', async () => {
    repository.write('a', 'committed');
    repository.commitAll();
    repository.write('a', 'staged');
    repository.git('add', 'a');
    repository.write('a', 'on disk');
    const { working, index, head } = all();
    assert.equal((await working.read('a'))?.toString(), 'on disk');
    assert.equal((await index.read('a'))?.toString(), 'staged');
    assert.equal((await head.read('a'))?.toString(), 'committed');
  });

  it('take any name as it is', async () => {
    for (const name of ODD_NAMES) repository.write(name, `content of ${name}`);
    if (process.platform !== 'win32') repository.write('line\nfeed', 'content of line\nfeed');
    repository.commitAll();
    const names = process.platform === 'win32' ? ODD_NAMES : [...ODD_NAMES, 'line\nfeed'];
    for (const tree of Object.values(all())) {
      assert.deepEqual(await tree.list(''), [...names].sort());
      assert.deepEqual(await tree.list('sub'), ['sub/ünï — 名前.txt']);
      const files = await tree.readMany([...names, 'missing']);
      assert.deepEqual([...files.keys()], names);
      for (const [name, bytes] of files) assert.equal(bytes.toString(), `content of ${name}`);
    }
  });

  it('are empty on an unborn branch', async () => {
    const { index, head } = all();
    assert.deepEqual(await index.list(''), []);
    assert.deepEqual(await head.list(''), []);
    assert.equal(await head.read('a'), null);
    assert.equal(await index.read('a'), null);
  });

  it('have no file where a folder, nothing, or something outside is', async () => {
    repository.write('folder/a', 'a');
    repository.write('folder/empty', '');
    repository.commitAll();
    writeFileSync(join(repository.root, '..', 'outside'), 'secret');
    for (const tree of Object.values(all())) {
      assert.equal(await tree.read('folder'), null);
      assert.equal(await tree.read('../outside'), null);
      assert.equal(await tree.read('folder/../../outside'), null);
      assert.equal(await tree.read('/etc/passwd'), null);
      assert.equal(await tree.read('.git/HEAD'), null);
      assert.equal(await tree.read(''), null);
      assert.equal((await tree.read('folder/empty'))?.length, 0);
    }
  });

  if (process.platform !== 'win32') {
    it('do not follow symbolic links out of the working tree', async () => {
      writeFileSync(join(repository.root, '..', 'outside'), 'secret');
      symlinkSync(join('..', 'outside'), repository.path('link'));
      symlinkSync('..', repository.path('up'));
      const { working } = all();
      assert.equal(await working.read('link'), null);
      assert.equal(await working.read('up/outside'), null);
      assert.deepEqual(await working.list('up'), []);
    });
  }

  it('keep the order of many questions, large contents among them', async () => {
    const paths: string[] = [];
    for (let i = 0; i < 300; i++) {
      paths.push(`f${i}`);
      repository.write(`f${i}`, `${i}\n`.repeat(i % 50 === 0 ? 40_000 : i));
    }
    repository.git('add', '-A');
    const files = await all().index.readMany(paths);
    assert.equal(files.size, 300);
    for (const [i, path] of paths.entries()) {
      assert.equal(files.get(path)?.toString(), `${i}\n`.repeat(i % 50 === 0 ? 40_000 : i));
    }
  });

  it('refuse a file past the limit, wherever it stands', async () => {
    repository.write('large', Buffer.alloc(FILE_LIMIT + 1, 'x'));
    repository.write('small', 'x');
    repository.commitAll();
    for (const tree of Object.values(all())) {
      const large = tree.read('large');
      const small = tree.read('small');
      await assert.rejects(large, { kind: 'too-large' });
      assert.equal((await small)?.toString(), 'x', 'the file asked for next is still answered');
      assert.deepEqual([...(await tree.readMany(['large', 'small'])).keys()], ['small']);
    }
  });

  it('share one process, and reject when it cannot start', async () => {
    repository.write('a', 'one');
    repository.commitAll();
    const objects = new ObjectReader(repo, FILE_LIMIT);
    const [index, head] = [indexTree(repo, objects), commitTree(repo, 'HEAD', objects)];
    assert.equal((await index.read('a'))?.toString(), 'one');
    index.dispose();
    assert.equal((await head.read('a'))?.toString(), 'one');
    objects.dispose();
    await assert.rejects(head.read('a'), { kind: 'git' });
    const gone = new ObjectReader({ ...repo, root: join(repo.root, 'gone') }, FILE_LIMIT);
    await assert.rejects(gone.read('HEAD:a'), { kind: 'git', message: /cannot change to/ });
  });
});

describe('isInsidePath', () => {
  it('refuses what means something else on Windows', () => {
    for (const path of ['a\\b', 'c:x', 'a:stream', '.git./x', '.git ', 'GIT~1/config']) {
      assert.equal(isInsidePath(path, true), false, path);
    }
    assert.equal(isInsidePath('a\\b', false), true);
    assert.equal(isInsidePath('.gitignore', true), true);
    assert.equal(isInsidePath('.GIT/config', false), false);
    assert.equal(isInsidePath('a//b', false), false);
  });
});
