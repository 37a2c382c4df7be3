import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Action, isLink, isThere, readSmallText } from './actions';
import { driverPath } from './driver';
import { writeIfChanged } from './files';
import type { Repository } from './git';
import {
  BEFORE,
  COMMAND_KEY,
  checkPath,
  compiledFolder,
  configured,
  EVENT_KEY,
  hasConfiguredHooks,
  isExecutable,
  managerOf,
  PUT_ASIDE,
  readHook,
  runtimePath,
} from './hookFiles';
import {
  addBlock,
  CHECK_COMMAND,
  CHECK_MARK,
  type HookScripts,
  isOurHook,
  isUneditedHook,
  NEW_SHARED_HOOK,
  readHookScripts,
} from './hookScripts';
import { findHooksFolder, type HooksFolder } from './hooksFolder';

/** What it takes to have Taggant's check run before each commit, or to take that back. */
export interface HookPlan {
  /** The check will run (install) or will not run any more (undo) when the actions have been carried out. */
  readonly complete: boolean;
  readonly actions: readonly Action[];
  /** Sentences for the person: what stands in the way, and what to do. */
  readonly notes: readonly string[];
}

/** What the runtime file holds. Forward slashes, because a shell reads it on Windows too. */
export function runtimeText(runtime: { nodePath: string; cliPath: string }): string {
  return [runtime.nodePath, runtime.cliPath, '']
    .join('\n')
    .replaceAll('\\', process.platform === 'win32' ? '/' : '\\');
}

/** Writes down the runtime of this installation, and brings an installed check up to this installation's version. */
export async function writeRuntime(
  repo: Repository,
  runtime: { nodePath: string; cliPath: string },
): Promise<void> {
  const isAnother = await writeIfChanged(runtimePath(repo), runtimeText(runtime));
  // What Node kept of an older program would never be used again.
  if (isAnother) await rm(compiledFolder(repo), { recursive: true, force: true }).catch(() => undefined);
  const installed = await Promise.all([checkPath(repo), driverPath(repo)].map(isThere));
  if (!installed.includes(true)) return;
  const scripts = await readHookScripts(runtime.cliPath).catch(() => null);
  if (!scripts) return;
  if (installed[0]) await writeIfChanged(checkPath(repo), scripts.check);
  if (installed[1]) await writeIfChanged(driverPath(repo), scripts.driver);
}

/**
 * Plans to have the check run last among what runs before a commit: after formatters, whose result it has to describe,
 * and outside of the stash in which lefthook and pre-commit run their commands (docs/hooks.md).
 */
export async function planHookInstall(repo: Repository, scripts: HookScripts): Promise<HookPlan> {
  const hooks = await findHooksFolder(repo);
  const plan = hasConfiguredHooks(repo)
    ? await planConfigured(repo, hooks, scripts)
    : await planJoin(hooks, scripts);
  // The check is put there in any case: a line that a person adds to a hook by hand calls it.
  return { ...plan, actions: [...(await planCheck(repo, scripts)), ...plan.actions] };
}

/** Git runs configured hooks before the hook of the folder, so they are right only where that has none to wait for. */
async function planConfigured(repo: Repository, hooks: HooksFolder, scripts: HookScripts): Promise<HookPlan> {
  const now = await planUnset(repo);
  if (await isFree(hooks)) return now.length > 0 ? DONE : configure();
  const joined = await planJoin(hooks, scripts);
  if (!joined.complete) return now.length > 0 ? DONE : configure(hooks);
  return { ...joined, actions: [...joined.actions, ...now] };
}

/** The actions that unset what `configure` sets, as far as it is set. */
export async function planUnset(repo: Repository): Promise<Action[]> {
  const actions: Action[] = [];
  for (const path of [COMMAND_KEY, EVENT_KEY]) {
    const before = await configured(repo, path);
    const description = 'no longer needed';
    if (before !== null) actions.push({ kind: 'config', path, before, after: null, description });
  }
  return actions;
}

const DONE: HookPlan = { complete: true, actions: [], notes: [] };

/** Nothing of the person's runs there that Taggant could come too early for, or the folder is not ours to write to. */
async function isFree(hooks: HooksFolder): Promise<boolean> {
  return hooks.kind === 'outside' || !(await isThere(hooks.script));
}

