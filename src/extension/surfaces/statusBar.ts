import * as vscode from 'vscode';
import type { StatusParams } from '../../protocol';
import { statusView } from './statusView';

/** The guardrail item in the status bar. */
export class GuardrailItem implements vscode.Disposable {
  readonly #item: vscode.StatusBarItem;

  constructor() {
    this.#item = vscode.window.createStatusBarItem('taggant.guardrail', vscode.StatusBarAlignment.Right, 95);
    this.#item.name = 'Taggant Guardrail';
  }

  /** Shows a document's status, or hides the item where no text document is active. */
  show(status: StatusParams | undefined): void {
    if (!status) {
      this.#item.hide();
      return;
    }
    const view = statusView(status);
    const tooltip = new vscode.MarkdownString();
    for (const [i, line] of view.lines.entries()) {
      if (i > 0) tooltip.appendMarkdown('\n\n');
      tooltip.appendText(line);
    }
    this.#item.text = view.text;
    this.#item.tooltip = tooltip;
    this.#item.backgroundColor = view.warning
      ? new vscode.ThemeColor('statusBarItem.warningBackground')
      : undefined;
    this.#item.accessibilityInformation = { label: view.accessible, role: 'button' };
    this.#item.command = 'taggant.nextFinding';
    this.#item.show();
  }

  dispose(): void {
    this.#item.dispose();
  }
}
