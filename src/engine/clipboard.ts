import { createHash } from 'node:crypto';
import { type Contribution, contributionId, contributionJson } from '../core/contribution';
import { isUnknownOrigin, joinSpans, type Label, type Marks, type Span, type TextEdit } from '../core/marks';
import { textDigest, withLineFeeds } from '../repo/text';

/**
 * Text copied inside an editor, with the marks it had, so that a paste of it keeps them. The text itself is not kept: a
 * paste is recognised by digests. Copies are shared between the windows of a repository (`repo/sharedCopies.ts`).
 */
export interface Copied {
  /** Of the text with `\n`, without the last one. */
  readonly digest: string;
  /** Of its characters other than white space; null when they are too few to know it by. */
  readonly inkDigest: string | null;
  /** Offsets in the text with `\n`. */
  readonly spans: readonly Span[];
  /** The same counted in characters other than white space. */
  readonly inkSpans: readonly Span[];
  /** What the labels stand for, for a repository that does not know them. */
  readonly contributions: readonly Contribution[];
}

/** A copied piece of a document; spans are offsets in it. */
export interface CopiedPiece {
  readonly text: string;
  readonly spans: readonly Span[];
}

export const MOST_COPIES = 20;
/** A copy of more spans, or longer, is forgotten: then its paste is one of unknown origin. */
const MOST_SPANS = 2000;
const MOST_CHARACTERS = 2_000_000;
/** Text that was laid out anew is known again by so many characters. */
const LEAST_INK = 20;
const MOST_PIECES = 10;

/** Adds copies to the newest ones; the oldest go. */
export function remember(copies: readonly Copied[], newest: readonly Copied[]): Copied[] {
  const digests = new Set(newest.map(({ digest }) => digest));
  return [...newest, ...copies.filter(({ digest }) => !digests.has(digest))].slice(0, MOST_COPIES);
}

/**
 * What a copy of pieces of a document (one for each cursor, in document order) may be pasted as: all of them in lines, or,
 * with as many cursors, each on its own.
 */
export function copiesOf(
  pieces: readonly CopiedPiece[],
  contributionOf: (label: Label) => Contribution | undefined,
): Copied[] {
  const single = pieces.length > 1 && pieces.length <= MOST_PIECES ? pieces : [];
  return [joined(pieces), ...single].flatMap((piece) => copiedOf(piece, contributionOf) ?? []);
}

function joined(pieces: readonly CopiedPiece[]): CopiedPiece {
  let text = '';
  const spans: Span[] = [];
  for (const [i, piece] of pieces.entries()) {
    if (i > 0) text += '\n';
    for (const { start, end, label } of piece.spans) {
      spans.push({ start: start + text.length, end: end + text.length, label });
    }
    text += piece.text;
  }
  return { text, spans };
}

function copiedOf(
  { text, spans }: CopiedPiece,
  contributionOf: (label: Label) => Contribution | undefined,
): Copied | null {
  if (text.length === 0 || text.length > MOST_CHARACTERS || spans.length > MOST_SPANS) return null;
  const lineFeeds = numbersOf(text, (character, before) => !(character === '\n' && before === '\r'));
  const ink = numbersOf(text, (character) => !isSpace(character));
  const counted = (numbers: Int32Array) =>
    spans.map(({ start, end, label }) => ({ start: numbers[start]!, end: numbers[end]!, label }));
  const labels = new Set(spans.map(({ label }) => label));
  return {
    ...digestsOf(text),
    spans: joinSpans(counted(lineFeeds)),
    inkSpans: joinSpans(counted(ink)),
    contributions: [...labels].flatMap((label) =>
      isUnknownOrigin(label) ? [] : (contributionOf(label) ?? []),
    ),
  };
}

/** What the edits of a paste bring along from copies, in offsets of the text after. */
export interface Pasted {
  readonly spans: readonly Span[];
  /** Where a copy stands in the place of other text: what is equal in both is the copy's all the same. */
  readonly replaced: readonly { readonly start: number; readonly end: number }[];
  readonly contributions: readonly Contribution[];
  /** Some of the text is no copy that we know. */
  readonly foreign: boolean;
}

/**
 * What a paste brings along. `edits` are in offsets of the text before, in document order; `find` answers the copy that a
 * text is.
 */
export function pasted(edits: readonly TextEdit[], find: (text: string) => Copied | null): Pasted {
  const whole = spreadCopy(edits, find);
  const spans: Span[] = [];
  const replaced: { start: number; end: number }[] = [];
  const contributions: Contribution[] = [];
  let foreign = false;
  let shift = 0;
  for (const [i, { start, end, text }] of edits.entries()) {
    const copy = whole?.copy ?? (text.trim() === '' ? null : find(text));
    foreign ||= copy === null && text.trim() !== '';
    const at = start + shift;
    if (copy && end > start) replaced.push({ start: at, end: at + text.length });
    for (const span of whole?.spans[i] ?? (copy ? pastedSpans(copy, text) : [])) {
      spans.push({ start: span.start + at, end: span.end + at, label: span.label });
    }
    if (copy) contributions.push(...copy.contributions);
    shift += text.length - (end - start);
  }
  return { spans, replaced, contributions, foreign };
}

