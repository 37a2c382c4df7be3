/** Says what marks after an edit can be true, by words and lines alone: independent of how the marks are found. */
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
  readonly what: 'stayed and is marked' | 'new and not marked' | 'marked by nobody';
  readonly text: string;
}

/**
 * After an agent's edit: lines that surely stayed are marked as before, and words that no text before had are marked.
 */
export function mistakesOfEdit(before: MarkedText, after: MarkedText): Mistake[] {
  const [was, is] = [markedCharacters(before), markedCharacters(after)];
  const mistakes: Mistake[] = [];
  let [from, to] = [0, 0];
  for (const { value, added, removed } of diffLines(before.text, after.text)) {
    if (removed) {
      from += value.length;
      continue;
    }
    if (!added) {
      let at = 0;
      for (const line of value.split(/(?<=\n)/)) {
        if (isUnique(line, before.text) && isUnique(line, after.text)) {
          const end = at + line.trimEnd().length;
          for (let i = at; i < end; i++) {
            if (is[to + i] === 1 && was[from + i] === 0) {
              mistakes.push({ what: 'stayed and is marked', text: line });
              break;
            }
          }
        }
        at += line.length;
      }
      from += value.length;
    }
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

/** A line that says something, and stands there once. */
function isUnique(line: string, text: string): boolean {
  const core = line.trim();
  if (words(core).length < 2) return false;
  const at = text.indexOf(core);
  return text.indexOf(core, at + 1) < 0;
}
