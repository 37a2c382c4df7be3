import type { EditBatch, LiveDocument } from '../core/liveDocument';
import { type Marks, type Span, UNKNOWN_EXTERNAL } from '../core/marks';
import type { EarlierStates } from '../repo/earlierTexts';
import { Journal, type JournalEvent } from '../repo/journal';
import { journalFolder } from '../repo/journalFiles';
import { discardJournals, type Recovered } from '../repo/recoveredJournals';
import { noteSave } from '../repo/sharedSaves';
import type { Laid } from './clipboard';
import { isReplaced, textOnDisk } from './openDocument';
import { sidecarMarks } from './recordedMarks';
import type { RepositoryState } from './repositoryState';
import { SidecarWriter } from './sidecarWriter';

/** What is asked of the live document whose marks go to disk. */
export interface LiveMarks {
  text(): string;
  /** Null while its marks are being read. */
  document(): LiveDocument | null;
  /** There were marks at some time. */
  everMarked(): boolean;
  /** The text is what stands on disk. */
  isClean(): boolean;
  /** The texts that the document had. */
  earlier(): EarlierStates;
  /** Nothing waits to be decided, or to be done again. */
  isSettled(): boolean;
  /** Something was written, or could not be. */
  written(): void;
}

/** A text that was read from disk. */
export interface TextRead {
  /** Whoever wrote it may have said what it is meanwhile: that stays, and this is told. */
  readonly othersSaid?: () => void;
}

