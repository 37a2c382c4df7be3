/**
 * What an edit really changed. An editor, a formatter or an agent may replace far more text than it changes; what
 * stayed must keep its marks. Deterministic: all bounds are counts, never a clock.
 */
import { type Edit, isBlank, partOf, trimmed, trimmedToLines } from './edits';
import { type Block, diffSequences } from './sequenceDiff';

/** Trimmed replacements of at most this size on one side, within a line, are taken as they are. */
const SMALL = 16;
/** So many tokens of so few kinds say nothing about where they came from, and take long to compare. */
const LARGE = 50_000;
const MOST_REPETITION = 1_000;
/** Text of at least this length that stands within its replacement stayed. */
const LEAST_INNER = 4;
/** Equal text between two changes is no coincidence if it holds more than this, whitespace aside. */
const LONGEST_COINCIDENCE = 24;
/** Whole lines of at least this many characters, whitespace aside, are no coincidence where there is but one of them. */
const LEAST_TELLING = 12;
/** In larger edits (UTF-16 units, both sides) nobody looks for others. */
const MOST_SEARCHED = 500_000;
/** So many hunks are looked at for those that together take and put the same words. */
const MOST_JOINED = 30;

/** A part of an edit, and where its text begins in the edit's. */
interface Hunk extends Edit {
  readonly from: number;
}

/**
 * The parts of an edit that really change something, in order, disjoint, each trimmed; none when nothing changes.
 * Applying them gives the same text as the edit.
 */
export function changedParts(edit: Edit): Edit[] {
  const byLine = edit.removed.includes('\n') && edit.text.includes('\n');
  return byLine ? partsByLine(edit) : partsWithin(edit, partsByWord);
}

/** Trims, deals with what needs no comparison, and leaves the rest to `compare`. */
function partsWithin(edit: Edit, compare: (change: Edit) => Edit[]): Edit[] {
  const change = trimmed(edit);
  const { removed, text } = change;
  if (removed === '' || text === '') return removed === text ? [] : [change];
  return differOnlyInWhitespace(removed, text) ? whitespaceParts(change) : compare(change);
}

function partsByLine(whole: Edit): Edit[] {
  const edit = trimmedToLines(whole);
  if (edit.removed === '' || edit.text === '') return partsWithin(edit, partsByWord);
  if (differOnlyInWhitespace(edit.removed, edit.text)) return whitespaceParts(edit);
  const isKept = (between: string) => isTelling(between, edit);
  // A line in which a word changes stays but for that word: no large change, and what stands around the word stayed, too.
  const hunks = withoutCoincidences(edit, joinedByWords(edit, lineHunks(edit)), trimmedHunk, isKept);
  const parts: Edit[] = [];
  let [at, from] = [edit.start, 0];
  // Lines that stayed may be laid out otherwise.
  const pass = (end: number, to: number) => {
    const stayed = partOf(edit, at, end, from, to);
    if (stayed.removed !== stayed.text) parts.push(...whitespaceParts(stayed));
  };
  for (const hunk of hunks) {
    pass(hunk.start, hunk.from);
    parts.push(...partsWithin(hunk, (part) => signParts(part) ?? partsByWord(part)));
    [at, from] = [hunk.end, hunk.from + hunk.text.length];
  }
  pass(edit.end, edit.text.length);
  return withoutTouching(parts);
}

/** Parts with nothing between them are one. */
function withoutTouching(parts: readonly Edit[]): Edit[] {
  const apart: Edit[] = [];
  for (const part of parts) {
    const last = apart[apart.length - 1];
    if (last?.end !== part.start) apart.push(part);
    else {
      const { removed, text } = last;
      apart[apart.length - 1] = trimmed({
        start: last.start,
        end: part.end,
        removed: removed + part.removed,
        text: text + part.text,
      });
    }
  }
  return apart.filter(({ removed, text }) => removed !== text);
}

/**
 * The lines that changed: those that are not equal, or, where that leaves fewer words, those that are not equal but for the
 * white space around them. (A formatter that indents one copy of a text as the other one was sets them against each other.)
 */
function lineHunks(edit: Edit): Hunk[] {
  const [before, after] = [linesOf(edit.removed), linesOf(edit.text)];
  const exact = hunksBetween(edit, before, after, equalTokens);
  if (!exact.some(({ removed, text }) => !isBlank(removed) && !isBlank(text))) return exact;
  const trim = (line: string) => line.trim();
  const loose = hunksBetween(edit, before, after, (a, b) => equalTokens(a.map(trim), b.map(trim)));
  return solidSize(loose) < solidSize(exact) ? loose : exact;
}

