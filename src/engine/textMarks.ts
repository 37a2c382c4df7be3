import type { MarkedText } from '../core/agreedMarks';
import { sidecarPath } from '../core/layout';
import { type Deletion, type Marks, NO_MARKS } from '../core/marks';
import { parseSidecar, readSidecar } from '../core/sidecar';
import { whereRemoved, whereSaved } from '../core/undoneDeletions';
import { type Conflicts, conflictsIn } from '../repo/conflicts';
import type { Repository } from '../repo/git';
import { type Incoming, incomingSides } from '../repo/incoming';
import { ObjectReader } from '../repo/objects';
import { blobName, savedSidecar } from '../repo/savedSidecars';
import { isSameButLineEnds, textOrNull } from '../repo/text';
import { commitTree, FILE_LIMIT, indexTree, recordableTree, stagedTree, type Tree } from '../repo/tree';
import { type Base, carriedMarks, lostMarksOf, type Search } from './carriedMarks';
import { lastSidecars, saveOf } from './earlierSaves';
import { takenAlongFrom } from './movedFrom';
import { type OtherNames, otherNames } from './otherNames';
import { readTextOf, UNREADABLE } from './readTextOf';
import { wasRemoved } from './removedSidecar';

export type MarksFrom =
  | 'working tree'
  | 'an earlier save'
  | 'index'
  | 'HEAD'
  | 'other side'
  | 'an earlier commit'
  | 'line hashes'
  | 'nothing';

/** The place in a sentence: `the index`, `HEAD`. */
export function placeName({ from, commit }: Pick<TextMarks, 'from' | 'commit'>): string {
  if (commit !== undefined) return `commit ${commit.slice(0, 10)}`;
  return from === 'HEAD' || from.startsWith('an ') ? from : `the ${from}`;
}

export interface TextMarks {
  readonly marks: Marks;
  /** Where the text stood whose marks these are, or were carried over from. */
  readonly from: MarksFrom;
  /** True when the marks were recorded for exactly this text, false when they were carried over. */
  readonly exact: boolean;
  /** Marked characters (line hashes: lines) that could not be placed in this text. */
  readonly dropped: number;
  /** The commit they were carried over from, when text and sidecar have not agreed since. */
  readonly commit?: string;
  /** One sentence each, about sidecars that could not be read in full. */
  readonly problems: string[];
}

/** The three states of a repository, sharing one git process; dispose it when done. */
export interface Trees {
  readonly working: Tree;
  readonly index: Tree;
  readonly head: Tree;
  /** Commits being merged or picked into HEAD right now. */
  readonly others: readonly Tree[];
  /** Where these come from, in the same order. */
  readonly incoming: readonly Incoming[];
  /** What files are called there and in HEAD. */
  readonly otherNames: OtherNames;
  /** The conflicts of the index, also the resolved ones. */
  readonly conflicts: Conflicts;
  readonly objects: ObjectReader;
  dispose(): void;
}

/**
 * @param incoming what is being brought into HEAD (see `incomingSides`)
 * @param changed all that the index changes of HEAD, when that is known (see `stagedTree`)
 */
export function openTrees(
  repo: Repository,
  incoming: readonly Incoming[] = [],
  changed?: ReadonlyMap<string, string | null> | undefined,
): Trees {
  const objects = new ObjectReader(repo, FILE_LIMIT);
  const others = incoming.map(({ revision }) => commitTree(repo, revision, objects));
  return {
    working: recordableTree(repo),
    index: changed ? stagedTree(repo, changed, objects) : indexTree(repo, objects),
    head: commitTree(repo, 'HEAD', objects),
    others,
    incoming,
    otherNames: otherNames(repo, incoming, others, objects),
    conflicts: conflictsIn(repo),
    objects,
    dispose: () => objects.dispose(),
  };
}

/**
 * The marks of `text` as a file at `path`. A sidecar counts when it agrees with the text beside it, looked for in
 * the working tree, among what an editor saved before, in the index and in HEAD, in this order: recorded for this very
 * text it is simply read, otherwise its marks are carried over from the texts they belong to (of a merge, from both
 * sides). When no sidecar agrees with its text, that is the last commit at which it did, and without such a commit the
 * newest sidecar is carried over by its own line hashes. Offsets are UTF-16 in `text`.
 * @param options.previousPath where the file stood before it was renamed; found where a sidecar went along that is of another text
 * @param options.strayPath where else a sidecar of it stands, without a source
 * @param options.lookBack also looks for a file without any sidecar where it was renamed or copied from, which takes git
 *   a search through its history
 */
