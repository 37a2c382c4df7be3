/** Sets of characters as spans: sorted, disjoint. Labels are kept where there are some. */
import { joinSpans, type Span } from './marks';

/** The parts of `spans` that lie in none of `holes`. Both sorted and disjoint; so is the answer. */
export function outside(spans: readonly Span[], holes: readonly Pick<Span, 'start' | 'end'>[]): Span[] {
  if (holes.length === 0) return [...spans];
  const rest: Span[] = [];
  let first = 0;
  for (const { start: from, end, label } of spans) {
    let start = from;
    while (first < holes.length && holes[first]!.end <= start) first++;
    for (let i = first; i < holes.length && holes[i]!.start < end && start < end; i++) {
      if (holes[i]!.start > start) rest.push({ start, end: holes[i]!.start, label });
      start = Math.max(start, holes[i]!.end);
    }
    if (start < end) rest.push({ start, end, label });
  }
  return rest;
}

/** The parts of `spans` that lie in one of `others`, with the labels of `spans`. */
export function inside(spans: readonly Span[], others: readonly Pick<Span, 'start' | 'end'>[]): Span[] {
  const shared: Span[] = [];
  let first = 0;
  for (const { start, end, label } of spans) {
    while (first < others.length && others[first]!.end <= start) first++;
    for (let i = first; i < others.length && others[i]!.start < end; i++) {
      shared.push({ start: Math.max(start, others[i]!.start), end: Math.min(end, others[i]!.end), label });
    }
  }
  return joinSpans(shared);
}

/** `spans`, and of `more` what lies outside of them. */
export function together(spans: readonly Span[], more: readonly Span[]): Span[] {
  if (more.length === 0) return [...spans];
  return joinSpans([...spans, ...outside(more, spans)].sort((a, b) => a.start - b.start));
}
