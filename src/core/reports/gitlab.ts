import type { Finding } from '../findings';
import { fingerprints, oneLine, type Report, sentenceOf } from './report';

/** The Code Quality report that GitLab reads (`artifacts: reports: codequality`): a list of issues, lines 1-based. */
export function gitlabReport(report: Report): string {
  const prints = fingerprints(report);
  const issues = report.findings.map((finding, i) => ({
    description: oneLine(sentenceOf(finding)),
    check_name: `taggant/${finding.kind}`,
    fingerprint: prints[i]!,
    severity: severityOf(finding),
    location: {
      path: finding.path,
      lines: { begin: finding.startLine + 1, end: Math.max(finding.startLine + 1, finding.endLine) },
    },
  }));
  return `${JSON.stringify(issues, null, 2)}\n`;
}

function severityOf({ enforcement, clearance }: Finding): 'info' | 'minor' | 'critical' | 'blocker' {
  if (clearance === 'overridden') return 'info';
  if (enforcement === 'warn') return 'minor';
  return clearance === 'requested' ? 'critical' : 'blocker';
}