/** A place of a text, and the label that it gets there; none where null. */
export type Laid = Omit<Span, 'label'> & { readonly label: Label | null };

/**
 * The copy whose lines are spread over as many cursors (VS Code's `editor.multiCursorPaste`), with the spans of each
 * edit's line, in its offsets; null when the edits are none.
 */
function spreadCopy(
  edits: readonly TextEdit[],
  find: (text: string) => Copied | null,
): { readonly copy: Copied; readonly spans: readonly (readonly Span[])[] } | null {
  if (edits.length < 2) return null;
  const whole = edits.map(({ text }) => text).join('\n');
  const copy = find(whole);
  if (!copy) return null;
  const all = pastedSpans(copy, whole);
  let start = 0;
  const spans = edits.map(({ text }) => {
    const line = cut(all, start, start + text.length);
    start += text.length + 1;
    return line;
  });
  return { copy, spans };
}

/** The parts of the spans within [start, end), in offsets from `start`. */
export function cut(spans: readonly Span[], start: number, end: number): Span[] {
  return spans.flatMap((span) => {
    const [from, to] = [Math.max(span.start, start), Math.min(span.end, end)];
    return from < to ? [{ start: from - start, end: to - start, label: span.label }] : [];
  });
}

/** The labels that a paste changes, in order, in a text that has the marks of `live` so far. */
export function laidOver(
  { spans, replaced }: Pick<Pasted, 'spans' | 'replaced'>,
  live: { marks(): Marks },
): readonly Laid[] {
  if (replaced.length === 0) return spans;
  const gone = live.marks().spans.flatMap((span) =>
    replaced.flatMap((place): Laid[] => {
      const [start, end] = [Math.max(span.start, place.start), Math.min(span.end, place.end)];
      return start < end ? [{ start, end, label: null }] : [];
    }),
  );
  return [...gone, ...spans];
}

/** The copy that a pasted text is, whatever its line ends and, when it is long enough, its layout; null when it is none. */
export function findCopy(copies: readonly Copied[], text: string): Copied | null {
  const { digest, inkDigest } = digestsOf(text);
  return (
    copies.find((copy) => copy.digest === digest) ??
    copies.find((copy) => inkDigest !== null && copy.inkDigest === inkDigest) ??
    null
  );
}

/** The spans of a copy in the text that was pasted. */
function pastedSpans(copy: Copied, text: string): Span[] {
  const isExact = copy.digest === digestsOf(text).digest;
  const places: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const counts = isExact ? !(text[i] === '\n' && text[i - 1] === '\r') : !isSpace(text[i]!);
    if (counts) places.push(i);
  }
  const spans = isExact ? copy.spans : copy.inkSpans;
  return spans.flatMap(({ start, end, label }) => {
    const [first, last] = [places[start], places[Math.min(end, places.length) - 1]];
    return first === undefined || last === undefined || last < first
      ? []
      : [{ start: first, end: last + 1, label }];
  });
}

/** For each offset of the text, and its end, how many characters that count stand before it. */
function numbersOf(
  text: string,
  counts: (character: string, before: string | undefined) => boolean,
): Int32Array {
  const numbers = new Int32Array(text.length + 1);
  for (let i = 0; i < text.length; i++)
    numbers[i + 1] = numbers[i]! + (counts(text[i]!, text[i - 1]) ? 1 : 0);
  return numbers;
}

function digestsOf(text: string): Pick<Copied, 'digest' | 'inkDigest'> {
  const ink = text.replace(/\s+/g, '');
  return {
    digest: textDigest(withLineFeeds(text).replace(/\n$/, '')),
    inkDigest: ink.length < LEAST_INK ? null : createHash('sha256').update(ink).digest('hex'),
  };
}

function isSpace(character: string): boolean {
  return /\s/.test(character);
}

/** Copies that another window wrote down; what is not one, or has labels that its contributions do not explain, is dropped. */
export function readCopies(values: readonly unknown[]): Copied[] {
  return values.slice(0, MOST_COPIES).filter(isCopied);
}

function isCopied(value: unknown): value is Copied {
  const copied = value as Copied;
  if (typeof copied !== 'object' || copied === null || typeof copied.digest !== 'string') return false;
  if (copied.inkDigest !== null && typeof copied.inkDigest !== 'string') return false;
  if (!Array.isArray(copied.contributions) || !areSpans(copied.spans) || !areSpans(copied.inkSpans))
    return false;
  const known = copied.contributions.map((one) => (typeof one === 'object' ? contributionJson(one) : ''));
  const isKnown = (label: Label) =>
    isUnknownOrigin(label) ||
    copied.contributions.some((one, i) => known[i] !== '' && contributionId(one, label.length) === label);
  return (
    copied.spans.every(({ label }) => isKnown(label)) && copied.inkSpans.every(({ label }) => isKnown(label))
  );
}

function areSpans(value: unknown): value is Span[] {
  if (!Array.isArray(value) || value.length > MOST_SPANS) return false;
  return value.every(
    (span: Span) =>
      Number.isSafeInteger(span?.start) &&
      span.start >= 0 &&
      Number.isSafeInteger(span.end) &&
      span.end > span.start &&
      typeof span.label === 'string',
  );
}
