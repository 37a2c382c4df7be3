import { renamesBetween } from '../repo/fileHistory';
import type { Repository } from '../repo/git';
import { type Incoming, mergeBase } from '../repo/incoming';
import type { Tree } from '../repo/tree';

/** What a file of HEAD's is called elsewhere; each is the file's path of now where nothing else is known. */
export interface OtherName {
  /** In what is brought into HEAD. */
  readonly path: string;
  /** In the state that both come from. */
  readonly origin: string;
}

/** Follows files between HEAD and the sides that are brought into it, which go by their numbers. */
export interface OtherNames {
  /** What a file of HEAD's is called in a side. */
  inSide(side: number, path: string): Promise<OtherName>;
  /** What HEAD has renamed a file to that was at `origin` before the sides parted; null where it has not. */
  inHead(side: number, origin: string): Promise<string | null>;
}

/**
 * Follows files through what both sides have renamed since they parted: where both did, or one did and the other is kept in
 * the conflict, a file of the merge has the text of one side at a path that this side does not have. Git is asked once for
 * each side, and only for a file that is not there at its path of now.
 */
export function otherNames(
  repo: Repository,
  incoming: readonly Incoming[],
  others: readonly Pick<Tree, 'read'>[],
): OtherNames {
  const asked = new Map<number, Promise<Renames>>();
  const renames = (side: number) => {
    const known = asked.get(side) ?? renamesOf(repo, incoming[side]!);
    asked.set(side, known);
    return known;
  };
  return {
    async inSide(side, path) {
      if ((await others[side]!.read(path).catch(() => null)) !== null) return { path, origin: path };
      const { toHead, toOther } = await renames(side);
      const origin = toHead.get(path) ?? path;
      return { path: toOther.get(origin) ?? origin, origin };
    },
    async inHead(side, origin) {
      const { toHead } = await renames(side);
      return [...toHead].find(([, before]) => before === origin)?.[0] ?? null;
    },
  };
}

interface Renames {
  /** Path in HEAD -> path before. */
  readonly toHead: ReadonlyMap<string, string>;
  /** Path before -> path in what is brought in. */
  readonly toOther: ReadonlyMap<string, string>;
}

async function renamesOf(repo: Repository, { revision, base }: Incoming): Promise<Renames> {
  const from = base ?? (await mergeBase(repo, 'HEAD', revision));
  if (from === null) return { toHead: new Map(), toOther: new Map() };
  const [head, other] = await Promise.all([
    renamesBetween(repo, from, 'HEAD'),
    renamesBetween(repo, from, revision),
  ]);
  return {
    toHead: new Map(head.map(({ path, previousPath }) => [path, previousPath])),
    toOther: new Map(other.map(({ path, previousPath }) => [previousPath, path])),
  };
}
