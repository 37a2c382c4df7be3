import type { Finding } from '../findings';
import { count } from '../wording';
import { oneLine, type Report, regionOf, sentenceOf } from './report';

/**
 * Workflow commands of GitHub Actions (`::error file=…,line=…::…`): one annotation for each finding, escaped as GitHub's
 * toolkit does (actions/toolkit, command.ts), so that nothing from a repository can be read as another command.
 */
export function githubReport(report: Report): string {
  const lines = report.findings.map((finding) => annotation(finding, report.texts));
  for (const problem of report.policyProblems)
    lines.push(command('error', { title: 'Taggant: policy' }, problem));
  for (const problem of report.problems) lines.push(command('warning', { title: 'Taggant' }, problem));
  for (const notice of report.notices) lines.push(command('notice', { title: 'Taggant' }, notice));
  const { files, blocking, warnings, requested, overridden } = report.summary;
  lines.push(
    `Taggant: ${count(files, 'file')} with marks checked: ${blocking} blocking, ${count(warnings, 'warning')}, ${requested} waiting, ${overridden} overridden.`,
  );
  return lines.map((line) => `${line}\n`).join('');
}

function annotation(finding: Finding, texts: Report['texts']): string {
  const { startLine, endLine, columns } = regionOf(finding, texts);
  const isOneLine = startLine === endLine;
  return command(
    levelOf(finding),
    {
      title: `Taggant: ${finding.kind}`,
      file: finding.path,
      line: String(startLine),
      endLine: String(endLine),
      // Columns count only where the annotation is of one line.
      ...(isOneLine && columns ? { col: String(columns.start), endColumn: String(columns.end) } : {}),
    },
    sentenceOf(finding),
  );
}

function levelOf({ enforcement, clearance }: Finding): 'error' | 'warning' | 'notice' {
  if (clearance === 'overridden') return 'notice';
  return enforcement === 'block' ? 'error' : 'warning';
}

function command(name: string, properties: Readonly<Record<string, string>>, message: string): string {
  const given = Object.entries(properties).map(
    ([key, value]) => `${key}=${escaped(value).replace(/:/g, '%3A').replace(/,/g, '%2C')}`,
  );
  return `::${name} ${given.join(',')}::${escaped(oneLine(message))}`;
}

function escaped(text: string): string {
  return text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
}
