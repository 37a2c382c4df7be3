export { carryByLineHashes } from './carryByLineHashes';

import { matchTokens, type Piece, tokenise } from './hunkMatch';
import { type LinedText, lined, matchLines } from './lineMatch';
import { lineAt } from './lines';
import type { Deletion, Marks, Span } from './marks';
import { NO_MARKS } from './marks';
import { normaliseMarks } from './sidecar';

/**
 * Carries the marks of one text over to another by what both have in common: equal lines, moved runs of lines, and
 * inside changed lines equal words, whatever the whitespace around them. What has no equal in `after` loses its marks;
 * nothing else gains any. `droppedCharacters` counts the labelled characters of `before`, whitespace apart, that have
 * no place in `after`. Offsets are UTF-16.
 */
export function carryOver(
  before: { text: string; marks: Marks },
  after: string,
): { marks: Marks; droppedCharacters: number } {
  if (before.text === after) return { marks: before.marks, droppedCharacters: 0 };
  if (before.marks.spans.length === 0 && before.marks.deletions.length === 0) {
    return { marks: NO_MARKS, droppedCharacters: 0 };
  }
  const old = lined(before.text);
  const now = lined(after);
  const labelled = labelledLines(old, before.marks.spans);
  const { kept, moved } = matchLines(old, now, (line) => labelled[line] === 1);
  const pieces: Piece[] = [];
  for (const block of [...kept, ...moved]) {
    for (let k = 0; k < block.length; k++) {
      const [a, b] = [block.aStart + k, block.bStart + k];
      if (!labelled[a]) continue;
      const [from, to] = [old.lines.starts[a]!, now.lines.starts[b]!];
      const length = old.lines.ends[a]! - from;
      pieces.push(length > 0 ? { from, to, length } : { from, to, length: now.lines.starts[b + 1]! - to });
    }
  }
  const newLine = new Int32Array(old.lines.count).fill(-1);
  for (const block of [...kept, ...moved]) {
    for (let k = 0; k < block.length; k++) newLine[block.aStart + k] = block.bStart + k;
  }
  const oldTaken = taken(newLine.length, moved, 'aStart');
  const newTaken = taken(now.lines.count, moved, 'bStart');
  let [aEnd, bEnd] = [0, 0];
  for (const block of [...kept, { aStart: old.lines.count, bStart: now.lines.count, length: 0 }]) {
    matchHunk(
      old,
      now,
      [aEnd, block.aStart],
      [bEnd, block.bStart],
      labelled,
      oldTaken,
      newTaken,
      pieces,
      newLine,
    );
    aEnd = block.aStart + block.length;
    bEnd = block.bStart + block.length;
  }
  const { spans, placed } = place(before.marks.spans, pieces, after);
  const marks = normaliseMarks(
    after,
    { spans, deletions: moveDeletions(old, now, newLine, before.marks.deletions) },
    now.lines,
  );
  return { marks, droppedCharacters: Math.max(0, solidCharacters(before.text, before.marks.spans) - placed) };
}

function labelledLines({ lines }: LinedText, spans: readonly Span[]): Uint8Array {
  const labelled = new Uint8Array(lines.count);
  for (const span of spans) {
    for (
      let line = Math.max(0, lineAt(lines, span.start));
      line < lines.count && lines.starts[line]! < span.end;
      line++
    ) {
      labelled[line] = 1;
    }
  }
  return labelled;
}

function taken(
  count: number,
  blocks: readonly { aStart: number; bStart: number; length: number }[],
  side: 'aStart' | 'bStart',
) {
  const table = new Uint8Array(count);
  for (const block of blocks) table.fill(1, block[side], block[side] + block.length);
  return table;
}

function matchHunk(
  old: LinedText,
  now: LinedText,
  [aStart, aEnd]: [number, number],
  [bStart, bEnd]: [number, number],
  labelled: Uint8Array,
  oldTaken: Uint8Array,
  newTaken: Uint8Array,
  pieces: Piece[],
  newLine: Int32Array,
): void {
  if (aStart === aEnd || bStart === bEnd) return;
  if (labelled.indexOf(1, aStart) < 0 || labelled.indexOf(1, aStart) >= aEnd) return;
  const a = tokenise(old, open(oldTaken, aStart, aEnd));
  const b = tokenise(now, open(newTaken, bStart, bEnd));
  for (const block of matchTokens(old.text, a, now.text, b)) {
    for (let k = 0; k < block.length; k++) {
      const from = a.starts[block.aStart + k]!;
      const to = b.starts[block.bStart + k]!;
      pieces.push({ from, to, length: a.ends[block.aStart + k]! - from });
      const line = lineAt(old.lines, from);
      if (newLine[line] === -1) newLine[line] = lineAt(now.lines, to);
    }
  }
}

/** The ranges of lines in [start, end) that are not taken. */
function open(taken: Uint8Array, start: number, end: number): [number, number][] {
  const ranges: [number, number][] = [];
  for (let line = start; line < end; line++) {
    if (taken[line]) continue;
    const last = ranges[ranges.length - 1];
    if (last && last[1] === line) last[1]++;
    else ranges.push([line, line + 1]);
  }
  return ranges;
}

/** Labels the pieces' places in `after` as their characters were labelled. */
function place(spans: readonly Span[], pieces: Piece[], after: string): { spans: Span[]; placed: number } {
  const placed: Span[] = [];
  pieces.sort((one, other) => one.from - other.from);
  let next = 0;
  for (const { from, to, length } of pieces) {
    while (next < spans.length && spans[next]!.end <= from) next++;
    for (let k = next; k < spans.length && spans[k]!.start < from + length; k++) {
      const { start, end, label } = spans[k]!;
      const [first, last] = [Math.max(start, from), Math.min(end, from + length)];
      placed.push({ start: first - from + to, end: last - from + to, label });
    }
  }
  placed.sort((one, other) => one.start - other.start);
  return { spans: placed, placed: solidCharacters(after, placed) };
}

function solidCharacters(text: string, spans: readonly Span[]): number {
  let count = 0;
  for (const { start, end } of spans) {
    for (let at = start; at < end; at++) if (text.charCodeAt(at) > 32) count++;
  }
  return count;
}

function moveDeletions(
  old: LinedText,
  now: LinedText,
  newLine: Int32Array,
  deletions: readonly Deletion[],
): Deletion[] {
  if (now.lines.count === 0) return [];
  return deletions.map(({ offset, label }) => {
    let line = Math.max(0, lineAt(old.lines, offset));
    while (line < newLine.length && newLine[line] === -1) line++;
    return { offset: now.lines.starts[line < newLine.length ? newLine[line]! : now.lines.count - 1]!, label };
  });
}
