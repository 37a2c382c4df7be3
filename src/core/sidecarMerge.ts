import type { Label } from './marks';
import { diffSequences } from './sequenceDiff';
import type { ColumnSpan, LineMarks, Sidecar } from './sidecarFormat';
import { WHOLE_LINE } from './sidecarFormat';
import { writeSidecarLines } from './sidecarLines';
import { parseSidecar } from './sidecarParser';

/** One line of a sidecar. */
interface Line {
  readonly hash: number;
  readonly marks: LineMarks;
}

/** A line of the merged sidecar, with the deletion marks that each side has there; null where it does not have the line. */
interface MergedLine extends Line {
  readonly ours: readonly Label[] | null;
  readonly theirs: readonly Label[] | null;
}

const NOTHING: LineMarks = { spans: [], deletions: [] };
/** A hash has 12 bits. */
const HASHES = 4096;

/**
 * What `git merge-file -p --diff3` made of three sidecars, without its conflicts: what is clean stays as git merged it.
 * In a conflict the three parts are merged once more by the hashes of their lines, so that a line that both sides have
 * is there once, with the marks of whoever changed them; where the text differs too, ours comes first, then theirs. So
 * nothing that either side says is lost, and what is there twice is put right when the text beside it is known.
 */
export function withoutConflicts(merged: string): string {
  let written = '';
  let conflict: Record<Part, string> | null = null;
  let part: Part = 'ours';
  for (const line of merged.split(/(?<=\n)/)) {
    const next = partAfter(line);
    if (conflict === null) {
      if (next === 'ours') conflict = { ours: '', base: '', theirs: '' };
      else written += line;
      part = 'ours';
    } else if (next === null) conflict[part] += line;
    else if (next === 'end') {
      written += mergeByHashes(conflict.base, conflict.ours, conflict.theirs);
      conflict = null;
    } else part = next;
  }
  return conflict === null ? written : written + conflict.ours + conflict.theirs;
}

type Part = 'ours' | 'base' | 'theirs';

/** The part that a marker line of git's begins; null for any other line. */
function partAfter(line: string): Part | 'end' | null {
  const marker = /^([<|=>])\1{6}(?![<|=>])/.exec(line)?.[1];
  if (marker === undefined) return null;
  return marker === '<' ? 'ours' : marker === '|' ? 'base' : marker === '=' ? 'theirs' : 'end';
}

/**
 * Merges three sidecars, or the same part of them, by the hashes of their lines alone; always possible. See
 * {@link withoutConflicts} for what becomes of a conflict.
 */
export function mergeByHashes(base: string, ours: string, theirs: string): string {
  const [old, our, their] = [base, ours, theirs].map((one) => linesOf(parseSidecar(one))) as [
    Line[],
    Line[],
    Line[],
  ];
  return written(withoutMoved(mergeLines(old, our, their), old, [our, their]));
}

/**
 * The merged lines without deletion marks that are there twice, or that a side took away: a side that removed the line of one
 * has it at the next line, while the other side kept its line. No more of a label are left than the sides added (see
 * {@link broughtOnce}), and of those that the base had than each side has.
 */
function withoutMoved(
  merged: readonly MergedLine[],
  base: readonly Line[],
  sides: readonly (readonly Line[])[],
): readonly Line[] {
  const old = countsOf(base);
  const counts = sides.map(countsOf);
  const excess = countsOf(merged);
  for (const [label, count] of excess) {
    const before = old.get(label) ?? 0;
    const had = counts.map((side) => side.get(label) ?? 0);
    const kept = Math.min(before, ...had);
    excess.set(
      label,
      had.reduce((left, one) => left - Math.max(0, one - before), count - kept),
    );
  }
  const isOld = new Set(
    base.flatMap(({ hash, marks }) => marks.deletions.map((label) => `${hash} ${label}`)),
  );
  const once = broughtOnce(merged, isOld, old, counts);
  if ([...excess.values()].every((count) => count <= 0)) return once;
  const isLeft = (hash: number) => (label: Label) => {
    const left = excess.get(label) ?? 0;
    if (left <= 0 || isOld.has(`${hash} ${label}`)) return true;
    excess.set(label, left - 1);
    return false;
  };
  return once.map(({ hash, marks }) => ({
    hash,
    marks: { spans: marks.spans, deletions: marks.deletions.filter(isLeft(hash)) },
  }));
}

