/** One document of a simulated editor: its text character by character, its undo stack, and the file on disk. */
import type { Edit } from '../../src/core/edits';
import { type Character, charactersOf, HUMAN, isLetter, textOf } from './characters';

export type Text = readonly Character[];

/** An edit whose text knows where it came from; offsets as in `TextEdit`. */
export interface Change {
  readonly start: number;
  readonly end: number;
  readonly put: Text;
}

interface UndoElement {
  readonly before: Text;
  after: Text;
}

/** How the edits of an undo event are merged: as few characters as possible, or all in one. */
export type Shape = 'minimal' | 'one';

export class Page {
  text: Text;
  version = 1;
  /** What the file on disk says. */
  disk: Text;
  /** The server was started anew while something was unsaved: where nothing was marked it never saw what the file says. */
  isDiskUnseen = false;
  /** What a person declared: unknown to what an undo brings back, and to the file until it is saved. */
  readonly declared = new Set<Character>();
  #done: UndoElement[] = [];
  #undone: UndoElement[] = [];
  /** What the newest change took away, where that was all of the text. */
  #emptied: Text = [];

  constructor(
    public path: string,
    text: string,
  ) {
    this.text = charactersOf(text, HUMAN);
    this.disk = this.text;
  }

  get length(): number {
    return this.text.length;
  }

  get isDirty(): boolean {
    return this.text !== this.disk && textOf(this.text) !== textOf(this.disk);
  }

  /**
   * One change event: edits in order and disjoint. With `joined` it goes to the undo element of the last one. Answers the
   * edits as text.
   */
  change(changes: readonly Change[], joined = false): Edit[] {
    const before = this.text;
    const edits: Edit[] = [];
    const after: Character[] = [];
    let at = 0;
    // What replaces something is compared with it, and so are what several edits take and put, and what fills an emptied text.
    const emptied = before.length === 0 ? this.#emptied : [];
    const isCompared =
      changes.length > 1 ||
      emptied.length > 0 ||
      changes.some(({ start, end, put }) => end > start && put.length > 0);
    for (const { start, end, put } of changes) {
      for (; at < start; at++) after.push(before[at]!);
      for (const character of put) after.push(character);
      if (isCompared) for (const character of put) character.loose ||= !isLetter(character);
      if (end > start && put.length > 0) blurCoincidences(before.slice(start, end), put);
      if (emptied.length > 0) blurCoincidences(emptied, put);
      blurStaying(before.slice(start, end), put);
      at = end;
      edits.push({ start, end, removed: textOf(before.slice(start, end)), text: textOf(put) });
    }
    for (; at < before.length; at++) after.push(before[at]!);
    const last = this.#done[this.#done.length - 1];
    if (joined && last && last.after === before) last.after = after;
    else this.#done.push({ before, after });
    this.#undone = [];
    this.#emptied = after.length === 0 ? before : [];
    this.text = after;
    this.version++;
    return edits;
  }

  /** Goes one undo element back or forth; null when there is none. */
  step(direction: 'undo' | 'redo', shape: Shape): Edit[] | null {
    const [from, to] = direction === 'undo' ? [this.#done, this.#undone] : [this.#undone, this.#done];
    const element = from.pop();
    if (!element) return null;
    to.push(element);
    const target = direction === 'undo' ? element.before : element.after;
    const edits = difference(this.text, target, shape);
    this.#forgetDeclared(edits, target);
    this.text = target;
    if (edits.length > 0) this.version++;
    return edits;
  }

  #forgetDeclared(edits: readonly Edit[], target: Text): void {
    if (this.declared.size === 0) return;
    // Of a copy of it too: where a step takes one of the two and puts the other, what was declared may have stayed.
    const declared = new Set([...this.declared].filter(isLetter).map(({ unit }) => unit));
    let shift = 0;
    for (const { start, end, text } of edits) {
      for (const character of target.slice(start + shift, start + shift + text.length)) {
        if (this.declared.has(character) || declared.has(character.unit))
          character.source = { kind: 'undecided' };
      }
      shift += text.length - (end - start);
    }
  }

  /** The file has the text of now. */
  saved(): void {
    this.disk = this.text;
    this.isDiskUnseen = false;
  }

  /** The text was saved under another name, as a new document that was empty and is filled with it. */
  savedAs(path: string): void {
    this.path = path;
    this.version = 2;
    this.#done = [];
    this.#undone = [];
    this.saved();
  }

  /** Git writes the file, and the editor keeps its own text, which is not saved. */
  writtenBelow(text: Text): void {
    this.disk = text;
  }

  /** The document is opened anew, with what is on disk: nothing can be undone. */
  reopen(): void {
    if (this.isDirty) for (const character of this.declared) character.source = { kind: 'undecided' };
    this.text = this.disk;
    this.saved();
    this.version = 1;
    this.#done = [];
    this.#undone = [];
  }
}

/** Equal text between two changes holds at least this much, or it may be there by coincidence. */
const LONGEST_COINCIDENCE = 24;
/** Changes of at most this much within a line are taken as they are. */
const SMALL = 16;

interface Hunk {
  taken: number;
  put: number;
  /** What goes or comes, where only one of the two happens. */
  text: string;
}

/**
 * What stays between two changes of one replacement, and says no more than they do, cannot be told from text that the
 * replacement says anew (`core/changedParts.ts`): nothing is asked of it from here on.
 */
