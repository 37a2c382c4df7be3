/** Says what marks after an edit can be true, by characters, words and lines alone: independent of how the marks are found. */
import { diffLines } from 'diff';
import type { Marks } from '../../src/core/marks';

export interface MarkedText {
  readonly text: string;
  readonly marks: Marks;
}

/** Letters and digits; each with where it stands. */
function words(text: string): { word: string; start: number }[] {
  return [...text.matchAll(/[\p{L}\p{N}_]{3,}/gu)].map((match) => ({ word: match[0], start: match.index }));
}

/** For each character: 1 where a contribution marks it. */
export function markedCharacters({ text, marks }: MarkedText): Uint8Array {
  const table = new Uint8Array(text.length);
  for (const { start, end, label } of marks.spans) if (!label.startsWith('?')) table.fill(1, start, end);
  return table;
}

export interface Mistake {
  readonly what:
    | 'stayed and is marked'
    | 'stayed and lost its mark'
    | 'new and not marked'
    | 'marked by nobody';
  readonly text: string;
}

/** How many characters, white space aside, it was certain of that they stayed, or that they are new. */
export interface Judged {
  stayed: number;
  fresh: number;
}

/**
 * After an agent's edit. Every character that surely stayed, white space aside, has the mark it had: those of lines that
 * are one of a kind in both texts, and all before the last and behind the first of these where nothing differs. Every
 * character that is surely new is marked: of lines that came and that the text before does
 * not have, all where nothing went, and elsewhere letters that nothing that went has. So are words that the text before does not have. Adds to `judged` what it
 * was certain of.
 */
export function mistakesOfEdit(
  before: MarkedText,
  after: MarkedText,
  judged: Judged = { stayed: 0, fresh: 0 },
): Mistake[] {
  const [was, is] = [markedCharacters(before), markedCharacters(after)];
  const mistakes: Mistake[] = [];
  const seen = new Uint8Array(after.text.length);
  /** [to, to + length) of the text after is [from, …) of the text before. */
  const stayed = (from: number, to: number, length: number) => {
    for (let i = 0; i < length; i++) {
      if (isSpace(after.text[to + i]!) || seen[to + i] === 1) continue;
      seen[to + i] = 1;
      judged.stayed += 1;
      if (is[to + i] === was[from + i]) continue;
      const what = is[to + i] === 1 ? 'stayed and is marked' : 'stayed and lost its mark';
      mistakes.push({ what, text: lineAround(after.text, to + i) });
      return;
    }
  };
  const fresh = (start: number, end: number, isSurely: (character: string) => boolean) => {
    for (let i = start; i < end; i++) {
      if (isSpace(after.text[i]!) || !isSurely(after.text[i]!)) continue;
      judged.fresh += 1;
      if (is[i] === 1) continue;
      mistakes.push({ what: 'new and not marked', text: lineAround(after.text, i) });
      return;
    }
  };
  const [prefix, suffix] = certainlyEqual(before.text, after.text);
  stayed(0, 0, prefix);
  stayed(before.text.length - suffix, after.text.length - suffix, suffix);
  const changes = diffLines(before.text, after.text);
  const laidOut = stayedBut(before.text, after.text);
  const gone = changes.flatMap(({ value, removed }) => (removed ? [value.toLowerCase()] : [])).join('');
  const isNew = (one: string) => /[\p{L}\p{N}]/u.test(one) && !gone.includes(one.toLowerCase());
  let [from, to] = [0, 0];
  for (const { value, added, removed } of changes) {
    if (removed) {
      from += value.length;
      continue;
    }
    let at = 0;
    for (const line of value.split(/(?<=\n)/)) {
      const end = at + line.length;
      if (added) {
        if (!before.text.includes(line.trim()))
          fresh(to + at, to + end, gone.trim() === '' ? () => true : isNew);
      } else if (
        laidOut.get(to + at) === from + at &&
        isUnique(line, before.text) &&
        isUnique(line, after.text)
      ) {
        stayed(from + at, to + at, line.length);
      }
      at = end;
    }
    if (!added) from += value.length;
    to += value.length;
  }
  // Letters that change case are no new text.
  const known = new Set(words(before.text).map(({ word }) => word.toLowerCase()));
  const shortest = new Set(before.text.toLowerCase().match(/[\p{L}\p{N}_]+/gu));
  for (const { word, start } of words(after.text)) {
    const lower = word.toLowerCase();
    if (
      known.has(lower) ||
      [...known].some((old) => isShortened(old, lower) || isJoined(shortest, old, lower))
    )
      continue;
    // Where a new word begins as its neighbour does, an edit may as well have come behind that beginning.
    if (!is.subarray(start, start + word.length).includes(1))
      mistakes.push({ what: 'new and not marked', text: word });
  }
  return mistakes;
}

