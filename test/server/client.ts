/** A language client for tests: starts the built server over standard input and output, as any editor would. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  createProtocolConnection,
  type Diagnostic,
  type ProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver-protocol/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import {
  EDIT_ORIGIN,
  type EditOriginParams,
  GET_SPANS,
  SETTLE_ORIGIN,
  SPANS,
  type SpansParams,
  STATUS,
  type StatusParams,
} from '../../src/protocol';
import { cleanEnvironment } from '../support/repository';

const SERVER = path.resolve(import.meta.dirname, '../../dist/server.js');

/** What a client says of an edit. */
export type Said = Omit<EditOriginParams, 'uri' | 'version'>;

export class TestClient {
  readonly diagnostics = new Map<string, Diagnostic[]>();
  readonly statuses = new Map<string, StatusParams>();
  readonly spansSeen: SpansParams[] = [];
  #documents = new Map<string, TextDocument>();
  #listeners = new Set<() => void>();

  private constructor(
    readonly child: ChildProcess,
    readonly connection: ProtocolConnection,
  ) {}

  static async start(
    root: string,
    options: { program?: string[]; trusted?: boolean; environment?: NodeJS.ProcessEnv } = {},
  ): Promise<TestClient> {
    const [file = process.execPath, ...args] = options.program ?? [process.execPath, SERVER, '--stdio'];
    const child = spawn(file, args, {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...cleanEnvironment(), ...options.environment },
    });
    const connection = createProtocolConnection(
      new StreamMessageReader(child.stdout!),
      new StreamMessageWriter(child.stdin!),
    );
    const client = new TestClient(child, connection);
    connection.onNotification(
      'textDocument/publishDiagnostics',
      ({ uri, diagnostics }: { uri: string; diagnostics: Diagnostic[] }) => {
        client.diagnostics.set(uri, diagnostics);
        client.#changed();
      },
    );
    connection.onNotification(STATUS, (status: StatusParams) => {
      client.statuses.set(status.uri, status);
      client.#changed();
    });
    connection.onNotification(SPANS, (spans: SpansParams) => {
      client.spansSeen.push(spans);
      client.#changed();
    });
    // A server that was killed leaves a broken pipe behind.
    connection.onError(() => {});
    connection.listen();
    await connection.sendRequest('initialize', {
      processId: process.pid,
      rootUri: pathToFileURL(root).toString(),
      capabilities: {},
      initializationOptions: { trusted: options.trusted ?? true },
    });
    await connection.sendNotification('initialized', {});
    return client;
  }

  async open(file: string, text: string): Promise<string> {
    const uri = pathToFileURL(file).toString();
    this.#documents.set(uri, TextDocument.create(uri, 'typescript', 1, text));
    await this.connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId: 'typescript', version: 1, text },
    });
    return uri;
  }

  text(uri: string): string {
    return this.#documents.get(uri)!.getText();
  }

  /** One change event: edits in offsets of the text before, ascending. Answers the version it made. */
  async edit(
    uri: string,
    edits: { start: number; end?: number; text: string }[],
    said?: Said,
  ): Promise<number> {
    const document = this.#documents.get(uri)!;
    const version = document.version + 1;
    const contentChanges = edits
      .map(({ start, end = start, text }) => ({
        range: { start: document.positionAt(start), end: document.positionAt(end) },
        text,
      }))
      .reverse();
    if (said) await this.connection.sendNotification(EDIT_ORIGIN, { uri, version, ...said });
    await this.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version },
      contentChanges,
    });
    TextDocument.update(document, contentChanges, version);
    return version;
  }

  async settle(uri: string, version: number, said: Said): Promise<void> {
    await this.connection.sendNotification(SETTLE_ORIGIN, { uri, version, ...said });
  }

  async save(uri: string): Promise<void> {
    await this.connection.sendNotification('textDocument/didSave', { textDocument: { uri } });
  }

  async close(uri: string): Promise<void> {
    await this.connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
  }

  /** The texts that are marked, with what they are marked as. */
  async marked(uri: string): Promise<{ text: string; origin: string; review: string }[]> {
    const { spans } = await this.connection.sendRequest<SpansParams>(GET_SPANS, { uri });
    const document = this.#documents.get(uri)!;
    return spans.map(({ range, origin, review }) => ({ text: document.getText(range), origin, review }));
  }

  /** The lines above which, or within which, an AI removed text; with their reviews. */
  async deletions(uri: string): Promise<{ line: string; review: string }[]> {
    const { deletions = [] } = await this.connection.sendRequest<SpansParams>(GET_SPANS, { uri });
    const lines = this.text(uri).split(/\r?\n/);
    return deletions.map(({ line, review }) => ({ line: lines[line]!.trim(), review }));
  }

  /** Waits until something that the server says makes the condition true. */
  async until(what: string, condition: () => boolean | Promise<boolean>, timeout = 15_000): Promise<void> {
    const deadline = Date.now() + timeout;
    while (!(await condition())) {
      if (Date.now() > deadline) throw new Error(`waited in vain until ${what}`);
      await new Promise<void>((done) => {
        const timer = setTimeout(finish, 100);
        const listeners = this.#listeners;
        function finish(): void {
          clearTimeout(timer);
          listeners.delete(finish);
          done();
        }
        listeners.add(finish);
      });
    }
  }

  async stop(): Promise<void> {
    await this.connection.sendRequest('shutdown');
    await this.connection.sendNotification('exit');
    await new Promise((done) => this.child.once('exit', done));
    this.connection.dispose();
  }

  /** As a crash or the system's out-of-memory killer would end it. */
  async kill(): Promise<void> {
    const ended = new Promise((done) => this.child.once('exit', done));
    this.child.kill('SIGKILL');
    await ended;
    this.connection.dispose();
  }

  #changed(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

/** Waits until the server listens to hooks of the repository, which it opens with the first file. */
export async function isHeard(
  repository: { path(...parts: string[]): string },
  client: TestClient,
): Promise<void> {
  const editors = repository.path('.git', 'taggant', 'editors');
  const listens = () => existsSync(editors) && readdirSync(editors).some((name) => name.endsWith('.json'));
  await client.until('hooks are heard', listens);
}
