import * as vscode from 'vscode';
import { gapsOf, type WayIn } from '../../core/observation';
import { count } from '../../core/wording';
import type { Detection } from '../sensors/observer';
import { DOCUMENTS } from '../sensors/outbox';

/** Says in the language status how edits are detected in this editor, and what is not seen although it could be. */
export class DetectionStatus implements vscode.Disposable {
  readonly #item: vscode.LanguageStatusItem;

  constructor() {
    this.#item = vscode.languages.createLanguageStatusItem('taggant.detection', DOCUMENTS);
    this.#item.name = 'Taggant Detection';
    this.#item.command = { command: 'taggant.showObserved', title: 'Show What Is Observed' };
    this.show(undefined, []);
  }

  show(detection: Detection | undefined, ways: readonly WayIn[]): void {
    const gaps = gapsOf(ways);
    const missing = gaps.some(({ observation }) => observation === 'not observed');
    this.#item.text = `${TEXTS[detection ?? 'unknown'].text}${gaps.length > 0 ? `, ${count(gaps.length, 'gap')}` : ''}`;
    this.#item.detail =
      gaps.length > 0
        ? `Not seen, or not all: ${gaps.map(({ name }) => name).join('; ')}.`
        : TEXTS[detection ?? 'unknown'].detail;
    this.#item.severity = missing
      ? vscode.LanguageStatusSeverity.Warning
      : vscode.LanguageStatusSeverity.Information;
  }

  dispose(): void {
    this.#item.dispose();
  }
}

const TEXTS = {
  reasons: { text: 'AI detection: exact', detail: 'The editor names the source of every edit.' },
  keybindings: {
    text: 'AI detection: observed',
    detail: 'This editor does not name the source of edits: accepted completions are noted by key bindings.',
  },
  unknown: { text: 'AI detection: waiting', detail: 'Known from the first edit on.' },
} as const;
