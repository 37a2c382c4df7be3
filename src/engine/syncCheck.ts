import { isOwnFile, sidecarPath, sourcePathOf, TAGS_FOLDER } from '../core/layout';
import { hashLines, splitLines } from '../core/lines';
import { parseSidecar, readSidecar } from '../core/sidecar';
import type { Repository } from '../repo/git';
import { changesBetween, resolveRange } from '../repo/history';
import { Problem } from '../repo/problem';
import { unmergedPaths } from '../repo/stage';
import { decodeText, notTrackedSentence } from '../repo/text';
import { commitTree, indexEntries, recordableTree, type Tree } from '../repo/tree';
import { checkTreeVersion } from './knowledge';

/** A sidecar that does not say what its file is. */
export interface OutOfSync {
  readonly path: string;
  /**
   * `stale`: it describes another text; `unmerged`: a merge left it to be decided; `orphan`: its file is gone;
   * `unreadable`: its file, or it, cannot be read as text.
   */
  readonly state: 'stale' | 'unmerged' | 'orphan' | 'unreadable';
  /** One sentence. */
  readonly why: string;
}

export interface SyncReport {
  /** How many sidecars were looked at. */
  readonly checked: number;
  readonly outOfSync: readonly OutOfSync[];
}

/**
 * Whether sidecars agree with the text beside them: all of the working tree's, or those that the commits of a range
 * change, as they are at its end. Writes nothing.
 * @throws Problem `usage` for a range that cannot be read, `newer-version`
 */
export async function checkSync(repo: Repository, options: { range?: string } = {}): Promise<SyncReport> {
  return options.range === undefined ? checkWorkingTree(repo) : checkCommits(repo, options.range);
}

async function checkWorkingTree(repo: Repository): Promise<SyncReport> {
  const tree = recordableTree(repo);
  await checkTreeVersion(tree);
  const [listed, conflicts] = await Promise.all([tree.list(TAGS_FOLDER), unmergedPaths(repo, TAGS_FOLDER)]);
  const unmerged = new Set(conflicts);
  const paths = [...new Set([...listed, ...unmerged])].sort();
  const found = await lookAt(
    tree,
    paths.filter((path) => !unmerged.has(path)),
  );
  // A file that is only missing on disk (a sparse checkout), or whose deletion is not committed yet, is git's still:
  // the hook of that commit takes its sidecar along.
  const orphans = found.filter(({ state }) => state === 'orphan').map(({ path }) => path);
  const tracked = await regularFiles(repo, orphans);
  const outOfSync = found.filter(({ path, state }) => state !== 'orphan' || !tracked.has(path));
  for (const path of unmerged) {
    const source = sourcePathOf(path);
    const why = 'a merge left its sidecar to be decided';
    if (source !== null) outOfSync.push({ path: source, state: 'unmerged', why });
  }
  return { checked: paths.length, outOfSync: outOfSync.sort((a, b) => (a.path < b.path ? -1 : 1)) };
}

async function checkCommits(repo: Repository, written: string): Promise<SyncReport> {
  const { mergeBase, head } = await resolveRange(repo, written);
  const tree = commitTree(repo, head);
  try {
    await checkTreeVersion(tree);
    const [changes] = await changesBetween(repo, [[mergeBase, head]]);
    const paths = new Set<string>();
    for (const one of changes!.flatMap(({ path, previousPath }) => [path, previousPath])) {
      if (sourcePathOf(one) !== null) paths.add(one);
      else if (!isOwnFile(one)) paths.add(sidecarPath(one));
    }
    const there = [...(await tree.readMany([...paths])).keys()].sort();
    return { checked: there.length, outOfSync: await lookAt(tree, there) };
  } finally {
    tree.dispose();
  }
}

const AT_ONCE = 64;

/** What is wrong with these sidecars of a tree, in their order. */
async function lookAt(tree: Tree, sidecars: readonly string[]): Promise<OutOfSync[]> {
  const found: OutOfSync[] = [];
  for (let i = 0; i < sidecars.length; i += AT_ONCE) {
    const group = await Promise.all(sidecars.slice(i, i + AT_ONCE).map((path) => lookAtOne(tree, path)));
    for (const one of group) if (one) found.push(one);
  }
  return found;
}

async function lookAtOne(tree: Tree, own: string): Promise<OutOfSync | null> {
  const path = sourcePathOf(own);
  if (path === null) return null;
  try {
    const [source, written] = await Promise.all([tree.read(path), tree.read(own)]);
    if (written === null) return null;
    if (source === null) return { path, state: 'orphan', why: 'its sidecar is there, but the file is gone' };
    const text = decodeText(source);
    if (typeof text !== 'string') return { path, state: 'unreadable', why: notTrackedSentence(path, text) };
    const why = differenceOf(written.toString('utf8'), text);
    return why === null ? null : { path, state: 'stale', why };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { path, state: 'unreadable', why: error.message };
  }
}

/** How a sidecar differs from the shadow of a text; null when it is that. */
function differenceOf(written: string, text: string): string | null {
  const sidecar = parseSidecar(written);
  if (readSidecar(sidecar, text)) return null;
  if (sidecar.sides) return 'its sidecar holds a merge conflict';
  if (!sidecar.intact) return 'its sidecar holds lines that are none of a sidecar';
  const lines = splitLines(text);
  const hashes = hashLines(text, lines);
  const first = hashes.findIndex((hash, line) => hash !== sidecar.hashes[line]);
  return `its sidecar is of another text, from line ${(first < 0 ? lines.count : first) + 1} on`;
}

/** Those of the paths that the index or HEAD has as files; of the index, regular ones. */
async function regularFiles(repo: Repository, paths: readonly string[]): Promise<Set<string>> {
  if (paths.length === 0) return new Set();
  const head = commitTree(repo, 'HEAD');
  const found = new Set((await head.readMany(paths)).keys());
  head.dispose();
  for (let i = 0; i < paths.length; i += AT_ONCE) {
    const entries = await indexEntries(repo, ...paths.slice(i, i + AT_ONCE));
    for (const { mode, path } of entries) if (mode.startsWith('100')) found.add(path);
  }
  return found;
}
