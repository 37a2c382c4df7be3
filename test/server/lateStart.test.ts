import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import type { Said } from './client';
import { readJournals, servedRepository } from './suites';

const AI: Said = { origin: 'ai', evidence: 'accepted' };
const FIRST = 'const rate = 2;\n';
const THEIRS = 'const tax = rate * 3;\n';
const OWN = '// mine\n';

/** A server that starts late is given a document as it was at first, and then all that happened to it. */
describe('a server that starts late', () => {
  const { repository, client, startAgain } = servedRepository((made) => {
    made.write('pay.ts', FIRST);
  });

  async function marked(uri: string): Promise<string[]> {
    return (await client.marked(uri)).map(({ text, origin }) => `${origin}: ${text}`);
  }

  /** What the client kept; meanwhile the file on disk may have become what it says in the end. */
  async function tell(): Promise<string> {
    const uri = await client.open(repository.path('pay.ts'), FIRST);
    const version = await client.edit(uri, [{ start: FIRST.length, text: THEIRS }], { origin: 'pending' });
    await client.edit(uri, [{ start: FIRST.length + THEIRS.length, text: OWN }], { origin: 'human' });
    await client.settle(uri, version, AI);
    return uri;
  }

  it('marks what was accepted before, and nothing of what was typed', async () => {
    const uri = await tell();
    assert.deepEqual(await marked(uri), [`ai: ${THEIRS}`]);
  });

  it('marks it in a text that was saved before, too, and writes the sidecar', async () => {
    repository.write('pay.ts', FIRST + THEIRS + OWN);
    const uri = await tell();
    await client.save(uri);
    assert.deepEqual(await marked(uri), [`ai: ${THEIRS}`]);
    await client.until('the sidecar is there', () =>
      existsSync(repository.path('.taggant/tags/pay.ts.tags')),
    );
  });

  it('marks it in a file that was saved and closed before', async () => {
    repository.write('pay.ts', FIRST + THEIRS + OWN);
    const uri = await tell();
    await client.save(uri);
    await client.close(uri);
    await client.open(repository.path('pay.ts'), FIRST + THEIRS + OWN);
    assert.deepEqual(await marked(uri), [`ai: ${THEIRS.trimEnd()}`]);
  });

  it('goes on where one was killed, with what was done in between', async () => {
    const uri = await tell();
    assert.deepEqual(await marked(uri), [`ai: ${THEIRS}`]);
    await client.until('the journal is written', () =>
      readJournals(repository).some((journal) => journal.includes('mine')),
    );
    await client.kill();
    const before = FIRST + THEIRS + OWN;
    await startAgain();
    await client.open(repository.path('pay.ts'), before);
    const version = await client.edit(uri, [{ start: before.length, text: 'sum();\n' }], {
      origin: 'pending',
    });
    await client.edit(uri, [{ start: 0, end: FIRST.length, text: '' }], { origin: 'human' });
    await client.settle(uri, version, AI);
    assert.deepEqual(await marked(uri), [`ai: ${THEIRS}`, 'ai: sum();\n']);
  });
});
