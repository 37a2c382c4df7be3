/**
 * Which diff finds again, inside a changed hunk, what stays of it? Carries labels over with each, on made-up edits
 * whose truth is known and on recorded editing sessions. Run with `tsx test/bench/hunkDiffers.ts`.
 */
import { diff as mergeDiff, presentableDiff } from '@codemirror/merge';
import { diffArrays, diffChars, diffWordsWithSpace } from 'diff';
import { carryOver } from '../../src/core/carryOver';
import type { HunkDiffer } from '../../src/core/hunkMatch';
import { diffTokens, type Piece } from '../../src/core/tokenDiff';
import { accuracySources, compilerSource, lineSource } from './carryOverInputs';
import { readTrace, traceNames } from './traces';
import { compare, labelBlocks, NO_SCORE, NONE, random, randomEdit, type Score, TruthText } from './truth';

/** diff-match-patch's semantic cleanup for a list of equal pieces. */
function cleanUp(pieces: readonly Piece[], a: string, b: string): Piece[] {
  const kept: Piece[] = [];
  pieces.forEach((piece, index) => {
    kept.push(piece);
    const next = pieces[index + 1] ?? { from: a.length, to: b.length };
    for (;;) {
      const last = kept.at(-1);
      if (!last) return;
      const before = kept.at(-2) ?? { from: 0, to: 0, length: 0 };
      const left = Math.max(last.from - before.from - before.length, last.to - before.to - before.length);
      const right = Math.max(next.from - last.from - last.length, next.to - last.to - last.length);
      if (last.length > left || last.length > right) return;
      kept.pop();
    }
  });
  return kept;
}

interface Part {
  readonly value: string;
  readonly added: boolean;
  readonly removed: boolean;
}

function piecesOfParts(parts: readonly Part[]): Piece[] {
  const pieces: Piece[] = [];
  let [from, to] = [0, 0];
  for (const { value, added, removed } of parts) {
    if (!added && !removed) pieces.push({ from, to, length: value.length });
    if (!added) from += value.length;
    if (!removed) to += value.length;
  }
  return pieces;
}

function piecesOfChanges(changes: ReturnType<typeof mergeDiff>, a: string): Piece[] {
  const pieces: Piece[] = [];
  let [from, to] = [0, 0];
  for (const change of changes) {
    if (change.fromA > from) pieces.push({ from, to, length: change.fromA - from });
    [from, to] = [change.toA, change.toB];
  }
  if (from < a.length) pieces.push({ from, to, length: a.length - from });
  return pieces;
}

function tokens(text: string): string[] {
  return text.match(/[\p{L}\p{N}_]+|\s+|[^\p{L}\p{N}_\s]/gu) ?? [];
}

const words: HunkDiffer = (a, b) => piecesOfParts(diffWordsWithSpace(a, b));
const arrays: HunkDiffer = (a, b) =>
  piecesOfParts(diffArrays(tokens(a), tokens(b)).map((part) => ({ ...part, value: part.value.join('') })));
const characters: HunkDiffer = (a, b) => piecesOfParts(diffChars(a, b));
const presentable: HunkDiffer = (a, b) => piecesOfChanges(presentableDiff(a, b), a);
const merge: HunkDiffer = (a, b) => piecesOfChanges(mergeDiff(a, b), a);
const cleaned =
  (differ: HunkDiffer): HunkDiffer =>
  (a, b) =>
    cleanUp(differ(a, b), a, b);

const DIFFERS: readonly (readonly [string, HunkDiffer])[] = [
  ['own tokens + cleanup', diffTokens],
  ['jsdiff words', words],
  ['jsdiff words + cleanup', cleaned(words)],
  ['jsdiff tokens + cleanup', cleaned(arrays)],
  ['jsdiff characters + cleanup', cleaned(characters)],
  ['CodeMirror presentableDiff', presentable],
  ['CodeMirror presentableDiff + cleanup', cleaned(presentable)],
  ['CodeMirror diff + cleanup', cleaned(merge)],
  ['whole lines only', () => []],
];

/** What one stretch of a recorded session did: by AI (applied exactly) or by a person (seen as before and after). */
interface Stretch {
  readonly ai: boolean;
  readonly before: TruthText;
  readonly after: TruthText;
}

