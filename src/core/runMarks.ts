/** What the runs of a document say: its marks, and where there is text of some insertion. */
import type { LiveDeletion } from './deletions';
import { type Deletion, joinSpans, type Label, type Marks, type Span } from './marks';
import type { RunList, Runs } from './runs';

/** The marks of runs and deletion marks whose insertions carry these labels; null for none. */
export function marksOfRuns(
  runs: Runs,
  made: readonly LiveDeletion[],
  labelOf: (insertion: number) => Label | null,
): Marks {
  const spans: Span[] = [];
  runs.forEach((start, length, insertion) => {
    const label = labelOf(insertion);
    if (label !== null) spans.push({ start, end: start + length, label });
  });
  const deletions: Deletion[] = [];
  for (const { offset, insertion } of made) {
    const label = labelOf(insertion);
    if (label !== null) deletions.push({ offset, label });
  }
  // In what order they came to one place is nothing that a record keeps.
  deletions.sort((a, b) => a.offset - b.offset || (a.label < b.label ? -1 : a.label > b.label ? 1 : 0));
  return { spans: joinSpans(spans), deletions };
}

/** Where runs, the first of which starts at offset `at`, belong to other insertions than `but`: [start, end) in order. */
export function placesOfRuns(runs: RunList, but: number, at: number): { start: number; end: number }[] {
  const places: { start: number; end: number }[] = [];
  let start = at;
  for (let i = 0; i < runs.length; i += 2) {
    const end = start + runs[i]!;
    const last = places.at(-1);
    if (runs[i + 1] !== but && last?.end === start) last.end = end;
    else if (runs[i + 1] !== but) places.push({ start, end });
    start = end;
  }
  return places;
}
