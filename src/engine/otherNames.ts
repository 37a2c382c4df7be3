import { renamesBetween } from '../repo/fileHistory';
import type { Repository } from '../repo/git';
import { type Incoming, mergeBase } from '../repo/incoming';
import type { ObjectReader } from '../repo/objects';
import { commitTree, type Tree } from '../repo/tree';

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
  /**
   * What a merge puts into a file of HEAD's from a side: the file by its name there; and where HEAD has renamed a file to a name
   * that the side has given to another one, the file that was renamed too, as git merges both into this name.
   */
  allInSide(side: number, path: string): Promise<readonly [OtherName, ...OtherName[]]>;
  /** What HEAD has renamed a file to that was at `origin` before the sides parted; null where it has not. */
  inHead(side: number, origin: string): Promise<string | null>;
}

/**
 * Follows files through what both sides have renamed since they parted: where both did, or one did and the other is kept in
 * the conflict, a file of the merge has the text of one side at a path that this side does not have. Git is asked once for
 * each side, and only for a file that is not there at its path of now, or was not before the sides parted.
 */
export function otherNames(
  repo: Repository,
  incoming: readonly Incoming[],
  others: readonly Pick<Tree, 'read'>[],
  objects: ObjectReader,
): OtherNames {
  const base = once((side) => baseOf(repo, incoming[side]!));
  const renames = once(async (side) => renamesSince(repo, await base(side), incoming[side]!.revision));
  const isIn = async (tree: Pick<Tree, 'read'>, path: string) =>
    (await tree.read(path).catch(() => null)) !== null;
  const inSide = async (side: number, path: string): Promise<OtherName> => {
    if (await isIn(others[side]!, path)) return { path, origin: path };
    const { toHead, toOther } = await renames(side);
    const origin = toHead.get(path) ?? path;
    return { path: toOther.get(origin) ?? origin, origin };
  };
  return {
    inSide,
    async allInSide(side, path) {
      const first = await inSide(side, path);
      // Only a name that was free before the sides parted can have been given to two files.
      const from = first.path === path ? await base(side) : null;
      if (from === null || (await isIn(commitTree(repo, from, objects), path))) return [first];
      const origin = (await renames(side)).toHead.get(path);
      const isJoined = origin !== undefined && (await isIn(others[side]!, origin));
      return isJoined ? [first, { path: origin, origin }] : [first];
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

/** Asks for each side only once. */
function once<T>(ask: (side: number) => Promise<T>): (side: number) => Promise<T> {
  const asked = new Map<number, Promise<T>>();
  return (side) => {
    const known = asked.get(side) ?? ask(side);
    asked.set(side, known);
    return known;
  };
}

async function baseOf(repo: Repository, { revision, base }: Incoming): Promise<string | null> {
  return base ?? (await mergeBase(repo, 'HEAD', revision));
}

async function renamesSince(repo: Repository, from: string | null, revision: string): Promise<Renames> {
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
