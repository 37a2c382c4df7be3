/** Text edits that know what they remove. All offsets are UTF-16, 0-based, end exclusive. */
import type { TextEdit } from './marks';

/** Replaces `removed`, which stands in [start, end), by `text`. */
export interface Edit extends TextEdit {
  readonly removed: string;
}

/** The edit without the prefix and the suffix that it puts back as they were; surrogate pairs stay whole. */
export function trimmed(edit: Edit): Edit {
  const { start, removed, text } = edit;
  const most = Math.min(removed.length, text.length);
  let prefix = 0;
  while (prefix < most && removed.charCodeAt(prefix) === text.charCodeAt(prefix)) prefix++;
  if (splitsPair(removed, prefix) || splitsPair(text, prefix)) prefix--;
  let suffix = 0;
  const mostSuffix = most - prefix;
  while (
    suffix < mostSuffix &&
    removed.charCodeAt(removed.length - 1 - suffix) === text.charCodeAt(text.length - 1 - suffix)
  ) {
    suffix++;
  }
  if (splitsPair(removed, removed.length - suffix) || splitsPair(text, text.length - suffix)) suffix--;
  if (prefix === 0 && suffix === 0) return edit;
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

/** True for text of nothing but whitespace, and for none. */
export function isBlank(text: string): boolean {
  return !/\S/.test(text);
}

/** True for an offset between the two halves of a surrogate pair. */
function splitsPair(text: string, offset: number): boolean {
  return (text.charCodeAt(offset) & 0xfc00) === 0xdc00 && (text.charCodeAt(offset - 1) & 0xfc00) === 0xd800;
}
