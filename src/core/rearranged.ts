/**
 * Edits that put the same text there again in another order or another case: sorted lines, organised imports, changed
 * case, transposed letters. Each character keeps the marks that it had. Offsets are UTF-16, 0-based, end exclusive.
 */
import { type Edit, isBlank, trimmed } from './edits';
import { isAllMoved } from './moves';
import { diffSequences } from './sequenceDiff';

/** Characters [at, at + length) of an edit's text come from the document before the edit. */
export interface Piece {
  readonly at: number;
  readonly length: number;
  /** Offset in the document before the edit. */
  readonly source: number;
  /** All of it follows the one character at `source`; otherwise one by one. */
  readonly stretched: boolean;
  /** It stands where it stood, among what surrounds it: nobody touched it. */
  readonly kept: boolean;
}

/** Longer edits (UTF-16 units, both sides) are not looked at: no person's tool rearranges so much at once. */
const MOST_COMPARED = 400_000;
/** A line that lost words is known again by so many of them, and so many characters. */
const LEAST_WORDS = 3;
const LEAST_CHARACTERS = 12;
const MOST_PAIRS = 10_000;
/** Stretches of one edit that changed places, and what is between them, have so many letters and digits together. */
const LEAST_EXCHANGED = 20;

/** From where in the removed text each piece of the new text comes, in order; null when something else is new. */
export function rearrangement(edit: Edit): Piece[] | null {
  const { removed, text } = edit;
  if (isBlank(removed) || isBlank(text) || removed === text) return null;
  if (removed.length + text.length > MOST_COMPARED) return null;
  return transposed(edit) ?? recased(edit) ?? reordered(edit) ?? exchanged(edit);
}

/**
 * Several edits that together only rearrange the lines they touch, as the one edit that says so; otherwise the edits as
 * they are. `text` is the document before them.
 */
export function joinRearranged(edits: readonly Edit[], text: string): readonly Edit[] {
  const takes = edits.some(({ removed }) => !isBlank(removed));
  const gives = edits.some((edit) => !isBlank(edit.text));
  if (edits.length < 2 || !takes || !gives) return edits;
  // Where lines only moved, the edits say which of two equal ones did.
  if (isAllMoved(edits)) return edits;
  const last = edits[edits.length - 1]!;
  const first = edits[0]!.start;
  // `lastIndexOf` takes -1 for 0.
  const start = first === 0 ? 0 : text.lastIndexOf('\n', first - 1) + 1;
  const lineEnd = text.indexOf('\n', last.end);
  const end = lineEnd < 0 ? text.length : lineEnd + 1;
  if (end - start > MOST_COMPARED / 2) return edits;
  let after = '';
  let at = start;
  for (const edit of edits) {
    after += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  const whole = { start, end, removed: text.slice(start, end), text: after + text.slice(at, end) };
  return rearrangement(whole) ? [whole] : edits;
}

/** Two characters that changed places. */
function transposed({ start, removed, text }: Edit): Piece[] | null {
  if (removed.length !== 2 || text !== removed[1]! + removed[0]!) return null;
  const piece = { length: 1, stretched: false, kept: false };
  return [
    { ...piece, at: 0, source: start + 1 },
    { ...piece, at: 1, source: start },
  ];
}

/**
 * Two stretches that changed places, with what stands between them, or nothing: a drag that the editor undoes in one edit,
 * arguments the other way round.
 */
function exchanged(edit: Edit): Piece[] | null {
  if (edit.removed.length !== edit.text.length || solidLength(edit.text) < LEAST_EXCHANGED) return null;
  const { start, end, removed, text } = trimmed(edit);
  const { length } = text;
  const [first, last] = [overlap(text, removed), overlap(removed, text)];
  const between = length - first - last;
  if (first === 0 || last === 0 || between < 0) return null;
  if (removed.slice(first, first + between) !== text.slice(last, last + between)) return null;
  const at = start - edit.start;
  const pieces: Piece[] = [];
  const take = (to: number, size: number, source: number, kept: boolean) => {
    if (size > 0) add(pieces, { at: to, length: size, source, stretched: false, kept });
  };
  take(0, at, edit.start, true);
  // Which of them moved cannot be said: all but the longest.
  const longest = Math.max(first, between, last);
  take(at, last, start + first + between, last === longest);
  take(at + last, between, start + first, between === longest && between > last);
  take(at + last + between, first, start, first === longest && first > Math.max(between, last));
  take(at + length, edit.end - end, end, true);
  return pieces;
}

/** How much of the end of one text is the beginning of the other, at most (by the failure function of Knuth, Morris and Pratt). */
function overlap(ends: string, begins: string): number {
  const shorter = new Int32Array(begins.length);
  const next = (length: number, character: string) => {
    let known = length === begins.length ? shorter[length - 1]! : length;
    while (known > 0 && begins[known] !== character) known = shorter[known - 1]!;
    return begins[known] === character ? known + 1 : 0;
  };
  for (let i = 1; i < begins.length; i++) shorter[i] = next(shorter[i - 1]!, begins[i]!);
  let length = 0;
  for (const character of ends.split('')) length = next(length, character);
  return length;
}

function solidLength(text: string): number {
  return text.replace(/[^\p{L}\p{N}]+/gu, '').length;
}

/** The same letters in another case, with other separators between the words of a name. */
function recased({ start, removed, text }: Edit): Piece[] | null {
  // A letter or two are typed.
  if (removed.length <= 2 || text.length <= 2) return null;
  const pieces: Piece[] = [];
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    while (from < removed.length && isJoint(removed[from]!) && removed[from] !== text[at]) from++;
    const old = removed[from];
    if (old !== undefined && old.toLowerCase() === text[at]!.toLowerCase()) {
      add(pieces, { at, length: 1, source: start + from, stretched: false, kept: old === text[at] });
      from++;
    } else if (isJoint(text[at]!)) {
      add(pieces, { at, length: 1, source: start + Math.max(from - 1, 0), stretched: true, kept: false });
    } else return null;
  }
  while (from < removed.length && isJoint(removed[from]!)) from++;
  const isRecased = pieces.some(({ kept, stretched }) => !kept && !stretched);
  return from === removed.length && isRecased ? pieces : null;
}

