import type { MarkedText } from '../core/agreedMarks';
import { carryByLineHashes } from '../core/carryOver';
import { sidecarPath, sourcePathOf, TAGS_FOLDER } from '../core/layout';
import { NO_MARKS } from '../core/marks';
import { parseSidecar, readSidecar } from '../core/sidecar';
import { changesOf, type PathCommit, pathHistory, writtenWith } from '../repo/fileHistory';
import type { Repository } from '../repo/git';
import { mergeBase } from '../repo/incoming';
import type { ObjectReader } from '../repo/objects';
import { textOrNull } from '../repo/text';
import { commitTree } from '../repo/tree';
import { mostLike } from './movedFrom';

/** A commit whose text of a file and sidecar agree. */
export interface Agreement extends MarkedText {
  readonly commit: string;
  /** Where the file stood then, by its sidecar. */
  readonly path: string;
  readonly sidecar: string | null;
  /** The file was gone after it, and what is there now may be another one: nothing but its lines as they stood tells of it. */
  readonly wasGone?: boolean;
}

interface AgreementOptions {
  readonly wanted?: string | null;
  readonly strays?: boolean;
  readonly isMoved?: boolean;
}

/** Most commits of one file that are read, and most that are gone back to (branches that were merged have one each). */
const MAX_COMMITS = 300;
const MAX_AGREEMENTS = 4;
const MAX_EARLIER = 20;
/** Most characters read in all. */
const MAX_READ = 64 * 1024 * 1024;
/** Most sidecars of one commit that are looked at for one without its file. */
const MAX_BROUGHT = 200;
/** Most renames that are followed. */
const MAX_RENAMES = 5;

/**
 * The newest commits up to `revision` at which the text of a file and its sidecar agree: one, or where branches that were
 * merged each have their own, these. The file is followed to where it was renamed or copied from. None when there is no
 * such commit, or it is too far back.
 * @param options.wanted a sidecar whose own text is looked for too, beyond the newest agreement
 * @param options.strays whether a commit also counts that brought the file's sidecar by another name of it
 * @param options.isMoved the file stood at `path` before it was moved: that it is not there any more says nothing
 */
export async function lastAgreements(
  repo: Repository,
  objects: ObjectReader,
  revision: string,
  path: string,
  { wanted = null, strays = false, isMoved = false }: AgreementOptions = {},
): Promise<Agreement[]> {
  const walk = walkFor(repo, objects, { wanted, strays, earlier: null });
  await followBack(walk, revision, path, isMoved);
  for (const merge of walk.merges) await followSides(walk, merge);
  return walk.found;
}

/** The commits before the newest agreement, as `strays` finds it, at which a file and its sidecar agreed, newest first. */
export async function earlierAgreements(
  repo: Repository,
  objects: ObjectReader,
  revision: string,
  path: string,
): Promise<Agreement[]> {
  const walk = walkFor(repo, objects, { wanted: null, strays: true, earlier: [] });
  await followBack(walk, revision, path, true);
  return walk.earlier ?? [];
}

function walkFor(
  repo: Repository,
  objects: ObjectReader,
  sought: Pick<Walk, 'wanted' | 'strays' | 'earlier'>,
): Walk {
  return { repo, objects, ...sought, found: [], merges: [], commits: 0, read: 0, renames: 0 };
}

async function followBack(walk: Walk, revision: string, path: string, isMoved: boolean): Promise<void> {
  const before = walk.found.length;
  let [from, at, wasMoved] = [revision, path, isMoved];
  while (walk.renames <= MAX_RENAMES) {
    const added = await walkBack(walk, from, at, wasMoved);
    if (added === null || walk.found.length > before) return;
    walk.renames++;
    const { origins } = await changesOf(walk.repo, added);
    const origin = origins.find((one) => one.path === at);
    if (!origin) return;
    [from, at, wasMoved] = [`${added}^1`, origin.previousPath, true];
  }
}

/** The sides of a merge that have the file at another path: the history of its path of now knows nothing of them. */
async function followSides(walk: Walk, { commit, path }: Merge): Promise<void> {
  for (const [i, parent] of (await parentsOf(walk, commit)).entries()) {
    if (walk.renames >= MAX_RENAMES || walk.found.length >= MAX_AGREEMENTS) return;
    if ((await readAt(walk, parent, path)) !== null) continue;
    walk.renames++;
    const { origins } = await changesOf(walk.repo, commit, i + 1);
    const origin = origins.find((one) => one.path === path);
    const known = [...walk.found];
    if (origin) await followBack(walk, parent, origin.previousPath, true);
    // What a side has not gone on from says less than what the others have made of it.
    for (const fresh of walk.found.splice(known.length))
      if (!(await isBehindAny(walk, fresh, known))) walk.found.push(fresh);
  }
}

