/**
 * To which insertions the text of a batch belongs: new text to insertions of its own, which know what they would
 * inherit from; moved text to where it came from.
 */
import { type Edit, isBlank, tokenHunks, withoutCoincidences, wordsOf } from './edits';
import { type InsertedText, type InsertionKind, NO_RECORD } from './insertions';
import { findMoves, type Move } from './moves';
import { appendRun, type Runs, sliceOfRuns } from './runs';

/** A changed part, and the runs of the text it inserts. */
export interface Attribution {
  readonly part: Edit;
  readonly runs: number[];
}

/** Makes or finds the batch's insertion of a kind, and returns its number. */
export type KindOf = (kind: InsertionKind) => number;

const MOST_WORD_EDITS = 500;

/**
 * Attributes the changed parts of a batch. `runs` are the document's before the batch. Without `kindOf` the new text
 * has no record, and moved text keeps its very insertions.
 */
export function attribute(
  parts: readonly Edit[],
  runs: Runs,
  kindOf: KindOf | null,
): { attributions: Attribution[]; inserted: InsertedText } {
  // Also for an AI's edits, which may be settled otherwise later: the insertion decides what a move means.
  const moves = findMoves(parts);
  const attributions: Attribution[] = [];
  const inserted = { characters: 0, lines: 0, whitespaceOnly: true };
  let next = 0;
  parts.forEach((part, index) => {
    const first = next;
    while (moves[next]?.part === index) next++;
    const own = moves.slice(first, next);
    const fresh = kindOf ? freshRuns(part, runs, kindOf) : [part.text.length, NO_RECORD];
    attributions.push({ part, runs: part.text === '' ? [] : withMoves(part, fresh, own, runs, kindOf) });
    count(part, own, inserted);
  });
  return { attributions, inserted };
}

/** Runs for text that is new: each stretch knows from which insertions it would inherit. */
function freshRuns(part: Edit, runs: Runs, kindOf: KindOf): number[] {
  const { start, end, removed, text } = part;
  if (text === '') return [];
  const blank = isBlank(removed) && isBlank(text);
  const fresh: number[] = [];
  const add = (length: number, inherits: readonly number[]) => {
    if (length > 0) appendRun(fresh, length, kindOf({ inherits, moved: false, blank }));
  };
  const around = () => distinct([insertionAt(runs, start - 1), insertionAt(runs, end)]);
  if (removed === '') {
    add(text.length, around());
    return fresh;
  }
  const old = runs.slice(start, end);
  if (old.length === 2) {
    add(text.length, [old[1]!]);
    return fresh;
  }
  // Replaced text of several insertions: each stretch inherits from its own counterpart.
  const hunks = tokenHunks(part, wordsOf(removed), wordsOf(text), MOST_WORD_EDITS);
  let at = 0;
  const keep = (until: number) => {
    const kept = sliceOfRuns(old, at, until);
    for (let i = 0; i < kept.length; i += 2) add(kept[i]!, [kept[i + 1]!]);
  };
  for (const hunk of hunks ? withoutCoincidences(part, hunks) : [part]) {
    keep(hunk.start - start);
    at = hunk.end - start;
    const replaced = insertionsOf(sliceOfRuns(old, hunk.start - start, at));
    const between = () => distinct([insertionAt(runs, hunk.start - 1), insertionAt(runs, hunk.end)]);
    add(hunk.text.length, replaced.length > 0 ? replaced : between());
  }
  keep(end - start);
  return fresh;
}

/** Lays the moved stretches over the runs of a part's text. */
function withMoves(
  part: Edit,
  fresh: number[],
  moves: readonly Move[],
  runs: Runs,
  kindOf: KindOf | null,
): number[] {
  if (moves.length === 0) return fresh;
  const result: number[] = [];
  const add = (length: number, insertion: number) => {
    const own = kindOf ? kindOf({ inherits: [insertion], moved: true, blank: false }) : insertion;
    appendRun(result, length, own);
  };
  const addFresh = (from: number, to: number) => {
    const some = sliceOfRuns(fresh, from, to);
    for (let i = 0; i < some.length; i += 2) appendRun(result, some[i]!, some[i + 1]!);
  };
  let at = 0;
  for (const move of moves) {
    addFresh(at, move.at);
    if (move.stretched) {
      add(move.length, runs.insertionAt(move.source));
    } else {
      const old = runs.slice(move.source, move.source + move.length);
      for (let i = 0; i < old.length; i += 2) add(old[i]!, old[i + 1]!);
    }
    at = move.at + move.length;
  }
  addFresh(at, part.text.length);
  return result;
}

/** Adds the new stretches of a part to what a batch inserted. */
function count(
  part: Edit,
  moves: readonly Move[],
  inserted: { -readonly [K in keyof InsertedText]: InsertedText[K] },
): void {
  let at = 0;
  const add = (to: number) => {
    const text = part.text.slice(at, to);
    if (text === '') return;
    inserted.characters += text.length;
    inserted.lines += text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
    inserted.whitespaceOnly &&= isBlank(text);
  };
  for (const move of moves) {
    add(move.at);
    at = move.at + move.length;
  }
  add(part.text.length);
}

/** The insertion of a character; text at the border of the document has a neighbour without a record. */
function insertionAt(runs: Runs, offset: number): number {
  return offset < 0 || offset >= runs.length ? NO_RECORD : runs.insertionAt(offset);
}

function insertionsOf(list: readonly number[]): number[] {
  return distinct(list.filter((_, i) => i % 2 === 1));
}

function distinct(insertions: readonly number[]): number[] {
  return [...new Set(insertions)];
}
