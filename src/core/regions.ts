/** Contiguous regions of lines, made of the pieces of text that lack the same. */
import { type Lines, lineAt } from './lines';
import type { Label, Span } from './marks';

/** Lines 0-based, offsets UTF-16, both end exclusive; offsets without the blanks at the ends. */
export interface Region {
  readonly startLine: number;
  readonly start: number;
  endLine: number;
  end: number;
  readonly labels: Label[];
}

/**
 * The region that a piece of text makes together with the last one, or a new one: a line between them that is not blank
 * and belongs to neither ends a region, a blank line and another part of the same line do not.
 */
export function addToRegion(text: string, lines: Lines, last: Region | undefined, piece: Span): Region {
  const { start, end } = withoutOuterBlanks(text, piece);
  const startLine = Math.max(0, lineAt(lines, start));
  const endLine = Math.max(0, lineAt(lines, end - 1)) + 1;
  if (!last || isAnyLineFilled(text, lines, last.endLine, startLine)) {
    return { startLine, endLine, start, end, labels: [piece.label] };
  }
  last.endLine = endLine;
  last.end = end;
  if (!last.labels.includes(piece.label)) last.labels.push(piece.label);
  return last;
}

/** A span often starts with the line break before its first line; what is blank at its ends is no place to show. */
function withoutOuterBlanks(text: string, span: Span): { start: number; end: number } {
  let { start, end } = span;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return start < end ? { start, end } : span;
}

function isBlank(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13);
}

/** True when one of the lines [from, to) holds more than whitespace. */
function isAnyLineFilled(text: string, lines: Lines, from: number, to: number): boolean {
  if (from >= to) return false;
  for (let at = lines.starts[from]!; at < lines.starts[to]!; at++) {
    if (!isBlank(text.charCodeAt(at))) return true;
  }
  return false;
}

/** True unless the region is of one line in which something stands too that is not within it. `spans` are all of the text. */
export function coversItsLine(text: string, lines: Lines, region: Region, spans: readonly Span[]): boolean {
  if (region.endLine - region.startLine > 1) return true;
  let index = firstEndingAfter(spans, region.start);
  for (let at = lines.starts[region.startLine]!; at < lines.ends[region.startLine]!; at++) {
    while (index < spans.length && spans[index]!.end <= at) index++;
    const isMarked = index < spans.length && spans[index]!.start <= at && spans[index]!.start < region.end;
    if (!isMarked && !isBlank(text.charCodeAt(at))) return false;
  }
  return true;
}

/** Those of sorted, disjoint spans that share a character with `piece`. */
export function touching(
  spans: readonly Span[],
  { start, end }: Pick<Span, 'start' | 'end'>,
): readonly Span[] {
  const first = firstEndingAfter(spans, start);
  let last = first;
  while (last < spans.length && spans[last]!.start < end) last++;
  return spans.slice(first, last);
}

/** Index of the first span that ends after `offset`, by halving. */
function firstEndingAfter(spans: readonly Span[], offset: number): number {
  let [low, high] = [0, spans.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (spans[middle]!.end > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}
