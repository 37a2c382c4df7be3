import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import type { Hover } from 'vscode-languageserver/node';
import type { ChangeResult, SpansParams } from '../../src/protocol';
import { DECLARE, GET_SPANS, MARK_REVIEWED } from '../../src/protocol';
import type { Said } from './client';
import { readJournals, servedRepository } from './suites';

const AI: Said = { origin: 'ai', evidence: 'exact', tool: 'acme.copilot', model: 'swift-1' };
const SIDECAR = '.taggant/tags/src/pay.ts.tags';
const CODE = 'begin();\nif (!isAdmin) return;\naudit();\npay();\n';
const CHECK = { start: 9, end: 31, text: '' };

describe('AI deletions over the language server', () => {
  const { repository, client, startAgain } = servedRepository();

  async function open(text = CODE): Promise<string> {
    repository.write('src/pay.ts', text);
    return client.open(repository.path('src/pay.ts'), text);
  }

  async function save(uri: string): Promise<void> {
    repository.write('src/pay.ts', client.text(uri));
    await client.save(uri);
  }

  const AUDIT = [{ line: 'audit();', review: 'unreviewed' }];

  it('are told with the source, go with undo and come with redo', async () => {
    const uri = await open();
    await client.edit(uri, [CHECK], AI);
    assert.deepEqual(await client.deletions(uri), AUDIT);
    const { deletions } = await client.connection.sendRequest<SpansParams>(GET_SPANS, { uri });
    assert.equal(deletions?.[0]?.tool, 'acme.copilot');
    assert.equal(deletions?.[0]?.model, 'swift-1');
    assert.equal(deletions?.[0]?.evidence, 'exact');
    assert.match(deletions?.[0]?.day ?? '', /^\d{4}-\d\d-\d\d$/);
    const removed = 'if (!isAdmin) return;\n';
    await client.edit(uri, [{ start: 9, text: removed }], { origin: 'human', undoRedo: 'undo' });
    assert.deepEqual(await client.deletions(uri), []);
    await client.edit(uri, [CHECK], { origin: 'human', undoRedo: 'redo' });
    assert.deepEqual(await client.deletions(uri), AUDIT);
  });

  it('settle backwards, also when they looked like typing', async () => {
    const uri = await open();
    const version = await client.edit(uri, [CHECK]);
    await client.edit(uri, [{ start: 0, text: 'x' }]);
    assert.deepEqual(await client.deletions(uri), []);
    await client.settle(uri, version, { origin: 'ai', evidence: 'accepted' });
    assert.deepEqual(await client.deletions(uri), AUDIT);
    const pending = await client.edit(uri, [{ start: 10, end: 19, text: '' }], { origin: 'pending' });
    await client.settle(uri, pending, { origin: 'ai', evidence: 'accepted' });
    assert.deepEqual(await client.deletions(uri), [{ line: 'pay();', review: 'unreviewed' }]);
  });

  it('stay through save and restart, and a journal', async () => {
    let uri = await open();
    await client.edit(uri, [CHECK], AI);
    await save(uri);
    await client.until('the sidecar is there', () => existsSync(repository.path(SIDECAR)));
    assert.match(repository.read(SIDECAR), /^..\n.. \^[\w-]{6}\n..\n$/);
    assert.equal(readdirSync(repository.path('.taggant/contributions')).length, 1);
    // Typed after the save: only the journal knows.
    await client.edit(uri, [{ start: 0, text: 'top();\n' }]);
    const last = client.text(uri).length - 'pay();\n'.length;
    await client.edit(uri, [{ start: last, end: last + 'pay();\n'.length, text: '' }], AI);
    const text = client.text(uri);
    await client.until('the journal is written', () =>
      readJournals(repository).some((journal) => journal.split('\n').length > 3),
    );
    await client.kill();
    await startAgain();
    uri = await client.open(repository.path('src/pay.ts'), text);
    assert.deepEqual(await client.deletions(uri), AUDIT, 'both stand above the last line: one mark');
    await save(uri);
    await client.until('the sidecar has followed', () =>
      /^..\n..\n.. \^[\w-]{6}\n$/.test(repository.read(SIDECAR)),
    );
  });

  it('are taken from a sidecar that changed on disk', async () => {
    const uri = await open();
    await client.edit(uri, [CHECK], AI);
    await save(uri);
    await client.until('the sidecar is there', () => existsSync(repository.path(SIDECAR)));
    const written = repository.read(SIDECAR);
    repository.write(SIDECAR, written.replace(/ \^[\w-]+/, ''));
    await client.connection.sendNotification('workspace/didChangeWatchedFiles', {
      changes: [{ uri: `file://${repository.path(SIDECAR)}`, type: 2 }],
    });
    await client.until('it is gone', async () => (await client.deletions(uri)).length === 0);
  });

  it('are reviewed and declared where the cursor is, and say what they are', async () => {
    const uri = await open();
    await client.edit(uri, [CHECK], AI);
    assert.deepEqual(await client.deletions(uri), AUDIT);
    const hover = await client.connection.sendRequest<Hover>('textDocument/hover', {
      textDocument: { uri },
      position: { line: 1, character: 3 },
    });
    const { value } = hover.contents as { value: string };
    assert.match(value, /^\*\*An AI edit removed text here:\*\* `acme\.copilot`, model `swift-1`/);
    assert.match(value, /Review: \*\*unreviewed\*\*/);
    const at = (line: number) => ({ start: { line, character: 2 }, end: { line, character: 2 } });
    const review = (line: number) =>
      client.connection.sendRequest<ChangeResult>(MARK_REVIEWED, { uri, ranges: [at(line)] });
    assert.equal((await review(0)).changed, 0);
    assert.equal((await review(1)).changed, 1);
    assert.deepEqual(await client.deletions(uri), [{ line: 'audit();', review: 'reviewed' }]);
    const mine = (line: number) =>
      client.connection.sendRequest<ChangeResult>(DECLARE, {
        uri,
        ranges: [at(line)],
        origin: 'human',
        why: 'Mine.',
      });
    assert.equal((await mine(2)).changed, 0);
    assert.equal((await mine(1)).changed, 1);
    assert.deepEqual(await client.deletions(uri), []);
  });
});
