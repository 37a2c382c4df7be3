import * as vscode from 'vscode';
import { type ObservedFacts, observationPage, waysIn } from '../../core/observation';

const SCHEME = 'taggant';
const PAGE = vscode.Uri.from({ scheme: SCHEME, path: 'What Is Observed.md' });
const PROBE = vscode.Uri.from({ scheme: SCHEME, path: 'probe' });

/** The page of what is observed, and a document of our own that changes once so that the editor shows how it tells of it. */
export class ObservationView implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #provider: vscode.Disposable;
  #page = '';
  #probe = 'before';

  constructor() {
    this.#provider = vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      onDidChange: this.#changed.event,
      provideTextDocumentContent: (uri) => (uri.path === PAGE.path ? this.#page : this.#probe),
    });
  }

  /** Fires a change event of a document that nobody sees. */
  async probe(listener: (event: vscode.TextDocumentChangeEvent) => void): Promise<void> {
    const document = await vscode.workspace.openTextDocument(PROBE);
    const subscription = vscode.workspace.onDidChangeTextDocument((event) => {
      if (event.document !== document || event.contentChanges.length === 0) return;
      subscription.dispose();
      listener(event);
    });
    this.#probe = 'after';
    this.#changed.fire(PROBE);
  }

  /** Shows the page, or brings it up to date. */
  async show(facts: ObservedFacts): Promise<void> {
    this.#page = observationPage(waysIn(facts));
    this.#changed.fire(PAGE);
    try {
      await vscode.commands.executeCommand('markdown.showPreview', PAGE);
    } catch {
      // Without the Markdown extension it can be read as well.
      await vscode.window.showTextDocument(PAGE, { preview: true });
    }
  }

  dispose(): void {
    this.#provider.dispose();
    this.#changed.dispose();
  }
}
