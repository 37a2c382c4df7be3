/** Texts whose labels are known character by character: the truth that carrying over is measured against. */
import type { Marks, Span } from '../../src/core/marks';

/** A deterministic source of random numbers in [0, 1) (mulberry32). */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export const NONE = '.';
const LABEL_OF: Readonly<Record<string, string>> = { a: 'truth-a', b: 'truth-b', c: 'truth-c' };

/** A text and, in a string of the same length, one character for the label of each of its characters. */
export class TruthText {
  constructor(
    public text: string,
    public labels = NONE.repeat(text.length),
  ) {}

  /** Replaces [start, end) by `text`, labelled with the character `label`, or with one label character each. */
  edit(start: number, end: number, text: string, label: string = NONE): void {
    const labels = label.length === text.length && text.length !== 1 ? label : label.repeat(text.length);
    this.text = this.text.slice(0, start) + text + this.text.slice(end);
    this.labels = this.labels.slice(0, start) + labels + this.labels.slice(end);
  }

  label(start: number, end: number, label: string): void {
    this.labels = this.labels.slice(0, start) + label.repeat(end - start) + this.labels.slice(end);
  }

  marks(): Marks {
    return marksOf(this.labels);
  }

  copy(): TruthText {
    return new TruthText(this.text, this.labels);
  }
}

export function marksOf(labels: string): Marks {
  const spans: Span[] = [];
  for (let start = 0; start < labels.length; ) {
    let end = start + 1;
    while (end < labels.length && labels[end] === labels[start]) end++;
    if (labels[start] !== NONE) spans.push({ start, end, label: LABEL_OF[labels[start]!]! });
    start = end;
  }
  return { spans, deletions: [] };
}

export function labelsOf(length: number, marks: Marks): string {
  let labels = '';
  for (const { start, end, label } of marks.spans) {
    labels += NONE.repeat(start - labels.length) + label.slice(-1).repeat(end - start);
  }
  return labels + NONE.repeat(length - labels.length);
}

/** Counts of characters that are not whitespace, and of lines with any. */
export interface Score {
  right: number;
  lost: number;
  wrong: number;
  rightLines: number;
  lostLines: number;
  wrongLines: number;
}

export const NO_SCORE: Readonly<Score> = {
  right: 0,
  lost: 0,
  wrong: 0,
  rightLines: 0,
  lostLines: 0,
  wrongLines: 0,
};

/**
 * Compares found labels with the truth. A labelled character is right, lost (no label was found) or wrong (another
 * label); a found label on an unlabelled character is wrong. A line counts as wrong when more than half of what
 * is labelled on it is wrong, as lost when more than half of what should be labelled is not.
 */
export function compare(truth: TruthText, found: Marks, into: Score): void {
  const labels = labelsOf(truth.text.length, found);
  let [right, lost, wrong] = [0, 0, 0];
  for (let at = 0; at <= truth.text.length; at++) {
    const code = at < truth.text.length ? truth.text.charCodeAt(at) : 10;
    if (code === 10) {
      if (wrong > right) into.wrongLines++;
      else if (lost > right) into.lostLines++;
      else if (right > 0) into.rightLines++;
      into.right += right;
      into.lost += lost;
      into.wrong += wrong;
      [right, lost, wrong] = [0, 0, 0];
      continue;
    }
    if (code <= 32) continue;
    if (labels[at] === truth.labels[at]) right += labels[at] === NONE ? 0 : 1;
    else if (labels[at] === NONE) lost++;
    else wrong++;
  }
}

/** The offset at which each line of a text starts, and the text's length. */
export function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  if (starts[starts.length - 1] !== text.length) starts.push(text.length);
  return starts;
}

/** Labels about `blocks` runs of 1 to 10 lines. */
export function labelBlocks(truth: TruthText, blocks: number, rand: () => number): void {
  const starts = lineStarts(truth.text);
  const labels = [...truth.labels];
  for (let block = 0; block < blocks; block++) {
    const first = Math.floor(rand() * (starts.length - 1));
    const last = Math.min(starts.length - 1, first + 1 + Math.floor(rand() * 10));
    labels.fill('abc'[block % 3]!, starts[first]!, starts[last]!);
  }
  truth.labels = labels.join('');
}

/** One random edit of the kinds programmers make. `line()` gives a line of other code, without its terminator. */
export function randomEdit(truth: TruthText, rand: () => number, line: () => string): void {
  const starts = lineStarts(truth.text);
  const pick = (n: number) => Math.floor(rand() * n);
  const first = pick(starts.length - 2);
  const [start, end] = [starts[first]!, starts[first + 1]! - 1];
  const content = truth.text.slice(start, end);
  const words = [...content.matchAll(/\w+/g)];
  const word = words[pick(words.length)];
  switch (pick(9)) {
    case 0: // new lines
      truth.edit(start, start, Array.from({ length: 1 + pick(5) }, () => `${line()}\n`).join(''));
      break;
    case 1: // lines go
      truth.edit(start, starts[Math.min(starts.length - 1, first + 1 + pick(4))]!, '');
      break;
    case 2: // lines are rewritten
      truth.edit(start, starts[Math.min(starts.length - 1, first + 1 + pick(4))]!, `${line()}\n${line()}\n`);
      break;
    case 3: // a word is replaced
      if (word) truth.edit(start + word.index, start + word.index + word[0].length, `renamed${pick(1000)}`);
      break;
    case 4: // a word grows
      if (word) truth.edit(start + word.index + word[0].length, start + word.index + word[0].length, 'Extra');
      break;
    case 5: // something is added at the line's end
      truth.edit(end, end, ` // checked ${pick(10000)}`);
      break;
    case 6: // an argument is added
      if (content.includes('(')) {
        const at = start + content.indexOf('(') + 1;
        truth.edit(at, at, `option${pick(1000)}, `);
      }
      break;
    case 7: // a block is indented
      indent(truth, starts, first, 1 + pick(20));
      break;
    default: // a line is broken after a comma
      if (content.includes(', ')) {
        const at = start + content.indexOf(', ') + 1;
        truth.edit(at, at + 1, '\n      ', truth.labels.charAt(at));
      }
  }
}

/** Indents lines by two columns; the new blanks take the label of the line. */
export function indent(truth: TruthText, starts: readonly number[], first: number, count: number): void {
  for (let line = Math.min(starts.length - 1, first + count) - 1; line >= first; line--) {
    const start = starts[line]!;
    if (start + 1 < starts[line + 1]!) truth.edit(start, start, '  ', truth.labels.charAt(start));
  }
}

/** Moves lines elsewhere with their labels. */
export function moveLines(truth: TruthText, first: number, count: number, rand: () => number): void {
  const starts = lineStarts(truth.text);
  const [start, end] = [starts[first]!, starts[first + count]!];
  const [text, labels] = [truth.text.slice(start, end), truth.labels.slice(start, end)];
  truth.edit(start, end, '');
  const after = lineStarts(truth.text);
  const at = after[Math.floor(rand() * (after.length - 1))]!;
  truth.edit(at, at, text, labels);
}
