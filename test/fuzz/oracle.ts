/**
 * The truth of the fuzzer. Every word of a text is unique, so the word itself says who wrote it, wherever git has carried
 * it: nothing here knows what git does.
 */
import { lineAt, splitLines } from '../../src/core/lines';
import type { Label, Marks } from '../../src/core/marks';

/**
 * A word of the fuzzer's own: one sign eight times, so that no two have a part in common, and
 * words make up most of a line. Everything else (`const`,
 * brackets) is found in many lines.
 */
export const WORD = /([\u4e00-\u9fff])\1{7}/g;
const FIRST = 0x4e00;

/**
 * Why marks may be lost, though never wrong:
 * - `changed`: a line that somebody without Taggant changed in part, or text of theirs under 40 letters that moved alone
 * - `unknown`: a line, or the name of a file, that git had not seen yet when somebody without Taggant changed the file, or
 *   moved it: there is no text to go back to
 * - `new`: git sees a file as new, because its move and its sidecar were parted by a commit, another branch or a stash
 * - `version`: an earlier text of a file without its sidecar of then
 * - `copy`: a file that is a copy which no editor has seen, or that got text from one, also by git; nothing shows that it is one
 * - `cut`: the history in which text and sidecar agreed is not in a shallow clone
 * - `dropped`: a stash that came back with a conflict and was dropped, and then git has read its index anew before the commit, for
 *   a merge that it refused say: nothing tells of what the stash was any more
 * - `stop`: a conflict in a rebase that was resolved without `taggant sync`: git runs no hook there, and commits the sidecar of
 *   another text
 */
export const EXCUSES = ['changed', 'unknown', 'new', 'version', 'copy', 'cut', 'dropped', 'stop'] as const;
export type Excuse = (typeof EXCUSES)[number];

/** How a text's marks differ from the truth. */
export interface Difference {
  readonly path: string;
  readonly word: string;
  /** Null: no evidence of AI. */
  readonly expected: Label | null;
  readonly found: Label | null;
}

/** An edit of an AI's that took away more than it put there, so that a deletion mark says so. */
interface Removal {
  readonly label: Label;
  /** The words that went. */
  readonly gone: readonly string[];
  /** The first word in their place: a text that has it has come from this edit. Null when nothing is there, or it was moved. */
  instead: string | null;
}

export class Oracle {
  readonly #removals: Removal[] = [];
  /** Of each deletion mark that lines were moved away from, its label. */
  readonly #leftBehind: Label[] = [];
  readonly #labels = new Map<string, Label | null>();
  /** Words of lines that were changed in part, whose other signs are nobody's in particular. */
  readonly #mixed = new Set<string>();
  /** Words that may lose their marks, and why: no mark may be wrong all the same. */
  readonly #excused = new Map<string, Excuse>();
  /** Words that are in a copy too. */
  readonly #copied = new Set<string>();
  /** Words that were written in a copy. */
  readonly #inCopies = new Set<string>();
  #next = FIRST;

