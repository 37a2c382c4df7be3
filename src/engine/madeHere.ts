import { areOwnCommits } from '../core/gitCommands';
import { wasStagedFrom } from '../repo/fileHistory';
import { incomingSides } from '../repo/incoming';
import { isSameButLineEnds, textOrNull } from '../repo/text';
import { commitTree, indexTree } from '../repo/tree';
import { newestHeadMoves } from '../repo/workingState';
import type { RepositoryState } from './repositoryState';

/** Milliseconds after a commit in which files that were written just before it may be told of. */
const LATELY = 15_000;

/** The commits that somebody has just made here, of what stands in the working tree, and the one before them. */
export async function madeLately(
  { repo, firstHead }: Pick<RepositoryState, 'repo' | 'firstHead'>,
  now: number,
): Promise<{ readonly own: readonly string[]; readonly base: string | null }> {
  const own: string[] = [];
  let base: string | null = 'HEAD';
  for (const { from, to, time, line } of (await newestHeadMoves(repo)).reverse()) {
    if (now - time > LATELY || to === firstHead || !areOwnCommits([line])) break;
    own.push(to);
    base = from;
  }
  return { own, base };
}

/**
 * Whether git holds a text of the working tree only because somebody has written it here, and added or committed it
 * since: git then says nothing of where it comes from. `base` is the commit before that, null where there is none. Answers null for
 * text that git brought (out of another commit, or in a merge), and for text that it does not hold.
 * @param now milliseconds since 1970
 */
export async function madeHere(
  state: Pick<RepositoryState, 'repo' | 'firstHead'>,
  path: string,
  text: string,
  now: number,
): Promise<{ readonly base: string | null } | null> {
  const { repo } = state;
  if ((await incomingSides(repo)).length > 0) return null;
  const { own, base } = await madeLately(state, now);
  const isIn = async (revision: string | null) => {
    const tree = revision === null ? indexTree(repo) : commitTree(repo, revision);
    try {
      const held = textOrNull(await tree.read(path).catch(() => null));
      return held !== null && isSameButLineEnds(held, text);
    } finally {
      tree.dispose();
    }
  };
  if (base !== null && (await isIn(base))) return null;
  const isHeld = (await isIn(null)) && !(await wasStagedFrom(repo, path, own));
  return isHeld ? { base } : null;
}