function configure(runsBefore?: HooksFolder): HookPlan {
  const set = (path: string, after: string): Action => {
    const description = 'the check that runs before each commit';
    return { kind: 'config', path, before: null, after, description };
  };
  const note = `The check runs before ${runsBefore?.script}, so it does not see what that hook rewrites.`;
  const actions = [set(COMMAND_KEY, CHECK_COMMAND), set(EVENT_KEY, 'pre-commit')];
  return { ...DONE, actions, notes: runsBefore ? [note] : [] };
}

async function planCheck(repo: Repository, scripts: HookScripts): Promise<Action[]> {
  const path = checkPath(repo);
  const before = await readSmallText(path);
  if (before === scripts.check && (await isExecutable(path))) return [];
  const description = 'the check that runs before each commit';
  return [{ kind: 'write', path, before, after: scripts.check, executable: true, description }];
}

async function planJoin(hooks: HooksFolder, scripts: HookScripts): Promise<HookPlan> {
  if (hooks.kind === 'outside')
    return explain(hooks, 'git looks for hooks in a folder outside of this repository');
  const text = await readHook(hooks.script);
  const { script } = hooks;
  if (hooks.kind !== 'own') {
    if (text === null && !(await isThere(script)))
      return write(script, null, NEW_SHARED_HOOK, 'the hook that runs the check');
    return planBlock(hooks, text);
  }
  if (!(await isThere(script))) return write(script, null, scripts.join, 'the hook that runs the check');
  if (text !== null && isOurHook(text)) {
    if (!isUneditedHook(text))
      return { ...DONE, notes: [`${script} was edited by hand and is left as it is.`] };
    if (text === scripts.join && (await isExecutable(script))) return DONE;
    return write(script, text, scripts.join, 'the newest version of the hook', true);
  }
  if (text?.includes(CHECK_MARK)) return DONE;
  // A script that goes by its own name (overcommit does, and husky 4) must keep it.
  if (text !== null && /\bbasename\b|\$\{0##|__FILE__|\$PROGRAM_NAME|\bovercommit\b/.test(text)) {
    return planBlock(hooks, text);
  }
  return planMove(hooks, text, scripts);
}

/** Ours takes the place of the hook that is there, and calls it. */
async function planMove(hooks: HooksFolder, text: string | null, scripts: HookScripts): Promise<HookPlan> {
  const { script, folder } = hooks;
  const actions: Action[] = [];
  const before = join(folder, BEFORE);
  if (await isThere(before)) {
    const earlier = await readHook(before);
    const manager = managerOf(text);
    // A hook manager wrote its hook anew over ours: what we had moved away is an older version of it.
    if (manager === null || managerOf(earlier) !== manager) {
      return explain(hooks, `both pre-commit and ${BEFORE} exist there, and only you know which one counts`);
    }
  }
  for (const name of PUT_ASIDE) {
    const aside = await readHook(join(folder, name));
    if (aside === null || !isUneditedHook(aside)) continue;
    const description = "Taggant's hook, put aside by another program";
    actions.push({ kind: 'remove', path: join(folder, name), before: aside, description });
  }
  actions.push({
    kind: 'move',
    path: script,
    to: before,
    description: 'the hook that is there; it will run first',
  });
  return {
    ...DONE,
    actions: [...actions, ...write(script, null, scripts.join, 'the hook that runs both').actions],
  };
}

async function planBlock(hooks: HooksFolder, text: string | null): Promise<HookPlan> {
  if (text?.includes(CHECK_MARK)) return DONE;
  const after = text === null ? null : addBlock(text);
  if (text === null || after === null) {
    return explain(hooks, 'its pre-commit hook is not a shell script that Taggant can safely add lines to');
  }
  if (await isLink(hooks.script)) return explain(hooks, 'its pre-commit hook is a link to another file');
  // Husky runs scripts that are not executable too.
  if (hooks.kind !== 'husky' && !(await isExecutable(hooks.script))) {
    return explain(hooks, 'its pre-commit hook is switched off (it is not executable)');
  }
  return write(hooks.script, text, after, 'lines that run the check, last');
}

/** A hook that is there and is not ours keeps its mode. */
function write(
  path: string,
  before: string | null,
  after: string,
  description: string,
  executable = before === null,
): HookPlan {
  return { ...DONE, actions: [{ kind: 'write', path, before, after, executable, description }] };
}

function explain(hooks: HooksFolder, why: string): HookPlan {
  const note =
    `Nothing was put into ${hooks.folder}: ${why}. ` +
    `To have commits checked, add this line at the end of its pre-commit script: ${CHECK_COMMAND} || exit $?`;
  return { complete: false, actions: [], notes: [note] };
}
