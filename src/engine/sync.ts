import { isOwnFile, sidecarPath, sourcePathOf, TAGS_FOLDER } from '../core/layout';
import type { Marks } from '../core/marks';
import { isEmpty } from '../core/marks';
import { movedMarks } from '../core/movedMarks';
import { serialiseSidecar } from '../core/sidecar';
import { together } from '../core/spanSets';
import { count } from '../core/wording';
import { changesOf, pathHistory } from '../repo/fileHistory';
import { removeInside, writeInside } from '../repo/files';
import type { Repository } from '../repo/git';
import { incomingSides } from '../repo/incoming';
import { removedPaths } from '../repo/removedPaths';
import { type StagedChange, stagedChanges, unmergedPaths, updateIndex } from '../repo/stage';
import { textOrNull } from '../repo/text';
import { commitTree } from '../repo/tree';
import { type Agreement, lastAgreements } from './lastAgreement';
import { fileOfStray } from './movedFrom';
import { leftWithout } from './strays';
import { checkSync, type OutOfSync } from './syncCheck';
import { marksOfText, openTrees, placeName, type TextMarks, type Trees } from './textMarks';

export interface SyncResult {
  /** One line for each thing done. */
  readonly done: string[];
  /** One sentence each: what was left alone and why, which marks found no place. */
  readonly problems: string[];
  /** False when some sidecar still does not agree with its text. */
  readonly complete: boolean;
}

/**
 * Makes the sidecars of the working tree describe the texts beside them: writes those that are stale, moves those whose
 * files were moved without them, gives those back that git took elsewhere, and removes what is left of files that are gone. Those that a merge left unmerged are
 * resolved in the index too. Nothing else is staged.
 * @throws Problem `newer-version`; `locked` when another git process is changing the index
 */
export async function fixSync(repo: Repository): Promise<SyncResult> {
  const { outOfSync } = await checkSync(repo);
  const result: SyncResult = { done: [], problems: [], complete: true };
  const [incoming, staged] = await Promise.all([incomingSides(repo), stagedChanges(repo)]);
  const renamed = staged.filter(({ status }) => status === 'renamed');
  const renames = new Map(renamed.map(({ path, previousPath }) => [path, previousPath]));
  const work: Work = { repo, trees: openTrees(repo, incoming), staged, renames, tracked: [], ...result };
  let isComplete = true;
  // What is left of files that are gone may be needed for others.
  const orphans = outOfSync.filter(({ state }) => state === 'orphan');
  const others = outOfSync.filter(({ state }) => state !== 'orphan');
  try {
    for (const one of others) isComplete = (await fix(work, one)) && isComplete;
    const left = await leftWithout(work.trees, staged);
    for (const path of await withoutByMerge(work, left, orphans.length > 0))
      await fixWithout(work, path, left.get(path) ?? null);
    work.tracked = orphans.length > 0 ? await work.trees.index.list('') : [];
    for (const one of orphans) isComplete = (await fix(work, one)) && isComplete;
    await fixTakenAway(work, others);
  } finally {
    work.trees.dispose();
  }
  return { ...result, complete: isComplete };
}

interface Work {
  readonly repo: Repository;
  readonly trees: Trees;
  /** What the next commit changes, and of the files that it renames where each stood. */
  readonly staged: readonly StagedChange[];
  readonly renames: ReadonlyMap<string, string>;
  /** All that git tracks; listed only when there are orphans. */
  tracked: readonly string[];
  readonly done: string[];
  readonly problems: string[];
}

async function fix(work: Work, { path, state, why }: OutOfSync): Promise<boolean> {
  if (state === 'orphan') return fixOrphan(work, path);
  if (state === 'unreadable') {
    work.problems.push(`${path} is left as it is: ${why}`);
    return false;
  }
  const { repo, trees } = work;
  const isUnmerged = state === 'unmerged';
  if (isUnmerged && (await unmergedPaths(repo, path)).length > 0) {
    work.problems.push(
      `${path} is left as it is: it has conflicts of its own. Resolve them and stage it first.`,
    );
    return false;
  }
  const text = textOrNull(await trees.working.read(path));
  if (text === null) {
    if (isUnmerged) await updateIndex(repo, new Map([[sidecarPath(path), null]]));
    return fixOrphan(work, path);
  }
  const { problems, ...found } = await marksIn(work, path, text);
  work.problems.push(...problems.filter(() => found.from === 'nothing'));
  const bytes = await write(work, path, text, found.marks);
  if (isUnmerged) await updateIndex(repo, new Map([[sidecarPath(path), bytes]]));
  work.done.push(
    `${path}: its sidecar was ${bytes === null ? 'removed: nothing of it is marked' : `written${source(found)}`}`,
  );
  if (found.dropped > 0 && !isUnmerged) await followLost(work, path, text, found);
  return true;
}

