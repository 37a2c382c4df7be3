import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { MAX_TRACKED_CHARACTERS } from '../../src/core/limits';
import { SET_UP, type SetUpResult } from '../../src/protocol';
import { type Said, TestClient } from './client';
import { setUpRepository, TestRepository } from './repository';

const AI: Said = { origin: 'ai', evidence: 'exact', tool: 'acme.copilot' };
const SIDECAR = '.taggant/tags/src/pay.ts.tags';

/** Bad input and missing things: each is said in a sentence, and nothing is lost. */
describe('the language server in trouble', () => {
  let repository: TestRepository;
  let client: TestClient;

  beforeEach(() => {
    repository = setUpRepository();
  });
  afterEach(async () => {
    if (client.child.exitCode === null && client.child.signalCode === null) await client.stop();
    repository.remove();
  });

  async function open(text: string): Promise<string> {
    repository.write('src/pay.ts', text);
    client = await TestClient.start(repository.root);
    return client.open(repository.path('src/pay.ts'), text);
  }

  async function reasonFor(uri: string): Promise<string> {
    await client.until('the document is refused', () => client.statuses.get(uri)?.tracking.state === 'off');
    const { tracking } = client.statuses.get(uri)!;
    return tracking.state === 'off' ? tracking.reason : '';
  }

  it('refuses a newer format and touches nothing', async () => {
    repository.write('.taggant/version', '2\n');
    repository.write(SIDECAR, 'something of the future\n');
    const uri = await open('a\n');
    assert.match(await reasonFor(uri), /in format 2, .*update Taggant/);
    await client.edit(uri, [{ start: 2, text: 'return total;\n' }], AI);
    repository.write('src/pay.ts', client.text(uri));
    await client.save(uri);
    assert.deepEqual(await client.marked(uri), []);
    await client.stop();
    assert.equal(repository.read(SIDECAR), 'something of the future\n');
    assert.equal(repository.git('status', '--short', '.taggant/contributions'), '');
  });

  it('does not follow a file past the size limit, and says so', async () => {
    const uri = await open('x'.repeat(MAX_TRACKED_CHARACTERS + 1));
    assert.match(await reasonFor(uri), /larger than 5 million characters/);
  });

  for (const [what, sidecar] of [
    ['cut off', 'ab'],
    ['binary', '\u0000\u0001\u0002\n'.repeat(3)],
    ['conflicted', '<<<<<<< ours\nab 7Qm2xR\n=======\ncd 9PpLk0\n>>>>>>> theirs\n'],
  ] as const) {
    it(`goes on with a sidecar that is ${what}`, async () => {
      repository.write(SIDECAR, sidecar);
      const uri = await open('one();\n');
      await client.edit(uri, [{ start: 7, text: 'return total;\n' }], AI);
      repository.write('src/pay.ts', client.text(uri));
      await client.save(uri);
      await client.until('the sidecar is written anew', () =>
        /^[\w-]{2}\n[\w-]{2} [\w-]{6}\n$/.test(repository.read(SIDECAR)),
      );
    });
  }

  it('keeps marks in the journal when the tree cannot be written, and says why', async () => {
    const uri = await open('one();\n');
    repository.write('.taggant/tags', 'a file stands where a folder is needed');
    await client.edit(uri, [{ start: 7, text: 'return total;\n' }], AI);
    repository.write('src/pay.ts', client.text(uri));
    await client.save(uri);
    await client.until('the status says why', () =>
      (client.statuses.get(uri)?.problems ?? []).some((problem) =>
        /file stands where a folder/.test(problem),
      ),
    );
    const text = client.text(uri);
    await client.kill();
    client = await TestClient.start(repository.root);
    const again = await client.open(repository.path('src/pay.ts'), text);
    assert.equal((await client.marked(again)).length, 1);
  });

  it('works on when its journal cannot be written', async () => {
    repository.write('.git/taggant', 'a file stands where a folder is needed');
    const uri = await open('one();\n');
    await client.edit(uri, [{ start: 7, text: 'return total;\n' }], AI);
    assert.equal((await client.marked(uri)).length, 1);
    await client.until('the status says why', () =>
      (client.statuses.get(uri)?.problems ?? []).some((problem) => /journal/.test(problem)),
    );
  });

  it('lets two editors work on one folder', async () => {
    const first = await open('one();\n');
    const second = await TestClient.start(repository.root);
    const other = await second.open(repository.path('src/pay.ts'), 'one();\n');
    await second.marked(other);
    await client.edit(first, [{ start: 7, text: 'return total;\n' }], AI);
    repository.write('src/pay.ts', client.text(first));
    await client.save(first);
    await client.until('the sidecar is there', () => existsSync(repository.path(SIDECAR)));
    // The other editor reloads the file from disk and hears of the sidecar.
    await second.edit(other, [{ start: 7, text: 'return total;\n' }], { origin: 'external' });
    await second.connection.sendNotification('workspace/didChangeWatchedFiles', {
      changes: [{ uri: pathToFileURL(repository.path(SIDECAR)).toString(), type: 1 }],
    });
    await second.until('it has the marks', async () => (await second.marked(other))[0]?.origin === 'ai');
    const before = repository.read(SIDECAR);
    await second.save(other);
    await second.stop();
    assert.equal(repository.read(SIDECAR), before);
    assert.deepEqual(readdirSync(repository.path('.git/taggant/journal')), []);
  });

  /** Git brings a commit that was made elsewhere, in which the file says `text`. */
  function pull(text: string): void {
    repository.git('switch', '-q', '-c', 'elsewhere');
    repository.write('src/pay.ts', text);
    repository.commitAll();
    repository.git('switch', '-q', 'main');
    repository.git('merge', '-q', '--ff-only', 'elsewhere');
  }

  it('takes text that git brought for what git says it is', async () => {
    const uri = await open('one();\n');
    await client.marked(uri);
    const pulled = 'one();\ntwo();\nthree();\nfour();\n';
    pull(pulled);
    await client.edit(uri, [{ start: 7, text: pulled.slice(7) }], { origin: 'external' });
    const folder = repository.path('.git/taggant/journal');
    const journals = () => (existsSync(folder) ? readdirSync(folder).length : 0);
    await client.until('the edit is in the journal', () => journals() === 1);
    await client.until('it is explained', () => journals() === 0);
    const foreign = 'five();\nsix();\nseven();\n';
    assert.deepEqual(await client.marked(uri), []);
    repository.write('src/pay.ts', pulled + foreign);
    await client.edit(uri, [{ start: pulled.length, text: foreign }], { origin: 'external' });
    await client.until(
      'the text nobody explains is shown',
      async () => (await client.marked(uri)).length > 0,
    );
    assert.deepEqual(await client.marked(uri), [{ text: foreign, origin: 'external', review: 'unreviewed' }]);
  });

  it('knows what git brought by its text, whatever the line ends and the byte order mark', async () => {
    repository.git('config', 'core.autocrlf', 'true');
    const uri = await open('one();\r\n');
    await client.marked(uri);
    const pulled = 'one();\r\ntwo();\r\nthree();\r\nfour();\r\n';
    pull(`\ufeff${pulled}`);
    assert.equal(repository.show('HEAD', 'src/pay.ts')?.includes('\r'), false);
    await client.edit(uri, [{ start: 8, text: pulled.slice(8) }], { origin: 'external' });
    const folder = repository.path('.git/taggant/journal');
    const journals = () => (existsSync(folder) ? readdirSync(folder).length : 0);
    await client.until('the edit is in the journal', () => journals() === 1);
    await client.until('it is explained', () => journals() === 0);
    assert.deepEqual(await client.marked(uri), []);
  });

  it('sets a repository up when asked, after saying what it would do', async () => {
    repository.remove();
    repository = new TestRepository();
    const uri = await open('one();\n');
    await client.edit(uri, [{ start: 7, text: 'return total;\n' }], AI);
    repository.write('src/pay.ts', client.text(uri));
    await client.save(uri);
    await client.marked(uri);
    const plan = await client.connection.sendRequest<SetUpResult>(SET_UP, { uri, dryRun: true });
    assert.ok(
      plan.actions.some((action) => /pre-commit/.test(action)),
      plan.actions.join('\n'),
    );
    assert.equal(existsSync(repository.path('.taggant')), false);
    await client.connection.sendRequest<SetUpResult>(SET_UP, { uri, dryRun: false });
    await client.until('the marks are in the tree', () => existsSync(repository.path(SIDECAR)));
    assert.ok(existsSync(repository.path('.git/hooks/pre-commit')));
    assert.match(repository.git('config', 'merge.taggant.driver'), /merge-driver/);
    assert.ok(existsSync(repository.path('.git/taggant/merge-driver')));
    const again = await client.connection.sendRequest<SetUpResult>(SET_UP, { uri, dryRun: true });
    assert.deepEqual(again.actions, []);
  });

  it('says when git is not there', async () => {
    repository.write('src/pay.ts', 'one();\n');
    const { PATH } = process.env;
    process.env.PATH = '/nowhere';
    client = await TestClient.start(repository.root).finally(() => {
      process.env.PATH = PATH;
    });
    const uri = await client.open(repository.path('src/pay.ts'), 'one();\n');
    assert.match(await reasonFor(uri), /Git was not found/);
  });
});
