import type { Report } from './report';

/** `check --format json` (docs/cli.md): lines 1-based, both included; offsets UTF-16, end exclusive. */
export function jsonReport(
  { findings, policyProblems, problems, notices, summary }: Report,
  range?: object,
): string {
  const shown = findings.map(({ startLine, endLine, ...finding }) => ({
    ...finding,
    startLine: startLine + 1,
    endLine,
  }));
  return `${JSON.stringify({ findings: shown, policyProblems, problems, notices, summary, ...(range ? { range } : {}) })}\n`;
}
