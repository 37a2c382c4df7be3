import { fileURLToPath } from 'node:url';
import type { TextDocumentContentChangeEvent } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { AgentEditRequest } from '../core/editorMessages';
import { MAX_TRACKED_CHARACTERS } from '../core/limits';
import type { Edit } from '../core/liveDocument';
import type { Span } from '../core/marks';
import { Copies, type MarkedText } from '../engine/copies';
import type { EditSource, TextHolder } from '../engine/editSource';
import type { OpenFile } from '../engine/outsideChanges';
import type { Located, Repositories } from '../engine/repositories';
import type { RepositoryState } from '../engine/repositoryState';
import { TrackedFile } from '../engine/trackedFile';
import type { CopiedParams, EditOriginParams, Range, SettleOriginParams, Tracking } from '../protocol';
import { whyNotTracked } from '../repo/text';
import { ignoredPaths } from '../repo/workingState';
import { ReadText } from './readText';

/** An open document: its text, and the file that follows its marks where there is one. */
export interface OpenDocument {
  readonly uri: string;
  readonly document: TextDocument;
  file: TrackedFile | null;
  /** What follows a document that is no file, or only a part of one: shown, and kept nowhere. */
  loose: TrackedFile | null;
  tracking: Tracking;
  /** Resolves when it is known whether, and as what, the document is followed. */
  located: Promise<void>;
  /** What it has read from its file. */
  readonly read: ReadText;
  /** True since the last publication when only keys were typed: the client's own decorations moved along. */
  onlyTyped: boolean;
}

interface Removed {
  readonly version: number;
  /** In the text before, as are `places`; in document order. */
  readonly ranges: readonly Range[];
  readonly places: readonly { readonly start: number; readonly end: number }[];
  readonly text: string;
  readonly spans: readonly Span[];
}

interface Entry extends OpenDocument {
  /** What the client said of changes that have not arrived yet. */
  readonly origins: Map<number, EditOriginParams>;
  /** What went with the newest change, if it only took text away: a cut tells of itself after it. */
  removed: Removed | null;
  /** Edits that came before the repository was known; null once it is known, or that nothing follows them. */
  waiting: ((file: TrackedFile) => void)[] | null;
}

/** The open documents of a client, kept in step with it. */
export class Documents {
  readonly #entries = new Map<string, Entry>();
  /** By URI: what was open a moment ago, and is still being written. */
  readonly #closing = new Map<string, Promise<void>>();
  readonly copies = new Copies();

  constructor(
    private readonly repositories: Repositories,
    private readonly onChanged: (document: OpenDocument) => void,
    /** A file is about to be followed: resolves when its marks on disk are up to date. */
    private readonly isOpening: (file: Located) => Promise<void> = async () => {},
  ) {}

  get(uri: string): OpenDocument | undefined {
    return this.#entries.get(uri);
  }

