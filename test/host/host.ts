/**
 * One running VS Code under test. By default the server build with a headless browser, which npm alone can bring;
 * with VSCODE_EXECUTABLE (a path) or TAGGANT_VSCODE=desktop (downloads it) the same tests run in a desktop VS Code.
 */
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { format } from 'node:util';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Bridge } from './bridge';
import { launchBrowser } from './chromium';
import { desktopExecutable, startDesktop } from './desktop';
import { BRIDGE } from './extensions';
import { type Home, type HostOptions, prepareHome } from './home';
import { type Row, serverTree } from './install';
import { startServer } from './server';

export interface Host {
  readonly row: Row;
  readonly bridge: Bridge;
  /** Opens a window on a folder. Its extension host reports at `bridge.nextWindow()`. */
  open(workspace: string): Promise<Page>;
  /** Opens a window that calls `run()` of a module and answers its exit code: 0 when nothing threw. */
  runTests(workspace: string, module: string, screenshot: string): Promise<number>;
  stop(): Promise<void>;
}

/** What mocha prints in the extension host begins with this; the workbench writes to the same console. */
const TEST_OUTPUT = '[test] ';

/** Proposed API for extensions that declare it: the test's provider in both rows, Taggant in `reasons` only. */
const PROPOSALS = ['enableProposedApi', ''] as const;

export const VIEWPORT = { width: 1280, height: 800 };

export async function startHost(options: HostOptions): Promise<Host> {
  const home = await prepareHome(options);
  try {
    const executable = await desktopExecutable();
    return executable ? startDesktop(home, options, executable) : await startServerHost(home, options);
  } catch (error) {
    await home.remove();
    throw error;
  }
}

async function startServerHost(home: Home, options: HostOptions): Promise<Host> {
  const { row, artifacts } = options;
  const server = await startServer({ ...home, tree: await serverTree(row), artifacts });
  let browser: Browser | undefined;
  const newContext = async (): Promise<BrowserContext> => {
    browser ??= await launchBrowser();
    const permissions = ['clipboard-read', 'clipboard-write'];
    return browser.newContext({ viewport: VIEWPORT, permissions });
  };
  return {
    row,
    bridge: home.bridge,
    async open(workspace) {
      const page = await (await newContext()).newPage();
      await page.goto(server.address(workspace, [PROPOSALS]));
      return page;
    },
    async runTests(workspace, module, screenshot) {
      const context = await newContext();
      const page = await context.newPage();
      const exitCode = new Promise<number>((done, fail) => {
        page.on('crash', () => fail(new Error('the page crashed')));
        void page.exposeFunction('codeAutomationExit', done);
      });
      await page.exposeFunction('codeAutomationLog', (_level: string, args: unknown[]) => {
        const line = format(...args);
        if (line.startsWith(TEST_OUTPUT)) console.log(line.slice(TEST_OUTPUT.length));
      });
      const payload = [
        PROPOSALS,
        ['extensionDevelopmentPath', server.remote(BRIDGE)], // without one the tests path is ignored
        ['extensionTestsPath', server.remote(module)],
      ] as const;
      await page.goto(server.address(workspace, payload));
      const code = await exitCode;
      await page.screenshot({ path: screenshot });
      await context.close();
      return code;
    },
    async stop() {
      await browser?.close();
      await server.stop();
      if (artifacts) await cp(server.logs, join(artifacts, 'logs'), { recursive: true }).catch(() => {});
      await home.remove();
    },
  };
}
