import {
  type CodeAction,
  type CodeActionContext,
  CodeActionKind,
  CodeActionTriggerKind,
  type Range,
} from 'vscode-languageserver/node';
import { isUnknownOrigin } from '../core/marks';
import type { WorkAction } from '../core/workItems';
import { DIAGNOSTIC_SOURCE } from './diagnostics';
import { type FileText, judgedFile, lineOfDeletion, touches } from './fileText';
import { workIn } from './work';

/**
 * What a person can do with the spans that a range touches. Asked by itself, the editor shows a light bulb for what it
 * gets: then there is something only where a finding is, or text of which nobody knows whose it is. The commands are the client's: each takes the document's
 * address and a range.
 */
export function codeActionsAt(text: FileText, range: Range, context: CodeActionContext): CodeAction[] {
  const { document } = text;
  const own = context.diagnostics.filter(({ source }) => source === DIAGNOSTIC_SOURCE);
  const [start, end] = [document.offsetAt(range.start), document.offsetAt(range.end)];
  const judged = judgedFile(text);
  const touched = judged.spans.filter((span) => span.start <= end && span.end >= start);
  const deletions = judged.deletions.map((one) => ({ ...one, ...lineOfDeletion(document, one) }));
  const removals = deletions.filter((line) => touches(document, line, [range]));
  const places = [...touched, ...removals];
  const isUnknown = touched.some(({ label }) => isUnknownOrigin(label));
  const isAsked = context.triggerKind !== CodeActionTriggerKind.Automatic;
  if (places.length === 0 || !(isAsked || isUnknown || own.length > 0)) return [];
  const whole = {
    start: document.positionAt(Math.min(...places.map((place) => place.start))),
    end: document.positionAt(Math.max(...places.map((place) => place.end))),
  };
  const action = (title: string, command: string): CodeAction => ({
    title,
    kind: CodeActionKind.QuickFix,
    ...(own.length > 0 ? { diagnostics: own } : {}),
    command: { title, command, arguments: [document.uri, whole] },
  });
  const work = workIn(text, judged).filter((one) => touches(document, one.finding, [range]));
  const can = (wanted: WorkAction) => work.some((one) => one.action === wanted);
  const actions: CodeAction[] = [];
  if (can('sign')) actions.push(action('Sign off…', 'taggant.signOff'));
  if (can('request')) actions.push(action('Request sign-off', 'taggant.requestSignOff'));
  if (can('note')) actions.push(action('Add note…', 'taggant.addNote'));
  if (places.some(({ review }) => review === 'unreviewed') || can('review')) {
    actions.push(action('Mark as reviewed', 'taggant.markReviewed'));
  }
  actions.push(action('This is mine', 'taggant.markAsMine'));
  if (isUnknown) actions.push(action('This came from an AI chat…', 'taggant.markAsAi'));
  return actions;
}
