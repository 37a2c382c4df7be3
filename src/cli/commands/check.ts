import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { version } from '../../../package.json';
import { failsCheck } from '../../core/findings';
import type { Enforcement } from '../../core/policy';
import { githubReport } from '../../core/reports/github';
import { gitlabReport } from '../../core/reports/gitlab';
import { jsonReport } from '../../core/reports/json';
import type { Report } from '../../core/reports/report';
import { sarifReport } from '../../core/reports/sarif';
import { textReport } from '../../core/reports/text';
import { printable } from '../../core/wording';
import { checkAll } from '../../engine/checkAll';
import { withFindings } from '../../engine/checkFiles';
import { type CheckResult, checkStaged } from '../../engine/commit';
import { rulesOfPath } from '../../engine/continuity';
import { checkRange } from '../../engine/range';
import { readScanners } from '../../engine/scanners';
import type { Repository } from '../../repo/git';
import { errorCode, Problem } from '../../repo/problem';
import { type Context, EXIT, repositoryOf } from '../context';
import { policyProblemLines, told } from '../text';

export interface CheckOptions {
  readonly staged?: boolean;
  readonly all?: boolean;
  /** `BASE..HEAD`. */
  readonly range?: string;
  readonly format: 'text' | 'json' | 'sarif' | 'github' | 'gitlab';
  readonly failOn: Enforcement;
  /** Write the report into a file, and what people read to standard output. */
  readonly output?: string;
  /** SARIF logs of other tools. */
  readonly withSarif?: readonly string[];
}

type Checked = CheckResult & { readonly range?: object };

/** `taggant check`: the findings of what is staged, of the whole working tree, or of a range of commits. */
export async function check(context: Context, options: CheckOptions): Promise<number> {
  const chosen = [options.staged, options.all, options.range !== undefined].filter(Boolean);
  if (chosen.length !== 1) {
    throw new Problem('usage', 'Say what to check: one of --staged, --all and --range BASE..HEAD.');
  }
  const repo = await repositoryOf(context, { bare: options.range !== undefined });
  const result = await withScanners(context, repo, await resultOf(context, repo, options), options);
  const report = reportOf(result);
  const text = formatted(report, result, options.format);
  if (options.output === undefined) context.out.write(text);
  else {
    await writeReport(resolve(context.cwd, options.output), text);
    if (report.policyProblems.length === 0) context.out.write(textReport(report));
  }
  if (options.format === 'text' || options.output !== undefined) {
    for (const sentence of [...report.problems, ...report.notices]) context.err.write(told(sentence));
  }
  for (const line of report.policyProblems) context.err.write(told(line));
  return exitOf(result, options.failOn, options.staged ? 'commit' : 'merge');
}

function resultOf(
  context: Context,
  repo: Repository,
  { staged, range, withSarif = [] }: CheckOptions,
): Promise<Checked> {
  if (range !== undefined) return checkRange(repo, range, context.now());
  // What a scanner says may be about any of the files.
  return staged ? checkStaged(repo) : checkAll(repo, { keepAll: withSarif.length > 0 });
}

async function withScanners(
  context: Context,
  repo: Repository,
  result: Checked,
  { withSarif = [] }: CheckOptions,
): Promise<Checked> {
  const { policy } = result;
  if (withSarif.length === 0 || !policy) return result;
  const day = context.now().toISOString().slice(0, 10);
  const logs = withSarif.map((file) => resolve(context.cwd, file));
  const ruleOf = (path: string) => rulesOfPath(policy, path, day);
  const { findings, problems } = await readScanners(repo, logs, result.checked, ruleOf);
  return { ...result, ...withFindings(result, findings), problems: [...result.problems, ...problems] };
}

/** 2 for a policy that cannot be used, 1 for findings that count, 0 for none. */
export function exitOf(
  { policyProblems, findings }: CheckResult,
  failOn: Enforcement = 'warn',
  what: 'commit' | 'merge' = 'merge',
): number {
  if (policyProblems.length > 0) return EXIT.trouble;
  return findings.some((finding) => failsCheck(finding, failOn, what)) ? EXIT.findings : EXIT.fine;
}

function reportOf(result: CheckResult): Report {
  return {
    findings: result.findings,
    policyProblems: policyProblemLines(result),
    problems: result.problems,
    notices: result.notices,
    summary: result.summary,
    texts: new Map(result.checked.map(({ path, text }) => [path, text])),
    version,
  };
}

function formatted(report: Report, { range }: Checked, format: CheckOptions['format']): string {
  switch (format) {
    case 'json':
      return jsonReport(report, range);
    case 'sarif':
      return sarifReport(report);
    case 'github':
      return githubReport(report);
    case 'gitlab':
      return gitlabReport(report);
    default:
      return report.policyProblems.length > 0 ? '' : textReport(report);
  }
}

async function writeReport(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (error) {
    throw new Problem(
      'write',
      `${printable(path)} could not be written (${errorCode(error) ?? String(error)}).`,
    );
  }
}
