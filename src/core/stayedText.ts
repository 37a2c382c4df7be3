/**
 * Text that a change left where it was, and of which an earlier text that was put back then says something else: which of
 * two copies stays, every comparison chooses as it likes. Once the change is undone the text is what it was before.
 */
import { type Edit, untouched } from './edits';
import type { RunList, Runs } from './runs';

/** [start, end) of the text after the change, and the insertions that it belonged to and belongs to now. */
export interface StayedText {
  readonly start: number;
  readonly end: number;
  readonly was: number;
  readonly became: number;
}

/** What of the text that `edits` (in order, disjoint) left as it is belongs to another insertion in `now` than in `was`. */
export function stayedText(edits: readonly Edit[], was: Runs, now: Runs): StayedText[] {
  const growth = edits.reduce((sum, { removed, text }) => sum + text.length - removed.length, 0);
  const changed: StayedText[] = [];
  for (const { start, end } of untouched(0, now.length - growth, edits)) {
    forEachRun(now.slice(start, end), start, (from, to, became) => {
      forEachRun(was.slice(from, to), from, (at, until, before) => {
        if (before !== became) changed.push({ start: at, end: until, was: before, became });
      });
    });
  }
  return changed;
}

/** Makes such text what it was, or what it became. What something else was said of meanwhile stays that. */
export function exchange(stayed: readonly StayedText[], runs: Runs, direction: 'undo' | 'redo'): void {
  for (const { start, end, was, became } of stayed) {
    const [from, to] = direction === 'undo' ? [became, was] : [was, became];
    forEachRun(runs.slice(start, end), start, (at, until, insertion) => {
      if (insertion === from) runs.splice(at, until, [until - at, to]);
    });
  }
}

/** Calls back for each of some runs, the first of which starts at offset `at`. */
function forEachRun(
  list: RunList,
  at: number,
  callback: (start: number, end: number, insertion: number) => void,
): void {
  let start = at;
  for (let i = 0; i < list.length; i += 2) {
    const end = start + list[i]!;
    callback(start, end, list[i + 1]!);
    start = end;
  }
}
