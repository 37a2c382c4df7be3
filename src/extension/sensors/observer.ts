import { performance } from 'node:perf_hooks';
import * as vscode from 'vscode';
import type { TextEdit } from '../../core/marks';
import { looksLikeTyping } from '../../core/typing';
import type { CopiedParams, EditOriginParams, EditSource, SettleOriginParams } from '../../protocol';
import {
  type DetailedReason,
  hasReasons,
  isDraggedCopy,
  isRestored,
  reasonOf,
  sourceOfReason,
} from './changeReason';
import { EvidenceRing, type Settlement } from './evidence';
import { DOCUMENTS } from './outbox';
import { SnippetCompletions } from './snippets';
import { surroundings } from './surroundings';

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
  readonly #ring = new EvidenceRing(surroundings);
  readonly #snippets = new SnippetCompletions();
  readonly #seen = new Map<string, number>();
  readonly #disposables: vscode.Disposable[] = [];
  readonly #detectionChanged = new vscode.EventEmitter<Detection>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #detection: Detection | undefined;
  readonly onDidChangeDetection = this.#detectionChanged.event;

  constructor(private readonly output: ObserverOutput) {
    this.#disposables.push(
      this.#detectionChanged,
      vscode.window.onDidChangeTextEditorSelection((event) => this.#selectionChanged(event)),
      vscode.workspace.onDidOpenTextDocument(({ uri }) => {
        if (!isChatCopy(uri)) return;
        const file = vscode.Uri.file(uri.path).toString();
        this.#ring.chatOpened(file, uri.toString(), performance.now());
      }),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        if (isChatCopy(uri)) this.#ring.chatClosed(uri.toString());
      }),
      vscode.workspace.onWillSaveTextDocument(({ document }) =>
        this.#ring.willSave(document.uri.toString(), performance.now()),
      ),
      vscode.workspace.onDidSaveTextDocument(({ uri }) => {
        for (const settlement of this.#ring.saved(uri.toString())) this.#settle(settlement);
      }),
      vscode.languages.registerDocumentPasteEditProvider(
        DOCUMENTS,
        {
          prepareDocumentPaste: (document, ranges) => this.#copied(document, ranges),
          provideDocumentPasteEdits: async (_document, _ranges, transfer) => {
            const text = await transfer.get('text/plain')?.asString();
            this.#count('clipboard');
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
      vscode.languages.registerDocumentDropEditProvider(DOCUMENTS, {
        provideDocumentDropEdits: async (_document, _position, transfer) => {
          const text = await transfer.get('text/plain')?.asString();
          if (text) this.#ring.pasting(text, performance.now());
          return undefined;
        },
      }),
    );
  }

  /** Undefined until the first edit has been seen. */
  get detection(): Detection | undefined {
    return this.#detection;
  }

  /** How often each rule, or each reason that the editor gave, has explained a change in this window. */
  get seen(): ReadonlyMap<string, number> {
    return this.#seen;
  }

  /** A change event of any document tells how this editor speaks of edits. */
  probed(event: vscode.TextDocumentChangeEvent): void {
    if (event.contentChanges.length > 0) this.#detected(hasReasons(event) ? 'reasons' : 'keybindings');
  }

  /** Says what is known of a change's source before the change itself is sent. */
  willSendChange(event: vscode.TextDocumentChangeEvent): void {
    if (event.contentChanges.length === 0) return;
    this.probed(event);
    const reason = reasonOf(event);
    const undoRedo = stepOf(event) ?? (reason && isRestored(reason) ? ('restore' as const) : undefined);
    const source = reason ? this.#named(event, reason) : this.#guessed(event);
    if (!source) return;
    const { document } = event;
    this.output.editOrigin({
      uri: document.uri.toString(),
      version: document.version,
      ...source,
      ...(undoRedo ? { undoRedo } : {}),
    });
  }

  /** What the editor says of a change; undefined for keyboard typing, of which nothing need be said. */
  #named(event: vscode.TextDocumentChangeEvent, reason: DetailedReason): EditSource | undefined {
    const { document } = event;
    const edits = event.contentChanges.map(toEdit);
    if (isDraggedCopy(reason, edits)) this.#dragged(document);
    const isStep = stepOf(event) !== undefined;
    const said: EditSource = isStep ? { origin: 'human' } : sourceOfReason(reason, edits);
    const edit = { document: document.uri.toString(), version: document.version, time: performance.now() };
    const source = this.#snippets.seen(edit, reason.source, said);
    const isTyping = reason.metadata.kind === 'type';
    if (isTyping && source.origin === 'human' && !isStep) return undefined;
    this.#count(isStep ? 'undo-redo' : reason.source);
    return source;
  }

  /** What the table of rules says of a change; undefined for what looks like keyboard typing. */
  #guessed(event: vscode.TextDocumentChangeEvent): EditSource | undefined {
    const { document, contentChanges } = event;
    const undoRedo = stepOf(event);
    const edits = contentChanges.map(toEdit);
    const now = performance.now();
    const said = this.#ring.changed({
      document: document.uri.toString(),
      version: document.version,
      time: now,
      edits,
      ...(undoRedo ? { undoRedo } : {}),
      ...(looksLikeTyping(edits) ? {} : { atCaret: isAtCaret(event) }),
    });
    if (!said) return undefined;
    this.#count(said.rule);
    if (said.source.origin !== 'pending') return said.source;
    if (!document.isDirty) this.#watchDirty(document);
    // The newest of the burst is this very change.
    const burst = this.#ring.burst(now);
    for (const earlier of burst.slice(0, -1)) this.#settle(earlier);
    return burst.at(-1)?.source ?? said.source;
  }

  /** A key binding has accepted an inline completion in the active editor. */
  acceptanceNoted(): void {
    this.#count('note');
    const document = vscode.window.activeTextEditor?.document;
    if (!document) return;
    const uri = document.uri.toString();
    const now = performance.now();
    if (this.#detection !== 'reasons') {
      this.#settle(this.#ring.accepted(uri, now));
      return;
    }
    const snippet = this.#snippets.accepted(uri, now);
    if (snippet) this.#settle({ document: uri, rule: 'accepted', ...snippet });
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
    const [{ active, isEmpty }] = selections as readonly [vscode.Selection];
    this.#settle(this.#ring.selected(uri, byKeyboard, document.offsetAt(active), isEmpty));
  }

  /** At once: after a cut, the text is gone with the next message. */
  #copied(document: vscode.TextDocument, ranges: readonly vscode.Range[]): void {
    this.output.copied({
      uri: document.uri.toString(),
      version: document.version,
      ranges: ranges.map(({ start, end }) => ({ start, end })),
    });
  }

  /** What is dragged is what was selected before the change, of which the editor tells later: a copy of that text. */
  #dragged(document: vscode.TextDocument): void {
    const editor = vscode.window.activeTextEditor;
    if (editor?.document !== document) return;
    const ranges = editor.selections.map(({ start, end }) => ({ start, end }));
    this.output.copied({ uri: document.uri.toString(), version: document.version - 1, ranges });
  }

  #count(rule: string): void {
    this.#seen.set(rule, (this.#seen.get(rule) ?? 0) + 1);
  }

  #settle(settlement: Settlement | undefined): void {
    if (!settlement) return;
    const { document, version, source, rule } = settlement;
    this.#count(rule);
    this.output.settleOrigin({ uri: document, version, ...source });
  }
}

/** The editor's chat keeps copies of the files it edits, under their paths. */
function isChatCopy({ scheme }: vscode.Uri): boolean {
  return scheme.startsWith('chat-editing-');
}

function stepOf({ reason }: vscode.TextDocumentChangeEvent): 'undo' | 'redo' | undefined {
  if (reason === vscode.TextDocumentChangeReason.Undo) return 'undo';
  return reason === vscode.TextDocumentChangeReason.Redo ? 'redo' : undefined;
}

/** True when the change happened where the caret of the active editor stood. The editor tells of the new one later. */
function isAtCaret({ document, contentChanges }: vscode.TextDocumentChangeEvent): boolean {
  const editor = vscode.window.activeTextEditor;
  if (editor?.document !== document) return false;
  return contentChanges.some(({ range }) => range.contains(editor.selection.active));
}

function toEdit({ rangeOffset, rangeLength, text }: vscode.TextDocumentContentChangeEvent): TextEdit {
  return { start: rangeOffset, end: rangeOffset + rangeLength, text };
}
