import { type Label, type Origin, type TextEdit, UNKNOWN_EXTERNAL, UNKNOWN_PASTE } from './marks';

/** More characters than this, or more than one line, in one edit are "larger than typing". */
export const TYPING_CHARACTERS = 40;
/** Pasted or externally changed text from here on is recorded as unknown origin. */
export const LARGE_CHARACTERS = 80;
export const LARGE_LINES = 3;

/**
 * True when one key press could make all edits of a change event: a character (a surrogate pair, an auto-closed
 * bracket), a line break with the indentation that follows it, or a removal, the same at each cursor; or a pair of
 * brackets around what is selected.
 */
export function looksLikeTyping(edits: readonly TextEdit[]): boolean {
  if (!edits.every(({ text }) => text.length <= 2 || /^\r?\n[ \t]*$/.test(text))) return false;
  if (edits.length < 2) return true;
  const texts = new Set(edits.map(({ text }) => text).filter((text) => text.trim() !== ''));
  return texts.size < 2 || (texts.size === 2 && edits.every(({ start, end }) => start === end));
}

/** How much text an edit really added, as `LiveDocument.insertedBy` answers. */
export interface InsertedSize {
  readonly characters: number;
  readonly lines: number;
}

/** True when text that nobody explained is too much to have been typed. */
export function isLargerThanTyping({ characters, lines }: InsertedSize): boolean {
  return characters > TYPING_CHARACTERS || lines > 1;
}

/** True when pasted or external text is large enough to be shown as unknown origin. */
export function isLarge({ characters, lines }: InsertedSize): boolean {
  return characters >= LARGE_CHARACTERS || lines >= LARGE_LINES;
}

/** What text of such an origin and size is marked as when nobody knows whose it is; null when it is no larger than typing. */
export function unknownLabel(origin: Origin, size: InsertedSize | null): Label | null {
  if (!size || !isLarge(size)) return null;
  return origin === 'paste' ? UNKNOWN_PASTE : origin === 'external' ? UNKNOWN_EXTERNAL : null;
}