  /** A new word of a contribution's, or (null) of a person's. */
  word(label: Label | null, isMixed = false): string {
    const word = String.fromCharCode(this.#next++).repeat(8);
    this.#labels.set(word, label);
    if (isMixed) this.#mixed.add(word);
    return word;
  }

  /** All words of a text may lose their marks from now on. */
  excuse(text: string, why: Excuse): void {
    for (const word of wordsOf(text)) if (!this.#excused.has(word)) this.#excused.set(word, why);
  }

  /** Whether half of a text's words or more are in another one. */
  isMostly(text: string, other: string): boolean {
    const words = wordsOf(text);
    const known = new Set(wordsOf(other));
    return words.length > 0 && 2 * words.filter((word) => known.has(word)).length >= words.length;
  }

  /** Somebody copies a text without an editor: these words have no marks in the copy, and keep theirs elsewhere. */
  copied(text: string): void {
    for (const word of wordsOf(text)) this.#copied.add(word);
  }

  /** Somebody writes this in a copy; git may take it to the file that was copied, whose sidecar is another one. */
  writtenInCopy(text: string): void {
    for (const word of wordsOf(text)) this.#inCopies.add(word);
  }

  /** Whether a word may have no marks where it stands: in a copy, or brought from one. */
  #isOfCopy(word: string, copy: 'part' | 'whole' | null): boolean {
    if (copy === null) return this.#inCopies.has(word);
    return copy === 'whole' || this.#copied.has(word);
  }

  /** An AI's edit left a deletion mark where it took `gone` away and put `text`. */
  removed(label: Label, gone: string, text: string): void {
    const [instead = null] = wordsOf(text);
    this.#removals.push({ label, gone: wordsOf(gone), instead });
  }

  /** Text went to another file, where a deletion mark does not go with it (docs/sidecar.md, "Deletions"). */
  moved(text: string): void {
    const words = new Set(wordsOf(text));
    for (const removal of this.#removals)
      if (removal.instead !== null && words.has(removal.instead)) removal.instead = null;
  }

  /**
   * Lines on both sides of a deletion mark are moved, and it stays where they were: a branch that has it at its own place brings it once
   * more, as nothing says that the two are one.
   */
  deletionLeftBehind(label: Label): void {
    this.#leftBehind.push(label);
  }

  /**
   * Deletion marks that are wrong, as more of a label are there than edits of its that this text can have come from, and
   * lost ones, as the text has what an edit put there and nothing of what it took.
   */
  compareDeletions(
    path: string,
    text: string,
    { deletions }: Marks,
    copy: 'part' | 'whole' | null = null,
  ): { wrong: Difference[]; lost: Difference[] } {
    const all = wordsOf(text);
    const words = new Set(all);
    const wrong: Difference[] = [];
    // Whoever keeps both sides of a conflict, of which one has moved lines, has these twice, with what was removed beside them.
    const times = Math.max(1, ...timesOf(all).values());
    for (const label of new Set(deletions.map((one) => one.label))) {
      // What was removed may have come back since: the mark stays until somebody says otherwise (docs/sidecar.md).
      const isSame = (one: Label) => one === label;
      const possible = [...this.#removals.map((one) => one.label), ...this.#leftBehind].filter(isSame);
      if (deletions.filter((one) => one.label === label).length > possible.length * times)
        wrong.push({ path, word: 'a deletion', expected: null, found: label });
    }
    const lost = this.#removals.filter(
      ({ label, gone, instead }) =>
        instead !== null &&
        words.has(instead) &&
        !this.#excused.has(instead) &&
        !this.#isOfCopy(instead, copy) &&
        !gone.some((word) => words.has(word)) &&
        !deletions.some((one) => one.label === label),
    );
    return {
      wrong,
      lost: lost.map(({ label, instead }) => ({
        ...{ path, word: `the deletion above ${instead}`, expected: label, found: null },
      })),
    };
  }

  /**
   * All places at which marks differ from the truth: wrong ones, and (`found` is null) lost ones.
   * @param copy whether the file is a copy that no editor has seen: `part` where one has edited it since, so that what was
   *   copied has no marks; `whole` where nobody has, and whatever git has brought to it since has none either
   */
  compare(
    path: string,
    text: string,
    marks: Marks,
    copy: 'part' | 'whole' | null = null,
  ): { wrong: Difference[]; lost: Difference[]; excused: Excuse[] } {
    const wrong: Difference[] = [];
    const lost: Difference[] = [];
    const excused: Excuse[] = [];
    const note = (word: string, expected: Label | null, start: number, end: number) => {
      for (const found of labelsIn(text, marks, start, end)) {
        if (found === expected) continue;
        if (found !== null) wrong.push({ path, word, expected, found });
        else if (this.#excused.has(word)) excused.push(this.#excused.get(word)!);
        else if (this.#isOfCopy(word, copy)) excused.push('copy');
        else lost.push({ path, word, expected, found });
      }
    };
    for (const match of text.matchAll(WORD)) {
      const expected = this.#labels.get(match[0]);
      if (expected === undefined) throw new Error(`${match[0]} in ${path} was written by nobody`);
      note(match[0], expected, match.index, match.index + match[0].length);
    }
    for (const { words, start, end } of linesOf(text)) {
      const labels = new Set(words.map((word) => this.#labels.get(word)));
      const [expected] = labels;
      if (labels.size === 1 && !words.some((word) => this.#mixed.has(word)))
        note(words[0]!, expected!, start, end);
    }
    return { wrong, lost, excused };
  }

  /** Words of a text that are a contribution's; of those that may not lose their marks when `isStrict`. */
  countMarked(text: string, isStrict = false): number {
    const words = [...text.matchAll(WORD)].map(([word]) => word);
    return words.filter((word) => this.#labels.get(word) !== null && !(isStrict && this.#excused.has(word)))
      .length;
  }
}

/** How often each word is there. */
function timesOf(words: readonly string[]): Map<string, number> {
  const times = new Map<string, number>();
  for (const word of words) times.set(word, (times.get(word) ?? 0) + 1);
  return times;
}

function wordsOf(text: string): string[] {
  return [...text.matchAll(WORD)].map(([word]) => word);
}

/** The labels of the characters from `start` to `end` that are no white space, each once. */
function labelsIn(text: string, { spans }: Marks, start: number, end: number): Set<Label | null> {
  const found = new Set<Label | null>();
  for (let at = start; at < end; at++) {
    if (text.charCodeAt(at) <= 32) continue;
    found.add(spans.find((span) => span.start <= at && at < span.end)?.label ?? null);
  }
  return found;
}

/** The lines that have words, with their offsets. */
function linesOf(text: string): { words: string[]; start: number; end: number }[] {
  const lines = splitLines(text);
  const found = new Map<number, string[]>();
  for (const match of text.matchAll(WORD)) {
    const line = lineAt(lines, match.index);
    found.set(line, [...(found.get(line) ?? []), match[0]]);
  }
  return [...found].map(([line, words]) => ({ words, start: lines.starts[line]!, end: lines.ends[line]! }));
}
