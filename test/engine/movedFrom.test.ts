import assert from 'node:assert/strict';
import { copyFileSync, renameSync } from 'node:fs';
import { sidecarPath } from '../../src/core/layout';
import { readMarkedFile } from '../../src/engine/markedFile';
import { movedFrom } from '../../src/engine/movedFrom';
import { marksOfText } from '../../src/engine/textMarks';
import { openRepository } from '../../src/repo/git';
import { isolateGit } from '../support/joinedRepository';
import { marked, save, shown } from '../support/marking';
import { TestRepository } from '../support/repository';

const lines = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => `const line${from + i} = compute(${from + i});\n`).join('');
const WRITTEN = `${lines(1, 6)}«const byAi = ask(1);\nconst more = ask(2);\n»${lines(7, 12)}`;

describe('a file whose sidecar was left behind by a move', () => {
  isolateGit();
  let repository: TestRepository;
  beforeEach(() => {
    repository = new TestRepository();
    save(repository, 'src/a.ts', WRITTEN);
    repository.commitAll();
  });
  afterEach(() => repository.remove());

  const from = async (path: string) =>
    movedFrom(await openRepository(repository.root), path, repository.read(path));
  const marksAt = async (path: string) => {
    const { text, marks } = await readMarkedFile(await openRepository(repository.root), path);
    return shown(text, marks);
  };

  it('keeps its marks when it is opened before the move is committed', async () => {
    renameSync(repository.path('src/a.ts'), repository.path('src/b.ts'));
    assert.equal(await from('src/b.ts'), 'src/a.ts');
    assert.equal(await marksAt('src/b.ts'), WRITTEN.replace('\n»', '»\n'));
  });

  it('keeps them when somebody without Taggant has committed the move and an edit', async () => {
    repository.git('mv', 'src/a.ts', 'src/b.ts');
    repository.write('src/b.ts', `// moved\n${marked(WRITTEN).text}`);
    repository.commitAll();
    assert.equal(await from('src/b.ts'), 'src/a.ts');
    assert.equal(await marksAt('src/b.ts'), `// moved\n${WRITTEN.replace('\n»', '»\n')}`);
  });

  it('is not found in a file that has little in common, a copy, or one with a sidecar of its own', async () => {
    repository.write('src/copy.ts', marked(WRITTEN).text);
    assert.equal(await from('src/copy.ts'), 'src/copy.ts', 'the first one is still there');
    renameSync(repository.path('src/a.ts'), repository.path('src/b.ts'));
    repository.write('src/other.ts', lines(7, 12) + lines(20, 40));
    assert.equal(await from('src/other.ts'), 'src/other.ts');
    repository.write(sidecarPath('src/b.ts'), 'ab\n');
    assert.equal(await from('src/b.ts'), 'src/b.ts');
  });
});

describe('a file that was edited without Taggant and then moved with its sidecar', () => {
  const REST = `${lines(3, 6)}«const byAi = ask(1);»\n${lines(7, 12)}`;
  const BEFORE = `«const first = ask(0);»\n${lines(1, 2)}${REST}`;
  /** A line alone, whose hash may be that of any other line. */
  const EDITED = `«const first = ask(0);»\n${lines(21, 25)}${REST}`;
  isolateGit();
  let repository: TestRepository;
  beforeEach(() => {
    repository = new TestRepository();
    save(repository, 'src/a.ts', BEFORE);
    repository.commitAll();
  });
  afterEach(() => repository.remove());

  const move = (rename: (from: string, to: string) => void, path = 'src/b.ts') => {
    rename(repository.path('src/a.ts'), repository.path(path));
    rename(repository.path(sidecarPath('src/a.ts')), repository.path(sidecarPath(path)));
  };
  const marksAt = async (path: string) => {
    const repo = await openRepository(repository.root);
    const text = repository.read(path);
    const found = await marksOfText(repo, path, text, { previousPath: await movedFrom(repo, path, text) });
    return [found.from, shown(text, found.marks)];
  };

  it('keeps its marks when it is opened before the move is staged, and after', async () => {
    repository.write('src/a.ts', marked(EDITED).text);
    move(renameSync);
    assert.deepEqual(await marksAt('src/b.ts'), ['HEAD', EDITED]);
    repository.git('add', '-A');
    assert.deepEqual(await marksAt('src/b.ts'), ['HEAD', EDITED]);
  });

  it('keeps those too that were saved and not committed before the edit', async () => {
    const more = '«const more = ask(2);\nconst most = ask(3);\nconst all = ask(4);»\n';
    save(repository, 'src/a.ts', BEFORE + more);
    repository.write('src/a.ts', marked(EDITED + more).text);
    move(renameSync);
    assert.deepEqual(await marksAt('src/b.ts'), ['HEAD', EDITED + more]);
  });

  it('is a copy where the first one is still there, and another file where the sidecar is', async () => {
    repository.write('src/a.ts', marked(EDITED).text);
    move(copyFileSync);
    assert.equal((await marksAt('src/b.ts'))[0], 'line hashes');
    repository.git('rm', '-q', '-f', 'src/a.ts', sidecarPath('src/a.ts'));
    assert.equal((await marksAt('src/b.ts'))[0], 'HEAD');
    save(repository, 'src/b.ts', `«${lines(31, 36)}»${lines(37, 50)}`);
    repository.write('src/b.ts', marked(EDITED).text);
    assert.equal((await marksAt('src/b.ts'))[0], 'line hashes');
  });
});
