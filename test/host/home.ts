/** The folder one VS Code under test lives in: user data, settings, extensions, a home without anybody's git settings. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cleanEnvironment } from '../support/repository';
import { type Bridge, openBridge } from './bridge';
import { BRIDGE, stageExtension } from './extensions';
import type { Row } from './install';

export interface HostOptions {
  row: Row;
  /** User settings, over `BASE_SETTINGS`. */
  settings?: Readonly<Record<string, unknown>>;
  /** The person's own `keybindings.json`. */
  keybindings?: readonly object[];
  /** Folders of unpacked extensions; the bridge is always there. */
  extensions?: readonly string[];
  /** Environment of VS Code and so of the extension host; undefined removes a variable. */
  environment?: NodeJS.ProcessEnv;
  /** Where VS Code's output and logs are kept. */
  artifacts?: string;
}

export interface Home {
  readonly folder: string;
  readonly userData: string;
  readonly extensions: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly bridge: Bridge;
  remove(): Promise<void>;
}

/** Without suggestions popping up over ghost text, without trust questions, with dialogs that are DOM. */
const BASE_SETTINGS: Readonly<Record<string, unknown>> = {
  'security.workspace.trust.enabled': false,
  'workbench.startupEditor': 'none',
  'workbench.enableExperiments': false,
  'workbench.tips.enabled': false,
  'workbench.colorTheme': 'Default Dark Modern',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'editor.quickSuggestions': { other: 'off', comments: 'off', strings: 'off' },
  'editor.inlineSuggest.enabled': true,
  // As on the desktop; a browser's default would save by itself.
  'files.autoSave': 'off',
  'editor.minimap.enabled': false,
  'window.dialogStyle': 'custom',
  'files.simpleDialog.enable': true,
  'git.openRepositoryInParentFolders': 'never',
  'telemetry.telemetryLevel': 'off',
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'update.mode': 'none',
  'chat.disableAIFeatures': true,
};

export async function prepareHome(options: HostOptions): Promise<Home> {
  const folder = await mkdtemp(join(tmpdir(), 'taggant-host-'));
  const bridge = await openBridge();
  const userData = join(folder, 'user-data');
  const extensions = join(folder, 'extensions');
  const home = join(folder, 'home');
  for (const each of [join(userData, 'User'), extensions, home]) await mkdir(each, { recursive: true });
  await writeFile(join(home, '.gitconfig'), '');
  const settings = { ...BASE_SETTINGS, ...options.settings };
  await writeFile(join(userData, 'User', 'settings.json'), JSON.stringify(settings, null, 2));
  if (options.keybindings)
    await writeFile(join(userData, 'User', 'keybindings.json'), JSON.stringify(options.keybindings));
  for (const each of [BRIDGE, ...(options.extensions ?? [])])
    await stageExtension(extensions, each, options.row);
  return {
    folder,
    userData,
    extensions,
    bridge,
    environment: {
      ...environmentWith(home),
      TAGGANT_BRIDGE: bridge.address,
      ...options.environment,
    },
    async remove() {
      bridge.close();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Without what another VS Code, git, npm or an agent put into this process's environment, and with a home of its own. */
function environmentWith(home: string): NodeJS.ProcessEnv {
  const kept = Object.entries(cleanEnvironment()).filter(([name]) => !/^(ELECTRON_|npm_)/i.test(name));
  return {
    ...Object.fromEntries(kept),
    HOME: home,
    USERPROFILE: home,
    GIT_CONFIG_GLOBAL: join(home, '.gitconfig'),
  };
}
