import type { Label, Span } from './marks';

/** A place of a text, UTF-16, end exclusive, and the label that it gets; none where null. */
export interface Relabelled {
  readonly start: number;
  readonly end: number;
  readonly label: Label | null;
}

/** Where one text is labelled otherwise in `to` than in `from`, in order; both in order and disjoint. */
export function relabelled(from: readonly Span[], to: readonly Span[]): Relabelled[] {
  const edges = new Set([...from, ...to].flatMap(({ start, end }) => [start, end]));
  const places = [...edges].sort((a, b) => a - b);
  const changed: Relabelled[] = [];
  let [i, j] = [0, 0];
  for (let at = 0; at + 1 < places.length; at++) {
    const [start, end] = [places[at]!, places[at + 1]!];
    while (i < from.length && from[i]!.end <= start) i++;
    while (j < to.length && to[j]!.end <= start) j++;
    const label = labelAt(to[j], start);
    if (label !== labelAt(from[i], start)) changed.push({ start, end, label });
  }
  return changed;
}

function labelAt(span: Span | undefined, offset: number): Label | null {
  return span && span.start <= offset ? span.label : null;
}
