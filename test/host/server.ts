/** Starts VS Code's server in a process group of its own and ends all of it again. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface ServerOptions {
  /** Tree of `install.ts`. */
  tree: string;
  folder: string;
  userData: string;
  extensions: string;
  environment: NodeJS.ProcessEnv;
  /** Folder for `server.log`. */
  artifacts?: string | undefined;
  /** 0 or undefined: any free one. */
  port?: number | undefined;
}

export interface Server {
  readonly port: number;
  /** Settles when the server has ended, by itself or by `stop`. */
  readonly ended: Promise<void>;
  /** Logs of the server, extension hosts, extensions, git. */
  readonly logs: string;
  /** Address of a window on a workspace folder, with the secret that opens it; `payload` are VS Code's own start arguments. */
  address(workspace: string, payload?: readonly (readonly [string, string])[]): string;
  /** A path of this machine as the workbench names it. */
  remote(path: string): string;
  stop(): Promise<void>;
}

export async function startServer(options: ServerOptions): Promise<Server> {
  const data = join(options.folder, 'server-data');
  const token = randomUUID();
  const tokenFile = join(options.folder, 'connection-token');
  await writeFile(tokenFile, token, { mode: 0o600 });
  const child = spawn(
    process.execPath,
    [
      join(import.meta.dirname, 'serverMain.mjs'),
      join(options.tree, 'out', 'server-main.js'),
      ...['--host', '127.0.0.1', '--port', String(options.port ?? 0)],
      ...['--connection-token-file', tokenFile, '--accept-server-license-terms'],
      ...['--enable-smoke-test-driver', '--disable-telemetry', '--server-data-dir', data],
      ...['--user-data-dir', options.userData, '--extensions-dir', options.extensions],
    ],
    {
      cwd: options.folder,
      env: options.environment,
      stdio: 'pipe',
      detached: process.platform !== 'win32', // its own process group, so that all of it can be ended
    },
  );
  const endNow = () => endGroup(child, 'SIGKILL');
  process.once('exit', endNow);
  if (options.artifacts) {
    await mkdir(options.artifacts, { recursive: true });
    const log = createWriteStream(join(options.artifacts, 'server.log'), { flags: 'a' });
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
  }
  const port = await listeningPort(child).catch((error: Error) => {
    endNow();
    throw error;
  });
  const remote = (path: string) => `vscode-remote://127.0.0.1:${port}${encodeURI(path)}`;
  return {
    port,
    remote,
    logs: join(options.userData, 'logs'),
    ended: new Promise((done) => child.once('exit', () => done())),
    address(workspace, payload = []) {
      const query = new URLSearchParams({ tkn: token, folder: workspace });
      if (payload.length > 0) query.set('payload', JSON.stringify(payload));
      return `http://127.0.0.1:${port}/?${query}`;
    },
    async stop() {
      await endGently(child);
      process.removeListener('exit', endNow);
    },
  };
}

function listeningPort(child: ChildProcess): Promise<number> {
  return new Promise((done, fail) => {
    const said: string[] = [];
    const read = (stream: NodeJS.ReadableStream) =>
      createInterface({ input: stream }).on('line', (line) => {
        said.push(line);
        const port = /Extension host agent listening on (\d+)/.exec(line)?.[1];
        if (port) done(Number(port));
        const taken = /EADDRINUSE.*:(\d+)$/.exec(line)?.[1]; // it goes on without any
        if (taken) fail(new Error(`Another program listens on port ${taken}.`));
      });
    read(child.stdout!);
    read(child.stderr!);
    child.on('error', fail);
    child.on('exit', (code) => fail(new Error(`VS Code's server ended with ${code}:\n${said.join('\n')}`)));
  });
}

const GRACE_MS = 5000;

async function endGently(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const gone = new Promise((done) => child.once('exit', done));
    endGroup(child, 'SIGTERM');
    const timer = setTimeout(() => endGroup(child, 'SIGKILL'), GRACE_MS);
    await gone;
    clearTimeout(timer);
  }
  endGroup(child, 'SIGKILL'); // whatever of the group outlived its leader
}

function endGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  if (process.platform === 'win32') {
    spawnSync('taskkill', ['/pid', String(child.pid), '/T', '/F']);
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch {
    // already gone
  }
}
