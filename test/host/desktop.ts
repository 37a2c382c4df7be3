/** The same host on a desktop VS Code, where one is named by VSCODE_EXECUTABLE or can be downloaded. */
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { downloadAndUnzipVSCode, runTests } from '@vscode/test-electron';
import { _electron, type ElectronApplication } from 'playwright-core';
import { TAGGANT_ID, TEST_PROVIDER_ID } from './extensions';
import type { Home, HostOptions } from './home';
import type { Host } from './host';
import { cacheFolder } from './install';

export async function desktopExecutable(): Promise<string | undefined> {
  if (process.env.VSCODE_EXECUTABLE) return process.env.VSCODE_EXECUTABLE;
  if (process.env.TAGGANT_VSCODE !== 'desktop') return undefined;
  return downloadAndUnzipVSCode({ cachePath: cacheFolder() });
}

export function startDesktop(home: Home, options: HostOptions, executablePath: string): Host {
  const running: ElectronApplication[] = [];
  const granted = options.row === 'reasons' ? [TAGGANT_ID, TEST_PROVIDER_ID] : [TEST_PROVIDER_ID];
  const proposals = granted.map((id) => `--enable-proposed-api=${id}`);
  const commandLine = (workspace: string) => [
    workspace,
    ...['--user-data-dir', home.userData, '--extensions-dir', home.extensions],
    ...['--no-sandbox', '--disable-gpu', '--disable-updates', '--skip-welcome', '--skip-release-notes'],
    ...['--disable-workspace-trust', ...proposals],
  ];
  return {
    row: options.row,
    bridge: home.bridge,
    async open(workspace) {
      const application = await _electron.launch({
        executablePath,
        args: [...commandLine(workspace), '--new-window'],
        env: home.environment as Record<string, string>,
      });
      running.push(application);
      return application.firstWindow();
    },
    /** No screenshot: here the test runner, not the page, is told of the end. */
    async runTests(workspace, module) {
      return runTests({
        vscodeExecutablePath: executablePath,
        extensionDevelopmentPath: [],
        extensionTestsPath: module,
        launchArgs: commandLine(workspace),
        extensionTestsEnv: home.environment as Record<string, string>,
      }).catch(() => 1);
    },
    async stop() {
      for (const application of running) await application.close();
      if (options.artifacts) {
        const logs = join(options.artifacts, 'logs');
        await cp(join(home.userData, 'logs'), logs, { recursive: true }).catch(() => {});
      }
      await home.remove();
    },
  };
}
