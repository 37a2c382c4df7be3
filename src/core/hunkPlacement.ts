import { type CharacterLabels, type HunkDiffer, matchHunk } from './hunkMatch';
import type { LinedText } from './linedText';
import { lineAt } from './lines';
import type { Span } from './marks';

/** What carrying over has found so far. */
export interface Carrying {
  readonly old: LinedText;
  readonly now: LinedText;
  /** The spans of `old`, normalised. */
  readonly spans: readonly Span[];
  /** For each line of `old` the line of `now` that it became, or -1. */
  readonly newLine: Int32Array;
  /** Spans of `now`, in no order. */
  readonly placed: Placed[];
}

/** A span of the new text, and the index of the old span it comes from. */
export interface Placed extends Span {
  readonly from: number;
}

/** Changed lines, ascending on both sides. */
export interface Hunk {
  readonly old: readonly number[];
  readonly now: readonly number[];
}

/** A changed hunk with more characters than this, both sides together, keeps what whole lines keep and no more. */
const MAX_HUNK = 20_000;

/** Places the labels of a line whose indentation or trailing whitespace changed. */
export function placeLine(carrying: Carrying, oldLine: number, line: number, differ: HunkDiffer): void {
  const { old, now, spans, placed } = carrying;
  const [start, end] = [old.lines.starts[oldLine]!, old.lines.ends[oldLine]!];
  const from = firstWith(spans, (one) => one.end > start);
  const span = spans[from];
  if (!span || span.start >= old.lines.starts[oldLine + 1]!) return;
  if (span.start <= start && span.end >= end) {
    placed.push({
      start: now.lines.starts[line]!,
      end: now.lines.starts[line + 1]!,
      label: span.label,
      from,
    });
  } else {
    placeHunk(carrying, { old: [oldLine], now: [line] }, differ);
  }
}

/** Places the labels of a changed hunk by the characters that `differ` finds again. Fills `newLine` and `placed`. */
export function placeHunk(carrying: Carrying, hunk: Hunk, differ: HunkDiffer): void {
  const { old, now, spans, newLine, placed } = carrying;
  const a = gather(old, hunk.old);
  const labels = spanOfEach(a, spans);
  if (labels === null) return;
  const b = gather(now, hunk.now);
  if (a.text.length + b.text.length > MAX_HUNK) return;
  const match = matchHunk(a.text, labels, b.text, differ);
  for (let part = 0; part < b.offsets.length; part++) {
    const shift = b.offsets[part]! - b.starts[part]!;
    const partEnd = b.starts[part + 1]!;
    for (let at = b.starts[part]!; at < partEnd; ) {
      const number = match.labels[at]!;
      let end = at + 1;
      while (end < partEnd && match.labels[end] === number) end++;
      if (number !== 0) {
        placed.push({
          start: at + shift,
          end: end + shift,
          label: spans[number - 1]!.label,
          from: number - 1,
        });
      }
      at = end;
    }
  }
  // The line that stands at [lineStart, lineEnd) of a.text.
  let [line, lineStart, lineEnd] = [-1, 0, 0];
  for (let at = 0; at < b.text.length; at++) {
    const from = match.source[at]!;
    if (from < 0) continue;
    if (from < lineStart || from >= lineEnd) {
      const offset = offsetOf(a, from);
      line = lineAt(old.lines, offset);
      lineStart = from - offset + old.lines.starts[line]!;
      lineEnd = from - offset + old.lines.starts[line + 1]!;
    }
    if (newLine[line] === -1) newLine[line] = lineAt(now.lines, offsetOf(b, at));
  }
}

/** Some lines' raw text in one string, made of parts: runs of neighbouring lines. */
interface Gathered {
  readonly text: string;
  /** Where each part starts in `text`; one more entry at the end holds the text's length. */
  readonly starts: readonly number[];
  /** Where each part starts in the whole text. */
  readonly offsets: readonly number[];
}

function gather({ text, lines }: LinedText, chosen: readonly number[]): Gathered {
  const starts = [0];
  const offsets: number[] = [];
  let gathered = '';
  for (let k = 0; k < chosen.length; ) {
    let last = k;
    while (last + 1 < chosen.length && chosen[last + 1] === chosen[last]! + 1) last++;
    const start = lines.starts[chosen[k]!]!;
    gathered += text.slice(start, lines.starts[chosen[last]! + 1]!);
    offsets.push(start);
    starts.push(gathered.length);
    k = last + 1;
  }
  return { text: gathered, starts, offsets };
}

/** The offset in the whole text of a character of the gathered one. */
function offsetOf({ starts, offsets }: Gathered, at: number): number {
  const part = offsets.length === 1 ? 0 : firstWith(starts, (start) => start > at) - 1;
  return offsets[part]! + at - starts[part]!;
}

/** For each gathered character 0, or 1 more than the index of its span; null when no span lies in the text. */
function spanOfEach({ text, starts, offsets }: Gathered, spans: readonly Span[]): CharacterLabels | null {
  const labels = new Int32Array(text.length);
  let any = false;
  for (let part = 0; part < offsets.length; part++) {
    const from = offsets[part]!;
    const to = from + starts[part + 1]! - starts[part]!;
    const shift = starts[part]! - from;
    for (let k = firstWith(spans, ({ end }) => end > from); k < spans.length && spans[k]!.start < to; k++) {
      labels.fill(k + 1, Math.max(spans[k]!.start, from) + shift, Math.min(spans[k]!.end, to) + shift);
      any = true;
    }
  }
  return any ? labels : null;
}

/** Index of the first element for which `holds`, in a list where it holds for all that follow it. */
export function firstWith<T>(list: readonly T[], holds: (element: T) => boolean): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(list[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}
