import { type Lines, splitLines } from './lines';

/** A text with its lines. */
export interface LinedText {
  readonly text: string;
  readonly lines: Lines;
  /** Hashes of the lines' contents, filled as they are needed; 0 where not yet. */
  readonly hashes: Int32Array;
}

export function lined(text: string): LinedText {
  const lines = splitLines(text);
  return { text, lines, hashes: new Int32Array(lines.count) };
}

/** {@link wordCharacters} of `length` lines from line `first` on. */
export function wordCharactersOfLines(
  { text, lines }: LinedText,
  first: number,
  length: number,
  enough: number,
): number {
  return length > 0 ? wordCharacters(text, lines.starts[first]!, lines.ends[first + length - 1]!, enough) : 0;
}

/** Counts letters, digits and `_` (anything past ASCII counts as a letter) in [start, end), up to `enough`. */
export function wordCharacters(text: string, start: number, end: number, enough: number): number {
  let count = 0;
  for (let at = start; at < end && count < enough; at++) {
    if (isWordCharacter(text.charCodeAt(at))) count++;
  }
  return count;
}

export function isWordCharacter(code: number): boolean {
  if (code < 128)
    return (
      (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57) || code === 95
    );
  return code !== 0xa0 && code !== 0x3000 && code !== 0xfeff && !(code >= 0x2000 && code <= 0x206f);
}

/** Blanks, tabs, line terminators and the wide blanks that editors insert. */
export function isSpace(code: number): boolean {
  if (code < 0xa0) return code === 32 || (code <= 13 && code >= 9);
  return code === 0xa0 || code === 0x3000 || code === 0xfeff;
}
