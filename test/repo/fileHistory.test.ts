import assert from 'node:assert/strict';
import { changedAt, committedObjects } from '../../src/repo/fileHistory';
import { freshRepository, opened } from '../support/suites';

describe('committedObjects', () => {
  const repository = freshRepository();
  const repo = opened(repository);
  const staged = (content: string) => {
    repository.write('folder/a', content);
    repository.git('add', '-A');
    return repository.git('rev-parse', ':folder/a').trim();
  };

  it('are those that a commit has in the folder, and none before the first commit', async () => {
    const first = staged('first\n');
    assert.deepEqual([...(await committedObjects(repo, 'folder', [first]))], []);
    repository.commitAll();
    const ids = [first, staged('never committed\n')];
    assert.deepEqual([...(await committedObjects(repo, 'folder', ids))], [first]);
    assert.deepEqual([...(await committedObjects(repo, 'other', ids))], []);
  });

  it('are all when git cannot tell', async () => {
    assert.deepEqual([...(await committedObjects(repo, 'folder', ['no object']))], ['no object']);
  });
});

describe('changedAt', () => {
  const repository = freshRepository();
  const repo = opened(repository);

  it('is when the newest commit changed the path, and 0 where none did', async () => {
    assert.equal(await changedAt(repo, 'HEAD', 'a'), 0);
    repository.write('a', 'text\n');
    repository.commitAll();
    const time = Number(repository.git('log', '-1', '--format=%ct')) * 1000;
    repository.write('b', 'text\n');
    repository.commitAll();
    assert.equal(await changedAt(repo, 'HEAD', 'a'), time);
    assert.equal(await changedAt(repo, 'HEAD', 'never there'), 0);
  });
});
