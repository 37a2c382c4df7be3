import { type Finding, findingsOf } from '../core/findings';
import { sourcePathOf, TAGS_FOLDER } from '../core/layout';
import type { Marks } from '../core/marks';
import { type Policy, type PolicyProblem, rulesFor } from '../core/policy';
import { indexStatements, reviewSpans } from '../core/review';
import { removeInside, writeInside } from '../repo/files';
import type { Repository } from '../repo/git';
import { Problem } from '../repo/problem';
import { incomingRevisions, stagedChanges, updateIndex } from '../repo/stage';
import { decodeText, notTrackedSentence } from '../repo/text';
import type { Tree } from '../repo/tree';
import { checkTreeVersion, type LoadedPolicy, loadPolicy, loadStatements } from './knowledge';
import { planStaged, type StagedPlan } from './staged';
import { marksOfText, openTrees, type Trees } from './textMarks';

/** What a check of some state of the repository says. */
export interface CheckResult {
  /** In the order of paths, then of places. */
  readonly findings: Finding[];
  /** Mistakes in the policy; there are no findings then. Offsets are into `policyText`. */
  readonly policyProblems: PolicyProblem[];
  readonly policyText?: string;
  /** What a hook does when Taggant itself fails; null without a usable policy. */
  readonly onError: Policy['onError'] | null;
  /** One sentence each, about things that could not be read or placed. */
  readonly problems: string[];
  readonly summary: CheckSummary;
}

export interface CheckSummary {
  /** Files with marks that were looked at. */
  readonly files: number;
  readonly findings: number;
  readonly blocking: number;
  readonly warnings: number;
}

interface MarkedFile {
  readonly path: string;
  readonly text: string;
  readonly marks: Marks;
}

/**
 * Makes the index say exactly what the staged text carries: sidecars, the contributions they name, the statements
 * about them, and the format's version. Where the working tree holds the same text, its sidecar follows.
 * @throws Problem `locked` when another git process is changing the index; nothing was changed then
 */
export function prepareStaged(repo: Repository): Promise<StagedPlan> {
  return withStaged(repo, null, async (_trees, plan) => {
    await apply(repo, plan);
    return plan;
  });
}

/**
 * Checks what is staged against the index's policy and statements, those included that `prepareStaged` would add.
 * What is not staged has no influence. Writes nothing.
 */
export function checkStaged(repo: Repository): Promise<CheckResult> {
  return withStaged(repo, null, checkPlan);
}

/**
 * `prepareStaged` and `checkStaged` in one go, for the hook.
 * @param told what the hook's shell part has been told of the index (see `stagedChanges`)
 */
export function prepareAndCheck(repo: Repository, told: string | null = null): Promise<CheckResult> {
  return withStaged(repo, told, async (trees, plan) => {
    const [result] = await Promise.all([checkPlan(trees, plan), apply(repo, plan)]);
    return { ...result, problems: [...new Set([...result.problems, ...plan.problems])] };
  });
}

async function withStaged<T>(
  repo: Repository,
  told: string | null,
  act: (trees: Trees, plan: StagedPlan) => Promise<T>,
): Promise<T> {
  const [others, changes] = await Promise.all([incomingRevisions(repo), stagedChanges(repo, told)]);
  const changed = new Map<string, string | null>(changes.map(({ previousPath }) => [previousPath, null]));
  for (const { path, id } of changes) changed.set(path, id);
  const trees = openTrees(repo, others, changed);
  try {
    return await act(trees, await planStaged(repo, trees, changes));
  } finally {
    trees.dispose();
  }
}

async function apply(repo: Repository, plan: StagedPlan): Promise<void> {
  await updateIndex(repo, plan.index);
  for (const [path, content] of plan.working) {
    try {
      if (content === null) await removeInside(repo.root, path);
      else await writeInside(repo.root, path, content);
    } catch (error) {
      // The commit is right all the same; the working tree's sidecar is brought up to date another time.
      if (!(error instanceof Problem)) throw error;
      plan.problems.push(error.message);
    }
  }
}

