import { type ChangedFile, tooMuch } from '../core/changeLimit';
import { type Finding, holdsCommit } from '../core/findings';
import { type JudgedText, judgeStated, signedReviews } from '../core/judge';
import { isEmpty } from '../core/marks';
import { activeRulesFor, type Policy, type PolicyProblem, policyNotices } from '../core/policy';
import { indexStatements, matchFile } from '../core/review';
import type { Signatures } from '../core/signatures';
import type { Statement } from '../core/statements';
import type { Repository } from '../repo/git';
import { Problem } from '../repo/problem';
import type { Tree } from '../repo/tree';
import { type Guardrails, judgementBy } from './guardrails';
import { loadNamedContributions, loadStatements } from './knowledge';
import { type SignatureCache, verifyStatements } from './signatures';

/** What a check of some state of the repository says. */
export interface CheckResult {
  /** In the order of paths, then of places; those with a clearance too. */
  readonly findings: Finding[];
  /** Mistakes in the policy; there are no findings then. Offsets are into `policyText`. */
  readonly policyProblems: PolicyProblem[];
  readonly policyText?: string;
  /** What a hook does when Taggant itself fails; null without a usable policy. */
  readonly onError: Policy['onError'] | null;
  /** One sentence each, about things that could not be read or placed. */
  readonly problems: string[];
  /** One sentence each, about temporary rules that have ended or will. */
  readonly notices: string[];
  readonly summary: CheckSummary;
}

export interface CheckSummary {
  /** Files with marks that were looked at. */
  readonly files: number;
  /** The sum of the four below. */
  readonly findings: number;
  /** Those that hold the commit, and those that only warn. */
  readonly blocking: number;
  readonly warnings: number;
  /** Those that wait for a sign-off somebody asked for, and those of rules that somebody overrode. */
  readonly requested: number;
  readonly overridden: number;
}

export interface FilesToCheck {
  readonly guardrails: Guardrails;
  /** Where the statements and contributions stand. */
  readonly statementsTree: Tree;
  readonly files: readonly JudgedText[];
  readonly now: Date;
  /**
   * For a change, to which the policy's limit applies: what a file was before it; null when it was not there. Asked only
   * where there is a limit.
   */
  readonly before?: (path: string) => Promise<ChangedFile['before']>;
  /** Signatures that were checked before. */
  readonly cache?: SignatureCache;
}

/**
 * Judges marked files by the guardrails. Statements and contributions are read only when a rule is about one of the files,
 * and only the signatures of reviews that speak of their text are checked.
 */
export async function checkFiles(repo: Repository, check: FilesToCheck): Promise<CheckResult> {
  const { guardrails, statementsTree, files, now, before } = check;
  const problems = [...guardrails.problems];
  const { policy } = guardrails;
  if (!policy) return checkResult(guardrails, { findings: [], problems, files: files.length, now });

  const day = now.toISOString().slice(0, 10);
  const isLimited = before !== undefined && policy.limit !== null;
  const marked = files
    .filter(({ marks }) => !isEmpty(marks))
    .map((file) => ({ file, rules: activeRulesFor(policy, file.path, day) }))
    .filter(({ rules }) => isLimited || rules.length > 0);
  const statements = marked.length > 0 ? await loadStatements(statementsTree, problems) : [];
  const index = indexStatements(statements);
  const stated = marked.map(({ file, rules }) => ({ file, rules, stated: matchFile(file, index) }));
  const signed = stated
    .filter(({ rules }) => rules.some(({ signOff }) => signOff !== null))
    .flatMap((one) => signedReviews(one.stated));
  const labels = marked.flatMap(({ file }) => [...file.marks.spans, ...file.marks.deletions]);
  const [signatures, contributions] = await Promise.all([
    checkSignatures(repo, guardrails, [...new Set(signed)], problems, check.cache),
    loadNamedContributions(statementsTree, new Set(labels.map(({ label }) => label))),
  ]);
  const judgement = judgementBy({ ...guardrails, policy }, { signatures, contributions, now });

  const findings: Finding[] = [];
  const changed: ChangedFile[] = [];
  for (const one of stated) {
    const judged = judgeStated(one.file, one.stated, judgement);
    findings.push(...judged.findings);
    const { path, text } = one.file;
    if (isLimited) changed.push({ path, text, spans: judged.spans, before: await before(path) });
  }
  const limit = tooMuch(changed, policy);
  if (limit) findings.push(limit);
  return checkResult(guardrails, { findings, problems, files: files.length, now });
}

/** Puts findings into the form of a result, in their order and counted. */
export function checkResult(
  { policy, policyProblems, policyText }: Guardrails,
  found: { findings: readonly Finding[]; problems: string[]; files: number; now: Date },
): CheckResult {
  const findings = [...found.findings].sort((a, b) =>
    a.path < b.path ? -1 : a.path > b.path ? 1 : a.start - b.start,
  );
  return {
    findings,
    policyProblems,
    ...(policyText === undefined ? {} : { policyText }),
    onError: policy?.onError ?? null,
    problems: found.problems,
    notices: policy ? policyNotices(policy, found.now.toISOString().slice(0, 10)) : [],
    summary: summaryOf(findings, found.files),
  };
}

function summaryOf(findings: readonly Finding[], files: number): CheckSummary {
  const blocking = findings.filter(holdsCommit).length;
  const requested = findings.filter(({ clearance }) => clearance === 'requested').length;
  const overridden = findings.filter(({ clearance }) => clearance === 'overridden').length;
  const warnings = findings.length - blocking - requested - overridden;
  return { files, findings: findings.length, blocking, warnings, requested, overridden };
}

/** Where signatures cannot be checked at all, no sign-off counts, and the reason is told once. */
async function checkSignatures(
  repo: Repository,
  { allowedSigners }: Guardrails,
  reviews: readonly Statement[],
  problems: string[],
  cache?: SignatureCache,
): Promise<Signatures> {
  try {
    return await verifyStatements(repo, allowedSigners, reviews, cache);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    problems.push(error.message);
    const state = { state: 'invalid', why: 'signatures cannot be checked on this machine' } as const;
    return new Map(reviews.map(({ uuid }) => [uuid, state]));
  }
}
