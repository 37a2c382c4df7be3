import { ownersOf } from '../core/codeowners';
import type { Finding } from '../core/findings';
import type { JudgedText } from '../core/judge';
import { sourcePathOf, TAGS_FOLDER } from '../core/layout';
import { isEmpty, type Marks, NO_MARKS } from '../core/marks';
import { activeRulesFor, type Policy, type Rule } from '../core/policy';
import { indexStatements, matchFile, reviewedFile } from '../core/review';
import type { Signatures } from '../core/signatures';
import { asksForSignOff, judgeSignOff } from '../core/signOffs';
import type { Statement } from '../core/statements';
import { printable } from '../core/wording';
import type { Repository } from '../repo/git';
import { type Range, resolveRange, type Step, stepsOf } from '../repo/history';
import { ObjectReader } from '../repo/objects';
import { commitTree, FILE_LIMIT } from '../repo/tree';
import { type CheckResult, checkFiles, checkResult } from './checkFiles';
import { debtFindings, isForgedAuthor, recordFindings, rulesOfPath, unreadableFinding } from './continuity';
import { guardrailFindings, type RangeTrees } from './guardrailChanges';
import { type Guardrails, loadGuardrails } from './guardrails';
import { checkTreeVersion, loadContribution, loadStatements } from './knowledge';
import { Replay, type ReplayRules, type Source, type Version } from './replay';
import { verifyStatements } from './signatures';

/** What a check of a range of commits says. */
export interface RangeResult extends CheckResult {
  readonly range: Range;
  /** How many commits it has. */
  readonly commits: number;
}

const NO_POLICY =
  'The base branch has no policy (.taggant/policy.json), so nothing is asked of these commits. A policy counts from the moment it is there.';

/**
 * Checks what the commits of a range change against the guardrails of its base: unreviewed AI code, and whether marks,
 * statements and the guardrails themselves were tampered with. Reads git's objects only; a bare repository will do.
 * @param written `BASE..HEAD`, `BASE...HEAD` or `BASE`
 * @throws Problem `usage` when the range cannot be read, or the history of it is not here; `newer-version`
 */
export async function checkRange(repo: Repository, written: string, now: Date): Promise<RangeResult> {
  const range = await resolveRange(repo, written);
  const objects = new ObjectReader(repo, FILE_LIMIT);
  try {
    const trees = {
      base: commitTree(repo, range.base, objects),
      mergeBase: commitTree(repo, range.mergeBase, objects),
      head: commitTree(repo, range.head, objects),
    };
    const steps = await stepsOf(repo, range);
    await Promise.all([checkTreeVersion(trees.base), checkTreeVersion(trees.head)]);
    const guardrails = await loadGuardrails(trees.base);
    const { policy } = guardrails;
    if (policy)
      return await checkSteps(repo, objects, {
        range,
        steps,
        trees,
        guardrails: { ...guardrails, policy },
        now,
      });
    const nothing = checkResult(guardrails, {
      findings: [],
      problems: [...guardrails.problems],
      files: 0,
      now,
    });
    const notices = guardrails.policyProblems.length > 0 ? nothing.notices : [NO_POLICY, ...nothing.notices];
    return { ...nothing, notices, range, commits: steps.length };
  } finally {
    objects.dispose();
  }
}

interface Check {
  readonly range: Range;
  readonly steps: readonly Step[];
  readonly trees: RangeTrees;
  readonly guardrails: Guardrails & { readonly policy: Policy };
  readonly now: Date;
}

