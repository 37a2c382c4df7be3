import { agentsOfCommit, declaringCommit, sessionOfCommit, toolAndModel } from '../core/agentTrailers';
import { carryOver } from '../core/carryOver';
import {
  CONTRIBUTION_ID_LENGTH,
  type Contribution,
  contributionId,
  contributionJson,
} from '../core/contribution';
import { contributionPath, sidecarPath, TAGS_FOLDER } from '../core/layout';
import { splitLines } from '../core/lines';
import type { Label, Span } from '../core/marks';
import { indexStatements, matchFile, type StatementIndex } from '../core/review';
import { serialiseSidecar } from '../core/sidecar';
import { outside, together } from '../core/spanSets';
import { printable } from '../core/wording';
import { commitLog, type LoggedCommit } from '../repo/commitLog';
import { writeInside } from '../repo/files';
import type { Repository } from '../repo/git';
import { commitOf, type Range, resolveRange } from '../repo/history';
import { incomingSides } from '../repo/incoming';
import { Problem } from '../repo/problem';
import { textOrNull } from '../repo/text';
import { type DeclaredFile, followDeclared } from './declaredHistory';
import { type Knowledge, loadKnowledge } from './knowledge';
import { marksOfText, openTrees, type Trees } from './textMarks';

/** What one contribution gets of a file. */
export interface ImportedPart {
  readonly contribution: Contribution;
  /** Lines of which something is newly marked. */
  readonly lines: number;
}

export interface ImportedFile {
  readonly path: string;
  readonly lines: number;
  readonly parts: readonly ImportedPart[];
}

/** What an import would write, or has written. */
export interface ImportPlan {
  /** Commits whose trailers or author name an agent; of these, how many were imported before, and how many add nothing. */
  readonly commits: number;
  readonly before: number;
  readonly merges: number;
  readonly files: readonly ImportedFile[];
  /** One sentence each: what was left out, and why. */
  readonly problems: readonly string[];
  /** Sidecars by the path of their source, and contributions by their id. */
  readonly sidecars: ReadonlyMap<string, string>;
  readonly contributions: ReadonlyMap<string, Contribution>;
}

export interface ImportOptions {
  /** As `check --range` takes it; all commits up to HEAD without. */
  readonly range?: string;
  progress(done: number, all: number): void;
}

/**
 * Finds the commits that name AI agents, follows the lines that each of them added to the working tree, and says which
 * of them would be marked as declared. Where something is marked already, or somebody said that it is theirs, that stays.
 * Writes nothing.
 * @throws Problem `usage` for a range that names no commits, `newer-version`
 */
export async function planImport(repo: Repository, options: ImportOptions): Promise<ImportPlan> {
  const trees = openTrees(repo, await incomingSides(repo));
  try {
    const knowledge = await loadKnowledge(trees.working);
    const problems: string[] = [];
    const head = await commitOf(repo, 'HEAD').catch((error: unknown) => {
      if (error instanceof Problem) throw new Problem('usage', 'There are no commits here yet.');
      throw error;
    });
    const range = options.range === undefined ? null : await resolveRange(repo, options.range);
    const { commits, isCut } = await commitLog(repo, head, range ? range.base : null);
    if (isCut) problems.push('Only the newest 200000 commits were looked at.');
    const named = await declaredCommits(repo, commits, range, head, knowledge, problems);
    const labels = new Map([...named.contributions].map(([commit, one]) => [commit, temporaryLabel(one)]));
    const files = await followDeclared(repo, commits, labels, head, options.progress);
    const { contributions, ...counts } = named;
    const work = { repo, trees, knowledge, problems, contributions: [...contributions.values()] };
    return { ...counts, ...(await placeInTree(work, files)), problems };
  } finally {
    trees.dispose();
  }
}

/** Writes what {@link planImport} found: the sidecars first, so that an import that ends half-way is done again. */
export async function applyImport(repo: Repository, plan: ImportPlan): Promise<void> {
  for (const [path, sidecar] of plan.sidecars) await writeInside(repo.root, sidecarPath(path), sidecar);
  for (const [id, contribution] of plan.contributions) {
    await writeInside(repo.root, contributionPath(id), `${contributionJson(contribution)}\n`);
  }
}

interface NamedCommits {
  readonly commits: number;
  readonly before: number;
  readonly merges: number;
  /** What each commit declares. */
  readonly contributions: ReadonlyMap<string, Contribution>;
}

