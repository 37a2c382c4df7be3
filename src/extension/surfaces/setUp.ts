import * as vscode from 'vscode';
import { SET_UP, type SetUpParams, type SetUpResult } from '../../protocol';
import type { Context } from '../context';

const LATER = 'Not Now';
const NEVER = "Don't Ask Again";
const OFFERED = 'taggant.offered';

/** Sets a repository up after showing what would be done. `uri` is a file or folder in it. */
export async function setUp(context: Context, uri = placeToSetUp()): Promise<void> {
  if (!uri) {
    void vscode.window.showInformationMessage('Taggant: open a folder in a Git repository first.');
    return;
  }
  if (!vscode.workspace.isTrusted) {
    void vscode.window.showInformationMessage(
      'Taggant: trust this workspace first; setting up installs a git hook.',
    );
    return;
  }
  const ask = (dryRun: boolean) => {
    const params: SetUpParams = { uri: uri.toString(), dryRun };
    return context.client.sendRequest<SetUpResult>(SET_UP, params);
  };
  const plan = await ask(true);
  if (plan.actions.length === 0) {
    void vscode.window.showInformationMessage(
      ['Taggant: this repository is set up already.', ...plan.notes].join(' '),
    );
    return;
  }
  const go = 'Set Up';
  const detail = [...plan.actions.map((action) => `• ${action}`), ...plan.notes].join('\n');
  const chosen = await vscode.window.showInformationMessage(
    'Set up Taggant in this repository?',
    { modal: true, detail },
    go,
  );
  if (chosen !== go) return;
  const done = await ask(false);
  const openPolicy = 'Open Policy';
  const next = await vscode.window.showInformationMessage(
    ['Taggant is set up. Commit the .taggant folder so that your team shares it.', ...done.notes].join(' '),
    openPolicy,
  );
  if (next === openPolicy) await vscode.commands.executeCommand('taggant.openPolicy');
}

/** Offers once for a repository, when AI text first appears in it, to set it up. */
export async function offerSetUp(context: Context, memento: vscode.Memento, rootUri: string): Promise<void> {
  const offered = memento.get<string[]>(OFFERED, []);
  if (offered.includes(rootUri)) return;
  if (!vscode.workspace.getConfiguration('taggant').get('offerSetUp', true)) return;
  if (!vscode.workspace.isTrusted) return;
  const yes = 'Set Up…';
  const chosen = await vscode.window.showInformationMessage(
    'AI-generated code appeared in this repository. Set Taggant up here, so that its marks are kept with the code?',
    yes,
    LATER,
    NEVER,
  );
  if (chosen === yes) await setUp(context, vscode.Uri.parse(rootUri));
  if (chosen === NEVER || chosen === yes) await memento.update(OFFERED, [...offered, rootUri]);
}

function placeToSetUp(): vscode.Uri | undefined {
  const active = vscode.window.activeTextEditor?.document.uri;
  if (active?.scheme === 'file') return active;
  return vscode.workspace.workspaceFolders?.[0]?.uri;
}