  all(): OpenDocument[] {
    return [...this.#entries.values()];
  }

  /** The open document of a file, for whoever watches what others do to files. */
  openFile(state: RepositoryState, path: string): OpenFile | undefined {
    const entry = this.all().find(({ file }) => file?.state === state && file.path === path);
    const file = entry?.file;
    if (!entry || !file) return undefined;
    return {
      opened: () => entry.read.opened(() => entry.document.getText()),
      learn: (marks) => {
        const text = entry.read.opened(() => entry.document.getText());
        entry.read.isKnown();
        if (marks && text !== null) void file.learn({ text, marks });
      },
    };
  }

  open(uri: string, languageId: string, version: number, text: string): void {
    const document = TextDocument.create(uri, languageId, version, text);
    const entry: Entry = {
      uri,
      document,
      file: null,
      loose: null,
      tracking: { state: 'off', reason: 'Taggant is still reading the marks of this file.' },
      located: Promise.resolve(),
      read: new ReadText(version, Date.now()),
      onlyTyped: false,
      origins: new Map(),
      removed: null,
      waiting: [],
    };
    this.#entries.set(uri, entry);
    entry.located = this.#locate(entry, text, version);
  }

  /** Applies one change event, in LSP's order: each change speaks of the text that the one before it left. */
  change(uri: string, version: number, changes: readonly TextDocumentContentChangeEvent[]): void {
    const entry = this.#entries.get(uri);
    if (!entry) return;
    const source = entry.origins.get(version);
    entry.origins.delete(version);
    entry.read.willEdit(entry.document.getText(), Date.now());
    if (source?.origin === 'external') entry.read.isOnDisk(version, true);
    for (const batch of batches(entry.document, changes)) {
      const text = entry.document.getText();
      const edits = batch.map((change) => toEdit(entry.document, change)).reverse();
      this.#noticeRemoval(entry, version, text, edits);
      TextDocument.update(entry.document, [...batch], version);
      entry.onlyTyped &&= (source?.origin ?? 'human') === 'human' && !source?.undoRedo && edits.every(isKey);
      this.#tell(entry, (file) => file.edit(version, edits, source, () => text));
    }
    this.#stopOutgrown(entry);
  }

  /** Text that has become too much to follow keeps what is written of it so far. */
  #stopOutgrown(entry: Entry): void {
    const file = entry.file ?? entry.loose;
    if (!file || entry.document.getText().length <= MAX_TRACKED_CHARACTERS) return;
    [entry.file, entry.loose] = [null, null];
    entry.tracking = { state: 'off', reason: TOO_LARGE };
    void file.close().catch(() => {});
    this.onChanged(entry);
  }

  /** Said just before the change that makes `version`. */
  editOrigin(params: EditOriginParams): void {
    const origins = this.#entries.get(params.uri)?.origins;
    // A change that never came leaves nothing behind for long.
    if (origins && origins.size > 100) origins.clear();
    origins?.set(params.version, params);
  }

  settleOrigin(params: SettleOriginParams): void {
    const entry = this.#entries.get(params.uri);
    if (!entry) return;
    if (params.origin === 'external') entry.read.isOnDisk(params.version, true);
    this.#tell(entry, (file) => file.settle(params.version, params as EditSource));
  }

