/**
 * All tests: those that need no editor, then those in a real VS Code, in both rows (with and without change reasons).
 * `npm test` builds first. The last line is the sum.
 */
import { spawn } from 'node:child_process';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { type Counts, runHostTests } from './host/run';

const ROOT = path.resolve(import.meta.dirname, '..');

async function runUnitTests(): Promise<Counts> {
  const countsFile = path.join(ROOT, 'out', 'unit-counts.json');
  await mkdir(path.dirname(countsFile), { recursive: true });
  await rm(countsFile, { force: true });
  const mocha = path.join(ROOT, 'node_modules/mocha/bin/mocha.js');
  const reporter = path.join(ROOT, 'test/host/countingReporter.cjs');
  // They wait for git and for servers more than they work; each file has repositories of its own.
  const jobs = String(Math.min(Math.max(availableParallelism(), 2), 4));
  const options = ['--parallel', '--jobs', jobs, '--reporter', reporter];
  const child = spawn(process.execPath, [mocha, ...options], {
    cwd: ROOT,
    env: { ...process.env, TAGGANT_COUNTS: countsFile },
    stdio: 'inherit',
  });
  await new Promise((done, fail) => child.on('error', fail).on('exit', done));
  return readFile(countsFile, 'utf8').then(
    (json) => JSON.parse(json) as Counts,
    () => ({ passed: 0, failed: 1, failures: ['the tests without an editor ended without a result'] }),
  );
}

const results = [await runUnitTests(), await runHostTests()];
for (const failure of results.flatMap(({ failures }) => failures)) console.log(`failed: ${failure}`);
const passed = results.reduce((sum, counts) => sum + counts.passed, 0);
const failed = results.reduce((sum, counts) => sum + counts.failed, 0);
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed > 0 || passed === 0 ? 1 : 0);
