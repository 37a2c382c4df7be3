import {
  type CodeAction,
  type CodeActionContext,
  CodeActionKind,
  CodeActionTriggerKind,
  type Range,
} from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { isUnknownOrigin } from '../core/marks';
import type { TrackedFile } from '../engine/trackedFile';
import { DIAGNOSTIC_SOURCE } from './diagnostics';
import { reviewedSpans } from './spans';

/**
 * What a person can do with the spans that a range touches. Asked by itself, the editor shows a light bulb for what it
 * gets: then there is something only where a finding is. The commands are the client's: each takes the document's
 * address and a range.
 */
export function codeActionsAt(
  file: TrackedFile,
  document: TextDocument,
  range: Range,
  context: CodeActionContext,
): CodeAction[] {
  const own = context.diagnostics.filter(({ source }) => source === DIAGNOSTIC_SOURCE);
  if (own.length === 0 && context.triggerKind === CodeActionTriggerKind.Automatic) return [];
  const [start, end] = [document.offsetAt(range.start), document.offsetAt(range.end)];
  const touched = reviewedSpans(file, document).filter((span) => span.start <= end && span.end >= start);
  if (touched.length === 0) return [];
  const whole = {
    start: document.positionAt(Math.min(...touched.map((span) => span.start))),
    end: document.positionAt(Math.max(...touched.map((span) => span.end))),
  };
  const action = (title: string, command: string): CodeAction => ({
    title,
    kind: CodeActionKind.QuickFix,
    ...(own.length > 0 ? { diagnostics: own } : {}),
    command: { title, command, arguments: [document.uri, whole] },
  });
  const actions: CodeAction[] = [];
  if (touched.some(({ review }) => review === 'unreviewed')) {
    actions.push(action('Mark as reviewed', 'taggant.markReviewed'));
  }
  actions.push(action('This is mine', 'taggant.markAsMine'));
  if (touched.some(({ label }) => isUnknownOrigin(label))) {
    actions.push(action('This came from AI', 'taggant.markAsAi'));
  }
  return actions;
}
