import type { Edit, LiveDocument, Snapshot } from '../core/liveDocument';
import type { Marks, Origin } from '../core/marks';
import { serialiseSidecar } from '../core/sidecar';
import type { EarlierTexts } from '../repo/earlierTexts';
import { wasSaved } from '../repo/sharedSaves';
import { DiskEdits } from './diskEdits';
import type { EditSource } from './editSource';
import { madeHere } from './madeHere';
import type { MarksOnDisk, TextRead } from './marksOnDisk';
import { textOnDisk } from './openDocument';
import { marksSaidOf, type RecordedMarks } from './recordedMarks';
import type { AiSource, RepositoryState } from './repositoryState';

/** Git and other editors write a file and its sidecar a moment apart. */
const ADOPT_DELAY = 200;
/** A file that a program has emptied is about to be filled again. */
const REFILL_DELAY = 2000;
/** Texts that came from disk and went unexplained; the newest ones are remembered. */
const MOST_PASSED = 20;

/** What is asked of the document whose text may come from disk. */
export interface ReadDocument {
  readonly ready: Promise<void>;
  /** Null while its marks are being read. */
  live(): LiveDocument | null;
  text(): string;
  earlier(): EarlierTexts;
  /** The text is no file yet, or only a part of one. */
  isLoose(): boolean;
  /** The text is what stands on disk. */
  isClean(): boolean;
  /** The text turned out to be what stands on disk. */
  foundClean(): void;
  settle(live: LiveDocument, version: number, source: EditSource & { readonly origin: Origin }): void;
  /** What of that version is git's gets git's marks, whatever it was settled as. */
  recall(live: LiveDocument, version: number): void;
  /** Somebody wrote down what this very text is. */
  takeOver(live: LiveDocument, text: string, marks: Marks): void;
  putBack(live: LiveDocument, earlier: Snapshot): void;
  queueSidecar(live: LiveDocument, text: string, read?: TextRead): void;
}

/** The edits of one live document that came from disk, and what git, a sidecar or an earlier text says of them. */
export class TextFromDisk {
  readonly #edits = new DiskEdits();
  /** Versions of which somebody knows who made them. */
  readonly #known = new Set<number>();
  #timer: NodeJS.Timeout | undefined;
  /** Versions whose text had gone before anybody explained it; the text after it was explained. */
  readonly #passed = new Set<number>();
  /** The text may be the file's again, though nobody read it. */
  #mayBeClean = false;
  /** An agent's report says what the newest edit is: what its hook wrote down meanwhile of the same text says no more. */
  #isReported = false;
  /** Something was written while the text was not the file's: what that says of it was not read. */
  #passedOver = false;
  #closed = false;

  constructor(
    private readonly state: RepositoryState,
    private readonly path: string,
    private readonly disk: MarksOnDisk,
    private readonly document: ReadDocument,
  ) {}

  /** Nothing that came from disk, or may be what is there, waits to be looked at. */
  get isExplained(): boolean {
    return this.#edits.size === 0 && !this.#mayBeClean;
  }