export async function marksOfText(
  repo: Repository,
  path: string,
  text: string,
  options: { trees?: Trees; previousPath?: string; strayPath?: string | null; lookBack?: boolean } = {},
): Promise<TextMarks> {
  const trees = options.trees ?? openTrees(repo, await incomingSides(repo));
  try {
    const { previousPath = path, strayPath = null, lookBack = false } = options;
    return await findMarks(repo, trees, { path, previousPath, strayPath, text, lookBack });
  } finally {
    if (!options.trees) trees.dispose();
  }
}

/** A text and the sidecar beside it. */
interface Pair {
  readonly from: MarksFrom;
  readonly textTree: Tree;
  readonly textPath: string;
  readonly sidecarTree: Tree;
  readonly sidecarPath: string;
}

async function pairsOf(
  trees: Trees,
  path: string,
  previousPath: string,
  strayPath: string | null,
): Promise<Pair[]> {
  const { working, index, head, others } = trees;
  const pair = (from: MarksFrom, textTree: Tree, textPath: string, tree: Tree, at: string): Pair => ({
    from,
    textTree,
    textPath,
    sidecarTree: tree,
    sidecarPath: sidecarPath(at),
  });
  const pairs = [pair('working tree', working, path, working, path)];
  if (strayPath !== null) pairs.push(pair('working tree', working, path, working, strayPath));
  const renamed = path !== previousPath;
  // After a rename the sidecar may still stand where the file was.
  if (renamed) pairs.push(pair('working tree', working, path, working, previousPath));
  pairs.push(pair('index', index, path, index, path));
  if (renamed) pairs.push(pair('index', index, path, index, previousPath));
  pairs.push(pair('HEAD', head, previousPath, head, previousPath));
  if (strayPath !== null) pairs.push(pair('HEAD', head, previousPath, head, strayPath));
  for (const [i, other] of others.entries()) {
    const { path: there } = await trees.otherNames.inSide(i, path);
    pairs.push(pair('other side', other, there, other, there));
  }
  return pairs;
}

async function findMarks(
  repo: Repository,
  trees: Trees,
  wanted: { path: string; previousPath: string; strayPath: string | null; text: string; lookBack: boolean },
): Promise<TextMarks> {
  const { path, previousPath, strayPath, text } = wanted;
  const problems: string[] = [];
  const search: Search = {
    ...{ repo, trees, path, previousPath, text, problems },
    ...{ bases: [], unfit: new Set(), newest: null, staged: null },
  };
  const pairs = await pairsOf(trees, path, previousPath, strayPath);
  const inWorkingTree = pairs.filter((pair) => pair.from === 'working tree');
  const exact =
    (await exactMarks(search, inWorkingTree)) ??
    (await savedMarks(search)) ??
    (await exactMarks(search, pairs.slice(inWorkingTree.length)));
  if (exact) return { ...exact, exact: true, dropped: 0, problems };
  const movedFrom = await movedWithSidecar(search);
  if (movedFrom !== null) return findMarks(repo, trees, { ...wanted, previousPath: movedFrom });
  const carried = (await carriedMarks(search)) ?? (wanted.lookBack ? await lostMarksOf(search) : null);
  if (!carried) return { marks: NO_MARKS, from: 'nothing', exact: true, dropped: 0, problems };
  const deletions = await removedSinceHead(search, path, carried.marks);
  return { ...carried, marks: { ...carried.marks, deletions }, exact: false, problems };
}

/**
 * Where HEAD has the file, when it was moved since with its sidecar, which was of another text by then: only the text that HEAD has
 * there tells which lines the sidecar marks. Null when nothing says that it was moved.
 */
async function movedWithSidecar(search: Search): Promise<string | null> {
  const { trees, path, previousPath, newest, unfit } = search;
  if (path !== previousPath || newest === null || !unfit.has(trees.working)) return null;
  const isInHead = (await trees.head.read(path).catch(() => null)) !== null;
  return isInHead ? null : takenAlongFrom(trees, newest.text);
}

