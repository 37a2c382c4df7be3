/**
 * A document while it is edited: every character belongs to an insertion, or to the text that was there before.
 * All offsets are UTF-16, 0-based, end exclusive, line terminators included as they stand in the document.
 */
import { type Attribution, attribute } from './attribution';
import { changedParts, type Edit } from './edits';
import { type InsertedText, Insertions, NO_RECORD } from './insertions';
import { type Deletion, joinSpans, type Label, type Marks, type Origin, type Span } from './marks';
import { appendRun, Runs } from './runs';
import { type HistoryBatch, type Replacement, UndoHistory } from './undoHistory';

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
  readonly undoRedo?: 'undo' | 'redo';
}

export class LiveDocument {
  readonly #runs: Runs;
  readonly #insertions = new Insertions();
  readonly #history = new UndoHistory();
  #deletions: readonly Deletion[];

  /** A document of `length` UTF-16 units with the marks it has so far. */
  constructor(length: number, marks: Marks) {
    const runs: number[] = [];
    let at = 0;
    for (const { start, end, label } of marks.spans) {
      if (start < at || end > length) throw new RangeError('The marks do not fit the document.');
      appendRun(runs, start - at, NO_RECORD);
      appendRun(runs, end - start, this.#insertions.declared(label));
      at = end;
    }
    appendRun(runs, length - at, NO_RECORD);
    this.#runs = new Runs(runs);
    this.#deletions = marks.deletions;
  }

  /** UTF-16 units. */
  get length(): number {
    return this.#runs.length;
  }

  /**
   * Follows one change event. Each edit is cut down to what it really changes; moved text keeps its marks. An undo
   * or redo puts back the runs that were there; one that fits nothing in the history is followed like any other
   * change, as text without a record. Throws a RangeError when the edits do not fit the document.
   */
  apply(batch: EditBatch): void {
    const { edits } = batch;
    checkFit(edits, this.#runs.length);
    if (batch.undoRedo && this.#restore(batch.undoRedo, edits)) return;
    const unrecorded = batch.undoRedo !== undefined || (batch.origin === 'human' && batch.label === null);
    const only = edits[0];
    if (unrecorded && edits.length === 1 && only!.removed === '' && only!.text !== '') {
      this.#type(only!);
      return;
    }
    const parts = edits.flatMap(changedParts);
    let attributions: Attribution[];
    if (unrecorded) {
      attributions = attribute(parts, this.#runs, null).attributions;
    } else {
      const record = this.#insertions.begin(batch.version, batch.origin, batch.label);
      const kindOf = (kind: Parameters<Insertions['add']>[1]) => this.#insertions.add(record, kind);
      const result = attribute(parts, this.#runs, kindOf);
      attributions = result.attributions;
      this.#insertions.finish(batch.version, record, result.inserted);
    }
    this.#replace(attributions);
  }

  /** Typing: one insertion of text without a record. */
  #type(edit: Edit): void {
    const { start, text } = edit;
    this.#runs.insert(start, text.length, NO_RECORD);
    this.#history.push([{ start, removed: '', text, runs: [] }]);
    if (this.#deletions.length > 0) this.#deletions = moved(this.#deletions, [edit]);
  }

  #replace(attributions: readonly Attribution[]): void {
    let shift = 0;
    const replacements: Replacement[] = [];
    for (const { part, runs } of attributions) {
      const { start, removed, text } = part;
      const taken = this.#runs.splice(start + shift, start + shift + removed.length, runs);
      replacements.push({ start, removed, text, runs: taken });
      shift += text.length - removed.length;
    }
    if (replacements.length > 0) this.#history.push(replacements);
    if (this.#deletions.length > 0) {
      this.#deletions = moved(
        this.#deletions,
        attributions.map(({ part }) => part),
      );
    }
  }

  /** Undoes or redoes batches of the history, if the edits are exactly that. */
  #restore(direction: 'undo' | 'redo', edits: readonly Edit[]): boolean {
    const batches = this.#history.take(direction, edits, this.#runs.length);
    if (!batches) return false;
    for (const batch of batches) this.#swap(batch, direction);
    this.#deletions = moved(this.#deletions, edits);
    return true;
  }

  /** Takes out what a batch put in (or the reverse), and puts back the runs it keeps. */
  #swap(batch: HistoryBatch, direction: 'undo' | 'redo'): void {
    let shift = 0;
    for (const replacement of batch) {
      const { start, removed, text } = replacement;
      const at = direction === 'undo' ? start : start + shift;
      const going = direction === 'undo' ? text : removed;
      replacement.runs = this.#runs.splice(at, at + going.length, replacement.runs);
      shift += text.length - removed.length;
    }
  }

  /**
   * Settles the origin of everything that a batch inserted, also of what was deleted since and may come back by undo.
   * A batch can be settled again when better evidence arrives. False when there is no record of that version.
   */
  settle(version: number, origin: Origin, label: Label | null): boolean {
    return this.#insertions.settle(version, origin, label);
  }

  /** The versions whose insertions wait to be settled, oldest first. */
  pendingVersions(): number[] {
    return this.#insertions.pendingVersions();
  }

  /** What of that batch is really new; null for human batches and unknown versions. */
  insertedBy(version: number): InsertedText | null {
    return this.#insertions.insertedBy(version);
  }

  /** A person declares what [start, end) is; null takes its label away. */
  setLabel(start: number, end: number, label: Label | null): void {
    if (start < 0 || end < start || end > this.length)
      throw new RangeError('The range does not fit the document.');
    if (end > start) this.#runs.splice(start, end, [end - start, this.#insertions.declared(label)]);
  }

  /** The marks as things stand; pending text has no label. */
  marks(): Marks {
    const spans: Span[] = [];
    this.#runs.forEach((start, length, insertion) => {
      const label = this.#insertions.labelOf(insertion);
      if (label !== null) spans.push({ start, end: start + length, label });
    });
    return { spans: joinSpans(spans), deletions: this.#deletions };
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

/** Deletion marks carried through edits: a mark inside removed text goes to where that text was. */
function moved(deletions: readonly Deletion[], edits: readonly Edit[]): Deletion[] {
  const result: Deletion[] = [];
  let index = 0;
  let shift = 0;
  for (const { offset, label } of deletions) {
    let edit = edits[index];
    while (edit && edit.end <= offset && !(edit.end === offset && edit.start === offset)) {
      shift += edit.text.length - edit.removed.length;
      edit = edits[++index];
    }
    const place = edit && edit.start < offset ? edit.start : offset;
    result.push({ offset: place + shift, label });
  }
  return result;
}
