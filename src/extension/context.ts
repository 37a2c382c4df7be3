import type * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import type { StatusParams } from '../protocol';
import type { EditObserver } from './sensors/observer';
import type { Decorations } from './surfaces/decorations';
import type { WorklistView } from './surfaces/worklistView';

/** What commands work with. */
export interface Context {
  readonly client: LanguageClient;
  readonly observer: EditObserver;
  readonly decorations: Decorations;
  readonly worklist: WorklistView;
  readonly log: vscode.LogOutputChannel;
  /** Runs the self-test and shows what is observed; without `page` in the language status only. */
  observe(page?: 'page'): Promise<void>;
  /** What is remembered of this workspace. */
  readonly memory: vscode.Memento;
  /** The newest status of a document, if the server has spoken of it. */
  statusOf(uri: string): StatusParams | undefined;
}