  /** Remembers text that was copied, with the marks it has. */
  copied({ uri, version, ranges }: CopiedParams): void {
    const entry = this.#entries.get(uri);
    if (!entry || entry.document.version !== version) return;
    const { document, removed } = entry;
    const text = document.getText();
    const places = ranges
      .map(({ start, end }) => ({ start: document.offsetAt(start), end: document.offsetAt(end) }))
      .sort((a, b) => a.start - b.start);
    this.#tell(entry, (file) =>
      file.read(({ spans }) => this.copies.copied(text, spans, places, file.state)),
    );
    // The editor tells of a cut only afterwards; or what stands there now was copied: a paste says which of the two it was.
    if (removed?.version !== version || !areCut(removed.ranges, ranges)) return;
    this.#tell(entry, ({ state }) => this.copies.copied(removed.text, removed.spans, removed.places, state));
  }

  #noticeRemoval(entry: Entry, version: number, text: string, edits: readonly Edit[]): void {
    entry.removed = null;
    if (edits.some((edit) => edit.text !== '' || edit.removed.length < 2)) return;
    const file = entry.file ?? entry.loose;
    const { document } = entry;
    entry.removed = {
      version,
      text,
      places: edits,
      ranges: edits.map(({ start, end }) => ({
        start: document.positionAt(start),
        end: document.positionAt(end),
      })),
      spans: file?.marks().spans ?? [],
    };
  }

  /** Open documents of texts that carry marks, but for one: text may be dragged from them. */
  #otherTexts(entry: Entry): MarkedText[] {
    return this.all().flatMap((open) => (open.uri === entry.uri ? [] : (markedText(open) ?? [])));
  }

  /** Waits for the documents that were opened before this one; those opened later may be waiting for it. */
  async #othersRead(entry: Entry): Promise<void> {
    const open = [...this.#entries.values()];
    // None, when it has been closed already.
    for (const other of open.slice(0, Math.max(0, open.indexOf(entry)))) {
      await other.located;
      await (other.file ?? other.loose)?.ready;
    }
  }

  saved(uri: string): void {
    const entry = this.#entries.get(uri);
    if (!entry) return;
    const text = entry.document.getText();
    entry.read.isOnDisk(entry.document.version, false);
    this.#tell(entry, (file) => file.saved(text));
  }

  /** An agent's hook reports edits; answers the files whose sidecars are up to date with them. */
  async agentEdit(state: RepositoryState, request: AgentEditRequest): Promise<string[]> {
    const { agent: tool, model, session } = request;
    const source = {
      tool,
      evidence: 'hook',
      ...(model ? { model } : {}),
      ...(session ? { session } : {}),
    } as const;
    const settled = request.files.map(async ({ path, ...edit }) => {
      const file = this.all().find((entry) => entry.file?.state === state && entry.file.path === path)?.file;
      return (await file?.agentEdit({ ...edit, source })) ? [path] : [];
    });
    return (await Promise.all(settled)).flat();
  }

  async close(uri: string): Promise<void> {
    const entry = this.#entries.get(uri);
    if (!entry) return;
    this.#entries.delete(uri);
    const closing = entry.located.then(() => this.#leave(entry));
    this.#closing.set(uri, closing);
    await closing;
    if (this.#closing.get(uri) === closing) this.#closing.delete(uri);
  }

  async #leave(entry: Entry): Promise<void> {
    const file = entry.file ?? entry.loose;
    await file?.ready;
    const text = markedText(entry);
    if (text) this.copies.closed(text);
    await file?.close();
  }

  /** The server stops: everything that is still in memory goes to disk. */
  async suspend(): Promise<void> {
    await Promise.all([...this.#closing.values(), ...this.all().map(({ file }) => file?.suspend())]);
  }

  /** A repository was set up, or is no longer: documents of it are told so. */
  refreshTracking(): void {
    for (const entry of this.#entries.values()) {
      if (entry.file) entry.tracking = trackingOf(entry.file);
    }
  }

  #tell(entry: Entry, operation: (file: TrackedFile) => void): void {
    const file = entry.file ?? entry.loose;
    if (file) operation(file);
    else entry.waiting?.push(operation);
  }

  #holder(entry: Entry): TextHolder {
    return {
      text: () => entry.document.getText(),
      changed: () => this.onChanged(entry),
      copyOf: (pasted, into) => this.copies.find(pasted, into, () => this.#otherTexts(entry)),
    };
  }

  /** A text without a file shows its marks, and hands them to the file that it is saved as. */
  async #followLoosely(entry: Entry, text: string, version: number): Promise<void> {
    const isCell = entry.uri.startsWith('vscode-notebook-cell:');
    entry.tracking = { state: 'off', reason: isCell ? CELL : UNSAVED };
    const [state] = await this.repositories.all();
    if (!state || state.refusal !== null || whyNotTracked(text) !== null) return;
    entry.loose = new TrackedFile(state, entry.uri, { ...this.#holder(entry), isLoose: true }, text, version);
    this.#catchUp(entry, entry.loose);
  }

  #catchUp(entry: Entry, file: TrackedFile): void {
    for (const operation of entry.waiting?.splice(0) ?? []) operation(file);
    this.#stopOutgrown(entry);
  }

  async #locate(entry: Entry, text: string, version: number): Promise<void> {
    try {
      // Opened again at once: what is known of it is on disk only then.
      await this.#closing.get(entry.uri);
      if (!entry.uri.startsWith('file:')) {
        await this.#followLoosely(entry, text, version);
        return;
      }
      const why = whyNotTracked(text);
      if (why !== null) {
        entry.tracking = { state: 'off', reason: why === 'binary' ? BINARY : TOO_LARGE };
        return;
      }
      const located = await this.repositories.locate(fileURLToPath(entry.uri));
      if (!located) {
        entry.tracking = { state: 'off', reason: 'Files of Git and of Taggant itself carry no marks.' };
        return;
      }
      if (located.state.refusal !== null) {
        entry.tracking = { state: 'off', reason: located.state.refusal };
        return;
      }
      if ((await ignoredBy(located.state, located.path)) === true) {
        entry.tracking = { state: 'off', reason: 'Git ignores this file, so it carries no marks.' };
        return;
      }
      const sameText = (same: string) => this.copies.sameText(same, () => this.#otherTexts(entry));
      const othersRead = () => this.#othersRead(entry);
      // What has happened here since is the editor's own doing.
      if (entry.waiting?.length === 0) await this.isOpening(located);
      // *Save As* fills it with the text of another document.
      if (text === '') await othersRead();
      const holder = { ...this.#holder(entry), sameText, othersRead };
      const file = new TrackedFile(located.state, located.path, holder, text, version);
      entry.file = file;
      entry.tracking = trackingOf(file);
      this.#catchUp(entry, file);
    } catch (error) {
      entry.tracking = { state: 'off', reason: (error as Error).message };
    } finally {
      entry.waiting = null;
      this.onChanged(entry);
    }
  }
}

/** True when what was copied is what went; of a whole line, its end goes too, which is not told. */
function areCut(removed: readonly Range[], copied: readonly Range[]): boolean {
  const sorted = [...copied].sort(
    (a, b) => a.start.line - b.start.line || a.start.character - b.start.character,
  );
  return (
    sorted.length === removed.length &&
    removed.every(({ start, end }, i) => {
      const other = sorted[i]!;
      const ends =
        end.line === other.end.line
          ? end.character === other.end.character
          : end.line === other.end.line + 1 && end.character === 0;
      return ends && start.line === other.start.line && start.character === other.start.character;
    })
  );
}

const TOO_LARGE = `This file is larger than ${MAX_TRACKED_CHARACTERS / 1_000_000} million characters, too large to follow.`;
const BINARY = 'This file is binary, as Git sees it: it has a NUL at its beginning, so it carries no marks.';
const UNSAVED = 'This document is not a file yet: save it to keep marks.';
const CELL =
  'Cells of notebooks are parts of a JSON file: their marks are shown while the notebook is open, and not kept.';

/** Null where it is not followed, or not read yet. */
function markedText({ file, loose, document }: OpenDocument): MarkedText | null {
  const followed = file ?? loose;
  const marks = followed?.knownMarks();
  return followed && marks ? { text: document.getText(), spans: marks.spans, state: followed.state } : null;
}

/** Null where git may not be asked. */
async function ignoredBy({ repo, restricted }: RepositoryState, path: string): Promise<boolean | null> {
  return restricted ? null : (await ignoredPaths(repo, [path])).has(path);
}

function trackingOf(file: TrackedFile): Tracking {
  return file.state.isSetUp ? { state: 'tracked' } : { state: 'not-set-up' };
}

type Change = TextDocumentContentChangeEvent;

/**
 * VS Code reports one event's changes from the end of the text to its start: together they are one batch of edits in
 * offsets of the text before. A client that reports them in another order gets one batch for each.
 */
function batches(document: TextDocument, changes: readonly Change[]): Change[][] {
  const starts = changes.map((change) => ('range' in change ? document.offsetAt(change.range.start) : 0));
  const descending = changes.every((change, i) => {
    if (i === 0) return true;
    return 'range' in change && document.offsetAt(change.range.end) <= starts[i - 1]!;
  });
  return descending ? [[...changes]] : changes.map((change) => [change]);
}

function toEdit(document: TextDocument, change: Change): Edit {
  if (!('range' in change)) {
    const removed = document.getText();
    return { start: 0, end: removed.length, text: change.text, removed };
  }
  const [start, end] = [document.offsetAt(change.range.start), document.offsetAt(change.range.end)];
  return { start, end, text: change.text, removed: document.getText(change.range) };
}

function isKey({ text, removed }: Edit): boolean {
  return text.length <= 2 && removed.length <= 1;
}
