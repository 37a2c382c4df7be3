import * as vscode from 'vscode';
import type { Detection } from '../sensors/observer';

/** Says in the language status how accepted completions are detected in this editor. */
export class DetectionStatus implements vscode.Disposable {
  readonly #item: vscode.LanguageStatusItem;

  constructor() {
    this.#item = vscode.languages.createLanguageStatusItem('taggant.detection', [
      { scheme: 'file' },
      { scheme: 'untitled' },
    ]);
    this.#item.name = 'Taggant Detection';
    this.#item.command = { command: 'taggant.showLog', title: 'Show Log' };
    this.show(undefined);
  }

  show(detection: Detection | undefined): void {
    if (detection === 'reasons') {
      this.#item.text = 'AI detection: exact';
      this.#item.detail = 'The editor names the source of every edit.';
    } else if (detection === 'keybindings') {
      this.#item.text = 'AI detection: observed';
      this.#item.detail =
        'This editor does not name the source of edits: accepted completions are noted by key bindings.';
    } else {
      this.#item.text = 'AI detection: waiting';
      this.#item.detail = 'Known from the first edit on.';
    }
  }

  dispose(): void {
    this.#item.dispose();
  }
}