/** The parents of a merge; none for other commits. */
async function parentsOf({ objects }: Walk, commit: string): Promise<string[]> {
  const found = await objects.read(commit);
  const content = found?.type === 'commit' ? found.content : null;
  const header = content?.toString('utf8').split('\n\n', 1)[0] ?? '';
  const parents = [...header.matchAll(/^parent ([0-9a-f]+)$/gm)].map(([, parent]) => parent!);
  return parents.length > 1 ? parents : [];
}

async function isBehindAny(
  { repo }: Walk,
  { commit }: Agreement,
  others: readonly Agreement[],
): Promise<boolean> {
  for (const other of others) if ((await mergeBase(repo, commit, other.commit)) === commit) return true;
  return false;
}

/** A commit on the way whose text and sidecar disagree, and the path of the file there. */
interface Merge {
  readonly commit: string;
  readonly path: string;
}

interface Walk {
  readonly repo: Repository;
  readonly objects: ObjectReader;
  readonly wanted: string | null;
  readonly strays: boolean;
  readonly found: Agreement[];
  /** Those that are behind these; null where they are not asked for. */
  readonly earlier: Agreement[] | null;
  /** What may be merges of files with other names. */
  readonly merges: Merge[];
  commits: number;
  read: number;
  renames: number;
}

/** A commit to be looked at; `isBehind` an agreement. */
interface Visit {
  readonly at: PathCommit;
  readonly isBehind: boolean;
  readonly wasGone: boolean;
  /** The file may have been moved away since: this is no gap in its history. */
  readonly isMoved: boolean;
}

/** Goes back along one path. Answers the commit that added the file, when that is where the walk ended. */
async function walkBack(
  walk: Walk,
  revision: string,
  path: string,
  isMoved: boolean,
): Promise<string | null> {
  const own = sidecarPath(path);
  const most = MAX_COMMITS - walk.commits;
  const history = most > 0 ? await pathHistory(walk.repo, revision, [path, own], most) : [];
  if (history.length === 0) return null;
  const commits = new Map(history.map((one) => [one.commit, one]));
  const queue: Visit[] = [];
  // What was before the file was gone is asked when nothing else tells.
  const gone: Visit[] = [];
  const visited = new Set<string>();
  const visit = (commit: string, how: Omit<Visit, 'at'>) => {
    const at = commits.get(commit);
    if (at) (how.wasGone ? gone : queue).push({ at, ...how });
  };
  let added: string | null = null;
  let isSought = walk.wanted !== null;
  const broughtBy = sidecarsBroughtBy(walk, revision, path, most);
  visit(history[0]!.commit, { isBehind: false, wasGone: false, isMoved });
  for (let next = queue.shift(); next; next = queue.shift() ?? gone.shift()) {
    const { at, wasGone } = next;
    const isBehind = next.isBehind || (wasGone && walk.found.some((one) => !one.wasGone));
    if (visited.has(at.commit)) continue;
    visited.add(at.commit);
    const isEarlier = isBehind && walk.earlier !== null && walk.earlier.length < MAX_EARLIER;
    if (isBehind && !isSought && !isEarlier) continue;
    if (walk.found.length >= MAX_AGREEMENTS || walk.read > MAX_READ || walk.commits++ >= MAX_COMMITS) break;
    const { isThere, agreement: found } = await stateAt(walk, at, path, broughtBy);
    const agreement = found && { ...found, wasGone };
    const isWanted = isSought && agreement?.sidecar === walk.wanted;
    if (agreement && (!isBehind || isWanted)) walk.found.push(agreement);
    if (isEarlier && agreement) walk.earlier?.push(agreement);
    if (isWanted) isSought = false;
    if (isThere && !agreement && !isBehind) walk.merges.push({ commit: at.commit, path });
    const how = {
      isBehind: isBehind || agreement !== null,
      wasGone: wasGone || !(isThere || next.isMoved),
      isMoved: next.isMoved && !isThere,
    };
    for (const parent of at.parents) visit(parent, how);
    if (at.parents.length === 0 && isThere) added = at.commit;
  }
  return added;
}

