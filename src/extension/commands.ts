import * as vscode from 'vscode';
import { POLICY_PATH } from '../core/layout';
import {
  type ChangeResult,
  DECLARE,
  type DeclareParams,
  GET_SPANS,
  MARK_REVIEWED,
  type MarkReviewedParams,
  type Range,
  type SpansParams,
} from '../protocol';
import { toggleCommitPrompt } from './commitPrompt';
import type { Context } from './context';
import { addNote, isNode, nodePlaces, requestSignOff, signOff, signOffChange, signOffFile } from './signOff';
import { reveal, toProtocolRange, toVscodeRange } from './surfaces/navigation';
import { setUp } from './surfaces/setUp';
import { neighbourSpan, placesOf } from './surfaces/spanOrder';
import { askForText } from './surfaces/textInput';
import type { WorkNode } from './surfaces/worklistTree';

type Command = (context: Context, ...args: never[]) => unknown;

/** Every command of the manifest, by the name behind `taggant.`. */
const COMMANDS: Record<string, Command> = {
  toggleMarks,
  nextSpan: (context) => goToSpan(context, 'next'),
  previousSpan: (context) => goToSpan(context, 'previous'),
  nextFinding,
  markReviewed,
  markFileReviewed,
  markAsAi: (context, uri?: string, range?: Range) => declare(context, 'ai', uri, range),
  markAsMine: (context, uri?: string, range?: Range) => declare(context, 'human', uri, range),
  openPolicy,
  setUp: (context) => setUp(context),
  showLog: ({ log }) => log.show(),
  showObserved: ({ observe }) => observe('page'),
  restartServer: ({ client }) => client.restart(),
  noteAcceptance: ({ observer }) => observer.acceptanceNoted(),
  signOff,
  signOffFile,
  signOffChange,
  addNote,
  requestSignOff,
  refreshWorklist: ({ worklist }) => worklist.refresh(),
  toggleCommitPrompt,
};

/** Registers the commands; what goes wrong in one is shown as one sentence and logged whole. */
export function registerCommands(context: Context): vscode.Disposable[] {
  return Object.entries(COMMANDS).map(([name, run]) =>
    vscode.commands.registerCommand(`taggant.${name}`, async (...args: unknown[]) => {
      try {
        return await run(context, ...(args as never[]));
      } catch (error) {
        context.log.error(error as Error);
        void vscode.window.showErrorMessage(`Taggant: ${(error as Error).message}`);
        return undefined;
      }
    }),
  );
}

function toggleMarks({ decorations }: Context): void {
  decorations.toggle();
  void vscode.window.setStatusBarMessage(
    `Taggant: AI marks ${decorations.visible ? 'shown' : 'hidden'}`,
    2000,
  );
}

async function goToSpan({ client }: Context, direction: 'next' | 'previous'): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (!editor) return;
  const uri = editor.document.uri.toString();
  const answer = await client.sendRequest<SpansParams>(GET_SPANS, { uri });
  const span = neighbourSpan(placesOf(answer), editor.selection.active, direction);
  if (span) await reveal(editor.document.uri, toVscodeRange(span.range));
  else void vscode.window.setStatusBarMessage('Taggant: no AI marks in this file', 2000);
}

/** Goes to the next finding of this file, else to the first of the staged change. */
async function nextFinding({ statusOf }: Context): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const status = editor && statusOf(editor.document.uri.toString());
  const here = editor ? (status?.findings ?? []) : [];
  if (editor && here.length > 0) {
    const next = here.find(({ range }) => toVscodeRange(range).start.isAfter(editor.selection.active));
    await reveal(editor.document.uri, toVscodeRange((next ?? here[0]!).range));
    return;
  }
  const staged = status?.staged.findings[0];
  if (staged) await reveal(vscode.Uri.parse(staged.uri), toVscodeRange(staged.range));
  else if (status?.tracking.state === 'not-set-up') await vscode.commands.executeCommand('taggant.setUp');
  else {
    void vscode.window.showInformationMessage(
      status?.tracking.state === 'off'
        ? `Taggant: ${status.tracking.reason}`
        : 'Taggant: no unreviewed AI span on a critical path here or in the staged change.',
    );
  }
}

