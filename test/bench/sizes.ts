/**
 * How large things are: the two packages, each bundle, and the server's memory with 200 documents open, beside a Node that
 * does nothing. `tsx test/bench/sizes.ts` (after `npm run build`).
 */
import { spawn } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { packageBoth } from '../house/package';
import { TestClient } from '../server/client';
import { setUpRepository } from '../server/repository';

const DOCUMENTS = 200;
const LINES = 500;
const DIST = path.resolve(import.meta.dirname, '../../dist');

function kilobytes(file: string): string {
  return `${(statSync(file).size / 1000).toFixed(0)} kB`;
}

/** Resident memory of a process in megabytes; Linux only. */
function memory(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)![1]) / 1000;
}

async function serverMemory(): Promise<void> {
  const idle = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000); process.stdout.write("on")']);
  await new Promise((done) => idle.stdout.once('data', done));
  const repository = setUpRepository();
  const client = await TestClient.start(repository.root);
  const empty = memory(client.child.pid!);
  for (let i = 0; i < DOCUMENTS; i++) {
    const text = Array.from(
      { length: LINES },
      (_, line) => `export const value${line} = compute(${i}, ${line});\n`,
    );
    const name = `src/file${i}.ts`;
    repository.write(name, text.join(''));
    const uri = await client.open(repository.path(name), text.join(''));
    for (let edit = 0; edit < 10; edit++) {
      await client.edit(uri, [{ start: 0, text: `accepted(${edit});\n` }], {
        origin: 'ai',
        evidence: 'exact',
      });
    }
    await client.marked(uri);
  }
  const full = memory(client.child.pid!);
  console.log(
    `server memory: ${full.toFixed(0)} MB with ${DOCUMENTS} documents of ${LINES} lines, ${empty.toFixed(0)} MB with none, ` +
      `an idle Node ${memory(idle.pid!).toFixed(0)} MB`,
  );
  await client.stop();
  idle.kill();
  repository.remove();
}

const folder = await mkdtemp(path.join(tmpdir(), 'taggant-sizes-'));
const { plain, exact } = await packageBoth(folder);
console.log(`packages: ${kilobytes(plain)}, exact ${kilobytes(exact)}`);
await rm(folder, { recursive: true });
for (const bundle of ['extension.js', 'server.js', 'cli.js']) {
  console.log(`dist/${bundle}: ${kilobytes(path.join(DIST, bundle))}`);
}
await serverMemory();
process.exit(0);
