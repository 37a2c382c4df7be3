import { base64urlValue } from './lines';
import type { Label } from './marks';
import type { ColumnSpan, LineMarks, Sidecar } from './sidecarFormat';
import { isLabel, MAX_ENTRIES_PER_LINE, MAX_LINE_LENGTH, MAX_PROBLEMS, WHOLE_LINE } from './sidecarFormat';

const SPACE = 32;
const CR = 13;
/** git's conflict markers: at least 7 of one character; none of them is in the base64url alphabet. */
const MARKER = /^([<|=>])\1{6,}(?![<|=>])/;
const OURS = 1;
const THEIRS = 2;

/** A conflict being read. Only markers of its own length count, so that nested ones in the base are skipped. */
interface Conflict {
  readonly markerLength: number;
  part: 'ours' | 'base' | 'theirs';
}

/**
 * Reads a sidecar, whatever it holds: what cannot be read is left out and named in `problems`. CRLF is accepted.
 * Both sides of a conflict are kept (see `sides`), the common base of a diff3 conflict is not.
 */
export function parseSidecar(sidecar: string): Sidecar {
  const problems: string[] = [];
  const hashes: number[] = [];
  const sides: number[] = [];
  const marked = new Map<number, LineMarks>();
  let conflicted = false;
  let intact = true;
  let conflict: Conflict | null = null;
  let number = 0;

  const complain = (what: string) => {
    if (problems.length < MAX_PROBLEMS) problems.push(`Line ${number}: ${what}.`);
    else if (problems.length === MAX_PROBLEMS)
      problems.push('There are more problems, which are not listed.');
  };

  for (let at = 0; at < sidecar.length; ) {
    number++;
    const newline = sidecar.indexOf('\n', at);
    const cutOff = newline < 0;
    let end = cutOff ? sidecar.length : newline;
    const start = at;
    at = cutOff ? end : newline + 1;
    if (!cutOff && end > start && sidecar.charCodeAt(end - 1) === CR) end--;
    if (end - start > MAX_LINE_LENGTH) {
      complain(`longer than ${MAX_LINE_LENGTH} characters`);
      intact = false;
      continue;
    }
    const marker: RegExpExecArray | null = MARKER.exec(sidecar.slice(start, Math.min(end, start + 100)));
    if (marker) {
      intact = false;
      const next: Conflict | null | undefined = nextConflict(conflict, marker);
      if (next === undefined) {
        if (conflict?.part !== 'base') complain('a conflict marker that belongs to no conflict');
      } else {
        if (conflict === null) complain('a merge conflict; both sides were read');
        conflicted = true;
        conflict = next;
      }
      continue;
    }
    if (conflict?.part === 'base') continue;

    const hash = readHash(sidecar, start, end);
    if (hash < 0) {
      complain('not a line of a sidecar');
      intact = false;
      continue;
    }
    let entries = end - start > 3 ? sidecar.slice(start + 3, end) : '';
    if (cutOff) {
      complain('the end of the file is cut off');
      intact = false;
      // The last entry may have lost its end, and a cut-off range would say more than was written.
      entries = entries.slice(0, Math.max(0, entries.lastIndexOf(' ')));
    }
    if (entries !== '') {
      const marks = readEntries(entries, complain);
      if (marks.spans.length > 0 || marks.deletions.length > 0) marked.set(hashes.length, marks);
    }
    hashes.push(hash);
    sides.push(conflict === null ? 0 : conflict.part === 'ours' ? OURS : THEIRS);
  }
  if (conflict !== null) complain('a merge conflict without its end');
  return {
    hashes: Uint16Array.from(hashes),
    marked,
    sides: conflicted ? Uint8Array.from(sides) : null,
    intact,
    problems,
  };
}