/** A file at a commit. Without a sidecar it says something only when somebody took one away. */
async function stateAt(
  walk: Walk,
  { commit, parents }: PathCommit,
  path: string,
  broughtBy: (commit: string) => Promise<readonly string[]>,
): Promise<{ readonly isThere: boolean; readonly agreement: Agreement | null }> {
  const [text, sidecar] = await Promise.all([
    readAt(walk, commit, path),
    readAt(walk, commit, sidecarPath(path)),
  ]);
  if (text === null) return { isThere: false, agreement: null };
  const own = sidecarPath(path);
  const isBare =
    sidecar === null &&
    (await isTakenAway(walk, parents, own)) &&
    !(parents.length === 1 && (await isBroughtElsewhere(walk, commit, own, text)));
  if (sidecar === null && !isBare)
    return { isThere: true, agreement: await strayAgreement(walk, commit, text, await broughtBy(commit)) };
  const marks = sidecar === null ? NO_MARKS : readSidecar(parseSidecar(sidecar), text);
  return { isThere: true, agreement: marks && { commit, path, text, marks, sidecar } };
}

/** The sidecars that a commit on the way brought, or changed, with the file. Git is asked once for all, and only when it has to be. */
function sidecarsBroughtBy(
  { repo, strays }: Walk,
  revision: string,
  path: string,
  most: number,
): (commit: string) => Promise<readonly string[]> {
  let all: ReturnType<typeof writtenWith> | null = null;
  return async (commit) => {
    if (!strays) return [];
    all ??= writtenWith(repo, revision, [path, sidecarPath(path)], most, TAGS_FOLDER);
    return (await all).get(commit) ?? [];
  };
}

/**
 * A file without a sidecar at a commit that brought one by another name of the file, which is none there: git merges or picks an
 * edit into what the file is called on this side, and leaves the first sidecar where the other side has it. Later commits may
 * bring a file of that name too, and then only this commit tells whose the sidecar is.
 */
async function strayAgreement(
  walk: Walk,
  commit: string,
  text: string,
  brought: readonly string[],
): Promise<Agreement | null> {
  const sources: string[] = [];
  for (const source of brought.slice(0, MAX_BROUGHT).flatMap((one) => sourcePathOf(one) ?? []))
    if ((await readAt(walk, commit, source)) === null) sources.push(source);
  const path = await mostLike(commitTree(walk.repo, commit, walk.objects), sources, text);
  const written = path === null ? null : await readAt(walk, commit, sidecarPath(path));
  if (path === null || written === null) return null;
  const sidecar = parseSidecar(written);
  const marks = readSidecar(sidecar, text) ?? carryByLineHashes(sidecar, text).marks;
  return { commit, path, text, marks, sidecar: written };
}

/**
 * True when a commit without a sidecar is one whose first parent has it. Of a merge that brings sides with and without one,
 * those with it must not have changed it: git takes what one side added for renamed from what it removed at times, and
 * merges what the other side changed into that.
 */
async function isTakenAway(walk: Walk, parents: readonly string[], sidecar: string): Promise<boolean> {
  const before = await Promise.all(parents.map((parent) => readAt(walk, parent, sidecar)));
  if (before.length === 0 || before[0] === null) return false;
  const without = before.indexOf(null);
  for (const [i, own] of without < 0 ? [] : before.entries()) {
    if (own === null) continue;
    const base = await mergeBase(walk.repo, parents[i]!, parents[without]!);
    if (base === null || (await readAt(walk, base, sidecar)) !== own) return false;
  }
  return true;
}

/**
 * True when a commit without a sidecar is one in which git took it for renamed, as a pick or a rebase of a split does: the one that
 * it became is of another text than its own file, and has marked lines of `text` which that file does not have.
 */
async function isBroughtElsewhere(walk: Walk, commit: string, own: string, text: string): Promise<boolean> {
  const { origins } = await changesOf(walk.repo, commit);
  for (const { path, previousPath } of origins) {
    const source = previousPath === own ? sourcePathOf(path) : null;
    if (source === null) continue;
    const [there, written] = await Promise.all([readAt(walk, commit, source), readAt(walk, commit, path)]);
    const sidecar = written === null ? null : parseSidecar(written);
    if (there === null || sidecar === null || readSidecar(sidecar, there)) continue;
    const { spans } = carryByLineHashes(sidecar, text).marks;
    if (spans.some(({ start, end }) => !there.includes(text.slice(start, end)))) return true;
  }
  return false;
}

async function readAt(walk: Walk, commit: string, path: string): Promise<string | null> {
  const bytes = await commitTree(walk.repo, commit, walk.objects)
    .read(path)
    .catch(() => null);
  walk.read += bytes?.length ?? 0;
  return textOrNull(bytes);
}