function marksIn(
  { repo, trees, renames }: Work,
  path: string,
  text: string,
  strayPath: string | null = null,
): Promise<TextMarks> {
  return marksOfText(repo, path, text, { trees, previousPath: renames.get(path) ?? path, strayPath });
}

/**
 * Files without a sidecar that may have lost it in a merge, pick or rebase: HEAD, or what is brought into it, has one; or
 * (`hasOrphans`) one was brought for another name of the file than it has here. Git takes a folder of sidecars for
 * renamed, and puts new ones elsewhere, where that of the sources was not. So may those that are `left` without one.
 */
async function withoutByMerge(
  { trees, staged }: Work,
  left: ReadonlyMap<string, string>,
  hasOrphans: boolean,
): Promise<string[]> {
  if (trees.incoming.length === 0) return [];
  const paths = new Set(left.keys());
  for (const { status, path, previousPath } of staged) {
    const own = status === 'deleted' ? path : status === 'renamed' ? previousPath : null;
    const source = own === null ? null : sourcePathOf(own);
    if (source !== null) paths.add(source);
    const isSource = status !== 'deleted' && !isOwnFile(path);
    if (isSource && (hasOrphans || (await isMarkedInOthers(trees, path)))) paths.add(path);
  }
  const found: string[] = [];
  for (const path of paths) {
    const isWithout = (await trees.working.read(sidecarPath(path))) === null;
    if (isWithout && (await trees.working.read(path).catch(() => null)) !== null) found.push(path);
  }
  return found;
}

async function isMarkedInOthers({ others, otherNames }: Trees, path: string): Promise<boolean> {
  for (const [i, other] of others.entries())
    for (const { path: there } of await otherNames.allInSide(i, path))
      if ((await other.read(sidecarPath(there))) !== null) return true;
  return false;
}

/** Gives a file its sidecar back when it has marks: HEAD's, kept in a conflict with a side that has none, or that side's. */
async function fixWithout(work: Work, path: string, strayPath: string | null): Promise<void> {
  const text = textOrNull(await work.trees.working.read(path).catch(() => null));
  if (text === null) return;
  const found = await marksIn(work, path, text, strayPath);
  if (isEmpty(found.marks)) return;
  const bytes = await write(work, path, text, found.marks);
  await updateIndex(work.repo, new Map([[sidecarPath(path), bytes]]));
  work.done.push(`${path}: its sidecar was written${source(found)}, as a merge had left it without`);
}

/** Most stale sidecars of which it is asked what they came with. */
const MAX_STALE = 50;

/**
 * The files that came with sidecars which are stale now, where these stood alone then: git brings an edit to what a file is called
 * here, and leaves its first sidecar where the other side has it. That another file has this name since does not make it its own.
 */
async function cameWithStale({ repo, trees }: Work, stale: readonly OutOfSync[]): Promise<string[]> {
  const found: string[] = [];
  for (const { path } of stale.slice(0, MAX_STALE)) {
    const [last] = await pathHistory(repo, 'HEAD', [sidecarPath(path)], 1);
    if (!last || (await commitTree(repo, last.commit, trees.objects).read(path)) !== null) continue;
    found.push(...(await changesOf(repo, last.commit)).written.filter((one) => !isOwnFile(one)));
  }
  return found;
}

/** Most commits that are asked for sidecars which they removed, and most files of theirs that are looked at. */
const MAX_REMOVALS = 300;
const MAX_BARE = 50;

/**
 * Gives files that lost their sidecars in history those back that are needed. When the last marked text of a file goes to a
 * new one, git takes the sidecar for renamed, and brings what others do to the marks of the file (or what a revert brings
 * back to it) there too. So it is with those that came with what is `stale`.
 */
async function fixTakenAway(work: Work, stale: readonly OutOfSync[]): Promise<void> {
  const { repo, trees } = work;
  const removed = await removedPaths(repo, TAGS_FOLDER, MAX_REMOVALS);
  let looked = 0;
  const lost = [...(await cameWithStale(work, stale)), ...removed.flatMap((one) => sourcePathOf(one) ?? [])];
  for (const path of new Set(lost)) {
    const [own, bytes] = await Promise.all(
      [sidecarPath(path), path].map((at) => trees.working.read(at).catch(() => null)),
    );
    const text = own ? null : textOrNull(bytes ?? null);
    if (text === null || looked++ >= MAX_BARE) continue;
    const found = await marksOfText(repo, path, text, { trees, lookBack: true });
    if (isEmpty(found.marks)) continue;
    await write(work, path, text, found.marks);
    work.done.push(`${path}: its sidecar was written${source(found)}, as git had taken it elsewhere`);
  }
}

function source(found: Pick<TextMarks, 'from' | 'commit'>): string {
  return found.from === 'line hashes' ? ' by its own line hashes' : `, carried over from ${placeName(found)}`;
}

async function write({ repo }: Work, path: string, text: string, marks: Marks): Promise<Buffer | null> {
  const written = serialiseSidecar(text, marks);
  if (written === null) {
    await removeInside(repo.root, sidecarPath(path));
    return null;
  }
  await writeInside(repo.root, sidecarPath(path), written);
  return Buffer.from(written, 'utf8');
}

