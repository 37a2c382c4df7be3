import type { Finding } from '../../core/findings';

const SHOWN = 8;

/** The dialog's first sentence. */
export function findingsSentence(findings: readonly Finding[]): string {
  return findings.length === 1
    ? 'This commit carries 1 unreviewed AI span on a critical path.'
    : `This commit carries ${findings.length} unreviewed AI spans on critical paths.`;
}

/** What is unreviewed, where, and by which rule; one line for each finding, grouped by rule. */
export function findingsText(findings: readonly Finding[]): string {
  const lines: string[] = [];
  let rule: string | undefined;
  for (const finding of [...findings].sort((a, b) => a.rule.localeCompare(b.rule)).slice(0, SHOWN)) {
    if (finding.rule !== rule) {
      rule = finding.rule;
      if (lines.length > 0) lines.push('');
      lines.push(`${rule} (${finding.enforcement === 'block' ? 'holds the commit' : 'warns'})`);
    }
    const to = finding.endLine > finding.startLine + 1 ? `–${finding.endLine}` : '';
    lines.push(`    ${finding.path}:${finding.startLine + 1}${to}`);
  }
  if (findings.length > SHOWN) lines.push('', `and ${findings.length - SHOWN} more`);
  lines.push('', 'Read it, mark it as reviewed, and commit again.');
  return lines.join('\n');
}