function blurCoincidences(removed: Text, put: Text): void {
  const again = new Set(put);
  const kept = new Set(removed.filter((character) => again.has(character)));
  if (kept.size === 0) return;
  let hunk: Hunk | null = null;
  const joined: { hunk: Hunk; after: Character[] }[] = [];
  let [i, j] = [0, 0];
  const stays: Character[][] = [[]];
  const hunks: Hunk[] = [];
  while (i < removed.length || j < put.length) {
    const isChange = i >= removed.length || j >= put.length || removed[i] !== put[j];
    if (!isChange) {
      hunk = null;
      stays[stays.length - 1]!.push(removed[i]!);
      i++;
      j++;
      continue;
    }
    if (!hunk) {
      hunk = { taken: 0, put: 0, text: '' };
      hunks.push(hunk);
      stays.push([]);
    }
    if (i < removed.length && !kept.has(removed[i]!)) {
      hunk.taken++;
      hunk.text += removed[i]!.unit;
      i++;
    } else if (j < put.length && !kept.has(put[j]!)) {
      hunk.put++;
      hunk.text += put[j]!.unit;
      j++;
    } else {
      // The order changed as well: nothing to say of what stays where.
      return;
    }
  }
  const sizeOf = (one: Hunk) => Math.max(one.taken, one.put);
  const lengthOf = (characters: readonly Character[]) => characters.length;
  const inner = stays.slice(1, -1);
  const total = [...hunks.map(({ taken }) => taken), ...inner.map(lengthOf)].reduce((a, b) => a + b, 0);
  const totalPut = [...hunks.map(({ put }) => put), ...inner.map(lengthOf)].reduce((a, b) => a + b, 0);
  const isWithinLine = !inner.flat().some(({ unit }) => unit === '\n');
  const isSmall = isWithinLine && Math.min(total, totalPut) <= SMALL;
  hunks.forEach((next, index) => {
    let current = next;
    for (let last = joined.at(-1); last; last = joined.at(-1)) {
      const says = textOf(last.after.slice(0, last.after.length - slide(last.after, current))).replace(
        /\s+/g,
        '',
      ).length;
      if (!isSmall && says > Math.min(sizeOf(last.hunk), sizeOf(current), LONGEST_COINCIDENCE)) break;
      for (const character of last.after) character.loose = true;
      joined.pop();
      const length = last.after.length;
      current = {
        taken: last.hunk.taken + length + current.taken,
        put: last.hunk.put + length + current.put,
        text: '',
      };
    }
    joined.push({ hunk: current, after: stays[index + 1]! });
  });
}

/** How much of the end of what stays before a mere insertion or removal is its end too: that may as well be what came or went. */
function slide(stays: Text, { taken, put, text }: Hunk): number {
  if (taken > 0 && put > 0) return 0;
  let length = 0;
  while (
    length < stays.length &&
    length < text.length &&
    stays.at(-1 - length)!.unit === text.at(-1 - length)
  )
    length++;
  return length;
}

/** A sign or white space that is replaced by its like may be what stayed: also when it comes back, nothing is asked of it. */
function blurStaying(removed: Text, put: Text): void {
  const units = new Set(put.map(({ unit }) => unit));
  for (const character of removed) character.loose ||= !isLetter(character) && units.has(character.unit);
}

/** The edits between two states, by the identity of their characters. */
export function difference(before: Text, after: Text, shape: Shape): Edit[] {
  const inBefore = new Set(before);
  const inAfter = new Set(after);
  const edits: Edit[] = [];
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    const [start, from] = [i, j];
    while (i < before.length && !inAfter.has(before[i]!)) i++;
    while (j < after.length && !inBefore.has(after[j]!)) j++;
    if (i > start || j > from) {
      edits.push({
        start,
        end: i,
        removed: textOf(before.slice(start, i)),
        text: textOf(after.slice(from, j)),
      });
    }
    if (i < before.length && j < after.length && before[i] !== after[j]) return whole(before, after);
    if (i < before.length) i++;
    if (j < after.length) j++;
  }
  if (shape === 'minimal' || edits.length < 2) return edits;
  const start = edits[0]!.start;
  const { end } = edits[edits.length - 1]!;
  const text = textOf(after.slice(start, after.length - (before.length - end)));
  return [{ start, end, removed: textOf(before.slice(start, end)), text }];
}

/** Characters that changed their order: one edit from the first difference to the last. */
function whole(before: Text, after: Text): Edit[] {
  const most = Math.min(before.length, after.length);
  let prefix = 0;
  while (prefix < most && before[prefix] === after[prefix]) prefix++;
  let suffix = 0;
  while (suffix < most - prefix && before.at(-1 - suffix) === after.at(-1 - suffix)) suffix++;
  const end = before.length - suffix;
  const text = textOf(after.slice(prefix, after.length - suffix));
  return [{ start: prefix, end, removed: textOf(before.slice(prefix, end)), text }];
}

/** [start, end) of each line, without its line break. */
export function linesOf(text: Text): { start: number; end: number }[] {
  const lines: { start: number; end: number }[] = [];
  let start = 0;
  text.forEach(({ unit }, i) => {
    if (unit !== '\n') return;
    lines.push({ start, end: i });
    start = i + 1;
  });
  lines.push({ start, end: text.length });
  return lines;
}

/** [start, end) of each run of letters. */
export function wordsOf(text: Text): { start: number; end: number }[] {
  const words: { start: number; end: number }[] = [];
  let start = -1;
  for (let i = 0; i <= text.length; i++) {
    const inWord = i < text.length && isLetter(text[i]!);
    if (inWord && start < 0) start = i;
    if (!inWord && start >= 0) {
      words.push({ start, end: i });
      start = -1;
    }
  }
  return words;
}
