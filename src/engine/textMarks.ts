import { carryByLineHashes, carryOver } from '../core/carryOver';
import { sidecarPath, VERSION_PATH } from '../core/layout';
import { type Deletion, joinSpans, type Marks, NO_MARKS, type Span } from '../core/marks';
import { parseSidecar, readSidecar, type Sidecar } from '../core/sidecar';
import { withoutUndone } from '../core/undoneDeletions';
import type { Repository } from '../repo/git';
import { lastChange } from '../repo/history';
import { ObjectReader } from '../repo/objects';
import { Problem } from '../repo/problem';
import { savedSidecar } from '../repo/savedSidecars';
import { decodeText, isSameButLineEnds, notTrackedSentence, textOrNull } from '../repo/text';
import { commitTree, FILE_LIMIT, indexTree, stagedTree, type Tree, workingTree } from '../repo/tree';

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
export function placeName(from: MarksFrom): string {
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
  readonly objects: ObjectReader;
  dispose(): void;
}

/**
 * @param others revisions that are being merged into HEAD (`MERGE_HEAD`)
 * @param changed all that the index changes of HEAD, when that is known (see `stagedTree`)
 */
export function openTrees(
  repo: Repository,
  others: readonly string[] = [],
  changed?: ReadonlyMap<string, string | null> | undefined,
): Trees {
  const objects = new ObjectReader(repo, FILE_LIMIT);
  return {
    working: workingTree(repo),
    index: changed ? stagedTree(repo, changed, objects) : indexTree(repo, objects),
    head: commitTree(repo, 'HEAD', objects),
    others: others.map((revision) => commitTree(repo, revision, objects)),
    objects,
    dispose: () => objects.dispose(),
  };
}

/**
 * The marks of `text` as a file at `path`. A sidecar counts when it agrees with the text beside it, looked for in
 * the working tree, among what an editor saved before, in the index and in HEAD, in this order: recorded for this very
 * text it is simply read, otherwise its marks are carried over from the text they belong to. When no sidecar agrees with its
 * text, the newest one's are carried over from the text it was committed for, or else by its own line hashes. Offsets are UTF-16 in `text`.
 * @param options.previousPath where the file stood before it was renamed
 */
