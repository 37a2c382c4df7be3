/**
 * Lines as the sidecar counts them. A line ends at `\n` (git's lines); one `\r` just before it belongs to the
 * terminator, a lone `\r` is content. Text after the last `\n` is a line of its own when it is not empty, and
 * empty text has no lines. A byte order mark at the start of the text belongs to no line.
 */
export interface Lines {
  readonly count: number;
  /** Offset of each line's first character; one more entry at the end holds the text's length. */
  readonly starts: Int32Array;
  /** Offset just past each line's content, before its terminator. */
  readonly ends: Int32Array;
}

const LF = 10;
const CR = 13;
const BYTE_ORDER_MARK = 0xfeff;

/** Splits a text into lines. All positions are UTF-16 offsets into `text` as given. */
export function splitLines(text: string): Lines {
  const first = text.charCodeAt(0) === BYTE_ORDER_MARK ? 1 : 0;
  let starts = new Int32Array(64 + (text.length >> 5));
  let ends = new Int32Array(starts.length);
  let count = 0;
  for (let at = first; at < text.length; count++) {
    if (count + 1 >= starts.length) {
      starts = grown(starts);
      ends = grown(ends);
    }
    const newline = text.indexOf('\n', at);
    starts[count] = at;
    if (newline < 0) {
      ends[count] = at = text.length;
    } else {
      ends[count] = newline > at && text.charCodeAt(newline - 1) === CR ? newline - 1 : newline;
      at = newline + 1;
    }
  }
  starts[count] = text.length;
  return { count, starts: starts.subarray(0, count + 1), ends: ends.subarray(0, count) };
}

function grown(table: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(table.length * 2);
  larger.set(table);
  return larger;
}

/** The contents of all lines of a text, without their terminators. */
export function linesOf(text: string): string[] {
  const { count, starts, ends } = splitLines(text);
  return Array.from({ length: count }, (_, line) => text.slice(starts[line]!, ends[line]!));
}

/** The line (0-based) that holds `offset`; offsets outside belong to the first or last line, -1 without lines. */
export function lineAt(lines: Lines, offset: number): number {
  let low = 0;
  let high = lines.count - 1;
  if (high < 0) return -1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (lines.starts[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** True when line `line` of `text` ends with `\n`. */
export function isTerminated(text: string, lines: Lines, line: number): boolean {
  return text.charCodeAt(lines.starts[line + 1]! - 1) === LF;
}

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/**
 * The 12-bit hash of the characters in [start, end): FNV-1a (32 bits, RFC 9923) over their UTF-8 bytes, folded by
 * exclusive or (bits 0-11, 12-23 and 24-31). A lone surrogate counts as its three generalised UTF-8 bytes.
 */
export function hashRange(text: string, start: number, end: number): number {
  let hash = FNV_OFFSET;
  for (let at = start; at < end; at++) {
    let code = text.charCodeAt(at);
    if (code < 0x80) {
      hash = Math.imul(hash ^ code, FNV_PRIME);
      continue;
    }
    if (code < 0x800) {
      hash = Math.imul(hash ^ (0xc0 | (code >> 6)), FNV_PRIME);
      hash = Math.imul(hash ^ (0x80 | (code & 0x3f)), FNV_PRIME);
      continue;
    }
    if (code >= 0xd800 && code < 0xdc00 && at + 1 < end) {
      const low = text.charCodeAt(at + 1);
      if (low >= 0xdc00 && low < 0xe000) {
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        at++;
      }
    }
    if (code < 0x10000) {
      hash = Math.imul(hash ^ (0xe0 | (code >> 12)), FNV_PRIME);
    } else {
      hash = Math.imul(hash ^ (0xf0 | (code >> 18)), FNV_PRIME);
      hash = Math.imul(hash ^ (0x80 | ((code >> 12) & 0x3f)), FNV_PRIME);
    }
    hash = Math.imul(hash ^ (0x80 | ((code >> 6) & 0x3f)), FNV_PRIME);
    hash = Math.imul(hash ^ (0x80 | (code & 0x3f)), FNV_PRIME);
  }
  return (hash ^ (hash >>> 12) ^ (hash >>> 24)) & 0xfff;
}

/** The hash of each line's content, see {@link hashRange}. */
export function hashLines(text: string, lines: Lines): Uint16Array {
  const hashes = new Uint16Array(lines.count);
  for (let line = 0; line < lines.count; line++) {
    hashes[line] = hashRange(text, lines.starts[line]!, lines.ends[line]!);
  }
  return hashes;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Writes a 12-bit hash as two base64url characters, high bits first. */
export function encodeHash(hash: number): string {
  return ALPHABET.charAt(hash >> 6) + ALPHABET.charAt(hash & 63);
}

/** The value of a base64url character (given as a UTF-16 code), or -1. */
export function base64urlValue(code: number): number {
  if (code >= 65 && code <= 90) return code - 65;
  if (code >= 97 && code <= 122) return code - 71;
  if (code >= 48 && code <= 57) return code + 4;
  return code === 45 ? 62 : code === 95 ? 63 : -1;
}

/** The sidecar's hash of one line's content (without its terminator): 2 base64url characters. */
export function lineHash(line: string): string {
  return encodeHash(hashRange(line, 0, line.length));
}
