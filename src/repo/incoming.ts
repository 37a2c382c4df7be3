import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { git, type Repository } from './git';
import type { ObjectReader } from './objects';
import { commitTree, type Tree } from './tree';

/** A state that is being brought into HEAD right now, or was a moment ago. */
export interface Incoming {
  readonly revision: string;
  /** The state that the change starts from; null where git has to be asked for the merge base. */
  readonly base: string | null;
}

/** Most that a merge brings together. */
const MAX_HEADS = 16;

/** What a merge, squash, cherry-pick, revert or rebase in progress brings into HEAD. Starts no process. */
export async function incomingSides(repo: Repository): Promise<Incoming[]> {
  const [merged, squashed, picked, reverted, rebased] = await Promise.all([
    idsIn(repo, 'MERGE_HEAD'),
    // "git merge --squash" leaves a message that lists the commits, the tip first.
    idsIn(repo, 'SQUASH_MSG', /^commit ([0-9a-f]{40,64})$/gm).then((ids) => ids.slice(0, 1)),
    idsIn(repo, 'CHERRY_PICK_HEAD'),
    idsIn(repo, 'REVERT_HEAD'),
    isRebasing(repo).then((isSo) => (isSo ? idsIn(repo, 'REBASE_HEAD') : [])),
  ]);
  const picks = [...new Set([...picked, ...rebased])];
  return [
    ...[...merged, ...squashed].map((revision) => ({ revision, base: null })),
    ...picks.map((id) => ({ revision: id, base: `${id}^` })),
    ...reverted.map((id) => ({ revision: `${id}^`, base: id })),
  ];
}

/** A stash that was applied with conflicts is still there; which one it was, git does not say. */
export const STASH: Incoming = { revision: 'refs/stash', base: 'refs/stash^1' };

/** What the newest stash put away, also the new files, which `git stash -u` keeps in a commit of their own. Lists nothing. */
export function stashTree(repo: Repository, objects: ObjectReader): Pick<Tree, 'read'> {
  const tracked = commitTree(repo, STASH.revision, objects);
  const untracked = commitTree(repo, `${STASH.revision}^3`, objects);
  return { read: async (path) => (await tracked.read(path)) ?? untracked.read(path) };
}

/** Whether a rebase is under way. Git leaves REBASE_HEAD where it is when one is over. */
export async function isRebasing({ gitDir }: Repository): Promise<boolean> {
  const isThere = (name: string) =>
    access(join(gitDir, name)).then(
      () => true,
      () => false,
    );
  return (await Promise.all(['rebase-merge', 'rebase-apply'].map(isThere))).includes(true);
}

async function idsIn(
  { gitDir }: Repository,
  name: string,
  form = /^([0-9a-f]{40,64})$/gm,
): Promise<string[]> {
  const text = await readFile(join(gitDir, name), 'utf8').catch(() => '');
  return [...text.slice(0, 1_000_000).matchAll(form)].map((match) => match[1]!).slice(0, MAX_HEADS);
}

/** The newest commit that two have in common; null when there is none, or one of them does not exist. */
export async function mergeBase(repo: Repository, one: string, other: string): Promise<string | null> {
  const output = await git(repo, ['merge-base', one, other], { allowExit: [1, 128] });
  return output.toString('utf8').split('\n')[0] || null;
}
