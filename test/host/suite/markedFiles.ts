/** Files with marks for tests inside the extension host, and their marks drawn as a person would write them down. */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import * as vscode from 'vscode';
import type { Api } from '../../../src/extension/main';
import { save } from '../../support/marking';
import { TestRepository } from '../../support/repository';

/** A set-up repository of its own; outside the window's folder, unless it is given. */
export class MarkedFiles {
  #api: Api | undefined;
  #files = 0;

  constructor(readonly repository = new TestRepository('the tööls')) {}

  async start(): Promise<void> {
    this.#api = await vscode.extensions.getExtension<Api>('taggant.taggant')!.activate();
  }

  /** Writes a text whose AI parts stand in « » and opens it, once its marks are shown. */
  async open(written: string, name = `file${this.#files++}.txt`): Promise<vscode.TextEditor> {
    mkdirSync(dirname(this.repository.path(name)), { recursive: true });
    save(this.repository, name, written);
    const editor = await vscode.window.showTextDocument(this.uri(name), { preview: false });
    await this.drawnAs(editor.document, written);
    return editor;
  }

  uri(name: string): vscode.Uri {
    return vscode.Uri.file(this.repository.path(name));
  }

  /**
   * The text with its marks: AI in « », unknown origin in ‹ ›. Line terminators are nobody's: drawn line by line, those
   * of CRLF as LF.
   */
  async drawn(document: vscode.TextDocument): Promise<string | null> {
    const { spans, version } = await this.#api!.getSpans(document.uri);
    if (version !== document.version) return null;
    const lines = Array.from({ length: document.lineCount }, (_, i) => document.lineAt(i).text);
    for (const { range, origin } of [...spans].reverse()) {
      const [open, close] = origin === 'ai' ? '«»' : '‹›';
      for (let line = range.start.line; line <= range.end.line; line++) {
        const text = lines[line]!;
        const start = line === range.start.line ? range.start.character : 0;
        const end = line === range.end.line ? range.end.character : document.lineAt(line).text.length;
        if (start < end)
          lines[line] = text.slice(0, start) + open + text.slice(start, end) + close + text.slice(end);
      }
    }
    return lines.join('\n');
  }

  /** Waits until the document is drawn like this; otherwise fails with what it is. */
  async drawnAs(document: vscode.TextDocument, expected: string, timeout = 15_000): Promise<void> {
    const deadline = Date.now() + timeout;
    for (;;) {
      const drawn = await this.drawn(document);
      if (drawn === byLine(expected)) return;
      if (Date.now() > deadline) throw new Error(`expected\n${byLine(expected)}\nbut it is\n${drawn}`);
      await new Promise((next) => setTimeout(next, 30));
    }
  }

  remove(): void {
    this.repository.remove();
  }
}

/** Marks that run over line ends, drawn line by line. */
export function byLine(written: string): string {
  let inside = '';
  let drawn = '';
  for (const character of written.replaceAll('\r\n', '\n')) {
    if (character === '\n' && inside !== '') drawn += `${inside === '«' ? '»' : '›'}\n${inside}`;
    else drawn += character;
    if (character === '«' || character === '‹') inside = character;
    else if (character === '»' || character === '›') inside = '';
  }
  return drawn.replace(/«»|‹›/g, '');
}

/** Selects the first place of `text` in the document, or puts the cursor in front of what follows `|` in it. */
export function select(editor: vscode.TextEditor, text: string, to = text): void {
  const all = editor.document.getText();
  const bar = text.indexOf('|');
  const start = all.indexOf(text.replace('|', '')) + Math.max(bar, 0);
  if (start < 0) throw new Error(`no ${text} in the document`);
  const end = bar >= 0 ? start : all.indexOf(to, start) + to.length;
  const { document } = editor;
  editor.selection = new vscode.Selection(document.positionAt(start), document.positionAt(end));
}
