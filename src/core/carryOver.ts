import type { HunkDiffer } from './hunkMatch';
import { type Carrying, type Hunk, type Placed, placeHunk, placeLine } from './hunkPlacement';
import { isSpace, type LinedText, lined, wordCharacters } from './linedText';
import { gapsBetween, inOrder, type LineMatch, matchLines } from './lineMatch';
import { type Lines, lineAt } from './lines';
import type { Deletion, Marks, Span } from './marks';
import { isEmpty, NO_MARKS } from './marks';
import { normaliseMarks } from './sidecar';
import { diffTokens } from './tokenDiff';

export { carryByLineHashes } from './carryByLineHashes';

/**
 * Carries the marks of one text over to another by what both have in common: equal lines, moved runs of lines, and
 * inside changed lines equal words, whatever the whitespace around them. What has no equal in `after` loses its marks;
 * nothing else gains any. Offsets are UTF-16. `droppedCharacters` counts the labelled characters of `before`,
 * whitespace apart, that have no place in `after`. Equal texts give the same marks, others normalised ones
 * (see {@link normaliseMarks}). `differ` is there to be measured against others.
 */
export function carryOver(
  before: { text: string; marks: Marks },
  after: string,
  differ: HunkDiffer = diffTokens,
): { marks: Marks; droppedCharacters: number } {
  if (before.text === after) return { marks: before.marks, droppedCharacters: 0 };
  if (isEmpty(before.marks)) return { marks: NO_MARKS, droppedCharacters: 0 };
  const [old, now] = [lined(before.text), lined(after)];
  const { spans, deletions } = normaliseMarks(before.text, before.marks, old.lines);
  const labelled = labelledLines(old.lines, spans);
  const match = matchLines(old, now, (line) => labelled[line] === 1);
  const newLine = new Int32Array(old.lines.count).fill(-1);
  const carrying: Carrying = { old, now, spans, newLine, placed: [] };
  for (const { aStart, bStart, length } of [...match.kept, ...match.moved]) {
    for (let k = 0; k < length; k++) newLine[aStart + k] = bStart + k;
  }
  placeLines(carrying);
  for (const { aStart, bStart, length } of match.similar) {
    for (let k = 0; k < length; k++) {
      newLine[aStart + k] = bStart + k;
      if (labelled[aStart + k]) placeLine(carrying, aStart + k, bStart + k, differ);
    }
  }
  for (const hunk of labelledHunks(match, labelled, now.lines.count)) placeHunk(carrying, hunk, differ);
  const placed = withWords(carrying).sort((one, other) => one.start - other.start);
  return {
    marks: normaliseMarks(
      after,
      { spans: placed, deletions: moveDeletions(old.lines, now.lines, newLine, deletions) },
      now.lines,
    ),
    droppedCharacters: solidCharacters(old, spans) - solidCharacters(now, placed),
  };
}

/** A table with 1 for each line that a span touches. */
function labelledLines(lines: Lines, spans: readonly Span[]): Uint8Array {
  const labelled = new Uint8Array(lines.count);
  for (const span of spans) {
    const first = lineAt(lines, span.start);
    for (let line = first; line >= 0 && line < lines.count && lines.starts[line]! < span.end; line++) {
      labelled[line] = 1;
    }
  }
  return labelled;
}

/** Labels the lines that were found again as they were labelled; an empty line's label lies on its terminator. */
function placeLines({ old, now, spans, newLine, placed }: Carrying): void {
  spans.forEach(({ start, end, label }, from) => {
    for (let line = lineAt(old.lines, start); line < old.lines.count; line++) {
      const lineStart = old.lines.starts[line]!;
      if (lineStart >= end) break;
      if (newLine[line]! < 0) continue;
      const shift = now.lines.starts[newLine[line]!]! - lineStart;
      const lineEnd = old.lines.ends[line]!;
      if (lineEnd === lineStart) {
        placed.push({ start: lineStart + shift, end: now.lines.starts[newLine[line]! + 1]!, label, from });
      } else if (start < lineEnd) {
        placed.push({
          start: Math.max(start, lineStart) + shift,
          end: Math.min(end, lineEnd) + shift,
          label,
          from,
        });
      }
    }
  });
}

/** Leaves out what was placed of a span that had words and has none any more: the rest of it, a `}`, matches by chance. */
function withWords({ old, now, spans, placed }: Carrying): Placed[] {
  const found = new Uint8Array(spans.length);
  for (const { start, end, from } of placed) {
    if (found[from] === 0 && wordCharacters(now.text, start, end, 1) > 0) found[from] = 1;
  }
  return placed.filter(
    ({ from }) =>
      found[from] === 1 || wordCharacters(old.text, spans[from]!.start, spans[from]!.end, 1) === 0,
  );
}

/** The changed hunks, without the lines that moved, in which `old` has a label and `now` has lines. */
function* labelledHunks(match: LineMatch, labelled: Uint8Array, nowCount: number): Generator<Hunk> {
  const movedFrom = new Set<number>();
  const movedTo = new Set<number>();
  for (const { aStart, bStart, length } of match.moved) {
    for (let k = 0; k < length; k++) {
      movedFrom.add(aStart + k);
      movedTo.add(bStart + k);
    }
  }
  for (const gap of gapsBetween(inOrder(match.kept, match.similar), labelled.length, nowCount)) {
    if (!hasLabel(labelled, gap.aStart, gap.aEnd)) continue;
    const old = linesWithout(movedFrom, gap.aStart, gap.aEnd);
    const now = linesWithout(movedTo, gap.bStart, gap.bEnd);
    if (now.length > 0 && old.some((line) => labelled[line] === 1)) yield { old, now };
  }
}

function hasLabel(labelled: Uint8Array, start: number, end: number): boolean {
  for (let line = start; line < end; line++) if (labelled[line] === 1) return true;
  return false;
}

function linesWithout(taken: ReadonlySet<number>, start: number, end: number): number[] {
  const lines: number[] = [];
  for (let line = start; line < end; line++) if (!taken.has(line)) lines.push(line);
  return lines;
}

/** Characters in the spans that are not whitespace. */
function solidCharacters({ text }: LinedText, spans: readonly Span[]): number {
  let count = 0;
  for (const { start, end } of spans) {
    for (let at = start; at < end; at++) if (!isSpace(text.charCodeAt(at))) count++;
  }
  return count;
}

/** A deletion stays above its line, or above what is in its place before the next line below that was found again. */
function moveDeletions(
  old: Lines,
  now: Lines,
  newLine: Int32Array,
  deletions: readonly Deletion[],
): Deletion[] {
  if (now.count === 0 || deletions.length === 0) return [];
  const next = new Int32Array(newLine.length + 1).fill(now.count - 1);
  for (let line = newLine.length - 1; line >= 0; line--) {
    next[line] = newLine[line]! >= 0 ? newLine[line]! : next[line + 1]!;
  }
  const found = new Uint8Array(now.count);
  for (const line of newLine) if (line >= 0) found[line] = 1;
  // For each line, the first of the new lines that stand right above it; they may stand where the text was removed.
  const first = new Int32Array(now.count);
  for (let line = 1; line < now.count; line++) first[line] = found[line - 1] === 1 ? line : first[line - 1]!;
  let line = 0;
  let above = -1;
  return deletions.map(({ offset, label }) => {
    for (const own = lineAt(old, offset); line < own; line++) if (newLine[line]! >= 0) above = newLine[line]!;
    const below = next[line]!;
    const at = newLine[line]! >= 0 ? below : Math.min(below, Math.max(above + 1, first[below]!));
    return { offset: now.starts[at]!, label };
  });
}
