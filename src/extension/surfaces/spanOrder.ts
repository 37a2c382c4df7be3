import type { Position, Range, SpansParams } from '../../protocol';

/** Something to go to: a span, or the line above which something was removed. */
export interface Place {
  readonly range: Range;
}

/** The spans and deletions of a document in its order; a deletion in whose line a span begins is no place of its own. */
export function placesOf({ spans, deletions = [] }: SpansParams): Place[] {
  const lines = new Set(spans.map(({ range }) => range.start.line));
  const removals = deletions
    .filter(({ line }) => !lines.has(line))
    .map(({ line }) => ({ range: { start: { line, character: 0 }, end: { line, character: 0 } } }));
  return [...spans, ...removals].sort((a, b) => {
    const [one, other] = [a.range.start, b.range.start];
    return one.line - other.line || one.character - other.character;
  });
}

/** The span after (or before) a place, going round at the end; undefined where there is none. */
export function neighbourSpan(
  spans: readonly Place[],
  place: Position,
  direction: 'next' | 'previous',
): Place | undefined {
  const isAfter = ({ range: { start } }: Place) =>
    start.line > place.line || (start.line === place.line && start.character > place.character);
  const isBefore = ({ range: { start } }: Place) =>
    start.line < place.line || (start.line === place.line && start.character < place.character);
  return direction === 'next'
    ? (spans.find(isAfter) ?? spans[0])
    : (spans.findLast(isBefore) ?? spans.at(-1));
}
