/**
 * The deletion marks of a live document, carried through its edits. Those up to the last edit count from the start of
 * the text and those after it from the end, so that an edit near the last one moves none.
 */
import type { Edit } from './edits';
import { landing } from './removals';

/** A mark where an AI edit removed text: on the line that holds `offset`. Its label is its insertion's. */
export interface LiveDeletion {
  /** The same from when it is made until it is taken away, also through undo and redo. */
  readonly id: number;
  readonly offset: number;
  readonly insertion: number;
}

const NONE: readonly LiveDeletion[] = [];

export class Deletions {
  /** In order. */
  #before: LiveDeletion[] = [];
  /** The nearest one last; offsets count from the end of the text. */
  #after: LiveDeletion[] = [];
  #lastId = 0;

  /** Of the text, in UTF-16 units; not kept while there is no mark. */
  #length = 0;

  get isEmpty(): boolean {
    return this.#before.length === 0 && this.#after.length === 0;
  }

  /** The last number that a mark was given. */
  get lastId(): number {
    return this.#lastId;
  }

  /** Goes on with the marks of a document of `length` units that was written down. */
  resume(marks: readonly LiveDeletion[], lastId: number, length: number): void {
    this.#set([...marks]);
    this.#length = length;
    this.#lastId = lastId;
  }

  /** The marks in order. */
  all(): LiveDeletion[] {
    const after = this.#after.map((mark) => ({ ...mark, offset: this.#length - mark.offset }));
    return [...this.#before, ...after.reverse()];
  }

  /** Makes a mark that is not in the text yet. */
  make(offset: number, insertion: number): LiveDeletion {
    return { id: ++this.#lastId, offset, insertion };
  }

  /** Adds marks to a text of `length` units. */
  add(marks: readonly LiveDeletion[], length: number): void {
    this.#length = length;
    for (const mark of marks) {
      this.#split(mark.offset, length);
      this.#before.push(mark);
    }
  }

  /** Takes the marks away that are not to be kept, and answers them. */
  remove(isKept: (mark: LiveDeletion) => boolean): readonly LiveDeletion[] {
    if (this.isEmpty) return NONE;
    const all = this.all();
    const gone = all.filter((mark) => !isKept(mark));
    if (gone.length > 0) this.#set(all.filter(isKept));
    return gone;
  }

  /** Puts marks that are still there back to where they were. */
  restore(marks: readonly LiveDeletion[]): void {
    if (marks.length === 0) return;
    const before = new Map(marks.map((mark) => [mark.id, mark]));
    const all = this.all().map((mark) => before.get(mark.id) ?? mark);
    this.#set(all.sort(byOffset));
  }

  /**
   * Carries the marks through edits (in order, disjoint, offsets into the text before) to a text of `newLength` units. A
   * mark whose place is removed goes to the line that follows; the answer holds such marks as they were, so that undo can
   * put them back.
   */
  carry(edits: readonly Edit[], newLength: number): readonly LiveDeletion[] {
    if (this.isEmpty || edits.length === 0) return NONE;
    const lost: LiveDeletion[] = [];
    const length = this.#length;
    this.#length = newLength;
    this.#split(edits[0]!.start, length);
    let shift = 0;
    // Where edits touch, a mark may go past one that comes from the next of them.
    let inOrder = true;
    for (const edit of edits) {
      const { start, end, removed, text } = edit;
      for (let next = this.#after.at(-1); next; next = this.#after.at(-1)) {
        const mark = { ...next, offset: length - next.offset };
        // Text inserted right at a mark goes behind it: the mark belongs to the start of its line.
        const stays = mark.offset <= start;
        if (!stays && mark.offset >= end && (mark.offset > end || text !== '')) break;
        this.#after.pop();
        if (!stays) lost.push(mark);
        const offset = stays ? mark.offset + shift : Math.min(newLength, start + shift + landing(edit));
        inOrder &&= offset >= (this.#before.at(-1)?.offset ?? 0);
        this.#before.push({ ...mark, offset });
      }
      shift += text.length - removed.length;
    }
    if (!inOrder) this.#set(this.all().sort(byOffset));
    return lost;
  }

  /** Brings the place where counting changes to right behind the marks at `offset`. */
  #split(offset: number, length: number): void {
    for (let last = this.#before.at(-1); last && last.offset > offset; last = this.#before.at(-1)) {
      this.#after.push({ ...last, offset: length - last.offset });
      this.#before.pop();
    }
    for (let next = this.#after.at(-1); next && length - next.offset <= offset; next = this.#after.at(-1)) {
      this.#before.push({ ...next, offset: length - next.offset });
      this.#after.pop();
    }
  }

  #set(marks: LiveDeletion[]): void {
    this.#before = marks;
    this.#after = [];
  }
}

/** Marks that were made in an earlier text, after the edits that made a text of `length` units of it since, oldest first. */
export function carriedThrough(
  made: readonly LiveDeletion[],
  later: readonly (readonly Edit[])[],
  length: number,
): readonly LiveDeletion[] {
  const growth = later.map((edits) =>
    edits.reduce((sum, { removed, text }) => sum + text.length - removed.length, 0),
  );
  let at = growth.reduce((rest, grown) => rest - grown, length);
  const carried = new Deletions();
  carried.add(
    made.map((mark) => ({ ...mark, offset: Math.min(mark.offset, at) })),
    at,
  );
  later.forEach((edits, i) => {
    at += growth[i]!;
    carried.carry(edits, at);
  });
  return carried.all();
}

function byOffset(a: LiveDeletion, b: LiveDeletion): number {
  return a.offset - b.offset || a.id - b.id;
}
