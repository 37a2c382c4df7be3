/**
 * What an edit really changed. An editor, a formatter or an agent may replace far more text than it changes; what
 * stayed must keep its marks. Everything here is deterministic: bounds are counts, never a clock.
 */
import { diffArrays } from 'diff';
import type { TextEdit } from './marks';

/** A text edit that knows what it removes. Offsets are UTF-16, 0-based, end exclusive. */
export interface Edit extends TextEdit {
  readonly removed: string;
}

/** Replacements up to this size on either side, within a line, are taken as they are once trimmed. */
const SMALL = 64;
/** Hunks larger than this (UTF-16 units, both sides together) are not compared word by word. */
const LARGEST_WORD_HUNK = 40_000;
const MOST_LINE_EDITS = 4_000;
const MOST_WORD_EDITS = 1_500;
/** Equal text between two changes is coincidence if it is no longer than the changes, and than this. */
const LONGEST_COINCIDENCE = 24;

/**
 * The parts of an edit that really change something, in order, disjoint, each trimmed; none when nothing changes.
 * Applying them gives the same text as the edit.
 */
export function changedParts(edit: Edit): Edit[] {
  const whole = trimmed(edit);
  const { removed, text } = whole;
  if (removed === '' || text === '') return removed === text ? [] : [whole];
  const multiLine = removed.includes('\n') && text.includes('\n');
  if (!multiLine && (removed.length <= SMALL || text.length <= SMALL)) {
    return sameButForWhitespace(removed, text) ? whitespaceParts(whole) : [whole];
  }
  return partsOfHunk(whole, multiLine);
}

/** The edit without the prefix and the suffix that it puts back as they were; surrogate pairs stay whole. */
export function trimmed(edit: Edit): Edit {
  const { start, removed, text } = edit;
  const most = Math.min(removed.length, text.length);
  let prefix = 0;
  while (prefix < most && removed.charCodeAt(prefix) === text.charCodeAt(prefix)) prefix++;
  if (splitsPair(removed, prefix) || splitsPair(text, prefix)) prefix--;
  let suffix = 0;
  while (
    suffix < most - prefix &&
    removed.charCodeAt(removed.length - 1 - suffix) === text.charCodeAt(text.length - 1 - suffix)
  ) {
    suffix++;
  }
  if (splitsPair(removed, removed.length - suffix) || splitsPair(text, text.length - suffix)) suffix--;
  if (prefix === 0 && suffix === 0) return edit;
  return part(edit, start + prefix, start + removed.length - suffix, prefix, text.length - suffix);
}

/** True for an offset between the two halves of a surrogate pair. */
export function splitsPair(text: string, offset: number): boolean {
  return (text.charCodeAt(offset) & 0xfc00) === 0xdc00 && (text.charCodeAt(offset - 1) & 0xfc00) === 0xd800;
}

/** True for text of nothing but whitespace, and for none. */
export function isBlank(text: string): boolean {
  return !/\S/.test(text);
}

/** The part of an edit that replaces [start, end) of the document by [from, to) of the edit's text. */
function part(edit: Edit, start: number, end: number, from: number, to: number): Edit {
  return {
    start,
    end,
    removed: edit.removed.slice(start - edit.start, end - edit.start),
    text: edit.text.slice(from, to),
  };
}

function sameButForWhitespace(a: string, b: string): boolean {
  return a.replace(/\s+/g, '') === b.replace(/\s+/g, '');
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
    const gap = trimmed(part(edit, start + gapStart, start + i, gapFrom, j));
    if (gap.removed !== gap.text) parts.push(gap);
    // The words are the same on both sides.
    while (i < removed.length && j < text.length && !isSpaceAt(removed, i) && !isSpaceAt(text, j)) {
      i++;
      j++;
    }
  }
  return parts;
}

function isSpaceAt(text: string, offset: number): boolean {
  return offset < text.length && /\s/.test(text[offset]!);
}

