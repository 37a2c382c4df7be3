import type { MarkedText } from '../core/agreedMarks';
import { type Edit, LiveDocument, type Snapshot } from '../core/liveDocument';
import {
  isEmpty,
  isSame,
  type Label,
  type Marks,
  NO_MARKS,
  type Origin,
  UNKNOWN_EXTERNAL,
} from '../core/marks';
import { looksLikeTyping, unknownLabel } from '../core/typing';
import { EarlierTexts, type FoundEarlier } from '../repo/earlierTexts';
import { isText } from '../repo/knownTexts';
import { textDigest } from '../repo/text';
import { type AgentEdit, AgentReports, type Explained } from './agentReports';
import { laidOver, type Pasted } from './clipboard';
import type { EditSource, TextHolder } from './editSource';
import { followed } from './followedEdit';
import { inherit } from './inherited';
import { learnedLabels } from './learnedMarks';
import { MarksOnDisk, type TextRead } from './marksOnDisk';
import { openDocument } from './openDocument';
import { PendingEdits } from './pendingEdits';
import { Recalls } from './recalled';
import { Refills } from './refills';
import type { AiSource, RepositoryState } from './repositoryState';
import { TextFromDisk } from './textFromDisk';

/**
 * One live document of a repository: its runs, its journal and its sidecar. Edits that arrive while its marks are
 * still being read wait for them; every method may be called at once.
 */
export class TrackedFile {
  #live: LiveDocument | null = null;
  #waiting: ((live: LiveDocument) => void)[] = [];
  readonly #disk: MarksOnDisk;
  readonly #pending = new PendingEdits((version) => this.#whenLoaded((live) => this.#expire(live, version)));
  #earlier = new EarlierTexts();
  /** The version that another document's text made of an empty one. */
  #filled = -1;
  /** Versions whose text got the marks of the text that it repeats. */
  readonly #repeated = new Set<number>();
  readonly #agents = new AgentReports();
  readonly #refills = new Refills();
  readonly #recalls: Recalls;
  readonly #fromDisk: TextFromDisk;
  #everMarked = false; // nothing to journal before the first mark
  /** The text is what stands on disk, as far as the editor told. */
  #clean = true;
  readonly ready: Promise<void>;

