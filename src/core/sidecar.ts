import { encodeHash, hashLines, isTerminated, type Lines, lineAt, splitLines } from './lines';
import type { Deletion, Label, Marks, Span } from './marks';
import { joinSpans } from './marks';
import type { LineMarks, Sidecar } from './sidecarFormat';
import { isLabel, MAX_ENTRIES_PER_LINE, MAX_PROBLEMS, WHOLE_LINE } from './sidecarFormat';

export type { ColumnSpan, LineMarks, Sidecar } from './sidecarFormat';
export { checkVersion, FORMAT_VERSION, isLabel, versionText, WHOLE_LINE } from './sidecarFormat';
export { parseSidecar } from './sidecarParser';

/** A piece of a span that lies in one line, in offsets. On an empty line it is the line's terminator. */
interface Piece extends Span {
  readonly line: number;
}

/** Cuts spans at the lines' ends. Terminators are left out, except those of empty lines. */
function* piecesByLine(text: string, lines: Lines, spans: readonly Span[]): Generator<Piece> {
  for (const span of joinSpans(spans)) {
    for (let line = lineAt(lines, span.start); line >= 0 && line < lines.count; line++) {
      const lineStart = lines.starts[line]!;
      if (lineStart >= span.end) break;
      const lineEnd = lines.ends[line]!;
      if (lineEnd === lineStart) {
        const end = lines.starts[line + 1]!;
        const newline = end - 1;
        if (isTerminated(text, lines, line) && newline >= span.start && newline < span.end) {
          yield { line, start: lineStart, end, label: span.label };
        }
        continue;
      }
      const start = Math.max(span.start, lineStart);
      const end = Math.min(span.end, lineEnd);
      if (end > start) yield { line, start, end, label: span.label };
    }
  }
}

/** Puts pieces together again: a terminator belongs to a label that stands on both sides of it. */
function spansOf(lines: Lines, pieces: Iterable<Piece>): Span[] {
  const spans: { start: number; end: number; label: Label }[] = [];
  for (const { line, start, end, label } of pieces) {
    const last = spans[spans.length - 1];
    const joins =
      last !== undefined &&
      last.label === label &&
      (last.end === start || reaches(lines, last.end, line, start));
    if (joins) last.end = end;
    else spans.push({ start, end, label });
  }
  return spans;
}

/** True when only the terminator of the line above, which is not empty, lies between `end` and the line's start. */
function reaches(lines: Lines, end: number, line: number, start: number): boolean {
  return (
    line > 0 && start === lines.starts[line] && end === lines.ends[line - 1] && end > lines.starts[line - 1]!
  );
}

function normalDeletions(lines: Lines, deletions: readonly Deletion[]): Deletion[] {
  const result: Deletion[] = [];
  for (const [line, labels] of [...deletionsByLine(lines, deletions)].sort(([a], [b]) => a - b)) {
    for (const label of labels) result.push({ offset: lines.starts[line]!, label });
  }
  return result;
}

