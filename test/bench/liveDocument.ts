/**
 * What following edits costs: our runs and live documents beside CodeMirror's RangeSet, VS Code's interval tree and a
 * plain sorted array, in one process, round by round. Then recorded editing. Run: `tsx test/bench/liveDocument.ts`.
 */
import { type Edit, LiveDocument } from '../../src/core/liveDocument';
import { NO_MARKS, type Span } from '../../src/core/marks';
import { Runs } from '../../src/core/runs';
import { structures } from './rangeStructures';
import { readTrace, type Trace, traceNames } from './traces';

const DOCUMENT = 1_000_000;
const SIZES = [100, 1_000, 10_000, 100_000];
const ROUNDS = 11;
const WARM_UP = 4;

/** Mulberry32: the same edits on every machine. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * below);
  };
}

/** Marked ranges, evenly spread, each half as long as the room it has. */
function spansOf(count: number): Span[] {
  const room = DOCUMENT / count;
  return Array.from({ length: count }, (_, i) => {
    const start = Math.floor(i * room);
    return { start, end: start + Math.floor(room / 2), label: `L${i}` };
  });
}

/** Single characters, 4 of 5 typed and 1 deleted: 88 % at the cursor, 10 % after a hop nearby, 2 % after a jump. */
function localEdits(count: number, random: (below: number) => number): Edit[] {
  const edits: Edit[] = [];
  let length = DOCUMENT;
  let cursor = random(length);
  for (let i = 0; i < count; i++) {
    const kind = random(100);
    if (kind >= 98) cursor = random(length);
    else if (kind >= 88) cursor = Math.min(length, Math.max(1, cursor + random(400) - 200));
    if (random(5) === 0 && cursor > 0) {
      cursor--;
      edits.push({ start: cursor, end: cursor + 1, removed: 'x', text: '' });
      length--;
    } else {
      edits.push({ start: cursor, end: cursor, removed: '', text: 'y' });
      cursor++;
      length++;
    }
  }
  return edits;
}

/** Anywhere: 0 to 600 characters go and 0 to 600 come. */
function randomEdits(count: number, random: (below: number) => number): Edit[] {
  const edits: Edit[] = [];
  let length = DOCUMENT;
  for (let i = 0; i < count; i++) {
    const start = random(length);
    const end = Math.min(length, start + random(601));
    const text = 'new text '.repeat(67).slice(0, random(601));
    edits.push({ start, end, removed: 'old word '.repeat(67).slice(0, end - start), text });
    length += text.length - (end - start);
  }
  return edits;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}

function row(cells: readonly (string | number)[]): string {
  return cells.map((cell, i) => (i === 0 ? String(cell).padEnd(26) : String(cell).padStart(17))).join('');
}

async function compareStructures(
  kind: string,
  editsOf: (random: (below: number) => number) => Edit[],
): Promise<void> {
  const all = await structures();
  for (let round = 0; round < WARM_UP; round++) {
    const edits = editsOf(randomNumbers(round));
    for (const structure of all) structure.prepare(DOCUMENT, spansOf(1_000), edits).run();
  }
  const medians = new Map(all.map(({ name }) => [name, [] as number[]]));
  for (const size of SIZES) {
    const spans = spansOf(size);
    const times = new Map(all.map(({ name }) => [name, [] as number[]]));
    for (let round = -1; round < ROUNDS; round++) {
      const edits = editsOf(randomNumbers(1000 * size + round));
      const length = edits.reduce((sum, { start, end, text }) => sum + text.length - (end - start), DOCUMENT);
      all.forEach((_, i) => {
        // Another one begins each round.
        const structure = all[(i + round + 1) % all.length]!;
        const prepared = structure.prepare(DOCUMENT, spans, edits);
        const begin = process.hrtime.bigint();
        prepared.run();
        const time = Number(process.hrtime.bigint() - begin) / 1000 / edits.length;
        if (prepared.length && prepared.length() !== length) throw new Error(`${structure.name} lost count`);
        if (round >= 0) times.get(structure.name)!.push(time);
      });
    }
    for (const { name } of all) medians.get(name)!.push(median(times.get(name)!));
  }
  console.log(`\n${kind} edits, µs per edit (times our runs), median of ${ROUNDS} rounds`);
  console.log(row(['marked ranges', ...SIZES]));
  const ours = medians.get(all[0]!.name)!;
  for (const { name } of all) {
    const cells = medians
      .get(name)!
      .map((time, i) => `${time.toPrecision(3)} (${(time / ours[i]!).toPrecision(2)})`);
    console.log(row([name, ...cells]));
  }
  console.log(`our runs at ${SIZES[3]} against ${SIZES[0]}: ${(ours[3]! / ours[0]!).toPrecision(2)} times`);
}

/** Bursts of a trace's edits are an AI's, so that there are runs to follow. */
function labelOf(index: number): number {
  return Math.floor(index / 37) % 3 === 0 ? 1 + (Math.floor(index / 37) % 5) : 0;
}

function replayRuns({ start, edits }: Trace): number {
  const runs = new Runs(start === '' ? [] : [start.length, 0]);
  edits.forEach(({ start, end, text }, i) => {
    if (end === start) runs.insert(start, text.length, labelOf(i));
    else runs.splice(start, end, text === '' ? [] : [text.length, labelOf(i)]);
  });
  return runs.length;
}

function replayDocument({ start, edits }: Trace): number {
  const live = new LiveDocument(start.length, NO_MARKS);
  edits.forEach((edit, i) => {
    const label = labelOf(i);
    live.apply({
      version: i,
      edits: [edit],
      origin: label ? 'ai' : 'human',
      label: label ? `L${label}` : null,
    });
  });
  return live.length;
}

function replayTraces(): void {
  const names = traceNames();
  if (names.length === 0) console.log('\nNo recorded editing: ../shared/data/editing-traces is not there.');
  else console.log(`\nrecorded editing, ns per edit, median of ${ROUNDS} replays`);
  for (const name of names) {
    const trace = readTrace(name);
    const times: Record<string, number[]> = { runs: [], apply: [] };
    for (let round = -1; round < ROUNDS; round++) {
      for (const [kind, replay] of [
        ['runs', replayRuns],
        ['apply', replayDocument],
      ] as const) {
        const begin = process.hrtime.bigint();
        if (replay(trace) !== trace.end.length) throw new Error(`${name}: wrong length`);
        const time = Number(process.hrtime.bigint() - begin) / trace.edits.length;
        if (round >= 0) times[kind]!.push(time);
      }
    }
    const { runs, apply } = { runs: median(times.runs!), apply: median(times.apply!) };
    console.log(
      `${name.padEnd(18)} ${trace.edits.length} edits: our runs ${runs.toFixed(0)}, LiveDocument.apply ${apply.toFixed(0)}`,
    );
  }
}

await compareStructures('local', (random) => localEdits(10_000, random));
await compareStructures('random', (random) => randomEdits(1_000, random));
replayTraces();
