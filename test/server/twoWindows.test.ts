import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { flushEditors } from '../../src/cli/people';
import { parseSidecar, readSidecar } from '../../src/core/sidecar';
import { openRepository } from '../../src/repo/git';
import { wasSaved } from '../../src/repo/sharedSaves';
import { ai, line, lines, plain } from '../support/codeLines';
import { save } from '../support/marking';
import { TestClient } from './client';
import { servedRepository } from './suites';

/** Two windows of an editor on one folder, both with the file open: each has a server of its own. */
describe('two windows on one folder', () => {
  const written = `${lines('a')}${ai('b')}${lines('c')}`;
  const { repository, client } = servedRepository((fresh) => {
    save(fresh, 'a.ts', written);
    save(fresh, 'b.ts', lines('z'));
    fresh.commitAll();
  });
  let other: TestClient;
  let uri: string;
  beforeEach(async () => {
    other = await TestClient.start(repository.root);
    for (const window of [client, other]) {
      uri = await window.open(repository.path('a.ts'), plain(written));
      await window.marked(uri);
    }
  });
  afterEach(() => other.stop());

  /** `window` saves the document; the other one reads the file again, and both hear of what changed on disk. */
  async function saves(window: TestClient, by: TestClient): Promise<void> {
    const text = window.text(uri);
    repository.write('a.ts', text);
    await window.save(uri);
    await window.until('its sidecar is written', () => fits(text));
    // By whole lines, as VS Code compares a file that it reads again.
    const [was, now] = [by.text(uri).split(/(?<=\n)/), text.split(/(?<=\n)/)];
    let start = 0;
    while (start < was.length && was[start] === now[start]) start++;
    let end = 0;
    while (end < Math.min(was.length, now.length) - start && was.at(-1 - end) === now.at(-1 - end)) end++;
    const length = (of: string[], from: number, to: number) => of.slice(from, to).join('').length;
    const edit = {
      start: length(was, 0, start),
      end: length(was, 0, was.length - end),
      text: now.slice(start, now.length - end).join(''),
    };
    await by.edit(uri, [edit], { origin: 'external' });
    await told('a.ts', '.taggant/tags/a.ts.tags');
  }

  /** The sidecar speaks of this text, if there is one. */
  function fits(text: string): boolean {
    if (!existsSync(repository.path('.taggant/tags/a.ts.tags'))) return !text.includes("'b'");
    return readSidecar(parseSidecar(repository.read('.taggant/tags/a.ts.tags')), text) !== null;
  }

  async function told(...paths: string[]): Promise<void> {
    const changes = paths.map((path) => ({ uri: pathToFileURL(repository.path(path)).toString(), type: 2 }));
    for (const window of [client, other])
      await window.connection.sendNotification('workspace/didChangeWatchedFiles', { changes });
  }

  /** As before a commit: what waits is decided. */
  const decided = async () => flushEditors(await openRepository(repository.root));

  const drawn = async (window: TestClient) =>
    (await window.marked(uri)).map(({ text, origin }) => `${origin} ${text.trim()}`).join('\n');
  const becomes = async (...marked: string[]) => {
    const expected = marked.map((name) => `ai ${line(name).trim()}`).join('\n');
    for (const window of [client, other]) {
      await window.until('it is drawn so', async () => (await drawn(window)) === expected).catch(() => {});
      assert.equal(await drawn(window), expected);
    }
  };
  const accept = (window: TestClient, name: string, start = 0) =>
    window.edit(uri, [{ start, text: line(name) }], { origin: 'ai', evidence: 'exact', tool: 'acme' });

  it('show the same, whoever accepts and saves', async () => {
    await accept(client, 'first');
    await saves(client, other);
    await becomes('first', 'b');
    await accept(other, 'second', client.text(uri).length);
    await saves(other, client);
    await becomes('first', 'b', 'second');
    await client.edit(uri, [{ start: 0, end: line('first').length, text: '' }], { origin: 'human' });
    await saves(client, other);
    await becomes('b', 'second');
  });

  it('show what a person wrote in one of them as nobody’s in the other, however much it is', async () => {
    const typed = { start: 0, text: lines('d', 'e', 'f', 'g') };
    await client.edit(uri, [typed], { origin: 'human' });
    await saves(client, other);
    await decided();
    await becomes('b');
    // In a file without marks, too.
    for (const window of [client, other]) {
      uri = await window.open(repository.path('b.ts'), plain(lines('z')));
      await window.marked(uri);
    }
    await client.edit(uri, [typed], { origin: 'human' });
    repository.write('b.ts', client.text(uri));
    await client.save(uri);
    const repo = await openRepository(repository.root);
    await client.until('the save is noted', () => wasSaved(repo, 'b.ts', client.text(uri)));
    await other.edit(uri, [typed], { origin: 'external' });
    await told('b.ts');
    await decided();
    await becomes();
  });
});
