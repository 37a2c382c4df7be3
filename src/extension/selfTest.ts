import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { NO_OWN_KEYS, type OwnKeys, readOwnKeys } from '../core/acceptanceKeys';
import type { ObservedFacts } from '../core/observation';
import { OBSERVED, type ObservedResult } from '../protocol';
import type { EditObserver } from './sensors/observer';
import { assistants } from './sensors/surroundings';

/** Asks each sensor of this window what it sees. Changes nothing. */
export async function selfTest(
  client: LanguageClient,
  observer: EditObserver,
  storage: vscode.Uri,
): Promise<ObservedFacts> {
  const settings = vscode.workspace.getConfiguration('taggant');
  const isServerRunning = client.isRunning();
  const observed = isServerRunning ? await client.sendRequest<ObservedResult>(OBSERVED) : undefined;
  return {
    detection: observer.detection ?? null,
    keysAreOn: settings.get('detection.keybindings', true),
    ownKeys: await ownKeys(storage),
    git: gitExtension(),
    isTrusted: vscode.workspace.isTrusted,
    isServerRunning,
    assistants: assistants(() => true),
    repositories: observed?.repositories ?? [],
    seen: observer.seen,
  };
}

function gitExtension(): ObservedFacts['git'] {
  if (!vscode.extensions.getExtension('vscode.git')) return 'missing';
  return vscode.workspace.getConfiguration('git').get('enabled', true) ? 'active' : 'disabled';
}

/**
 * The person's key bindings stand beside the folder that VS Code gives extensions of the same profile for their own files;
 * where that is on another machine than the window, or in a browser, they may be out of reach.
 */
async function ownKeys(storage: vscode.Uri): Promise<OwnKeys | null> {
  const file = vscode.Uri.joinPath(storage, '..', '..', 'keybindings.json');
  try {
    return readOwnKeys(Buffer.from(await vscode.workspace.fs.readFile(file)).toString('utf8'));
  } catch {
    return vscode.env.remoteName === undefined && vscode.env.uiKind === vscode.UIKind.Desktop
      ? NO_OWN_KEYS
      : null;
  }
}
