import * as vscode from 'vscode';
import { type CommitChoices, commitChoices } from '../../core/commitChoices';
import type { Finding } from '../../core/findings';
import type { ConfirmCommitParams, ConfirmCommitResult } from '../../protocol';
import { findingsSentence, findingsText } from './findingsText';
import { reveal } from './navigation';
import { askForText } from './textInput';

const REVIEW = 'Review Now';
const REQUEST = 'Request Sign-off';
const NOTE = 'Add Note…';
const OVERRIDE = 'Commit with Override…';
const COMMIT = 'Commit Anyway';

const CANCELLED: ConfirmCommitResult = { decision: 'cancel' };

/**
 * The modal dialog of a commit that waits. Closing it cancels the commit, Enter reviews: nothing that lets a held commit
 * through is one key away.
 */
export async function confirmCommit(
  params: ConfirmCommitParams,
  token: vscode.CancellationToken,
): Promise<ConfirmCommitResult> {
  const { findings, agent, omitted } = params;
  const choices = commitChoices(findings, agent);
  const options = {
    modal: true,
    detail: findingsText(findings, choices, {
      ...(omitted === undefined ? {} : { omitted }),
      ...(agent === undefined ? {} : { agent }),
    }),
  };
  const cancel: vscode.MessageItem = { title: 'Cancel', isCloseAffordance: true };
  const items = [...buttonsOf(choices).map((title) => ({ title })), cancel];
  for (;;) {
    const chosen = await vscode.window.showWarningMessage(findingsSentence(findings), options, ...items);
    // Git or the person ended the commit while the dialog stood there.
    if (token.isCancellationRequested || !chosen) return CANCELLED;
    const answer = await answerTo(chosen.title, params, choices, token);
    // Whoever leaves a question open is asked again how to go on.
    if (answer) return answer;
    if (token.isCancellationRequested) return CANCELLED;
  }
}

/** The first one is what Enter presses. */
function buttonsOf(choices: CommitChoices): string[] {
  return [
    REVIEW,
    ...(choices.request ? [REQUEST] : []),
    ...(choices.note ? [NOTE] : []),
    ...(choices.override ? [OVERRIDE] : []),
    ...(choices.commit ? [COMMIT] : []),
  ];
}

/** Undefined when the person left a question open. */
async function answerTo(
  button: string,
  { rootUri, findings }: ConfirmCommitParams,
  choices: CommitChoices,
  token: vscode.CancellationToken,
): Promise<ConfirmCommitResult | undefined> {
  if (button === REVIEW) {
    await revealFirst(rootUri, choices.held.length > 0 ? choices.held : findings);
    return { decision: 'review' };
  }
  if (button === COMMIT) return { decision: 'commit' };
  if (button === REQUEST && !choices.needsNote) return { decision: 'request' };
  if (button === REQUEST || button === NOTE) {
    const note = await askForText(
      {
        title: button === REQUEST ? 'Request Sign-off: Add a Note' : 'Add Note',
        prompt: 'What was asked of the AI, and why is this right? The note is kept with the code.',
      },
      token,
    );
    return note === undefined ? undefined : { decision: button === REQUEST ? 'request' : 'commit', note };
  }
  if (button === OVERRIDE) {
    const rules = [...new Set(choices.held.map(({ rule }) => rule))].map((rule) => `"${rule}"`).join(', ');
    const why = await askForText(
      {
        title: 'Commit with Override',
        prompt: `Why must this go in against ${rules}? The reason is kept with the code and reported.`,
      },
      token,
    );
    return why === undefined ? undefined : { decision: 'override', why };
  }
  return CANCELLED;
}

async function revealFirst(rootUri: string, findings: readonly Finding[]): Promise<void> {
  const first = findings.find(({ path }) => path !== '');
  if (!first) return;
  const uri = vscode.Uri.joinPath(vscode.Uri.parse(rootUri), ...first.path.split('/'));
  const lastLine = Math.max(first.startLine, first.endLine - 1);
  await reveal(uri, new vscode.Range(first.startLine, 0, lastLine, 0));
}
