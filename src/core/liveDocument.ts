/**
 * A document while it is edited: every character belongs to an insertion, or to the text that was there before.
 * All offsets are UTF-16, 0-based, end exclusive, line terminators included as they stand in the document.
 */
import { type Attribution, attribute } from './attribution';
import { carriedThrough, Deletions, type LiveDeletion } from './deletions';
import { type Edit, inverse, trimmed } from './edits';
import {
  type InsertedText,
  type InsertionKind,
  Insertions,
  type InsertionsState,
  NO_RECORD,
} from './insertions';
import type { Deletion, Label, Marks, Origin } from './marks';
import { relabelled } from './relabelled';
import { changeOf, type Removal, removalsOf, withoutMoved } from './removals';
import { marksOfRuns, placesOfRuns } from './runMarks';
import { appendRun, lengthOfRuns, type RunList, Runs } from './runs';
import { saidBeside, sayAgain } from './saidText';
import { exchange } from './stayedText';
import {
  type HistoryBatch,
  type HistoryState,
  overwritten,
  pathOf,
  type Replacement,
  restoreRuns,
  UndoHistory,
} from './undoHistory';

const NO_RUNS: RunList = [];
/** Of a step back or forth that fits nothing in the history: nobody claims it. */
const NO_VERSION = -1;
const NO_DELETIONS: readonly LiveDeletion[] = [];

export type { Edit } from './edits';
export type { InsertedText } from './insertions';

/** The edits of one change event. */
export interface EditBatch {
  /** The document's version after the change; the name by which the batch can be settled. */
  readonly version: number;
  /** In order, disjoint; offsets into the text before the batch. */
  readonly edits: readonly Edit[];
  readonly origin: Origin | 'pending';
  readonly label: Label | null;
  /** `restore`: something else than the editor's undo puts earlier text back. */
  readonly undoRedo?: 'undo' | 'redo' | 'restore';
  /** All that the edits put there is from elsewhere, whose it is is said after; where it says what was there, too. */
  readonly isWhole?: boolean;
}

/** What each character of a text belongs to; later settling counts for it too. */
export interface Snapshot {
  runs: RunList;
  readonly deletions: readonly LiveDeletion[];
  /** The newest batch when that was the text; null when there was none, or the text was never in the document. */
  readonly newest: HistoryBatch | null;
}

/** A document as plain JSON: what it was, is, and can become again. */
export interface DocumentState {
  readonly runs: RunList;
  readonly insertions: InsertionsState;
  readonly history: HistoryState;
  readonly deletions: readonly LiveDeletion[];
  /** The last number that was given to a deletion mark. */
  readonly lastDeletion: number;
}

/** A snapshot as plain JSON; the batch by its place on the history's path, -1 for none. */
export interface SnapshotState extends Omit<Snapshot, 'newest'> {
  readonly newest: number;
}

export class LiveDocument {
  #runs: Runs;
  #insertions = new Insertions();
  #history = new UndoHistory();
  readonly #deletions = new Deletions();
  readonly #isSaid = (insertion: number) => this.#insertions.isSaid(insertion);

  /** A document of `length` UTF-16 units with the marks it has so far. Throws a RangeError when these do not fit the length. */
  constructor(length: number, marks: Marks) {
    const { runs, deletions } = this.snapshotOf(length, marks);
    this.#runs = new Runs(runs);
    this.#deletions.add(deletions, length);
  }

