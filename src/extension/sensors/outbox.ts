import * as vscode from 'vscode';
import type { LanguageClient, Middleware } from 'vscode-languageclient/node';
import { State } from 'vscode-languageclient/node';
import { type Message, type Unsent, UnsentMessages } from './unsent';

const SCHEMES = new Set(['file', 'untitled', 'vscode-notebook-cell']);

const DID_OPEN = 'textDocument/didOpen';
const DID_CHANGE = 'textDocument/didChange';
const DID_SAVE = 'textDocument/didSave';
const DID_CLOSE = 'textDocument/didClose';

/** Documents that are followed: files, what is not a file yet, and the cells of notebooks. */
export const DOCUMENTS = [...SCHEMES].map((scheme) => ({ scheme }));

/**
 * Everything that is said to the server about documents goes through here. While no server follows a document (the first
 * one is still starting, or one has ended and the next one is starting), its text is held as it was at the beginning, with all
 * that happened since; the next server is given that text first and then the rest, in order, as if it had been there.
 */
export class Outbox implements vscode.Disposable {
  readonly #unsent: UnsentMessages;
  /** Documents that the running server was given, by URI. */
  readonly #followed = new Set<string>();
  /** Documents that were closed before the server ran, and whose story it is being told. */
  readonly #told = new Set<string>();
  readonly #disposables: vscode.Disposable[];
  #client: LanguageClient | undefined;

  /** `willSendChange` runs just before each change is sent or kept, so that what it sends comes first. */
  constructor(
    private readonly willSendChange: (event: vscode.TextDocumentChangeEvent) => void,
    log: vscode.LogOutputChannel,
  ) {
    this.#unsent = new UnsentMessages((uri) =>
      log.warn(`Too much has happened without the server: edits of ${uri} since then are not observed.`),
    );
    for (const document of vscode.workspace.textDocuments) this.#hold(document);
    // The language client listens later than this, and so hears of each event after it.
    this.#disposables = [
      vscode.workspace.onDidOpenTextDocument((document) => this.#hold(document)),
      vscode.workspace.onDidChangeTextDocument((event) => this.#changed(event)),
      vscode.workspace.onDidSaveTextDocument(({ uri }) => this.#keep(uri.toString(), DID_SAVE, {})),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        this.#followed.delete(uri.toString());
        this.#unsent.close(uri.toString());
      }),
    ];
  }

  /** Follows the state of the client that this feeds. */
  connect(client: LanguageClient): void {
    this.#client = client;
    this.#disposables.push(
      client.onDidChangeState(({ newState }) => {
        if (newState === State.Running) this.#tellOfClosed();
        if (newState === State.Stopped) this.#holdAll();
      }),
    );
  }

  /** Sends a notification of our own, in order with the changes of the document it speaks of. */
  send(method: string, params: { readonly uri: string }): void {
    if (this.#unsent.add(params.uri, { method, params })) return;
    if (this.#client?.isRunning()) void this.#notify({ method, params });
  }

  readonly middleware: Pick<Middleware, 'didOpen' | 'didChange' | 'didSave'> = {
    didOpen: (document, next) => {
      const uri = document.uri.toString();
      const held = this.#unsent.take(uri);
      this.#followed.add(uri);
      const isPlain = !held || (held.messages.length === 0 && !this.#told.has(uri));
      if (isPlain) return next(document);
      return this.#tell(uri, held);
    },
    didChange: (event, next) => {
      // Kept already, a moment ago.
      if (this.#unsent.has(event.document.uri.toString())) return Promise.resolve();
      this.willSendChange(event);
      return next(event);
    },
    didSave: (document, next) =>
      this.#unsent.has(document.uri.toString()) ? Promise.resolve() : next(document),
  };

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }

  #hold(document: vscode.TextDocument): void {
    const uri = document.uri.toString();
    if (!SCHEMES.has(document.uri.scheme) || this.#followed.has(uri)) return;
    const { languageId, version } = document;
    this.#unsent.hold(uri, { languageId, version, text: document.getText() });
  }

  #holdAll(): void {
    this.#followed.clear();
    this.#told.clear();
    for (const document of vscode.workspace.textDocuments) this.#hold(document);
  }

  #changed(event: vscode.TextDocumentChangeEvent): void {
    if (this.#unsent.isEmpty || event.contentChanges.length === 0) return;
    const { document, contentChanges } = event;
    const uri = document.uri.toString();
    if (!this.#unsent.has(uri)) return;
    this.willSendChange(event);
    const changes = contentChanges.map(({ range: { start, end }, rangeLength, text }) => ({
      range: { start: place(start), end: place(end) },
      rangeLength,
      text,
    }));
    const params = { textDocument: { uri, version: document.version }, contentChanges: changes };
    const characters = contentChanges.reduce((sum, { text }) => sum + text.length, 0);
    this.#unsent.add(uri, { method: DID_CHANGE, params }, characters);
  }

  #keep(uri: string, method: string, params: object): void {
    this.#unsent.add(uri, { method, params: { ...params, textDocument: { uri } } });
  }

  #tellOfClosed(): void {
    for (const { uri, held } of this.#unsent.takeClosed()) {
      this.#told.add(uri);
      void this.#tell(uri, held);
      void this.#notify({ method: DID_CLOSE, params: { textDocument: { uri } } });
    }
  }

  /** The client sends all that is named by its method in the order in which it is given, as soon as the server runs. */
  #tell(uri: string, { languageId, version, text, messages }: Unsent): Promise<void> {
    const textDocument = { uri, languageId, version, text };
    const opened = this.#notify({ method: DID_OPEN, params: { textDocument } });
    for (const message of messages) void this.#notify(message);
    return opened;
  }

  async #notify({ method, params }: Message): Promise<void> {
    try {
      await this.#client?.sendNotification(method, params);
    } catch {
      // The server has just ended: the next one is given the documents as they are then.
    }
  }
}

function place({ line, character }: vscode.Position): { line: number; character: number } {
  return { line, character };
}
