import type { Repository } from '../repo/git';
import { incomingSides, isRebasing } from '../repo/incoming';
import { unmergedPaths } from '../repo/stage';

/**
 * Whether git merges just now and still waits for what becomes of a file: `text` has both sides, or is not added to the index
 * yet. Git does not give up a merge whose sidecar has changed since, and the hook of the commit writes it. A rebase can always
 * be given up, and `git rebase --continue` runs no hook: there only a text with both sides has to wait.
 */
export async function isInConflict(repo: Repository, path: string, text: string): Promise<boolean> {
  if ((await incomingSides(repo)).length === 0) return false;
  if (hasConflict(text)) return true;
  return !(await isRebasing(repo)) && (await unmergedPaths(repo, path)).includes(path);
}

/** True for a text with the markers that git leaves around both sides of a conflict. */
function hasConflict(text: string): boolean {
  return [/^<{7} /m, /^={7}\r?$/m, /^>{7} /m].every((marker) => marker.test(text));
}
