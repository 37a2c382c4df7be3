/** The deletion marks of a live document, carried through its edits. */
import type { Edit } from './edits';
import { landing } from './removals';

/** A mark where an AI edit removed text: on the line that holds `offset`. Its label is its insertion's. */
export interface LiveDeletion {
  /** The same from when it is made until it is taken away, also through undo and redo. */
  readonly id: number;
  readonly offset: number;
  readonly insertion: number;
}

/**
 * Carries marks (in order) through edits (in order, disjoint, offsets into the text before) to a text of `length` units.
 * A mark whose place is removed goes to the line that follows; `lost` holds such marks as they were, so that undo can
 * put them back.
 */
export function carryDeletions(
  deletions: readonly LiveDeletion[],
  edits: readonly Edit[],
  length: number,
): { deletions: readonly LiveDeletion[]; lost: readonly LiveDeletion[] } {
  const carried: LiveDeletion[] = [];
  const lost: LiveDeletion[] = [];
  let index = 0;
  let shift = 0;
  for (const deletion of deletions) {
    const { offset } = deletion;
    let edit = edits[index];
    // Text inserted right at a mark goes behind it: the mark belongs to the start of its line.
    while (edit && edit.end <= offset && edit.start < offset) {
      shift += edit.text.length - edit.removed.length;
      edit = edits[++index];
    }
    const before = edits[index - 1];
    if (edit && edit.start < offset) {
      lost.push(deletion);
      carried.push({ ...deletion, offset: Math.min(length, edit.start + shift + landing(edit)) });
    } else if (before?.end === offset && before.text === '') {
      lost.push(deletion);
      carried.push({ ...deletion, offset: Math.min(length, offset + shift + landing(before)) });
    } else {
      carried.push({ ...deletion, offset: offset + shift });
    }
  }
  return { deletions: lost.length > 0 ? inOrder(carried) : carried, lost };
}

/** Puts marks back where they were before an edit: `deletions` have been carried back through its inverse. */
export function restoreDeletions(
  deletions: readonly LiveDeletion[],
  lost: readonly LiveDeletion[],
): readonly LiveDeletion[] {
  if (lost.length === 0) return deletions;
  const before = new Map(lost.map((deletion) => [deletion.id, deletion]));
  return inOrder(deletions.map((deletion) => before.get(deletion.id) ?? deletion));
}

/** Adds marks to others. */
export function withDeletions(
  deletions: readonly LiveDeletion[],
  more: readonly LiveDeletion[],
): readonly LiveDeletion[] {
  return more.length === 0 ? deletions : inOrder([...deletions, ...more]);
}

function inOrder(deletions: readonly LiveDeletion[]): LiveDeletion[] {
  return [...deletions].sort((a, b) => a.offset - b.offset || a.id - b.id);
}