async function declaredCommits(
  repo: Repository,
  log: readonly LoggedCommit[],
  range: Range | null,
  head: string,
  knowledge: Knowledge,
  problems: string[],
): Promise<NamedCommits> {
  // Commits that come after the range are followed, not read.
  const wanted =
    range === null || range.head === head
      ? null
      : new Set((await commitLog(repo, range.head, range.base)).commits.map(({ commit }) => commit));
  const known = new Set([...knowledge.contributions.values()].map(declaringCommit));
  const contributions = new Map<string, Contribution>();
  let [commits, before, merges, cutOff] = [0, 0, 0, 0];
  for (const one of log) {
    if (wanted && !wanted.has(one.commit)) continue;
    const agents = agentsOfCommit(one.trailers, one.author);
    if (agents.length === 0) continue;
    commits++;
    if (one.isCutOff) cutOff++;
    // What a merge or a revert puts there was written before.
    else if (one.parents.length > 1 || /^(?:revert|reapply) "/i.test(one.subject)) merges++;
    else if (known.has(one.commit)) before++;
    else contributions.set(one.commit, contributionOf(one, toolAndModel(agents)));
  }
  if (cutOff > 0) {
    problems.push(
      `${cutOff} of the commits stand where this shallow clone ends: what they added cannot be told. Fetch the whole history first (git fetch --unshallow).`,
    );
  }
  return { commits, before, merges, contributions };
}

/** Longest name of an author that is kept. */
const MAX_AUTHOR = 200;

function contributionOf({ commit, author, time }: LoggedCommit, named: ReturnType<typeof toolAndModel>) {
  const seconds = Math.min(Math.max(time, 0), 253_402_300_799); // the year 9999
  return {
    ...named,
    session: sessionOfCommit(commit),
    author: printable(author).slice(0, MAX_AUTHOR),
    day: new Date(seconds * 1000).toISOString().slice(0, 10),
    evidence: 'declared',
  } satisfies Contribution;
}

/** Until it is written a contribution is known by all of its hash. */
function temporaryLabel(contribution: Contribution): Label {
  return contributionId(contribution, 43);
}

interface Work {
  readonly repo: Repository;
  readonly trees: Trees;
  readonly knowledge: Knowledge;
  readonly problems: string[];
  readonly contributions: readonly Contribution[];
}

async function placeInTree(
  work: Work,
  files: ReadonlyMap<string, DeclaredFile>,
): Promise<Pick<ImportPlan, 'files' | 'sidecars' | 'contributions'>> {
  const { trees, knowledge } = work;
  const declared = indexStatements(knowledge.statements.filter(({ kind }) => kind === 'declare'));
  const lookBack = (await trees.head.list(TAGS_FOLDER)).length > 0;
  const ids = idsOf(work, files);
  const found: ImportedFile[] = [];
  const sidecars = new Map<string, string>();
  const contributions = new Map<string, Contribution>();
  for (const path of [...files.keys()].sort()) {
    const placed = await placeFile(work, path, files.get(path)!, { ids, declared, lookBack });
    if (!placed) continue;
    for (const [id, one] of placed.contributions) contributions.set(id, one);
    if (placed.file.parts.length === 0) continue;
    found.push(placed.file);
    sidecars.set(path, placed.sidecar);
  }
  return { files: found, sidecars, contributions };
}

interface Placing {
  readonly ids: ReadonlyMap<Label, { readonly id: string; readonly contribution: Contribution }>;
  readonly declared: StatementIndex;
  readonly lookBack: boolean;
}

async function placeFile(work: Work, path: string, file: DeclaredFile, placing: Placing) {
  const { repo, trees, problems } = work;
  const text = await readText(work, path);
  const committed = text === null ? null : await trees.objects.read(file.object);
  const committedText = textOrNull(committed?.content ?? null);
  if (text === null || committedText === null) return null;
  const labelled = file.spans.map((span) => ({ ...span, label: placing.ids.get(span.label)!.id }));
  const due = carryOver({ text: committedText, marks: { spans: labelled, deletions: [] } }, text).marks.spans;
  const { marks, problems: told } = await marksOfText(repo, path, text, {
    trees,
    lookBack: placing.lookBack,
  });
  problems.push(...told);
  const free = outside(outside(due, marks.spans), theirs(path, text, placing.declared));
  const fresh = free.filter(({ start, end }) => /\S/.test(text.slice(start, end)));
  const spans = together(marks.spans, fresh);
  const sidecar = serialiseSidecar(text, { spans, deletions: marks.deletions });
  if (sidecar === null) return null;
  const byId = new Map([...placing.ids.values()].map((one) => [one.id, one.contribution]));
  // Also of marks that stand there since an import that was ended before it wrote its contributions.
  const contributions = new Map<string, Contribution>();
  for (const { label } of spans) {
    const contribution = byId.get(label);
    if (contribution) contributions.set(label, contribution);
  }
  const parts = [...new Set(fresh.map(({ label }) => label))].map((label) => ({
    contribution: byId.get(label)!,
    lines: linesWith(
      text,
      fresh.filter((span) => span.label === label),
    ),
  }));
  return {
    contributions,
    file: { path, lines: linesWith(text, fresh), parts },
    sidecar,
  };
}

async function readText({ trees, problems }: Work, path: string): Promise<string | null> {
  try {
    return textOrNull(await trees.working.read(path));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    problems.push(error.message);
    return null;
  }
}

/** The lines of which somebody said that they are no AI code. */
function theirs(path: string, text: string, declared: StatementIndex): Span[] {
  let spans: Span[] = [];
  for (const label of declared.labels) {
    const marks = { spans: [{ start: 0, end: text.length, label }], deletions: [] };
    const stated = matchFile({ path, text, marks }, declared).spans;
    spans = together(
      spans,
      stated.filter(({ statements }) => (statements?.length ?? 0) > 0),
    );
  }
  return spans;
}

/** How many lines the spans touch. */
function linesWith(text: string, spans: readonly Span[]): number {
  const { count, starts } = splitLines(text);
  let [lines, next] = [0, 0];
  for (let line = 0; line < count; line++) {
    while (next < spans.length && spans[next]!.end <= starts[line]!) next++;
    if (next < spans.length && spans[next]!.start < starts[line + 1]!) lines++;
  }
  return lines;
}

/** The ids of the contributions that files name, longer than usual where another has the short one. */
function idsOf({ contributions, knowledge }: Work, files: ReadonlyMap<string, DeclaredFile>): Placing['ids'] {
  const used = new Set([...files.values()].flatMap(({ spans }) => spans.map(({ label }) => label)));
  const taken = new Set(knowledge.contributions.keys());
  const ids = new Map<Label, { id: string; contribution: Contribution }>();
  for (const contribution of contributions) {
    const label = temporaryLabel(contribution);
    if (!used.has(label)) continue;
    let length = CONTRIBUTION_ID_LENGTH;
    while (taken.has(label.slice(0, length))) length++;
    const id = label.slice(0, length);
    taken.add(id);
    ids.set(label, { id, contribution });
  }
  return ids;
}
