import assert from 'node:assert/strict';
import { ai, lines } from '../support/codeLines';
import { save } from '../support/marking';
import { TestClient } from './client';
import { setUpRepository, type TestRepository } from './repository';

describe('a conflict of git in an open file', () => {
  let repository: TestRepository;
  let client: TestClient;

  const commit = (written: string) => {
    save(repository, 'a.ts', written);
    repository.commitAll();
  };

  beforeEach(async () => {
    repository = setUpRepository();
    // As the merge driver does, it leaves no conflict in a sidecar.
    repository.write('.gitattributes', '/.taggant/tags/** merge=union\n');
    commit(`${lines('a', 'b')}${ai('mid')}${lines('c')}`);
    repository.git('switch', '-q', '-c', 'side');
    commit(`${lines('a', 'side', 'b')}${ai('mid')}${lines('c')}${ai('theirs')}`);
    repository.git('switch', '-q', 'main');
    commit(`${ai('ours')}${lines('a')}${ai('main')}${lines('b')}${ai('mid')}${lines('c')}`);
    client = await TestClient.start(repository.root);
  });
  afterEach(async () => {
    await client.stop();
    repository.remove();
  });

  it('can be given up', async () => {
    const uri = await client.open(repository.path('a.ts'), repository.read('a.ts'));
    await client.marked(uri);
    assert.notEqual(repository.attempt(['merge', '-q', 'side']).status, 0);
    const sidecar = repository.read('.taggant/tags/a.ts.tags');
    const conflict = repository.read('a.ts');
    assert.match(conflict, /<<<<<<< /);
    await client.edit(uri, [{ start: 0, end: client.text(uri).length, text: conflict }], {
      origin: 'external',
    });
    await client.until('the marks of both sides are shown', async () => {
      const { spans } = await client.connection.sendRequest<{ spans: unknown[] }>('taggant/getSpans', {
        uri,
      });
      return spans.length === 4;
    });
    await client.save(uri);
    assert.equal(repository.read('.taggant/tags/a.ts.tags'), sidecar);
    assert.deepEqual(repository.attempt(['merge', '--abort']).stderr, '');
    assert.equal(repository.git('status', '--porcelain'), '');
  });
});
