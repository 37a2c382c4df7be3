import { join } from 'node:path';
import { isThere } from './actions';
import type { Repository } from './git';
import {
  COMMAND_KEY,
  checkPath,
  configured,
  hasConfiguredHooks,
  isExecutable,
  managerOf,
  readHook,
} from './hookFiles';
import { addBlock, CHECK_MARK } from './hookScripts';
import { findHooksFolder, type HooksFolder } from './hooksFolder';

export interface HookState {
  /**
   * `installed`: commits are checked; `missing`: not set up in this clone; `replaced`: it was, and something has taken
   * its place; `unsupported`: Taggant cannot put itself there, a person has to.
   */
  readonly state: 'installed' | 'missing' | 'replaced' | 'unsupported';
  /** For the user: a sentence, and what to do. */
  readonly message: string;
}

/** Whether commits of this clone are checked. Costs one or two short git processes. */
export async function hookState(repo: Repository): Promise<HookState> {
  const hooks = await findHooksFolder(repo);
  const canConfigure = hasConfiguredHooks(repo);
  const isConfigured = canConfigure && (await configured(repo, COMMAND_KEY)) !== null;
  const hasCheck = await isExecutable(checkPath(repo));
  if (hasCheck && isConfigured) {
    const isFirst = hooks.kind !== 'outside' && (await isThere(hooks.script));
    const message = `Commits are checked before ${hooks.script} runs, so what it rewrites is not seen. Run "taggant init" to have the check run last.`;
    return { state: 'installed', message: isFirst ? message : 'Commits are checked.' };
  }
  if (hasCheck && (await reachesCheck(hooks))) return { state: 'installed', message: 'Commits are checked.' };
  if (!canConfigure && !(await isOursToWrite(hooks))) {
    const message = `Commits are not checked: Taggant cannot put itself into git's hooks in ${hooks.folder}. "taggant init" says which line to add there.`;
    return { state: 'unsupported', message };
  }
  if (hasCheck) {
    const message = `Commits are not checked any more: another hook took the place of Taggant's in ${hooks.folder}. Run "taggant init" to join it.`;
    return { state: 'replaced', message };
  }
  const message =
    'Commits are not checked in this clone yet. Run "taggant init", or "Taggant: Set Up This Repository" in VS Code.';
  return { state: 'missing', message };
}

async function isOursToWrite(hooks: HooksFolder): Promise<boolean> {
  if (hooks.kind === 'outside') return false;
  if (hooks.kind === 'own' || !(await isThere(hooks.script))) return true;
  return addBlock((await readHook(hooks.script)) ?? '\0') !== null;
}

async function reachesCheck(hooks: HooksFolder): Promise<boolean> {
  const text = await readHook(hooks.script);
  if (text === null) return false;
  // Husky's own folder is not under version control; without it git finds no hook.
  if (hooks.kind === 'husky') {
    return text.includes(CHECK_MARK) && (await isExecutable(join(hooks.folder, 'pre-commit')));
  }
  if (!(await isExecutable(hooks.script))) return false;
  if (text.includes(CHECK_MARK)) return true;
  // pre-commit, installed over ours, calls it.
  if (managerOf(text) !== 'pre-commit') return false;
  return (await readHook(join(hooks.folder, 'pre-commit.legacy')))?.includes(CHECK_MARK) ?? false;
}