  /** As `DiskEdits.add`; it is explained a moment later, unless it is known already. */
  add(version: number, agent: AiSource | null, edits: readonly Edit[] | null, isSame = false): void {
    if (!this.#known.has(version)) this.#edits.add(version, agent, edits, isSame);
    this.soon();
  }

  /** Somebody else has explained that version: an edit that is saved at once looks as if it came from disk. */
  isKnown(version: number): void {
    this.#known.add(version);
    this.#edits.delete(version);
    this.#isReported = !this.isExplained;
  }

  clear(): void {
    this.#edits.clear();
    this.#passed.clear();
  }

  /** An earlier text is back, and with it, perhaps, what nobody explained then: it is what git says of it now. */
  cameBack(live: LiveDocument): void {
    for (const version of this.#passed)
      if (live.placesOf(version).length > 0) this.document.recall(live, version);
  }

  /** Nothing is read from here on. */
  stop(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  /** Looks at what others have written, a moment later. */
  soon(): void {
    clearTimeout(this.#timer);
    if (this.#closed) return;
    const delay = this.document.text() === '' ? REFILL_DELAY : ADOPT_DELAY;
    const failed = (error: Error) => this.state.report(`marks of ${this.path}`, error.message);
    this.#timer = setTimeout(() => void this.adopt().catch(failed), delay);
  }

  /** Others wrote the file's marks, or may have. */
  othersWrote(): void {
    this.#passedOver ||= !this.document.isClean();
    this.soon();
  }

  /** The file is the text, and what others wrote before is written over. */
  saved(): void {
    this.#mayBeClean = false;
    this.#passedOver = false;
  }

  /**
   * The text was edited. `mayBeClean`: a step back or forth, or what looks like a tool, made it as long as the file's, so it may be
   * that again, with what was declared of it meanwhile.
   */
  edited(mayBeClean: boolean): void {
    this.#mayBeClean = mayBeClean;
    this.#isReported = false;
    if (mayBeClean) this.soon();
  }

  /**
   * Text that came from disk is explained by git or by a sidecar that describes exactly this text; what neither
   * explains and is large is of unknown origin.
   */
  async adopt(): Promise<void> {
    const { document, disk } = this;
    const mayBeClean = this.#mayBeClean;
    this.#mayBeClean = false;
    await document.ready;
    await disk.sidecarWritten;
    const live = document.live();
    if (!live || this.#closed || document.isLoose()) return;
    const text = document.text();
    if (!document.isClean()) this.state.keepNames(live.marks().spans.map(({ label }) => label));
    // Nobody need have said that the file was read again, where that looks like keys or only takes text away.
    if (!document.isClean() && (await this.#isOnDisk(text)) && document.text() === text) {
      document.foundClean();
      if (mayBeClean && !this.#passedOver && this.isExplained) {
        document.queueSidecar(live, text);
        return;
      }
    }
    if (document.isClean()) this.#passedOver = false;
    const recorded = document.isClean() ? await this.#saidOf(text) : null;
    // Another window of ours saved it, and has nothing to say of it: it is nobody's.
    const isSaved = recorded === null && (await wasSaved(this.state.repo, this.path, text));
    if (!this.#closed) this.#explain(live, text, recorded, isSaved);
  }

  /** Decides whose the edits are that wait, by what was written down of `text`, if that is the newest one still. */
  #explain(live: LiveDocument, text: string, recorded: RecordedMarks | null, isSaved: boolean): void {
    const { document } = this;
    const isNewest = document.isClean() && document.text() === text;
    const isRead = isNewest && !this.isExplained;
    const isReported = isNewest && this.#isReported;
    const written = isNewest ? recorded : null;
    const isOurs = recorded === null || recorded.sidecar === this.disk.lastWritten;
    const before = isRead ? this.#knownBefore(live, text, isOurs ? null : recorded) : null;
    const isTold = (written !== null && !isReported) || before !== null;

    const edits = this.#edits.all();
    // What the text is now says nothing of those that came and went before it: an undo may bring them back.
    for (const { version, unexplained } of isTold ? edits.splice(0, edits.length - 1) : []) {
      document.settle(live, version, unexplained);
      if (unexplained.origin !== 'tool') this.#hasPassed(version);
    }
    // Our own sidecar says nothing new, but of text that was just read from disk.
    const isNews = !isReported && !before && (!isOurs || !this.isExplained);
    if (written && isNews) document.takeOver(live, text, written.marks);
    for (const { version, unexplained } of edits) {
      const isExplained = isTold || (isSaved && isRead);
      document.settle(live, version, isExplained ? { origin: 'human' } : unexplained);
      if (!isExplained && unexplained.origin !== 'tool') document.recall(live, version);
    }
    if (before) document.putBack(live, before);
    // What was declared of text that stayed is not what they say.
    if (before && written && !isOurs) document.takeOver(live, text, written.marks);

    this.#edits.clear();
    if (isReported) this.#isReported = false;
    const read = isReported || isTold ? {} : { othersSaid: () => this.soon() };
    if (isReported || isRead) document.queueSidecar(live, text, read);
  }

  /**
   * What was on disk before comes with all that is known of its edits, unless `theirs`, what somebody else wrote down of it, says
   * otherwise.
   */
  #knownBefore(live: LiveDocument, text: string, theirs: RecordedMarks | null): Snapshot | null {
    const seen = this.document.earlier().whenSeen(text);
    if (!seen || !theirs) return seen;
    return theirs.sidecar === serialiseSidecar(text, live.marksOf(seen)) ? seen : null;
  }

  #hasPassed(version: number): void {
    this.#passed.add(version);
    const [oldest] = this.#passed;
    if (this.#passed.size > MOST_PASSED) this.#passed.delete(oldest!);
  }

  /** What somebody wrote down of a text; what an agent wrote and committed at once, git explains only later. */
  async #saidOf(text: string): Promise<RecordedMarks | null> {
    const recorded = await marksSaidOf(this.state, this.path, text);
    if (recorded?.sidecar !== null || this.isExplained) return recorded;
    return (await madeHere(this.state, this.path, text, Date.now())) ? null : recorded;
  }

  async #isOnDisk(text: string): Promise<boolean> {
    return (await textOnDisk(this.state.repo.root, this.path)) === text;
  }
}
