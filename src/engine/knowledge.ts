import { type Contribution, contributionId, isContributionId } from '../core/contribution';
import {
  CONTRIBUTIONS_FOLDER,
  contributionPath,
  POLICY_PATH,
  STATEMENTS_FOLDER,
  VERSION_PATH,
} from '../core/layout';
import type { Evidence } from '../core/marks';
import { type Policy, type PolicyProblem, parsePolicy } from '../core/policy';
import { checkVersion } from '../core/sidecar';
import { parseStatement, type Statement } from '../core/statements';
import { Problem } from '../repo/problem';
import type { Tree } from '../repo/tree';

/** What a state of a repository says about its marks: the policy, people's statements, and the contributions. */
export interface Knowledge {
  /** Null when there is none, or none that can be used (`policyProblems` says why). */
  readonly policy: Policy | null;
  readonly policyProblems: PolicyProblem[];
  /** The policy's text as far as there is one: the problems' offsets are into it. */
  readonly policyText?: string;
  readonly statements: Statement[];
  readonly contributions: Map<string, Contribution>;
  /** One sentence for each file that was left out. */
  readonly problems: string[];
}

/** Most files read of a folder, and most bytes of one: a hostile repository must not fill the memory. */
const MAX_FILES = 100_000;
const MAX_FILE_BYTES = 8 * 1024 * 1024;
const MAX_PROBLEMS = 50;

/**
 * Reads the policy, the statements and the contributions of a tree. Files that make no sense are left out and told.
 * @throws Problem `newer-version` when the tree's `.taggant` is of a version this program does not know
 */
export async function loadKnowledge(tree: Tree): Promise<Knowledge> {
  await checkTreeVersion(tree);
  const problems: string[] = [];
  const [policy, statements, contributions] = await Promise.all([
    loadPolicy(tree),
    loadStatements(tree, problems),
    loadContributions(tree, problems),
  ]);
  return { ...policy, statements, contributions, problems };
}

/** @throws Problem `newer-version`, see `loadKnowledge` */
export async function checkTreeVersion(tree: Tree): Promise<void> {
  const version = await tree.read(VERSION_PATH);
  const problem = version && checkVersion(version.toString('utf8'));
  if (problem) throw new Problem('newer-version', problem);
}

export interface LoadedPolicy {
  readonly policy: Policy | null;
  readonly policyProblems: PolicyProblem[];
  readonly policyText?: string;
}

/** The policy of a tree; none when the file is not there. */
export async function loadPolicy(tree: Tree): Promise<LoadedPolicy> {
  const bytes = await tree.read(POLICY_PATH);
  if (!bytes) return { policy: null, policyProblems: [] };
  const policyText = bytes.toString('utf8');
  const { policy, problems } = parsePolicy(policyText);
  return { policy, policyProblems: problems, policyText };
}

/** The statements of a tree, in the order of their names. */
export async function loadStatements(tree: Tree, problems: string[]): Promise<Statement[]> {
  const statements: Statement[] = [];
  await readFolder(tree, STATEMENTS_FOLDER, problems, (name, text) => {
    const statement = parseStatement(text, name);
    if ('problem' in statement) tell(problems, statement.problem);
    else statements.push(statement);
  });
  return statements;
}

async function loadContributions(tree: Tree, problems: string[]): Promise<Map<string, Contribution>> {
  const contributions = new Map<string, Contribution>();
  await readFolder(tree, CONTRIBUTIONS_FOLDER, problems, (id, text, path) => {
    const contribution = parseContribution(text, id);
    if (contribution) contributions.set(id, contribution);
    else tell(problems, `${path} was left out: its name is not the hash of a contribution it holds.`);
  });
  return contributions;
}

/** The contributions of those ids that the tree has. */
export async function loadNamedContributions(
  tree: Tree,
  ids: Iterable<string>,
): Promise<Map<string, Contribution>> {
  const named = [...new Set(ids)].filter(isContributionId);
  const files = await tree.readMany(named.map(contributionPath));
  const contributions = new Map<string, Contribution>();
  for (const id of named) {
    const contribution = parseContribution(files.get(contributionPath(id))?.toString('utf8') ?? '', id);
    if (contribution) contributions.set(id, contribution);
  }
  return contributions;
}

/** The contribution of that id in the first tree that has it; null when none does. */
export async function loadContribution(
  trees: readonly Pick<Tree, 'read'>[],
  id: string,
): Promise<Contribution | null> {
  for (const tree of trees) {
    const bytes = await tree.read(contributionPath(id));
    const contribution = bytes && parseContribution(bytes.toString('utf8'), id);
    if (contribution) return contribution;
  }
  return null;
}

const EVIDENCE: readonly string[] = [
  'exact',
  'accepted',
  'hook',
  'declared',
  'inferred',
] satisfies Evidence[];
const MAX_FIELD = 1000;

/** A contribution's JSON, or null when it is none or `id` is not its hash. */
export function parseContribution(json: string, id: string): Contribution | null {
  if (!isContributionId(id)) return null;
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const fields = value as Record<string, unknown>;
  const isText = (name: string) => typeof fields[name] === 'string' && fields[name].length <= MAX_FIELD;
  if (!isText('author') || !isText('day') || !EVIDENCE.includes(fields.evidence as string)) return null;
  for (const name of ['tool', 'model', 'session']) if (name in fields && !isText(name)) return null;
  const contribution = value as Contribution;
  return contributionId(contribution, id.length) === id ? contribution : null;
}

/** Hands on each `<name>.json` of a folder. */
async function readFolder(
  tree: Tree,
  folder: string,
  problems: string[],
  take: (name: string, text: string, path: string) => void,
): Promise<void> {
  const paths = (await tree.list(folder)).filter((path) => path.endsWith('.json'));
  if (paths.length > MAX_FILES) {
    tell(problems, `${folder} has ${paths.length} files; only the first ${MAX_FILES} were read.`);
  }
  const files = await tree.readMany(paths.slice(0, MAX_FILES));
  for (const path of paths.slice(0, MAX_FILES)) {
    const bytes = files.get(path);
    if (!bytes || bytes.length > MAX_FILE_BYTES) {
      tell(problems, `${path} was left out: it is larger than 8 MiB or not a regular file.`);
    } else take(path.slice(folder.length + 1, -'.json'.length), bytes.toString('utf8'), path);
  }
}

function tell(problems: string[], problem: string): void {
  if (problems.length < MAX_PROBLEMS) problems.push(problem);
}
