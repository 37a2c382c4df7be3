/**
 * What Taggant adds to a change event in the extension host: the time between a listener registered just before it and
 * one just after it, beside the same with an empty listener in between. Always the same text: in a file with 10,000
 * spans, and in two files with none, which tell how much two measurements of the same thing differ.
 *
 * Rounds of the three follow each other in changing order, and keys are pressed at a fixed pace: with 10,000 decorations,
 * whoever drew them, VS Code's window needs longer for each key, and code that runs more seldom runs slower.
 * Ends with VS Code's own figure for the extension's activation. `tsx test/bench/typing.ts [stable|reasons]`
 */
import type { Page } from 'playwright-core';
import type * as Vscode from 'vscode';
import { serialiseSidecar } from '../../src/core/sidecar';
import { TAGGANT } from '../host/extensions';
import { startHost } from '../host/host';
import { ROWS, type Row } from '../host/install';
import { setUpRepository } from '../server/repository';

const SPANS = 10_000;
const KEYS = 60;
const ROUNDS = 7;
/** Milliseconds from key to key, above what the window needs for one: a quick typist's. */
const PACE = 30;

/** Microseconds, one for each key. */
interface Timings {
  taggant: number[];
  empty: number[];
}

/** Lives in the extension host from `listen` on. */
interface Listening {
  timings: Timings;
  on: boolean;
}

const FILES = ['first.txt', 'plain.txt', 'plain2.txt', 'marked.txt'] as const;
type File = (typeof FILES)[number];

/** Registers the listeners around Taggant's. */
async function listen(vscode: typeof Vscode, file: string): Promise<void> {
  const { performance } = globalThis;
  const document = await vscode.workspace.openTextDocument(vscode.Uri.file(file));
  await vscode.window.showTextDocument(document);
  const { exports } = vscode.extensions.getExtension('taggant.taggant')!;
  await exports.getSpans(document.uri);
  const state: Listening = { timings: { taggant: [], empty: [] }, on: false };
  Object.assign(globalThis, { taggantTyping: state });
  const add = (listener: () => void) =>
    vscode.workspace.onDidChangeTextDocument((event) => {
      if (state.on && event.contentChanges.length > 0) listener();
    });
  // The client registers its listener anew when it restarts, so exactly ours stands between these two.
  let start = 0;
  add(() => {
    start = performance.now();
  });
  await vscode.commands.executeCommand('taggant.restartServer');
  await exports.getSpans(document.uri);
  add(() => state.timings.taggant.push((performance.now() - start) * 1000));
  add(() => {
    start = performance.now();
  });
  add(() => {});
  add(() => state.timings.empty.push((performance.now() - start) * 1000));
}

/** Types in a file and takes it back. */
async function measure(
  vscode: typeof Vscode,
  { file, spans, keys, pace }: { file: string; spans: number; keys: number; pace: number },
): Promise<Timings> {
  const { performance, setTimeout } = globalThis;
  const state = (globalThis as unknown as { taggantTyping: Listening }).taggantTyping;
  const document = await vscode.workspace.openTextDocument(vscode.Uri.file(file));
  const editor = await vscode.window.showTextDocument(document);
  const { exports } = vscode.extensions.getExtension('taggant.taggant')!;
  const shown = await exports.getSpans(document.uri);
  if (shown.spans.length !== spans) throw new Error(`${file} has ${shown.spans.length} spans, not ${spans}.`);
  editor.selection = new vscode.Selection(5, 0, 5, 0);
  // Publications that opening brought have passed.
  await new Promise((done) => setTimeout(done, 600));
  state.timings = { taggant: [], empty: [] };
  state.on = true;
  let next = performance.now();
  for (let i = 0; i < keys; i++) {
    await vscode.commands.executeCommand('type', { text: 'abcdefghij '[i % 11] });
    next = Math.max(next + pace, performance.now());
    await new Promise((done) => setTimeout(done, next - performance.now()));
  }
  state.on = false;
  const { timings } = state;
  await vscode.commands.executeCommand('workbench.action.files.revert');
  return timings;
}

