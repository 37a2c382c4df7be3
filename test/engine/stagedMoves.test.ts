import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { prepareStaged } from '../../src/engine/commit';
import { ai, lines } from '../support/codeLines';
import { marked, recorded, save } from '../support/marking';
import { freshRepository, opened } from '../support/suites';

describe('marked text that a commit moves to another file', () => {
  const repository = freshRepository();
  const repo = opened(repository);
  beforeEach(() => {
    save(repository, 'a.ts', `${lines('a', 'b')}${ai('m1', 'm2', 'm3')}${lines('c', 'd')}`);
    save(repository, 'b.ts', lines('x', 'y'));
    repository.commitAll();
  });

  const stage = async (files: Record<string, string | null>) => {
    for (const [path, written] of Object.entries(files)) {
      if (written === null) rmSync(repository.path(path));
      else repository.write(path, marked(written).text);
    }
    repository.git('add', '-A');
    return prepareStaged(repo);
  };
  const staged = (path: string) => recorded(repository, '', path);

  it('is marked there, in a file that had no marks', async () => {
    await stage({ 'a.ts': lines('a', 'b', 'c', 'd'), 'b.ts': lines('x', 'm1', 'm2', 'm3', 'y') });
    assert.equal(staged('a.ts'), lines('a', 'b', 'c', 'd'));
    assert.equal(staged('b.ts'), `${lines('x')}${ai('m1', 'm2', 'm3')}${lines('y')}`);
  });

  it('is marked in the parts of a file that was split, or merged into others', async () => {
    await stage({ 'a.ts': null, 'one.ts': lines('a', 'm1', 'm2'), 'two.ts': lines('m3', 'd') });
    assert.equal(staged('one.ts'), `${lines('a')}${ai('m1', 'm2')}`);
    assert.equal(
      staged('two.ts'),
      `${ai('m3')}${lines('d')}`.replace(/^«(.*)»$/m, '$1'),
      'too little to be sure',
    );
    assert.equal(staged('a.ts'), 'no file');
  });

  it('is marked where it is one short line among others that moved along', async () => {
    await stage({ 'a.ts': lines('a', 'b', 'm1', 'm2', 'd'), 'new.ts': lines('m3', 'c') });
    assert.equal(staged('new.ts'), `${ai('m3')}${lines('c')}`);
  });

  it('is marked where HEAD has the sidecar of an earlier text of its file', async () => {
    repository.write('a.ts', lines('a', 'new', 'b', 'm1', 'm2', 'm3', 'c', 'd'));
    repository.commitAll();
    await stage({ 'a.ts': lines('a', 'new', 'b', 'c', 'd'), 'new.ts': lines('m1', 'm2', 'm3') });
    assert.equal(staged('new.ts'), ai('m1', 'm2', 'm3'));
  });

  it('keeps what the other file has of its own', async () => {
    save(repository, 'b.ts', `${lines('x')}${ai('own')}${lines('y')}`);
    repository.commitAll();
    await stage({ 'a.ts': lines('a', 'b', 'c', 'd'), 'b.ts': lines('x', 'own', 'y', 'm1', 'm2', 'm3') });
    assert.equal(staged('b.ts'), `${lines('x')}${ai('own')}${lines('y')}${ai('m1', 'm2', 'm3')}`);
  });

  it('is not marked where it was all along, or where it is still in its file', async () => {
    await stage({ 'b.ts': lines('x', 'm1', 'm2', 'm3', 'y') });
    assert.equal(staged('b.ts'), lines('x', 'm1', 'm2', 'm3', 'y'));
  });
});
