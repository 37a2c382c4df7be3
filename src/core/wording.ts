/** Small words of messages, the same in the editor, on the terminal and in CI. */

/** Longest path or name that a message shows. */
const MAX_SHOWN = 200;

/** Characters that could forge a line of output or turn its direction around: controls, line and bidi marks. */
const UNPRINTABLE = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu;

/** A path or name from a repository as a message may show it: on one line, without control characters, of bounded length. */
export function printable(text: string): string {
  const shown = text.replace(UNPRINTABLE, '\ufffd');
  return shown.length > MAX_SHOWN ? `${shown.slice(0, MAX_SHOWN / 2)}…${shown.slice(-MAX_SHOWN / 2)}` : shown;
}

/** `12-25`, or `12` for one line. Lines given 0-based, end exclusive; shown 1-based, both ends included. */
export function lineRange(startLine: number, endLine: number): string {
  return endLine - startLine <= 1 ? `${startLine + 1}` : `${startLine + 1}-${endLine}`;
}

/** `1 line`, `12 lines`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** `FILE:12-25` as the command line takes it, in double quotes where a shell would split or expand it. */
export function fileArgument(path: string, startLine: number, endLine: number): string {
  const argument = `${printable(path)}:${lineRange(startLine, endLine)}`;
  if (!/[^\w./:@%+,=-]/.test(argument)) return argument;
  return `"${argument.replace(/["\\$`]/g, '\\$&')}"`;
}