function quantile(numbers: readonly number[], part: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

const median = (numbers: readonly number[]) => quantile(numbers, 0.5);

/** Median and quartiles. */
function spread(numbers: readonly number[], digits = 1): string {
  const [low, middle, high] = [0.25, 0.5, 0.75].map((part) => quantile(numbers, part).toFixed(digits));
  return `${middle} (${low}–${high})`;
}

/** What each round's medians of two files are to each other. */
function ratios(above: readonly Timings[], below: readonly Timings[], key: keyof Timings): number[] {
  return above.map((timings, round) => median(timings[key]) / median(below[round]![key]));
}

function report(row: Row, rounds: Readonly<Record<File, Timings[]>>): void {
  const files = [
    ['0 spans', rounds['plain.txt']],
    ['0 spans again', rounds['plain2.txt']],
    [`${SPANS} spans`, rounds['marked.txt']],
  ] as const;
  for (const [name, timings] of files) {
    const ours = timings.flatMap(({ taggant }) => taggant);
    const empty = timings.flatMap((one) => one.empty);
    const added = (median(ours) - median(empty)) / 1000;
    console.log(
      `${row}, ${name}: Taggant's listener ${spread(ours)} µs, an empty one ${spread(empty, 2)} µs, ` +
        `median and quartiles of ${ours.length} keys: adds ${added.toFixed(4)} ms`,
    );
  }
  const [, [, again], [, marked]] = files;
  const plain = rounds['plain.txt'];
  const same = ratios(again, plain, 'taggant');
  const ours = ratios(marked, plain, 'taggant');
  const [low, high] = [Math.min(...same), Math.max(...same)];
  const isSame = median(ours) >= low && median(ours) <= high;
  console.log(`${row}, ratios of a round's medians, median and quartiles of ${ROUNDS} rounds:`);
  console.log(`  0 spans again / 0 spans: ${spread(same, 2)}, from ${low.toFixed(2)} to ${high.toFixed(2)}`);
  console.log(
    `  ${SPANS} spans / 0 spans: ${spread(ours, 2)}; the empty listener ${spread(ratios(marked, plain, 'empty'), 2)}`,
  );
  console.log(
    `  ${isSame ? 'no difference' : 'A DIFFERENCE'}: the middle ratio is ${isSame ? '' : 'not '}among the former`,
  );
}

async function activationReport(page: Page): Promise<string> {
  const entry = page.locator('.runtime-extensions-editor .monaco-list-row', { hasText: 'Taggant' }).first();
  await entry.waitFor({ timeout: 10_000 });
  return ((await entry.textContent()) ?? '').replace(/\s+/g, ' ');
}

async function run(row: Row): Promise<void> {
  const repository = setUpRepository();
  const lines = Array.from({ length: SPANS * 2 }, (_, i) => `line ${i}`);
  const text = `${lines.join('\n')}\n`;
  const spans = [];
  for (let i = 0, offset = 0; i < lines.length; offset += lines[i]!.length + 1, i++) {
    if (i % 2 === 1) spans.push({ start: offset, end: offset + lines[i]!.length, label: 'abcdef' });
  }
  for (const name of FILES) repository.write(name, text);
  repository.write('.taggant/tags/marked.txt.tags', serialiseSidecar(text, { spans, deletions: [] })!);
  repository.commitAll();
  const host = await startHost({ row, extensions: [TAGGANT] });
  try {
    const page = await host.open(repository.root);
    const window = await host.bridge.nextWindow();
    await window.until(
      'Taggant is active',
      (vscode) => vscode.extensions.getExtension('taggant.taggant')?.isActive,
      null,
      60_000,
    );
    await window.evaluate(listen, repository.path('first.txt'));
    const rounds: Record<File, Timings[]> = {
      'first.txt': [],
      'plain.txt': [],
      'plain2.txt': [],
      'marked.txt': [],
    };
    const type = async (name: File) => {
      const count = name === 'marked.txt' ? SPANS : 0;
      const request = { file: repository.path(name), spans: count, keys: KEYS, pace: PACE };
      rounds[name].push(await window.evaluate(measure, request));
    };
    // Until the compiler has seen the code often enough.
    for (let i = 0; i < 2; i++) await type('first.txt');
    const order: File[] = ['plain.txt', 'marked.txt', 'plain2.txt'];
    for (let round = 0; round < ROUNDS; round++) {
      for (const name of order) await type(name);
      order.push(order.shift()!);
    }
    report(row, rounds);
    const show = 'RuntimeExtensions';
    await window
      .evaluate((vscode, name) => vscode.commands.executeCommand(`workbench.action.show${name}`), show)
      .catch(() =>
        window.evaluate(
          (vscode, name) => vscode.commands.executeCommand(`workbench.extensions.action.show${name}`),
          show,
        ),
      );
    console.log(`${row}, VS Code's report: ${await activationReport(page)}`);
  } finally {
    await host.stop();
    repository.remove();
  }
}

const wanted = process.argv.slice(2);
for (const row of ROWS) if (wanted.length === 0 || wanted.includes(row)) await run(row);
process.exit(0);
