import { deletionsByLineHashes } from './carryByLineHashes';
import { lined } from './linedText';
import { gapsBetween, matchLines } from './lineMatch';
import { splitLines } from './lines';
import { type Deletion, type Label, type Marks, NO_MARKS } from './marks';
import { ReviewText } from './reviewText';
import type { Sidecar } from './sidecar';

/** A text with its marks. */
interface MarkedText {
  readonly text: string;
  readonly marks: Marks;
}

/**
 * The deletion marks of a text, carried over from `base`, without those of removals that the text does not have: where it
 * reads otherwise than `base` around a mark, and just as an `earlier` text in which nothing was removed there. So a
 * change that is staged without a removal in it carries no mark of that. `path` is the text's.
 */
export function withoutUndone(
  path: string,
  { text, marks }: MarkedText,
  base: MarkedText,
  earlier: MarkedText,
): readonly Deletion[] {
  const removed = new Set(placesIn(path, base.text, base.marks.deletions).map(keyOf));
  const doubtful = placesIn(path, text, marks.deletions).filter((place) => !removed.has(keyOf(place)));
  if (doubtful.length === 0) return marks.deletions;
  const marked = new Set(placesIn(path, earlier.text, earlier.marks.deletions).map(keyOf));
  const lines = new Set(placesIn(path, earlier.text, atEachLine(earlier.text)).map(({ around }) => around));
  const undone = doubtful.filter((place) => lines.has(place.around) && !marked.has(keyOf(place)));
  const gone = new Set(undone.map(({ offset, label }) => `${offset} ${label}`));
  return marks.deletions.filter(({ offset, label }) => !gone.has(`${offset} ${label}`));
}

/**
 * As {@link withoutUndone}, but a mark that strayed goes to where its removal is. When somebody moves the line that carries
 * it, a mark goes to the next line, and from there to what `text` has instead, where nothing was removed. A text that has
 * only lines of `base`, in their order, has every removal: the mark then belongs above the first of fewer new lines that
 * came in the place of others, by the same label. Where there are more or less such places without a mark than marks that
 * strayed, nobody can tell which it is, and there is none.
 */
export function whereRemoved(
  path: string,
  state: MarkedText,
  base: MarkedText,
  earlier: MarkedText,
): readonly Deletion[] {
  const kept = withoutUndone(path, state, base, earlier);
  const staying = new Set(kept);
  const strayed = state.marks.deletions.filter((one) => !staying.has(one));
  if (strayed.length === 0 || !isPartOf(state.text, base.text)) return kept;
  const found = [...new Set(strayed.map(({ label }) => label))].flatMap((label) => {
    const removals = replacedBy(label, state, base.text, earlier.text);
    const isMarked = ({ start, end }: Replaced) =>
      kept.some((one) => one.label === label && start <= one.offset && one.offset <= end);
    const open = removals.filter((one) => !isMarked(one));
    const isClear = open.length === strayed.filter((one) => one.label === label).length;
    return isClear ? open.map(({ offset }) => ({ offset, label })) : [];
  });
  return [...kept, ...found].sort((a, b) => a.offset - b.offset);
}

/**
 * The marks that were `kept` of a text's, and those that strayed (see {@link whereRemoved}) where the sidecars that were saved
 * before, the newest first, have them: a text that was staged before somebody moved the line that carries a mark still reads
 * as it was saved then. Never where it reads as `earlier`. Where these sidecars have more of them than strayed, nobody can tell
 * which it is, and there is none.
 */
export function whereSaved(
  path: string,
  { text, marks }: MarkedText,
  kept: readonly Deletion[],
  earlier: string,
  saves: readonly Sidecar[],
): readonly Deletion[] {
  const saved = { text, marks: { spans: [], deletions: deletionsByLineHashes(saves, text) } };
  const unmarked = { text: earlier, marks: NO_MARKS };
  const places = withoutUndone(path, saved, unmarked, unmarked);
  const found = [...new Set(marks.deletions.map(({ label }) => label))].flatMap((label) => {
    const isOwn = (one: Deletion) => one.label === label;
    const own = kept.filter(isOwn);
    const open = places.filter((one) => isOwn(one) && !own.some(({ offset }) => offset === one.offset));
    return open.length <= marks.deletions.filter(isOwn).length - own.length ? open : [];
  });
  return [...kept, ...found].sort((a, b) => a.offset - b.offset);
}

/** A place where other lines stood. */
interface Replaced {
  /** Of the first new line. */
  readonly offset: number;
  readonly start: number;
  /** Where the line that follows starts. */
  readonly end: number;
}

/** Where fewer new lines, the first one with the label, took the place of lines that `base` does not have any more either. */
function replacedBy(label: Label, { text, marks }: MarkedText, base: string, earlier: string): Replaced[] {
  const [old, now] = [lined(earlier), lined(text)];
  const [oldLines, newLines] = [contentsOf(earlier), contentsOf(text)];
  const [inBase, inOld] = [new Set(contentsOf(base)), new Set(oldLines)];
  const { starts, ends } = now.lines;
  const hasLabel = (line: number) =>
    marks.spans.some((span) => span.label === label && span.start < ends[line]! && starts[line]! < span.end);
  const found: Replaced[] = [];
  const { kept } = matchLines(old, now, () => false);
  for (const { aStart, aEnd, bStart, bEnd } of gapsBetween(kept, old.lines.count, now.lines.count)) {
    const gone = oldLines.slice(aStart, aEnd).filter((line) => line !== '' && !inBase.has(line));
    const came = newLines.slice(bStart, bEnd).filter((line) => line !== '' && !inOld.has(line));
    if (came.length === 0 || came.length >= gone.length) continue;
    const first = newLines.indexOf(came[0]!, bStart);
    if (hasLabel(first)) found.push({ offset: starts[first]!, start: starts[bStart]!, end: starts[bEnd]! });
  }
  return found;
}

/** True when a text, blank lines and white space around lines aside, has lines of another one only, in their order. */
function isPartOf(text: string, whole: string): boolean {
  const lines = contentsOf(whole);
  let at = 0;
  return contentsOf(text).every((line) => {
    if (line === '') return true;
    at = lines.indexOf(line, at) + 1;
    return at > 0;
  });
}

function contentsOf(text: string): string[] {
  const { count, starts, ends } = splitLines(text);
  return Array.from({ length: count }, (_, line) => text.slice(starts[line], ends[line]).trim());
}

interface Place extends Deletion {
  /** The lines around, as many as it takes to recognise the place. */
  readonly around: string;
}

function placesIn(path: string, text: string, deletions: readonly Deletion[]): Place[] {
  if (deletions.length === 0) return [];
  return new ReviewText(path, text, { spans: [], deletions }).deletions.map(({ deletion, above, below }) => ({
    ...deletion,
    around: JSON.stringify([above, below]),
  }));
}

function keyOf({ around, label }: Place): string {
  return `${label} ${around}`;
}

function atEachLine(text: string): Deletion[] {
  const { count, starts } = splitLines(text);
  return Array.from({ length: count }, (_, line) => ({ offset: starts[line]!, label: '' }));
}
