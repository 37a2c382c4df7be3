/** Text edits that know what they remove. All offsets are UTF-16, 0-based, end exclusive. */
import type { TextEdit } from './marks';

/** Replaces `removed`, which stands in [start, end), by `text`. */
export interface Edit extends TextEdit {
  readonly removed: string;
}

/** The edit without the prefix and the suffix that it puts back as they were; surrogate pairs stay whole. */
export function trimmed(edit: Edit): Edit {
  const { removed, text } = edit;
  let prefix = commonPrefix(removed, text);
  if (splitsPair(removed, prefix) || splitsPair(text, prefix)) prefix--;
  let suffix = commonSuffix(removed, text, prefix);
  if (splitsPair(removed, removed.length - suffix) || splitsPair(text, text.length - suffix)) suffix--;
  return without(edit, prefix, suffix);
}

/** The edit without the whole lines that it puts back as they were, at its start and at its end. */
export function trimmedToLines(edit: Edit): Edit {
  const { removed, text } = edit;
  const common = commonPrefix(removed, text);
  const prefix = common === 0 ? 0 : removed.lastIndexOf('\n', common - 1) + 1;
  let suffix = commonSuffix(removed, text, prefix);
  const atLine = (size: number) =>
    isLineStart(removed, removed.length - size) && isLineStart(text, text.length - size);
  if (suffix > 0 && !atLine(suffix)) {
    const lineEnd = removed.indexOf('\n', removed.length - suffix);
    suffix = lineEnd < 0 ? 0 : removed.length - lineEnd - 1;
  }
  return without(edit, prefix, suffix);
}

function commonPrefix(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let length = 0;
  while (length < most && a.charCodeAt(length) === b.charCodeAt(length)) length++;
  return length;
}

/** The length of the common suffix, of what follows the first `from` units on both sides. */
function commonSuffix(a: string, b: string, from: number): number {
  const most = Math.min(a.length, b.length) - from;
  let length = 0;
  while (length < most && a.charCodeAt(a.length - 1 - length) === b.charCodeAt(b.length - 1 - length))
    length++;
  return length;
}

function isLineStart(text: string, offset: number): boolean {
  return offset === 0 || text.charCodeAt(offset - 1) === 10;
}

function without(edit: Edit, prefix: number, suffix: number): Edit {
  if (prefix === 0 && suffix === 0) return edit;
  const { start, removed, text } = edit;
  return partOf(edit, start + prefix, start + removed.length - suffix, prefix, text.length - suffix);
}

/** The part of an edit that replaces [start, end) of the document by [from, to) of the edit's text. */
export function partOf(edit: Edit, start: number, end: number, from: number, to: number): Edit {
  const removed = edit.removed.slice(start - edit.start, end - edit.start);
  return { start, end, removed, text: edit.text.slice(from, to) };
}

/** The edits that take a batch back (in order, disjoint): from the text after it to the text before it. */
export function inverse(edits: readonly { start: number; removed: string; text: string }[]): Edit[] {
  let shift = 0;
  return edits.map(({ start, removed, text }) => {
    const back = { start: start + shift, end: start + shift + text.length, removed: text, text: removed };
    shift += text.length - removed.length;
    return back;
  });
}

/** What of [start, end) the edits (in order, disjoint) leave as it is, in offsets of the text after them. */
export function untouched(
  start: number,
  end: number,
  edits: readonly Edit[],
): { readonly start: number; readonly end: number }[] {
  const ranges: { start: number; end: number }[] = [];
  let [at, shift] = [start, 0];
  const leave = (until: number) => {
    if (until > at) ranges.push({ start: at + shift, end: until + shift });
  };
  for (const edit of edits) {
    if (edit.start >= end) break;
    leave(edit.start);
    at = Math.max(at, edit.end);
    shift += edit.text.length - edit.removed.length;
  }
  leave(end);
  return ranges;
}

/** True for text of nothing but whitespace, and for none. */
export function isBlank(text: string): boolean {
  return !/\S/.test(text);
}

/** True for an offset between the two halves of a surrogate pair. */
function splitsPair(text: string, offset: number): boolean {
  return (text.charCodeAt(offset) & 0xfc00) === 0xdc00 && (text.charCodeAt(offset - 1) & 0xfc00) === 0xd800;
}

/** The text after edits that are all given in offsets of the text before, ascending and disjoint. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let result = '';
  let position = 0;
  for (const edit of edits) {
    result += text.slice(position, edit.start) + edit.text;
    position = edit.end;
  }
  return result + text.slice(position);
}