/**
 * The merged lines in which a deletion that both sides brought, with no line between its two places that both have, is there
 * once, at the upper place: the side that does not have the lines between has it below them.
 */
function broughtOnce(
  merged: readonly MergedLine[],
  isOld: ReadonlySet<string>,
  old: ReadonlyMap<Label, number>,
  counts: readonly ReadonlyMap<Label, number>[],
): readonly Line[] {
  const broughtByBoth = (label: Label) =>
    Math.min(...counts.map((side) => side.get(label) ?? 0)) - (old.get(label) ?? 0);
  const found = new Map<Label, number>();
  // Of each label, the side that has it above, and no line since that the other side has too.
  const above = new Map<Label, 'ours' | 'theirs'>();
  return merged.map(({ hash, marks, ours, theirs }) => {
    const deletions = marks.deletions.filter((label) => {
      const [isOurs, isTheirs] = [ours, theirs].map((own) => own?.includes(label) ?? false);
      if (isOurs === isTheirs || isOld.has(`${hash} ${label}`)) return true;
      const side = isOurs ? 'ours' : 'theirs';
      const other = above.get(label);
      const count = found.get(label) ?? 0;
      if (other === undefined || other === side || count >= broughtByBoth(label)) {
        above.set(label, side);
        return true;
      }
      above.delete(label);
      found.set(label, count + 1);
      return false;
    });
    if (ours !== null && theirs !== null) above.clear();
    return { hash, marks: { spans: marks.spans, deletions } };
  });
}

/** How many deletion marks of each label there are. */
function countsOf(lines: readonly Line[]): Map<Label, number> {
  const counts = new Map<Label, number>();
  for (const { marks } of lines)
    for (const label of marks.deletions) counts.set(label, (counts.get(label) ?? 0) + 1);
  return counts;
}

function written(lines: readonly Line[]): string {
  const marked = new Map<number, LineMarks>();
  for (const [i, { marks }] of lines.entries()) marked.set(i, marks);
  return writeSidecarLines({ hashes: Uint16Array.from(lines, ({ hash }) => hash), marked });
}

function linesOf({ hashes, marked }: Sidecar): Line[] {
  return Array.from(hashes, (hash, i) => ({ hash, marks: marked.get(i) ?? NOTHING }));
}

/** A three-way merge (diff3: Khanna, Kunal and Pierce, 2007) over the lines that all three have. */
function mergeLines(base: readonly Line[], ours: readonly Line[], theirs: readonly Line[]): MergedLine[] {
  const inOurs = partners(base, ours);
  const inTheirs = partners(base, theirs);
  const merged: MergedLine[] = [];
  let [fromBase, fromOurs, fromTheirs] = [0, 0, 0];
  const mergeUpTo = (b: number, o: number, t: number) => {
    merged.push(...mergePart(base.slice(fromBase, b), ours.slice(fromOurs, o), theirs.slice(fromTheirs, t)));
  };
  for (let b = 0; b < base.length; b++) {
    const [o, t] = [inOurs[b]!, inTheirs[b]!];
    if (o < 0 || t < 0) continue;
    mergeUpTo(b, o, t);
    merged.push(ofBoth(ours[o]!, theirs[t]!, base[b]!));
    [fromBase, fromOurs, fromTheirs] = [b + 1, o + 1, t + 1];
  }
  mergeUpTo(base.length, ours.length, theirs.length);
  return merged;
}