/** The conflict after a marker line: null when it ends there, undefined when the marker belongs to none. */
function nextConflict(conflict: Conflict | null, marker: RegExpExecArray): Conflict | null | undefined {
  const kind = marker[1];
  const markerLength = marker[0].length;
  if (conflict === null) return kind === '<' ? { markerLength, part: 'ours' } : undefined;
  if (conflict.markerLength !== markerLength) return undefined;
  if (kind === '|' && conflict.part === 'ours') return { markerLength, part: 'base' };
  if (kind === '=' && conflict.part !== 'theirs') return { markerLength, part: 'theirs' };
  return kind === '>' ? null : undefined;
}

/** The hash a line starts with, or -1 when the line does not start with a hash alone. */
function readHash(sidecar: string, start: number, end: number): number {
  if (end - start < 2 || (end - start > 2 && sidecar.charCodeAt(start + 2) !== SPACE)) return -1;
  const high = base64urlValue(sidecar.charCodeAt(start));
  const low = base64urlValue(sidecar.charCodeAt(start + 1));
  return high < 0 || low < 0 ? -1 : high * 64 + low;
}

/** Reads what follows a line's hash. */
function readEntries(entries: string, complain: (what: string) => void): LineMarks {
  const spans: ColumnSpan[] = [];
  const deletions = new Set<Label>();
  let room = MAX_ENTRIES_PER_LINE;
  for (let at = 0; at < entries.length; ) {
    const space = entries.indexOf(' ', at);
    const end = space < 0 ? entries.length : space;
    const entry = entries.slice(at, end);
    at = end + 1;
    if (entry === '') continue;
    if (room <= 0) {
      complain(`more than ${MAX_ENTRIES_PER_LINE} entries`);
      break;
    }
    if (entry.startsWith('^')) {
      room--;
      const label = entry.slice(1);
      if (!isLabel(label)) complain(`${quote(entry)} cannot be read`);
      else deletions.add(label);
      continue;
    }
    const sign = entry.indexOf('@');
    const label = sign < 0 ? entry : entry.slice(0, sign);
    if (!isLabel(label)) {
      room--;
      complain(`${quote(entry)} cannot be read`);
    } else if (sign < 0) {
      room--;
      spans.push({ start: 0, end: WHOLE_LINE, label });
    } else {
      room = readColumns(entry, sign + 1, label, room, spans, complain);
    }
  }
  return { spans: disjoint(spans, complain), deletions: [...deletions].sort() };
}

/** Reads `4-12,20-31`; returns how many entries the line may still have. */
function readColumns(
  entry: string,
  from: number,
  label: Label,
  room: number,
  spans: ColumnSpan[],
  complain: (what: string) => void,
): number {
  for (let at = from; at <= entry.length && room > 0; room--) {
    const comma = entry.indexOf(',', at);
    const end = comma < 0 ? entry.length : comma;
    const columns = /^(\d{1,9})-(\d{1,9})$/.exec(entry.slice(at, Math.min(end, at + 20)));
    if (columns && end - at < 20 && Number(columns[1]) < Number(columns[2])) {
      spans.push({ start: Number(columns[1]), end: Number(columns[2]), label });
    } else {
      complain(`columns ${quote(entry.slice(at, end))} of ${label} cannot be read`);
    }
    at = end + 1;
  }
  if (room <= 0) complain(`more than ${MAX_ENTRIES_PER_LINE} entries`);
  return room;
}

/** Sorts ranges and makes them disjoint: columns that several claim go to the range that starts first, then to the one written first. */
function disjoint(spans: ColumnSpan[], complain: (what: string) => void): readonly ColumnSpan[] {
  const result: ColumnSpan[] = [];
  let overlaps = false;
  let free = 0;
  for (const { start, end, label } of spans.sort((a, b) => a.start - b.start)) {
    if (start < free) overlaps = true;
    const from = Math.max(start, free);
    if (from >= end) continue;
    const last = result[result.length - 1];
    if (last && last.end === from && last.label === label) result.pop();
    result.push({ start: last?.end === from && last.label === label ? last.start : from, end, label });
    free = end;
  }
  if (overlaps) complain('columns overlap; the range that starts first counts');
  return result;
}

/** Shows a piece of hostile input in a sentence. */
function quote(text: string): string {
  return JSON.stringify(text.length > 20 ? `${text.slice(0, 20)}…` : text);
}
