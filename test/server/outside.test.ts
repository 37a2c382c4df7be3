import assert from 'node:assert/strict';
import { mkdtempSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { flushEditors } from '../../src/cli/people';
import { parseSidecar, readSidecar } from '../../src/core/sidecar';
import { AGENT_COMMAND } from '../../src/protocol';
import { openRepository } from '../../src/repo/git';
import { save, shown } from '../support/marking';
import { isHeard, TestClient } from './client';
import { setUpRepository, type TestRepository } from './repository';

const LARGE =
  'export function outside(one: number) {\n  return one + 1;\n}\n// and one more line, that makes it large\n';

describe('changes that nobody reports', () => {
  let repository: TestRepository;
  let client: TestClient;

  async function start(files: Record<string, string>): Promise<void> {
    repository = setUpRepository();
    for (const [path, written] of Object.entries(files)) save(repository, path, written);
    repository.commitAll();
    client = await TestClient.start(repository.root);
    // The repository is open once one of its files is.
    await client.marked(await client.open(repository.path('README.md'), '# Shop\n'));
  }
  afterEach(async () => {
    await client.stop();
    repository.remove();
  });

  /** What the editor's file watcher tells. */
  async function told(...paths: string[]): Promise<void> {
    const changes = paths.map((path) => ({ uri: `file://${repository.path(path)}`, type: 2 }));
    await client.connection.sendNotification('workspace/didChangeWatchedFiles', { changes });
  }

  /** The file with the marks that its sidecar gives it. */
  function drawn(path: string): string {
    const text = repository.read(path);
    let sidecar: string;
    try {
      sidecar = repository.read(`.taggant/tags/${path}.tags`);
    } catch {
      return text;
    }
    return byLine(shown(text, readSidecar(parseSidecar(sidecar), text)));
  }

  async function becomes(path: string, expected: string): Promise<void> {
    await client.until(`${path} is drawn so`, () => drawn(path) === byLine(expected)).catch(() => {});
    assert.equal(drawn(path), byLine(expected));
  }

  async function agent(isRunning: boolean, tool = 'claude-code', id = '1'): Promise<void> {
    await client.connection.sendNotification(AGENT_COMMAND, { id, tool, folder: repository.root, isRunning });
  }

  const toolsOf = async (uri: string) => {
    const { spans } = await client.connection.sendRequest<{
      spans: { tool?: string; evidence?: string; origin: string }[];
    }>('taggant/getSpans', { uri });
    return spans.map(({ origin, tool, evidence }) => [origin, tool, evidence]);
  };

  describe('to closed files', () => {
    it('are of unknown origin when they are large, and leave the marks around them alone', async () => {
      await start({ 'a.ts': 'mine();\n«kilo();\n»' });
      repository.write('a.ts', `mine();\nkilo();\n${LARGE}`);
      await told('a.ts');
      await becomes('a.ts', `mine();\n«kilo();\n»«${LARGE}»`);
      assert.match(repository.read('.taggant/tags/a.ts.tags'), /\?external/);
    });

    it('carry the marks on when they are small', async () => {
      await start({ 'a.ts': 'mine();\n«kilo();\n»' });
      repository.write('a.ts', 'first();\nmine();\nkilo();\n');
      await told('a.ts');
      await becomes('a.ts', 'first();\nmine();\n«kilo();\n»');
    });

    it('are inferred to be an agent’s that runs in a terminal', async () => {
      await start({ 'a.ts': 'mine();\n«kilo();\n»' });
      await agent(true);
      repository.write('a.ts', 'mine();\nkilo();\nlima();\n');
      repository.write('new.ts', 'mike();\n');
      await told('a.ts', 'new.ts');
      await agent(false);
      await becomes('new.ts', '«mike();\n»');
      const a = await client.open(repository.path('a.ts'), repository.read('a.ts'));
      const [first, second] = await toolsOf(a);
      assert.deepEqual([first?.[1], second], ['github.copilot', ['ai', 'claude-code', 'inferred']]);
    });

    it('are known though the file is opened at once: an agent’s, a stranger’s, and nobody’s where it was only saved', async () => {
      await start({ 'a.ts': 'mine();\n', 'b.ts': 'mine();\n', 'c.ts': 'mine();\n' });
      const c = await client.open(repository.path('c.ts'), 'mine();\n');
      await client.edit(c, [{ start: 8, text: LARGE }], { origin: 'human' });
      repository.write('c.ts', client.text(c));
      await client.save(c);
      repository.write('b.ts', `mine();\n${LARGE}`);
      await told('b.ts', 'c.ts');
      await client.close(c);
      const opened = async (path: string) =>
        toolsOf(await client.open(repository.path(path), repository.read(path)));
      assert.deepEqual(await opened('c.ts'), []);
      assert.deepEqual(await opened('b.ts'), [['external', undefined, undefined]]);
      await agent(true);
      repository.write('a.ts', `mine();\n${LARGE}`);
      await told('a.ts');
      assert.deepEqual(await opened('a.ts'), [['ai', 'claude-code', 'inferred']]);
    });

    it('are known though the editor opened the file before its watcher told of them, and somebody typed in it', async () => {
      await start({ 'a.ts': 'mine();\n', 'b.ts': 'mine();\n', 'c.ts': 'mine();\n', 'd.ts': 'mine();\n' });
      const written = `mine();\n${LARGE}`;
      const opened = async (path: string) => {
        repository.write(path, written);
        return client.open(repository.path(path), written);
      };
      const d = await opened('d.ts');
      assert.deepEqual(await client.marked(d), []);
      await told('d.ts');
      await agent(true);
      const [a, b, c] = [await opened('a.ts'), await opened('b.ts'), await opened('c.ts')];
      await client.edit(b, [{ start: written.indexOf('one + 1') + 3, text: 'Own' }], { origin: 'human' });
      for (const uri of [a, b, c]) assert.deepEqual(await client.marked(uri), []);
      await client.close(c);
      await told('a.ts', 'b.ts', 'c.ts');
      await agent(false);
      const inferred = ['ai', 'claude-code', 'inferred'];
      await client.until('they are marked', async () => (await client.marked(b)).length > 0);
      assert.deepEqual(await toolsOf(a), [inferred]);
      assert.deepEqual(await toolsOf(b), [inferred, inferred]);
      assert.deepEqual(await toolsOf(d), [['external', undefined, undefined]]);
      await becomes('a.ts', `mine();\n«${LARGE}»`);
      await becomes('c.ts', `mine();\n«${LARGE}»`);
      repository.write('b.ts', client.text(b));
      await client.save(b);
      await becomes('b.ts', `mine();\n«${LARGE.replace('one + 1', 'one»Own« + 1')}»`);
    });

    it('keep the marks when a formatter made them', async () => {
      await start({ 'a.ts': "alpha('bravo')\n«kilo('lima')»\n" });
      repository.write('a.ts', 'alpha("bravo");\nkilo("lima");\n');
      await told('a.ts');
      await client.until('the sidecar follows', () => !drawn('a.ts').includes('does not'));
      assert.match(drawn('a.ts'), /^alpha\("bravo"\);\n«kilo\("lima"\)/);
    });

    it('take their marks from git when it made them: a checkout, a stash and a merge', async () => {
      await start({ 'a.ts': 'one();\n', 'b.ts': 'other();\n' });
      repository.git('checkout', '-q', '-b', 'side');
      repository.write('a.ts', `one();\n${LARGE}`);
      repository.commitAll();
      repository.git('checkout', '-q', 'main');
      await told('a.ts');
      repository.write('b.ts', `other();\n${LARGE}`);
      repository.git('stash', '-q');
      await told('b.ts');
      repository.write('d.ts', LARGE);
      await told('d.ts');
      await becomes('d.ts', `«${LARGE}»`);
      repository.git('merge', '-q', '--no-edit', 'side');
      await told('a.ts');
      repository.git('stash', 'pop', '-q');
      await told('b.ts');
      // A file that is looked at after them says when they have been.
      repository.write('c.ts', LARGE);
      await told('c.ts');
      await becomes('c.ts', `«${LARGE}»`);
      assert.equal(drawn('a.ts'), `one();\n${LARGE}`);
      assert.equal(drawn('b.ts'), `other();\n${LARGE}`);
    });

    it('are an agent’s, or a stranger’s, also when whoever made them has committed or added them before', async () => {
      await start({ 'a.ts': 'mine();\n', 'b.ts': 'mine();\n«kilo();\n»', 'c.ts': 'mine();\n' });
      const written = `mine();\n${LARGE}`;
      repository.write('c.ts', written);
      repository.git('commit', '-qam', 'A stranger');
      await told('c.ts');
      await becomes('c.ts', `mine();\n«${LARGE}»`);
      await agent(true);
      repository.write('a.ts', written);
      repository.write('new.ts', LARGE);
      repository.git('add', '.');
      repository.git('commit', '-qm', 'An agent');
      repository.write('b.ts', `mine();\nkilo();\n${LARGE}`);
      repository.git('add', '.');
      await told('a.ts', 'b.ts', 'new.ts');
      await agent(false);
      await becomes('new.ts', `«${LARGE}»`);
      await becomes('a.ts', `mine();\n«${LARGE}»`);
      await becomes('b.ts', `mine();\n«kilo();\n»«${LARGE}»`);
      const a = await client.open(repository.path('a.ts'), written);
      assert.deepEqual(await toolsOf(a), [['ai', 'claude-code', 'inferred']]);
    });

    it('are looked at before a commit', async () => {
      await start({ 'a.ts': 'mine();\n«kilo();\n»' });
      await isHeard(repository, client);
      await agent(true);
      repository.write('a.ts', `mine();\nkilo();\n${LARGE}`);
      await told('a.ts');
      await client.marked(await client.open(repository.path('README.md'), '# Shop\n'));
      await flushEditors(await openRepository(repository.root));
      assert.equal(drawn('a.ts'), byLine(`mine();\n«kilo();\n»«${LARGE}»`));
    });

    it('keep the marks of a file that was moved', async () => {
      await start({ 'a.ts': `mine();\n«${LARGE}»` });
      renameSync(repository.path('a.ts'), repository.path('moved.ts'));
      await told('a.ts', 'moved.ts');
      await becomes('moved.ts', `mine();\n«${LARGE}»`);
    });

    it('say nothing of ignored files, binary files and files that the editor has open', async () => {
      await start({ 'a.ts': 'one();\n', '.gitignore': 'out/\n' });
      const open = await client.open(repository.path('a.ts'), 'one();\n');
      await client.edit(open, [{ start: 7, text: LARGE }], { origin: 'human' });
      repository.write('a.ts', client.text(open));
      await client.save(open);
      repository.write('out/b.ts', LARGE);
      repository.write('c.bin', Buffer.concat([Buffer.from(LARGE), Buffer.from([0])]));
      repository.write('d.ts', LARGE);
      await told('a.ts', 'out/b.ts', 'c.bin', 'd.ts');
      await becomes('d.ts', `«${LARGE}»`);
      assert.deepEqual(await client.marked(open), []);
      for (const path of ['a.ts', 'out/b.ts', 'c.bin']) assert.equal(drawn(path), repository.read(path));
    });

    it('know what the editor saved from what came later', async () => {
      await start({ 'a.ts': 'one();\n' });
      const uri = await client.open(repository.path('a.ts'), 'one();\n');
      await client.edit(uri, [{ start: 7, text: LARGE }], { origin: 'human' });
      repository.write('a.ts', client.text(uri));
      await client.save(uri);
      await client.close(uri);
      await told('a.ts');
      repository.write('d.ts', LARGE);
      await told('d.ts');
      await becomes('d.ts', `«${LARGE}»`);
      assert.equal(drawn('a.ts'), `one();\n${LARGE}`);
      repository.write('a.ts', `one();\n${LARGE}${LARGE.replace('outside', 'again')}`);
      await told('a.ts');
      await becomes('a.ts', `one();\n${LARGE}«${LARGE.replace('outside', 'again')}»`);
    });
  });

  describe('to open files', () => {
    it('are inferred to be an agent’s that runs in a terminal, and of unknown origin otherwise', async () => {
      await start({ 'a.ts': 'one();\n' });
      const uri = await client.open(repository.path('a.ts'), 'one();\n');
      await agent(true);
      repository.write('a.ts', 'one();\nkilo();\n');
      await client.edit(uri, [{ start: 7, text: 'kilo();\n' }], { origin: 'external' });
      await agent(false);
      await client.until('it is marked', async () => (await client.marked(uri)).length === 1);
      assert.deepEqual(await toolsOf(uri), [['ai', 'claude-code', 'inferred']]);
    });

    it('take their marks from git when it made them: a checkout of a branch with other marks, and back', async () => {
      await start({ 'a.ts': '«one(kilo);»\nown();\n' });
      repository.git('checkout', '-q', '-b', 'side');
      save(repository, 'a.ts', `own();\n«${LARGE}»`);
      repository.commitAll();
      repository.git('checkout', '-q', 'main');
      const [ours, theirs] = ['one(kilo);\nown();\n', `own();\n${LARGE}`];
      const uri = await client.open(repository.path('a.ts'), ours);
      const texts = async () =>
        (await client.marked(uri)).map(({ text, origin }) => `${origin} ${text.trim()}`);
      assert.deepEqual(await texts(), ['ai one(kilo);']);
      /** As the editor does when the file of a document without unsaved changes is another one. */
      const switched = async (branch: string, text: string, expected: string) => {
        repository.git('checkout', '-q', branch);
        await client.edit(uri, [{ start: 0, end: client.text(uri).length, text }], { origin: 'external' });
        await told('a.ts');
        await client
          .until(`${branch} is shown`, async () => (await texts()).join() === expected)
          .catch(() => {});
        assert.deepEqual(await texts(), [expected]);
        // What the server was still writing for the other branch it writes anew.
        const status = () => repository.git('status', '--porcelain');
        await client.until('nothing is changed', () => status() === '').catch(() => {});
        assert.equal(status(), '');
      };
      await switched('side', theirs, `ai ${LARGE.trim()}`);
      await switched('main', ours, 'ai one(kilo);');
    });

    it('are an agent’s also when it has committed them before the editor reads them', async () => {
      await start({ 'a.ts': 'one();\n' });
      const uri = await client.open(repository.path('a.ts'), 'one();\n');
      await agent(true);
      repository.write('a.ts', `one();\n${LARGE}`);
      repository.git('commit', '-qam', 'An agent');
      await client.edit(uri, [{ start: 7, text: LARGE }], { origin: 'external' });
      await client.until('it is marked', async () => (await client.marked(uri)).length === 1);
      assert.deepEqual(await toolsOf(uri), [['ai', 'claude-code', 'inferred']]);
      await becomes('a.ts', `one();\n«${LARGE}»`);
    });

    for (const origin of ['external', 'pending'] as const) {
      it(`keep the marks of what stays when the editor reads a file emptied and then filled: ${origin}`, async () => {
        await start({ 'a.ts': 'mine();\n«kilo();\n»' });
        const was = 'mine();\nkilo();\n';
        const uri = await client.open(repository.path('a.ts'), was);
        await client.marked(uri);
        repository.write('a.ts', was + LARGE);
        await client.edit(uri, [{ start: 0, end: was.length, text: '' }], { origin });
        assert.deepEqual(await client.marked(uri), []);
        const filled = await client.edit(uri, [{ start: 0, text: was + LARGE }], { origin });
        if (origin === 'pending') await client.settle(uri, filled, { origin: 'external' });
        await becomes('a.ts', `mine();\n«kilo();\n»«${LARGE}»`);
        assert.deepEqual(
          (await toolsOf(uri)).map(([whose, tool]) => [whose, tool]),
          [
            ['ai', 'github.copilot'],
            ['external', undefined],
          ],
        );
        // The editor takes both back.
        await client.edit(uri, [{ start: 0, end: was.length + LARGE.length, text: '' }], {
          origin: 'human',
          undoRedo: 'undo',
        });
        await client.edit(uri, [{ start: 0, text: was }], { origin: 'human', undoRedo: 'undo' });
        assert.deepEqual(
          (await client.marked(uri)).map(({ text }) => text.trim()),
          ['kilo();'],
        );
      });
    }

    it('are an agent’s that was started by way of a symbolic link', async () => {
      await start({ 'a.ts': 'one();\n' });
      const links = mkdtempSync(join(tmpdir(), 'taggant-links-'));
      const folder = join(links, 'link');
      symlinkSync(repository.root, folder, 'junction');
      try {
        const uri = await client.open(repository.path('a.ts'), 'one();\n');
        const command = { id: '1', tool: 'codex', folder, isRunning: true };
        await client.connection.sendNotification(AGENT_COMMAND, command);
        repository.write('a.ts', 'one();\nkilo();\n');
        await client.edit(uri, [{ start: 7, text: 'kilo();\n' }], { origin: 'external' });
        await client.until('it is marked', async () => (await client.marked(uri)).length === 1);
        assert.deepEqual(await toolsOf(uri), [['ai', 'codex', 'inferred']]);
      } finally {
        rmSync(links, { recursive: true });
      }
    });

    it('name no agent where several run', async () => {
      await start({ 'a.ts': 'one();\n' });
      const uri = await client.open(repository.path('a.ts'), 'one();\n');
      await agent(true);
      await agent(true, 'codex', '2');
      repository.write('a.ts', 'one();\nkilo();\n');
      await client.edit(uri, [{ start: 7, text: 'kilo();\n' }], { origin: 'external' });
      await client.until('it is marked', async () => (await client.marked(uri)).length === 1);
      assert.deepEqual(await toolsOf(uri), [['ai', undefined, 'inferred']]);
    });
  });
});

/** Line terminators are nobody's. */
function byLine(written: string): string {
  return written.replaceAll('\n»', '»\n');
}
