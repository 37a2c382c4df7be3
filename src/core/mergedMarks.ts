import type { MarkedText } from './agreedMarks';
import { carryOver } from './carryOver';
import { isSpace } from './linedText';
import { type Lines, splitLines } from './lines';
import type { Deletion, Label, Marks, Span } from './marks';
import { NO_MARKS } from './marks';
import { normaliseMarks } from './sidecar';
import { inside, outside, together } from './spanSets';

/** What one state of a file says of another text. Offsets are UTF-16 in that text. */
export interface Said {
  readonly marks: Marks;
  /** The parts of the text that stand in that state. Sorted and disjoint. */
  readonly known: readonly Span[];
}

/** What `before` says of a text: its marks carried over, and which characters it knows at all. */
export function saidOf(before: MarkedText, text: string): Said & { readonly dropped: number } {
  const { marks, droppedCharacters } = carryOver(before, text);
  // All of it is marked, to see where it goes.
  const whole = { spans: [{ start: 0, end: before.text.length, label: '?known' }], deletions: [] };
  const known = before.text === '' ? [] : carryOver({ text: before.text, marks: whole }, text).marks.spans;
  return { marks, known: together(known, marks.spans), dropped: droppedCharacters };
}

/**
 * What two sides of a merge say together. Text that one side alone knows has its mark; where both know it, the mark of
 * the side that changed what the common ancestor said; where both did, or nobody knows what the ancestor said, a mark
 * rather than none, and ours rather than theirs. Of a line that one side has as it stands, a side that only has words of it
 * says nothing: it had another line there.
 * @param removed those of their deletions whose removals this text has
 */
export function mergedMarks(
  text: string,
  ours: Said,
  theirs: Said,
  ancestor: Said | null,
  removed: readonly Deletion[] = theirs.marks.deletions,
): Said {
  const sides = withoutParts(text, [ours, theirs, ancestor ?? NOTHING_KNOWN]);
  const cuts = new Set<number>([0, text.length]);
  for (const { marks, known } of sides) {
    for (const { start, end } of [...marks.spans, ...known]) cuts.add(start).add(end);
  }
  const [our, their, old] = sides.map(reader) as [Reader, Reader, Reader];
  const spans: Span[] = [];
  const places = [...cuts].sort((a, b) => a - b);
  for (const [i, start] of places.entries()) {
    const end = places[i + 1];
    const label = labelOf(our(start), their(start), old(start));
    if (end !== undefined && label !== null) spans.push({ start, end, label });
  }
  const [ourSide, theirSide] = sides as [Said, Said];
  const deletions = mergedDeletions(ourSide, theirSide, ancestor?.marks ?? NO_MARKS, new Set(removed));
  return { marks: normaliseMarks(text, { spans, deletions }), known: together(ours.known, theirs.known) };
}

/** True when a state has all lines of a text as they stand. */
export function knowsAll(text: string, { known }: Said): boolean {
  return !wholeLines(text, splitLines(text), known).includes(0);
}

/** Takes from each side the lines of which it only knows a part, where another one knows all. */
export function withoutParts(text: string, sides: readonly Said[]): Said[] {
  const lines = splitLines(text);
  const wholes = sides.map(({ known }) => wholeLines(text, lines, known));
  return sides.map((side, i) => {
    const holes: Span[] = [];
    for (let line = 0; line < lines.count; line++) {
      const [start, end] = [lines.starts[line]!, lines.starts[line + 1]!];
      if (wholes[i]![line] === 0 && wholes.some((whole) => whole[line] === 1))
        holes.push({ start, end, label: '' });
    }
    const spans = outside(side.marks.spans, holes);
    return { marks: { ...side.marks, spans }, known: outside(side.known, holes) };
  });
}

