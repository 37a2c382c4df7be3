/** What of a text a commit added, to be declared as a whole. Offsets are UTF-16, 0-based, end exclusive. */
import { marksAfterAgent } from './agentEdits';
import type { MarkedText } from './agreedMarks';
import { type LinedText, lined, wordCharactersOfLines } from './linedText';
import { matchLines } from './lineMatch';
import { type Label, NO_MARKS, type Span } from './marks';
import { MOVED_CHARACTERS, movedMarks } from './movedMarks';
import { normaliseMarks } from './sidecar';
import { outside, together } from './spanSets';

/** A file of a commit and of its parent; a text is null where the file is not there. */
export interface ChangedText {
  readonly before: string | null;
  readonly after: string | null;
  /** What is marked of `before`. */
  readonly spans: readonly Span[];
}

const KNOWN: Label = '?known';

/** A file that lost text in a commit. */
export interface TextSource extends ChangedText {
  /** The lines that it lost, without the white space around them. */
  readonly lost: ReadonlySet<string>;
}

/** A changed file as one that text may have left; null when it lost none. */
export function asSource(text: ChangedText): TextSource | null {
  const lost = new Set(linesOf(text.before));
  for (const line of linesOf(text.after)) lost.delete(line);
  return lost.size > 0 ? { ...text, lost } : null;
}

/**
 * What `after` has that `before` has not: new lines, and in lines that were changed what is new in them. Text that only
 * moved or got other white space is not new, nor is text that left one of the `others` in the same commit.
 */
export function addedText(
  { before, after }: ChangedText,
  label: Label,
  others: readonly TextSource[],
): readonly Span[] {
  if (after === null) return [];
  const own = { text: before ?? '', marks: NO_MARKS };
  let { spans } = marksAfterAgent(own, after, label);
  if (before !== null) spans = outside(spans, knownLines(before, after));
  for (const other of others) {
    if (spans.length === 0) break;
    if (other.before === null || !sharesLines(other, after)) continue;
    spans = outside(spans, movedMarks(whole(other.before), other.after, before, after).spans);
  }
  return normaliseMarks(after, { spans: withWords(spans, after), deletions: [] }).spans;
}

/** The marks that came into a file with lines that left one of the `others` in the same commit. */
export function arrivedSpans({ before, after }: ChangedText, others: readonly TextSource[]): readonly Span[] {
  let arrived: readonly Span[] = [];
  for (const other of others) {
    if (after === null || other.before === null || other.spans.length === 0) continue;
    if (!sharesLines(other, after)) continue;
    const from: MarkedText = { text: other.before, marks: { spans: other.spans, deletions: [] } };
    arrived = together(arrived, movedMarks(from, other.after, before, after).spans);
  }
  return arrived;
}

/** A line that moved and got other white space is known again by so many letters and digits. */
const KNOWN_CHARACTERS = 12;

/** The lines of `after` that `before` has, wherever and whatever the white space around them. */
function knownLines(before: string, after: string): Span[] {
  const [old, now] = [lined(before), lined(after)];
  const { kept, similar, moved } = matchLines(old, now, () => true);
  const known = new Uint8Array(now.lines.count);
  const isGone = new Uint8Array(old.lines.count).fill(1);
  for (const { aStart, bStart, length } of [...kept, ...similar, ...moved]) {
    isGone.fill(0, aStart, aStart + length);
    known.fill(1, bStart, bStart + length);
  }
  const gone = new Map<string, number>();
  const contentOf = ({ text, lines }: LinedText, line: number) =>
    text.slice(lines.starts[line], lines.ends[line]).trim();
  for (let line = 0; line < old.lines.count; line++) {
    if (isGone[line] === 0 || wordCharactersOfLines(old, line, 1, KNOWN_CHARACTERS) < KNOWN_CHARACTERS)
      continue;
    const content = contentOf(old, line);
    gone.set(content, (gone.get(content) ?? 0) + 1);
  }
  const spans: Span[] = [];
  for (let line = 0; line < now.lines.count; line++) {
    const content = known[line] === 0 && gone.size > 0 ? contentOf(now, line) : '';
    const left = gone.get(content) ?? 0;
    if (left > 0) gone.set(content, left - 1);
    if (left === 0 && known[line] === 0) continue;
    spans.push({ start: now.lines.starts[line]!, end: now.lines.starts[line + 1]!, label: KNOWN });
  }
  return spans;
}

function linesOf(text: string | null): string[] {
  return (text ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** False when nothing that is long enough can have moved. */
function sharesLines({ lost }: TextSource, after: string): boolean {
  let length = 0;
  for (const line of linesOf(after)) {
    if (lost.has(line)) length += line.length;
    if (length >= MOVED_CHARACTERS) return true;
  }
  return false;
}

function whole(text: string): MarkedText {
  return { text, marks: { spans: [{ start: 0, end: text.length, label: KNOWN }], deletions: [] } };
}

/** What is left of a line that moved is white space. */
function withWords(spans: readonly Span[], text: string): Span[] {
  return spans.filter(({ start, end }) => /\S/.test(text.slice(start, end)));
}
