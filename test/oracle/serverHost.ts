/** The built language server over standard input and output, as an editor runs it. */

import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Edit } from '../../src/core/edits';
import {
  COPIED,
  EDIT_ORIGIN,
  type EditSource,
  GET_SPANS,
  SETTLE_ORIGIN,
  type SpansParams,
} from '../../src/protocol';
import { TestClient } from '../server/client';
import { setUpRepository } from '../server/repository';
import { contentChanges } from './engineHost';
import type { Host, Sheet, Shown } from './host';

/** What needs more patience, or a dialog: played by the engine alone. */
export const NOT_OVER_THE_WIRE = [
  'pause',
  'saveAs',
  'external',
  'revert',
  'chatUndo',
  'acceptByMouse',
  'declareMine',
  'declareAi',
  'gitCommit',
  'gitSwitch',
  'gitStash',
  'gitPop',
  'gitPull',
] as const;

export class ServerHost implements Host {
  readonly git = null;
  readonly #repository = setUpRepository();
  readonly #documents = new Map<string, TextDocument>();
  #client: TestClient | undefined;

  async #connection() {
    this.#client ??= await TestClient.start(this.#repository.root);
    return this.#client.connection;
  }

  #send(method: string, params: object): void {
    void this.#client!.connection.sendNotification(method, params);
  }

  #document(page: Sheet): TextDocument {
    return this.#documents.get(page.path)!;
  }

  async open(page: Sheet, text: string): Promise<void> {
    const connection = await this.#connection();
    const uri = new URL(`file://${this.#repository.path(page.path)}`).toString();
    this.#documents.set(page.path, TextDocument.create(uri, 'typescript', page.version, text));
    const textDocument = { uri, languageId: 'typescript', version: page.version, text };
    await connection.sendNotification('textDocument/didOpen', { textDocument });
  }

  change(page: Sheet, edits: readonly Edit[]): void {
    const document = this.#document(page);
    const changes = contentChanges(document, edits);
    const { uri } = document;
    const textDocument = { uri, version: page.version };
    this.#send('textDocument/didChange', { textDocument, contentChanges: changes });
    TextDocument.update(document, changes, page.version);
  }

  editOrigin(page: Sheet, version: number, source: EditSource): void {
    this.#send(EDIT_ORIGIN, { uri: this.#document(page).uri, version, ...source });
  }

  settleOrigin(page: Sheet, version: number, source: EditSource): void {
    this.#send(SETTLE_ORIGIN, { uri: this.#document(page).uri, version, ...source });
  }

  copied(page: Sheet, start: number, end: number): void {
    const document = this.#document(page);
    const range = { start: document.positionAt(start), end: document.positionAt(end) };
    const { uri, version } = document;
    this.#send(COPIED, { uri, version, ranges: [range], text: document.getText(range) });
  }

  write(page: Sheet, text: string): void {
    this.#repository.write(page.path, text);
  }

  saved(page: Sheet): void {
    this.#send('textDocument/didSave', { textDocument: { uri: this.#document(page).uri } });
  }

  async declare(): Promise<void> {
    throw new Error('Declaring needs a person who is asked.');
  }

  async close(page: Sheet): Promise<void> {
    await this.marks(page);
    this.#send('textDocument/didClose', { textDocument: { uri: this.#document(page).uri } });
    this.#documents.delete(page.path);
  }

  /** Killed, once its journal is written. */
  async restart(pages: readonly (readonly [Sheet, string])[]): Promise<void> {
    for (const [page] of pages) await this.marks(page);
    await new Promise((next) => setTimeout(next, 1_000));
    await this.#client!.kill();
    this.#client = undefined;
    for (const [page, text] of pages) await this.open(page, text);
  }

  /** What needs time is not played here. */
  async pass(): Promise<void> {}

  async marks(page: Sheet): Promise<readonly Shown[]> {
    const document = this.#document(page);
    const { spans } = await this.#client!.connection.sendRequest<SpansParams>(GET_SPANS, {
      uri: document.uri,
    });
    return spans.map(({ range, origin, evidence, tool }) => ({
      start: document.offsetAt(range.start),
      end: document.offsetAt(range.end),
      isAi: origin === 'ai',
      isInferred: evidence === 'inferred',
      tool,
    }));
  }

  async stop(): Promise<void> {
    await this.#client?.stop();
    this.#repository.remove();
  }
}
