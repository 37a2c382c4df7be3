import { sidecarPath, sourcePathOf } from '../core/layout';
import { parseSidecar, readSidecar } from '../core/sidecar';
import type { StagedChange } from '../repo/stage';
import { textOrNull } from '../repo/text';
import type { Tree } from '../repo/tree';
import { leftBehind, mostLike, mostLikeSidecar } from './movedFrom';
import type { Trees } from './textMarks';

/** Most new files that are compared with what those that are gone have left. */
const MAX_ADDED = 50;
/** Most sidecars that are staged without a change of their files, of which it is asked whether these are there. */
const MAX_PARTED = 200;

/**
 * Where else sidecars of files stand that the next commit adds or renames, by these files' paths: a file that was edited,
 * then moved without its sidecar, so that too little is left of it for git to see a rename; one that git never had, whose
 * sidecar is staged where it was; and one that was renamed more than once, and whose sidecar went along for a part of the
 * way. `sources` are the changed source files. Lists sidecars only for a file that git sees renamed and that has none.
 */
export async function straySidecars(
  trees: Trees,
  sources: readonly StagedChange[],
): Promise<Map<string, string>> {
  const { working, index } = trees;
  const has = async (path: string) => (await working.read(sidecarPath(path)).catch(() => null)) !== null;
  const isThere = async (path: string) => (await index.read(path).catch(() => null)) !== null;
  const found = new Map<string, string>();
  // What git sees renamed may be a copy, and the file itself may have gone elsewhere.
  const left = sources.filter(({ status }) => status === 'deleted' || status === 'renamed');
  const gone = await filterAsync(
    left.map(({ previousPath }) => previousPath),
    has,
  );
  // A sidecar without its file may be staged: somebody moved a file that git had never had.
  const isAnyNew = sources.some(({ status, isFile }) => status === 'added' && isFile);
  const parted = isAnyNew ? sources.filter(({ status, id }) => status === 'changed' && id === null) : [];
  for (const { path } of parted.slice(0, MAX_PARTED))
    if ((await has(path)) && !(await isThere(path))) gone.push(path);
  let added = 0;
  for (const { status, path, isFile } of sources) {
    const isNew = status === 'added' && gone.length > 0 && added++ < MAX_ADDED;
    if (!isFile || !(isNew || status === 'renamed') || (await has(path))) continue;
    const text = textOrNull(await index.read(path).catch(() => null));
    if (text === null) continue;
    const stray = isNew
      ? await mostLike(working, gone, text)
      : await leftBehind({ tree: working, isThere }, text);
    if (stray !== null) found.set(path, stray);
  }
  return found;
}

/**
 * Files of HEAD that lose their sidecars to what is merged into it, by where these stand: HEAD has renamed a file whose first
 * marks came without it, and the other side takes the sidecar from there, as it has renamed or removed the file itself. The file
 * may be none of `changes` (what the index changes of HEAD).
 */
export async function leftWithout(
  { index, head, others, otherNames }: Trees,
  changes: readonly StagedChange[],
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const has = async (tree: Tree, path: string) => (await tree.read(path).catch(() => null)) !== null;
  for (const { status, previousPath } of others.length === 0 ? [] : changes) {
    const isTaken = status === 'deleted' || status === 'renamed';
    const stray = isTaken ? sourcePathOf(previousPath) : null;
    if (stray === null || (await has(head, stray))) continue;
    for (const [i, other] of others.entries()) {
      const path = await otherNames.inHead(i, stray);
      if (path === null || !(await has(index, path))) continue;
      const { path: there } = await otherNames.inSide(i, path);
      // A side that has the file without a sidecar says that nothing of it is marked any more.
      if (!(await has(other, there)) || (await has(other, sidecarPath(there)))) found.set(path, stray);
    }
  }
  return found;
}

/**
 * The changes with renames that git does not see: of a file that is edited so much, before and after its move, that too little
 * is left of HEAD's. Its sidecar, which went along and is of a text in between, is more like the one that HEAD has of it.
 */
export async function withUnseenRenames(
  { working, index, head }: Trees,
  sources: readonly StagedChange[],
): Promise<readonly StagedChange[]> {
  const read = async (tree: Pick<Tree, 'read'>, path: string) =>
    textOrNull(await tree.read(path).catch(() => null));
  const gone = sources.filter(({ status }) => status === 'deleted').slice(0, MAX_ADDED);
  const added = sources.filter(({ status, isFile }) => status === 'added' && isFile).slice(0, MAX_ADDED);
  const before = new Map<string, string>();
  const found = new Map<string, string>();
  for (const { path } of gone.length === 0 ? [] : added) {
    const own = sidecarPath(path);
    const [sidecar, text] = [(await read(index, own)) ?? (await read(working, own)), await read(index, path)];
    if (sidecar === null || text === null || readSidecar(parseSidecar(sidecar), text)) continue;
    for (const one of before.size > 0 ? [] : gone) {
      const old = await read(head, sidecarPath(one.path));
      if (old !== null) before.set(one.path, old);
    }
    const previousPath = mostLikeSidecar(sidecar, before);
    if (previousPath !== null) found.set(path, previousPath);
  }
  return sources.map((one) => {
    const previousPath = found.get(one.path);
    return previousPath === undefined ? one : { ...one, status: 'renamed' as const, previousPath };
  });
}

async function filterAsync(
  paths: readonly string[],
  holds: (path: string) => Promise<boolean>,
): Promise<string[]> {
  const answers = await Promise.all(paths.map(holds));
  return paths.filter((_, i) => answers[i]);
}
