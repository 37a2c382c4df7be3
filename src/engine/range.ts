import type { Finding } from '../core/findings';
import type { JudgedText } from '../core/judge';
import { sourcePathOf, TAGS_FOLDER } from '../core/layout';
import { isEmpty, type Marks, NO_MARKS } from '../core/marks';
import { activeRulesFor, type Policy } from '../core/policy';
import { indexStatements, matchFile, reviewedFile } from '../core/review';
import type { Statement } from '../core/statements';
import { printable } from '../core/wording';
import type { Repository } from '../repo/git';
import { type Range, resolveRange, type Step, stepsOf } from '../repo/history';
import { ObjectReader } from '../repo/objects';
import { commitTree, FILE_LIMIT } from '../repo/tree';
import { type CheckResult, checkFiles, checkResult } from './checkFiles';
import { debtFindings, recordFindings, rulesOfPath, unreadableFinding } from './continuity';
import { guardrailFindings, type RangeTrees } from './guardrailChanges';
import { type Guardrails, loadGuardrails } from './guardrails';
import { checkTreeVersion, loadStatements } from './knowledge';
import { Replay } from './replay';
import { replayRules } from './replayRules';
import { unfollowed } from './unfollowed';
import type { Source, Version } from './versions';

/** What a check of a range of commits says. */
export interface RangeResult extends CheckResult {
  readonly range: Range;
  /** How many commits it has. */
  readonly commits: number;
}

const NO_POLICY =
  'The base branch has no policy (.taggant/policy.json), so nothing is asked of these commits. A policy counts from the moment it is there.';

const NO_COMMITS = 'The range has no commits: all of HEAD is in BASE already.';

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
  const commits = steps.toReversed().map(({ commit }) => commitTree(repo, commit, objects));
  const records = [trees.head, trees.base, ...commits];
  const rules = await replayRules(repo, { guardrails, statements, trees: records, day, now: time });
  const replay = new Replay(repo, objects, rules);
  const { versions, changes, unreadable } = await replay.run(range, steps);

  const previousPaths = new Map(changes.map(({ path, previousPath }) => [path, previousPath]));
  const previousOf = (path: string) => previousPaths.get(path) ?? path;
  const before = async (path: string): Promise<Version | null> =>
    (await replay.version(range.base, path)) ?? (await replay.version(range.base, previousOf(path)));
  // What a renamed file brings along is new to rules that did not hold for it where it was.
  const heldBefore = async (path: string): Promise<Version | null> => {
    const rules = new Set(activeRulesFor(policy, previousOf(path), day));
    const isHeld = activeRulesFor(policy, path, day).every((rule) => rules.has(rule));
    return isHeld ? before(path) : replay.version(range.base, path);
  };
  const files: JudgedText[] = [];
  for (const [path, version] of [...versions].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (version.carriedFrom) problems.push(carriedSentence(path, version.carriedFrom));
    if (isEmpty(version.marks)) continue;
    const inherited = inheritedMarks(path, version, await heldBefore(path));
    files.push({ path, text: version.text, marks: version.marks, inherited });
  }
  const judged = await checkFiles(repo, { guardrails, statementsTree: trees.head, files, now, before });

  const findings: Finding[] = [...judged.findings];
  for (const [path, version] of versions) {
    findings.push(...debtFindings(path, version, rulesOfPath(policy, path, day)));
  }
  for (const path of unreadable) findings.push(unreadableFinding(path, rulesOfPath(policy, path, day)));
  const others = changes.filter(({ path }) => !versions.has(path) && !unreadable.includes(path));
  problems.push(...(await unfollowed(objects, others, { policy, day })));
  const fileAt = (path: string) => replay.version(range.head, path);
  const marked = async () =>
    (await trees.head.list(TAGS_FOLDER)).map(sourcePathOf).filter((path) => path !== null);
  const record = { policy, day, objects, fileAt, marked, changed: [...versions.keys()] };
  findings.push(...(await recordFindings(steps, changes, record)));
  findings.push(...(await guardrailFindings(repo, trees, guardrails, statements, time)));

  const told = [...new Set([...problems, ...judged.problems])];
  const inherited = judged.summary.inherited ?? 0;
  const result = checkResult(guardrails, { findings, problems: told, files: files.length, inherited, now });
  const notices = steps.length === 0 ? [NO_COMMITS, ...result.notices] : result.notices;
  return { ...result, notices, checked: files, range, commits: steps.length };
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
