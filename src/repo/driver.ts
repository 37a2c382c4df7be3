import { join } from 'node:path';
import { type Action, readSmallText } from './actions';
import type { Repository } from './git';
import { configured, isExecutable } from './hookFiles';
import type { HookScripts } from './hookScripts';

/** The merge driver that `.gitattributes` names for sidecars, as this clone's own configuration defines it. */
export const DRIVER = 'taggant';
const NAME_KEY = `merge.${DRIVER}.name`;
export const DRIVER_KEY = `merge.${DRIVER}.driver`;
const NAME = "Taggant's marks: keeps both sides of a conflict";

/**
 * Runs in `sh`; git puts in the files and the path, quoted. Without the script it is git's own text merge: a driver that
 * is not found would leave our side as if it were the result.
 */
export const DRIVER_COMMAND =
  'taggant_driver=$(git rev-parse --git-common-dir)/taggant/merge-driver; ' +
  'if [ -x "$taggant_driver" ]; then "$taggant_driver" %O %A %B %P; else git merge-file -q %A %O %B; fi';

/** Where the driver stands; one for a repository and all its linked worktrees. */
export function driverPath(repo: Pick<Repository, 'commonDir'>): string {
  return join(repo.commonDir, 'taggant', 'merge-driver');
}

/** Plans to have git merge this clone's sidecars with the driver. */
export async function planDriver(repo: Repository, scripts: HookScripts): Promise<Action[]> {
  const actions: Action[] = [];
  const path = driverPath(repo);
  const before = await readSmallText(path);
  if (before !== scripts.driver || !(await isExecutable(path))) {
    const description = 'merges the marks where the code conflicts';
    actions.push({ kind: 'write', path, before, after: scripts.driver, executable: true, description });
  }
  for (const [key, after] of [
    [NAME_KEY, NAME],
    [DRIVER_KEY, DRIVER_COMMAND],
  ] as const) {
    const now = await configured(repo, key);
    const description = 'how git merges the marks in this clone';
    if (now !== after) actions.push({ kind: 'config', path: key, before: now, after, description });
  }
  return actions;
}

/** Plans to take that back. A driver of that name which somebody changed stays, with its script. */
export async function planDriverUndo(repo: Repository): Promise<Action[]> {
  const command = await configured(repo, DRIVER_KEY);
  if (command !== null && command !== DRIVER_COMMAND) return [];
  const actions: Action[] = [];
  for (const key of [NAME_KEY, DRIVER_KEY]) {
    const before = await configured(repo, key);
    const description = 'no longer needed';
    if (before !== null) actions.push({ kind: 'config', path: key, before, after: null, description });
  }
  const path = driverPath(repo);
  const before = await readSmallText(path);
  if (before !== null) actions.push({ kind: 'remove', path, before, description: 'no longer needed' });
  return actions;
}
