/** What a person said of text while it was edited, kept where the text stays though its runs are put back as they were. */
import { type Edit, untouched } from './edits';
import type { Runs } from './runs';

/** Text, [start, end), of an insertion that stands for what was said. */
export interface SaidRun {
  readonly start: number;
  readonly end: number;
  readonly insertion: number;
}

/** What was said of the text that `edits` (in order, disjoint) leave as it is, where that stands after them. */
export function saidBeside(
  edits: readonly Edit[],
  runs: Runs,
  isSaid: (insertion: number) => boolean,
): readonly SaidRun[] {
  const said: SaidRun[] = [];
  runs.forEach((start, length, insertion) => {
    if (!isSaid(insertion)) return;
    for (const range of untouched(start, start + length, edits)) said.push({ ...range, insertion });
  });
  return said;
}

export function sayAgain(said: readonly SaidRun[], runs: Runs): void {
  for (const { start, end, insertion } of said) runs.splice(start, end, [end - start, insertion]);
}
