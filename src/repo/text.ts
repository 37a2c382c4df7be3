import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { MAX_TRACKED_CHARACTERS } from '../core/limits';

/** Why a file's bytes are not text that Taggant follows. */
export type NotText = 'binary' | 'too large';

/** Git's own rule: a NUL in the first 8,000 bytes makes a file binary. */
const BINARY_CHECK = 8000;

/**
 * The text of a file as an editor shows it: UTF-8 without byte order mark, or, where the bytes are no UTF-8,
 * one character per byte. Line terminators stay as they are.
 */
export function decodeText(bytes: Buffer): string | NotTracked {
  // A character takes up to three bytes in UTF-8.
  if (bytes.length > 3 * MAX_TRACKED_CHARACTERS) return { why: 'too large' };
  if (bytes.subarray(0, BINARY_CHECK).includes(0)) return { why: 'binary' };
  const text = isUtf8(bytes) ? bytes.toString('utf8') : bytes.toString('latin1');
  if (text.length > MAX_TRACKED_CHARACTERS) return { why: 'too large' };
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

/** The same of a text that an editor shows, wherever it has it from; null when it is followed. */
export function whyNotTracked(text: string): NotText | null {
  if (text.length > MAX_TRACKED_CHARACTERS) return 'too large';
  return Buffer.from(text.slice(0, BINARY_CHECK)).subarray(0, BINARY_CHECK).includes(0) ? 'binary' : null;
}

export interface NotTracked {
  readonly why: NotText;
}

/** The text, or null for what is not followed. */
export function textOrNull(bytes: Buffer | null): string | null {
  const text = bytes && decodeText(bytes);
  return typeof text === 'string' ? text : null;
}

/** One sentence that says why a file is not followed. */
export function notTrackedSentence(path: string, { why }: NotTracked): string {
  return why === 'binary'
    ? `${path} is binary: Taggant does not read it.`
    : `${path} is larger than ${MAX_TRACKED_CHARACTERS.toLocaleString('en')} characters: Taggant does not read it.`;
}

/** True when two texts differ at most in their line terminators (`\r\n` or `\n`). */
export function isSameButLineEnds(a: string, b: string): boolean {
  return a === b || withLineFeeds(a) === withLineFeeds(b);
}

/** The text with `\n` for every `\r\n`. */
export function withLineFeeds(text: string): string {
  return text.includes('\r\n') ? text.replaceAll('\r\n', '\n') : text;
}

/** What a text is recognised by where it is not at hand: SHA-256 in hex, the same whatever its line ends. */
export function textDigest(text: string): string {
  return createHash('sha256').update(withLineFeeds(text)).digest('hex');
}
