import { setTimeout as pause } from 'node:timers/promises';
import * as vscode from 'vscode';
import { State } from 'vscode-languageclient/node';
import { VERSION_PATH } from '../core/layout';
import { waysIn } from '../core/observation';
import {
  AGENT_COMMAND,
  CONFIRM_COMMIT,
  COPIED,
  type ConfirmCommitParams,
  EDIT_ORIGIN,
  GET_SPANS,
  OFFER_SET_UP,
  type OfferSetUpParams,
  SETTLE_ORIGIN,
  SPANS,
  type SpansParams,
  STATUS,
  type StatusParams,
  WORKLIST_CHANGED,
} from '../protocol';
import { createClient } from './client';
import { registerCommands } from './commands';
import { offerCommitPrompt } from './commitPrompt';
import type { Context } from './context';
import { selfTest } from './selfTest';
import { EditObserver } from './sensors/observer';
import { Outbox } from './sensors/outbox';
import { watchTerminals } from './sensors/terminals';
import { confirmCommit } from './surfaces/commitDialog';
import { Decorations } from './surfaces/decorations';
import { withLinks } from './surfaces/hoverLinks';
import { DetectionStatus } from './surfaces/languageStatus';
import { newestSpans } from './surfaces/newestSpans';
import { ObservationView } from './surfaces/observationView';
import { offerSetUp } from './surfaces/setUp';
import { GuardrailItem } from './surfaces/statusBar';
import { WorklistView } from './surfaces/worklistView';

/** What other extensions and tests may ask of Taggant. */
export interface Api {
  /** The spans of a document, in the newest text the server has received. */
  getSpans(uri: vscode.Uri): Promise<SpansParams>;
  /** The newest status of a document. */
  getStatus(uri: vscode.Uri): StatusParams | undefined;
  /** How edits are observed; undefined before the first one. */
  readonly detection: string | undefined;
}

/** Wires the extension by hand: client, sensors, surfaces, commands. */
export async function activate(extension: vscode.ExtensionContext): Promise<Api> {
  const log = vscode.window.createOutputChannel('Taggant', { log: true });
  const statuses = new Map<string, StatusParams>();
  const decorations = new Decorations();
  const guardrail = new GuardrailItem();
  const detection = new DetectionStatus();
  const outbox = new Outbox((event) => observer.willSendChange(event), log);
  const send = (method: string) => (params: { readonly uri: string }) => outbox.send(method, params);
  const observer = new EditObserver({
    editOrigin: send(EDIT_ORIGIN),
    settleOrigin: send(SETTLE_ORIGIN),
    copied: send(COPIED),
  });
  const terminals = watchTerminals((params) => {
    if (client.isRunning()) void client.sendNotification(AGENT_COMMAND, params);
  });
  const client = createClient(extension, log, outbox, (hover, document) =>
    withLinks(hover, document, statuses.get(document.uri.toString())),
  );
  outbox.connect(client);
  const worklist = new WorklistView(client);
  const observation = new ObservationView();
  const observe = async (page?: 'page') => {
    const facts = await selfTest(client, observer, extension.globalStorageUri);
    detection.show(observer.detection, waysIn(facts));
    if (page) await observation.show(facts);
  };
  const observeSoon = () => void observe().catch((error) => log.error(error));
  const context: Context = {
    client,
    observe,
    observer,
    decorations,
    worklist,
    log,
    memory: extension.workspaceState,
    statusOf: (uri) => statuses.get(uri),
  };
  const getSpans = (uri: string) => client.sendRequest<SpansParams>(GET_SPANS, { uri });
  const showActive = () => {
    const uri = vscode.window.activeTextEditor?.document.uri.toString();
    guardrail.show(uri === undefined ? undefined : statuses.get(uri));
  };

  const showSpans = newestSpans({
    versionOf: (uri) =>
      vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri)?.version,
    show: (params) => decorations.show(params),
    ask: (uri) => (client.isRunning() ? getSpans(uri) : undefined),
    pause,
  });

  extension.subscriptions.push(
    log,
    decorations,
    guardrail,
    detection,
    observer,
    outbox,
    terminals,
    worklist,
    observation,
    client,
    ...registerCommands(context),
    observer.onDidChangeDetection((kind) => {
      log.info(
        `Edits are observed by ${kind === 'reasons' ? 'the reasons the editor gives' : 'key bindings'}.`,
      );
      observeSoon();
    }),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('taggant.detection') || event.affectsConfiguration('git.enabled'))
        observeSoon();
    }),
    vscode.extensions.onDidChange(observeSoon),
    client.onDidChangeState(({ newState }) => {
      if (newState === State.Running) terminals.tellAgain();
      observeSoon();
    }),
    vscode.window.onDidChangeActiveTextEditor(showActive),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => statuses.delete(uri.toString())),
    vscode.workspace.onDidGrantWorkspaceTrust(() => client.restart()),
    client.onNotification(SPANS, showSpans),
    client.onNotification(STATUS, (status: StatusParams) => {
      if (statuses.get(status.uri)?.hookMissing !== status.hookMissing) observeSoon();
      statuses.set(status.uri, status);
      showActive();
      if (status.hookMissing && status.aiCharacters > 0) void offerCommitPrompt(context);
    }),
    client.onNotification(WORKLIST_CHANGED, () => worklist.changed()),
    client.onNotification(OFFER_SET_UP, ({ rootUri }: OfferSetUpParams) =>
      offerSetUp(context, extension.globalState, rootUri),
    ),
    client.onRequest(CONFIRM_COMMIT, (params: ConfirmCommitParams, token: vscode.CancellationToken) =>
      confirmCommit(params, token),
    ),
  );
  await vscode.commands.executeCommand('setContext', 'taggant.active', true);
  void observation.probe((event) => observer.probed(event)).then(undefined, (error) => log.error(error));
  const start = async () => {
    try {
      await client.start();
    } catch (error) {
      log.error(error as Error);
      const message = 'Taggant could not start its language server: see "Taggant: Show Log".';
      void vscode.window.showErrorMessage(message);
    }
  };
  if (await isNeeded()) await start();
  else {
    // Nothing to follow and nothing to guard yet.
    const waiting = vscode.window.onDidChangeVisibleTextEditors(async () => {
      if (!(await isNeeded())) return;
      waiting.dispose();
      await start();
    });
    extension.subscriptions.push(waiting);
  }
  observeSoon();
  return {
    getSpans: (uri) => getSpans(uri.toString()),
    getStatus: (uri) => statuses.get(uri.toString()),
    get detection() {
      return observer.detection;
    },
  };
}

/** True when a document that can carry marks is visible, or a folder's commits are guarded. */
async function isNeeded(): Promise<boolean> {
  const { visibleTextEditors } = vscode.window;
  if (visibleTextEditors.some(({ document }) => ['file', 'untitled'].includes(document.uri.scheme)))
    return true;
  for (const { uri } of vscode.workspace.workspaceFolders ?? []) {
    try {
      await vscode.workspace.fs.stat(vscode.Uri.joinPath(uri, ...VERSION_PATH.split('/')));
      return true;
    } catch {
      // Not set up.
    }
  }
  return false;
}
