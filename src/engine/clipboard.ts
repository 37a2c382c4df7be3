import type { Marks, Span, TextEdit } from '../core/marks';

/** Text copied inside the editor with the marks it had, so that a paste of it keeps them. */
export interface Copied {
  readonly text: string;
  readonly marks: Marks;
}

const REMEMBERED = 10;

/** Adds a copy to the newest ones; the oldest goes. */
export function remember(copies: readonly Copied[], copied: Copied): Copied[] {
  return [copied, ...copies.filter(({ text }) => text !== copied.text)].slice(0, REMEMBERED);
}

/** What the edits of a paste bring along from copies, in offsets of the text after; `foreign` where one is no copy. */
export function pasted(
  copies: readonly Copied[],
  edits: readonly TextEdit[],
): { spans: Span[]; foreign: boolean } {
  const spans: Span[] = [];
  let foreign = false;
  let shift = 0;
  for (const { start, end, text } of edits) {
    const copy = findCopy(copies, text);
    foreign ||= copy === null;
    if (copy) spans.push(...pastedSpans(copy, text, start + shift));
    shift += text.length - (end - start);
  }
  return { spans, foreign };
}

/** The copy that a pasted text is, whatever its line endings; null when it came from elsewhere. */
export function findCopy(copies: readonly Copied[], pasted: string): Copied | null {
  return copies.find(({ text }) => sameText(text, pasted)) ?? null;
}

/** The spans of a copy at the place it was pasted to. Line endings may differ in length; columns do not. */
export function pastedSpans(copied: Copied, pasted: string, start: number): Span[] {
  const offsets = offsetsOfCharacters(pasted);
  const index = indexOfCharacters(copied.text);
  return copied.marks.spans.map((span) => ({
    start: start + offsets[index[span.start]!]!,
    end: start + offsets[index[span.end]!]!,
    label: span.label,
  }));
}

function sameText(a: string, b: string): boolean {
  return a === b || a.replaceAll('\r\n', '\n') === b.replaceAll('\r\n', '\n');
}

/** Offset of the n-th character, a `\r\n` counting as one; one more entry for the end. */
function offsetsOfCharacters(text: string): number[] {
  const offsets: number[] = [];
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\n' && text[i - 1] === '\r') continue;
    offsets.push(i);
  }
  offsets.push(text.length);
  return offsets;
}

/** Inverse of `offsetsOfCharacters`: for each offset the number of the character it belongs to. */
function indexOfCharacters(text: string): number[] {
  const index: number[] = [];
  let character = 0;
  for (let i = 0; i <= text.length; i++) {
    if (i > 0 && !(text[i] === '\n' && text[i - 1] === '\r')) character += 1;
    index.push(character);
  }
  return index;
}