/** Marked text that is no longer in its file may have gone to another one in the same commit. */
async function followLost(work: Work, path: string, text: string, found: TextMarksFound): Promise<void> {
  const [state] = await lastAgreements(work.repo, work.trees.objects, 'HEAD', path);
  const moved = state ? await placeMoved(work, state, text, path) : 0;
  if (moved > 0) return;
  const what = found.from === 'line hashes' ? 'marked line' : 'marked character';
  work.problems.push(`${path}: ${count(found.dropped, what)} of ${placeName(found)} found no place.`);
}

type TextMarksFound = Pick<TextMarks, 'from' | 'commit' | 'dropped'>;

/** Most commits and files that are searched for where text has gone. */
const MAX_COMMITS = 50;
const MAX_TARGETS = 200;

/** Looks in the files that changed together with one that lost text, and marks what came from there. Answers how many got marks. */
async function placeMoved(work: Work, state: Agreement, left: string | null, path: string): Promise<number> {
  const { repo, trees } = work;
  const history = await pathHistory(repo, 'HEAD', [state.path, path], MAX_COMMITS);
  const targets = new Set<string>();
  for (const { commit } of history) {
    if (commit === state.commit) break;
    for (const one of (await changesOf(repo, commit)).written) if (one !== path) targets.add(one);
  }
  let placed = 0;
  for (const target of [...targets].slice(0, MAX_TARGETS)) {
    const [now, before] = await Promise.all([
      trees.working.read(target).then(textOrNull, () => null),
      commitTree(repo, state.commit, trees.objects)
        .read(target)
        .then(textOrNull, () => null),
    ]);
    if (now === null) continue;
    const moved = movedMarks(state, left, before, now);
    if (isEmpty(moved)) continue;
    const { marks } = await marksOfText(repo, target, now);
    const spans = together(marks.spans, moved.spans);
    await write(work, target, now, { spans, deletions: marks.deletions });
    work.done.push(`${target}: marked what was moved there from ${state.path}`);
    placed++;
  }
  return placed;
}

/** What is left of a file that is gone: it was renamed, its text went to other files, or it was deleted. */
async function fixOrphan(work: Work, path: string): Promise<boolean> {
  const { repo, trees } = work;
  // Git may have put a new sidecar into a folder to which others were renamed, and not its file.
  const renamed =
    (await newPathOf(work, path)) ??
    (await otherNewPathOf(work, path)) ??
    (await fileOfStray(trees.working, work.tracked, path));
  let placed = 0;
  const text = renamed === null ? null : textOrNull(await trees.working.read(renamed));
  if (renamed !== null && text !== null && (await trees.working.read(sidecarPath(renamed))) === null) {
    const { marks } = await marksOfText(repo, renamed, text, { trees, strayPath: path, lookBack: true });
    await write(work, renamed, text, marks);
    placed = isEmpty(marks) ? 0 : 1;
    work.done.push(`${renamed}: got the sidecar of ${path}, which it was before`);
  }
  const [state] = await lastAgreements(repo, trees.objects, 'HEAD', path);
  if (state) placed += await placeMoved(work, state, text, path);
  await removeInside(repo.root, sidecarPath(path));
  const why = placed > 0 ? 'its text is elsewhere now' : 'the file is gone';
  work.done.push(`${path}: its sidecar was removed, because ${why}`);
  return true;
}

/** Most renames that are followed. */
const MAX_RENAMES = 5;

/** What a file is called now that a commit, or the next one, renamed; null when none did. */
async function newPathOf({ repo, trees, renames }: Work, path: string): Promise<string | null> {
  for (const [to, from] of renames) if (from === path) return to;
  let at = path;
  for (let i = 0; i < MAX_RENAMES; i++) {
    const [last] = await pathHistory(repo, 'HEAD', [at], 1);
    const renamed =
      last && (await changesOf(repo, last.commit)).origins.find(({ previousPath }) => previousPath === at);
    if (!renamed) return null;
    at = renamed.path;
    if ((await trees.head.read(at)) !== null) return at;
  }
  return null;
}

/**
 * What a file is called here that has left a sidecar by a name which this side never gave it: another one renamed both, and the
 * sidecar alone followed, from where this side had left it when it renamed the file. Null when none is.
 */
async function otherNewPathOf(work: Work, path: string): Promise<string | null> {
  const { repo, renames } = work;
  const own = sidecarPath(path);
  const [last] = renames.has(own) ? [] : await pathHistory(repo, 'HEAD', [own], 1);
  const { origins } = last ? await changesOf(repo, last.commit) : { origins: [] };
  const previousPath = renames.get(own) ?? origins.find((one) => one.path === own)?.previousPath;
  const before = previousPath === undefined ? null : sourcePathOf(previousPath);
  return before === null ? null : newPathOf(work, before);
}