function isJoint(character: string): boolean {
  return character === '_' || character === '-';
}

interface Line {
  readonly start: number;
  readonly text: string;
  /** Its words in alphabetical order; for a line without any, or that is there again, what it says. */
  readonly key: string;
}

/** Lines that say the same as before, each in its words, in another order. */
function reordered(edit: Edit): Piece[] | null {
  const [before, after] = keyedExactly(linesOf(edit.removed), linesOf(edit.text)) as [Line[], Line[]];
  if (before.length < 2 || after.length < 2) return null;
  const unused = new Map<string, Line[]>();
  const stays = inOrder(before, after);
  const stayed = new Set(stays);
  for (const line of before) {
    if (line.key === '' || stayed.has(line)) continue;
    const same = unused.get(line.key);
    if (same) same.push(line);
    else unused.set(line.key, [line]);
  }
  const pieces: Piece[] = [];
  let moved = 0;
  for (const [i, line] of after.entries()) {
    const source =
      stays[i] ?? (line.key === '' ? undefined : (unused.get(line.key)?.shift() ?? shortened(line, unused)));
    if (!source && line.key !== '') return null;
    if (!source) continue;
    if (!stays[i]) moved += 1;
    const isSame = source.text === line.text;
    if (isSame) {
      const kept = stays[i] !== undefined;
      add(pieces, {
        at: line.start,
        length: line.text.length,
        source: edit.start + source.start,
        stretched: false,
        kept,
      });
    } else addWords(pieces, line, source, edit.start);
  }
  return moved > 0 ? pieces : null;
}

/**
 * Lines that say exactly the same and stand there as often before as after are each other, whatever other lines have their words:
 * their key is what they say, behind a line break.
 */