/** A table with 1 for each line all of whose text is known, white space apart. */
function wholeLines(text: string, { count, starts, ends }: Lines, known: readonly Span[]): Uint8Array {
  const whole = new Uint8Array(count).fill(1);
  const isKnown = spanReader(known);
  for (let line = 0; line < count; line++) {
    for (let at = starts[line]!; at < ends[line]! && whole[line] === 1; at++) {
      if (!isSpace(text.charCodeAt(at)) && !isKnown(at)) whole[line] = 0;
    }
  }
  return whole;
}

const NOTHING_KNOWN: Said = { marks: NO_MARKS, known: [] };

/** What a side says of a character: its label, null for none, undefined when it does not know the character. */
type Saying = Label | null | undefined;
/** Asked for places in ascending order. */
type Reader = (offset: number) => Saying;

function reader({ marks, known }: Said): Reader {
  const mark = spanReader(marks.spans);
  const isKnown = spanReader(known);
  return (offset) => mark(offset)?.label ?? (isKnown(offset) ? null : undefined);
}

function spanReader(spans: readonly Span[]): (offset: number) => Span | null {
  let next = 0;
  return (offset) => {
    while (next < spans.length && spans[next]!.end <= offset) next++;
    const span = spans[next];
    return span && span.start <= offset ? span : null;
  };
}

function labelOf(ours: Saying, theirs: Saying, ancestor: Saying): Label | null {
  if (ours === undefined || theirs === undefined) return ours ?? theirs ?? null;
  if (ancestor !== undefined && ours === ancestor) return theirs;
  if (ancestor !== undefined && theirs === ancestor) return ours;
  return ours ?? theirs;
}

/**
 * Those of both sides, without what one of them took away. One that both brought, with nothing between its two places that both
 * know, is there once: a side that does not know what stands there has it at another end of that.
 */
function mergedDeletions(
  ours: Said,
  theirs: Said,
  ancestor: Marks,
  removed: ReadonlySet<Deletion>,
): Deletion[] {
  const our = counterparts(ours.marks.deletions, ancestor.deletions);
  const their = counterparts(theirs.marks.deletions, ancestor.deletions);
  const left = new Set(their.values());
  const kept = ours.marks.deletions.filter((one) => !our.has(one) || left.has(our.get(one)!));
  const there = new Set(kept.map(keyOf));
  const shared = inside(ours.known, theirs.known);
  const isApart = (from: number, to: number) => shared.some(({ start, end }) => start < to && from < end);
  const isOurs = ({ offset, label }: Deletion) =>
    kept.some(
      (one) =>
        one.label === label &&
        !our.has(one) &&
        !isApart(Math.min(offset, one.offset), Math.max(offset, one.offset)),
    );
  const added = theirs.marks.deletions.filter(
    (one) => !their.has(one) && !there.has(keyOf(one)) && removed.has(one) && !isOurs(one),
  );
  return [...kept, ...added].sort((a, b) => a.offset - b.offset);
}

const keyOf = ({ offset, label }: Deletion) => `${offset} ${label}`;
const labelIn = ({ label }: Deletion) => label;

/**
 * Of the deletions that a side has from the ancestor, which it is there: the one at the same place, else one of its label
 * that no other is, as the lines around it may be gone on one side only, so that it has another place by each.
 */
function counterparts(
  side: readonly Deletion[],
  ancestor: readonly Deletion[],
): ReadonlyMap<Deletion, Deletion> {
  const found = new Map<Deletion, Deletion>();
  const taken = new Set<Deletion>();
  for (const nameOf of [keyOf, labelIn]) {
    const left = new Map<string, Deletion[]>();
    for (const old of [...ancestor].reverse()) {
      if (taken.has(old)) continue;
      const name = nameOf(old);
      const same = left.get(name);
      if (same) same.push(old);
      else left.set(name, [old]);
    }
    for (const one of side) {
      const old = found.has(one) ? undefined : left.get(nameOf(one))?.pop();
      if (old === undefined) continue;
      found.set(one, old);
      taken.add(old);
    }
  }
  return found;
}
