/**
 * Marks: which characters of one text carry which label. Pure values; every position is a UTF-16 offset
 * into the text they belong to, 0-based, end exclusive.
 */

/** Where a piece of text came from (docs/design: the words). */
export type Origin = 'human' | 'ai' | 'paste' | 'tool' | 'external';

/** How we know. */
export type Evidence = 'exact' | 'accepted' | 'hook' | 'declared' | 'inferred';

/**
 * What a span is recorded as: a contribution's id (`7Qm2xR`), or unknown origin (`?paste`, `?external`).
 * Text without a label has no evidence of AI.
 */
export type Label = string;

export const UNKNOWN_PASTE: Label = '?paste';
export const UNKNOWN_EXTERNAL: Label = '?external';

/** True for labels that stand for unknown origin rather than for a contribution. */
export function isUnknownOrigin(label: Label): boolean {
  return label.startsWith('?');
}

/** A run of text with one label. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly label: Label;
}

/** An AI edit removed text just above the line that starts at or contains `offset`. */
export interface Deletion {
  readonly offset: number;
  readonly label: Label;
}

/** All marks of one text: spans sorted, disjoint, non-empty, neighbours with the same label joined. */
export interface Marks {
  readonly spans: readonly Span[];
  readonly deletions: readonly Deletion[];
}

export const NO_MARKS: Marks = { spans: [], deletions: [] };

export function isSame(a: Marks, b: Marks): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** True when there is nothing to record. */
export function isEmpty(marks: Marks): boolean {
  return marks.spans.length === 0 && marks.deletions.length === 0;
}

/** Replace the text in [start, end) by `text`. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Sorts nothing: takes spans in order (disjoint) and joins neighbours that touch and share a label,
 * dropping empty ones.
 */
export function joinSpans(spans: Iterable<Span>): Span[] {
  const joined: Span[] = [];
  for (const span of spans) {
    if (span.end <= span.start) continue;
    const last = joined[joined.length - 1];
    if (last && last.end === span.start && last.label === span.label) {
      joined[joined.length - 1] = { start: last.start, end: span.end, label: last.label };
    } else {
      joined.push(span);
    }
  }
  return joined;
}
