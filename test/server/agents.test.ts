import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseSidecar, readSidecar } from '../../src/core/sidecar';
import { callHook } from '../support/agentHook';
import { AGENT_SAMPLES, type When } from '../support/agentPayloads';
import { shown } from '../support/marking';
import { cleanEnvironment } from '../support/repository';
import { isHeard, TestClient } from './client';
import { TestRepository } from './repository';
import { servedRepository } from './suites';

const CLI = { file: path.resolve(import.meta.dirname, '../../dist/cli.js') };
const FILE = 'src/pay.ts';
const TEXT = 'export function pay(): number {\n  return 1;\n}\n';
const OLD = '  return 1;\n';
const NEW = '  const price = 2;\n  const tax = price * 0.2;\n  return price + tax;\n';
const AFTER = TEXT.replace(OLD, NEW);
const CLAUDE = AGENT_SAMPLES.find(({ name }) => name === 'claude-code')!;
const COPILOT = AGENT_SAMPLES.find(({ name }) => name === 'github-copilot')!;
const PENDING = { origin: 'pending' } as const;
const EXTERNAL = { origin: 'external' } as const;

describe("agents' hooks beside a running editor", () => {
  const { repository, client } = servedRepository((made) => {
    made.write(FILE, TEXT);
    made.commitAll();
  });
  let uri: string;
  beforeEach(async () => {
    uri = await client.open(repository.path(FILE), TEXT);
    await client.marked(uri);
    await isHeard(repository, client);
  });

  const hook = async (
    when: When,
    agent = CLAUDE,
    change = { path: FILE, old: OLD as string | null, new: NEW },
  ) => {
    const payload = agent.edit(when, { root: repository.root, ...change });
    const finished = await callHook(CLI, repository.root, agent.name, payload);
    assert.deepEqual([finished.code, finished.err], [0, '']);
  };
  /** What VS Code tells when it has read a file anew. */
  const reload = (text: string) =>
    client.edit(uri, [{ start: 0, end: client.text(uri).length, text }], EXTERNAL);
  const marked = async () => (await client.marked(uri)).map(({ text, origin }) => ({ text, origin }));
  const onDisk = (file = FILE) => {
    const text = repository.read(file);
    return shown(text, readSidecar(parseSidecar(repository.read(`.taggant/tags/${file}.tags`)), text));
  };
  const isOfAgent = async () => {
    const texts = (await marked()).filter(({ origin }) => origin === 'ai').map(({ text }) => text.trim());
    return texts.join('|').includes('const tax = price * 0.2') && texts.join('|').includes('price + tax');
  };
  const nothingElse = async () =>
    (await marked()).every(({ text, origin }) => origin === 'ai' && NEW.includes(text.trim()));

  it('settle a change that the editor tells of after the hook', async () => {
    await hook('before');
    repository.write(FILE, AFTER);
    await hook('after');
    await reload(AFTER);
    await client.until('the change is the agent’s', isOfAgent);
    assert.ok(await nothingElse());
    assert.ok(onDisk().includes('«const price = 2;\n'), onDisk());
  });

  it('settle a change that the editor told of before, also when it was of unknown origin meanwhile', async () => {
    await hook('before');
    repository.write(FILE, AFTER);
    await reload(AFTER);
    await client.until('nobody explains it', async () =>
      (await marked()).some(({ origin }) => origin === 'external'),
    );
    await hook('after');
    await client.until('the change is the agent’s', isOfAgent);
    assert.ok(await nothingElse());
    assert.ok(onDisk().includes('«const price = 2;\n'), onDisk());
  });

  it('settle what an agent changes in a document with unsaved text, whichever comes first', async () => {
    await client.edit(uri, [{ start: 0, text: '/' }]);
    await client.edit(uri, [{ start: 1, text: '/' }]);
    await hook('before', COPILOT);
    const at = client.text(uri).indexOf(OLD);
    await client.edit(uri, [{ start: at, end: at + OLD.length, text: NEW }], PENDING);
    await hook('after', COPILOT);
    await client.until('the change is the agent’s', isOfAgent);
    assert.ok(await nothingElse());

    const second = { path: FILE, old: 'return price', new: 'return 2 * price' };
    await hook('before', COPILOT, second);
    await hook('after', COPILOT, second);
    const start = client.text(uri).indexOf('price + tax');
    await client.edit(uri, [{ start, text: '2 * ' }], PENDING);
    await client.until('the second change is the agent’s', async () =>
      (await marked()).some(({ text }) => text.includes('2 * price')),
    );
    assert.ok((await marked()).every(({ text }) => !text.includes('//')));
  });

  it('give streamed edits to the agent as a whole', async () => {
    await hook('before');
    const steps = [8, 30, NEW.length];
    let from = '';
    for (const step of steps) {
      const start = TEXT.indexOf(OLD) + from.length;
      const isFirst = from === '';
      const text = NEW.slice(from.length, step);
      await client.edit(uri, [{ start, end: start + (isFirst ? OLD.length : 0), text }], PENDING);
      from = NEW.slice(0, step);
    }
    assert.equal(client.text(uri), AFTER);
    repository.write(FILE, AFTER);
    await client.save(uri);
    await hook('after');
    await client.until('the change is the agent’s', isOfAgent);
    assert.ok(await nothingElse());
  });

  it('take marks from disk when unsaved text gives way to what the agent wrote there', async () => {
    await client.edit(uri, [{ start: 0, text: '// mine\n' }]);
    await hook('before');
    repository.write(FILE, AFTER);
    await hook('after');
    assert.deepEqual(await marked(), []);
    assert.ok(onDisk().includes('«const price = 2;\n'), onDisk());
    await reload(AFTER);
    await client.until('the change is the agent’s', isOfAgent);
    assert.ok(await nothingElse());
  });

  it('say nothing of a change that leads from or to another text', async () => {
    const other = TEXT.replace(
      OLD,
      `${'  // somebody else wrote this, outside of any hook\n'.repeat(4)}${OLD}`,
    );
    await hook('before');
    await reload(other);
    await client.until('it is of unknown origin', async () =>
      (await marked()).some(({ origin }) => origin === 'external'),
    );
    repository.write(FILE, AFTER);
    await hook('after');
    assert.ok((await marked()).every(({ origin }) => origin === 'external'));
  });

  it('write the marks of files that are not open', async () => {
    const change = { path: 'src/tax.ts', old: null, new: 'export const tax = 0.2;\n' };
    await hook('before', CLAUDE, change);
    repository.write(change.path, change.new);
    await hook('after', CLAUDE, change);
    assert.equal(onDisk(change.path), '«export const tax = 0.2;»\n');
  });

  it('mark several files of one edit, open and closed', async () => {
    const patch = `*** Begin Patch
*** Update File: ${FILE}
@@
-  return 1;
+  return price + tax; // and const tax = price * 0.2;
*** Add File: src/über uns.md
+# About us
*** End Patch
`;
    const call = async (event: string) => {
      const payload = {
        cwd: repository.root,
        hook_event_name: event,
        session_id: 's',
        tool_use_id: 'c',
        model: 'gpt-5-codex',
        tool_name: 'apply_patch',
        tool_input: { command: patch },
      };
      assert.equal((await callHook(CLI, repository.root, 'codex', payload)).err, '');
    };
    const after = TEXT.replace('return 1;', 'return price + tax; // and const tax = price * 0.2;');
    await call('PreToolUse');
    repository.write(FILE, after);
    repository.write('src/über uns.md', '# About us\n');
    await call('PostToolUse');
    await reload(after);
    await client.until('the open file is marked', isOfAgent);
    assert.equal(onDisk('src/über uns.md'), '«# About us»\n');
  });

  it('work as the configuration calls them that "taggant init --agents" writes', async () => {
    if (process.platform === 'win32') return;
    const taggant = (...args: string[]) =>
      execFileSync(process.execPath, [CLI.file, ...args], {
        cwd: repository.root,
        env: cleanEnvironment(),
        encoding: 'utf8',
      });
    taggant('init', '--yes', '--agents', 'claude-code');
    const { hooks } = JSON.parse(repository.read('.claude/settings.json'));
    const call = (event: string, when: When) => {
      const input = JSON.stringify(
        CLAUDE.edit(when, { root: repository.root, path: FILE, old: OLD, new: NEW }),
      );
      const { command } = hooks[event][0].hooks[0];
      execFileSync('sh', ['-c', command], { cwd: repository.path('src'), env: cleanEnvironment(), input });
    };
    await client.close(pathToFileURL(repository.path(FILE)).toString());
    call('PreToolUse', 'before');
    repository.write(FILE, AFTER);
    call('PostToolUse', 'after');
    const { lines } = JSON.parse(taggant('blame', FILE, '--json'));
    const { origin, spans } = lines[2];
    assert.deepEqual([origin, spans[0].tool, spans[0].evidence], ['ai', 'claude-code', 'hook']);
    assert.equal(lines[0].origin, null);
  });
});

describe("agents' hooks in a repository that is not set up", () => {
  it('leave the tree alone, and the next editor knows what they said', async () => {
    const repository = new TestRepository();
    repository.write(FILE, TEXT);
    repository.commitAll();
    const change = { root: repository.root, path: FILE, old: OLD, new: NEW };
    await callHook(CLI, repository.root, CLAUDE.name, CLAUDE.edit('before', change));
    repository.write(FILE, AFTER);
    await callHook(CLI, repository.root, CLAUDE.name, CLAUDE.edit('after', change));
    assert.equal(repository.git('status', '--porcelain'), ` M ${FILE}\n`);
    const client = await TestClient.start(repository.root);
    const uri = await client.open(repository.path(FILE), AFTER);
    const marked = await client.marked(uri);
    assert.ok(marked.length > 0 && marked.every(({ origin }) => origin === 'ai'));
    await client.stop();
    repository.remove();
  });
});
