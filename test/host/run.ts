/**
 * Runs what needs a real VS Code, in both rows: `node --import tsx test/host/run.ts [in-host] [journeys] [reasons] [stable]
 * [--grep TEXT]`; nothing named means all of it. Screenshots and logs stay under `out/artifacts/<row>/`, the counts in
 * `out/host-counts.json`. The last line is "N passed, N failed"; the exit code is 1 when anything failed.
 */
import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { bundleSuites } from './bundle';
import { TAGGANT, TEST_PROVIDER } from './extensions';
import { startHost } from './host';
import { ROWS, type Row } from './install';

const ROOT = resolve(import.meta.dirname, '../..');
const OUT = join(ROOT, 'out');
const JOURNEYS = 'test/journeys/*.test.ts';

export type Part = 'in-host' | 'journeys';
export const PARTS: readonly Part[] = ['in-host', 'journeys'];

export interface Counts {
  passed: number;
  failed: number;
  /** One line per failed test: its full title and its message. */
  failures: string[];
}

export interface RunOptions {
  parts?: readonly Part[];
  rows?: readonly Row[];
  grep?: string;
}

/** Runs the parts in the rows, one after the other, printing as it goes. */
export async function runHostTests({ parts = PARTS, rows = ROWS, grep }: RunOptions = {}): Promise<Counts> {
  const total: Counts = { passed: 0, failed: 0, failures: [] };
  // By default a signal ends Node without its exit handlers, which end VS Code.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  const suite = parts.includes('in-host') ? await bundleSuites() : null;
  for (const row of rows) {
    for (const part of parts) {
      const artifacts = join(OUT, 'artifacts', row, part);
      await rm(artifacts, { recursive: true, force: true });
      await mkdir(artifacts, { recursive: true });
      const countsFile = join(artifacts, 'counts.json');
      const environment = {
        TAGGANT_ROW: row,
        TAGGANT_COUNTS: countsFile,
        TAGGANT_ARTIFACTS: artifacts,
        ...(grep ? { TAGGANT_GREP: grep } : {}),
      };
      console.log(`\n== ${part}, ${row}`);
      const started = Date.now();
      if (part === 'journeys') await runJourneys(environment, grep);
      else if (suite) await runInHost(suite, row, environment, artifacts);
      const counts = await countsOf(countsFile, `${part}, ${row}`);
      console.log(`== ${part}, ${row}: ${counts.passed} passed, ${counts.failed} failed, ${since(started)}`);
      total.passed += counts.passed;
      total.failed += counts.failed;
      total.failures.push(...counts.failures.map((failure) => `[${row}] ${failure}`));
    }
  }
  return total;
}

async function runInHost(
  suite: string,
  row: Row,
  environment: NodeJS.ProcessEnv,
  artifacts: string,
): Promise<void> {
  const workspace = await emptyRepository();
  const host = await startHost({ row, extensions: [TAGGANT, TEST_PROVIDER], environment, artifacts });
  try {
    await host.runTests(workspace, suite, join(artifacts, 'end.png'));
  } finally {
    await host.stop();
    await rm(workspace, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function runJourneys(environment: NodeJS.ProcessEnv, grep?: string): Promise<void> {
  const mocha = ['--import', 'tsx', join(ROOT, 'node_modules/mocha/bin/mocha.js'), '--no-config'];
  const reporter = join(import.meta.dirname, 'countingReporter.cjs');
  const options = ['--extension', 'ts', '--timeout', '120000', '--exit', '--reporter', reporter];
  const child = spawn(process.execPath, [...mocha, ...options, ...(grep ? ['--grep', grep] : []), JOURNEYS], {
    cwd: ROOT,
    env: { ...process.env, ...environment },
    stdio: 'inherit',
  });
  await new Promise((done, fail) => child.on('error', fail).on('exit', done));
}

/** A run that left no counts died: that is one failure, never silence. */
async function countsOf(file: string, what: string): Promise<Counts> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return { passed: 0, failed: 1, failures: [`${what} ended without a result`] };
  }
}

async function emptyRepository(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'taggant-suite-')));
  const git = (...args: string[]) => promisify(execFile)('git', args, { cwd: folder });
  await git('init', '--quiet', '--initial-branch=main');
  await git('config', 'user.name', 'Test');
  await git('config', 'user.email', 'test@example.com');
  return folder;
}

function since(started: number): string {
  return `${((Date.now() - started) / 1000).toFixed(1)} s`;
}

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { grep: { type: 'string' } },
  });
  const parts = PARTS.filter((part) => positionals.includes(part));
  const rows = ROWS.filter((row) => positionals.includes(row));
  const total = await runHostTests({
    ...(parts.length > 0 && { parts }),
    ...(rows.length > 0 && { rows }),
    ...(values.grep !== undefined && { grep: values.grep }),
  });
  await writeFile(join(OUT, 'host-counts.json'), JSON.stringify(total, null, 2));
  for (const failure of total.failures) console.log(`failed: ${failure}`);
  console.log(`${total.passed} passed, ${total.failed} failed`);
  process.exit(total.failed > 0 ? 1 : 0);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main();