/**
 * Joins hunks that together, with what stays between them, take and put the same words in the same order: these stayed, and only
 * signs and layout changed. (A formatter that gives one copy of a text the sign that the other one had sets them against each
 * other.) What goes and comes with its signs, too, has moved.
 */
function joinedByWords(edit: Edit, hunks: readonly Hunk[]): Hunk[] {
  const joined: Hunk[] = [];
  for (let i = 0; i < hunks.length; i++) {
    const last = lastOfSameWords(edit, hunks, i);
    joined.push(across(edit, hunks[i]!, hunks[last]!));
    i = last;
  }
  return joined;
}

/** The index of the first hunk up to which the words are the same from hunk `first` on; `first` itself when there is none. */
function lastOfSameWords(edit: Edit, hunks: readonly Hunk[], first: number): number {
  // The words that only one side has had so far.
  let [gone, came] = ['', ''];
  const most = Math.min(hunks.length, first + MOST_JOINED);
  for (let i = first; i < most; i++) {
    const { start, removed, text } = hunks[i]!;
    const stayed = edit.removed.slice((hunks[i - 1]?.end ?? start) - edit.start, start - edit.start);
    gone += wordsAlone(i > first ? stayed + removed : removed);
    came += wordsAlone(i > first ? stayed + text : text);
    if (gone === came) return isMove(hunks.slice(first, i + 1)) ? first : i;
    if (!gone.startsWith(came) && !came.startsWith(gone)) return first;
    const common = Math.min(gone.length, came.length);
    [gone, came] = [gone.slice(common), came.slice(common)];
  }
  return first;
}

/** True when all that goes comes again elsewhere. */
function isMove(hunks: readonly Hunk[]): boolean {
  const gone = hunks.map(({ removed }) => removed).join('');
  return differOnlyInWhitespace(gone, hunks.map(({ text }) => text).join(''));
}

/** The words of a text, each with its end. */
function wordsAlone(text: string): string {
  return (text.match(/[\p{L}\p{N}_]+/gu) ?? []).map((word) => `${word} `).join('');
}

/** For an edit that keeps all its words in their order: what changes in each gap between them. Null when it does not. */
function signParts(edit: Edit): Edit[] | null {
  // Each second one is a word.
  const [before, after] = [edit.removed, edit.text].map((text) => text.split(/([\p{L}\p{N}_]+)/u)) as [
    string[],
    string[],
  ];
  if (before.length === 1 || before.length !== after.length) return null;
  if (before.some((token, i) => i % 2 === 1 && token !== after[i])) return null;
  let [at, from] = [edit.start, 0];
  return before.flatMap((token, i) => {
    const [end, to] = [at + token.length, from + after[i]!.length];
    const gap = partOf(edit, at, end, from, to);
    [at, from] = [end, to];
    return partsWithin(gap, partsByWord);
  });
}

/** How much the hunks take and put, white space aside. */
function solidSize(hunks: readonly Hunk[]): number {
  return hunks.reduce((sum, { removed, text }) => sum + solidLength(removed) + solidLength(text), 0);
}

function solidLength(text: string): number {
  return text.replace(/\s+/g, '').length;
}

/** Lines that say something and stand there once, before and after: they stayed, whatever changed around them. */
function isTelling(lines: string, { removed, text }: Edit): boolean {
  if (removed.length + text.length > MOST_SEARCHED) return false;
  if (solidLength(lines) < LEAST_TELLING) return false;
  const isOnce = (whole: string) => whole.indexOf(lines) === whole.lastIndexOf(lines);
  return isOnce(removed) && isOnce(text);
}

function partsByWord(edit: Edit): Edit[] {
  const within = surrounding(edit);
  if (within) return within;
  const isSmall = edit.removed.length <= SMALL || edit.text.length <= SMALL;
  if (isSmall && !edit.removed.includes('\n') && !edit.text.includes('\n')) return [edit];
  return wordHunks(edit).flatMap((hunk) => partsWithin(hunk, (part) => surrounding(part) ?? [part]));
}