/** A part in which no line is on all three sides. */
function mergePart(
  base: readonly Line[],
  ours: readonly Line[],
  theirs: readonly Line[],
): readonly MergedLine[] {
  if (haveSameHashes(ours, base)) return theirs.map(ofTheirs);
  if (haveSameHashes(theirs, base)) return ours.map(ofOurs);
  const merged: MergedLine[] = [];
  let next = 0;
  const found = partners(ours, theirs);
  for (const [i, line] of ours.entries()) {
    const t = found[i]!;
    if (t < 0) {
      merged.push(ofOurs(line));
      continue;
    }
    merged.push(...theirs.slice(next, t).map(ofTheirs), ofBoth(line, theirs[t]!, null));
    next = t + 1;
  }
  return [...merged, ...theirs.slice(next).map(ofTheirs)];
}

function ofOurs({ hash, marks }: Line): MergedLine {
  return { hash, marks, ours: marks.deletions, theirs: null };
}

function ofTheirs({ hash, marks }: Line): MergedLine {
  return { hash, marks, ours: null, theirs: marks.deletions };
}

function ofBoth(ours: Line, theirs: Line, base: Line | null): MergedLine {
  const marks = mergeMarks(base?.marks ?? null, ours.marks, theirs.marks);
  return { hash: ours.hash, marks, ours: ours.marks.deletions, theirs: theirs.marks.deletions };
}

/** For each line its place in the other side, or -1. */
function partners(lines: readonly Line[], others: readonly Line[]): Int32Array {
  const found = new Int32Array(lines.length).fill(-1);
  const symbols = (some: readonly Line[]) => Int32Array.from(some, ({ hash }) => hash);
  for (const { aStart, bStart, length } of diffSequences(symbols(lines), symbols(others), HASHES)) {
    for (let k = 0; k < length; k++) found[aStart + k] = bStart + k;
  }
  return found;
}

function haveSameHashes(one: readonly Line[], other: readonly Line[]): boolean {
  return one.length === other.length && one.every(({ hash }, i) => hash === other[i]!.hash);
}

/** The marks of a line that both sides have: the changed ones where one side changed them, else those of both. */
function mergeMarks(base: LineMarks | null, ours: LineMarks, theirs: LineMarks): LineMarks {
  if (base && isSame(ours, base)) return theirs;
  if (isSame(ours, theirs) || (base && isSame(theirs, base))) return ours;
  const deletions: Label[] = [...new Set([...ours.deletions, ...theirs.deletions])].sort();
  return { spans: bothSpans(ours.spans, theirs.spans), deletions };
}

function isSame(one: LineMarks, other: LineMarks): boolean {
  return (
    one.spans.length === other.spans.length &&
    one.spans.every((span, i) => isSameSpan(span, other.spans[i]!)) &&
    one.deletions.join() === other.deletions.join()
  );
}

function isSameSpan(one: ColumnSpan, other: ColumnSpan): boolean {
  return one.start === other.start && one.end === other.end && one.label === other.label;
}

/** Ours, and of theirs the columns that ours leaves free. A line that one side marks as a whole is its alone. */
function bothSpans(ours: readonly ColumnSpan[], theirs: readonly ColumnSpan[]): readonly ColumnSpan[] {
  if (ours.some(isWhole)) return ours;
  if (theirs.some(isWhole)) return theirs;
  const spans = [...ours];
  for (const { start, end, label } of theirs) {
    let from = start;
    for (const own of ours) {
      if (own.end <= from) continue;
      if (own.start >= end) break;
      if (own.start > from) spans.push({ start: from, end: own.start, label });
      from = Math.max(from, own.end);
    }
    if (from < end) spans.push({ start: from, end, label });
  }
  return spans.sort((a, b) => a.start - b.start);
}

function isWhole({ start, end }: ColumnSpan): boolean {
  return start === 0 && end === WHOLE_LINE;
}
