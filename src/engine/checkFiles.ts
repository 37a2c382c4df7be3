import { type ChangedFile, tooMuch } from '../core/changeLimit';
import { type Finding, holdsCommit } from '../core/findings';
import type { JudgedText } from '../core/judge';
import { type Policy, type PolicyProblem, policyNotices } from '../core/policy';
import type { ReportSummary } from '../core/reports/report';
import type { Repository } from '../repo/git';
import type { Guardrails } from './guardrails';
import { type FilesToJudge, judgeFiles } from './judgeFiles';

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
  readonly summary: ReportSummary;
  /** The policy that it went by; null without a usable one. */
  readonly policy: Policy | null;
  /** The files with marks that were looked at. */
  readonly checked: readonly JudgedText[];
}

export interface FilesToCheck extends Omit<FilesToJudge, 'every'> {
  /**
   * For a change, to which the policy's limit applies: what a file was before it; null when it was not there. Asked only
   * where there is a limit.
   */
  readonly before?: (path: string) => Promise<ChangedFile['before']>;
}

/** Judges marked files by the guardrails, and the change they are as a whole. */
export async function checkFiles(repo: Repository, check: FilesToCheck): Promise<CheckResult> {
  const { guardrails, files, now, before } = check;
  const { policy } = guardrails;
  const isLimited = before !== undefined && policy !== null && policy.limit !== null;
  const { judged, problems } = await judgeFiles(repo, { ...check, every: isLimited });
  const findings = judged.flatMap(({ result }) => result.findings);
  if (isLimited) {
    const changed: ChangedFile[] = [];
    for (const { file, result } of judged) {
      const { path, text } = file;
      changed.push({ path, text, spans: result.spans, before: await before(path) });
    }
    const limit = tooMuch(changed, policy);
    if (limit) findings.push(limit);
  }
  const told = [...guardrails.problems, ...problems];
  const inherited = judged.reduce((sum, { result }) => sum + (result.inherited ?? 0), 0);
  const isRange = files.some((file) => file.inherited !== undefined);
  const counted = { files: files.length, ...(isRange ? { inherited } : {}) };
  return { ...checkResult(guardrails, { findings, problems: told, ...counted, now }), checked: files };
}

/** A result with more findings, in their order and counted. */
export function withFindings(
  { findings, summary }: Pick<CheckResult, 'findings' | 'summary'>,
  more: readonly Finding[],
): Pick<CheckResult, 'findings' | 'summary'> {
  const all = inOrder([...findings, ...more]);
  return { findings: all, summary: summaryOf(all, summary.files, summary.inherited) };
}

function inOrder(findings: readonly Finding[]): Finding[] {
  return [...findings].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : a.start - b.start));
}

/** Puts findings into the form of a result, in their order and counted. */
export function checkResult(
  { policy, policyProblems, policyText }: Guardrails,
  found: { findings: readonly Finding[]; problems: string[]; files: number; inherited?: number; now: Date },
): CheckResult {
  const findings = inOrder(found.findings);
  return {
    findings,
    policyProblems,
    ...(policyText === undefined ? {} : { policyText }),
    onError: policy?.onError ?? null,
    problems: found.problems,
    notices: policy ? policyNotices(policy, found.now.toISOString().slice(0, 10)) : [],
    summary: summaryOf(findings, found.files, found.inherited),
    policy,
    checked: [],
  };
}

function summaryOf(findings: readonly Finding[], files: number, inherited?: number): ReportSummary {
  const blocking = findings.filter(holdsCommit).length;
  const requested = findings.filter(({ clearance }) => clearance === 'requested').length;
  const overridden = findings.filter(({ clearance }) => clearance === 'overridden').length;
  const warnings = findings.length - blocking - requested - overridden;
  return {
    files,
    findings: findings.length,
    ...{ blocking, warnings, requested, overridden },
    ...(inherited === undefined ? {} : { inherited }),
  };
}
