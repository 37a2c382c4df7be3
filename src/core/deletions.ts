/** The deletion marks of a live document, carried through its edits. */
import type { Edit } from './edits';
import type { Deletion } from './marks';

/**
 * Carries marks through edits (in order, disjoint, offsets into the text before). A mark inside removed text goes to
 * where that text was; `lost` holds such marks as they were, so that undo can put them back.
 */
export function carryDeletions(
  deletions: readonly Deletion[],
  edits: readonly Edit[],
): { deletions: Deletion[]; lost: Deletion[] } {
  const carried: Deletion[] = [];
  const lost: Deletion[] = [];
  let index = 0;
  let shift = 0;
  for (const deletion of deletions) {
    const { offset, label } = deletion;
    let edit = edits[index];
    // Text inserted right at a mark goes behind it: the mark belongs to the start of its line.
    while (edit && edit.end <= offset && edit.start < offset) {
      shift += edit.text.length - edit.removed.length;
      edit = edits[++index];
    }
    const inside = edit !== undefined && edit.start < offset;
    if (inside) lost.push(deletion);
    carried.push({ offset: (inside ? edit!.start : offset) + shift, label });
  }
  return { deletions: carried, lost };
}

/** Puts lost marks back: `deletions` have been carried back through the inverse edits. */
export function restoreDeletions(
  deletions: readonly Deletion[],
  lost: readonly Deletion[],
  edits: readonly Edit[],
): Deletion[] {
  const rest = [...deletions];
  for (const { offset, label } of lost) {
    const edit = edits.find(({ start, end }) => start < offset && offset < end);
    const place = rest.findIndex((mark) => mark.label === label && mark.offset === edit?.start);
    if (place >= 0) rest.splice(place, 1);
  }
  return [...rest, ...lost].sort((a, b) => a.offset - b.offset);
}