/** Cuts a session into stretches of about `size` edits that stay near each other; each is AI with p = 0.4. */
function stretches(name: string, size: number): Stretch[] {
  const trace = readTrace(name);
  const rand = random(7);
  const truth = new TruthText(trace.start);
  const removedBefore: { text: string; labels: string }[] = [];
  const result: Stretch[] = [];
  let [left, last, ai] = [0, 0, false];
  let before = truth.copy();
  for (const { start, end, removed, text } of trace.edits) {
    if (left-- <= 0 || (Math.abs(start - last) > 5 * size && left < size / 2)) {
      result.push({ ai, before, after: truth.copy() });
      before = truth.copy();
      [left, ai] = [size * (0.5 + rand()), rand() < 0.4];
    }
    last = start + text.length;
    const old = truth.labels.slice(start, end);
    // Text that comes back (undo, cut and paste) brings its labels; a replacement keeps its equal ends.
    const known = text.length >= 40 ? removedBefore.find((one) => one.text === text) : undefined;
    let head = 0;
    while (head < removed.length && head < text.length && removed[head] === text[head]) head++;
    let tail = 0;
    const most = Math.min(removed.length, text.length) - head;
    while (tail < most && removed.at(-1 - tail) === text.at(-1 - tail)) tail++;
    const fresh = (ai ? 'a' : NONE).repeat(text.length - head - tail);
    const labels = known?.labels ?? old.slice(0, head) + fresh + (tail > 0 ? old.slice(-tail) : '');
    if (removed.length >= 40) removedBefore.push({ text: removed, labels: old });
    if (removedBefore.length > 50) removedBefore.shift();
    truth.text = truth.text.slice(0, start) + text + truth.text.slice(end);
    truth.labels = truth.labels.slice(0, start) + labels + truth.labels.slice(end);
  }
  result.push({ ai, before, after: truth.copy() });
  return result;
}

function line(
  name: string,
  score: Score,
  milliseconds: number,
  count: number,
  whole = score.right + score.lost,
): void {
  const precision = score.right / (score.right + score.wrong);
  const recall = score.right / (score.right + score.lost);
  console.log(
    name.padEnd(38),
    ((200 * precision * recall) / (precision + recall)).toFixed(3).padStart(8),
    ((100 * score.wrong) / whole).toFixed(4).padStart(9),
    ((100 * score.lost) / whole).toFixed(4).padStart(9),
    (milliseconds / count).toFixed(2).padStart(9),
  );
}

const HEADER = `${' '.repeat(38)}       F1   wrong %    lost %   ms/diff`;

function madeUpEdits(): void {
  console.log(`Made-up edits: 10 files of 5,000 lines, 150 AI blocks and 60 edits each\n${HEADER}`);
  const compiler = compilerSource();
  for (const [name, differ] of DIFFERS) {
    const score = { ...NO_SCORE };
    let milliseconds = 0;
    accuracySources().forEach((source, file) => {
      const rand = random(500 + file);
      const truth = new TruthText(source);
      labelBlocks(truth, 150, rand);
      const before = truth.copy();
      const other = lineSource(compiler, rand);
      for (let k = 0; k < 60; k++) randomEdit(truth, rand, other);
      const start = performance.now();
      const { marks } = carryOver({ text: before.text, marks: before.marks() }, truth.text, differ);
      milliseconds += performance.now() - start;
      compare(truth, marks, score);
    });
    line(name, score, milliseconds, 10);
  }
}

/** Carries the true labels from before each stretch of a person over to its end. */
function recordedSessions(size: number): void {
  const sessions = traceNames().map((name) => stretches(name, size));
  const diffs = sessions.flat().filter(({ ai }) => !ai).length;
  console.log(
    `\nRecorded sessions (${traceNames().join(', ')}), stretches of about ${size} edits: ${diffs} diffs`,
  );
  console.log(HEADER);
  for (const [name, differ] of DIFFERS) {
    const step = { ...NO_SCORE };
    let milliseconds = 0;
    for (const session of sessions) {
      for (const { ai, before, after } of session) {
        if (ai || before.text === after.text) continue;
        const marks = before.marks();
        const start = performance.now();
        const carried = carryOver({ text: before.text, marks }, after.text, differ);
        milliseconds += performance.now() - start;
        compare(after, carried.marks, step);
      }
    }
    line(name, step, milliseconds, diffs);
  }
}

madeUpEdits();
if (traceNames().length === 0) {
  console.log('\nThe recorded sessions are not on this machine; nothing to measure there.');
} else {
  recordedSessions(40);
  recordedSessions(150);
}
