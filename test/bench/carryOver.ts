/**
 * Benchmark of carrying marks over: time beside `git diff --no-index` (its process start included) in the same run, and
 * how many labels arrive. Run with `tsx test/bench/carryOver.ts`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { carryByLineHashes, carryOver } from '../../src/core/carryOver';
import { diffLines } from '../../src/core/lineDiff';
import { lined } from '../../src/core/linedText';
import { parseSidecar, readSidecar, serialiseSidecar } from '../../src/core/sidecar';
import { accuracySources, compilerSource, inputs, lineSource } from './carryOverInputs';
import {
  compare,
  labelBlocks,
  lineStarts,
  moveLines,
  NO_SCORE,
  random,
  randomEdit,
  type Score,
  TruthText,
} from './truth';

const ROUNDS = 7;

function median(times: number[]): number {
  return times.toSorted((a, b) => a - b)[times.length >> 1]!;
}

function milliseconds(run: () => unknown): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}

async function timeTable(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'taggant-bench-'));
  const [a, b] = [join(folder, 'a.txt'), join(folder, 'b.txt')];
  console.log('Time, median of 7 (ms). 15 % of the lines of `before` carry labels.');
  console.log(
    'input                                   git diff  line diff  carry over  first  ratio  dropped',
  );
  try {
    for (const { name, before, after } of await inputs()) {
      writeFileSync(a, before);
      writeFileSync(b, after);
      const truth = new TruthText(before);
      const starts = lineStarts(before);
      labelBlocks(truth, Math.round(starts.length * 0.03), random(1));
      const marks = truth.marks();
      let dropped = 0;
      const carry = () => {
        dropped = carryOver({ text: before, marks }, after).droppedCharacters;
      };
      const first = milliseconds(carry);
      const times = { git: [] as number[], lines: [] as number[], carry: [] as number[] };
      for (let round = 0; round < ROUNDS; round++) {
        times.git.push(
          milliseconds(() => spawnSync('git', ['diff', '--no-index', '--', a, b], { stdio: 'ignore' })),
        );
        times.lines.push(milliseconds(() => diffLines(lined(before), lined(after))));
        times.carry.push(milliseconds(carry));
      }
      const [git, lines, carried] = [median(times.git), median(times.lines), median(times.carry)];
      console.log(
        name.padEnd(38),
        git.toFixed(1).padStart(9),
        lines.toFixed(1).padStart(10),
        carried.toFixed(1).padStart(11),
        first.toFixed(1).padStart(6),
        median(times.carry.map((time, round) => time / times.git[round]!))
          .toFixed(2)
          .padStart(6),
        String(dropped).padStart(8),
      );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function percentages(score: Score): string {
  const characters = score.right + score.lost + score.wrong;
  const lines = score.rightLines + score.lostLines + score.wrongLines;
  const percent = (part: number, whole: number) => ((100 * part) / whole).toFixed(3).padStart(8);
  return [
    percent(score.right, characters),
    percent(score.lost, characters),
    percent(score.wrong, characters),
    '  |',
    percent(score.rightLines, lines),
    percent(score.lostLines, lines),
    percent(score.wrongLines, lines),
  ].join('');
}

function accuracyTable(): void {
  const carried = { ...NO_SCORE };
  const byHashes = { ...NO_SCORE };
  const other = random(11);
  const line = lineSource(compilerSource(), other);
  accuracySources().forEach((source, file) => {
    const rand = random(100 + file);
    const truth = new TruthText(source);
    labelBlocks(truth, 150, rand);
    const before = truth.copy();
    for (let k = 0; k < 60; k++) randomEdit(truth, rand, line);
    moveLines(truth, 1_000 + Math.floor(rand() * 2_000), 120, rand);
    compare(truth, carryOver({ text: before.text, marks: before.marks() }, truth.text).marks, carried);
    const sidecar = parseSidecar(serialiseSidecar(before.text, before.marks())!);
    compare(truth, carryByLineHashes(sidecar, truth.text).marks, byHashes);
  });
  console.log(
    '\nLabels after 60 random edits and a moved block of 120 lines; 10 files of 5,000 lines, 150 AI blocks each.',
  );
  console.log('Per cent of the labelled characters, and of the lines with labels:');
  console.log('                            right    lost   wrong  |   right    lost   wrong');
  console.log(`old text and diff        ${percentages(carried)}`);
  console.log(`line hashes, no old text ${percentages(byHashes)}`);
}

function sizeTable(): void {
  console.log('\nSidecar sizes and times');
  for (const [name, source] of [
    ['5,000 lines', accuracySources()[0]!],
    ['210,154 lines', compilerSource()],
  ] as const) {
    for (const share of [0, 0.03, 0.15]) {
      const truth = new TruthText(source);
      const lines = lineStarts(source).length - 1;
      labelBlocks(truth, Math.max(1, Math.round(lines * share)), random(5));
      const marks = truth.marks();
      let sidecar = '';
      const write = median(
        Array.from({ length: ROUNDS }, () =>
          milliseconds(() => (sidecar = serialiseSidecar(source, marks)!)),
        ),
      );
      const read = median(
        Array.from({ length: ROUNDS }, () => milliseconds(() => readSidecar(parseSidecar(sidecar), source))),
      );
      const marked = sidecar.split('\n').filter((entry) => entry.length > 2).length;
      console.log(
        `${name}, ${((100 * marked) / lines).toFixed(1)} % of them marked: ${sidecar.length} bytes, ${(sidecar.length / lines).toFixed(2)} per line;`,
        `write ${write.toFixed(1)} ms, read ${read.toFixed(1)} ms`,
      );
    }
  }
}

await timeTable();
accuracyTable();
sizeTable();
