import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { parseSidecar, readSidecar } from '../../src/core/sidecar';
import { ai, line, lines } from '../support/codeLines';
import { AI, save } from '../support/marking';
import { TestClient } from './client';
import { setUpRepository, type TestRepository } from './repository';
import { servedRepository } from './suites';

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
    if (client.child.exitCode === null) await client.stop();
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
    await client.stop(); // what was to be written is written by then
    assert.equal(repository.read('.taggant/tags/a.ts.tags'), sidecar);
    assert.deepEqual(repository.attempt(['merge', '--abort']).stderr, '');
    assert.equal(repository.git('status', '--porcelain'), '');
  });

  /** What each line that is marked is: its text, and whose it is. */
  const drawn = async (uri: string) =>
    (await client.marked(uri)).map(({ text, origin }) => `${origin} ${text.trim()}`);

  async function shows(uri: string, expected: string[]): Promise<void> {
    const isSo = async () => (await drawn(uri)).join('\n') === expected.join('\n');
    await client.until('it is shown so', isSo).catch(() => {});
    assert.deepEqual(await drawn(uri), expected);
  }

  /** The sides' texts of one line, in conflict. */
  async function conflicting(): Promise<string> {
    repository.git('switch', '-q', 'side');
    commit(`${lines('a', 'b')}${ai('mid')}${lines('c')}${ai('theirSuggestion')}`);
    repository.git('switch', '-q', 'main');
    commit(`${lines('a', 'b')}${ai('mid')}${lines('c')}${ai('ourSuggestion')}`);
    const uri = await client.open(repository.path('a.ts'), repository.read('a.ts'));
    await client.marked(uri);
    assert.notEqual(repository.attempt(['merge', '-q', 'side']).status, 0);
    return uri;
  }
  const resolution = (conflict: string) =>
    conflict.replace(/<<<<<<< [\s\S]*=======\n/, '').replace(/>>>>>>> .*\n/, '');

  for (const origin of ['external', 'pending'] as const) {
    it(`that is resolved as soon as the editor shows it has the marks of the side that was taken: ${origin}`, async () => {
      const uri = await conflicting();
      const conflict = repository.read('a.ts');
      const resolved = resolution(conflict);
      await client.edit(uri, [{ start: 0, end: client.text(uri).length, text: conflict }], { origin });
      const theirs = conflict.indexOf('=======\n') + 8;
      const [start, end] = [conflict.indexOf('<<<<<<< '), conflict.indexOf('>>>>>>> ')];
      // From its end, as "Accept Incoming Change" does it, by no key.
      await client.edit(uri, [{ start: end, end: conflict.length, text: '' }], { origin: 'tool' });
      await client.edit(uri, [{ start, end: theirs, text: '' }], { origin: 'tool' });
      assert.equal(client.text(uri), resolved);
      await shows(uri, [`ai ${line('mid').trim()}`, `ai ${line('theirSuggestion').trim()}`]);
    });
  }

  it('that was resolved and saved can be given up', async () => {
    const uri = await conflicting();
    const [ours, conflict] = [client.text(uri), repository.read('a.ts')];
    const before = await drawn(uri);
    const external = { origin: 'external' } as const;
    await client.edit(uri, [{ start: 0, end: ours.length, text: conflict }], external);
    await client.until('it is explained', async () => (await drawn(uri)).length === 3);
    const resolved = resolution(conflict);
    await client.edit(uri, [{ start: 0, end: conflict.length, text: resolved }], { origin: 'tool' });
    repository.write('a.ts', resolved);
    await client.save(uri);
    await shows(uri, [`ai ${line('mid').trim()}`, `ai ${line('theirSuggestion').trim()}`]);
    assert.deepEqual(repository.attempt(['merge', '--abort']).stderr, '');
    assert.equal(repository.read('a.ts'), ours);
    await client.edit(uri, [{ start: 0, end: resolved.length, text: ours }], external);
    await shows(uri, before);
    await client.save(uri);
    await client.stop();
    assert.equal(repository.git('status', '--porcelain'), '');
  });

  for (const back of [{ origin: 'tool' }, { origin: 'human', undoRedo: 'undo' }] as const) {
    it(`that takes the place of a text that nobody had explained yet, which comes back: ${back.origin}`, async () => {
      repository.git('switch', '-q', 'side');
      commit(`${lines('a', 'b')}${ai('mid')}${lines('c')}${ai('theirSuggestion')}`);
      repository.git('switch', '-q', 'main');
      const uri = await client.open(repository.path('a.ts'), repository.read('a.ts'));
      await client.marked(uri);
      commit(`${lines('a', 'b')}${ai('mid')}${lines('c')}${ai('ourSuggestion')}`);
      const ours = repository.read('a.ts');
      assert.notEqual(repository.attempt(['rebase', '-q', 'side']).status, 0);
      const conflict = repository.read('a.ts');
      for (const text of [ours, conflict])
        await client.edit(uri, [{ start: 0, end: client.text(uri).length, text }], { origin: 'external' });
      await client.until('it is explained', async () => (await drawn(uri)).length === 3);
      assert.equal(resolution(conflict), ours);
      await client.edit(uri, [{ start: 0, end: conflict.length, text: ours }], back);
      await shows(uri, [`ai ${line('mid').trim()}`, `ai ${line('ourSuggestion').trim()}`]);
    });
  }

  it('of a rebase that was resolved and saved goes into its commit, for which git runs no hook', async () => {
    repository.git('switch', '-q', 'side');
    commit(`${lines('a', 'b')}${ai('mid')}${lines('c')}${ai('theirSuggestion')}`);
    repository.git('switch', '-q', 'main');
    const uri = await client.open(repository.path('a.ts'), repository.read('a.ts'));
    commit(`${lines('a', 'b')}${ai('mid')}${lines('c')}${ai('ourSuggestion')}`);
    const external = { origin: 'external' } as const;
    const reads = () =>
      client.edit(uri, [{ start: 0, end: client.text(uri).length, text: repository.read('a.ts') }], external);
    await reads();
    assert.notEqual(repository.attempt(['rebase', '-q', 'side']).status, 0);
    await reads();
    await client.until('it is explained', async () => (await drawn(uri)).length === 3);
    const resolved = resolution(repository.read('a.ts'));
    await client.edit(uri, [{ start: 0, end: client.text(uri).length, text: resolved }], { origin: 'tool' });
    repository.write('a.ts', resolved);
    await client.save(uri);
    await shows(uri, [`ai ${line('mid').trim()}`, `ai ${line('ourSuggestion').trim()}`]);
    const sidecar = '.taggant/tags/a.ts.tags';
    const recorded = () => {
      if (!existsSync(repository.path(sidecar))) return null;
      return readSidecar(parseSidecar(repository.read(sidecar)), resolved)?.spans.map(({ label }) => label);
    };
    const sidecarFits = () => recorded()?.join() === [AI, AI].join();
    await client.until('its sidecar is written', sidecarFits);
    repository.git('add', '-A');
    assert.equal(repository.attempt(['-c', 'core.editor=true', 'rebase', '--continue']).status, 0);
    assert.equal(repository.git('status', '--porcelain'), '');
    assert.ok(sidecarFits());
  });
});

describe('a text that git has put in the place of another while that was being read', () => {
  const { repository, client } = servedRepository((fresh) => {
    save(fresh, 'a.ts', `${lines('a', 'b')}${ai('ours')}`);
    fresh.commitAll();
    fresh.git('switch', '-q', '-c', 'side');
    save(fresh, 'a.ts', `${ai('theirs', 'too', 'also')}${lines('a', 'b')}`);
    fresh.commitAll();
    fresh.git('switch', '-q', 'main');
  });

  it('keeps the sidecar that git brought for it', async () => {
    const main = repository.read('a.ts');
    const uri = await client.open(repository.path('a.ts'), main);
    await client.marked(uri);
    repository.git('switch', '-q', 'side');
    const side = repository.read('a.ts');
    await client.edit(uri, [{ start: 0, end: main.length, text: side }], { origin: 'external' });
    repository.git('switch', '-q', 'main');
    await client.until('the other text is explained', async () => (await client.marked(uri)).length > 0);
    await client.stop(); // what was to be written is written by then
    assert.equal(repository.git('status', '--porcelain'), '');
  });
});
