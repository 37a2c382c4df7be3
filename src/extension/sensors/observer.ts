import { performance } from 'node:perf_hooks';
import * as vscode from 'vscode';
import type { TextEdit } from '../../core/marks';
import type { CopiedParams, EditOriginParams, EditSource, SettleOriginParams } from '../../protocol';
import { hasReasons, reasonOf, sourceOfReason } from './changeReason';
import { EvidenceRing, type Settlement } from './evidence';

/** Milliseconds after which a document that was changed by a person is known to be dirty. */
const DIRTY_DELAY = 200;

/** Where the sensors' findings go. */
export interface ObserverOutput {
  editOrigin(params: EditOriginParams): void;
  settleOrigin(params: SettleOriginParams): void;
  copied(params: CopiedParams): void;
}

/** How edits are observed in this editor: it names their source, or acceptances are noted by key bindings. */
export type Detection = 'reasons' | 'keybindings';

/**
 * Watches what VS Code tells of edits. `willSendChange` is called from the language client just before it sends a
 * change; everything else comes from events. One of these for a window.
 */
export class EditObserver implements vscode.Disposable {
  readonly #ring = new EvidenceRing();
  readonly #disposables: vscode.Disposable[] = [];
  readonly #detectionChanged = new vscode.EventEmitter<Detection>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #detection: Detection | undefined;
  readonly onDidChangeDetection = this.#detectionChanged.event;

  constructor(private readonly output: ObserverOutput) {
    this.#disposables.push(
      this.#detectionChanged,
      vscode.window.onDidChangeTextEditorSelection((event) => this.#selectionChanged(event)),
      vscode.languages.registerDocumentPasteEditProvider(
        [{ scheme: 'file' }, { scheme: 'untitled' }],
        {
          prepareDocumentPaste: (document, ranges, transfer) => this.#copied(document, ranges, transfer),
          provideDocumentPasteEdits: async (_document, _ranges, transfer) => {
            const text = await transfer.get('text/plain')?.asString();
            if (text) this.#ring.pasting(text, performance.now());
            return undefined;
          },
        },
        {
          providedPasteEditKinds: [vscode.DocumentDropOrPasteEditKind.Empty.append('taggant')],
          copyMimeTypes: ['text/plain'],
          pasteMimeTypes: ['text/plain'],
        },
      ),
    );
  }

  /** Undefined until the first edit has been seen. */
  get detection(): Detection | undefined {
    return this.#detection;
  }

  /** Says what is known of a change's source before the change itself is sent. */
  willSendChange(event: vscode.TextDocumentChangeEvent): void {
    if (event.contentChanges.length === 0) return;
    const undoRedo =
      event.reason === vscode.TextDocumentChangeReason.Undo
        ? ('undo' as const)
        : event.reason === vscode.TextDocumentChangeReason.Redo
          ? ('redo' as const)
          : undefined;
    const reason = reasonOf(event);
    this.#detected(hasReasons(event) ? 'reasons' : 'keybindings');
    const { document } = event;
    const uri = document.uri.toString();
    const source = reason
      ? undoRedo
        ? ({ origin: 'human' } satisfies EditSource)
        : sourceOfReason(reason)
      : this.#ring.changed({
          document: uri,
          version: document.version,
          time: performance.now(),
          edits: event.contentChanges.map(toEdit),
          ...(undoRedo ? { undoRedo } : {}),
        });
    if (!reason && source?.origin === 'pending' && !document.isDirty) this.#watchDirty(document);
    if (!source) return;
    if (source.origin === 'human' && !undoRedo && reason && isTyping(reason.metadata)) return;
    this.output.editOrigin({
      uri,
      version: document.version,
      ...source,
      ...(undoRedo ? { undoRedo } : {}),
    });
  }

  /** A key binding has accepted an inline completion in the active editor. */
  acceptanceNoted(): void {
    const document = vscode.window.activeTextEditor?.document;
    if (!document || this.#detection === 'reasons') return;
    this.#settle(this.#ring.accepted(document.uri.toString(), performance.now()));
  }

  dispose(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    for (const disposable of this.#disposables) disposable.dispose();
  }

  /** The editor tells that a document became dirty just after the change that made it so. */
  #watchDirty(document: vscode.TextDocument): void {
    const { version } = document;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (!document.isDirty) this.#settle(this.#ring.cameFromDisk(document.uri.toString(), version));
    }, DIRTY_DELAY);
    this.#timers.add(timer);
  }

  #detected(detection: Detection): void {
    if (this.#detection === detection) return;
    this.#detection = detection;
    this.#detectionChanged.fire(detection);
  }

  #selectionChanged({ textEditor, selections, kind }: vscode.TextEditorSelectionChangeEvent): void {
    if (this.#detection === 'reasons') return;
    const { document } = textEditor;
    const uri = document.uri.toString();
    if (!this.#ring.awaitsSelection(uri)) return;
    const byKeyboard = kind === vscode.TextEditorSelectionChangeKind.Keyboard;
    const caret = document.offsetAt(selections[0]!.active);
    this.#settle(this.#ring.selected(uri, byKeyboard, caret));
  }

  async #copied(
    document: vscode.TextDocument,
    ranges: readonly vscode.Range[],
    transfer: vscode.DataTransfer,
  ): Promise<void> {
    const uri = document.uri.toString();
    const { version } = document;
    const plain = ranges.map(({ start, end }) => ({ start, end }));
    const text = await transfer.get('text/plain')?.asString();
    if (text) this.output.copied({ uri, version, ranges: plain, text });
  }

  #settle(settlement: Settlement | undefined): void {
    if (!settlement) return;
    const { document, version, source } = settlement;
    this.output.settleOrigin({ uri: document, version, ...source });
  }
}

function isTyping(metadata: { readonly [key: string]: unknown }): boolean {
  return metadata.kind === 'type';
}

function toEdit({ rangeOffset, rangeLength, text }: vscode.TextDocumentContentChangeEvent): TextEdit {
  return { start: rangeOffset, end: rangeOffset + rangeLength, text };
}
