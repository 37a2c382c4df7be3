import { readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { FOLDER, POLICY_PATH, VERSION_PATH } from '../core/layout';
import { versionText } from '../core/sidecarFormat';
import { type Action, applyActions, describeAction, isThere, readSmallText } from '../repo/actions';
import { DRIVER, planDriver, planDriverUndo } from '../repo/driver';
import type { Repository } from '../repo/git';
import { compiledFolder, runtimePath } from '../repo/hookFiles';
import { appendBlock, hasBlock, readHookScripts, removeBlock } from '../repo/hookScripts';
import { planHookInstall, runtimeText } from '../repo/hooks';
import { planHookUndo } from '../repo/hookUndo';
import { Problem } from '../repo/problem';
import { confinedPath } from '../repo/tree';
import { planAgentHooks, planAgentUndo, removeAgentFolders } from './agentInit';

export { type HookState, hookState } from '../repo/hookState';

export interface InitOptions {
  /** Only say what would be done. */
  readonly dryRun?: boolean;
  /** Take back what an earlier run did, as far as nobody has changed it since. */
  readonly undo?: boolean;
  /** Asked before anything is done, with what will be done; false stops. Not asked when there is nothing to do. */
  readonly confirm: (report: InitReport) => Promise<boolean>;
  /** `cli.js` of this installation; the hook's scripts stand beside it, in `../media/hooks`. */
  readonly cliPath: string;
  /** The Node, or Electron, that the hook shall use. */
  readonly nodePath: string;
  /** Set the hooks of these AI agents up too (none named: of those that are used); with `undo`, only take them back. */
  readonly agents?: readonly string[];
  /** Whether a policy without rules is written where there is none. Default true. */
  readonly withExamplePolicy?: boolean;
}

export interface InitReport {
  /** One line for each thing done, or to be done. */
  readonly actions: string[];
  /** Sentences: what was left alone and why, what is to be done by hand. */
  readonly notes: string[];
  /** What became of it: `nothing` to do, only `planned` (dry run), `declined` by the person, or `done`. */
  readonly outcome: 'nothing' | 'planned' | 'declined' | 'done';
  /** False when commits are not checked (after an undo: when something of Taggant's is left). */
  readonly complete: boolean;
}

/** A policy that holds nothing back, and shows how a rule looks. */
export const EXAMPLE_POLICY = `{
  // Taggant's policy: where AI-written code needs a review before it is committed.
  "version": 1,
  "rules": [
    // {
    //   "name": "checkout and login",
    //   // Files from the top of the repository; * stays within a folder, ** goes into all of them.
    //   "paths": ["services/{checkout,login}/**"],
    //   // "block" holds the commit back until the code is reviewed; "warn" asks and lets go on.
    //   "enforcement": "block"
    // },
    // Taggant knows what such files are usually called; docs/policy.md of Taggant lists these presets.
    // { "name": "access control", "preset": "access-control" }
  ]
}
`;

const ATTRIBUTES_PURPOSE = ": Taggant's own files";
/**
 * The marks have one line for each line of a file: no line-ending conversion, and folded in reviews. A clone that does
 * not know the merge driver merges them as text.
 */
const ATTRIBUTES = `/.taggant/tags/** text eol=lf linguist-generated=true merge=${DRIVER}
/.taggant/contributions/** text eol=lf linguist-generated=true
/.taggant/statements/** text eol=lf
/.taggant/version text eol=lf`;

/** What the block said before there was a driver. */
const EARLIER = [`\n${ATTRIBUTES.replace(` merge=${DRIVER}`, '')}\n`];

/** True for a repository that keeps its marks with the code. */
export function isSetUp(repo: Pick<Repository, 'root'>): Promise<boolean> {
  return isThere(join(repo.root, VERSION_PATH));
}

/**
 * Sets a repository up (or back): `.taggant/version`, an example policy, `.gitattributes`, the hook. Never overwrites
 * what it did not make itself.
 * @throws Problem when a file cannot be read or written; what was done before stays and is found again by the next run
 */
export async function initRepository(repo: Repository, options: InitOptions): Promise<InitReport> {
  const plan = options.undo ? await planAllUndo(repo, options) : await planInit(repo, options);
  const report: InitReport = {
    actions: plan.actions.map((action) => describeAction(repo, action)),
    notes: [...plan.notes],
    outcome: 'done',
    complete: plan.complete,
  };
  if (plan.actions.length === 0) return { ...report, outcome: 'nothing' };
  if (options.dryRun) return { ...report, outcome: 'planned' };
  if (!(await options.confirm(report))) return { ...report, outcome: 'declined' };
  await applyActions(repo, plan.actions);
  if (options.undo) await removeEmptyFolders(repo);
  return report;
}

/** Folders that hold something stay, but for what Node has put there. */
async function removeEmptyFolders(repo: Repository): Promise<void> {
  const common = join(repo.commonDir, 'taggant');
  await rm(compiledFolder(repo), { recursive: true, force: true }).catch(() => undefined);
  await removeAgentFolders(repo);
  for (const folder of [join(repo.root, FOLDER), join(common, 'editors'), common]) {
    await rmdir(folder).catch(() => undefined);
  }
}

interface Plan {
  readonly actions: readonly Action[];
  readonly notes: readonly string[];
  readonly complete: boolean;
}

async function planAllUndo(repo: Repository, { agents }: InitOptions): Promise<Plan> {
  const undone = await planAgentUndo(repo, agents);
  return agents ? undone : joined(undone, await planUndo(repo));
}

function joined(a: Plan, b: Plan): Plan {
  const [actions, notes] = [
    [...a.actions, ...b.actions],
    [...a.notes, ...b.notes],
  ];
  return { actions, notes, complete: a.complete && b.complete };
}

async function planInit(repo: Repository, options: InitOptions): Promise<Plan> {
  const files = [
    await planNewFile(repo, VERSION_PATH, versionText(), 'says which format the marks have'),
    options.withExamplePolicy === false
      ? null
      : await planNewFile(
          repo,
          POLICY_PATH,
          EXAMPLE_POLICY,
          'an example policy, which holds nothing back yet',
        ),
    await planAttributes(repo),
    await planRuntime(repo, options),
  ];
  const scripts = await readHookScripts(options.cliPath);
  const driver = await planDriver(repo, scripts);
  const hook = await planHookInstall(repo, scripts);
  const plan = {
    ...hook,
    actions: [...files.filter((action) => action !== null), ...driver, ...hook.actions],
  };
  return options.agents ? joined(plan, await planAgentHooks(repo, options.agents, options.cliPath)) : plan;
}

async function planNewFile(repo: Repository, path: string, after: string, description: string) {
  const absolute = await confinedPath(repo.root, path);
  if (absolute === null)
    throw new Problem('path', `"${path}" leads out of the repository; nothing was done.`);
  if (await isThere(absolute)) return null;
  return { kind: 'write', path: absolute, before: null, after, executable: false, description } as const;
}

async function planAttributes(repo: Repository): Promise<Action | null> {
  const path = join(repo.root, '.gitattributes');
  const before = await readSmallText(path);
  const others = before === null ? '' : removeBlock(before);
  // Lines that somebody wrote into the block count as theirs; those of an earlier version are brought up to date.
  if (before !== null && others !== before && !EARLIER.some((lines) => before.includes(lines))) return null;
  const after = appendBlock(others, ATTRIBUTES_PURPOSE, ATTRIBUTES);
  const description = 'the marks keep their line endings, merge by their driver and are folded in reviews';
  return { kind: 'write', path, before, after, executable: false, description };
}

async function planRuntime(repo: Repository, options: InitOptions): Promise<Action | null> {
  const path = runtimePath(repo);
  const before = await readSmallText(path);
  const after = runtimeText(options);
  if (before === after) return null;
  return {
    kind: 'write',
    path,
    before,
    after,
    executable: false,
    description: 'where the hook finds a Node',
  };
}

async function planUndo(repo: Repository): Promise<Plan> {
  const actions: Action[] = [];
  const notes: string[] = [];
  const used = (await readdir(join(repo.root, FOLDER)).catch(() => [])).filter(
    (name) => name !== 'version' && name !== 'policy.json',
  );
  if (used.length > 0) {
    notes.push(
      `${FOLDER} is left: it holds marks and reviews (${used.join(', ')}). Remove it with git if you want that.`,
    );
  } else {
    for (const [path, ours] of [
      [VERSION_PATH, versionText()],
      [POLICY_PATH, EXAMPLE_POLICY],
    ] as const) {
      const absolute = join(repo.root, path);
      const before = await readSmallText(absolute);
      if (before === ours)
        actions.push({ kind: 'remove', path: absolute, before, description: 'made by Taggant' });
      else if (before !== null) notes.push(`${path} was changed and is left.`);
    }
    actions.push(...(await planAttributesBack(repo)));
  }
  const driver = await planDriverUndo(repo);
  const hook = await planHookUndo(repo);
  return {
    actions: [...actions, ...driver, ...hook.actions],
    notes: [...notes, ...hook.notes],
    complete: hook.complete && notes.length === 0,
  };
}

async function planAttributesBack(repo: Repository): Promise<Action[]> {
  const path = join(repo.root, '.gitattributes');
  const before = await readSmallText(path);
  if (before === null || !hasBlock(before)) return [];
  const after = removeBlock(before);
  if (after === '') return [{ kind: 'remove', path, before, description: 'made by Taggant' }];
  const description = "without the lines for Taggant's files";
  return [{ kind: 'write', path, before, after, executable: false, description }];
}
