import * as vscode from 'vscode';
import type { SpanInfo } from '../../protocol';

/** How a span is shown: one decoration type for each. */
export type Appearance = 'unreviewed' | 'reviewed' | 'unknown';

export function appearanceOf({ origin, review }: SpanInfo): Appearance {
  if (review !== 'unreviewed') return 'reviewed';
  return origin === 'ai' ? 'unreviewed' : 'unknown';
}

/** Never colour alone: each state has a border of its own kind. */
const BORDER: Record<Appearance, string> = { unreviewed: 'solid', reviewed: 'dotted', unknown: 'dashed' };
const APPEARANCES = Object.keys(BORDER) as Appearance[];

function decorationType(appearance: Appearance): vscode.TextEditorDecorationType {
  const settings = vscode.workspace.getConfiguration('taggant.marks');
  const color = (part: string) => new vscode.ThemeColor(`taggant.${appearance}${part}`);
  return vscode.window.createTextEditorDecorationType({
    borderColor: color('Border'),
    borderStyle: BORDER[appearance],
    borderWidth: '0 0 0 2px',
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
    ...(settings.get('background', true) ? { backgroundColor: color('Background') } : {}),
    ...(settings.get('overviewRuler', true)
      ? { overviewRulerColor: color('OverviewRuler'), overviewRulerLane: vscode.OverviewRulerLane.Left }
      : {}),
  });
}

/** Shows spans in the visible editors. */
export class Decorations implements vscode.Disposable {
  #types = new Map<Appearance, vscode.TextEditorDecorationType>();
  #visible: boolean;
  readonly #spans = new Map<string, readonly SpanInfo[]>();
  readonly #disposables: vscode.Disposable[];

  constructor() {
    this.#visible = vscode.workspace.getConfiguration('taggant.marks').get('visible', true);
    this.#createTypes();
    this.#disposables = [
      vscode.window.onDidChangeVisibleTextEditors((editors) => this.#showAll(editors)),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#spans.delete(uri.toString())),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (!event.affectsConfiguration('taggant.marks')) return;
        if (event.affectsConfiguration('taggant.marks.visible')) {
          this.#visible = vscode.workspace.getConfiguration('taggant.marks').get('visible', true);
        }
        this.#disposeTypes();
        this.#createTypes();
        this.#showAll(vscode.window.visibleTextEditors);
      }),
    ];
  }

  /** True while marks are shown. */
  get visible(): boolean {
    return this.#visible;
  }

  /** Shows or hides the marks in this window. */
  toggle(): void {
    this.#visible = !this.#visible;
    this.#showAll(vscode.window.visibleTextEditors);
  }

  /** The spans of a document, in its newest text. */
  show(uri: string, spans: readonly SpanInfo[]): void {
    this.#spans.set(uri, spans);
    this.#showAll(vscode.window.visibleTextEditors.filter(({ document }) => document.uri.toString() === uri));
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
    this.#disposeTypes();
  }

  #showAll(editors: readonly vscode.TextEditor[]): void {
    for (const editor of editors) {
      const spans = this.#spans.get(editor.document.uri.toString());
      if (!spans) continue;
      for (const appearance of APPEARANCES) {
        const shown = this.#visible ? spans.filter((span) => appearanceOf(span) === appearance) : [];
        editor.setDecorations(
          this.#types.get(appearance)!,
          shown.map((span) => shownRange(span, editor.document)),
        );
      }
    }
  }

  #createTypes(): void {
    this.#types = new Map(APPEARANCES.map((appearance) => [appearance, decorationType(appearance)]));
  }

  #disposeTypes(): void {
    for (const type of this.#types.values()) type.dispose();
  }
}

/** A span that begins with a line break has nothing to show in the line it breaks. */
function shownRange({ range: { start, end } }: SpanInfo, document: vscode.TextDocument): vscode.Range {
  const beginsWithBreak =
    end.line > start.line &&
    start.character > 0 &&
    start.line < document.lineCount &&
    start.character >= document.lineAt(start.line).range.end.character;
  return beginsWithBreak
    ? new vscode.Range(start.line + 1, 0, end.line, end.character)
    : new vscode.Range(start.line, start.character, end.line, end.character);
}