/** Compares line by line if there are lines to compare, and then inside what differs. */
function partsOfHunk(edit: Edit, byLine: boolean): Edit[] {
  if (sameButForWhitespace(edit.removed, edit.text)) return whitespaceParts(edit);
  if (!byLine) return wordParts(edit);
  const hunks = tokenHunks(edit, linesOf(edit.removed), linesOf(edit.text), MOST_LINE_EDITS);
  if (hunks === null) return [edit];
  return withoutCoincidences(edit, hunks).flatMap((hunk) => {
    const inner = trimmed(hunk);
    if (inner.removed === '' || inner.text === '') return inner.removed === inner.text ? [] : [inner];
    return sameButForWhitespace(inner.removed, inner.text) ? whitespaceParts(inner) : wordParts(inner);
  });
}

function wordParts(edit: Edit): Edit[] {
  if (edit.removed.length <= SMALL || edit.text.length <= SMALL) return [edit];
  if (edit.removed.length + edit.text.length > LARGEST_WORD_HUNK) return [edit];
  const hunks = tokenHunks(edit, wordsOf(edit.removed), wordsOf(edit.text), MOST_WORD_EDITS);
  if (hunks === null) return [edit];
  return withoutCoincidences(edit, hunks)
    .map(trimmed)
    .filter((hunk) => hunk.removed !== hunk.text);
}

/** The hunks of a token diff, or null when the two sides have too little in common to be compared. */
export function tokenHunks(edit: Edit, before: string[], after: string[], mostEdits: number): Edit[] | null {
  const changes = diffArrays(before, after, { maxEditLength: mostEdits });
  if (!changes) return null;
  const hunks: Edit[] = [];
  let at = edit.start;
  let from = 0;
  let hunkStart = at;
  let hunkFrom = 0;
  const close = () => {
    if (at > hunkStart || from > hunkFrom) hunks.push(part(edit, hunkStart, at, hunkFrom, from));
  };
  for (const { value, added, removed } of changes) {
    const length = value.reduce((sum, token) => sum + token.length, 0);
    if (added) {
      from += length;
    } else if (removed) {
      at += length;
    } else {
      close();
      at += length;
      from += length;
      hunkStart = at;
      hunkFrom = from;
    }
  }
  close();
  return hunks;
}

/**
 * Joins hunks across equal text that is equal by coincidence: shorter than the changes on both of its sides
 * (the semantic clean-up of diff-match-patch), unless nothing was removed there, when it is surely the old text.
 */
export function withoutCoincidences(edit: Edit, hunks: readonly Edit[]): Edit[] {
  const joined: Edit[] = [];
  for (let hunk of hunks) {
    for (let last = joined[joined.length - 1]; last; last = joined[joined.length - 1]) {
      const between = edit.removed.slice(last.end - edit.start, hunk.start - edit.start);
      if (!isCoincidence(between, last, hunk)) break;
      joined.pop();
      hunk = {
        start: last.start,
        end: hunk.end,
        removed: last.removed + between + hunk.removed,
        text: last.text + between + hunk.text,
      };
    }
    joined.push(hunk);
  }
  return joined;
}

function isCoincidence(between: string, left: Edit, right: Edit): boolean {
  if (left.removed === '' && right.removed === '') return false;
  if (left.text === '' && right.text === '') return false;
  if (between.length > 4 * LONGEST_COINCIDENCE) return false;
  const weight = between.replace(/\s+/g, '').length;
  return (
    weight <= LONGEST_COINCIDENCE &&
    weight <= Math.max(left.removed.length, left.text.length) &&
    weight <= Math.max(right.removed.length, right.text.length)
  );
}

/** Lines with their terminators (LF, CRLF or CR). */
export function linesOf(text: string): string[] {
  return text.match(/[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$/g) ?? [];
}

/** Words, runs of whitespace, and single other characters. */
export function wordsOf(text: string): string[] {
  return text.match(/[\p{L}\p{N}_]+|\s+|./gsu) ?? [];
}