async function checkSteps(repo: Repository, objects: ObjectReader, check: Check): Promise<RangeResult> {
  const { range, steps, trees, guardrails, now } = check;
  const { policy } = guardrails;
  const day = now.toISOString().slice(0, 10);
  const time = `${now.toISOString().slice(0, 19)}Z`;
  const problems: string[] = [];
  const statements = await loadStatements(trees.head, problems);
  const replay = new Replay(repo, objects, await replayRules(repo, check, statements, day, time));
  const { versions, changes, unreadable } = await replay.run(range, steps);

  const previousPaths = new Map(changes.map(({ path, previousPath }) => [path, previousPath]));
  const before = async (path: string): Promise<Version | null> =>
    (await replay.version(range.base, path)) ??
    (await replay.version(range.base, previousPaths.get(path) ?? path));
  const files: JudgedText[] = [];
  for (const [path, version] of [...versions].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (version.carriedFrom) problems.push(carriedSentence(path, version.carriedFrom));
    if (isEmpty(version.marks)) continue;
    const inherited = inheritedMarks(path, version, await before(path));
    files.push({ path, text: version.text, marks: version.marks, inherited });
  }
  const judged = await checkFiles(repo, { guardrails, statementsTree: trees.head, files, now, before });

  const findings: Finding[] = [...judged.findings];
  for (const [path, version] of versions) {
    findings.push(...debtFindings(path, version, rulesOfPath(policy, path, day)));
  }
  for (const path of unreadable) findings.push(unreadableFinding(path, rulesOfPath(policy, path, day)));
  const fileAt = (path: string) => replay.version(range.head, path);
  const marked = async () =>
    (await trees.head.list(TAGS_FOLDER)).map(sourcePathOf).filter((path) => path !== null);
  const record = { policy, day, objects, fileAt, marked, changed: [...versions.keys()] };
  findings.push(...(await recordFindings(steps, changes, record)));
  findings.push(...(await guardrailFindings(repo, trees, guardrails, statements, time)));

  const told = [...new Set([...problems, ...judged.problems])];
  const inherited = judged.summary.inherited ?? 0;
  const result = checkResult(guardrails, { findings, problems: told, files: files.length, inherited, now });
  return { ...result, checked: files, range, commits: steps.length };
}

function carriedSentence(path: string, { commit, of }: Source): string {
  const how =
    'hashes' in of ? 'placed by its line hashes' : `carried over by a diff from ${commit.slice(0, 10)}`;
  return `${printable(path)}: its sidecar does not fit its text; its marks were ${how}.`;
}

/**
 * The marks of a file whose text stands in the base's version of it already, as a review of that would still hold for
 * it: they are not of this range.
 */
function inheritedMarks(path: string, version: Version, before: Version | null): Marks {
  if (!before || isEmpty(before.marks)) return NO_MARKS;
  const file = { ...reviewedFile(path, before.text, before.marks), path };
  const known: Statement = {
    ...{ uuid: 'base', version: 1, kind: 'review', who: 'the base', time: '1970-01-01T00:00:00Z' },
    files: [file],
  };
  const { spans, deletions } = matchFile(
    { path, text: version.text, marks: version.marks },
    indexStatements([known]),
  );
  const holds = ({ statements }: { readonly statements: readonly Statement[] | null }) =>
    (statements?.length ?? 0) > 0;
  return {
    spans: spans.filter(holds).map(({ start, end, label }) => ({ start, end, label })),
    deletions: deletions.filter(holds).map(({ offset, label }) => ({ offset, label })),
  };
}

/** What people were allowed to take marks away from, by the rules of the base. */
async function replayRules(
  repo: Repository,
  { trees, guardrails }: Check,
  statements: readonly Statement[],
  day: string,
  now: string,
): Promise<ReplayRules> {
  const { policy, codeowners, allowedSigners } = guardrails;
  const declarations = statements.filter(({ kind, why }) => kind === 'declare' && why !== undefined);
  const index = indexStatements(declarations);
  const wantsSignature = policy.rules.some(({ unmark }) => unmark === 'sign-off');
  const signatures: Signatures = wantsSignature
    ? await verifyStatements(repo, allowedSigners, declarations)
    : new Map();
  const accepts = (path: string): ((statement: Statement) => boolean) => {
    const rules = activeRulesFor(policy, path, day);
    const context = { policy, signatures, now, owners: codeowners ? ownersOf(codeowners, path) : [] };
    const isMet = (rule: Rule, statement: Statement): boolean => {
      if (rule.unmark === 'with-reason') return true;
      if (rule.unmark === 'never' || !asksForSignOff(rule)) return false;
      return 'signer' in judgeSignOff(statement, rule, { kind: 'unrecorded' }, context);
    };
    return (statement) => rules.every((rule) => isMet(rule, statement));
  };
  const authors = new Map<string, ReturnType<typeof loadContribution>>();
  const contribution = (id: string) => {
    const known = authors.get(id) ?? loadContribution([trees.head, trees.base], id);
    authors.set(id, known);
    return known;
  };
  return {
    declared(path, { text, marks }): Marks {
      if (declarations.length === 0) return NO_MARKS;
      const isAccepted = accepts(path);
      const { spans, deletions } = matchFile({ path, text, marks }, index);
      return {
        spans: spans.filter((span) => span.statements?.some(isAccepted) ?? false),
        deletions: deletions.filter((deletion) => deletion.statements.some(isAccepted)),
      };
    },
    isForged: async (from, to) => isForgedAuthor(await contribution(from), await contribution(to)),
  };
}