/** Marks the spans at the selection (or in the given range) as reviewed. */
async function markReviewed(context: Context, argument?: string | WorkNode, range?: Range): Promise<void> {
  if (isNode(argument)) {
    for (const { uri, ranges } of nodePlaces(argument)) await reviewed(context, { uri, ranges: ranges! });
    return;
  }
  const target = targetOf(argument, range);
  if (target) await reviewed(context, { uri: target.uri, ranges: target.ranges });
}

async function markFileReviewed(context: Context): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (editor) await reviewed(context, { uri: editor.document.uri.toString() });
}

async function reviewed({ client }: Context, params: MarkReviewedParams): Promise<void> {
  tell(await client.sendRequest<ChangeResult>(MARK_REVIEWED, params), 'marked as reviewed');
}

async function declare(
  { client }: Context,
  origin: 'ai' | 'human',
  uri?: string,
  range?: Range,
): Promise<void> {
  const target = targetOf(uri, range);
  if (!target) return;
  const params: DeclareParams = { uri: target.uri, ranges: target.ranges, origin };
  if (origin === 'ai') {
    if (
      target.ranges.every(({ start, end }) => start.line === end.line && start.character === end.character)
    ) {
      void vscode.window.showInformationMessage('Taggant: select the text that came from AI first.');
      return;
    }
    const tool = await vscode.window.showInputBox({
      title: 'Mark Selection as AI',
      prompt: 'Which tool wrote it? (Leave empty if you do not know.)',
      placeHolder: 'ChatGPT, Claude, Copilot, …',
    });
    if (tool === undefined) return;
    if (tool.trim() !== '') params.tool = tool.trim();
  }
  let result = await client.sendRequest<ChangeResult>(DECLARE, params);
  if (result.needsReason) {
    const prompt = 'Why is this no AI code? The reason is kept with the code.';
    const why = await askForText({ title: 'Mark as Mine', prompt });
    if (why === undefined) return;
    params.why = why;
    result = await client.sendRequest<ChangeResult>(DECLARE, params);
  }
  if (result.needsSignature) {
    const sign = 'Sign';
    const options = { modal: true, detail: result.needsSignature };
    const question = 'Sign that this is no AI code?';
    if ((await vscode.window.showWarningMessage(question, options, sign)) !== sign) return;
    result = await client.sendRequest<ChangeResult>(DECLARE, { ...params, sign: true });
  }
  tell(result, origin === 'ai' ? 'marked as AI' : 'marked as yours');
}

async function openPolicy(): Promise<void> {
  const active = vscode.window.activeTextEditor?.document.uri;
  const folder =
    (active && vscode.workspace.getWorkspaceFolder(active)) ?? vscode.workspace.workspaceFolders?.[0];
  if (!folder) {
    void vscode.window.showInformationMessage('Taggant: open a folder first.');
    return;
  }
  const policy = vscode.Uri.joinPath(folder.uri, ...POLICY_PATH.split('/'));
  try {
    await vscode.workspace.fs.stat(policy);
  } catch {
    const setUpNow = 'Set Up This Repository';
    const chosen = await vscode.window.showInformationMessage(
      'Taggant: this repository has no policy yet.',
      setUpNow,
    );
    if (chosen === setUpNow) await vscode.commands.executeCommand('taggant.setUp');
    return;
  }
  await vscode.window.showTextDocument(policy);
}

function targetOf(uri?: string, range?: Range): { uri: string; ranges: Range[] } | undefined {
  if (uri && range) return { uri, ranges: [range] };
  const editor = vscode.window.activeTextEditor;
  return editor && { uri: editor.document.uri.toString(), ranges: editor.selections.map(toProtocolRange) };
}

function tell({ changed, message }: ChangeResult, what: string): void {
  if (message) void vscode.window.showInformationMessage(`Taggant: ${message}`);
  else {
    const spans = changed === 1 ? '1 span' : `${changed} spans`;
    void vscode.window.setStatusBarMessage(`$(check) Taggant: ${spans} ${what}`, 4000);
  }
}