/** When one side of a change stands within the other: what surrounds it. Null when it does not. */
function surrounding(edit: Edit): Edit[] | null {
  const { start, end, removed, text } = edit;
  const [inner, outer] = removed.length < text.length ? [removed, text] : [text, removed];
  if (inner.length < LEAST_INNER || isBlank(inner)) return null;
  const at = outer.indexOf(inner);
  if (at < 0) return null;
  const after = at + inner.length;
  return outer === text
    ? [partOf(edit, start, start, 0, at), partOf(edit, end, end, after, text.length)]
    : [partOf(edit, start, start + at, 0, 0), partOf(edit, start + after, end, text.length, text.length)];
}

/** The parts of an edit by words, each stretch of new words beside the words it stands for. */
export function wordHunks(edit: Edit): Edit[] {
  const [before, after] = [wordsOf(edit.removed), wordsOf(edit.text)];
  return withoutCoincidences(edit, hunksBetween(edit, before, after, equalWords));
}

/** The differing stretches between two sequences of tokens that make up the edit's removed and inserted text. */
function hunksBetween(
  edit: Edit,
  before: readonly string[],
  after: readonly string[],
  equal: typeof equalTokens,
): Hunk[] {
  const hunks: Hunk[] = [];
  let [i, j] = [0, 0];
  let [at, from] = [edit.start, 0];
  const change = (iEnd: number, jEnd: number) => {
    let [end, to] = [at, from];
    for (; i < iEnd; i++) end += before[i]!.length;
    for (; j < jEnd; j++) to += after[j]!.length;
    if (end > at || to > from) hunks.push({ ...partOf(edit, at, end, from, to), from });
    [at, from] = [end, to];
  };
  for (const { aStart, bStart, length } of equal(before, after)) {
    change(aStart, bStart);
    for (; i < aStart + length; i++, j++) {
      at += before[i]!.length;
      from += after[j]!.length;
    }
  }
  change(before.length, after.length);
  return hunks;
}

/** The runs of tokens that both sequences have in common. */
function equalTokens(before: readonly string[], after: readonly string[]): readonly Block[] {
  const symbols = new Map<string, number>();
  const a = intern(before, symbols);
  const b = intern(after, symbols);
  const size = a.length + b.length;
  if (size > LARGE && size > MOST_REPETITION * symbols.size) return [];
  return diffSequences(a, b, symbols.size);
}

/**
 * The same of words, signs and white space. White space says nothing about where text came from: it stayed where it is
 * equal beside a word or sign that stayed.
 */
function equalWords(before: readonly string[], after: readonly string[]): readonly Block[] {
  const a = solidPlaces(before);
  const b = solidPlaces(after);
  const equal: Block[] = [];
  let [i, j] = [0, 0];
  const add = (aStart: number, bStart: number) => {
    if (aStart < i || bStart < j || before[aStart] === undefined || before[aStart] !== after[bStart]) return;
    equal.push({ aStart, bStart, length: 1 });
    [i, j] = [aStart + 1, bStart + 1];
  };
  const addSpace = (aStart: number, bStart: number) => {
    if (isBlank(before[aStart] ?? '')) add(aStart, bStart);
  };
  const wordAt = (tokens: readonly string[], places: readonly number[]) => places.map((at) => tokens[at]!);
  for (const { aStart, bStart, length } of equalTokens(wordAt(before, a), wordAt(after, b))) {
    for (let k = 0; k < length; k++) {
      addSpace(i, j);
      addSpace(a[aStart + k]! - 1, b[bStart + k]! - 1);
      add(a[aStart + k]!, b[bStart + k]!);
    }
  }
  addSpace(i, j);
  addSpace(before.length - 1, after.length - 1);
  return equal;
}

/** The places of the tokens that are not white space. */
function solidPlaces(tokens: readonly string[]): number[] {
  return tokens.flatMap((token, at) => (isBlank(token) ? [] : [at]));
}

function intern(tokens: readonly string[], symbols: Map<string, number>): Int32Array {
  return Int32Array.from(tokens, (token) => {
    let symbol = symbols.get(token);
    if (symbol === undefined) {
      symbol = symbols.size;
      symbols.set(token, symbol);
    }
    return symbol;
  });
}

/**
 * Joins hunks across text that is equal by coincidence: shorter than the changes on both of its sides (the semantic
 * clean-up of diff-match-patch). Where a side only inserts or only deletes on both hands, the text surely stayed. A hunk of
 * nothing but white space is no such change: what stands beside it may be laid out otherwise and stayed all the same.
 */