/** What one live document leaves on disk: its journal, for a crash, and its sidecar. */
export class MarksOnDisk {
  readonly #journal: Journal;
  readonly #sidecar: SidecarWriter;
  #writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly state: RepositoryState,
    private readonly path: string,
    private readonly live: LiveMarks,
    /** Nothing is written. */
    private readonly isUnwritten: boolean,
  ) {
    this.#journal = new Journal(journalFolder(state.repo.gitDir), path, (error) =>
      state.report(
        `journal of ${path}`,
        error && `The journal of ${path} cannot be written: ${error.message}.`,
      ),
    );
    this.#sidecar = new SidecarWriter(state, path);
  }

  /** The sidecar written last; null when there was none. */
  get lastWritten(): string | null {
    return this.#sidecar.lastWritten;
  }

  /** Resolves when the sidecars that were asked for so far are on disk. */
  get sidecarWritten(): Promise<void> {
    return this.#writing;
  }

  /** Begins the journal, if it has not begun. */
  startJournal(text: () => string, document: LiveDocument): void {
    if (!this.#journal.started && !this.isUnwritten) this.#start(text(), document);
  }

  /** Goes on with the journal of a server that ended. */
  continueJournal(journal: Recovered): void {
    if (!this.isUnwritten) this.#journal.continue(journal);
  }

  /** The tree holds the marks: the journal is for what can be undone. */
  restJournal(): Promise<void> {
    return this.#journal.rest();
  }

  /** Begins the journal anew, if it has begun: the marks are others than what followed from its events. */
  restartJournal(text: string, document: LiveDocument): void {
    if (this.#journal.started) this.#start(text, document);
  }

  #start(text: string, document: LiveDocument): void {
    this.#journal.start(text, document, this.live.earlier());
  }

  flushJournal(): Promise<void> {
    return this.#journal.flush();
  }

  removeJournal(): Promise<void> {
    return this.#journal.remove();
  }

  /** Removes what servers that ended have left of this document. */
  discardOldJournals(): Promise<void> {
    return discardJournals(journalFolder(this.state.repo.gitDir), this.path, this.#journal);
  }

  record(event: JournalEvent): void {
    if (!this.#journal.started) return;
    this.#journal.append(event);
    if (this.#journal.isLong) this.#startAnew(() => this.#journal.isLong);
  }

  /** All marks of the text of now are others than what followed from the edits; `isEarlier`: those that this text had once. */
  recordMarks(document: LiveDocument, isEarlier: boolean): void {
    this.record({ kind: 'marks', marks: document.marks(), isEarlier });
  }

  /** What is learned of an edit: where the journal does not know it, all is written down anew. */
  recordSettled(event: JournalEvent & { kind: 'settle' | 'claim' }, document: LiveDocument): void {
    if (this.#journal.holds(event.version)) this.record(event);
    else this.restartJournal(this.live.text(), document);
  }

  /** Gives places of the document their labels, in order. */
  setLabels(document: LiveDocument, places: readonly Laid[]): void {
    for (const { start, end, label } of places) {
      document.setLabel(start, end, label);
      this.record({ kind: 'label', start, end, label });
    }
  }

  /**
   * `returned` is the oldest version that an undo or redo takes back or repeats: text of one that the journal does not know
   * would come back without its marks when the journal is read. `goesOn`: see `EarlierTexts.willEdit`.
   */
  recordEdit(batch: EditBatch, returned: number | null, goesOn: boolean): void {
    const edits = batch.edits.map(({ start, end, text }) => ({ start, end, text }));
    this.record({ kind: 'edit', ...batch, edits, ...(goesOn ? { goesOn } : {}) });
    const isText = edits.some(({ text }) => text !== '');
    if (returned === null || !isText || !this.#journal.started || this.#journal.holds(returned)) return;
    this.#startAnew(() => true);
  }

  /** The snapshot is taken after the edit in progress has reached the text. */
  #startAnew(isStillWanted: () => boolean): void {
    queueMicrotask(() => {
      const document = this.live.document();
      if (document && this.#journal.started && isStillWanted()) this.#start(this.live.text(), document);
    });
  }

  /**
   * Writes the sidecar of a text that was saved. What is typed while this waits for the disk is another text. Where `read` is
   * given, the text was only read: it has none where git, or somebody else, has put another text in its place meanwhile.
   */
  queueSidecar(text: string, marks: Marks, read?: TextRead): void {
    if (this.isUnwritten) return;
    this.#queue(async () => {
      if (read && this.state.isSetUp && (await isReplaced(this.state.repo.root, this.path, text))) return;
      const { othersSaid } = read ?? {};
      if (othersSaid && this.state.isSetUp && (await this.#othersSaidMore(text, marks))) othersSaid();
      else await this.#write(text, marks);
      // Other windows need not ask whose it is, now that its sidecar is there, if it has one.
      if (!othersSaid && this.state.isSetUp) await noteSave(this.state.repo, this.path, text);
    });
  }

  /** There is a sidecar for exactly this text that is not ours, and that knows at least as much. */
  async #othersSaidMore(text: string, { spans }: Marks): Promise<boolean> {
    const theirs = await sidecarMarks(this.state.repo, this.path, text);
    if (!theirs || theirs.sidecar === this.lastWritten) return false;
    const isUnknown = ({ label }: Span) => label === UNKNOWN_EXTERNAL;
    return spans.some(isUnknown) || !theirs.marks.spans.some(isUnknown);
  }

  /**
   * More is known of the text that the file holds, while the editor holds another one that is not saved. `isText` tells
   * whether what the file says is that text.
   */
  queueSidecarOfFile(isText: (text: string) => boolean, marks: Marks): void {
    if (this.isUnwritten || !this.state.isSetUp) return;
    this.#queue(async () => {
      const text = await textOnDisk(this.state.repo.root, this.path);
      if (text !== null && isText(text)) await this.#sidecar.write(text, marks, true);
    });
  }

  #queue(write: () => Promise<void>): void {
    this.#writing = this.#writing
      .then(write)
      .then(() => this.state.report(`sidecar of ${this.path}`, null))
      .catch((error) => this.state.report(`sidecar of ${this.path}`, (error as Error).message))
      .then(() => this.live.written());
  }

  async #write(text: string, marks: Marks): Promise<void> {
    if (!this.state.isSetUp) {
      const document = this.live.text() === text ? this.live.document() : null;
      if (document && this.live.everMarked() && this.live.isClean()) this.#start(text, document);
      await this.#journal.flush();
      return;
    }
    await this.#sidecar.write(text, marks, this.live.everMarked());
    // What the tree holds now needs no journal, unless something is still undecided or was typed meanwhile.
    const isWritten = this.live.isClean() && this.live.isSettled() && this.live.text() === text;
    await (isWritten ? this.#journal.rest() : this.#journal.flush());
    await this.discardOldJournals();
  }
}