  /** All that is known of the document, and of these states of it, to be written down at once: nothing is copied. */
  state(snapshots: readonly Snapshot[] = []): { document: DocumentState; snapshots: SnapshotState[] } {
    const history = this.#history.state();
    const path = pathOf(history);
    const { runs, deletions } = this.snapshot();
    const insertions = this.#insertions.state();
    return {
      document: { runs, insertions, history, deletions, lastDeletion: this.#deletions.lastId },
      snapshots: snapshots.map((snapshot) => ({
        ...snapshot,
        newest: snapshot.newest === null ? -1 : path.lastIndexOf(snapshot.newest),
      })),
    };
  }

  /** Takes over what was written down of a document, and of states of it. Throws a RangeError when it does not fit the length. */
  resume(state: DocumentState, snapshots: readonly SnapshotState[] = []): Snapshot[] {
    if (lengthOfRuns(state.runs) !== this.length) throw new RangeError("The state is another text's.");
    this.#runs = new Runs(state.runs);
    this.#insertions = Insertions.resume(state.insertions);
    this.#history = UndoHistory.resume(state.history);
    this.#deletions.resume(state.deletions, state.lastDeletion, this.length);
    const path = pathOf(state.history);
    return snapshots.map((snapshot) => ({ ...snapshot, newest: path[snapshot.newest] ?? null }));
  }

  /** What another text of `length` UTF-16 units belongs to that has these marks. */
  snapshotOf(length: number, marks: Marks): Snapshot {
    const runs: number[] = [];
    let at = 0;
    for (const { start, end, label } of marks.spans) {
      if (start < at || end > length) throw new RangeError('The marks do not fit the document.');
      appendRun(runs, start - at, NO_RECORD);
      appendRun(runs, end - start, this.#insertions.declared(label));
      at = end;
    }
    appendRun(runs, length - at, NO_RECORD);
    return { runs, deletions: this.#declared(marks.deletions), newest: null };
  }

  #declared(deletions: readonly Deletion[]): readonly LiveDeletion[] {
    return deletions.map(({ offset, label }) =>
      this.#deletions.make(offset, this.#insertions.declared(label)),
    );
  }

  /** UTF-16 units. */
  get length(): number {
    return this.#runs.length;
  }

  /**
   * Follows one change event. Each edit is cut down to what it really changes; moved text keeps its marks. An undo
   * or redo puts back the runs that were there; one that fits nothing in the history is followed like any other
   * change, as text without a record. `before` gives the text before, which only some undo and redo need. Answers the oldest
   * version that an undo or redo took back or repeated; null for other changes. Throws a RangeError when the edits do not fit
   * the document.
   */
  apply(batch: EditBatch, before?: () => string): number | null {
    const { version, edits, origin, label, undoRedo, isWhole } = batch;
    checkFit(edits, this.#runs.length);
    if (edits.length === 0) return null;
    const restored = isStep(undoRedo) ? this.#restore(undoRedo, edits, before) : null;
    if (restored) return Math.min(...restored.map((one) => one.version));
    const first = edits[0]!;
    const recalled = ({ part, runs }: Attribution) => ({
      part,
      runs: this.#history.recall(part.text) ?? runs,
    });
    if (isStep(undoRedo)) {
      const attributions = attribute(edits, this.#runs, null).attributions.map(recalled);
      this.#replace(NO_VERSION, attributions, NO_DELETIONS, undoRedo === 'undo');
    } else if (origin !== 'human' || label !== null) {
      const record = this.#insertions.begin(version, origin, label);
      const kindOf = (kind: InsertionKind) => this.#insertions.add(record, kind);
      const { attributions, inserted, removals } = attribute(edits, this.#runs, kindOf, isWhole);
      const made = this.#made(removals, kindOf);
      this.#insertions.finish(version, record, inserted);
      this.#replace(version, undoRedo ? attributions.map(recalled) : attributions, made);
    } else if (edits.length === 1 && (first.removed === '' || first.text === '')) {
      this.#type(version, first);
    } else if (edits.every(({ start, end }) => this.#isUnrecorded(start, end))) {
      // What stayed and what moved has no record either: no need to compare.
      const parts = edits.map(trimmed).filter(({ removed, text }) => removed !== text);
      this.#replace(
        version,
        parts.map((part) => ({ part, runs: part.text === '' ? NO_RUNS : [part.text.length, NO_RECORD] })),
      );
    } else {
      this.#replace(version, attribute(edits, this.#runs, null).attributions);
    }
    return isStep(undoRedo) ? NO_VERSION : null;
  }

  #made(removals: readonly Removal[], kindOf: (kind: InsertionKind) => number): readonly LiveDeletion[] {
    return removals.map(({ offset, removes }) =>
      this.#deletions.make(
        offset,
        kindOf({ inherits: [], moved: false, blank: false, removes, removal: true }),
      ),
    );
  }

  #isUnrecorded(start: number, end: number): boolean {
    const runs = this.#runs.slice(start, end);
    return runs.length === 0 || (runs.length === 2 && runs[1] === NO_RECORD);
  }

  /** The common case, cheaply: a person typed or deleted in one place. */
  #type(version: number, { start, end, removed, text }: Edit): void {
    if (end === start && text === '') return;
    let runs = NO_RUNS;
    if (end > start) runs = this.#runs.splice(start, end, NO_RUNS);
    else this.#runs.insert(start, text.length, NO_RECORD);
    this.#record(version, [{ start, end, removed, text, runs }]);
  }

  /** `isUndo`: a step back that fits nothing. */
  #replace(version: number, attributions: readonly Attribution[], made = NO_DELETIONS, isUndo = false): void {
    let shift = 0;
    const replacements: Replacement[] = [];
    for (const { part, runs } of attributions) {
      const { start, end, removed, text } = part;
      replacements.push({ ...part, runs: this.#runs.splice(start + shift, end + shift, runs) });
      shift += text.length - removed.length;
    }
    if (replacements.length > 0) this.#record(version, replacements, made, isUndo);
  }

  #record(version: number, replacements: readonly Replacement[], made = NO_DELETIONS, isUndo = false): void {
    let deletions: HistoryBatch['deletions'] = null;
    if (made.length > 0 || !this.#deletions.isEmpty) {
      const lost = this.#deletions.carry(replacements, this.length);
      if (made.length > 0) this.#deletions.add(made, this.length);
      if (lost.length > 0 || made.length > 0) deletions = { lost, made };
    }
    this.#history.push({ version, replacements, deletions }, isUndo);
  }

  /** Undoes or redoes the batches of the history that the edits are, and answers them; null when they are none. */
  #restore(
    direction: 'undo' | 'redo',
    edits: readonly Edit[],
    before?: () => string,
  ): readonly HistoryBatch[] | null {
    const batches = this.#history.take(direction, edits, this.#runs.length, before);
    if (!batches) return null;
    // What an earlier text says of text that stayed goes with the step that put it back, and was not said since.
    if (direction === 'undo') exchange(batches[0]!.stayed ?? [], this.#runs, direction);
    // A batch may have replaced more than this step touches.
    const said = saidBeside(edits, this.#runs, this.#isSaid);
    for (const batch of batches) {
      const steps = direction === 'undo' ? inverse(batch.replacements) : batch.replacements;
      restoreRuns(direction, batch, steps, this.#runs);
      this.#restoreDeletions(direction, batch, steps);
    }
    sayAgain(said, this.#runs);
    return batches;
  }

  #restoreDeletions(direction: 'undo' | 'redo', batch: HistoryBatch, steps: readonly Edit[]): void {
    const ids = new Set(batch.deletions?.made.map(({ id }) => id));
    if (direction === 'undo') {
      const made = ids.size > 0 ? this.#deletions.remove(({ id }) => !ids.has(id)) : NO_DELETIONS;
      this.#deletions.carry(steps, this.length);
      if (!batch.deletions) return;
      this.#deletions.restore(batch.deletions.lost);
      batch.deletions = { ...batch.deletions, made };
    } else {
      const lost = this.#deletions.carry(steps, this.length);
      const made = batch.deletions?.made ?? NO_DELETIONS;
      this.#deletions.add(made, this.length);
      batch.deletions = lost.length > 0 || made.length > 0 ? { lost, made } : null;
    }
  }

  /**
   * Settles the origin of everything that a batch inserted, also of what was deleted since and may come back by undo.
   * A batch can be settled again when better evidence arrives. False when there is no record of that version: human
   * text, undo and redo have none.
   */
  settle(version: number, origin: Origin, label: Label | null): boolean {
    return this.#insertions.settle(version, origin, label);
  }

  /**
   * An AI made this recent version, which was taken for a person's: marks what it removed, as if that had been known. False
   * when it removed nothing to mark, is undone or too long ago. Text that it inserted is not looked at.
   */
  claimRemoval(version: number, label: Label): boolean {
    const [batch, ...later] = this.#history.since(version);
    if (!batch) return false;
    const changes = batch.replacements.map((part, i) => changeOf(part, i, part.runs));
    const removals = removalsOf(batch.replacements, withoutMoved(changes), Number.POSITIVE_INFINITY);
    if (removals.length === 0) return false;
    const record = this.#insertions.begin(version, 'ai', label);
    const made = this.#made(removals, (kind) => this.#insertions.add(record, kind));
    const steps = later.map(({ replacements }) => replacements);
    this.#deletions.add(carriedThrough(made, steps, this.length), this.length);
    batch.deletions = { lost: batch.deletions?.lost ?? NO_DELETIONS, made };
    return true;
  }

  /**
   * An AI put the text of this version there, which was taken for a person's or got the marks of the text it repeats. Answers
   * the parts of it that are still there (offsets in order, end exclusive); none for undo, redo, and what is too long ago.
   * `earlier` states of the document know it from here on, too. What a person has said to be theirs stays that.
   */
  claimText(
    version: number,
    label: Label,
    earlier: readonly Snapshot[] = [],
  ): readonly { start: number; end: number }[] {
    const [insertion, theirs] = [this.#insertions.said(label), this.#insertions.said(null)];
    this.#history.placesIn(version, earlier).forEach((places, i) => {
      const state = earlier[i]!;
      for (const { start, end } of places)
        state.runs = overwritten(state.runs, start, end, insertion, theirs);
    });
    const places = this.#history.claim(version, insertion, theirs) ?? [];
    const ranges = places.flatMap(({ start, end }) =>
      placesOfRuns(this.#runs.slice(start, end), theirs, start),
    );
    for (const { start, end } of ranges) this.declare(start, end, label);
    return ranges;
  }

  /** A commit is being made: an AI that removes what there is now, its own text too, leaves a mark. */
  committed(): void {
    this.#insertions.commit();
  }

  /**
   * The versions of all batches so far name nothing any more: the next ones may be of the same versions. Settle first what is
   * pending; undo and redo go on.
   */
  forgetVersions(): void {
    this.#insertions.forgetVersions();
    this.#history.renameAll(NO_VERSION);
  }

  /** The versions whose insertions wait to be settled, oldest first. */
  pendingVersions(): number[] {
    return this.#insertions.pendingVersions();
  }

  /** Where text that the batch of `version` put there is in the text of now: [start, end) in order. */
  placesOf(version: number): readonly { start: number; end: number }[] {
    const places: { start: number; end: number }[] = [];
    this.#runs.forEach((start, length, insertion) => {
      if (this.#insertions.isOf(insertion, version)) places.push({ start, end: start + length });
    });
    return places;
  }

  /** What of that batch is really new; null for human batches and unknown versions. */
  insertedBy(version: number): InsertedText | null {
    return this.#insertions.insertedBy(version);
  }

  /**
   * A person declares what [start, end) is; null takes its label away, and the deletion marks from `start` to before `end`
   * (also at both when they are equal, or the text ends there).
   */
  declare(start: number, end: number, label: Label | null): void {
    this.#setInsertion(start, end, label, this.#insertions.said(label));
  }

  /** The same, from a record of what the text is: an earlier state that is put back knows that already. */
  setLabel(start: number, end: number, label: Label | null): void {
    this.#setInsertion(start, end, label, this.#insertions.declared(label));
  }

  #setInsertion(start: number, end: number, label: Label | null, insertion: number): void {
    if (start < 0 || end < start || end > this.length)
      throw new RangeError('The range does not fit the document.');
    if (end > start) this.#runs.splice(start, end, [end - start, insertion]);
    if (label !== null) return;
    const last = end === start || end === this.length ? end : end - 1;
    this.#deletions.remove(({ offset }) => offset < start || offset > last);
  }

  /**
   * Takes over what somebody else says the marks of this very text are. Text that they say the same of stays its batch's: what
   * is learned of that still holds.
   */
  replaceMarks(marks: Marks): void {
    const changed = relabelled(this.marks().spans, marks.spans);
    for (const { start, end, label } of changed) this.setLabel(start, end, label);
    this.#deletions.remove(() => false);
    this.#deletions.add(this.#declared(marks.deletions), this.length);
  }

  /** What the characters of the text of now belong to, for `putBack`. */
  snapshot(): Snapshot {
    const runs = this.#runs.slice(0, this.length);
    return { runs, deletions: this.#deletions.all(), newest: this.#history.newest };
  }

  /**
   * The text is again the one that `snapshot` was taken of; what was declared of characters that stayed since still
   * holds. Throws a RangeError when it cannot be that text.
   */
  putBack({ runs, deletions }: Snapshot): void {
    if (lengthOfRuns(runs) !== this.length) throw new RangeError('The text is another one.');
    const said = saidBeside([], this.#runs, this.#isSaid);
    this.#history.putBack(this.#runs, () => {
      this.#runs.splice(0, this.length, runs);
      sayAgain(said, this.#runs);
    });
    this.#deletions.remove(() => false);
    this.#deletions.add(deletions, this.length);
  }

  /** The marks as things stand; pending text has no label. */
  marks(): Marks {
    return this.#marksOf(this.#runs, this.#deletions.all());
  }

  /** What is known now of the text that `snapshot` was taken of. */
  marksOf({ runs, deletions }: Snapshot): Marks {
    return this.#marksOf(new Runs(runs), deletions);
  }

  #marksOf(runs: Runs, made: readonly LiveDeletion[]): Marks {
    return marksOfRuns(runs, made, (insertion) => this.#insertions.labelOf(insertion));
  }

  /** How many characters (UTF-16 units) carry a label. */
  labelledCharacters(): number {
    let sum = 0;
    this.#runs.forEach((_, length, insertion) => {
      if (this.#insertions.labelOf(insertion) !== null) sum += length;
    });
    return sum;
  }
}

/** The editor's own undo and redo; text that is put back otherwise is a change of its own. */
function isStep(undoRedo: EditBatch['undoRedo']): undoRedo is 'undo' | 'redo' {
  return undoRedo === 'undo' || undoRedo === 'redo';
}

function checkFit(edits: readonly Edit[], length: number): void {
  let at = 0;
  for (const { start, end, removed } of edits) {
    if (!(start >= at && end >= start && end <= length && removed.length === end - start)) {
      throw new RangeError(
        'The edits do not fit the document: its text is not what the sender thinks it is.',
      );
    }
    at = end;
  }
}
