import type { ChangedFile } from '../core/changeLimit';
import { sidecarPath } from '../core/layout';
import { NO_MARKS } from '../core/marks';
import { parseSidecar, readSidecar } from '../core/sidecar';
import { removeInside, writeInside } from '../repo/files';
import type { Repository } from '../repo/git';
import { incomingSides } from '../repo/incoming';
import { Problem } from '../repo/problem';
import { keepUnderNewName } from '../repo/savedSidecars';
import { stagedChanges, updateIndex } from '../repo/stage';
import { textOrNull } from '../repo/text';
import type { Tree } from '../repo/tree';
import { type CheckResult, checkFiles } from './checkFiles';
import { loadGuardrails } from './guardrails';
import { planStaged, type StagedPlan } from './staged';
import { openTrees, type Trees } from './textMarks';

export type { CheckResult } from './checkFiles';

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
 * Checks what is staged by the index's guardrails and statements, those included that `prepareStaged` would add.
 * What is not staged has no influence. Writes nothing.
 */
export function checkStaged(repo: Repository): Promise<CheckResult> {
  return withStaged(repo, null, (trees, plan) => checkPlan(repo, trees, plan));
}

/**
 * `prepareStaged` and `checkStaged` in one go, for the hook.
 * @param told what the hook's shell part has been told of the index (see `stagedChanges`)
 */
export function prepareAndCheck(repo: Repository, told: string | null = null): Promise<CheckResult> {
  return withStaged(repo, told, async (trees, plan) => {
    const [result] = await Promise.all([checkPlan(repo, trees, plan), apply(repo, plan)]);
    return { ...result, problems: [...new Set([...result.problems, ...plan.problems])] };
  });
}

/** From this many changes on git finds objects sooner in the index, once it has read it, than in HEAD's folders. */
const MANY_CHANGES = 16;

async function withStaged<T>(
  repo: Repository,
  told: string | null,
  act: (trees: Trees, plan: StagedPlan) => Promise<T>,
): Promise<T> {
  const [incoming, changes] = await Promise.all([incomingSides(repo), stagedChanges(repo, told)]);
  const changed = new Map<string, string | null>(changes.map(({ previousPath }) => [previousPath, null]));
  for (const { path, id } of changes) changed.set(path, id);
  const trees = openTrees(repo, incoming, changes.length < MANY_CHANGES ? changed : undefined);
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
  for (const { path, previousPath } of plan.files) {
    // A stash or a branch that git applies to the renamed file may bring such a text. The commit does not need it.
    if (path !== previousPath) await keepUnderNewName(repo, previousPath, path).catch(() => {});
  }
}

/** By the index's own guardrails, as the commit will hold them. */
async function checkPlan(repo: Repository, trees: Trees, plan: StagedPlan): Promise<CheckResult> {
  const tree = overlay(trees.index, plan.index);
  const before = new Map(plan.files.map(({ path, previousPath }) => [path, previousPath]));
  const result = await checkFiles(repo, {
    guardrails: await loadGuardrails(tree),
    statementsTree: tree,
    files: plan.files,
    now: new Date(),
    before: (path) => textBefore(trees.head, before.get(path) ?? path),
  });
  return { ...result, problems: [...plan.problems, ...result.problems] };
}

/** A text and the marks that the tree holds of it; null where the tree has no such text. */
async function textBefore(tree: Tree, path: string): Promise<ChangedFile['before']> {
  const read = (at: string) => tree.read(at).then(textOrNull, () => null);
  const [text, sidecar] = await Promise.all([read(path), read(sidecarPath(path))]);
  if (text === null) return null;
  return { text, marks: (sidecar === null ? null : readSidecar(parseSidecar(sidecar), text)) ?? NO_MARKS };
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
