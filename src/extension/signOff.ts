import * as vscode from 'vscode';
import {
  type ChangeResult,
  type PlacesTarget,
  type Range,
  SIGN_OFF,
  type SignOffParams,
  type SignOffResult,
  type SignOffTarget,
  STATE,
  type StateParams,
  WORKLIST,
  type WorklistResult,
} from '../protocol';
import type { Context } from './context';
import { reportsIn } from './reports';
import { toProtocolRange } from './surfaces/navigation';
import { signOffDetail, signOffQuestion } from './surfaces/signOffText';
import { askForText } from './surfaces/textInput';
import type { WorkNode } from './surfaces/worklistTree';

/** What a command is called with: a row of the view, or an address with a range, or nothing: the selection. */
type Argument = WorkNode | string | vscode.Uri | undefined;

/** Signs off the spans at the selection, of a code action or link, or of a row of the view. */
export async function signOff(context: Context, argument?: Argument, range?: Range): Promise<void> {
  const target = isNode(argument) ? nodeTarget(argument) : placesOf(argument, range);
  if (target) await signOffTarget(context, target);
}

export async function signOffFile(context: Context): Promise<void> {
  const uri = vscode.window.activeTextEditor?.document.uri.toString();
  if (uri) await signOffTarget(context, { kind: 'places', uri });
}

/** All that this person may sign; one repository at a time. */
export async function signOffChange(context: Context): Promise<void> {
  const { repositories } = await context.client.sendRequest<WorklistResult>(WORKLIST);
  const waiting = repositories.filter(({ items }) => items.some(({ action }) => action === 'sign'));
  if (waiting.length === 0) {
    void vscode.window.showInformationMessage('Taggant: nothing here waits for your sign-off.');
    return;
  }
  for (const { rootUri } of waiting) await signOffTarget(context, { kind: 'change', rootUri });
}

async function signOffTarget(context: Context, target: SignOffTarget): Promise<void> {
  if (!vscode.workspace.isTrusted) {
    void vscode.window.showInformationMessage(
      'Taggant: trust this workspace first; a sign-off runs ssh-keygen.',
    );
    return;
  }
  const reports = reportsIn((uri) =>
    target.kind === 'places' ? uri === target.uri : uri.startsWith(target.rootUri),
  );
  const ask = (params: Omit<SignOffParams, 'target' | 'reports'>) =>
    context.client.sendRequest<SignOffResult>(SIGN_OFF, { target, reports, ...params });
  const plan = await ask({ dryRun: true });
  if (plan.places.length === 0) {
    const why = plan.refusals[0] ?? 'Nothing here waits for a sign-off.';
    void vscode.window.showWarningMessage(`Taggant: ${why}`);
    return;
  }
  const sign = 'Sign Off';
  const chosen = await vscode.window.showInformationMessage(
    signOffQuestion(plan.places),
    { modal: true, detail: signOffDetail(plan.places, plan.refusals) },
    sign,
  );
  if (chosen !== sign) return;
  const signed = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: 'Taggant: signing' },
    () => ask({ dryRun: false, expected: plan.digest }),
  );
  if (signed.places.length === 0) {
    void vscode.window.showWarningMessage(`Taggant: ${signed.refusals[0] ?? 'Nothing was signed.'}`);
    return;
  }
  const places = signed.places.length === 1 ? '1 place' : `${signed.places.length} places`;
  void vscode.window.setStatusBarMessage(`$(verified) Taggant: ${places} signed off`, 4000);
}

export async function addNote(context: Context, argument?: Argument, range?: Range): Promise<void> {
  const why = await askForText({
    title: 'Add Note',
    prompt: 'What was asked of the AI, and why is this right? The note is kept with the code.',
  });
  if (why === undefined) return;
  await state(context, 'note', 'note added', { argument, range, why });
}

/** Asks for a sign-off of what is at the selection, in a code action or link, or in a row of the view. */
export async function requestSignOff(context: Context, argument?: Argument, range?: Range): Promise<void> {
  await state(context, 'request', 'sign-off requested', { argument, range });
}

async function state(
  { client }: Context,
  statement: StateParams['statement'],
  done: string,
  { argument, range, why }: { argument: Argument; range: Range | undefined; why?: string },
): Promise<void> {
  for (const target of isNode(argument) ? nodePlaces(argument) : [placesOf(argument, range)]) {
    if (!target) continue;
    const ask = (text: string | undefined) => {
      const params: StateParams = { statement, target, ...(text === undefined ? {} : { why: text }) };
      return client.sendRequest<ChangeResult>(STATE, params);
    };
    let answer = await ask(why);
    if (answer.needsNote) {
      const note = await askForText({
        title: 'Request Sign-off: Add a Note',
        prompt: 'The rule wants a note: what was asked of the AI, and why is this right?',
      });
      if (note === undefined) return;
      answer = await ask(note);
    }
    const { message } = answer;
    if (message) void vscode.window.showWarningMessage(`Taggant: ${message}`);
    else void vscode.window.setStatusBarMessage(`$(check) Taggant: ${done}`, 4000);
  }
}

/** The places of a row, file by file: what markers of a review or a note are about. */
export function nodePlaces(node: WorkNode): PlacesTarget[] {
  const files = new Map<string, Range[]>();
  const add = (one: WorkNode): void => {
    if (one.kind === 'group') for (const rule of one.rules) add(rule);
    else if (one.kind === 'rule') for (const item of one.items) add(item);
    else files.set(one.item.uri, [...(files.get(one.item.uri) ?? []), one.item.range]);
  };
  add(node);
  return [...files].map(([uri, ranges]) => ({ kind: 'places', uri, ranges }));
}

function nodeTarget(node: WorkNode): SignOffTarget | undefined {
  if (node.kind === 'item') return nodePlaces(node)[0];
  return node.kind === 'rule' ? { kind: 'change', rootUri: node.rootUri, rule: node.rule } : undefined;
}

export function isNode(argument: unknown): argument is WorkNode {
  const kind = (argument as Partial<WorkNode> | undefined)?.kind;
  return kind === 'group' || kind === 'rule' || kind === 'item';
}

function placesOf(argument: Argument, range: Range | undefined): PlacesTarget | undefined {
  if (typeof argument === 'string' && range) return { kind: 'places', uri: argument, ranges: [range] };
  const editor = vscode.window.activeTextEditor;
  if (!editor) return undefined;
  return {
    kind: 'places',
    uri: editor.document.uri.toString(),
    ranges: editor.selections.map(toProtocolRange),
  };
}
