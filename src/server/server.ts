import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  CancellationTokenSource,
  CodeActionKind,
  type Connection,
  DidChangeWatchedFilesNotification,
  type InitializeResult,
  TextDocumentSyncKind,
} from 'vscode-languageserver/node';
import { agentOf } from '../core/agents';
import type { AgentEditRequest, CommitAnswer, ConfirmCommitRequest } from '../core/editorMessages';
import { isOwnFile, sourcePathOf } from '../core/layout';
import { AgentsAtWork } from '../engine/agentsAtWork';
import { observedIn } from '../engine/observed';
import { Repositories } from '../engine/repositories';
import type { RepositoryState } from '../engine/repositoryState';
import {
  AGENT_COMMAND,
  type AgentCommandParams,
  type ChangeResult,
  CONFIRM_COMMIT,
  COPIED,
  type ConfirmCommitParams,
  type ConfirmCommitResult,
  type CopiedParams,
  DECLARE,
  type DeclareParams,
  type DocumentParams,
  EDIT_ORIGIN,
  type EditOriginParams,
  GET_SPANS,
  type InitializationOptions,
  MARK_REVIEWED,
  type MarkReviewedParams,
  OBSERVED,
  type ObservedResult,
  OFFER_SET_UP,
  SET_UP,
  SETTLE_ORIGIN,
  type SettleOriginParams,
  type SetUpParams,
  SIGN_OFF,
  type SignOffParams,
  type SignOffResult,
  type SpansParams,
  STATE,
  type StateParams,
  WORKLIST,
  WORKLIST_CHANGED,
  type WorklistResult,
} from '../protocol';
import { Problem } from '../repo/problem';
import { codeActionsAt } from './codeActions';
import { declare } from './declare';
import { Documents } from './documents';
import { type FileText, fileText, type NoFile, openText } from './fileText';
import { hoverAt } from './hover';
import { Publisher } from './publisher';
import { RepositoryHost } from './repositoryHost';
import { markReviewed, setUp, state } from './requests';
import { signOff } from './signOff';
import { spansParams } from './spans';
import { repositoryWork, WorkFinder } from './work';

export interface ServerOptions {
  /** `cli.js` of this installation: what the hook runs. */
  readonly cliPath: string;
}

