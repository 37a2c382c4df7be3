import type { MarkedText } from '../core/agreedMarks';
import { carryByLineHashes, carryOver } from '../core/carryOver';
import { linesOf, splitLines } from '../core/lines';
import { type Deletion, joinSpans, type Marks, NO_MARKS, type Span } from '../core/marks';
import { knowsAll, mergedMarks, type Said, saidOf, withoutParts } from '../core/mergedMarks';
import type { Sidecar } from '../core/sidecar';
import { outside, together } from '../core/spanSets';
import { withoutUndone } from '../core/undoneDeletions';

/** Something that can tell the marks of a text: a state of the file, several that were merged, a sidecar alone. */
export interface Voice {
  /** What it knows stands in one of these; none for a sidecar alone. */
  readonly texts: readonly string[];
  /**
   * `dropped`: marked characters (of a sidecar alone: lines) that found no place.
   * @param told the parts of the text of which others have told already
   */
  speak(text: string, told?: readonly Span[]): { readonly marks: Marks; readonly dropped: number };
  /** The characters of the text that this voice knows, marked or not. */
  known(text: string, told?: readonly Span[]): readonly Span[];
}

/** A text of the file and its marks. */
export interface FileState extends MarkedText {
  /** What is there now may be another file: it speaks as in `wholeLinesVoice`. */
  readonly wasGone?: boolean;
}

/** A state of the file: text and marks. */
export function stateVoice(state: FileState): Voice {
  if (state.wasGone) return wholeLinesVoice(state);
  return {
    texts: [state.text],
    speak(text) {
      const { marks, droppedCharacters } = carryOver(state, text);
      return { marks, dropped: droppedCharacters };
    },
    known: (text) => saidOf(state, text).known,
  };
}

/** A state of the file that speaks of the lines that it has as they stand, and of no part of another one. */
export function wholeLinesVoice(state: MarkedText): Voice {
  return {
    texts: [state.text],
    speak: (text) => ({ marks: wholeLinesOf(state, text).marks, dropped: 0 }),
    known: (text) => wholeLinesOf(state, text).known,
  };
}

function wholeLinesOf(state: MarkedText, text: string): Said {
  const all = { marks: NO_MARKS, known: [{ start: 0, end: text.length, label: '' }] };
  const { marks, known } = withoutParts(text, [saidOf(state, text), all])[0]!;
  return { marks: { spans: marks.spans, deletions: [] }, known };
}

function saidBy(state: FileState, text: string): Said {
  return state.wasGone ? wholeLinesOf(state, text) : saidOf(state, text);
}

/** One side of a merge and the state that both sides come from; null when nothing is known of that. */
export interface MergedSide {
  readonly side: FileState;
  readonly ancestor: MarkedText | null;
}

/**
 * A state of the file at `path` and those that are merged into it. What a merge leaves out, people left out: nothing counts as
 * dropped. A deletion of another side does not count where the text reads as ours: what that side removed is there.
 */
export function mergeVoice(path: string, ours: FileState, others: readonly MergedSide[]): Voice {
  const merge = (text: string): Said => {
    let said = saidBy(ours, text);
    for (const { side, ancestor } of others) {
      const theirs = saidBy(side, text);
      const removed = withoutUndone(path, { text, marks: theirs.marks }, side, ours);
      said = mergedMarks(text, said, theirs, ancestor && saidOf(ancestor, text), removed);
    }
    return said;
  };
  return {
    texts: [ours.text, ...others.map(({ side }) => side.text)],
    speak: (text) => ({ marks: merge(text).marks, dropped: 0 }),
    known: (text) => merge(text).known,
  };
}

/**
 * A sidecar that fits no text that is known. Its lines are looked for in what nobody has told of, too: git merges lines in twice, where
 * somebody has resolved a conflict with lines of a commit that is picked after it, and the sidecar has them once.
 */