/**
 * After a change that no agent made: nothing is marked that was not marked before, word for word, or as a part of a word.
 * @param before every text that the file had, the newest last: an earlier one may have come back with its marks
 */
export function mistakesOfOutsider(before: readonly MarkedText[], after: MarkedText): Mistake[] {
  const last = unexplained(before[before.length - 1]!, after);
  const known = before.filter(({ text }) => text === after.text);
  return last.length === 0 || known.some((one) => unexplained(one, after).length === 0) ? [] : last;
}

function unexplained(before: MarkedText, after: MarkedText): Mistake[] {
  const was = markedCharacters(before);
  const left = new Map<string, number>();
  for (const { word, start } of words(before.text)) {
    if (was.subarray(start, start + word.length).includes(1)) left.set(word, (left.get(word) ?? 0) + 1);
  }
  const marked = [...left.keys()];
  const is = markedCharacters(after);
  const mistakes: Mistake[] = [];
  for (const { word, start } of words(after.text)) {
    if (is.subarray(start, start + word.length).includes(0)) continue;
    const count = left.get(word) ?? 0;
    left.set(word, count - 1);
    if (count > 0 || marked.some((one) => one !== word && (one.includes(word) || isShortened(one, word))))
      continue;
    mistakes.push({ what: 'marked by nobody', text: word });
  }
  return mistakes;
}

/** True when a part taken out of `old` leaves `word`: nothing of it is new. */
function isShortened(old: string, word: string): boolean {
  if (old.length <= word.length) return false;
  let prefix = 0;
  while (prefix < word.length && old[prefix] === word[prefix]) prefix++;
  return old.endsWith(word.slice(prefix));
}

/** True when `word` is a whole word and the end of `old` behind it: what stood between them went. */
function isJoined(all: ReadonlySet<string>, old: string, word: string): boolean {
  for (let at = 1; at < word.length; at++) {
    if (all.has(word.slice(0, at)) && old.endsWith(word.slice(at))) return true;
  }
  return false;
}

/**
 * How many characters at the start, and at the end, are the same in both texts for certain: up to, and from, a line that is
 * one of a kind in both. (Of what stands between it and the difference, an insertion may be taken to lie a little higher or
 * lower.)
 */
function certainlyEqual(before: string, after: string): [number, number] {
  const most = Math.min(before.length, after.length);
  let [prefix, suffix] = [0, 0];
  while (prefix < most && before[prefix] === after[prefix]) prefix++;
  while (suffix < most && before.at(-1 - suffix) === after.at(-1 - suffix)) suffix++;
  const isAnchor = (line: string) => isUnique(line, before) && isUnique(line, after);
  const head = after.slice(0, prefix).split(/(?<=\n)/);
  if (!head.at(-1)?.endsWith('\n')) head.pop();
  while (head.length > 0 && !isAnchor(head.at(-1)!)) head.pop();
  const tail = after
    .slice(after.length - suffix)
    .split(/(?<=\n)/)
    .slice(1);
  while (tail.length > 0 && !isAnchor(tail[0]!)) tail.shift();
  return [head.join('').length, tail.join('').length];
}

/**
 * Where each line of the text after, by its offset, stood before, as long as its layout does not count: a line that stays only
 * where layout counts may as well have moved out of text that was only indented.
 */
function stayedBut(before: string, after: string): Map<number, number> {
  const startsOf = (text: string) => {
    let at = 0;
    return text.split(/(?<=\n)/).map((line) => {
      at += line.length;
      return at - line.length;
    });
  };
  const [old, now] = [startsOf(before), startsOf(after)];
  const places = new Map<number, number>();
  let [i, j] = [0, 0];
  for (const { count, added, removed } of diffLines(before, after, { ignoreWhitespace: true })) {
    for (let k = 0; k < count && !added && !removed; k++) places.set(now[j + k]!, old[i + k]!);
    if (!added) i += count;
    if (!removed) j += count;
  }
  return places;
}

function isSpace(character: string): boolean {
  return /\s/.test(character);
}

function lineAround(text: string, offset: number): string {
  const end = text.indexOf('\n', offset);
  const start = offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
  const line = end < 0 ? text.slice(start) : text.slice(start, end);
  return `${line.slice(0, offset - start)}⟦${text[offset]}⟧${line.slice(offset - start + 1)}`;
}

/** A line that says something, and stands there once. */
function isUnique(line: string, text: string): boolean {
  const core = line.trim();
  if (words(core).length < 2) return false;
  const at = text.indexOf(core);
  return text.indexOf(core, at + 1) < 0;
}
