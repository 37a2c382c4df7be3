/**
 * To which insertions the text of a batch belongs: new text to insertions of its own, which know what they would
 * inherit from; moved text to where it came from.
 */
import { changedParts, wordHunks } from './changedParts';
import { type Edit, isBlank, partOf } from './edits';
import { type InsertedText, type InsertionKind, NO_RECORD } from './insertions';
import { findMoves, type Move } from './moves';
import { type Piece, rearrangement } from './rearranged';
import { changeOf, type Removal, removalsOf, removesOf, withoutMoved } from './removals';
import { appendRun, type RunList, type Runs, sliceOfRuns } from './runs';

/** A changed part, and the runs of the text it inserts. */
export interface Attribution {
  readonly part: Edit;
  readonly runs: RunList;
}

/** Makes or finds the batch's insertion of a kind, and returns its number. */
export type KindOf = (kind: InsertionKind) => number;

/** Larger parts (UTF-16 units, both sides) have been compared word by word already, and have nothing in common. */
const LARGEST_COMPARED = 1_000;

/**
 * Attributes what the edits of a batch really change. `runs` are the document's before the batch. Without `kindOf`
 * the new text has no record, moved text keeps its very insertions, and what was removed is not looked at. With `isWhole` all that the
 * edits say is new, also where it says what was there.
 */
export function attribute(
  edits: readonly Edit[],
  runs: Runs,
  kindOf: KindOf | null,
  isWhole = false,
): { attributions: Attribution[]; inserted: InsertedText; removals: Removal[] } {
  const parts: Edit[] = [];
  const editOf: number[] = [];
  // The same text in another order: by part, where each piece comes from.
  const rearranged = new Map<number, Move[]>();
  edits.forEach((edit, index) => {
    const pieces = isWhole ? null : rearrangement(edit);
    for (const { part, some } of pieces ? withoutKept(edit, pieces) : []) {
      rearranged.set(
        parts.length,
        some.map((piece) => ({ ...piece, part: parts.length })),
      );
      parts.push(part);
      editOf.push(index);
    }
    for (const part of pieces ? [] : isWhole ? [edit] : changedParts(edit)) {
      parts.push(part);
      editOf.push(index);
    }
  });
  // Also for an AI's edits, which may be settled otherwise later: the insertion decides what a move means.
  const others = parts.map((part, i) => (rearranged.has(i) ? { ...part, removed: '', text: '' } : part));
  const moves = isWhole ? [] : findMoves(others, editOf);
  const changes = kindOf
    ? withoutMoved(
        parts.map((part, i) =>
          rearranged.has(i)
            ? { part, edit: editOf[i]!, gone: [], came: [] }
            : changeOf(part, editOf[i]!, runs.slice(part.start, part.end)),
        ),
      )
    : [];
  const attributions: Attribution[] = [];
  const inserted = { characters: 0, lines: 0, whitespaceOnly: true };
  let next = 0;
  parts.forEach((part, index) => {
    const first = next;
    while (moves[next]?.part === index) next++;
    const own = rearranged.get(index) ?? moves.slice(first, next);
    const fresh = kindOf
      ? freshRuns(part, runs, removesOf(changes[index]!), kindOf)
      : [part.text.length, NO_RECORD];
    attributions.push({ part, runs: part.text === '' ? [] : withMoves(part, fresh, own, runs, kindOf) });
    countPart(part, own, inserted);
  });
  return { attributions, inserted, removals: removalsOf(edits, changes, runs.length) };
}

