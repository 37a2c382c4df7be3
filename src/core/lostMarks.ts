/**
 * Marks that went although their text stayed. A person who edits AI text takes marks away too, and a diff cannot tell
 * a line that was kept from one that was typed anew. So this speaks up only where no edit explains the loss: whole
 * lines that stayed as they were, or nearly so, and enough of them. docs/ci.md says how much.
 */
import type { MarkedText } from './agreedMarks';
import { isSpace, lined, wordCharacters } from './linedText';
import { matchLines } from './lineMatch';
import { type Lines, lineAt, splitLines } from './lines';
import { type Deletion, isUnknownOrigin, type Label, type Marks, type Span } from './marks';

/** A line whose marks went. */
export interface LostLine {
  /** 0-based. */
  readonly line: number;
  /** What was marked on it, and with what; UTF-16 offsets, end exclusive. */
  readonly spans: readonly Span[];
  /** The contribution it names instead; null where it says nothing of AI. */
  readonly instead: Label | null;
}

/** A loss between lines that stayed counts with this many letters and digits: less may have been typed anew. */
const ENOUGH_WITHIN = 12;
/** The same beside lines that changed; and for small losses within, taken together. */
const ENOUGH_BESIDE = 40;
/** How much of a changed line has to be old text for it to be the same line. */
const SAME_LINE = 0.8;

/**
 * The lines of `after` that lost what `expected` (marks that follow for its text) says. `parents` are the texts it was
 * made of. In the order of the text.
 */
export function lostMarks(parents: readonly MarkedText[], after: MarkedText, expected: Marks): LostLine[] {
  const { text, marks } = after;
  if (expected.spans.length === 0 || isSame(expected.spans, marks.spans)) return [];
  const lines = splitLines(text);
  const stayed = blocksOfLines(parents, text);
  const lost = lostLines(text, lines, expected.spans, marks.spans, stayed);
  const fresh = freshBareLines(
    parents,
    after,
    lost.map(({ line }) => contentOf(text, lines, line)),
  );
  const open = withoutTwins(text, lines, lost, gainedLines(text, lines, expected.spans, marks.spans), fresh);
  return enough(text, lines, open, stayed);
}

/**
 * The deletions that `expected` has and `after` lacks, although neither the line they stand above nor the one before it
 * was touched: whoever brings removed lines back, or edits there, parts these two. Offsets are those of the line's start.
 */
export function lostDeletions(before: MarkedText, { text, marks }: MarkedText, expected: Marks): Deletion[] {
  const missing = expected.deletions.filter(
    ({ offset, label }) => !marks.deletions.some((one) => one.offset === offset && one.label === label),
  );
  if (missing.length === 0) return [];
  const lines = splitLines(text);
  const stayed = blocksOfLines([before], text);
  // One that stands above another line only moved: what is typed there may come before or after it.
  const elsewhere = new Map<Label, number>();
  for (const { offset, label } of marks.deletions) {
    if (expected.deletions.some((one) => one.offset === offset && one.label === label)) continue;
    elsewhere.set(label, (elsewhere.get(label) ?? 0) + 1);
  }
  return missing.filter(({ offset, label }) => {
    if (take(elsewhere, label)) return false;
    const line = lineAt(lines, offset);
    const isWhole = line >= 0 && stayed[line] !== 0 && (line === 0 || stayed[line - 1] === stayed[line]);
    if (!isWhole) return false;
    const first = lineWithWords(text, lines, line - 1);
    // They have to be recognisable: found once, before and after. A `}` above the line may be another one that was typed.
    if (first < line && stayed[first] !== stayed[line]) return false;
    const part = text.slice(lines.starts[first]!, lines.ends[line]!);
    return (
      wordCharacters(part, 0, part.length, ENOUGH_WITHIN) >= ENOUGH_WITHIN &&
      isOnce(before.text, part) &&
      isOnce(text, part)
    );
  });
}

/** The nearest line from `line` on upwards that has a letter or digit, or the first line. */
function lineWithWords(text: string, { starts, ends }: Lines, line: number): number {
  let at = Math.max(0, line);
  while (at > 0 && wordCharacters(text, starts[at]!, ends[at]!, 1) === 0) at--;
  return at;
}

function isOnce(text: string, part: string): boolean {
  const at = text.indexOf(part);
  return at >= 0 && text.indexOf(part, at + 1) < 0;
}

function isSame(a: readonly Span[], b: readonly Span[]): boolean {
  return (
    a.length === b.length &&
    a.every((span, i) => {
      const other = b[i]!;
      return span.start === other.start && span.end === other.end && span.label === other.label;
    })
  );
}