  constructor(
    readonly state: RepositoryState,
    /** Relative to the repository's root, with `/`. */
    readonly path: string,
    private readonly holder: TextHolder,
    /** The text that the first edit speaks of. */
    text: string,
    /** The version of that text; from here on, of the newest one. */
    private version: number,
  ) {
    const live = {
      text: () => holder.text(),
      document: () => this.#live,
      everMarked: () => this.#everMarked,
      earlier: () => this.#earlier.written(),
      isClean: () => this.#clean,
      isSettled: () => this.#pending.size === 0,
      written: () => holder.changed(),
    };
    this.#disk = new MarksOnDisk(state, path, live, this.#unwritten);
    this.#recalls = new Recalls(state, path, live, (document, labels) => {
      this.#disk.setLabels(document, labels);
      this.#afterMarksChanged();
    });
    this.ready = this.#load(text);
    this.#fromDisk = new TextFromDisk(state, path, this.#disk, {
      ready: this.ready,
      live: live.document,
      text: live.text,
      earlier: () => this.#earlier,
      isLoose: () => holder.isLoose === true,
      isClean: live.isClean,
      foundClean: () => {
        this.#clean = true;
      },
      settle: (document, version, source) =>
        this.#settle(document, version, source.origin, this.#labelOf(source)),
      recall: (document, version) => this.#recalls.add(document, version),
      takeOver: (document, newest, marks) => this.#takeOver(document, newest, marks),
      putBack: (document, earlier) => this.#putBack(document, this.version, earlier),
      queueSidecar: (document, newest, read) => this.#queueSidecar(document, newest, read),
    });
  }

  /** The marks of the newest text; none while they are being read. */
  marks(): Marks {
    return this.knownMarks() ?? NO_MARKS;
  }

  /** The same; null while they are being read. */
  knownMarks(): Marks | null {
    return this.#live?.marks() ?? null;
  }

  /** Nothing goes to disk, and nothing is read from there. */
  get #unwritten(): boolean {
    return this.state.restricted || this.holder.isLoose === true;
  }

  /** Hands over the marks as they are after all edits so far, once they are known. */
  read(operation: (marks: Marks) => void): void {
    this.#whenLoaded((live) => operation(live.marks()));
  }

  /**
   * One change event. `edits` are in offsets of the text before, ascending and disjoint; `before` gives that text and is
   * only asked for when it is needed.
   */
  edit(version: number, edits: readonly Edit[], source: EditSource | undefined, before: () => string): void {
    if (edits.length === 0) return;
    const said = source ?? ({ origin: looksLikeTyping(edits) ? 'human' : 'pending' } as const);
    if (said.origin === 'pending') this.#pending.add(version, edits);
    const label = this.#labelOf(said);
    if (this.#live) {
      this.#apply(this.#live, version, edits, said, label, before);
    } else {
      const text = before();
      this.#waiting.push((live) => this.#apply(live, version, edits, said, label, () => text));
    }
  }

  /** What the edit that made `version` turned out to be. */
  settle(version: number, source: EditSource): void {
    const { origin } = source;
    if (origin === 'pending') return;
    const agent = this.state.agentAtWork();
    if (origin === 'external') {
      this.#whenLoaded(() => this.#cameFromDisk(version, agent));
      return;
    }
    this.#agents.forget(version);
    if (origin === 'ai' && source.evidence !== 'inferred') this.#fromDisk.isKnown(version);
    this.#whenLoaded((live) => this.#settle(live, version, origin, this.#labelOf(source)));
  }

  /** The text is the file's after all, and what git or a sidecar says of it counts. */
  #cameFromDisk(version: number, agent: AiSource | null): void {
    if (version === this.#filled) return;
    this.#clean = true;
    const isSame = this.#pending.keepsWords(version);
    this.#pending.delete(version);
    this.#fromDisk.add(version, agent, null, isSame);
  }

  /**
   * A person says that the text in [start, end) carries `label`, or none; the deletion marks in it go with the last of these,
   * and one at `start` does where that is also the end.
   */
  declare(start: number, end: number, label: Label | null): void {
    this.#whenLoaded((live) => {
      this.#disk.startJournal(() => this.holder.text(), live);
      live.declare(start, end, label);
      this.#disk.record({ kind: 'label', start, end, label, isSaid: true });
      this.#afterMarksChanged();
    });
  }

  /** The document was saved with this text: the sidecar follows. In order with the edits around it. */
  saved(text: string): void {
    this.#whenLoaded((live) => {
      this.#clean = true;
      this.#fromDisk.saved();
      this.#queueSidecar(live, text);
    });
  }

  /** An agent's hook tells of an edit; true when the file on disk is its text after it, and the sidecar says so. */
  async agentEdit(edit: AgentEdit): Promise<boolean> {
    await this.ready;
    const explained = this.#agents.reported(edit);
    if (!this.#live || !explained) return false;
    this.#claim(this.#live, explained);
    await this.#disk.sidecarWritten;
    return this.#clean && this.state.isSetUp && textDigest(this.holder.text()) === edit.after;
  }

  #claim(live: LiveDocument, explained: Explained | null): void {
    for (const version of explained?.versions ?? []) {
      this.#fromDisk.isKnown(version);
      this.#settle(live, version, 'ai', this.state.labelFor(explained!.source, new Date()));
    }
  }

  /** More is known of a text that the file had when it was opened, whatever was changed here since. */
  async learn(was: MarkedText): Promise<void> {
    await this.ready;
    const live = this.#live;
    if (!live) return;
    const text = this.holder.text();
    this.#disk.startJournal(() => text, live);
    if (was.text === text) this.#takeOver(live, text, was.marks);
    else this.#disk.setLabels(live, learnedLabels(was, text, live.marks()));
    this.#afterMarksChanged();
  }

  /** A sidecar changed on disk (git, another editor): its marks are taken over when it describes this very text. */
  sidecarChangedOnDisk(): void {
    this.#fromDisk.othersWrote();
  }

  /** There is a new commit: what an AI removes from here on is no draft of its own. */
  committed(): void {
    this.#whenLoaded((live) => {
      live.committed();
      this.#disk.record({ kind: 'commit' });
    });
  }

  /** Writes what a commit hook is about to read. Resolves when it is on disk. */
  async flush(): Promise<void> {
    await this.ready;
    for (const version of this.#pending.withoutNote())
      this.#whenLoaded((live) => this.#expire(live, version));
    if (!this.#fromDisk.isExplained) await this.#fromDisk.adopt();
    await this.#recalls.done;
    this.committed();
    if (this.#clean && this.#everMarked) await this.writeSidecar();
    await this.#disk.flushJournal();
  }

  /** Brings the sidecar to what the text says now, when the text is the file's and nobody has put another one there since. */
  async writeSidecar(): Promise<void> {
    await this.ready;
    if (this.#live && this.#clean) this.#queueSidecar(this.#live, this.holder.text(), {});
    await this.#disk.sidecarWritten;
  }

  #queueSidecar(live: LiveDocument, text: string, read?: TextRead): void {
    this.#earlier.isOnDisk(live, text, this.version);
    this.#disk.record({ kind: 'saved' });
    this.#disk.queueSidecar(text, live.marks(), read);
  }

  /** The document was closed. Unsaved text is gone with it; in a repository not set up the journal stays. */
  async close(): Promise<void> {
    await this.suspend();
    if (this.state.isSetUp) await this.#disk.removeJournal();
  }

  /** The server stops: what is unsaved stays in the journal for the next one. */
  async suspend(): Promise<void> {
    await this.ready;
    if (!this.#fromDisk.isExplained) await this.#fromDisk.adopt();
    await this.#recalls.done;
    this.#fromDisk.stop();
    this.#pending.stop();
    await this.#disk.sidecarWritten;
    await this.#disk.flushJournal();
  }

  async #load(text: string): Promise<void> {
    const live = await this.#open(text).catch((error) => {
      const problem = `The marks of ${this.path} could not be read: ${(error as Error).message}`;
      this.state.report(`marks of ${this.path}`, problem);
      return new LiveDocument(text.length, NO_MARKS);
    });
    this.#live = live;
    if (this.#clean) this.#earlier.isOnDisk(live, text, this.version);
    this.#everMarked ||= !isEmpty(live.marks());
    for (const operation of this.#waiting.splice(0)) operation(live);
    this.holder.changed();
  }

  /** The document's runs; a journal that they come from is continued here, and the old ones go. */
  async #open(text: string): Promise<LiveDocument> {
    if (this.holder.isLoose) return new LiveDocument(text.length, NO_MARKS);
    const { document, ...opened } = await openDocument(this.state, this.path, text, this.version);
    if (this.#unwritten) return document;
    if (!opened.isOnDisk) this.#clean = false;
    this.#earlier = opened.earlier;
    const { journal, fromJournal, isResumed = false, isTold = false, isRecounted } = opened;
    if (journal) this.#disk.continueJournal(journal);
    if (fromJournal) for (const version of document.pendingVersions()) this.#expire(document, version);
    if (isRecounted) document.forgetVersions();
    if (fromJournal || isResumed) {
      this.#everMarked = true;
      this.#disk.startJournal(() => text, document);
      await (fromJournal ? this.#disk.flushJournal() : this.#disk.restJournal());
    }
    if (!fromJournal && !isTold && isEmpty(document.marks())) await this.#inherit(document, text);
    await this.#disk.discardOldJournals();
    return document;
  }

  async #inherit(document: LiveDocument, text: string): Promise<void> {
    const isOnDisk = await inherit(document, this.state, this.path, text, this.holder);
    if (isOnDisk === null) return;
    this.#everMarked = true;
    this.#clean = isOnDisk;
    if (this.state.isSetUp && this.#clean) this.#disk.queueSidecar(text, document.marks());
    else this.#disk.startJournal(() => text, document);
  }

  #whenLoaded(operation: (live: LiveDocument) => void): void {
    if (this.#live) operation(this.#live);
    else this.#waiting.push(operation);
  }

  #labelOf(source: EditSource): Label | null {
    return source.origin === 'ai' ? this.state.labelFor(source, new Date()) : null;
  }

  #apply(
    live: LiveDocument,
    version: number,
    changes: readonly Edit[],
    source: EditSource,
    label: Label | null,
    textBefore: () => string,
  ): void {
    const refill = this.#refills.refill(live, changes, source, textBefore);
    if (refill) this.#disk.restartJournal(refill.text, live);
    const given = refill?.edits ?? changes;
    const before = refill ? () => refill.text : textBefore;
    // Text from outside the editor is the file's, also when it takes the place of unsaved text.
    this.#clean = source.origin === 'external';
    const from = { holder: this.holder, state: this.state };
    const { batch, isPlain, repeated, brought } = followed(version, given, source, label, before, live, from);
    const { origin, edits } = batch;
    if (!isPlain) this.#everMarked = true;
    if (this.#everMarked) this.#disk.startJournal(before, live);
    const goesOn = this.#earlier.willEdit(live, batch, before, Date.now());
    this.version = version;
    let returned: number | null;
    try {
      returned = live.apply(batch, before);
    } catch (error) {
      this.#resynchronise(error as Error);
      return;
    }
    this.#disk.recordEdit(batch, returned, goesOn);
    const mayBeClean = returned !== null || origin === 'tool';
    this.#fromDisk.edited(mayBeClean && live.length === this.#earlier.lengthOnDisk);
    if (returned !== null) this.#fromDisk.cameBack(live);
    if (repeated?.spans.length) this.#repeated.add(version);
    this.#brought(live, version, origin, brought);
    if (repeated?.all) this.#pending.repeats(version);
    this.#disk.setLabels(live, repeated?.spans ?? []);
    if (source.origin === 'external') this.#fromDisk.add(version, this.state.agentAtWork(), edits);
    if (origin === 'pending') this.#claim(live, this.#agents.changed(version, before(), edits));
    if (origin === 'pending' || origin === 'tool' || source.evidence === 'inferred') {
      const canWait = source.origin === 'pending' && source.undoRedo !== 'restore';
      this.#lookBack(live, version, this.#earlier.find(edits, before), canWait);
    }
    this.holder.changed();
  }

  /**
   * Text that is what it was at an earlier moment is so again, with what was known of it: at once where it was put back or
   * came from disk, or all of it was replaced; otherwise an acceptance may still claim it.
   */
  #lookBack(live: LiveDocument, version: number, found: FoundEarlier | null, canWait: boolean): void {
    if (!found) return;
    if (canWait && !found.isAll) this.#pending.isEarlierText(version, found.snapshot);
    else this.#putBack(live, version, found.snapshot);
  }

  #putBack(live: LiveDocument, version: number, earlier: Snapshot): void {
    this.#pending.delete(version);
    live.putBack(earlier);
    this.#disk.recordMarks(live, true);
    this.#fromDisk.cameBack(live);
    this.#afterMarksChanged();
  }

  /** The sender's text is not ours: what is known of the text as it is now is read anew. */
  #resynchronise(error: Error): void {
    this.state.report(`marks of ${this.path}`, `The marks of ${this.path} were read anew: ${error.message}`);
    this.#live = null;
    this.#earlier = new EarlierTexts();
    this.#pending.clear();
    this.#fromDisk.clear();
    // Once the edit in progress has reached the text.
    queueMicrotask(() => void this.#load(this.holder.text()));
  }

  /** Text copied inside the editor keeps its marks; other large pastes are of unknown origin. */
  #brought(live: LiveDocument, version: number, origin: Origin | 'pending', brought: Pasted | null): void {
    if (!brought) return;
    for (const contribution of brought.contributions) this.state.adopt(contribution);
    this.#disk.setLabels(live, laidOver(brought, live));
    if (origin !== 'paste') this.#filled = version;
    const unknown = brought.foreign ? unknownLabel('paste', live.insertedBy(version)) : null;
    if (unknown || origin !== 'paste') this.#settle(live, version, unknown ? 'paste' : 'tool', unknown);
  }

  #settle(live: LiveDocument, version: number, origin: Origin, label: Label | null): void {
    this.#pending.delete(version);
    const settled = label ?? unknownLabel(origin, live.insertedBy(version));
    const isRecorded = live.settle(version, origin, settled);
    if (isRecorded) {
      this.#disk.recordSettled({ kind: 'settle', version, origin, label: settled }, live);
      this.#learned(live, version);
    }
    if (settled === null || (isRecorded && !(origin === 'ai' && this.#repeated.has(version)))) return;
    // It looked like typing and was told as such: an accepted completion of a character or two, or a removal.
    this.#disk.startJournal(() => this.holder.text(), live);
    if (!isRecorded && origin === 'ai' && live.claimRemoval(version, settled))
      this.#disk.recordSettled({ kind: 'settle', version, origin, label: settled }, live);
    live.claimText(version, settled, this.#earlier.snapshots);
    this.#disk.recordSettled({ kind: 'claim', version, label: settled }, live);
    this.#learned(live, version);
  }

  /** What is learned of an edit that was saved belongs to the file too, whatever is unsaved now. */
  #learned(live: LiveDocument, version: number): void {
    this.#afterMarksChanged();
    const saved = this.#earlier.onDisk;
    const isShown = this.#clean && this.#fromDisk.isExplained;
    if (isShown || !saved || version > saved.version) return;
    this.#disk.queueSidecarOfFile((text) => isText(saved, text), live.marksOf(saved.snapshot));
  }

  #afterMarksChanged(): void {
    this.#everMarked = true;
    this.holder.changed();
    // What git may have written beside text from disk is read first.
    if (this.#clean && this.#fromDisk.isExplained) void this.writeSidecar();
  }

  /** Nobody explained the edit: the last rules of the table decide. */
  #expire(live: LiveDocument, version: number): void {
    const decided = this.#pending.decide(version, live.insertedBy(version), version === this.version);
    if (typeof decided === 'string') {
      this.#settle(live, version, decided, decided === 'external' ? UNKNOWN_EXTERNAL : null);
      if (decided === 'external') this.#recalls.add(live, version);
    } else this.#putBack(live, version, decided);
  }

  #takeOver(live: LiveDocument, text: string, marks: Marks): void {
    if (!isSame(marks, live.marks())) {
      live.replaceMarks(marks);
      this.#everMarked = true;
      this.#disk.recordMarks(live, false);
      this.holder.changed();
    }
    this.#earlier.isOnDisk(live, text, this.version);
  }
}