function checkPlan(trees: Trees, plan: StagedPlan): Promise<CheckResult> {
  return check(overlay(trees.index, plan.index), plan.files, plan.problems);
}

/** Checks all marked files of the working tree against the working tree's policy and statements. */
export async function checkAll(repo: Repository): Promise<CheckResult> {
  const { files, problems } = await markedFiles(repo);
  const trees = openTrees(repo);
  try {
    return await check(trees.working, files, problems);
  } finally {
    trees.dispose();
  }
}

/** The files of the working tree that have a sidecar, with their marks; sorted by path. */
export async function markedFiles(repo: Repository): Promise<{ files: MarkedFile[]; problems: string[] }> {
  const files: MarkedFile[] = [];
  const problems: string[] = [];
  const trees = openTrees(repo);
  try {
    await checkTreeVersion(trees.working);
    for (const sidecar of await trees.working.list(TAGS_FOLDER)) {
      const path = sourcePathOf(sidecar);
      if (path === null) continue;
      const bytes = await trees.working.read(path).catch((error: unknown) => {
        if (error instanceof Problem) return error;
        throw error;
      });
      if (bytes instanceof Problem) {
        problems.push(bytes.message);
        continue;
      }
      if (!bytes) {
        problems.push(`${sidecar} belongs to ${path}, which is gone; remove it, or restore the file.`);
        continue;
      }
      const text = decodeText(bytes);
      if (typeof text !== 'string') {
        problems.push(notTrackedSentence(path, text));
        continue;
      }
      const found = await marksOfText(repo, path, text, { trees });
      problems.push(...found.problems);
      files.push({ path, text, marks: found.marks });
    }
  } finally {
    trees.dispose();
  }
  return { files, problems };
}

async function check(
  tree: Tree,
  files: readonly MarkedFile[],
  told: readonly string[],
): Promise<CheckResult> {
  const loaded = await loadPolicy(tree);
  const problems = [...told];
  const { policy } = loaded;
  const critical = policy
    ? files.filter(({ path, marks }) => marks.spans.length > 0 && rulesFor(policy, path).length > 0)
    : [];
  const statements = critical.length > 0 ? await loadStatements(tree, problems) : [];
  const index = indexStatements(statements);
  const findings = critical.flatMap(({ path, text, marks }) =>
    policy ? findingsOf({ path, text, spans: reviewSpans(path, text, marks, index) }, policy) : [],
  );
  return resultOf(loaded, findings, problems, files.length);
}

function resultOf(
  { policy, policyProblems, policyText }: LoadedPolicy,
  findings: Finding[],
  problems: string[],
  files: number,
): CheckResult {
  const sorted = [...findings].sort((a, b) =>
    a.path < b.path ? -1 : a.path > b.path ? 1 : a.start - b.start,
  );
  const blocking = findings.filter((finding) => finding.enforcement === 'block').length;
  return {
    findings: sorted,
    policyProblems,
    ...(policyText === undefined ? {} : { policyText }),
    onError: policy?.onError ?? null,
    problems,
    summary: { files, findings: findings.length, blocking, warnings: findings.length - blocking },
  };
}

/** A tree as it is when `files` have been written to it (null: removed). */
function overlay(tree: Tree, files: ReadonlyMap<string, Buffer | null>): Tree {
  const read = async (path: string) => (files.has(path) ? files.get(path)! : tree.read(path));
  return {
    read,
    async readMany(paths) {
      const below = await tree.readMany(paths.filter((path) => !files.has(path)));
      const all = paths.map((path) => [path, files.get(path) ?? below.get(path)] as const);
      return new Map(all.filter((entry): entry is [string, Buffer] => entry[1] !== undefined));
    },
    async list(folder) {
      const paths = new Set(await tree.list(folder));
      for (const [path, content] of files) {
        if (folder !== '' && !path.startsWith(`${folder}/`)) continue;
        if (content === null) paths.delete(path);
        else paths.add(path);
      }
      return [...paths].sort();
    },
    dispose: () => tree.dispose(),
  };
}
