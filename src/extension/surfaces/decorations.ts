import * as vscode from 'vscode';
import type { DeletionInfo, SpanInfo, SpansParams } from '../../protocol';
import { rulerMarks } from './overviewRuler';
import { shownRange } from './shownRange';

/** How a span is shown: decoration types of its own for each. */
export type Appearance = 'unreviewed' | 'reviewed' | 'unknown';

export function appearanceOf({ origin, review }: SpanInfo): Appearance {
  if (review !== 'unreviewed') return 'reviewed';
  return origin === 'ai' ? 'unreviewed' : 'unknown';
}

/** Never colour alone: each state has a border of its own kind. */
const BORDER: Record<Appearance, string> = { unreviewed: 'solid', reviewed: 'dotted', unknown: 'dashed' };
const APPEARANCES = Object.keys(BORDER) as Appearance[];

/** The decoration of the text, and the one of the overview ruler where that is wanted. */
interface Types {
  readonly text: vscode.TextEditorDecorationType;
  readonly ruler: vscode.TextEditorDecorationType | undefined;
}

function decorationTypes(appearance: Appearance): Types {
  const settings = vscode.workspace.getConfiguration('taggant.marks');
  const color = (part: string) => new vscode.ThemeColor(`taggant.${appearance}${part}`);
  const text = vscode.window.createTextEditorDecorationType({
    borderColor: color('Border'),
    borderStyle: BORDER[appearance],
    borderWidth: '0 0 0 2px',
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
    ...(settings.get('background', true) ? { backgroundColor: color('Background') } : {}),
  });
  if (!settings.get('overviewRuler', true)) return { text, ruler: undefined };
  const ruler = vscode.window.createTextEditorDecorationType({
    overviewRulerColor: color('OverviewRuler'),
    overviewRulerLane: vscode.OverviewRulerLane.Left,
  });
  return { text, ruler };
}

/** How a place is shown where an AI edit removed text: a line above it, like a cut. */
export type DeletionAppearance = 'deletion' | 'reviewedDeletion';

export function deletionAppearanceOf({ review }: DeletionInfo): DeletionAppearance {
  return review === 'unreviewed' ? 'deletion' : 'reviewedDeletion';
}

const DELETION_BORDER: Record<DeletionAppearance, string> = {
  deletion: 'dashed',
  reviewedDeletion: 'dotted',
};
const DELETION_APPEARANCES = Object.keys(DELETION_BORDER) as DeletionAppearance[];

function deletionType(appearance: DeletionAppearance): vscode.TextEditorDecorationType {
  const settings = vscode.workspace.getConfiguration('taggant.marks');
  const color = new vscode.ThemeColor(`taggant.${appearance}Border`);
  return vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    borderColor: color,
    borderStyle: DELETION_BORDER[appearance],
    borderWidth: '2px 0 0 0',
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
    ...(settings.get('overviewRuler', true)
      ? { overviewRulerColor: color, overviewRulerLane: vscode.OverviewRulerLane.Left }
      : {}),
  });
}

/** Shows spans and deletions in the visible editors. */
export class Decorations implements vscode.Disposable {
  #types = new Map<Appearance, Types>();
  #deletionTypes = new Map<DeletionAppearance, vscode.TextEditorDecorationType>();
  #visible: boolean;
  readonly #spans = new Map<string, SpansParams>();
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

  /** The spans and deletions of a document, in its newest text. */
  show(params: SpansParams): void {
    const { uri } = params;
    this.#spans.set(uri, params);
    this.#showAll(vscode.window.visibleTextEditors.filter(({ document }) => document.uri.toString() === uri));
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
    this.#disposeTypes();
  }

  #showAll(editors: readonly vscode.TextEditor[]): void {
    for (const editor of editors) {
      const params = this.#spans.get(editor.document.uri.toString());
      if (!params) continue;
      const { spans, deletions = [] } = params;
      for (const [appearance, type] of this.#deletionTypes) {
        const shown = deletions.filter((one) => this.#visible && deletionAppearanceOf(one) === appearance);
        const lines = [...new Set(shown.map(({ line }) => line))];
        editor.setDecorations(
          type,
          lines.map((line) => new vscode.Range(line, 0, line, 0)),
        );
      }
      for (const appearance of APPEARANCES) {
        const shown = this.#visible ? spans.filter((span) => appearanceOf(span) === appearance) : [];
        const { text, ruler } = this.#types.get(appearance)!;
        const ranges = shown.map((span) => visibleRange(span, editor.document));
        editor.setDecorations(text, ranges);
        if (!ruler) continue;
        const marks = rulerMarks(ranges, editor.document.lineCount);
        editor.setDecorations(
          ruler,
          marks.map(({ start, end }) => new vscode.Range(start, 0, end, 0)),
        );
      }
    }
  }

  #createTypes(): void {
    this.#types = new Map(APPEARANCES.map((appearance) => [appearance, decorationTypes(appearance)]));
    this.#deletionTypes = new Map(
      DELETION_APPEARANCES.map((appearance) => [appearance, deletionType(appearance)]),
    );
  }

  #disposeTypes(): void {
    for (const { text, ruler } of this.#types.values()) {
      text.dispose();
      ruler?.dispose();
    }
    for (const type of this.#deletionTypes.values()) type.dispose();
  }
}

function visibleRange({ range }: SpanInfo, document: vscode.TextDocument): vscode.Range {
  const lengthOf = (line: number) =>
    line < document.lineCount ? document.lineAt(line).range.end.character : 0;
  const { start, end } = shownRange(range, lengthOf);
  return new vscode.Range(start.line, start.character, end.line, end.character);
}