export function hashVoice(sidecar: Sidecar): Voice {
  const placed = (text: string, told: readonly Span[]) => {
    const found = carryByLineHashes(sidecar, text);
    const again = told.length === 0 ? [] : carryByLineHashes(sidecar, hidden(text, told)).marks.spans;
    return { ...found, marks: { ...found.marks, spans: together(found.marks.spans, again) } };
  };
  return {
    texts: [],
    speak(text, told = []) {
      const { marks, droppedLines } = placed(text, told);
      return { marks, dropped: droppedLines };
    },
    // A line is found as it stands, also where only a part of it is marked.
    known: (text, told = []) => linesAround(text, placed(text, told).marks.spans),
  };
}

/** The lines that some spans are in. */
function linesAround(text: string, spans: readonly Span[]): Span[] {
  const { starts, ends, count } = splitLines(text);
  const found: Span[] = [];
  let next = 0;
  for (let line = 0; line < count; line++) {
    while (next < spans.length && spans[next]!.end <= starts[line]!) next++;
    if (next < spans.length && spans[next]!.start < ends[line]!)
      found.push({ start: starts[line]!, end: ends[line]!, label: '' });
  }
  return found;
}

/** A text in which no character of some parts is left but the line ends; all others stay where they are. */
function hidden(text: string, parts: readonly Span[]): string {
  let rest = '';
  let at = 0;
  for (const { start, end } of parts) {
    rest += text.slice(at, start) + text.slice(start, end).replace(/[^\r\n]/g, '\0');
    at = end;
  }
  return rest + text.slice(at);
}

/** The lines of a text that none of the voices has anywhere, blank ones apart: what these do not know, at the least. */
export function newLines(voices: readonly Pick<Voice, 'texts'>[], text: string): ReadonlySet<string> {
  const known = new Set(['']);
  for (const one of voices.flatMap(({ texts }) => texts))
    for (const line of linesOf(one)) known.add(line.trim());
  return new Set(linesOf(text).filter((line) => !known.has(line.trim())));
}

/**
 * What the first voice says of a text, and of what it does not know the next one, and so on. A line that one has as it
 * stands is its alone: an earlier voice may know words of it, from what has become of it since.
 */
export function ask(voices: readonly Voice[], text: string): { marks: Marks; dropped: number } {
  if (voices.length === 1) return voices[0]!.speak(text);
  let all: Said = { marks: NO_MARKS, known: [] };
  let dropped = 0;
  for (const [i, voice] of voices.entries()) {
    const said = voice.speak(text, all.known);
    if (i === 0) dropped = said.dropped;
    const known = union(voice.known(text, all.known), said.marks.spans);
    const [before, next] = withoutParts(text, [all, { marks: said.marks, known }]) as [Said, Said];
    all = { marks: addOutside(before, next.marks), known: union(before.known, next.known) };
    if (knowsAll(text, all)) break;
  }
  return { marks: all.marks, dropped };
}

/**
 * What was said, and of `more` what lies outside of what was known. A deletion of which both tell, with nothing but new text
 * between their places, is one: where it stood that text was put, and each has it at another end of that.
 */
function addOutside({ marks, known }: Said, more: Marks): Marks {
  const isKnown = (offset: number) => known.some(({ start, end }) => start <= offset && offset < end);
  const isAllNew = (from: number, to: number) => !known.some(({ start, end }) => start < to && from < end);
  const isSaid = ({ offset, label }: Deletion) =>
    marks.deletions.some(
      (one) => one.label === label && isAllNew(Math.min(offset, one.offset), Math.max(offset, one.offset)),
    );
  const added = more.deletions.filter((one) => !isKnown(one.offset) && !isSaid(one));
  const deletions = [...marks.deletions, ...added];
  return {
    spans: joinSpans(together(marks.spans, outside(more.spans, known))),
    deletions: deletions.sort((a, b) => a.offset - b.offset),
  };
}

function union(a: readonly Span[], b: readonly Span[]): Span[] {
  const merged: { start: number; end: number; label: string }[] = [];
  for (const span of [...a, ...b].sort((x, y) => x.start - y.start)) {
    const last = merged[merged.length - 1];
    if (last && span.start <= last.end) last.end = Math.max(last.end, span.end);
    else merged.push({ ...span });
  }
  return merged;
}