/** The labels of the deletions above each line, sorted, each once. A deletion after the last line counts above that. */
function deletionsByLine(lines: Lines, deletions: readonly Deletion[]): Map<number, Label[]> {
  const perLine = new Map<number, Set<Label>>();
  for (const { offset, label } of deletions) {
    const line = lineAt(lines, offset);
    if (line < 0) continue;
    const labels = perLine.get(line);
    if (labels) labels.add(label);
    else perLine.set(line, new Set([label]));
  }
  return new Map([...perLine].map(([line, labels]) => [line, [...labels].sort(compare)]));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * The marks a sidecar can hold: terminators as docs/sidecar.md says, deletions at the start of the line they stand
 * above, sorted and each once. `readSidecar(parseSidecar(serialiseSidecar(text, marks)), text)` equals this.
 */
export function normaliseMarks(text: string, marks: Marks, lines: Lines = splitLines(text)): Marks {
  return {
    spans: spansOf(lines, piecesByLine(text, lines, marks.spans)),
    deletions: normalDeletions(lines, marks.deletions),
  };
}

/**
 * Writes the sidecar of `text`. Offsets are UTF-16, 0-based, end exclusive. Null when there is nothing to record.
 * Throws a TypeError when a label is none (a mistake of the caller's, never of a file's).
 */
export function serialiseSidecar(text: string, marks: Marks): string | null {
  const lines = splitLines(text);
  const entries = entriesByLine(text, lines, marks);
  if (entries.size === 0) return null;
  const hashes = hashLines(text, lines);
  const written: string[] = [];
  for (let line = 0; line < lines.count; line++) {
    written.push(encodeHash(hashes[line]!) + (entries.get(line) ?? ''));
  }
  written.push('');
  return written.join('\n');
}

/** What follows the hash on each line that records something: deletions by label, then labels by first column. */
function entriesByLine(text: string, lines: Lines, marks: Marks): Map<number, string> {
  const entries = new Map<number, string>();
  for (const [line, labels] of deletionsByLine(lines, marks.deletions)) {
    const written = labels.slice(0, MAX_ENTRIES_PER_LINE).map((label) => ` ^${checked(label)}`);
    entries.set(line, written.join(''));
  }
  let current = -1;
  let ranges = new Map<Label, string>();
  let room = 0;
  const flush = () => {
    let entry = entries.get(current) ?? '';
    for (const [label, columns] of ranges) entry += ` ${label}${columns}`;
    if (entry !== '') entries.set(current, entry);
  };
  for (const { line, start, end, label } of piecesByLine(text, lines, marks.spans)) {
    if (line !== current) {
      flush();
      current = line;
      ranges = new Map();
      room = MAX_ENTRIES_PER_LINE - deletionCount(entries.get(line));
    }
    if (room-- <= 0) continue;
    const from = lines.starts[line]!;
    if (start === from && end >= lines.ends[line]!) {
      ranges.set(checked(label), '');
    } else {
      const before = ranges.get(label);
      const columns = `${start - from}-${end - from}`;
      ranges.set(checked(label), before === undefined ? `@${columns}` : `${before},${columns}`);
    }
  }
  flush();
  return entries;
}

function deletionCount(entry: string | undefined): number {
  return entry === undefined ? 0 : entry.split(' ').length - 1;
}

function checked(label: Label): Label {
  if (!isLabel(label)) throw new TypeError(`${JSON.stringify(label)} is not a label a sidecar can hold`);
  return label;
}

/**
 * The marks that a sidecar records for `text`, or null when it is not the shadow of this text (it has conflicts or
 * junk, or the number of lines or a hash differs). Columns past a line's end are clipped; `problems` collects that.
 */
export function readSidecar(sidecar: Sidecar, text: string, problems: string[] = []): Marks | null {
  if (!sidecar.intact) return null;
  const lines = splitLines(text);
  if (lines.count !== sidecar.hashes.length) return null;
  const hashes = hashLines(text, lines);
  for (let line = 0; line < lines.count; line++) {
    if (hashes[line] !== sidecar.hashes[line]) return null;
  }
  return placeLines(lines, sidecar.marked, problems);
}

/** Turns marks by line into marks of the text whose lines these are. `marked` ascends by line. */
export function placeLines(
  lines: Lines,
  marked: ReadonlyMap<number, LineMarks>,
  problems: string[] = [],
): Marks {
  const pieces: Piece[] = [];
  const deletions: Deletion[] = [];
  for (const [line, marks] of marked) {
    const from = lines.starts[line]!;
    const length = lines.ends[line]! - from;
    for (const label of marks.deletions) deletions.push({ offset: from, label });
    for (const { start, end, label } of marks.spans) {
      if (end === WHOLE_LINE && length === 0) {
        pieces.push({ line, start: from, end: lines.starts[line + 1]!, label });
        continue;
      }
      if (end > length && end !== WHOLE_LINE && problems.length < MAX_PROBLEMS) {
        problems.push(`Line ${line + 1}: columns ${start}-${end} of ${label} go past the line's end.`);
      }
      if (start < length)
        pieces.push({ line, start: from + start, end: from + Math.min(end, length), label });
    }
  }
  return { spans: spansOf(lines, pieces), deletions };
}
