import { carryOver } from './carryOver';
import { type Marks, NO_MARKS, type Span } from './marks';
import { normaliseMarks } from './sidecar';
import { outside, together } from './spanSets';

/** A text and its marks. */
export interface MarkedText {
  readonly text: string;
  readonly marks: Marks;
}

/**
 * The marks that follow for `text` from the texts it was made of: those of its one parent; of several (a merge), what
 * one of them marks and no other knows as text without a mark.
 */
export function marksThatFollow(parents: readonly MarkedText[], text: string): Marks {
  if (parents.length === 0) return NO_MARKS;
  const carried = parents.map((parent) => normaliseMarks(text, carryOver(parent, text).marks));
  if (parents.length === 1) return carried[0]!;
  let spans: Span[] = [];
  for (const { spans: more } of carried) spans = together(spans, more);
  if (spans.length > 0) {
    for (const [i, parent] of parents.entries()) {
      spans = outside(spans, outside(knownParts(parent.text, text), carried[i]!.spans));
    }
  }
  // A deletion is due when all sides have it: what one side took away may have been taken away for good.
  const [first, ...others] = carried;
  const deletions = first!.deletions.filter(({ offset, label }) =>
    others.every((other) => other.deletions.some((one) => one.offset === offset && one.label === label)),
  );
  return normaliseMarks(text, { spans, deletions });
}

/** Which characters of `text` stand in `before`: all of that is marked, to see where it goes. */
function knownParts(before: string, text: string): readonly Span[] {
  const marks = { spans: [{ start: 0, end: before.length, label: '?known' }], deletions: [] };
  return before === '' ? [] : carryOver({ text: before, marks }, text).marks.spans;
}
