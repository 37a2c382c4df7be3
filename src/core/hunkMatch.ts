import { isSpace } from './linedText';
import { diffTokens, type Piece } from './tokenDiff';

/** Finds what is equal in two pieces of text; see {@link diffTokens}. */
export type HunkDiffer = (a: string, b: string) => Piece[];

/** Labels by character: 0 for none, otherwise a number that stands for a label. */
export type CharacterLabels = Int32Array;

export interface HunkMatch {
  /** The labels of the characters of `b`. */
  readonly labels: CharacterLabels;
  /** For each character of `b` that is not whitespace its place in `a`, or -1. */
  readonly source: Int32Array;
}

/**
 * Labels the characters of `b` by those of `a`, two versions of the same lines. Where something was only added or only
 * taken away, whitespace apart, all other characters keep their labels; otherwise those that `differ` finds again do.
 * Whitespace follows the characters around it, see {@link labelSpace}.
 */
export function matchHunk(
  a: string,
  labels: CharacterLabels,
  b: string,
  differ: HunkDiffer = diffTokens,
): HunkMatch {
  const source = oneChange(a, b) ?? fromPieces(b, differ(a, b));
  const result = new Int32Array(b.length);
  for (let at = 0; at < b.length; ) {
    if (!isSpace(b.charCodeAt(at))) {
      if (source[at]! >= 0) result[at] = labels[source[at]!]!;
      at++;
      continue;
    }
    let end = at + 1;
    while (end < b.length && isSpace(b.charCodeAt(end))) end++;
    labelSpace(a, labels, b, source, at, end, result);
    at = end;
  }
  return { labels: result, source };
}

/**
 * The places of b's characters in `a` when both differ, whitespace apart, by one insertion or one deletion at most: a
 * common start and a common end make up one of them. Else null.
 */
function oneChange(a: string, b: string): Int32Array | null {
  const source = new Int32Array(b.length).fill(-1);
  let [from, at] = [nextSolid(a, 0), nextSolid(b, 0)];
  while (from < a.length && at < b.length && a.charCodeAt(from) === b.charCodeAt(at)) {
    if (isHighSurrogate(a.charCodeAt(from)) && a.charCodeAt(from + 1) !== b.charCodeAt(at + 1)) break;
    source[at] = from;
    from = nextSolid(a, from + 1);
    at = nextSolid(b, at + 1);
  }
  let [end, to] = [lastSolid(a, a.length - 1), lastSolid(b, b.length - 1)];
  while (end >= from && to >= at && a.charCodeAt(end) === b.charCodeAt(to)) {
    if (isLowSurrogate(a.charCodeAt(end)) && a.charCodeAt(end - 1) !== b.charCodeAt(to - 1)) break;
    source[to] = end;
    end = lastSolid(a, end - 1);
    to = lastSolid(b, to - 1);
  }
  if (end >= from && to >= at) return null;
  return isInsideWords(b, at, to) || isInsideWords(a, from, end) ? null : source;
}

/**
 * Lines that begin or end like the line beside them make one change that starts and ends in the middle of lines, as in
 * `return t[ax;⏎return t]otal;`: what is equal at its start and its end has to be looked at by words.
 */
function isInsideWords(text: string, first: number, last: number): boolean {
  if (first > last || !text.slice(first, last + 1).includes('\n')) return false;
  const [before, next] = [lastSolid(text, first - 1), nextSolid(text, last + 1)];
  const isWhole = (left: number, right: number) =>
    left < 0 || right >= text.length || text.slice(left + 1, right).includes('\n');
  return !isWhole(before, first) && !isWhole(last, next);
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code < 0xdc00;
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code < 0xe000;
}

function nextSolid(text: string, at: number): number {
  while (at < text.length && isSpace(text.charCodeAt(at))) at++;
  return at;
}

function lastSolid(text: string, at: number): number {
  while (at >= 0 && isSpace(text.charCodeAt(at))) at--;
  return at;
}

function fromPieces(b: string, pieces: readonly Piece[]): Int32Array {
  const source = new Int32Array(b.length).fill(-1);
  for (const { from, to, length } of pieces) {
    for (let k = 0; k < length; k++) if (!isSpace(b.charCodeAt(to + k))) source[to + k] = from + k;
  }
  return source;
}

/**
 * Labels the run of whitespace b[start, end) by the old whitespace at its place: next to a character that was found
 * again, unchanged whitespace keeps its labels, and an indentation that grew or shrank keeps its label. New whitespace
 * is labelled only between two characters with the same label.
 */
function labelSpace(
  a: string,
  labels: CharacterLabels,
  b: string,
  source: Int32Array,
  start: number,
  end: number,
  result: CharacterLabels,
): void {
  const left = start > 0 ? source[start - 1]! : -1;
  const right = end < b.length ? source[end]! : -1;
  if (left < 0 && right < 0) return;
  const around = left >= 0 && right >= 0 && labels[left] === labels[right] ? labels[left]! : 0;
  const [oldStart, oldEnd] = left >= 0 ? [left + 1, nextSolid(a, left + 1)] : [spaceBefore(a, right), right];
  const sameNeighbours = left < 0 || right < 0 || oldEnd === right;
  const space = b.slice(start, end);
  if (sameNeighbours && a.slice(oldStart, oldEnd) === space) {
    for (let k = 0; k < end - start; k++) result[start + k] = labels[oldStart + k]!;
    return;
  }
  const newline = space.lastIndexOf('\n');
  const startsLine = newline >= 0 || start === 0;
  const indent = start + newline + 1;
  if (!startsLine) {
    const label =
      sameNeighbours && left >= 0 && right >= 0 && oldEnd > oldStart
        ? only(labels, oldStart, oldEnd)
        : around;
    result.fill(label, start, end);
    return;
  }
  result.fill(around, start, indent);
  result.fill(right >= 0 ? (indentLabel(a, labels, right) ?? around) : around, indent, end);
}

/** The label of the indentation before a[at], or null when a[at] does not start its line. */
function indentLabel(a: string, labels: CharacterLabels, at: number): number | null {
  const start = spaceBefore(a, at);
  const newline = a.lastIndexOf('\n', at - 1);
  if (newline < start && start > 0) return null;
  const indent = Math.max(start, newline + 1);
  return indent < at ? only(labels, indent, at) : labels[at]!;
}

/** The one label of all characters in [start, end), or 0. */
function only(labels: CharacterLabels, start: number, end: number): number {
  for (let at = start + 1; at < end; at++) if (labels[at] !== labels[start]) return 0;
  return labels[start]!;
}

function spaceBefore(text: string, at: number): number {
  while (at > 0 && isSpace(text.charCodeAt(at - 1))) at--;
  return at;
}