function keyedExactly(before: readonly Line[], after: readonly Line[]): (readonly Line[])[] {
  const says = ({ text }: Line) => text.trim();
  const timesIn = (lines: readonly Line[]) => {
    const times = new Map<string, number>();
    for (const line of lines) times.set(says(line), (times.get(says(line)) ?? 0) + 1);
    return times;
  };
  const [old, fresh] = [timesIn(before), timesIn(after)];
  const isExact = (line: Line) => line.key !== '' && old.get(says(line)) === fresh.get(says(line));
  return [before, after].map((lines) =>
    lines.map((line) => (isExact(line) ? { ...line, key: `\n${says(line)}` } : line)),
  );
}

/** For each line after, the line before that it is when only lines in the same order count. */
function inOrder(before: readonly Line[], after: readonly Line[]): (Line | undefined)[] {
  const symbols = new Map<string, number>();
  const intern = (lines: readonly Line[]) =>
    Int32Array.from(lines, ({ key }) => {
      const symbol = symbols.get(key) ?? symbols.size;
      symbols.set(key, symbol);
      return symbol;
    });
  const [a, b] = [intern(before), intern(after)];
  const found: (Line | undefined)[] = after.map(() => undefined);
  for (const { aStart, bStart, length } of diffSequences(a, b, symbols.size)) {
    for (let i = 0; i < length; i++) found[bStart + i] = before[aStart + i];
  }
  return found;
}

/** An unused line that says all that this one says, and least else: an import that lost a name. */
function shortened(line: Line, unused: Map<string, Line[]>): Line | undefined {
  const words = line.key.split(' ');
  if (words.length < LEAST_WORDS || line.key.length < LEAST_CHARACTERS || unused.size > MOST_PAIRS)
    return undefined;
  let best: string | undefined;
  for (const [key, lines] of unused) {
    if (lines.length === 0 || key.startsWith('\n')) continue;
    if ((best && best.length <= key.length) || key.length > 2 * line.key.length) continue;
    if (holdsAll(key.split(' '), words)) best = key;
  }
  return best === undefined ? undefined : unused.get(best)!.shift();
}

/** Both in alphabetical order. */
function holdsAll(all: readonly string[], some: readonly string[]): boolean {
  let i = 0;
  for (const word of some) {
    while (i < all.length && all[i] !== word) i++;
    if (i++ >= all.length) return false;
  }
  return true;
}

/** The words of a line from those of the line it was; what stands between them follows the word before. */
function addWords(pieces: Piece[], line: Line, source: Line, offset: number): void {
  const places = new Map<string, number[]>();
  for (const { 0: token, index } of tokensOf(source.text)) {
    const same = places.get(token);
    if (same) same.push(index);
    else places.set(token, [index]);
  }
  const first = source.text.length - source.text.trimStart().length;
  let beside = offset + source.start + Math.min(first, Math.max(source.text.length - 1, 0));
  for (const { 0: token, index } of tokensOf(line.text)) {
    const place = isBlank(token) ? undefined : places.get(token)?.shift();
    const at = line.start + index;
    if (place === undefined)
      add(pieces, { at, length: token.length, source: beside, stretched: true, kept: false });
    else {
      const from = offset + source.start + place;
      add(pieces, { at, length: token.length, source: from, stretched: false, kept: false });
      beside = from + token.length - 1;
    }
  }
}

function tokensOf(text: string): Iterable<RegExpExecArray> {
  return text.matchAll(/[\p{L}\p{N}_$]+|\s+|./gsu);
}

/** Lines with their terminators. */
function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  for (const { 0: line, index } of text.matchAll(/[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$/g)) {
    lines.push({ start: index, text: line, key: keyOf(line) });
  }
  return lines;
}

function keyOf(line: string): string {
  const words = line.match(/[\p{L}\p{N}_$]+/gu);
  return words ? words.sort().join(' ') : line.trim();
}

/** Joins a piece to the one before it where it goes on there. */
function add(pieces: Piece[], piece: Piece): void {
  const last = pieces[pieces.length - 1];
  const goesOn =
    last &&
    !last.stretched &&
    !piece.stretched &&
    last.kept === piece.kept &&
    last.at + last.length === piece.at &&
    last.source + last.length === piece.source;
  if (goesOn) pieces[pieces.length - 1] = { ...last, length: last.length + piece.length };
  else pieces.push(piece);
}