/** The parts of a rearranging edit between what stays where it is, and the pieces of each, in offsets of its text. */
function withoutKept(edit: Edit, pieces: readonly Piece[]): { part: Edit; some: Piece[] }[] {
  const parts: { part: Edit; some: Piece[] }[] = [];
  let [start, from] = [edit.start, 0];
  let some: Piece[] = [];
  const end = (until: number, to: number) => {
    if (until > start || to > from) parts.push({ part: partOf(edit, start, until, from, to), some });
    some = [];
  };
  for (const piece of pieces) {
    if (!piece.kept) {
      some.push({ ...piece, at: piece.at - from });
      continue;
    }
    end(piece.source, piece.at);
    [start, from] = [piece.source + piece.length, piece.at + piece.length];
  }
  end(edit.end, edit.text.length);
  return parts;
}

/** Runs for text that is new: each stretch knows from which insertions it would inherit. */
function freshRuns(part: Edit, runs: Runs, removes: readonly number[], kindOf: KindOf): number[] {
  const { start, end, removed, text } = part;
  const blank = isBlank(removed) && isBlank(text);
  if (text === '') return [];
  const old = runs.slice(start, end);
  if (old.length <= 2) {
    const inherits = old.length === 2 ? [old[1]!] : around(runs, start, end);
    return [text.length, kindOf({ inherits, moved: false, blank, removes, removal: false })];
  }
  // Replaced text of several insertions: each stretch inherits from its own counterpart.
  const fresh: number[] = [];
  const add = (length: number, inherits: readonly number[]) => {
    const kind = { inherits, moved: false, blank, removes, removal: false };
    if (length > 0) appendRun(fresh, length, kindOf(kind));
  };
  let at = start;
  const keep = (until: number) => {
    const kept = sliceOfRuns(old, at - start, until - start);
    for (let i = 0; i < kept.length; i += 2) add(kept[i]!, [kept[i + 1]!]);
  };
  const small = removed.length + text.length <= LARGEST_COMPARED;
  for (const hunk of small ? wordHunks(part) : [part]) {
    keep(hunk.start);
    at = hunk.end;
    const replaced = insertionsOf(sliceOfRuns(old, hunk.start - start, hunk.end - start));
    add(hunk.text.length, replaced.length > 0 ? replaced : around(runs, hunk.start, hunk.end));
  }
  keep(end);
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
  const add = (length: number, insertion: number, isSign = false) => {
    // A sign that only now stands among words that moved is a tool's layout, or new.
    const kind = { inherits: [insertion], moved: !isSign, blank: isSign, removes: [], removal: false };
    appendRun(result, length, kindOf ? kindOf(kind) : isSign ? NO_RECORD : insertion);
  };
  const addFresh = (from: number, to: number) => {
    const some = sliceOfRuns(fresh, from, to);
    for (let i = 0; i < some.length; i += 2) appendRun(result, some[i]!, some[i + 1]!);
  };
  let at = 0;
  for (const move of moves) {
    addFresh(at, move.at);
    if (move.stretched) {
      const isSign = !isBlank(part.text.slice(move.at, move.at + move.length));
      add(move.length, runs.insertionAt(move.source), isSign);
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
function countPart(part: Edit, moves: readonly Move[], inserted: Count): void {
  let at = 0;
  for (const move of moves) {
    countText(part.text.slice(at, move.at), inserted);
    at = move.at + move.length;
  }
  countText(part.text.slice(at), inserted);
}

type Count = { -readonly [K in keyof InsertedText]: InsertedText[K] };

function countText(text: string, inserted: Count): void {
  if (text === '') return;
  inserted.characters += text.length;
  inserted.lines += text.split('\n').filter((line) => /[\p{L}\p{N}]/u.test(line)).length;
  inserted.whitespaceOnly &&= isBlank(text);
}

/** The insertions on both sides of [start, end); at the borders of the document stands text without a record. */
function around(runs: Runs, start: number, end: number): number[] {
  const left = start > 0 ? runs.insertionAt(start - 1) : NO_RECORD;
  const right = end < runs.length ? runs.insertionAt(end) : NO_RECORD;
  return left === right ? [left] : [left, right];
}

function insertionsOf(list: RunList): number[] {
  return [...new Set(list.filter((_, i) => i % 2 === 1))];
}
