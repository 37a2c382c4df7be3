import type { MarkedText } from './agreedMarks';
import { type LinedText, lined, wordCharactersOfLines } from './linedText';
import { matchLines } from './lineMatch';
import type { Marks, Span } from './marks';
import { NO_MARKS } from './marks';
import type { Block } from './sequenceDiff';
import { normaliseMarks } from './sidecar';

/** A run of lines moved to another file when it has this many letters and digits (git's default for `blame -C`). */
export const MOVED_CHARACTERS = 40;

/**
 * The marks that came into a file with lines that left another one: lines of `from` that `left`, what became of it, has no
 * more, and that are new in `after` against `before` (null: the whole file is new). Runs of lines count that are equal but
 * for the white space around them, and long enough not to be equal by chance. Offsets are UTF-16 in `after`.
 */
export function movedMarks(
  from: MarkedText,
  left: string | null,
  before: string | null,
  after: string,
): Marks {
  const [old, now] = [lined(from.text), lined(after)];
  const gone = new Uint8Array(old.lines.count).fill(1);
  for (const block of left === null ? [] : matched(old, lined(left))) clear(gone, block.aStart, block.length);
  const fresh = new Uint8Array(now.lines.count).fill(1);
  for (const block of before === null ? [] : matched(lined(before), now))
    clear(fresh, block.bStart, block.length);
  if (!gone.includes(1) || !fresh.includes(1)) return NO_MARKS;
  const spans: Span[] = [];
  for (const block of matched(old, now)) {
    for (const run of runsOf(block, (a, b) => gone[a] === 1 && fresh[b] === 1)) {
      if (wordCharactersOfLines(now, run.bStart, run.length, MOVED_CHARACTERS) < MOVED_CHARACTERS) continue;
      for (let k = 0; k < run.length; k++)
        spans.push(...spansOfLine(from.marks, old, run.aStart + k, now, run.bStart + k));
    }
  }
  return normaliseMarks(after, { spans: spans.sort((a, b) => a.start - b.start), deletions: [] });
}

function matched(before: LinedText, after: LinedText): Block[] {
  const { kept, similar, moved } = matchLines(before, after, () => true);
  return [...kept, ...similar, ...moved];
}

function clear(flags: Uint8Array, start: number, length: number): void {
  flags.fill(0, start, start + length);
}

/** The longest parts of a block all of whose lines count. */
function* runsOf(
  { aStart, bStart, length }: Block,
  counts: (a: number, b: number) => boolean,
): Generator<Block> {
  let start = 0;
  for (let k = 0; k <= length; k++) {
    if (k < length && counts(aStart + k, bStart + k)) continue;
    if (k > start) yield { aStart: aStart + start, bStart: bStart + start, length: k - start };
    start = k + 1;
  }
}

/** The marks of one line on its equal, which may be indented otherwise. */
function spansOfLine({ spans }: Marks, old: LinedText, from: number, now: LinedText, to: number): Span[] {
  const [start, end] = contentOf(old, from);
  const [newStart, newEnd] = contentOf(now, to);
  const isWhole = (span: Span) => span.start <= start && span.end >= end;
  const found: Span[] = [];
  for (const span of spans) {
    if (span.end <= start || span.start >= Math.max(end, start + 1)) continue;
    if (isWhole(span)) {
      found.push({ start: now.lines.starts[to]!, end: now.lines.starts[to + 1]!, label: span.label });
      continue;
    }
    const shift = newStart - start;
    found.push({
      start: Math.max(span.start, start) + shift,
      end: Math.min(Math.min(span.end, end) + shift, newEnd),
      label: span.label,
    });
  }
  return found;
}

/** Where a line's text begins and ends, without the white space around it. */
function contentOf({ text, lines }: LinedText, line: number): [start: number, end: number] {
  const content = text.slice(lines.starts[line], lines.ends[line]);
  const start = lines.starts[line]! + (content.length - content.trimStart().length);
  return [start, start + content.trim().length];
}
