import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { eventually } from '../host/eventually';
import { describeInOneRow } from './hosts';

const START = resolve(import.meta.dirname, '../sample/start.ts');

describeInOneRow('npm start', () => {
  const children: ChildProcess[] = [];
  let temporary: string;
  before(() => {
    temporary = mkdtempSync(join(tmpdir(), 'taggant-start-'));
  });
  after(() => {
    for (const child of children) child.kill('SIGKILL');
    rmSync(temporary, { recursive: true, force: true, maxRetries: 5 });
  });

  function start(...args: string[]): ChildProcess {
    const env = { ...process.env, TMPDIR: temporary, TEMP: temporary };
    const child = spawn(process.execPath, ['--import', 'tsx', START, '--browser', ...args], {
      env,
      stdio: 'pipe',
    });
    children.push(child);
    return child;
  }

  it('says that another program has the port, and ends', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const started = start('--port', String(port));
    const said = text(started.stderr!);
    assert.deepEqual(await once(started, 'exit'), [1, null]);
    assert.equal((await said).trim(), `Another program listens on port ${port}.`);
    other.close();
  });

  it('leaves no VS Code behind when it is killed', async () => {
    const started = start();
    let said = '';
    started.stdout!.on('data', (data) => {
      said += data;
    });
    const address = await eventually('the address', async () => /http:\S+/.exec(said)?.[0]);
    await fetch(address!);
    started.kill('SIGKILL');
    const isGone = () =>
      fetch(address!).then(
        () => false,
        () => true,
      );
    await eventually('nobody answers there', isGone);
  });
});
