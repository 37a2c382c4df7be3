import assert from 'node:assert/strict';
import { committedObjects } from '../../src/repo/fileHistory';
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
