import type { Edit } from './edits';
import type { Span } from './marks';

/** What a person's editor repeats is at least this long; one key types less. */
const LEAST_REPEATED = 3;

export interface Repeats {
  /** Every edit only repeats the text just before or just behind it: lines or a selection were duplicated. */
  readonly all: boolean;
  /** The marks of what is repeated, at the places it was repeated to; offsets in the text after. */
  readonly spans: readonly Span[];
}

/**
 * What the edits repeat of the text that they change, `before`, with its marks `spans`; both are asked for only where text
 * is inserted that is more than a key's. Null for other edits. Offsets are UTF-16, edits ascending and disjoint.
 */
export function repeats(
  edits: readonly Edit[],
  before: () => string,
  spans: () => readonly Span[],
): Repeats | null {
  if (edits.some(({ removed, text }) => removed !== '' || text.length < LEAST_REPEATED)) return null;
  const old = before();
  const marked = spans();
  const repeated: Span[] = [];
  let all = edits.length > 0;
  let shift = 0;
  for (const { start, removed, text } of edits) {
    const source = repeatedFrom(start, text, old);
    all &&= source >= 0;
    for (const span of source < 0 ? [] : marked) {
      const [from, to] = [Math.max(span.start, source), Math.min(span.end, source + text.length)];
      const at = start + shift - source;
      if (from < to) repeated.push({ start: from + at, end: to + at, label: span.label });
    }
    shift += text.length - removed.length;
  }
  return { all, spans: repeated };
}

/** Where the text that is inserted at `start` stands already, right beside it; -1 when it does not. */
function repeatedFrom(start: number, text: string, before: string): number {
  if (text.trim() === '') return -1;
  if (before.startsWith(text, start)) return start;
  return text.length <= start && before.startsWith(text, start - text.length) ? start - text.length : -1;
}
