import assert from 'node:assert/strict';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { EDIT_ORIGIN, GET_SPANS, type SpansParams } from '../../src/protocol';
import { save } from '../support/marking';
import { TestClient } from './client';
import { servedRepository } from './suites';

const AI = { origin: 'ai', evidence: 'exact', tool: 'acme.copilot' } as const;
const CODE = 'const suggested = compute(first, second);\n';

describe('odd documents', () => {
  const { repository, client } = servedRepository();
  beforeEach(async () => {
    await client.marked(await client.open(repository.path('README.md'), '# Shop\n'));
  });

  /** A document that is no file, into which a suggestion is accepted. */
  async function openLoose(uri: string, text: string): Promise<void> {
    const textDocument = { uri, languageId: 'typescript', version: 1, text };
    await client.connection.sendNotification('textDocument/didOpen', { textDocument });
    await client.connection.sendNotification(EDIT_ORIGIN, { uri, version: 2, ...AI });
    const start = { line: 0, character: 0 };
    await client.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version: 2 },
      contentChanges: [{ range: { start, end: start }, text: CODE }],
    });
  }

  async function originsOf(uri: string): Promise<string[]> {
    const { spans } = await client.connection.sendRequest<SpansParams>(GET_SPANS, { uri });
    return spans.map(({ origin, range }) => `${origin} ${range.start.line}-${range.end.line}`);
  }

  async function reasonFor(uri: string): Promise<string> {
    await client.until('the status is known', () => client.statuses.get(uri)?.tracking.state === 'off');
    const { tracking } = client.statuses.get(uri)!;
    return tracking.state === 'off' ? tracking.reason : '';
  }

  it('a text that is no file yet shows its marks, says that they are not kept, and hands them to its file', async () => {
    await openLoose('untitled:Untitled-1', 'mine();\n');
    assert.deepEqual(await originsOf('untitled:Untitled-1'), ['ai 0-1']);
    assert.match(await reasonFor('untitled:Untitled-1'), /not a file yet: save it/);
    repository.write('new.ts', `${CODE}mine();\n`);
    const uri = await client.open(repository.path('new.ts'), `${CODE}mine();\n`);
    await client.close('untitled:Untitled-1');
    assert.deepEqual(
      (await client.marked(uri)).map(({ text }) => text),
      [CODE],
    );
    await client.until('the sidecar is written', () =>
      repository.git('status', '--porcelain', '-uall').includes('new.ts.tags'),
    );
  });

  it('a file saved under another name keeps its marks under both', async () => {
    save(repository, 'a.ts', `mine();\n«${CODE}»`);
    repository.commitAll();
    const text = repository.read('a.ts');
    const a = await client.open(repository.path('a.ts'), text);
    assert.equal((await client.marked(a)).length, 1);
    repository.write('b.ts', text);
    const b = await client.open(repository.path('b.ts'), text);
    assert.deepEqual(
      (await client.marked(b)).map((span) => span.text.trim()),
      [CODE.trim()],
    );
    assert.equal((await client.marked(a)).length, 1);
  });

  for (const asked of ['while it is still being read', 'when it has been read'] as const) {
    it(`a file saved under another name, which is opened empty and filled ${asked}, has the marks too`, async () => {
      save(repository, 'a.ts', `mine();\n«${CODE}»`);
      repository.commitAll();
      const text = repository.read('a.ts');
      await client.open(repository.path('a.ts'), text);
      repository.write('b.ts', '');
      const b = await client.open(repository.path('b.ts'), '');
      if (asked === 'when it has been read') await client.marked(b);
      const filling = client.edit(b, [{ start: 0, text }], { origin: 'pending' });
      repository.write('b.ts', text);
      await client.settle(b, 2, { origin: 'external' });
      await filling;
      await client.save(b);
      await client.until('it has a sidecar', () =>
        repository.git('status', '--porcelain', '-uall').includes('b.ts.tags'),
      );
      assert.deepEqual(
        (await client.marked(b)).map((span) => `${span.origin} ${span.text.trim()}`),
        [`ai ${CODE.trim()}`],
      );
    });
  }

  it('a file that is renamed while it is open keeps its marks, also unsaved ones', async () => {
    repository.write('a.ts', 'mine();\n');
    repository.commitAll();
    const a = await client.open(repository.path('a.ts'), 'mine();\n');
    await client.edit(a, [{ start: 0, text: CODE }], AI);
    const text = client.text(a);
    assert.equal((await client.marked(a)).length, 1);
    await client.close(a);
    renameSync(repository.path('a.ts'), repository.path('moved.ts'));
    const moved = await client.open(repository.path('moved.ts'), text);
    assert.deepEqual(
      (await client.marked(moved)).map((span) => span.text),
      [CODE],
    );
  });

  it('a file of the same text that git knows already keeps its own', async () => {
    repository.write('known.ts', `mine();\n${CODE}`);
    save(repository, 'a.ts', `mine();\n«${CODE}»`);
    repository.commitAll();
    const a = await client.open(repository.path('a.ts'), repository.read('a.ts'));
    assert.equal((await client.marked(a)).length, 1);
    const known = await client.open(repository.path('known.ts'), repository.read('known.ts'));
    assert.deepEqual(await client.marked(known), []);
  });

  it('cells of a notebook show their marks and say that they are not kept', async () => {
    const uri = `vscode-notebook-cell:${repository.path('a.ipynb')}#W0sZmlsZQ`;
    await openLoose(uri, 'mine();\n');
    assert.deepEqual(await originsOf(uri), ['ai 0-1']);
    assert.match(await reasonFor(uri), /Cells of notebooks.*not kept/);
  });

  it('files that are not followed say why', async () => {
    repository.write('.gitignore', 'out/\n');
    repository.write('out/a.ts', 'x\n');
    const folder = mkdtempSync(join(tmpdir(), 'taggant-nowhere-'));
    writeFileSync(join(folder, 'a.ts'), 'x\n');
    const cases: [string, string, RegExp][] = [
      [repository.path('out/a.ts'), 'x\n', /Git ignores this file/],
      [join(folder, 'a.ts'), 'x\n', /not in a Git repository|no Git repository|repository/i],
      [repository.path('large.ts'), 'x'.repeat(10_000_001), /larger than \d+ million characters/],
      [repository.path('limit.ts'), 'x'.repeat(5_000_001), /larger than 5 million characters/],
      [repository.path('image.bin'), `PNG\0${CODE}`, /binary/],
      [repository.path('.git/config'), 'x\n', /inside a git directory/],
      [repository.path('.taggant/policy.json'), '{}\n', /Files of Git and of Taggant/],
    ];
    for (const [path, text, reason] of cases) {
      await client.open(path, text);
      assert.match(await reasonFor(pathToFileURL(path).toString()), reason);
    }
    rmSync(folder, { recursive: true });
  });

  it('a binary file that is opened as text gets no marks, whatever is accepted in it', async () => {
    repository.write('a.bin', 'a\0b\n');
    const uri = await client.open(repository.path('a.bin'), 'a\0b\n');
    await client.edit(uri, [{ start: 4, text: CODE }], AI);
    assert.match(await reasonFor(uri), /binary/);
    assert.deepEqual(await client.marked(uri), []);
    repository.write('a.bin', client.text(uri));
    await client.save(uri);
    await client.close(uri);
    // Behind the server's answer to a later question nothing waits that might still be written.
    await client.marked(await client.open(repository.path('README.md'), '# Shop\n'));
    assert.doesNotMatch(repository.git('status', '--porcelain', '-uall'), /tags/);
  });

  it('a file that grows too large is no longer followed, says so, and keeps what was written of it', async () => {
    repository.write('a.ts', 'mine();\n');
    const uri = await client.open(repository.path('a.ts'), 'mine();\n');
    await client.edit(uri, [{ start: 0, text: CODE }], AI);
    repository.write('a.ts', client.text(uri));
    await client.save(uri);
    await client.until('it has a sidecar', () =>
      repository.git('status', '--porcelain', '-uall').includes('a.ts.tags'),
    );
    const sidecar = repository.read('.taggant/tags/a.ts.tags');
    const end = client.text(uri).length;
    await client.edit(uri, [{ start: end, text: 'x\n'.repeat(2_500_000) }], { origin: 'human' });
    assert.match(await reasonFor(uri), /larger than 5 million characters/);
    assert.deepEqual(await client.marked(uri), []);
    await client.edit(uri, [{ start: 0, text: CODE }], AI);
    await client.save(uri);
    await client.close(uri);
    await client.marked(await client.open(repository.path('README.md'), '# Shop\n'));
    assert.equal(repository.read('.taggant/tags/a.ts.tags'), sidecar);
  });

  it('a file that git ignores, but has, is followed', async () => {
    repository.write('.gitignore', 'out/\n');
    repository.write('out/a.ts', 'x\n');
    repository.git('add', '-f', 'out/a.ts');
    repository.commitAll();
    const uri = await client.open(repository.path('out/a.ts'), 'x\n');
    await client.edit(uri, [{ start: 0, text: CODE }], AI);
    assert.equal((await client.marked(uri)).length, 1);
  });

  it('two windows on one folder: what one saves, the other shows', async () => {
    const other = await TestClient.start(repository.root);
    try {
      repository.write('a.ts', 'mine();\n');
      repository.commitAll();
      const [here, there] = [
        await client.open(repository.path('a.ts'), 'mine();\n'),
        await other.open(repository.path('a.ts'), 'mine();\n'),
      ];
      await client.edit(here, [{ start: 0, text: CODE }], AI);
      repository.write('a.ts', client.text(here));
      await client.save(here);
      await client.until('the sidecar is written', () =>
        repository.git('status', '--porcelain', '-uall').includes('a.ts.tags'),
      );
      await other.edit(there, [{ start: 0, text: CODE }], { origin: 'external' });
      await other.until('it is marked there', async () => (await other.marked(there)).length === 1);
      assert.deepEqual(
        (await other.marked(there)).map(({ origin }) => origin),
        ['ai'],
      );
    } finally {
      await other.stop();
    }
  });
});
