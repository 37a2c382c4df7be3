import type { Position, SpanInfo } from '../../protocol';

/** The span after (or before) a place, going round at the end; undefined where there is none. */
export function neighbourSpan(
  spans: readonly SpanInfo[],
  place: Position,
  direction: 'next' | 'previous',
): SpanInfo | undefined {
  const isAfter = ({ range: { start } }: SpanInfo) =>
    start.line > place.line || (start.line === place.line && start.character > place.character);
  const isBefore = ({ range: { start } }: SpanInfo) =>
    start.line < place.line || (start.line === place.line && start.character < place.character);
  return direction === 'next'
    ? (spans.find(isAfter) ?? spans[0])
    : (spans.findLast(isBefore) ?? spans.at(-1));
}
