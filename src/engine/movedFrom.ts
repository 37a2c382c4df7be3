import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { sidecarPath, sourcePathOf, TAGS_FOLDER } from '../core/layout';
import { hashLines, splitLines } from '../core/lines';
import { parseSidecar } from '../core/sidecar';
import type { Repository } from '../repo/git';
import { textOrNull } from '../repo/text';
import { type Tree, workingTree } from '../repo/tree';

/** Most sidecars without a source that are read. */
const MAX_CANDIDATES = 200;
const AT_ONCE = 256;
/** More than this share of lines has to be the same. */
const MOST = 0.5;

/**
 * Where a file of the working tree stood when somebody has moved it since and left its sidecar behind: the path of a
 * file that is gone, most of whose sidecar's lines are lines of `text`. Else `path` itself. Starts no process.
 */
export function movedFrom(repo: Repository, path: string, text: string): Promise<string> {
  return movedFromIn({ tree: workingTree(repo), isThere: (source) => isOnDisk(repo, source) }, path, text);
}

/** Whether the working tree has something at a path of the repository. */
function isOnDisk({ root }: Pick<Repository, 'root'>, path: string): Promise<boolean> {
  return lstat(join(root, path)).then(
    () => true,
    () => false,
  );
}

interface Place {
  readonly tree: Tree;
  /** Whether there is a source; the tree alone has to be asked for its sidecars. */
  readonly isThere: (path: string) => Promise<boolean>;
}

/** The same in another tree. */
export async function movedFromIn(place: Place, path: string, text: string): Promise<string> {
  if ((await place.tree.read(sidecarPath(path)).catch(() => null)) !== null) return path;
  return (await leftBehind(place, text)) ?? path;
}

/** The path that most lines of a text stood at by a sidecar whose source is gone; null when there is none. */
export async function leftBehind({ tree, isThere }: Place, text: string): Promise<string | null> {
  if (text === '') return null;
  const sources = (await tree.list(TAGS_FOLDER)).flatMap((sidecar) => sourcePathOf(sidecar) ?? []);
  const left: string[] = [];
  for (let i = 0; i < sources.length && left.length < MAX_CANDIDATES; i += AT_ONCE) {
    const group = sources.slice(i, i + AT_ONCE);
    const there = await Promise.all(group.map(isThere));
    left.push(...group.filter((_, k) => !there[k]));
  }
  return mostLike(tree, left, text);
}

/** What the working tree has become of what HEAD has. */
interface Since {
  readonly working: Tree;
  readonly head: Tree;
}

/**
 * Where HEAD has a file of the working tree that somebody has moved since with its sidecar: the path of a file that is gone, as its
 * sidecar is, which in HEAD is the one most like `sidecar`. Null when there is none. Lists all sidecars of both.
 */
export async function takenAlongFrom({ working, head }: Since, sidecar: string): Promise<string | null> {
  const before = new Map<string, string>();
  for (const [path, text] of await sidecarsOnlyIn(head, working)) {
    const source = sourcePathOf(path);
    // What cannot be read is there all the same.
    const isGone = source !== null && (await working.read(source).catch(() => undefined)) === null;
    if (isGone) before.set(source, text);
  }
  return mostLikeSidecar(sidecar, before);
}

/**
 * The other way round: where a sidecar of HEAD's has gone with its file. The path of the new sidecar that is most like it, null
 * when none is. Lists all sidecars of both.
 */
export async function takenAlongTo({ working, head }: Since, sidecar: string): Promise<string | null> {
  return mostLikeSidecar(sidecar, await sidecarsOnlyIn(working, head));
}

/** The sidecars that one tree has and another has not, by their paths. */
async function sidecarsOnlyIn(tree: Tree, other: Tree): Promise<Map<string, string>> {
  const there = new Set(await other.list(TAGS_FOLDER));
  const own = (await tree.list(TAGS_FOLDER)).filter((path) => !there.has(path));
  const found = new Map<string, string>();
  for (const path of own.slice(0, MAX_CANDIDATES)) {
    const text = textOrNull(await tree.read(path).catch(() => null));
    if (text !== null) found.set(path, text);
  }
  return found;
}

/**
 * As `movedFrom`, for a text of the next commit too: a source is there when that or the working tree has it. Null when there is
 * none. Lists all sidecars.
 */
export function strayOf(
  repo: Pick<Repository, 'root'>,
  { working, index }: { readonly working: Tree; readonly index: Tree },
  text: string,
): Promise<string | null> {
  const isThere = async (source: string) =>
    (await isOnDisk(repo, source)) || (await index.read(source).catch(() => null)) !== null;
  return leftBehind({ tree: working, isThere }, text);
}

/** Of the sources, the one most of whose sidecar's lines are lines of a text; null when none has that many. */
export async function mostLike(tree: Tree, sources: readonly string[], text: string): Promise<string | null> {
  if (sources.length === 0) return null;
  let found: { path: string | null; likeness: number } = { path: null, likeness: MOST };
  const hashes = hashLines(text, splitLines(text));
  for (const candidate of sources.slice(0, MAX_CANDIDATES)) {
    const sidecar = textOrNull(await tree.read(sidecarPath(candidate)).catch(() => null));
    const likeness = sidecar === null ? 0 : likenessOf(parseSidecar(sidecar).hashes, hashes);
    if (likeness > found.likeness) found = { path: candidate, likeness };
  }
  return found.path;
}

/**
 * The other way round: of the files of a tree at `paths`, the one without a sidecar that has the name of `stray`, a file that
 * is gone and has left its sidecar, in another folder, and most of that sidecar's lines. Null when there is none.
 */
export async function fileOfStray(
  tree: Tree,
  paths: readonly string[],
  stray: string,
): Promise<string | null> {
  const sidecar = textOrNull(await tree.read(sidecarPath(stray)).catch(() => null));
  if (sidecar === null) return null;
  const { hashes } = parseSidecar(sidecar);
  const namesakes = paths.filter((path) => path !== stray && nameOf(path) === nameOf(stray));
  let found: { path: string | null; likeness: number } = { path: null, likeness: MOST };
  for (const path of namesakes.slice(0, MAX_CANDIDATES)) {
    if ((await tree.read(sidecarPath(path)).catch(() => null)) !== null) continue;
    const text = textOrNull(await tree.read(path).catch(() => null));
    const likeness = text === null ? 0 : likenessOf(hashes, hashLines(text, splitLines(text)));
    if (likeness > found.likeness) found = { path, likeness };
  }
  return found.path;
}

const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1);

/** Which of the sidecars most lines of another one are in; null when none has more than half of them. */
export function mostLikeSidecar(sidecar: string, others: ReadonlyMap<string, string>): string | null {
  let found: { path: string | null; likeness: number } = { path: null, likeness: MOST };
  const { hashes } = parseSidecar(sidecar);
  for (const [path, other] of [...others].slice(0, MAX_CANDIDATES)) {
    const likeness = likenessOf(parseSidecar(other).hashes, hashes);
    if (likeness > found.likeness) found = { path, likeness };
  }
  return found.path;
}

/** The share of lines, by their hashes, that two texts have in common: of the longer one, whatever their order. */
function likenessOf(one: Uint16Array, other: Uint16Array): number {
  const left = new Map<number, number>();
  for (const hash of one) left.set(hash, (left.get(hash) ?? 0) + 1);
  let common = 0;
  for (const hash of other) {
    const count = left.get(hash) ?? 0;
    if (count === 0) continue;
    left.set(hash, count - 1);
    common++;
  }
  return common / Math.max(one.length, other.length, 1);
}
