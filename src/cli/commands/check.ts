import { type CheckResult, checkAll, checkStaged } from '../../engine/commit';
import { Problem } from '../../repo/problem';
import { type Context, EXIT, repositoryOf } from '../context';
import { findingLine, policyProblemLines, told } from '../text';

export interface CheckOptions {
  readonly staged?: boolean;
  readonly all?: boolean;
  readonly format: 'text' | 'json';
}

/** `taggant check`: the findings of what is staged, or of the whole working tree. */
export async function check(context: Context, options: CheckOptions): Promise<number> {
  if (Boolean(options.staged) === Boolean(options.all)) {
    throw new Problem('usage', 'Say what to check: either --staged or --all.');
  }
  const repo = await repositoryOf(context);
  const result = options.staged ? await checkStaged(repo) : await checkAll(repo);
  if (options.format === 'json') context.out.write(`${JSON.stringify(checkJson(result))}\n`);
  else writeText(context, result);
  return exitOf(result);
}

/** 2 for a policy that cannot be used, 1 for findings (those that only warn too), 0 for none. */
export function exitOf({ policyProblems, findings }: CheckResult): number {
  if (policyProblems.length > 0) return EXIT.trouble;
  return findings.length > 0 ? EXIT.findings : EXIT.fine;
}

function writeText({ out, err }: Context, result: CheckResult): void {
  for (const problem of result.problems) err.write(told(problem));
  for (const line of policyProblemLines(result)) err.write(told(line));
  if (result.policyProblems.length > 0) return;
  for (const finding of result.findings) out.write(`${findingLine(finding)}\n    ${finding.remedy}\n`);
  const { files, blocking, warnings } = result.summary;
  const findings =
    result.findings.length === 0 ? 'nothing to say' : `${blocking} blocking, ${warnings} warning`;
  out.write(`${files} file${files === 1 ? '' : 's'} with marks checked: ${findings}.\n`);
}

/** The shape of `check --format json`: lines 1-based, both included; offsets UTF-16, end exclusive. */
function checkJson(result: CheckResult): object {
  return {
    findings: result.findings.map(({ startLine, endLine, ...finding }) => ({
      ...finding,
      startLine: startLine + 1,
      endLine,
    })),
    policyProblems: policyProblemLines(result),
    problems: result.problems,
    summary: result.summary,
  };
}
