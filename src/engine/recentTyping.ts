import type { TextEdit } from '../core/marks';

interface Typed {
  readonly version: number;
  ranges: { start: number; end: number }[];
}

const REMEMBERED = 10;

/**
 * Where the newest typed text stands, for the moment in which a note may still say that it was an accepted
 * completion. Offsets are in the newest text.
 */
export class RecentTyping {
  #typed: Typed[] = [];

  /** One change event, in offsets of the text before, ascending and disjoint. */
  applied(version: number, edits: readonly TextEdit[], isTyping: boolean): void {
    for (const typed of this.#typed) typed.ranges = typed.ranges.flatMap((range) => movedBy(range, edits));
    if (!isTyping) return;
    let shift = 0;
    const ranges: Typed['ranges'] = [];
    for (const { start, end, text } of edits) {
      ranges.push({ start: start + shift, end: start + shift + text.length });
      shift += text.length - (end - start);
    }
    this.#typed = [...this.#typed.slice(-REMEMBERED + 1), { version, ranges }];
  }

  /** The ranges of what was typed as `version`; none when that is too long ago. */
  rangesOf(version: number): readonly { start: number; end: number }[] {
    return this.#typed.find((typed) => typed.version === version)?.ranges ?? [];
  }
}

/** The range after the edits; dropped when one of them touches its inside. */
function movedBy(range: { start: number; end: number }, edits: readonly TextEdit[]): Typed['ranges'] {
  let shift = 0;
  for (const { start, end, text } of edits) {
    if (end <= range.start) shift += text.length - (end - start);
    else if (start < range.end) return [];
  }
  return [{ start: range.start + shift, end: range.end + shift }];
}