/** Wires the language server onto a connection and starts listening. */
export function startServer(connection: Connection, { cliPath }: ServerOptions): void {
  const hosts = new Map<RepositoryState, RepositoryHost>();
  let watchesFiles = false;
  let folders: string[] = [];
  let opening: Promise<unknown> = Promise.resolve();

  const agents = new AgentsAtWork();
  const repositories = new Repositories((state) => {
    for (const problem of state.problems) connection.console.warn(problem);
    if (!state.restricted)
      hosts.set(
        state,
        new RepositoryHost(state, {
          flush,
          agentEdit,
          committed,
          confirmCommit,
          changed: publishAll,
          openFile: (of, file) => documents.openFile(of, file),
          markedOutside: publishAnew,
          cliPath,
        }),
      );
    state.agentAtWork = () => agents.in(state.repo.root, Date.now());
    publisher.publishPolicy(state);
    state.onJudgedAnew = () => publishAnew(state);
  });
  const documents = new Documents(
    repositories,
    (document) => publisher.documentChanged(document),
    async ({ state, path: file }) => hosts.get(state)?.fileOpening(file),
  );
  const work = new WorkFinder(documents);
  const publisher = new Publisher(connection, (state) => hosts.get(state), offerSetUp);

  function publishAll(): void {
    for (const document of documents.all()) publisher.statusChanged(document);
    for (const [state, host] of hosts) {
      const isOpen = (uri: string) => documents.get(uri) !== undefined;
      publisher.publishStaged(state, host.stagedFindings, isOpen);
    }
    worklistChanged();
  }

  function worklistChanged(): void {
    void connection.sendNotification(WORKLIST_CHANGED);
  }

  /** Does what a person asked for to a file; what was written is read back before the answer. */
  async function changing(
    uri: string,
    change: (file: FileText | NoFile) => Promise<ChangeResult>,
  ): Promise<ChangeResult> {
    const refusal = agentRefusal();
    if (refusal !== null) return { changed: 0, message: refusal };
    try {
      const file = await fileText(uri, documents, repositories);
      if ('state' in file && file.state.restricted) return { changed: 0, message: UNTRUSTED };
      const result = await change(file);
      if ('state' in file && result.changed > 0) await reload(file.state);
      return result;
    } catch (error) {
      if (error instanceof Problem) return { changed: 0, message: error.message };
      throw error;
    }
  }

  function committed(state: RepositoryState): void {
    for (const { file } of documents.all()) if (file?.state === state) file.committed();
  }

  async function flush(state: RepositoryState): Promise<void> {
    const files = documents.all().flatMap(({ file }) => (file?.state === state ? [file] : []));
    await Promise.all(files.map((file) => file.flush()));
  }

  function agentEdit(state: RepositoryState, request: AgentEditRequest): Promise<string[]> {
    return documents.agentEdit(state, request);
  }

  async function confirmCommit(
    state: RepositoryState,
    request: ConfirmCommitRequest,
    signal: AbortSignal,
  ): Promise<CommitAnswer> {
    publishAnew(state); // beside the dialog the status bar says that the commit is held
    const params: ConfirmCommitParams = {
      rootUri: pathToFileURL(request.root).toString(),
      summary: request.summary,
      findings: [...request.findings],
      canOverride: request.canOverride,
      ...(request.omitted === undefined ? {} : { omitted: request.omitted }),
      ...(request.agent === undefined ? {} : { agent: request.agent }),
    };
    const cancellation = new CancellationTokenSource();
    signal.addEventListener('abort', () => cancellation.cancel());
    return await connection.sendRequest<ConfirmCommitResult>(CONFIRM_COMMIT, params, cancellation.token);
  }

  function offerSetUp(state: RepositoryState): void {
    void connection.sendNotification(OFFER_SET_UP, { rootUri: pathToFileURL(state.repo.root).toString() });
  }

  async function reload(state: RepositoryState): Promise<void> {
    await state.reload();
    documents.refreshTracking();
    hosts.get(state)?.start();
    hosts.get(state)?.refreshStaged();
    publisher.publishPolicy(state);
    publishAnew(state);
  }

  function publishAnew(state: RepositoryState): void {
    for (const document of documents.all()) {
      if (document.file?.state === state) publisher.publishNow(document);
    }
    worklistChanged();
  }

  connection.onInitialize((params): InitializeResult => {
    // A client that says nothing of trust is a plain one, started by the person.
    const options = params.initializationOptions as Partial<InitializationOptions> | undefined;
    repositories.restricted = options?.trusted === false;
    publisher.checksSchemas = options?.checksSchemas === true;
    folders = (params.workspaceFolders ?? []).map(({ uri }) => uri);
    watchesFiles = params.capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration ?? false;
    return {
      serverInfo: { name: 'taggant' },
      capabilities: {
        textDocumentSync: {
          openClose: true,
          change: TextDocumentSyncKind.Incremental,
          save: { includeText: false },
        },
        hoverProvider: true,
        codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix] },
      },
    };
  });

  connection.onInitialized(async () => {
    // A commit may come before the first file is opened. What is no repository says so when one of its files is.
    const files = folders.filter((uri) => uri.startsWith('file:'));
    opening = Promise.allSettled(files.map((uri) => repositories.ofFolder(fileURLToPath(uri))));
    if (!watchesFiles) return;
    await connection.client.register(DidChangeWatchedFilesNotification.type, {
      watchers: [{ globPattern: '**/*' }],
    });
  });

  connection.onDidOpenTextDocument(({ textDocument: { uri, languageId, version, text } }) => {
    publisher.documentOpened(uri);
    documents.open(uri, languageId, version, text);
  });
  connection.onDidChangeTextDocument(({ textDocument, contentChanges }) => {
    documents.change(textDocument.uri, textDocument.version, contentChanges);
  });
  connection.onDidSaveTextDocument(({ textDocument }) => documents.saved(textDocument.uri));
  connection.onDidCloseTextDocument(({ textDocument }) => {
    publisher.documentClosed(textDocument.uri);
    const open = documents.get(textDocument.uri);
    const closed = documents.close(textDocument.uri);
    publishAll();
    void closed.then(() => {
      if (!open?.file || open.read.isAsOpened) return;
      const onDisk = open.read.onDisk(open.document.version, () => open.document.getText());
      hosts.get(open.file.state)?.fileClosed(open.file.path, onDisk);
    });
    return closed;
  });
  connection.onDidChangeWatchedFiles(async ({ changes }) => {
    const touched = new Set<RepositoryState>();
    for (const state of await repositories.all()) {
      for (const { uri } of changes) {
        const relative = path.relative(state.repo.root, fileURLToPath(uri)).split(path.sep).join('/');
        if (relative.startsWith('..')) continue;
        if (!isOwnFile(relative)) {
          // Git's own files are watched elsewhere.
          if (!/(^|\/)\.git(\/|$)/.test(relative)) hosts.get(state)?.fileChanged(relative);
          continue;
        }
        const source = sourcePathOf(relative);
        if (source === null) {
          touched.add(state);
          continue;
        }
        const document = documents.all().find(({ file }) => file?.state === state && file.path === source);
        document?.file?.sidecarChangedOnDisk();
        hosts.get(state)?.refreshStaged();
      }
    }
    for (const state of touched) await reload(state);
  });

  connection.onNotification(EDIT_ORIGIN, (params: EditOriginParams) => documents.editOrigin(params));
  connection.onNotification(SETTLE_ORIGIN, (params: SettleOriginParams) => documents.settleOrigin(params));
  connection.onNotification(AGENT_COMMAND, ({ id, tool, folder, isRunning }: AgentCommandParams) => {
    if (isRunning) agents.started(id, tool, folder);
    else agents.ended(id, Date.now());
  });
  connection.onNotification(COPIED, (params: CopiedParams) => documents.copied(params));

  connection.onRequest(GET_SPANS, async ({ uri }: DocumentParams): Promise<SpansParams> => {
    const open = documents.get(uri);
    await open?.located;
    await (open?.file ?? open?.loose)?.ready;
    return open ? spansParams(open.file ?? open.loose, open.document) : { uri, version: 0, spans: [] };
  });
  connection.onRequest(MARK_REVIEWED, (params: MarkReviewedParams) =>
    changing(params.uri, (file) => markReviewed(file, params)),
  );
  connection.onRequest(STATE, (params: StateParams) =>
    changing(params.target.uri, (file) => state(file, params, 'reason' in file ? [] : work.ofFile(file))),
  );
  connection.onRequest(SIGN_OFF, async (params: SignOffParams): Promise<SignOffResult> => {
    const refusal = agentRefusal();
    if (refusal !== null) return { places: [], refusals: [refusal], digest: '' };
    const result = await signOff(params, { repositories, documents, work });
    if (!params.dryRun && result.places.length > 0) {
      const { target } = params;
      const place = target.kind === 'places' ? target.uri : target.rootUri;
      await reload(await repositories.ofPlace(fileURLToPath(place)));
    }
    return result;
  });
  connection.onRequest(WORKLIST, async (): Promise<WorklistResult> => {
    await opening;
    await Promise.all(documents.all().map(({ located }) => located));
    await Promise.all(documents.all().map(({ file }) => file?.ready));
    const states = await repositories.all();
    const all = await Promise.all(
      states.map(async (one) =>
        repositoryWork(pathToFileURL(one.repo.root).toString(), await work.ofRepository(one)),
      ),
    );
    return { repositories: all.filter(({ items }) => items.length > 0) };
  });
  connection.onRequest(OBSERVED, async (): Promise<ObservedResult> => {
    await opening;
    await Promise.all(documents.all().map(({ located }) => located));
    return { repositories: await Promise.all((await repositories.all()).map(observedIn)) };
  });
  connection.onRequest(DECLARE, (params: DeclareParams) =>
    changing(params.uri, () => declare(documents.get(params.uri), params)),
  );
  connection.onRequest(SET_UP, async (params: SetUpParams) => {
    const state = await repositories.ofPlace(fileURLToPath(params.uri));
    const result = await setUp(state, params, cliPath);
    if (!params.dryRun) {
      await reload(state);
      await Promise.all(
        documents.all().flatMap(({ file }) => (file?.state === state ? [file.writeSidecar()] : [])),
      );
    }
    return result;
  });

  connection.onHover(async ({ textDocument, position }) => {
    const open = documents.get(textDocument.uri);
    return open?.file ? hoverAt(open.file, open.document, position) : null;
  });
  connection.onCodeAction(({ textDocument, range, context }) => {
    const open = documents.get(textDocument.uri);
    const text = open && openText(open);
    return text ? codeActionsAt(text, range, context) : [];
  });

  connection.onShutdown(async () => {
    publisher.dispose();
    await documents.suspend();
    await Promise.all([...hosts.values()].map((host) => host.dispose()));
  });
  connection.listen();
}

const UNTRUSTED = 'trust this workspace first: what people say of code is written into it.';

/** Reviews, sign-offs and notes are a person's word, also when an agent starts this server and speaks to it. */
function agentRefusal(): string | null {
  const agent = agentOf(process.env);
  return (
    agent &&
    `This is a person's word, and the editor was started in the environment of ${agent}: start it from a terminal of your own.`
  );
}
