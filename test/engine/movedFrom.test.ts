import assert from 'node:assert/strict';
import { renameSync } from 'node:fs';
import { sidecarPath } from '../../src/core/layout';
import { readMarkedFile } from '../../src/engine/markedFile';
import { movedFrom } from '../../src/engine/movedFrom';
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
