/**
 * Brings a real VS Code to test in: the VS Code server inside the npm package `code-server`, so that npm's registry
 * is all it takes: no compiler, no headers. Run it by itself (`node --import tsx test/host/install.ts`) or call `installServer()`.
 *
 * Result, in `.vscode-test/server-<version>-<layout>` (or under TAGGANT_VSCODE_CACHE):
 *   reasons/  the build as it comes; it grants every extension the proposed API, so change events carry `detailedReason`
 *   stable/   the same with two replacements that bring Marketplace conditions back: no proposed API
 *
 * Idempotent. Work happens in a folder of its own that is renamed at the end, so an interrupted run leaves no half tree.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { linkTree, makeStable } from './stableTree';

export const SERVER_VERSION = '4.139.1';

/** `reasons` shows extensions why text changed (proposed API), `stable` does not. */
export type Row = 'reasons' | 'stable';
export const ROWS: readonly Row[] = ['reasons', 'stable'];

const REPOSITORY = resolve(import.meta.dirname, '../..');

/** Raised when the trees must be made anew although the server's version is the same. */
const LAYOUT = 4;

/** Parts of VS Code that no test of ours reaches; without them npm brings a third as much. */
const UNUSED_PACKAGES = [
  '@devcontainers/cli',
  '@github/copilot-sdk',
  '@microsoft/mxc-sdk',
  '@vscode/copilot-api',
  '@vscode/sandbox-runtime',
  '@vscode/sqlite3',
  '@vscode/vscode-languagedetection',
  'katex',
  'kerberos',
  'ssh2',
];
const UNUSED_EXTENSIONS = [
  'copilot',
  'github-authentication',
  'mermaid-markdown-features',
  'microsoft-authentication',
  'ms-vscode.js-debug',
  'ms-vscode.js-debug-companion',
  'ms-vscode.vscode-js-profile-table',
  'terminal-suggest',
  'tunnel-forwarding',
];

/** Come prebuilt; their install scripts only put them in place. */
const PREBUILT_PACKAGES = ['node-pty', '@parcel/watcher'];

/**
 * Packages that would need a C++ compiler and Node's headers, and what stands in for them. The watchdog is VS Code's
 * second one: the extension host also looks after its parent by itself.
 */
const REPLACED_PACKAGES: Readonly<Record<string, string>> = {
  '@vscode/spdlog': join(import.meta.dirname, 'plainLogger.cjs'),
  '@vscode/native-watchdog': join(import.meta.dirname, 'noWatchdog.cjs'),
};

export function cacheFolder(): string {
  return resolve(process.env.TAGGANT_VSCODE_CACHE ?? join(REPOSITORY, '.vscode-test'));
}

function serverFolder(): string {
  return join(cacheFolder(), `server-${SERVER_VERSION}-${LAYOUT}`);
}

/** The folder of one row's VS Code server, installed when it is not there yet. */
export async function serverTree(row: Row): Promise<string> {
  return join(await installServer(), row);
}

/** Installs both trees and answers the folder that holds them. Throws one sentence when npm or a replacement fails. */
export async function installServer(say: (line: string) => void = console.log): Promise<string> {
  const target = serverFolder();
  if (existsSync(target)) return target;
  const started = Date.now();
  const step = (text: string) => say(`[${((Date.now() - started) / 1000).toFixed(1)} s] ${text}`);
  await mkdir(cacheFolder(), { recursive: true });
  await removeLeftovers();
  const work = join(cacheFolder(), `installing-${process.pid}`);
  await mkdir(work);
  try {
    await writeFile(join(work, 'package.json'), '{ "private": true }\n');
    step(`code-server ${SERVER_VERSION} from npm`);
    await npm(work, ['install', `code-server@${SERVER_VERSION}`, '--ignore-scripts']);
    const reasons = join(work, 'trees', 'reasons');
    await mkdir(dirname(reasons));
    await rename(join(work, 'node_modules', 'code-server', 'lib', 'vscode'), reasons);
    await trim(reasons);
    step("VS Code's own dependencies");
    await npm(reasons, ['install', '--omit=dev', '--ignore-scripts']);
    await npm(join(reasons, 'extensions'), ['install', '--omit=dev', '--ignore-scripts']);
    await npm(reasons, ['rebuild', ...PREBUILT_PACKAGES]);
    for (const [name, file] of Object.entries(REPLACED_PACKAGES)) {
      await copyFile(file, join(reasons, 'node_modules', name, 'index.js'));
    }
    step('the tree without proposed API');
    const stable = join(work, 'trees', 'stable');
    await linkTree(reasons, stable);
    await makeStable(stable);
    await rename(join(work, 'trees'), target).catch((error: unknown) => {
      if (!existsSync(target)) throw error; // another run finished first: its trees are as good
    });
    step(`ready in ${target}`);
    return target;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function trim(tree: string): Promise<void> {
  const manifest = JSON.parse(await readFile(join(tree, 'package.json'), 'utf8'));
  for (const name of UNUSED_PACKAGES) delete manifest.dependencies[name];
  await writeFile(join(tree, 'package.json'), JSON.stringify(manifest, null, 2));
  for (const name of UNUSED_EXTENSIONS) {
    await rm(join(tree, 'extensions', name), { recursive: true, force: true });
  }
}

async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(cacheFolder())) {
    const pid = /^installing-(\d+)$/.exec(name)?.[1];
    if (pid && !isRunning(Number(pid))) await rm(join(cacheFolder(), name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Runs npm under this very Node, so that what it builds fits. Its output is shown only when it fails. */
async function npm(cwd: string, args: string[]): Promise<void> {
  const cli = process.env.npm_execpath;
  const viaNode = cli?.endsWith('.js');
  const command = viaNode ? process.execPath : process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const path = `${dirname(process.execPath)}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH}`;
  const child = spawn(
    command,
    [...(viaNode ? [cli!] : []), ...args, '--no-audit', '--no-fund', '--loglevel=error'],
    {
      cwd,
      env: { ...process.env, PATH: path },
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: command.endsWith('.cmd'),
    },
  );
  let output = '';
  child.stdout.on('data', (data) => (output += data));
  child.stderr.on('data', (data) => (output += data));
  const code = await new Promise((done, fail) => child.on('error', fail).on('close', done));
  if (code !== 0) throw new Error(`npm ${args.join(' ')} failed in ${cwd}:\n${output.trim()}`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await installServer();
