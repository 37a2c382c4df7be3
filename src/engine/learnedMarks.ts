import type { MarkedText } from '../core/agreedMarks';
import { carryOver } from '../core/carryOver';
import type { Marks, Span } from '../core/marks';
import { outside } from '../core/spanSets';

/**
 * More is known of `was`, which a text was before somebody changed it to `text`, with the marks `own`: the labels that it
 * gets of that, in offsets of `text`. What is marked stays as it is.
 */
export function learnedLabels(was: MarkedText, text: string, own: Marks): readonly Span[] {
  return outside(carryOver(was, text).marks.spans, own.spans);
}
