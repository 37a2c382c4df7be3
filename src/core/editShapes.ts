import type { TextEdit } from './marks';
import { looksLikeTyping, TYPING_CHARACTERS } from './typing';

/** What the edits of one change event look like, told from their places and texts alone. */

/** Only white space came or went, other than by one typed key: formatting, indenting, trimming. */
export function isLayout(edits: readonly TextEdit[]): boolean {
  if (edits.some(({ text }) => text.trim() !== '')) return false;
  if (edits.length > 1) return true;
  return edits.every(
    ({ start, end, text }) => text !== '' && (text.length > 2 || end > start) && !/^\r?\n[ \t]*$/.test(text),
  );
}

/** Small changes in several places that are more than a key: rename, replace all, a quick fix. */
export function isSpread(edits: readonly TextEdit[]): boolean {
  if (edits.length < 2 || looksLikeTyping(edits)) return false;
  return edits.every(({ text }) => text.length <= TYPING_CHARACTERS && !text.includes('\n'));
}

/** A word or more comes that no single key makes, and not the same one in several places, as a rename or *Replace All* has it. */
export function saysSomethingNew(edits: readonly TextEdit[]): boolean {
  const texts = new Set(edits.map(({ text }) => text.trim()).filter((text) => text !== ''));
  const isSameEverywhere = edits.length > 1 && texts.size === 1;
  return !isSameEverywhere && !looksLikeTyping(edits) && [...texts].some((text) => text.length > 2);
}

/** Text went and none but white space came. */
export function isRemoval(edits: readonly TextEdit[]): boolean {
  return edits.every(({ start, end, text }) => text === '' && end > start);
}

/** Nothing but spaces came, within a line, and nothing went. */
export function isSpace(edits: readonly TextEdit[]): boolean {
  return edits.every(({ start, end, text }) => start === end && /^[ \t]+$/.test(text));
}

/** No text came but white space, if that. */
export function isBlankInsert(edits: readonly TextEdit[]): boolean {
  return edits.every(({ text }) => text.trim() === '');
}

/** Somewhere a text of more than a line comes, or of more characters than are typed at once. */
export function hasLargeText(edits: readonly TextEdit[]): boolean {
  return edits.some(({ text }) => {
    if (text.length <= 2 || text.trim() === '') return false;
    return text.length > TYPING_CHARACTERS || text.trimEnd().includes('\n');
  });
}

/** The same, and it is all that the change does. */
export function isOneLargeText(edits: readonly TextEdit[]): boolean {
  return edits.length === 1 && hasLargeText(edits);
}

/** What comes is one word (a name, say), in as many places as there are cursors. */
export function isOneWord(edits: readonly TextEdit[]): boolean {
  return edits.every(
    ({ text }) => text.length <= TYPING_CHARACTERS && /^[\p{L}\p{N}_$.#@:-]+\(?\)?$/u.test(text),
  );
}

/** True when the caret, an offset in the text after, stands behind the text of one of the edits. */
export function endsAt(edits: readonly TextEdit[], caret: number): boolean {
  let shift = 0;
  for (const { start, end, text } of [...edits].sort((a, b) => a.start - b.start)) {
    if (start + shift + text.length === caret) return true;
    shift += text.length - (end - start);
  }
  return false;
}

/** True for a paste of `pasted`. The editor may change indentation and line endings of what it pastes. */
export function isPasteOf(edits: readonly TextEdit[], pasted: string): boolean {
  const inserted = edits.map(({ text }) => text).filter((text) => text !== '');
  if (inserted.length === 0) return false;
  const want = withoutSpace(pasted);
  return (
    inserted.every((text) => withoutSpace(text) === want) ||
    withoutSpace(inserted.reverse().join('')) === want
  );
}

function withoutSpace(text: string): string {
  return text.replace(/\s+/g, '');
}

/** Longer edits (UTF-16 units, both sides) are not read word by word. */
const MOST_READ = 200_000;

/**
 * True when each edit says the same words in the same order as the text it replaces: formatters move line breaks,
 * and put or take separators and quotes; a comment that is filled anew has its signs before other words.
 */
export function keepsWords(edits: readonly { readonly removed: string; readonly text: string }[]): boolean {
  const size = edits.reduce((sum, { removed, text }) => sum + removed.length + text.length, 0);
  if (size > MOST_READ) return false;
  const words = wordsOf(edits.map(({ removed }) => removed));
  return words !== '' && words === wordsOf(edits.map(({ text }) => text));
}

/** What stands before the words of a line of a comment. */
const COMMENT_SIGNS = /^[ \t]*(?:\/{2,}!?|#+|\*+|--|;+|%+|>)(?=\s|$)/gm;

function wordsOf(texts: readonly string[]): string {
  return texts
    .join('\n')
    .replace(COMMENT_SIGNS, '')
    .replace(/[\s,;()'"`]+/g, '');
}
