import { splitLines } from './lines';
import type { Deletion, Marks } from './marks';
import { ReviewText } from './reviewText';

/** A text with its marks. */
interface MarkedText {
  readonly text: string;
  readonly marks: Marks;
}

/**
 * The deletion marks of a text, carried over from `base`, without those of removals that the text does not have: where it
 * reads otherwise than `base` around a mark, and just as an `earlier` text in which nothing was removed there. So a
 * change that is staged without a removal in it carries no mark of that. `path` is the text's.
 */
export function withoutUndone(
  path: string,
  { text, marks }: MarkedText,
  base: MarkedText,
  earlier: MarkedText,
): readonly Deletion[] {
  const removed = new Set(placesIn(path, base.text, base.marks.deletions).map(keyOf));
  const doubtful = placesIn(path, text, marks.deletions).filter((place) => !removed.has(keyOf(place)));
  if (doubtful.length === 0) return marks.deletions;
  const marked = new Set(placesIn(path, earlier.text, earlier.marks.deletions).map(keyOf));
  const lines = new Set(placesIn(path, earlier.text, atEachLine(earlier.text)).map(({ around }) => around));
  const undone = doubtful.filter((place) => lines.has(place.around) && !marked.has(keyOf(place)));
  const gone = new Set(undone.map(({ offset, label }) => `${offset} ${label}`));
  return marks.deletions.filter(({ offset, label }) => !gone.has(`${offset} ${label}`));
}

interface Place extends Deletion {
  /** The lines around, as many as it takes to recognise the place. */
  readonly around: string;
}

function placesIn(path: string, text: string, deletions: readonly Deletion[]): Place[] {
  if (deletions.length === 0) return [];
  return new ReviewText(path, text, { spans: [], deletions }).deletions.map(({ deletion, above, below }) => ({
    ...deletion,
    around: JSON.stringify([above, below]),
  }));
}

function keyOf({ around, label }: Place): string {
  return `${label} ${around}`;
}

function atEachLine(text: string): Deletion[] {
  const { count, starts } = splitLines(text);
  return Array.from({ length: count }, (_, line) => ({ offset: starts[line]!, label: '' }));
}
