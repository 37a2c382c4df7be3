import { type Edit, trimmed } from '../core/edits';

/** What may still turn out to be an AI's: what looked like keys, or what got the marks of the text that it repeats. */
export type Kind = 'typed' | 'repeated';

interface Typed {
  readonly version: number;
  readonly kind: Kind;
  ranges: { start: number; end: number }[];
}

/** Of each kind. */
const REMEMBERED = 10;

/**
 * Where the newest text of these kinds stands, for the moment in which a note or a report may still say that it was an
 * AI's. Offsets are in the newest text.
 */
export class RecentTyping {
  #typed: Typed[] = [];

  /** One change event, in offsets of the text before, ascending and disjoint; of no `kind`, it is not remembered. */
  applied(version: number, given: readonly Edit[], kind: Kind | null): void {
    // What an edit says again of the text it replaces is not new.
    const edits = given.map(trimmed);
    for (const typed of this.#typed) typed.ranges = typed.ranges.flatMap((range) => movedBy(range, edits));
    if (!kind) return;
    let shift = 0;
    const ranges: Typed['ranges'] = [];
    for (const { start, end, text } of edits) {
      ranges.push({ start: start + shift, end: start + shift + text.length });
      shift += text.length - (end - start);
    }
    const same = this.#typed.filter((typed) => typed.kind === kind).slice(-REMEMBERED + 1);
    const others = this.#typed.filter((typed) => typed.kind !== kind);
    this.#typed = [...others, ...same, { version, kind, ranges }];
  }

  /** The ranges of what came as `version`; none when that is too long ago. */
  rangesOf(version: number): readonly { start: number; end: number }[] {
    return this.#typed.find((typed) => typed.version === version)?.ranges ?? [];
  }
}

/** The range after the edits; dropped when one of them touches its inside. */
function movedBy(range: { start: number; end: number }, edits: readonly Edit[]): Typed['ranges'] {
  let shift = 0;
  for (const { start, end, text } of edits) {
    if (end <= range.start) shift += text.length - (end - start);
    else if (start < range.end) return [];
  }
  return [{ start: range.start + shift, end: range.end + shift }];
}
