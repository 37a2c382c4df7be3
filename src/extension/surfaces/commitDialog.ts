import * as vscode from 'vscode';
import type { ConfirmCommitParams, ConfirmCommitResult } from '../../protocol';
import { findingsSentence, findingsText } from './findingsText';
import { reveal } from './navigation';

/** The modal dialog of a commit that waits. Closing it cancels the commit. */
export async function confirmCommit(
  { rootUri, findings, canOverride }: ConfirmCommitParams,
  token: vscode.CancellationToken,
): Promise<ConfirmCommitResult> {
  const review: vscode.MessageItem = { title: 'Review' };
  const override: vscode.MessageItem = { title: 'Commit Anyway' };
  const cancel: vscode.MessageItem = { title: 'Cancel', isCloseAffordance: true };
  const items = canOverride ? [review, override, cancel] : [review, cancel];
  const options = { modal: true, detail: findingsText(findings) };
  const chosen = await vscode.window.showWarningMessage(findingsSentence(findings), options, ...items);
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
