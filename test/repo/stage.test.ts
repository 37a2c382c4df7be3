import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { openRepository, type Repository } from '../../src/repo/git';
import { ObjectReader } from '../../src/repo/objects';
import { type StagedChange, stagedChanges, updateIndex } from '../../src/repo/stage';
import { FILE_LIMIT, indexTree, stagedTree } from '../../src/repo/tree';
import { TestRepository } from '../support/repository';

const TOLD = ['diff-index', '--cached', '--raw', '--no-abbrev', '--no-renames', 'HEAD', '--'];

describe('stagedChanges', () => {
  let repository: TestRepository;
  let repo: Repository;
  beforeEach(async () => {
    repository = new TestRepository();
    for (const name of ['a', 'b', 'c']) repository.write(name, `${name}\n`.repeat(20));
    repository.commitAll();
    repo = await openRepository(repository.root);
  });
  afterEach(() => repository.remove());

  /** As the shell hands it on. */
  const told = () => `${repository.git('-c', 'core.quotePath=false', ...TOLD)}.\n`;
  const paths = (changes: StagedChange[]) => changes.map(({ status, path }) => `${status} ${path}`);

  it('says the same of what the shell was told as of what it asks git', async () => {
    repository.write('a', 'another\n');
    repository.write('ü ber', 'new\n');
    repository.git('add', '-A');
    const asked = await stagedChanges(repo);
    assert.deepEqual(paths(asked), ['changed a', 'added ü ber']);
    assert.deepEqual(await stagedChanges(repo, told()), asked);
  });

  it('believes what it is told, and asks again only when that does not do', async () => {
    repository.write('a', 'another\n');
    repository.git('add', 'a');
    const stale = told();
    repository.git('mv', 'b', 'moved');
    assert.deepEqual(paths(await stagedChanges(repo, stale)), ['changed a'], 'git is not asked again');
    const now = ['changed a', 'renamed moved'];
    assert.deepEqual(paths(await stagedChanges(repo, told())), now, 'what may be a rename');
    for (const broken of [
      '',
      '\n.\n',
      stale.replace('.\n', ''),
      stale.replace('\ta', '\t"a\\tb"'),
      'fatal: no\n.\n',
    ]) {
      assert.deepEqual(paths(await stagedChanges(repo, broken)), now, JSON.stringify(broken));
    }
  });

  it('tells unmerged paths apart', async () => {
    const commitOn = (branch: string, text: string) => {
      repository.git('checkout', '-q', '-B', branch, 'main');
      repository.write('a', text);
      repository.git('commit', '-q', '-a', '-m', branch);
    };
    commitOn('one', 'one\n');
    commitOn('two', 'two\n');
    assert.throws(() => repository.git('merge', '-q', 'one'));
    const [change] = await stagedChanges(repo);
    assert.deepEqual(change, { status: 'unmerged', path: 'a', previousPath: 'a', isFile: false, id: null });
  });

  it('describes the index as git does, whatever is staged', async () => {
    const name = fc.constantFrom('a', 'b', 'c', 'sub/d', 'sub/e', '.taggant/x');
    const step = fc.record({ name, fate: fc.nat(4), text: fc.constantFrom('1\n', 'a\n'.repeat(20), '') });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 6 }), fc.boolean(), async (steps, unborn) => {
        repository.git('checkout', '-q', '-f', 'main');
        if (unborn) repository.git('checkout', '-q', '--orphan', 'unborn');
        for (const { name, fate, text } of steps) {
          if (fate === 0) repository.git('rm', '-q', '-f', '--ignore-unmatch', '--', name);
          else repository.write(name, text);
          if (fate > 1) repository.git('add', '--', name);
          if (fate === 4) repository.git('rm', '-q', '-f', '--cached', '--ignore-unmatch', '--', name);
        }
        const objects = new ObjectReader(repo, FILE_LIMIT);
        const changes = await stagedChanges(repo);
        const changed = new Map<string, string | null>(changes.map((change) => [change.previousPath, null]));
        for (const { path, id } of changes) changed.set(path, id);
        const [told, index] = [stagedTree(repo, changed, objects), indexTree(repo)];
        try {
          for (const folder of ['', 'sub', '.taggant']) {
            const names = await index.list(folder);
            assert.deepEqual(await told.list(folder), names);
            assert.deepEqual(await told.readMany(names), await index.readMany(names));
          }
          for (const path of ['a', 'sub', 'sub/e', '../a']) {
            assert.deepEqual(await told.read(path), await index.read(path));
          }
        } finally {
          objects.dispose();
          index.dispose();
          if (unborn) repository.git('rm', '-q', '-r', '-f', '--ignore-unmatch', '.');
        }
      }),
      { numRuns: 15 },
    );
  });
});

describe('updateIndex', () => {
  let repository: TestRepository;
  beforeEach(() => {
    repository = new TestRepository();
    repository.write('a', 'a\n');
    repository.commitAll();
  });
  afterEach(() => repository.remove());

  it('changes nothing when an object cannot be written', async () => {
    repository.write('b', 'b\n');
    const id = repository.git('hash-object', 'b');
    // A file where git makes a folder for such objects.
    const inTheWay = repository.path('.git', 'objects', id.slice(0, 2));
    writeFileSync(inTheWay, '');
    const repo = await openRepository(repository.root);
    const files = new Map([
      ['b', Buffer.from('b\n')],
      ['a', null],
    ]);
    await assert.rejects(updateIndex(repo, files), /"hash-object" failed|git hash-object/);
    rmSync(inTheWay);
    assert.equal(repository.git('diff', '--cached', '--name-only'), '');
    await updateIndex(repo, files);
    assert.equal(repository.git('ls-files'), 'b\n', 'nor is the index left locked');
  });
});

describe('the repository of a hook', () => {
  it('is what git says of it, found without asking where that is plain', async () => {
    const repository = new TestRepository();
    try {
      repository.write('sub/a', 'a\n');
      repository.commitAll();
      repository.git('worktree', 'add', '-q', '../linked');
      const environments: NodeJS.ProcessEnv[] = [
        {},
        { GIT_INDEX_FILE: '.git/index' },
        { GIT_DIR: repository.path('.git'), GIT_INDEX_FILE: repository.path('.git', 'index') },
      ];
      for (const environment of environments) {
        for (const folder of [repository.root, repository.path('sub'), repository.path('..', 'linked')]) {
          const asked = await openRepository(folder, { environment });
          const found = await openRepository(folder, { environment, calledByGit: true });
          assert.deepEqual({ ...found, gitVersion: '' }, { ...asked, gitVersion: '' });
        }
      }
    } finally {
      repository.remove();
    }
  });
});