/** The deletion marks where this text has their removals, and none where it still reads as in HEAD. */
async function removedSinceHead(search: Search, path: string, marks: Marks): Promise<readonly Deletion[]> {
  const { repo, trees, text, previousPath, bases } = search;
  if (marks.deletions.length === 0 || bases[0]?.from === 'HEAD') return marks.deletions;
  const base = bases[0] ?? (await uncommitted(search));
  if (base === null) return marks.deletions;
  const head = textOrNull(await trees.head.read(previousPath).catch(() => null));
  if (head === null) return marks.deletions;
  const known = bases.find(({ from }) => from === 'HEAD');
  const state = { text, marks };
  const kept = whereRemoved(path, state, base, known ?? { text: head, marks: NO_MARKS });
  if (kept.length >= marks.deletions.length) return kept;
  const own = bases[0]?.sidecar ?? null;
  const saves = [...(own === null ? [] : [parseSidecar(own)]), ...(await lastSidecars(repo, search))];
  return whereSaved(path, state, kept, head, saves);
}

/**
 * The text that a new sidecar beside a file without one in HEAD was saved for; one without lines where nobody has it, as git
 * has never had that sidecar either. Null where it may be of what HEAD is.
 */
async function uncommitted(search: Search): Promise<MarkedText | null> {
  const { repo, trees, newest, unfit } = search;
  if (newest === null || unfit.has(trees.head)) return null;
  const saved = await saveOf(repo, trees.objects, search, newest);
  if (saved !== null) return saved;
  const isInGit = (await trees.objects.read(blobName(Buffer.from(newest.text)))) !== null;
  return isInGit ? null : { text: '', marks: NO_MARKS };
}

/** The marks of the first pair that agrees and has this very text; the others that agree become bases. */
async function exactMarks(
  search: Search,
  pairs: readonly Pair[],
): Promise<{ marks: Marks; from: MarksFrom } | null> {
  const { text, bases, problems } = search;
  for (const pair of pairs) {
    const written = await readTextOf(pair.sidecarTree, pair.sidecarPath, problems);
    if (written === UNREADABLE) continue;
    if (written === null && !(await isRemovedFrom(search, pair))) continue;
    const told: string[] = [];
    const ownText = await readTextOf(pair.textTree, pair.textPath, told);
    const sidecar = written === null ? null : parseSidecar(written);
    if (sidecar) {
      search.newest ??= { sidecar, text: written! };
      for (const problem of sidecar.problems) problems.push(`${pair.sidecarPath} (${pair.from}): ${problem}`);
    }
    if (ownText === null || ownText === UNREADABLE) {
      // The file is not there, or git keeps it in another encoding than the working tree: the sidecar speaks for itself.
      const marks = sidecar && readSidecar(sidecar, text);
      if (marks) return { marks, from: pair.from };
      problems.push(...told);
      continue;
    }
    const own = sidecar ? readSidecar(sidecar, ownText) : NO_MARKS;
    if (own === null) {
      search.unfit.add(pair.sidecarTree);
      if (pair.from === 'index' && sidecar) search.staged ??= { sidecar, text: written! };
      continue;
    }
    const marks = isSameButLineEnds(ownText, text) ? (sidecar ? readSidecar(sidecar, text) : own) : null;
    if (marks) return { marks, from: pair.from };
    const base: Base = {
      from: pair.from,
      tree: pair.sidecarTree,
      text: ownText,
      marks: own,
      sidecar: written,
    };
    bases.push(base);
  }
  return null;
}

/** The marks this text had when it was saved, although the working tree has gone on since. */
async function savedMarks(search: Search): Promise<{ marks: Marks; from: MarksFrom } | null> {
  const { repo, text } = search;
  const saved = await savedSidecar(repo, search, text);
  if (saved === undefined) return null;
  const marks = saved === null ? NO_MARKS : readSidecar(parseSidecar(saved), text);
  return marks && { marks, from: 'an earlier save' };
}

async function isRemovedFrom(search: Search, { from, textPath, sidecarPath: own }: Pair): Promise<boolean> {
  const { previousPath } = search;
  if (from !== 'working tree' && from !== 'index') return false;
  if (textPath !== previousPath || own !== sidecarPath(previousPath)) return false;
  return wasRemoved(search, from);
}
