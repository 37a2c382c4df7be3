import * as vscode from 'vscode';
import type { Finding } from '../../core/findings';
import type { ConfirmCommitParams, ConfirmCommitResult } from '../../protocol';
import { reveal } from './navigation';

const SHOWN = 8;

/** The modal dialog of a commit that waits. Closing it cancels the commit. */
export async function confirmCommit(
  { rootUri, summary, findings, canOverride }: ConfirmCommitParams,
  token: vscode.CancellationToken,
): Promise<ConfirmCommitResult> {
  const review: vscode.MessageItem = { title: 'Review' };
  const override: vscode.MessageItem = { title: 'Commit Anyway' };
  const cancel: vscode.MessageItem = { title: 'Cancel', isCloseAffordance: true };
  const items = canOverride ? [review, override, cancel] : [review, cancel];
  const options = { modal: true, detail: findingsText(findings) };
  const chosen = await vscode.window.showWarningMessage(summary, options, ...items);
  // Git or the person ended the commit while the dialog stood there.
  if (token.isCancellationRequested) return { decision: 'cancel' };
  if (chosen === override) return { decision: 'commit' };
  if (chosen !== review) return { decision: 'cancel' };
  const [first] = findings;
  if (first) {
    const uri = vscode.Uri.joinPath(vscode.Uri.parse(rootUri), ...first.path.split('/'));
    await reveal(uri, new vscode.Range(first.startLine, 0, Math.max(first.startLine, first.endLine - 1), 0));
  }
  return { decision: 'review' };
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
  return lines.join('\n');
}
