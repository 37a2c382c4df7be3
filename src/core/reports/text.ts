import type { Finding } from '../findings';
import { count, lineRange, printable } from '../wording';
import { oneLine, type Report } from './report';

const STATES = {
  requested: 'waits for the sign-off that was asked for',
  overridden: 'was overridden',
} as const;

/** `src/a.ts:12-14: 3 lines of unreviewed AI code (lines 12-14); the rule "checkout" blocks this.` */
export function findingLine(finding: Finding): string {
  const { path, startLine, endLine, message, rule, enforcement, clearance } = finding;
  const does = clearance ? STATES[clearance] : enforcement === 'block' ? 'blocks this' : 'warns of this';
  // A line that starts with "::" would be a command to GitHub's runner.
  const shown = `${path.startsWith('::') ? './' : ''}${printable(path)}`;
  const place = `${shown}:${lineRange(startLine, endLine)}`;
  return `${place}: ${oneLine(message)}; the rule "${printable(rule)}" ${does}.`;
}

/** What people read on a terminal: for each finding a line, what does not count and what would clear it; then the sum. */
export function textReport({ findings, summary }: Report): string {
  const lines: string[] = [];
  for (const finding of findings) {
    lines.push(findingLine(finding));
    for (const sentence of finding.rejected ?? []) lines.push(`    ${oneLine(sentence)}`);
    if (finding.clearance !== 'overridden') lines.push(`    ${oneLine(finding.remedy)}`);
  }
  lines.push(`${count(summary.files, 'file')} with marks checked: ${sumOf(summary)}.`);
  return lines.map((line) => `${line}\n`).join('');
}

function sumOf({
  findings,
  blocking,
  warnings,
  requested,
  overridden,
  inherited,
}: Report['summary']): string {
  const parts = findings === 0 ? ['nothing to say'] : [`${blocking} blocking`, `${warnings} warning`];
  if (requested > 0) parts.push(`${requested} waiting for a sign-off`);
  if (overridden > 0) parts.push(`${overridden} overridden`);
  if (inherited) parts.push(`${inherited} not of these commits`);
  return parts.join(', ');
}