function withoutCoincidences(
  edit: Edit,
  hunks: readonly Hunk[],
  changeIn: (hunk: Hunk) => Hunk = (hunk) => hunk,
  isKept: (between: string) => boolean = () => false,
): Hunk[] {
  const joined: { hunk: Hunk; change: Hunk }[] = [];
  for (const next of hunks) {
    let [hunk, change] = [next, changeIn(next)];
    for (let index = lastOfWords(joined); index >= 0 && !isLayout(hunk); index = lastOfWords(joined)) {
      const last = joined[index]!;
      const between = edit.removed.slice(last.hunk.end - edit.start, hunk.start - edit.start);
      if (!isCoincidence(edit, last.change, change) || isKept(between)) break;
      joined.length = index;
      hunk = across(edit, last.hunk, hunk);
      change = across(edit, last.change, change);
    }
    joined.push({ hunk, change });
  }
  return joined.map(({ hunk }) => hunk);
}

/** From the beginning of one hunk to the end of a later one. */
function across(edit: Edit, first: Hunk, last: Hunk): Hunk {
  const to = last.from + last.text.length;
  return { ...partOf(edit, first.start, last.end, first.from, to), from: first.from };
}

function trimmedHunk(hunk: Hunk): Hunk {
  const change = trimmed(hunk);
  return { ...change, from: hunk.from + change.start - hunk.start };
}

function lastOfWords(joined: readonly { hunk: Hunk }[]): number {
  return joined.findLastIndex(({ hunk }) => !isLayout(hunk));
}

function isLayout({ removed, text }: Edit): boolean {
  return isBlank(removed) && isBlank(text);
}

function isCoincidence(edit: Edit, left: Edit, right: Edit): boolean {
  if (left.removed === '' && right.removed === '') return false;
  if (left.text === '' && right.text === '') return false;
  const between = edit.removed.slice(left.end - edit.start, right.start - edit.start);
  // More whitespace than this does not come about by chance either.
  if (between.length > 4 * LONGEST_COINCIDENCE) return false;
  const after = edit.removed.slice(right.end - edit.start);
  const says = solidLength(between) + slide(right, after);
  const most = Math.min(sizeOf(left), sizeOf(right), LONGEST_COINCIDENCE);
  return says <= most;
}

/**
 * By how much a mere insertion or removal may as well stand further behind, white space aside: what follows it may begin like
 * it, and so be it.
 */
function slide({ removed, text }: Edit, after: string): number {
  if (removed !== '' && text !== '') return 0;
  const solid = (some: string) => some.slice(0, 4 * LONGEST_COINCIDENCE).replace(/\s+/g, '');
  const [own, next] = [solid(removed + text), solid(after)];
  let length = 0;
  while (length < own.length && length < next.length && own[length] === next[length]) length++;
  return length;
}

function sizeOf({ removed, text }: Edit): number {
  return Math.max(removed.length, text.length);
}

/** For an edit that changes only whitespace: one part for each gap that differs. */
function whitespaceParts(edit: Edit): Edit[] {
  const { start, removed, text } = edit;
  const parts: Edit[] = [];
  let i = 0;
  let j = 0;
  while (i < removed.length || j < text.length) {
    const [gapStart, gapFrom] = [i, j];
    while (isSpaceAt(removed, i)) i++;
    while (isSpaceAt(text, j)) j++;
    const gap = trimmed(partOf(edit, start + gapStart, start + i, gapFrom, j));
    if (gap.removed !== gap.text) parts.push(gap);
    // The words are the same on both sides.
    while (i < removed.length && j < text.length && !isSpaceAt(removed, i) && !isSpaceAt(text, j)) {
      i++;
      j++;
    }
  }
  return parts;
}

function differOnlyInWhitespace(a: string, b: string): boolean {
  return a.replace(/\s+/g, '') === b.replace(/\s+/g, '');
}

function isSpaceAt(text: string, offset: number): boolean {
  return offset < text.length && /\s/.test(text[offset]!);
}

/** Lines with their terminators (LF, CRLF or CR). */
function linesOf(text: string): string[] {
  return text.match(/[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$/g) ?? [];
}

/** Words, runs of whitespace, and single other characters. */
function wordsOf(text: string): string[] {
  return text.match(/[\p{L}\p{N}_]+|\s+|./gsu) ?? [];
}
