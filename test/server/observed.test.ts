import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AGENT_CONFIGS } from '../../src/core/agentConfig';
import { OBSERVED, type ObservedResult } from '../../src/protocol';
import { TestClient } from './client';
import { setUpRepository, TestRepository } from './repository';

describe('sensors outside the editor', () => {
  let repository: TestRepository;
  let client: TestClient | undefined;
  let home: string;

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'taggant-home-'));
  });
  afterEach(async () => {
    await client?.stop();
    client = undefined;
    repository.remove();
    rmSync(home, { recursive: true, force: true });
  });

  async function observed(trusted = true): Promise<ObservedResult['repositories'][number]> {
    repository.write('a.ts', 'one\n');
    const environment = { HOME: home, USERPROFILE: home };
    client = await TestClient.start(repository.root, { trusted, environment });
    await client.open(repository.path('a.ts'), 'one\n');
    const { repositories } = await client.connection.sendRequest<ObservedResult>(OBSERVED);
    assert.equal(repositories.length, 1);
    return repositories[0]!;
  }

  it('are a hook that git does not call, and agents with and without theirs', async () => {
    repository = setUpRepository();
    for (const config of AGENT_CONFIGS) {
      if (config.agent !== 'codex' && config.agent !== 'cursor') repository.write(config.path, config.text);
    }
    repository.write('.cursor/hooks.json', '{"version":1,"hooks":{}}');
    const { isSetUp, hook, agents } = await observed();
    assert.equal(isSetUp, true);
    assert.equal(hook?.isInstalled, false);
    assert.match(hook.message, /taggant init/);
    const names = [...new Set(AGENT_CONFIGS.map(({ agent }) => agent))].filter((name) => name !== 'codex');
    assert.deepEqual(
      agents,
      names.map((name) => ({ name, isConfigured: name !== 'cursor' })),
    );
  });

  it('are not looked for where nobody set Taggant up', async () => {
    repository = new TestRepository();
    repository.write('.cursor/hooks.json', '{"version":1,"hooks":{}}');
    const { isSetUp, agents } = await observed();
    assert.equal(isSetUp, false);
    assert.deepEqual(agents, []);
  });

  it('are not asked by a program where the workspace is not trusted', async () => {
    repository = setUpRepository();
    assert.equal((await observed(false)).hook, null);
  });
});
