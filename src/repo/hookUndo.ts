import { join } from 'node:path';
import { type Action, isThere, readSmallText } from './actions';
import type { Repository } from './git';
import { BEFORE, checkPath, managerOf, PUT_ASIDE, readHook, runtimePath } from './hookFiles';
import { hasBlock, isOurHook, isUneditedHook, NEW_SHARED_HOOK, removeBlock } from './hookScripts';
import { type HookPlan, planUnset } from './hooks';
import { findHooksFolder } from './hooksFolder';

/** Plans to take back what `planHookInstall` did, wherever it was done; what people changed since is left, and said. */
export async function planHookUndo(repo: Repository): Promise<HookPlan> {
  const own = join(repo.commonDir, 'hooks');
  const hooks = await findHooksFolder(repo);
  const { actions, notes } = await planUnjoin(own);
  const scripts = new Set([join(own, 'pre-commit'), ...(hooks.kind === 'outside' ? [] : [hooks.script])]);
  for (const path of scripts) {
    const text = await readHook(path);
    if (text !== null && hasBlock(text)) actions.push(withoutBlock(path, text));
  }
  for (const path of [checkPath(repo), runtimePath(repo)]) {
    const before = await readSmallText(path);
    if (before !== null) actions.push({ kind: 'remove', path, before, description: 'no longer needed' });
  }
  return { complete: notes.length === 0, actions: [...(await planUnset(repo)), ...actions], notes };
}

/** Puts the hook that ours had joined back into its place. */
async function planUnjoin(folder: string): Promise<{ actions: Action[]; notes: string[] }> {
  const actions: Action[] = [];
  const notes: string[] = [];
  for (const name of ['pre-commit', ...PUT_ASIDE]) {
    const path = join(folder, name);
    const text = await readHook(path);
    if (text === null || !isOurHook(text)) continue;
    if (isUneditedHook(text)) {
      actions.push({ kind: 'remove', path, before: text, description: 'the hook that ran the check' });
    } else notes.push(`${path} was edited by hand and is left as it is.`);
  }
  const path = join(folder, BEFORE);
  const to = join(folder, 'pre-commit');
  if (notes.length > 0 || !(await isThere(path))) return { actions, notes };
  const isFree = !(await isThere(to)) || actions.some((action) => action.path === to);
  const [text, now] = [await readHook(path), await readHook(to)];
  if (isFree) {
    actions.push({ kind: 'move', path, to, description: 'the hook that was there before' });
  } else if (text !== null && managerOf(text) !== null && managerOf(text) === managerOf(now)) {
    actions.push({
      kind: 'remove',
      path,
      before: text,
      description: `${managerOf(now)} has written a newer one`,
    });
  } else {
    notes.push(
      `${path} is your hook from before Taggant; another hook has taken its place, so it is left there.`,
    );
  }
  return { actions, notes };
}

function withoutBlock(path: string, before: string): Action {
  if (before === NEW_SHARED_HOOK) return { kind: 'remove', path, before, description: 'made by Taggant' };
  const description = 'without the lines that ran the check';
  return { kind: 'write', path, before, after: removeBlock(before), executable: false, description };
}
