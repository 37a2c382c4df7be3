import { contributionJson } from '../core/contribution';
import { fileDigest, isGuardrailFile } from '../core/guardrailFiles';
import {
  contributionPath,
  isOwnFile,
  STATEMENTS_FOLDER,
  sidecarPath,
  sourcePathOf,
  statementPath,
  VERSION_PATH,
} from '../core/layout';
import { isEmpty, isUnknownOrigin, type Marks } from '../core/marks';
import { indexStatements, matchFile } from '../core/review';
import { serialiseSidecar, versionText } from '../core/sidecar';
import { parseStatement, type Statement } from '../core/statements';
import { count } from '../core/wording';
import type { Repository } from '../repo/git';
import { Problem } from '../repo/problem';
import { hasSavedSidecar } from '../repo/savedSidecars';
import type { StagedChange } from '../repo/stage';
import { decodeText, isSameButLineEnds, notTrackedSentence, textOrNull } from '../repo/text';
import { type Tree, workingTree } from '../repo/tree';
import { checkTreeVersion, loadContribution } from './knowledge';
import { movedInCommit } from './stagedMoves';
import { leftWithout, straySidecars, withUnseenRenames } from './strays';
import { marksOfText, placeName, type TextMarks, type Trees } from './textMarks';

/** One file of the next commit that has marks, or had some. */
export interface StagedFile extends Omit<TextMarks, 'problems'> {
  readonly path: string;
  /** Where it stood in HEAD, if it was there: elsewhere when it was renamed. */
  readonly previousPath: string;
  readonly text: string;
}

/** What the next commit says, and what has to be added to the index so that it says it. */
export interface StagedPlan {
  readonly files: StagedFile[];
  /** Files to put into the index; null takes one out. */
  readonly index: Map<string, Buffer | null>;
  /** The same for the working tree, where it holds the very text that is staged. */
  readonly working: Map<string, Buffer | null>;
  /** One sentence each. */
  readonly problems: string[];
}

/**
 * Works out the marks of every staged text that differs from HEAD. Reads only. `trees` are those of the moment, with
 * the revisions that are being merged; `changes` is what the index changes of HEAD.
 * @throws Problem `newer-version` when the working tree or the index is of a newer format
 */
export async function planStaged(
  repo: Repository,
  trees: Trees,
  changes: readonly StagedChange[],
): Promise<StagedPlan> {
  const plan: StagedPlan = { files: [], index: new Map(), working: new Map(), problems: [] };
  await Promise.all([checkTreeVersion(trees.working), checkTreeVersion(trees.index)]);
  const sources = [...(await withUnseenRenames(trees, sourcesOf(changes)))];
  const left = await leftWithout(trees, changes);
  const isChanged = (path: string) => sources.some((one) => one.path === path);
  for (const path of left.keys()) if (!isChanged(path)) sources.push(unchanged(path));
  const strays = new Map([...left, ...(await straySidecars(trees, sources))]);
  // A sidecar that a merge has brought without its source speaks of a file that HEAD has renamed: any of the staged ones.
  const concerned = (await bringsStray(trees, changes))
    ? sources
    : await withSidecars(repo, trees, sources, strays);
  for (let i = 0; i < concerned.length; i += FILES_AT_ONCE) {
    const group = concerned.slice(i, i + FILES_AT_ONCE);
    await Promise.all(
      group.map((change) => planFile(repo, trees, change, strays.get(change.path) ?? null, plan)),
    );
  }
  for (const { change, text, marks } of await movedInCommit(repo, trees, changes, concerned, plan.files)) {
    const { path, previousPath } = change;
    const others = plan.files.filter((file) => file.path !== path);
    plan.files.splice(0, plan.files.length, ...others);
    await planSidecar(
      trees,
      { path, previousPath, text, marks, from: 'HEAD', exact: false, dropped: 0 },
      plan,
    );
  }
  plan.files.sort((a, b) => (a.path < b.path ? -1 : 1));
  const isGuarded = changes.some(({ path }) => isGuardrailFile(path));
  if (plan.files.length > 0 || isGuarded) await addKnowledge(repo, trees, plan);
  return plan;
}

/** The source files that a staged change concerns: those that changed, and those whose sidecar did. */
function sourcesOf(all: readonly StagedChange[]): StagedChange[] {
  const changes = all.filter(({ status }) => status !== 'unmerged');
  const files = changes.filter((change) => !isOwnFile(change.path));
  // What a file's name stands for now, a link or a submodule, has no marks.
  const sources = files.map((change) =>
    change.isFile ? change : ({ ...change, status: 'deleted', id: null } as const),
  );
  const known = new Set(sources.flatMap(({ path, previousPath }) => [path, previousPath]));
  for (const { path: changed, previousPath } of changes) {
    for (const own of new Set([changed, previousPath])) {
      const path = sourcePathOf(own);
      if (path === null || known.has(path)) continue;
      known.add(path);
      sources.push(unchanged(path));
    }
  }
  return sources;
}