/** For each line the number of the run of lines in which it stayed; 0 for a line that is new or was changed. */
function blocksOfLines(parents: readonly MarkedText[], text: string): Int32Array {
  const now = lined(text);
  const blocks = new Int32Array(now.lines.count);
  let number = 0;
  for (const parent of parents) {
    const old = lined(parent.text);
    const labelled = new Set<number>();
    for (const { start, end } of parent.marks.spans) {
      for (let line = lineAt(old.lines, start); line >= 0 && line < old.lines.count; line++) {
        if (old.lines.starts[line]! >= end) break;
        labelled.add(line);
      }
    }
    const match = matchLines(old, now, (line) => labelled.has(line));
    for (const { bStart, length } of [...match.kept, ...match.similar, ...match.moved]) {
      number++;
      for (let k = 0; k < length; k++) blocks[bStart + k] ||= number;
    }
  }
  return blocks;
}

/** Characters of a line that are not whitespace: those expected to be marked, and what became of them. */
interface Tally {
  expected: number;
  lost: number;
  readonly spans: Span[];
  readonly instead: Set<Label>;
}

function lostLines(
  text: string,
  lines: Lines,
  expected: readonly Span[],
  actual: readonly Span[],
  stayed: Int32Array,
): LostLine[] {
  const tallies = new Map<number, Tally>();
  for (const { line, start, end, label, now } of segments(lines, expected, actual)) {
    const size = solid(text, start, end);
    if (size === 0) continue;
    const tally = tallies.get(line) ?? { expected: 0, lost: 0, spans: [], instead: new Set() };
    tallies.set(line, tally);
    tally.expected += size;
    if (label === now || (isUnknownOrigin(label) && now !== null)) continue;
    tally.lost += size;
    tally.spans.push({ start, end, label });
    if (now !== null && !isUnknownOrigin(now)) tally.instead.add(now);
  }
  const lost: LostLine[] = [];
  for (const [line, tally] of tallies) {
    if (tally.lost * 2 <= tally.expected) continue;
    const whole = solid(text, lines.starts[line]!, lines.ends[line]!);
    if (stayed[line] === 0 && tally.expected < SAME_LINE * whole) continue;
    lost.push({ line, spans: tally.spans, instead: [...tally.instead][0] ?? null });
  }
  return lost.sort((a, b) => a.line - b.line);
}

/** The expected spans cut at lines and where the actual label changes. */
function* segments(
  lines: Lines,
  expected: readonly Span[],
  actual: readonly Span[],
): Generator<Span & { readonly line: number; readonly now: Label | null }> {
  let next = 0;
  for (const span of expected) {
    let at = span.start;
    for (let line = Math.max(0, lineAt(lines, at)); at < span.end && line < lines.count; line++) {
      const lineEnd = Math.min(span.end, lines.starts[line + 1]!);
      while (at < lineEnd) {
        while (next < actual.length && actual[next]!.end <= at) next++;
        const other = actual[next];
        const isIn = other !== undefined && other.start <= at;
        const end = Math.min(lineEnd, isIn ? other.end : (other?.start ?? lineEnd));
        yield { line, start: at, end, label: span.label, now: isIn ? other.label : null };
        at = end;
      }
    }
  }
}

function solid(text: string, start: number, end: number): number {
  let count = 0;
  for (let at = start; at < end; at++) if (!isSpace(text.charCodeAt(at))) count++;
  return count;
}

/** Lines that carry a mark where none was expected, by their content: how many of each. */
function gainedLines(
  text: string,
  lines: Lines,
  expected: readonly Span[],
  actual: readonly Span[],
): Map<string, number> {
  const gained = new Map<string, number>();
  const fresh = new Map<number, number>();
  for (const { line, start, end, now } of segments(lines, actual, expected)) {
    if (now === null) fresh.set(line, (fresh.get(line) ?? 0) + solid(text, start, end));
  }
  for (const [line, size] of fresh) {
    if (size * 2 <= solid(text, lines.starts[line]!, lines.ends[line]!)) continue;
    const content = contentOf(text, lines, line);
    gained.set(content, (gained.get(content) ?? 0) + 1);
  }
  return gained;
}

/** For each of the contents: how many more lines without any mark have it than there were in the texts before. */
function freshBareLines(
  parents: readonly MarkedText[],
  after: MarkedText,
  contents: readonly string[],
): Map<string, number> {
  const wanted = new Set(contents);
  const fresh = bareLines(after, wanted);
  const before = parents.map((parent) => bareLines(parent, wanted));
  for (const [content, number] of fresh) {
    fresh.set(content, number - Math.max(0, ...before.map((counts) => counts.get(content) ?? 0)));
  }
  return fresh;
}

