/**
 * `npm start`: a VS Code with Taggant, a sample completion provider and a sample shop, for a newcomer's first two
 * minutes. Opens a desktop VS Code where there is a display and one is found (VSCODE_EXECUTABLE, else `code`), and
 * otherwise prints the address of a VS Code for the browser. `--browser` asks for that one, `--port N` fixes its port.
 * Ctrl+C stops everything; the shop stays.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { TAGGANT } from '../host/extensions';
import { type Home, prepareHome } from '../host/home';
import { serverTree } from '../host/install';
import { startServer } from '../host/server';
import { createShop, SETTINGS } from './shop';

const PROVIDER = join(import.meta.dirname, 'provider');

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { browser: { type: 'boolean' }, port: { type: 'string' } } });
  const shop = await createShop();
  console.log(`The sample shop is in ${shop}`);
  const code = hasDisplay() && !values.browser ? desktopCode() : undefined;
  const home = await prepareHome({ row: 'reasons', settings: SETTINGS, extensions: [TAGGANT, PROVIDER] });
  try {
    if (code) await runDesktop(code, home, shop);
    else await runServer(home, shop, Number(values.port ?? 0));
  } finally {
    await home.remove();
    console.log(`\nStopped. The sample shop stays in ${shop}`);
  }
}

/** Until the window is closed, or Ctrl+C. */
async function runDesktop(code: string, home: Home, shop: string): Promise<void> {
  console.log('Close the window, or press Ctrl+C here, to stop.');
  const development = [TAGGANT, PROVIDER].map((folder) => `--extensionDevelopmentPath=${folder}`);
  const child = spawn(
    code,
    [
      '--new-window',
      '--wait',
      '--disable-workspace-trust',
      '--user-data-dir',
      home.userData,
      ...development,
      shop,
    ],
    { stdio: 'inherit', shell: code.endsWith('.cmd') },
  );
  const closed = new Promise<void>((done, fail) => child.on('error', fail).on('exit', () => done()));
  await Promise.race([closed, interrupted()]);
  child.kill();
}

async function runServer(home: Home, shop: string, port: number): Promise<void> {
  const server = await startServer({ ...home, tree: await serverTree('reasons'), port });
  const address = server.address(shop);
  console.log(
    `\nOpen this address in a browser:\n\n  ${address}\n\nThe README there tells the walk. Ctrl+C stops.`,
  );
  if (hasDisplay()) openBrowser(address);
  await Promise.race([server.ended, interrupted()]);
  await server.stop();
}

/** Ctrl+C may arrive more than once, from the terminal and from tsx: the others must not cut the stopping short. */
function interrupted(): Promise<void> {
  return new Promise((done) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => done());
  });
}

function hasDisplay(): boolean {
  if (process.platform === 'linux') return Boolean(process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY);
  return !process.env.SSH_CONNECTION;
}

function desktopCode(): string | undefined {
  if (process.env.VSCODE_EXECUTABLE) return process.env.VSCODE_EXECUTABLE;
  const name = process.platform === 'win32' ? 'code.cmd' : 'code';
  const found = spawnSync(name, ['--version'], { shell: process.platform === 'win32' });
  return found.status === 0 ? name : undefined;
}

function openBrowser(address: string): void {
  const openers: Partial<Record<NodeJS.Platform, [string, ...string[]]>> = {
    darwin: ['open'],
    win32: ['cmd', '/c', 'start', '""'],
  };
  const [program, ...args] = openers[process.platform] ?? ['xdg-open'];
  const child: ChildProcess = spawn(program, [...args, address], { stdio: 'ignore', detached: true });
  child.on('error', () => {}); // the address is on the screen
  child.unref();
}

await main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