/** A file that stays as it is, and whose sidecar does not. */
function unchanged(path: string): StagedChange {
  return { status: 'changed', path, previousPath: path, isFile: true, id: null };
}

const AT_ONCE = 256;
const FILES_AT_ONCE = 16;

async function bringsStray(trees: Trees, changes: readonly StagedChange[]): Promise<boolean> {
  if (trees.incoming.length === 0) return false;
  for (const { path, status } of changes) {
    const source = status === 'added' ? sourcePathOf(path) : null;
    if (source !== null && (await trees.index.read(source).catch(() => null)) === null) return true;
  }
  return false;
}

/** The changes of files that have a sidecar anywhere; nothing else is ever read of the others. */
async function withSidecars(
  repo: Repository,
  trees: Trees,
  changes: readonly StagedChange[],
  strays: ReadonlyMap<string, string>,
): Promise<StagedChange[]> {
  const found: StagedChange[] = [];
  for (let i = 0; i < changes.length; i += AT_ONCE) {
    const group = changes.slice(i, i + AT_ONCE);
    const has = await Promise.all(
      group.map((change) => strays.has(change.path) || hasSidecar(repo, trees, change)),
    );
    found.push(...group.filter((_, k) => has[k]));
  }
  return found;
}

async function hasSidecar(
  repo: Repository,
  trees: Trees,
  { path, previousPath }: StagedChange,
): Promise<boolean> {
  const { working, index, head, others } = trees;
  const places: [Tree, string][] = [
    [working, path],
    [index, path],
    [head, previousPath],
  ];
  if (path !== previousPath) places.push([working, previousPath], [index, previousPath]);
  for (const [i, other] of others.entries())
    for (const { path: there } of await trees.otherNames.allInSide(i, path)) places.push([other, there]);
  const isThere = ([tree, at]: [Tree, string]) =>
    tree.read(sidecarPath(at)).then(
      (bytes) => bytes !== null,
      () => true, // unreadable is there too, and told when it is needed
    );
  // What was saved of a renamed file goes along, also when no state has a sidecar of it: a stash may bring such a text.
  const saved = hasSavedSidecar(repo, { path, previousPath });
  return (await Promise.all([saved, ...places.map(isThere)])).includes(true);
}

async function planFile(
  repo: Repository,
  trees: Trees,
  { path, previousPath, status }: StagedChange,
  strayPath: string | null,
  plan: StagedPlan,
): Promise<void> {
  if (previousPath !== path) await planRemoval(trees, previousPath, plan);
  const bytes = status === 'deleted' ? null : await readOrTell(trees.index, path, plan);
  if (bytes === undefined) return;
  if (bytes === null) return planRemoval(trees, path, plan);
  const text = decodeText(bytes);
  if (typeof text !== 'string') {
    plan.problems.push(notTrackedSentence(path, text));
    return;
  }
  const { problems, ...found } = await marksOfText(repo, path, text, { trees, previousPath, strayPath });
  plan.problems.push(...problems);
  // Marks of the working tree that are not in the staged text are those of text that was not staged.
  if (found.dropped > 0 && found.from !== 'working tree') plan.problems.push(droppedSentence(path, found));
  await planSidecar(trees, { path, previousPath, text, ...found }, plan);
}

/** The sidecar of a file goes into the index, and into the working tree where that holds the same text. */
async function planSidecar(trees: Trees, file: StagedFile, plan: StagedPlan): Promise<void> {
  const { path, text, marks } = file;
  plan.files.push(file);
  const sidecar = sidecarBytes(text, marks);
  const own = sidecarPath(path);
  if (!isSame(await trees.index.read(own).catch(() => null), sidecar)) plan.index.set(own, sidecar);
  const workingText = textOrNull(await trees.working.read(path).catch(() => null));
  if (workingText === null) return;
  const working = await trees.working.read(own).catch(() => null);
  if (isSameButLineEnds(workingText, text)) {
    if (!isSame(working, sidecar)) plan.working.set(own, sidecar);
  } else if (working === null && file.previousPath !== path) {
    // The sidecar of the text that is not staged yet goes along, before it is removed where the file was.
    const left = await trees.working.read(sidecarPath(file.previousPath)).catch(() => null);
    if (left !== null) plan.working.set(own, left);
  }
}

