import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { COPIED, MARK_REVIEWED } from '../../src/protocol';
import { marked } from '../support/marking';
import { TestClient } from './client';
import { setUpRepository, type TestRepository } from './repository';

const AI = { origin: 'ai', evidence: 'exact', tool: 'acme.copilot' } as const;
const LARGE = 'export function pasted(one: number, two: number) {\n  return one + two;\n}\n// and more\n';

describe('copied text over the language server', () => {
  const repositories: TestRepository[] = [];
  const clients: TestClient[] = [];

  afterEach(async () => {
    for (const client of clients.splice(0)) await client.stop();
    for (const repository of repositories.splice(0)) repository.remove();
  });

  function newRepository(): TestRepository {
    const repository = setUpRepository();
    repositories.push(repository);
    return repository;
  }

  async function newClient(repository: TestRepository): Promise<TestClient> {
    const client = await TestClient.start(repository.root);
    clients.push(client);
    return client;
  }

  /** Opens a file whose AI parts stand in « ». */
  async function open(
    client: TestClient,
    repository: TestRepository,
    name: string,
    written: string,
  ): Promise<string> {
    const { text, marks } = marked(written);
    const human = written
      .split(/[«»]/)
      .filter((_, i) => i % 2 === 0)
      .join('');
    repository.write(name, human);
    const uri = await client.open(repository.path(name), human);
    let removed = 0;
    const edits = marks.spans.map(({ start, end }) => {
      const edit = { start: start - removed, text: text.slice(start, end) };
      removed += end - start;
      return edit;
    });
    if (edits.length > 0) await client.edit(uri, edits, AI);
    await client.marked(uri);
    return uri;
  }

  /** As the editor tells it: one range for each cursor. */
  async function copy(client: TestClient, uri: string, ...texts: string[]): Promise<void> {
    const version = await client.edit(uri, [{ start: 0, text: ' ' }]);
    const all = client.text(uri);
    const ranges = texts.map((text) => {
      const start = all.indexOf(text);
      return { start: place(all, start), end: place(all, start + text.length) };
    });
    await client.connection.sendNotification(COPIED, { uri, version, ranges });
    // A paste elsewhere comes after the copied file has been read.
    await client.marked(uri);
  }

  async function paste(
    client: TestClient,
    uri: string,
    ...edits: { start: number; end?: number; text: string }[]
  ) {
    return client.edit(uri, edits, { origin: 'paste' });
  }

  async function texts(client: TestClient, uri: string): Promise<string[]> {
    return (await client.marked(uri)).map(({ origin, text }) => `${origin}: ${text}`);
  }

  it('keeps its marks in the same file and in another one', async () => {
    const repository = newRepository();
    const client = await newClient(repository);
    const one = await open(client, repository, 'one.ts', 'mine «kilo»\n');
    const two = await open(client, repository, 'two.ts', '');
    await copy(client, one, 'mine kilo');
    await paste(client, one, { start: 0, text: 'mine kilo' });
    await paste(client, two, { start: 0, text: 'mine kilo' });
    assert.deepEqual(await texts(client, one), ['ai: kilo', 'ai: kilo']);
    assert.deepEqual(await texts(client, two), ['ai: kilo']);
  });

  it('takes signs alone for a copy only when they are what was copied last', async () => {
    const repository = newRepository();
    const client = await newClient(repository);
    const one = await open(client, repository, 'one.ts', 'mine «});»\n');
    const two = await open(client, repository, 'two.ts', '');
    await copy(client, one, '});');
    await paste(client, two, { start: 0, text: '});' });
    assert.deepEqual(await texts(client, two), ['ai: });']);
    await client.edit(two, [{ start: 0, end: 3, text: '' }]);
    await copy(client, one, 'mine');
    await paste(client, two, { start: 0, text: '});' });
    assert.deepEqual(await texts(client, two), []);
  });

  it('keeps them when it was cut', async () => {
    const repository = newRepository();
    const client = await newClient(repository);
    const one = await open(client, repository, 'one.ts', 'mine «kilo»\nrest\n');
    await copy(client, one, 'mine kilo\n');
    await client.edit(one, [{ start: 1, end: 11, text: '' }]);
    assert.deepEqual(await texts(client, one), []);
    await paste(client, one, { start: client.text(one).length, text: 'mine kilo\n' });
    assert.deepEqual(await texts(client, one), ['ai: kilo']);
  });

  it('keeps them when the editor tells of the cut after it', async () => {
    const repository = newRepository();
    const client = await newClient(repository);
    const one = await open(client, repository, 'one.ts', 'mine «kilo»\nrest\n');
    const version = await client.edit(one, [{ start: 0, end: 9, text: '' }]);
    const ranges = [{ start: { line: 0, character: 0 }, end: { line: 0, character: 9 } }];
    await client.connection.sendNotification(COPIED, { uri: one, version, ranges });
    await paste(client, one, { start: 5, text: 'mine kilo' });
    assert.deepEqual(await texts(client, one), ['ai: kilo']);
  });

  it('keeps its review when it is moved by cut and paste', async () => {
    const repository = newRepository();
    const client = await newClient(repository);
    const block = 'function kilo(lima: number) {\n  return lima + secondNumber;\n}\n';
    const one = await open(client, repository, 'one.ts', `before();\n«${block}»after();\n`);
    await client.connection.sendRequest(MARK_REVIEWED, { uri: one });
    assert.equal((await client.marked(one))[0]?.review, 'reviewed');
    await copy(client, one, block);
    const start = client.text(one).indexOf(block);
    await client.edit(one, [{ start, end: start + block.length, text: '' }]);
    assert.deepEqual(await client.marked(one), []);
    await paste(client, one, { start: client.text(one).length, text: block });
    assert.deepEqual(await client.marked(one), [{ text: block, origin: 'ai', review: 'reviewed' }]);
  });

  it('keeps them under other line ends, and laid out anew', async () => {
    const repository = newRepository();
    const client = await newClient(repository);
    const one = await open(client, repository, 'one.ts', 'mine();\n«if (kilo) {\n  lima(mike);\n}»\n');
    const two = await open(client, repository, 'two.ts', 'x\r\n');
    const text = 'mine();\nif (kilo) {\n  lima(mike);\n}';
    await copy(client, one, text);
    await paste(client, two, { start: 3, text: text.replaceAll('\n', '\r\n') });
    assert.deepEqual(await texts(client, two), ['ai: if (kilo) {\r\n  lima(mike);\r\n}']);
    await client.edit(two, [{ start: 0, end: client.text(two).length, text: '' }]);
    await paste(client, two, { start: 0, text: text.replaceAll('\n', '\n\t\t') });
    assert.deepEqual(await texts(client, two), ['ai: if (kilo) {\n\t\t  lima(mike);\n\t\t}']);
  });

  it('keeps them with several cursors, in lines and one for each', async () => {
    const repository = newRepository();
    const client = await newClient(repository);
    const one = await open(client, repository, 'one.ts', '«kilo» one\nmine\n«lima» two\n');
    const two = await open(client, repository, 'two.ts', 'a\nb\n');
    await copy(client, one, 'kilo one', 'lima two');
    await paste(client, two, { start: 0, text: 'kilo one\nlima two' });
    assert.deepEqual(await texts(client, two), ['ai: kilo', 'ai: lima']);
    await client.edit(two, [{ start: 0, end: client.text(two).length, text: 'a\nb\n' }]);
    await paste(client, two, { start: 1, text: 'kilo one' }, { start: 3, text: 'lima two' });
    assert.deepEqual(await texts(client, two), ['ai: kilo', 'ai: lima']);
  });

  it('keeps them when the lines of one part are spread over as many cursors', async () => {
    const repository = newRepository();
    const client = await newClient(repository);
    const one = await open(client, repository, 'one.ts', 'mine «kilo» one\nthen «lima» two\n');
    const two = await open(client, repository, 'two.ts', 'a\nb\n');
    await copy(client, one, 'kilo one\nthen lima');
    await paste(client, two, { start: 1, text: 'kilo one' }, { start: 3, text: 'then lima' });
    assert.deepEqual(await texts(client, two), ['ai: kilo', 'ai: lima']);
    assert.equal(client.text(two), 'akilo one\nbthen lima\n');
  });

  it('keeps them in another window of the repository, without its text being written anywhere', async () => {
    const repository = newRepository();
    const [first, second] = [await newClient(repository), await newClient(repository)];
    const one = await open(first, repository, 'one.ts', 'mine\n«const kilo = secretLima;»\n');
    const two = await open(second, repository, 'two.ts', '');
    await copy(first, one, 'mine\nconst kilo = secretLima;');
    const file = repository.path('.git/taggant/copies.json');
    await first.until('the copy is shared', () => statSync(file, { throwIfNoEntry: false }) !== undefined);
    await paste(second, two, { start: 0, text: 'mine\nconst kilo = secretLima;' });
    assert.deepEqual(await texts(second, two), ['ai: const kilo = secretLima;']);
    const { spans } = await second.connection.sendRequest<{ spans: { tool?: string }[] }>(
      'taggant/getSpans',
      { uri: two },
    );
    assert.equal(spans[0]?.tool, 'acme.copilot');
    assert.ok(!readFileSync(file, 'utf8').includes('secretLima'));
    if (process.platform !== 'win32') assert.equal(statSync(file).mode & 0o777, 0o600);
  });

  it('takes the contribution along into another repository', async () => {
    const [here, there] = [newRepository(), newRepository()];
    const client = await newClient(here);
    const one = await open(client, here, 'one.ts', '«const kilo = lima;»\n');
    const two = await open(client, there, 'two.ts', '');
    await copy(client, one, 'const kilo = lima;');
    await paste(client, two, { start: 0, text: 'const kilo = lima;' });
    there.write('two.ts', client.text(two));
    await client.save(two);
    await client.until('the contribution is there', () => {
      try {
        return there.git('status', '--porcelain', '-uall').includes('.taggant/contributions/');
      } catch {
        return false;
      }
    });
  });

  it('is found again where it was dragged from', async () => {
    const repository = newRepository();
    const client = await newClient(repository);
    await open(client, repository, 'one.ts', 'mine\n«const kiloKilo = limaLima;»\n');
    const two = await open(client, repository, 'two.ts', '');
    await paste(client, two, { start: 0, text: 'const kiloKilo = limaLima;' });
    assert.deepEqual(await texts(client, two), ['ai: const kiloKilo = limaLima;']);
  });

  it('is of unknown origin when it is large and comes from elsewhere; one action says what it is', async () => {
    const repository = newRepository();
    const client = await newClient(repository);
    const uri = await open(client, repository, 'one.ts', 'small\n');
    await paste(client, uri, { start: 0, text: 'few words\n' });
    assert.deepEqual(await texts(client, uri), []);
    await paste(client, uri, { start: 0, text: LARGE });
    assert.deepEqual(await texts(client, uri), [`paste: ${LARGE}`]);
    const actions = await client.connection.sendRequest<{ title: string; command: { command: string } }[]>(
      'textDocument/codeAction',
      {
        textDocument: { uri },
        range: { start: { line: 1, character: 0 }, end: { line: 1, character: 0 } },
        context: { diagnostics: [], triggerKind: 2 },
      },
    );
    const titles = actions.map(({ title }) => title);
    assert.ok(
      titles.includes('This is mine') && titles.includes('This came from an AI chat…'),
      titles.join(),
    );
  });

  it('believes no list of copies that is not one', async () => {
    const repository = newRepository();
    const client = await newClient(repository);
    const uri = await open(client, repository, 'one.ts', '');
    for (const hostile of ['{', '{}', '[1, null, {"digest": 1}]', `[${'['.repeat(5000)}]`]) {
      repository.write('.git/taggant/copies.json', hostile);
      await paste(client, uri, { start: 0, text: LARGE });
      assert.equal((await texts(client, uri))[0]?.slice(0, 6), 'paste:');
    }
  });
});

function place(text: string, offset: number): { line: number; character: number } {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length - 1, character: before[before.length - 1]!.length };
}
