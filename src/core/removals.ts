/**
 * Where a batch of edits only removed text, so that nothing it put there can be marked (docs/sidecar.md, "Deletions").
 * All offsets are UTF-16, 0-based, end exclusive.
 */
import { type Edit, isBlank } from './edits';
import type { RunList } from './runs';

/** A place where text went. */
export interface Removal {
  /** In the text after the batch: on the line above which, or within which, it happened. */
  readonly offset: number;
  /** The insertions whose text went. */
  readonly removes: readonly number[];
}

/** A line of what a part removes, without the whitespace around it, and the insertions that it belongs to. */
interface GoneLine {
  readonly core: string;
  readonly insertions: readonly number[];
}

/** A changed part of a batch, and the lines (or parts of a line) that say something of what it removes and inserts. */
export interface Change {
  readonly part: Edit;
  /** Index of the batch's edit that the part belongs to. */
  readonly edit: number;
  readonly gone: readonly GoneLine[];
  readonly came: readonly string[];
}

/** What a part takes away and puts there. `old` are the runs of its removed text. */
export function changeOf(part: Edit, edit: number, old: RunList): Change {
  const { removed, text } = part;
  const gone: GoneLine[] = [];
  let [run, runStart] = [0, 0];
  for (const [start, end] of filledLines(removed)) {
    const insertions = new Set<number>();
    for (; run < old.length; run += 2) {
      const runEnd = runStart + old[run]!;
      if (!isBlank(removed.slice(Math.max(start, runStart), Math.min(end, runEnd))))
        insertions.add(old[run + 1]!);
      if (runEnd > end) break;
      runStart = runEnd;
    }
    gone.push({ core: removed.slice(start, end), insertions: [...insertions] });
  }
  return { part, edit, gone, came: filledLines(text).map(([start, end]) => text.slice(start, end)) };
}

/** The changes without the lines that one part takes away and another puts there again, each once: these moved. */
export function withoutMoved(changes: readonly Change[]): readonly Change[] {
  if (changes.length < 2) return changes;
  const places = new Map<string, number[]>();
  changes.forEach(({ came }, index) => {
    for (const core of came) {
      const indexes = places.get(core);
      if (indexes) indexes.push(index);
      else places.set(core, [index]);
    }
  });
  const arrived = changes.map(() => new Map<string, number>());
  const stayed = changes.map(({ gone }, index) =>
    gone.filter(({ core }) => {
      const indexes = places.get(core);
      const place = indexes?.at(-1) === index ? -2 : -1;
      const target = indexes?.at(place);
      if (indexes === undefined || target === undefined || target === index) return true;
      indexes.splice(place, 1);
      arrived[target]!.set(core, (arrived[target]!.get(core) ?? 0) + 1);
      return false;
    }),
  );
  return changes.map((change, index) => {
    const came = change.came.filter((core) => {
      const left = arrived[index]!.get(core) ?? 0;
      if (left > 0) arrived[index]!.set(core, left - 1);
      return left === 0;
    });
    return { ...change, gone: stayed[index]!, came };
  });
}

/** The insertions whose text, white space aside, a change takes away. */
export function removesOf({ gone }: Change): number[] {
  return [...new Set(gone.flatMap(({ insertions }) => insertions))];
}

/**
 * The places where text went without other text in its place: where fewer lines came than went, and for what went from
 * within a line, where nothing new stands on that line. `edits` are the batch's, `changes` are in order, `length` is the
 * text's before them.
 */
export function removalsOf(edits: readonly Edit[], changes: readonly Change[], length: number): Removal[] {
  const removals: Removal[] = [];
  let shift = 0;
  /** What went from one line, so far. */
  let line: { isNew: boolean; removals: Removal[] } = { isNew: false, removals: [] };
  const endLine = () => {
    const [first] = line.removals;
    if (first && !line.isNew) {
      removals.push({ ...first, removes: [...new Set(line.removals.flatMap(({ removes }) => removes))] });
    }
    line = { isNew: false, removals: [] };
  };
  changes.forEach((change, index) => {
    const { part, edit, gone, came } = change;
    const removal = { offset: part.start + shift + landing(part), removes: removesOf(change) };
    const isRemoval = gone.length > came.length;
    if (!isSameLine(edits[edit]!, changes[index - 1], change)) endLine();
    if (!isWithinLine(change)) {
      if (isRemoval) removals.push(removal);
    } else {
      line.isNew ||= came.length > 0;
      if (isRemoval) line.removals.push(removal);
    }
    shift += part.text.length - part.removed.length;
  });
  endLine();
  return removals.map(({ offset, removes }) => ({ offset: Math.min(offset, length + shift), removes }));
}

/**
 * Where a mark goes whose place is within what an edit removes, counted from the edit's start: to the line that follows.
 * An edit that takes a line with the break before it leaves the break after it.
 */
export function landing({ removed, text }: { readonly removed: string; readonly text: string }): number {
  if (text === '') return /^[^\S\r\n]*(\r\n|\r|\n)/.exec(removed)?.[1]?.length ?? 0;
  if (isBlank(text)) return 0;
  const first = text.search(/\S/);
  return Math.max(text.lastIndexOf('\n', first), text.lastIndexOf('\r', first)) + 1;
}

/** True when nothing but text of one line stands between two parts of one edit. */
function isSameLine(whole: Edit, last: Change | undefined, change: Change): boolean {
  if (!last || last.edit !== change.edit || !isWithinLine(last) || !isWithinLine(change)) return false;
  return !hasBreak(whole.removed.slice(last.part.end - whole.start, change.part.start - whole.start));
}

function isWithinLine({ part }: Change): boolean {
  return !hasBreak(part.removed) && !hasBreak(part.text);
}

function hasBreak(text: string): boolean {
  return text.includes('\n') || text.includes('\r');
}

/** Where the lines of a text that say something start and end, without the whitespace around them. */
function filledLines(text: string): [number, number][] {
  return Array.from(text.matchAll(/\S(?:[^\r\n]*\S)?/g), ({ index, 0: core }) => [
    index,
    index + core.length,
  ]);
}