/** The sidecar of a file that is no longer there goes with it. */
async function planRemoval(trees: Trees, path: string, plan: StagedPlan): Promise<void> {
  const own = sidecarPath(path);
  if ((await trees.index.read(own).catch(() => null)) !== null) plan.index.set(own, null);
  if ((await trees.working.read(path).catch(() => null)) !== null) return;
  if ((await trees.working.read(own).catch(() => null)) !== null) plan.working.set(own, null);
}

/** Undefined when the file cannot be read, which the plan then tells. */
async function readOrTell(tree: Tree, path: string, plan: StagedPlan): Promise<Buffer | null | undefined> {
  try {
    return await tree.read(path);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    plan.problems.push(error.message);
    return undefined;
  }
}

function droppedSentence(path: string, found: Pick<TextMarks, 'from' | 'dropped' | 'commit'>): string {
  const { from, dropped } = found;
  return from === 'line hashes'
    ? `${path}: its sidecar matches no known text; ${count(dropped, 'marked line')} found no place.`
    : `${path} was changed without Taggant: ${count(dropped, 'marked character')} of ${placeName(found)} found no place in the staged text.`;
}

function sidecarBytes(text: string, marks: Marks): Buffer | null {
  const sidecar = serialiseSidecar(text, marks);
  return sidecar === null ? null : Buffer.from(sidecar, 'utf8');
}

function isSame(a: Buffer | null, b: Buffer | null): boolean {
  return a === null || b === null ? a === b : a.equals(b);
}

/** Adds what the marks name or need and the index lacks: version, contributions, and statements about these texts. */
async function addKnowledge(repo: Repository, trees: Trees, plan: StagedPlan): Promise<void> {
  const hasMarks = plan.files.some((file) => !isEmpty(file.marks));
  if (hasMarks && (await trees.index.read(VERSION_PATH)) === null) {
    plan.index.set(VERSION_PATH, Buffer.from(versionText()));
  }
  await addContributions(repo, trees, plan);
  await addStatements(trees, plan);
}

async function addContributions(repo: Repository, trees: Trees, plan: StagedPlan): Promise<void> {
  const named = new Set(
    plan.files.flatMap(({ marks }) => [...marks.spans, ...marks.deletions]).map((m) => m.label),
  );
  // Contributions that have not been written to the tree yet are kept in the git directory.
  const kept = workingTree({ root: repo.commonDir });
  for (const id of [...named].sort()) {
    const path = contributionPath(id);
    if (isUnknownOrigin(id) || (await trees.index.read(path)) !== null) continue;
    const contribution =
      (await loadContribution([trees.working, trees.head, ...trees.others], id)) ??
      (await loadContribution([keptContributions(kept)], id));
    if (contribution) plan.index.set(path, Buffer.from(`${contributionJson(contribution)}\n`));
    else
      plan.problems.push(
        `Contribution ${id} is named by a sidecar, but ${path} is missing: its tool is unknown.`,
      );
  }
}

/** `.taggant/contributions/x.json` stands at `taggant/contributions/x.json` in the git directory. */
function keptContributions(gitDirectory: Tree): Pick<Tree, 'read'> {
  return { read: (path) => gitDirectory.read(path.replace(/^\./, '')) };
}

async function addStatements(trees: Trees, plan: StagedPlan): Promise<void> {
  const paths = await trees.working.list(STATEMENTS_FOLDER);
  if (paths.length === 0) return;
  const there = new Set(await trees.index.list(STATEMENTS_FOLDER));
  const fresh = paths.filter((path) => path.endsWith('.json') && !there.has(path));
  const files = await trees.working.readMany(fresh);
  const statements: Statement[] = [];
  for (const [path, bytes] of files) {
    const statement = parseStatement(bytes.toString('utf8'), path.slice(STATEMENTS_FOLDER.length + 1, -5));
    // One that cannot be used is told when it is loaded.
    if (!('problem' in statement) && statementPath(statement.uuid) === path) statements.push(statement);
  }
  if (statements.length === 0) return;
  const take = ({ uuid }: Statement) => plan.index.set(statementPath(uuid), files.get(statementPath(uuid))!);
  // What somebody declared to be theirs has no marks any more: there the path has to do.
  const staged = new Set(plan.files.map(({ path }) => path));
  for (const statement of statements) {
    if (statement.kind === 'declare' && statement.files.some(({ path }) => staged.has(path))) take(statement);
  }
  // What somebody read as a whole, the policy say, goes with the very bytes that are staged.
  for (const statement of statements) {
    for (const { path, digest } of statement.files) {
      const bytes = digest === undefined ? null : await trees.index.read(path);
      if (bytes && fileDigest(bytes) === digest) take(statement);
    }
  }
  const index = indexStatements(statements);
  for (const file of plan.files) {
    const { spans, deletions } = matchFile(file, index);
    for (const stated of [...spans, ...deletions]) for (const one of stated.statements ?? []) take(one);
  }
}