export async function marksOfText(
  repo: Repository,
  path: string,
  text: string,
  options: { trees?: Trees; previousPath?: string } = {},
): Promise<TextMarks> {
  const trees = options.trees ?? openTrees(repo);
  try {
    return await findMarks(repo, trees, path, options.previousPath ?? path, text);
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

/** A pair that agrees. */
interface Base {
  readonly from: MarksFrom;
  readonly text: string;
  readonly marks: Marks;
}

function pairsOf(trees: Trees, path: string, previousPath: string): Pair[] {
  const { working, index, head, others } = trees;
  const pair = (from: MarksFrom, textTree: Tree, textPath: string, tree: Tree, at: string): Pair => ({
    from,
    textTree,
    textPath,
    sidecarTree: tree,
    sidecarPath: sidecarPath(at),
  });
  const pairs = [pair('working tree', working, path, working, path)];
  const renamed = path !== previousPath;
  // After a rename the sidecar may still stand where the file was.
  if (renamed) pairs.push(pair('working tree', working, path, working, previousPath));
  pairs.push(pair('index', index, path, index, path));
  if (renamed) pairs.push(pair('index', index, path, index, previousPath));
  pairs.push(pair('HEAD', head, previousPath, head, previousPath));
  for (const other of others) pairs.push(pair('other side', other, path, other, path));
  return pairs;
}

/** A search for the marks of one text, and what it has met so far. */
interface Search {
  readonly trees: Trees;
  readonly text: string;
  readonly previousPath: string;
  readonly bases: Base[];
  readonly problems: string[];
  newest: Sidecar | null;
}

async function findMarks(
  repo: Repository,
  trees: Trees,
  path: string,
  previousPath: string,
  text: string,
): Promise<TextMarks> {
  const search: Search = { trees, text, previousPath, bases: [], problems: [], newest: null };
  const { bases, problems } = search;
  const pairs = pairsOf(trees, path, previousPath);
  const inWorkingTree = pairs.filter((pair) => pair.from === 'working tree');
  const exact =
    (await exactMarks(search, inWorkingTree)) ??
    (await savedMarks(repo, path, text)) ??
    (await exactMarks(search, pairs.slice(inWorkingTree.length)));
  if (exact) return { ...exact, exact: true, dropped: 0, problems };
  if (bases.length > 0) {
    const carried = carryFrom(bases, text);
    const deletions = await removedSinceHead(search, path, carried.marks);
    return { ...carried, marks: { ...carried.marks, deletions }, exact: false, problems };
  }
  if (!search.newest) return { marks: NO_MARKS, from: 'nothing', exact: true, dropped: 0, problems };
  const past = await pastBase(repo, search);
  if (past) return { ...carryFrom(path, [past], text), exact: false, problems };
  const { marks, droppedLines } = carryByLineHashes(search.newest, text);
  return { marks, from: 'line hashes', exact: false, dropped: droppedLines, problems };
}

/** The deletion marks, but those of removals that are not in this text: where it still reads as in HEAD. */
async function removedSinceHead(search: Search, path: string, marks: Marks): Promise<readonly Deletion[]> {
  const { trees, text, previousPath, bases } = search;
  const base = bases[0]!;
  if (marks.deletions.length === 0 || base.from === 'HEAD') return marks.deletions;
  const head = textOrNull(await trees.head.read(previousPath).catch(() => null));
  if (head === null) return marks.deletions;
  const known = bases.find(({ from }) => from === 'HEAD');
  return withoutUndone(path, { text, marks }, base, known ?? { text: head, marks: NO_MARKS });
}

/** The text that the newest sidecar was committed for, when somebody has since committed another one without Taggant. */
async function pastBase(repo: Repository, { trees, previousPath, newest }: Search): Promise<Base | null> {
  const commit = await lastChange(repo, 'HEAD', sidecarPath(previousPath));
  if (commit === null || newest === null) return null;
  const then = commitTree(repo, commit, trees.objects);
  const text = textOrNull(await then.read(previousPath).catch(() => null));
  const marks = text === null ? null : readSidecar(newest, text);
  return text === null || marks === null ? null : { from: 'an earlier commit', text, marks };
}

/** The marks of the first pair that agrees and has this very text; the others that agree become bases. */
async function exactMarks(
  search: Search,
  pairs: readonly Pair[],
): Promise<{ marks: Marks; from: MarksFrom } | null> {
  const { trees, text, previousPath, bases, problems } = search;
  for (const pair of pairs) {
    const written = await readText(pair.sidecarTree, pair.sidecarPath, problems);
    if (written === UNREADABLE) continue;
    if (written === null && !(await wasRemoved(trees, pair, previousPath))) continue;
    const ownText = await readText(pair.textTree, pair.textPath, problems);
    const sidecar = written === null ? null : parseSidecar(written);
    if (sidecar) {
      search.newest ??= sidecar;
      for (const problem of sidecar.problems) problems.push(`${pair.sidecarPath} (${pair.from}): ${problem}`);
    }
    if (ownText === null || ownText === UNREADABLE) continue;
    const own = sidecar ? readSidecar(sidecar, ownText) : NO_MARKS;
    if (own === null) continue;
    const marks = isSameButLineEnds(ownText, text) ? (sidecar ? readSidecar(sidecar, text) : own) : null;
    if (marks) return { marks, from: pair.from };
    bases.push({ from: pair.from, text: ownText, marks: own });
  }
  return null;
}

/** The marks this text had when it was saved, although the working tree has gone on since. */
async function savedMarks(
  repo: Repository,
  path: string,
  text: string,
): Promise<{ marks: Marks; from: MarksFrom } | null> {
  const saved = await savedSidecar(repo, path, text);
  if (saved === undefined) return null;
  const marks = saved === null ? NO_MARKS : readSidecar(parseSidecar(saved), text);
  return marks && { marks, from: 'an earlier save' };
}

/**
 * True when git has a sidecar that somebody removed: the file has no marks any more. A working tree without Taggant's
 * folder (a sparse checkout) says nothing, nor does a new name of a file whose sidecar has not been moved yet.
 */
async function wasRemoved(trees: Trees, pair: Pair, previousPath: string): Promise<boolean> {
  const { working, index, head } = trees;
  if (pair.textPath !== previousPath || pair.sidecarPath !== sidecarPath(previousPath)) return false;
  if (pair.from === 'index') return (await head.read(pair.sidecarPath)) !== null;
  if (pair.from !== 'working tree' || (await working.read(VERSION_PATH)) === null) return false;
  return (await index.read(pair.sidecarPath)) !== null || (await head.read(pair.sidecarPath)) !== null;
}

/**
 * Carries marks from the first base; what is in `text` but not there (a change that was staged and then undone in
 * the working tree, say) is looked for in the next.
 */
function carryFrom(bases: readonly Base[], text: string): { marks: Marks; from: MarksFrom; dropped: number } {
  let marks: Marks = NO_MARKS;
  let known: readonly Span[] = [];
  let dropped = 0;
  for (const [i, base] of bases.entries()) {
    const carried = carryOver(base, text);
    if (i === 0) dropped = carried.droppedCharacters;
    marks = i === 0 ? carried.marks : addOutside(marks, carried.marks, known);
    if (i === bases.length - 1) break;
    // Which characters this base knows: mark all of its text and see where that goes.
    const whole = { spans: [{ start: 0, end: base.text.length, label: '?known' }], deletions: [] };
    const found = carryOver({ text: base.text, marks: whole }, text).marks.spans;
    known = union([...known, ...marks.spans], found);
    if (known.length === 1 && known[0]!.start === 0 && known[0]!.end === text.length) break;
  }
  return { marks, from: bases[0]!.from, dropped };
}

/** `marks`, and of `more` what lies outside of `known`, which holds all of `marks`. Spans sorted and disjoint. */
function addOutside(marks: Marks, more: Marks, known: readonly Span[]): Marks {
  const outside: Span[] = [];
  for (const span of more.spans) {
    let { start } = span;
    for (const { start: from, end: to } of known) {
      if (to <= start) continue;
      if (from >= span.end) break;
      if (from > start) outside.push({ start, end: from, label: span.label });
      start = Math.max(start, to);
    }
    if (start < span.end) outside.push({ start, end: span.end, label: span.label });
  }
  const spans = [...marks.spans, ...outside].sort((a, b) => a.start - b.start);
  const isKnown = (offset: number) => known.some(({ start, end }) => start <= offset && offset < end);
  const deletions = [...marks.deletions, ...more.deletions.filter(({ offset }) => !isKnown(offset))];
  return { spans: joinSpans(spans), deletions: deletions.sort((a, b) => a.offset - b.offset) };
}

function union(a: readonly Span[], b: readonly Span[]): Span[] {
  const merged: { start: number; end: number; label: string }[] = [];
  for (const span of [...a, ...b].sort((x, y) => x.start - y.start)) {
    const last = merged[merged.length - 1];
    if (last && span.start <= last.end) last.end = Math.max(last.end, span.end);
    else merged.push({ ...span });
  }
  return merged;
}

const UNREADABLE = Symbol('unreadable');

/** A text file of a tree, null when it is not there. One that is there and no text is a problem to tell. */
async function readText(
  tree: Tree,
  path: string,
  problems: string[],
): Promise<string | null | typeof UNREADABLE> {
  try {
    const bytes = await tree.read(path);
    const text = bytes && decodeText(bytes);
    if (text === null || typeof text === 'string') return text;
    problems.push(notTrackedSentence(path, text));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    problems.push(error.message);
  }
  return UNREADABLE;
}
