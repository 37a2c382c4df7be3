import { type HunkDiffer, matchHunk } from './hunkMatch';
import { type LinedText, type LineMatch, lined, matchLines } from './lineMatch';
import { type Lines, lineAt } from './lines';
import type { Deletion, Label, Marks, Span } from './marks';
import { isEmpty, NO_MARKS } from './marks';
import type { Block } from './sequenceDiff';
import { normaliseMarks } from './sidecar';
import { diffTokens, isSpace } from './tokenDiff';

export { carryByLineHashes } from './carryByLineHashes';

/** A changed hunk with more characters than this, both sides together, keeps what whole lines keep and no more. */
const MAX_HUNK = 200_000;

/**
 * Carries the marks of one text over to another by what both have in common: equal lines, moved runs of lines, and
 * inside changed lines equal words, whatever the whitespace around them. What has no equal in `after` loses its marks;
 * nothing else gains any. Offsets are UTF-16. `droppedCharacters` counts the labelled characters of `before`,
 * whitespace apart, that have no place in `after`.
 */
export function carryOver(
  before: { text: string; marks: Marks },
  after: string,
  differ: HunkDiffer = diffTokens,
): { marks: Marks; droppedCharacters: number } {
  if (before.text === after) return { marks: before.marks, droppedCharacters: 0 };
  if (isEmpty(before.marks)) return { marks: NO_MARKS, droppedCharacters: 0 };
  const old = lined(before.text);
  const now = lined(after);
  const labelled = labelledLines(old.lines, before.marks.spans);
  const match = matchLines(old, now, (line) => labelled[line] === 1);
  const newLine = new Int32Array(old.lines.count).fill(-1);
  const spans: Span[] = [];
  for (const block of [...match.kept, ...match.moved]) {
    for (let k = 0; k < block.length; k++) newLine[block.aStart + k] = block.bStart + k;
  }
  placeLines(old, now, newLine, before.marks.spans, spans);
  for (const hunk of hunks(match, old.lines.count, now.lines.count)) {
    const [first, last] = hunk.old[0] ?? [0, 0];
    if (first < last) placeHunk(old, now, hunk, before.marks.spans, differ, newLine, spans);
  }
  spans.sort((one, other) => one.start - other.start);
  const deletions = moveDeletions(old.lines, now.lines, newLine, before.marks.deletions);
  const dropped = solidCharacters(before.text, before.marks.spans) - solidCharacters(after, spans);
  return { marks: normaliseMarks(after, { spans, deletions }, now.lines), droppedCharacters: dropped };
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
function placeLines(
  old: LinedText,
  now: LinedText,
  newLine: Int32Array,
  labelled: readonly Span[],
  placed: Span[],
): void {
  for (const { start, end, label } of labelled) {
    for (let line = Math.max(0, lineAt(old.lines, start)); line < old.lines.count; line++) {
      const from = old.lines.starts[line]!;
      if (from >= end) break;
      const to = newLine[line]! < 0 ? -1 : now.lines.starts[newLine[line]!]!;
      if (to < 0) continue;
      const contentEnd = old.lines.ends[line]!;
      if (contentEnd === from) {
        const newEnd = now.lines.starts[newLine[line]! + 1]!;
        if (old.lines.starts[line + 1]! <= end) placed.push({ start: to, end: newEnd, label });
      } else if (start < contentEnd) {
        placed.push({
          start: Math.max(start, from) - from + to,
          end: Math.min(end, contentEnd) - from + to,
          label,
        });
      }
    }
  }
}

/** Lines between kept blocks, without the moved ones, as ascending ranges on both sides. */
interface Hunk {
  readonly old: readonly (readonly [number, number])[];
  readonly now: readonly (readonly [number, number])[];
}

function* hunks(match: LineMatch, oldCount: number, nowCount: number): Generator<Hunk> {
  const movedTo = [...match.moved].sort((one, other) => one.bStart - other.bStart);
  let [aEnd, bEnd] = [0, 0];
  for (const block of [...match.kept, { aStart: oldCount, bStart: nowCount, length: 0 }]) {
    if (block.aStart > aEnd && block.bStart > bEnd) {
      yield {
        old: without(match.moved, 'aStart', aEnd, block.aStart),
        now: without(movedTo, 'bStart', bEnd, block.bStart),
      };
    }
    aEnd = block.aStart + block.length;
    bEnd = block.bStart + block.length;
  }
}

/** The range [start, end) without the blocks, which ascend on this side. */
function without(
  blocks: readonly Block[],
  side: 'aStart' | 'bStart',
  start: number,
  end: number,
): [number, number][] {
  const ranges: [number, number][] = [];
  for (let k = firstWith(blocks, (block) => block[side] >= start); k < blocks.length; k++) {
    const block = blocks[k]!;
    if (block[side] >= end) break;
    if (block[side] > start) ranges.push([start, block[side]]);
    start = block[side] + block.length;
  }
  if (start < end) ranges.push([start, end]);
  return ranges;
}

/** The raw text of some ranges of lines in one string, and where each of its characters stands. */
function gather({ text, lines }: LinedText, ranges: Hunk['old']) {
  const parts = ranges.map(([first, last]) => ({ start: lines.starts[first]!, end: lines.starts[last]! }));
  const offsets: number[] = [];
  let joined = '';
  for (const { start, end } of parts) {
    offsets.push(joined.length);
    joined += text.slice(start, end);
  }
  const toText = (at: number) => {
    let part = offsets.length - 1;
    while (offsets[part]! > at) part--;
    return parts[part]!.start + at - offsets[part]!;
  };
  return { joined, parts, offsets, toText };
}

function placeHunk(
  old: LinedText,
  now: LinedText,
  hunk: Hunk,
  spans: readonly Span[],
  differ: HunkDiffer,
  newLine: Int32Array,
  placed: Span[],
): void {
  const a = gather(old, hunk.old);
  const names: Label[] = [''];
  const numbers = new Map<Label, number>();
  const labels = new Int32Array(a.joined.length);
  a.parts.forEach(({ start, end }, part) => {
    for (
      let k = firstWith(spans, (span) => span.end > start);
      k < spans.length && spans[k]!.start < end;
      k++
    ) {
      const span = spans[k]!;
      const shift = a.offsets[part]! - start;
      if (!numbers.has(span.label)) numbers.set(span.label, names.push(span.label) - 1);
      labels.fill(
        numbers.get(span.label)!,
        Math.max(span.start, start) + shift,
        Math.min(span.end, end) + shift,
      );
    }
  });
  if (names.length === 1) return;
  const b = gather(now, hunk.now);
  if (a.joined.length + b.joined.length > MAX_HUNK) return;
  const match = matchHunk(a.joined, labels, b.joined, differ);
  for (let at = 0; at < b.joined.length; at++) {
    if (match.labels[at] !== 0) {
      const to = b.toText(at);
      const label = names[match.labels[at]!]!;
      const last = placed[placed.length - 1];
      if (last && last.end === to && last.label === label)
        placed[placed.length - 1] = { ...last, end: to + 1 };
      else placed.push({ start: to, end: to + 1, label });
    }
    const from = match.source[at]!;
    if (from >= 0) {
      const line = lineAt(old.lines, a.toText(from));
      if (newLine[line] === -1) newLine[line] = lineAt(now.lines, b.toText(at));
    }
  }
}

/** Index of the first element for which `holds`, in a list where it holds for all that follow it. */
function firstWith<T>(list: readonly T[], holds: (element: T) => boolean): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(list[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Characters in the spans that are not whitespace. */
function solidCharacters(text: string, spans: readonly Span[]): number {
  let count = 0;
  for (const { start, end } of spans) {
    for (let at = start; at < end; at++) if (!isSpace(text.charCodeAt(at))) count++;
  }
  return count;
}

/** A deletion stays above its line, or above the next line below that was found again. */
function moveDeletions(
  old: Lines,
  now: Lines,
  newLine: Int32Array,
  deletions: readonly Deletion[],
): Deletion[] {
  if (now.count === 0) return [];
  return deletions.map(({ offset, label }) => {
    let line = Math.max(0, lineAt(old, offset));
    while (line < newLine.length && newLine[line] === -1) line++;
    return { offset: now.starts[line < newLine.length ? newLine[line]! : now.count - 1]!, label };
  });
}