function bareLines({ text, marks }: MarkedText, wanted: ReadonlySet<string>): Map<string, number> {
  const lines = splitLines(text);
  const counts = new Map<string, number>();
  let next = 0;
  for (let line = 0; line < lines.count; line++) {
    while (next < marks.spans.length && marks.spans[next]!.end <= lines.starts[line]!) next++;
    const content = contentOf(text, lines, line);
    if (!wanted.has(content) || isMarked(text, lines, line, marks.spans, next)) continue;
    counts.set(content, (counts.get(content) ?? 0) + 1);
  }
  return counts;
}

/** True when one of the spans from `first` on marks more than whitespace of a line. */
function isMarked(text: string, lines: Lines, line: number, spans: readonly Span[], first: number): boolean {
  for (let i = first; i < spans.length && spans[i]!.start < lines.ends[line]!; i++) {
    const start = Math.max(spans[i]!.start, lines.starts[line]!);
    if (solid(text, start, Math.min(spans[i]!.end, lines.ends[line]!)) > 0) return true;
  }
  return false;
}

/**
 * Where the same line stands twice a diff may take one for the other. A mark that is at its twin is not lost, and a bare
 * line is not one that lost its mark when there was as many a bare line before.
 */
function withoutTwins(
  text: string,
  lines: Lines,
  lost: readonly LostLine[],
  gained: Map<string, number>,
  fresh: Map<string, number>,
): LostLine[] {
  return lost.filter(({ line, instead }) => {
    const content = contentOf(text, lines, line);
    if (take(gained, content)) return false;
    return instead !== null || !fresh.has(content) || take(fresh, content);
  });
}

/** Takes one of what is counted; false when there is none left. */
function take(counts: Map<string, number>, key: string): boolean {
  const left = counts.get(key) ?? 0;
  if (left > 0) counts.set(key, left - 1);
  return left > 0;
}

function contentOf(text: string, lines: Lines, line: number): string {
  return text.slice(lines.starts[line]!, lines.ends[line]!).trim();
}

/** Of the lost lines those that stand in runs of enough content. */
function enough(text: string, lines: Lines, lost: readonly LostLine[], stayed: Int32Array): LostLine[] {
  const found: LostLine[] = [];
  const small: LostLine[] = [];
  for (let from = 0, to = 0; from < lost.length; from = to) {
    to = from + 1;
    while (to < lost.length && areNeighbours(text, lines, lost[to - 1]!, lost[to]!)) to++;
    const run = lost.slice(from, to);
    const isWithin = standsWithin(text, lines, stayed, run);
    if (weightOf(text, run) >= (isWithin ? ENOUGH_WITHIN : ENOUGH_BESIDE)) found.push(...run);
    else if (isWithin) small.push(...run);
  }
  if (weightOf(text, small) >= ENOUGH_BESIDE) found.push(...small);
  return found.sort((a, b) => a.line - b.line);
}

/** Lines of one loss: nothing but blank lines between them, and the same said instead. */
function areNeighbours(text: string, lines: Lines, above: LostLine, below: LostLine): boolean {
  for (let line = above.line + 1; line < below.line; line++) {
    if (contentOf(text, lines, line) !== '') return false;
  }
  return above.instead === below.instead;
}

/** True when the lines around a run stayed together with it, so that nobody can have typed it anew unseen. */
function standsWithin(text: string, lines: Lines, stayed: Int32Array, run: readonly LostLine[]): boolean {
  const block = stayed[run[0]!.line]!;
  if (block === 0 || run.some(({ line }) => stayed[line] !== block)) return false;
  const isKept = (line: number, step: 1 | -1): boolean => {
    let at = line + step;
    while (at >= 0 && at < lines.count && stayed[at] === block && contentOf(text, lines, at) === '')
      at += step;
    return at < 0 || at >= lines.count || stayed[at] === block;
  };
  return isKept(run[0]!.line, -1) && isKept(run[run.length - 1]!.line, 1);
}

/** Letters and digits in what was lost. */
function weightOf(text: string, lost: readonly LostLine[]): number {
  let weight = 0;
  for (const { spans } of lost) {
    for (const { start, end } of spans) weight += wordCharacters(text, start, end, Number.POSITIVE_INFINITY);
  }
  return weight;
}
