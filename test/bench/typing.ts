/**
 * What Taggant adds to a change event in the extension host: the time between a listener registered just before it and
 * one just after it, beside the same with an empty listener in between, in a file without spans and in one with 10,000.
 * Ends with VS Code's own figure for the extension's activation. `tsx test/bench/typing.ts`
 */
import type * as Vscode from 'vscode';
import { serialiseSidecar } from '../../src/core/sidecar';
import { TAGGANT } from '../host/extensions';
import { startHost } from '../host/host';
import { ROWS, type Row } from '../host/install';
import { setUpRepository } from '../server/repository';

const SPANS = 10_000;
const KEYS = 150;
const ROUNDS = 6;

interface Timings {
  taggant: number[];
  empty: number[];
}

async function measure(
  vscode: typeof Vscode,
  { file, keys }: { file: string; keys: number },
): Promise<Timings> {
  const { performance } = globalThis;
  const document = await vscode.workspace.openTextDocument(vscode.Uri.file(file));
  const editor = await vscode.window.showTextDocument(document);
  const { exports } = vscode.extensions.getExtension('taggant.taggant')!;
  await exports.getSpans(document.uri);
  const timings: Timings = { taggant: [], empty: [] };
  const disposables: Vscode.Disposable[] = [];
  const listen = (listener: () => void) =>
    disposables.push(
      vscode.workspace.onDidChangeTextDocument((event) => event.contentChanges.length > 0 && listener()),
    );
  // The client registers its listener anew when it restarts, so exactly ours stands between these two.
  let start = 0;
  listen(() => {
    start = performance.now();
  });
  await vscode.commands.executeCommand('taggant.restartServer');
  await exports.getSpans(document.uri);
  listen(() => timings.taggant.push((performance.now() - start) * 1000));
  listen(() => {
    start = performance.now();
  });
  listen(() => {});
  listen(() => timings.empty.push((performance.now() - start) * 1000));
  editor.selection = new vscode.Selection(5, 0, 5, 0);
  for (let i = 0; i < keys; i++)
    await vscode.commands.executeCommand('type', { text: 'abcdefghij '[i % 11] });
  for (const disposable of disposables) disposable.dispose();
  await vscode.commands.executeCommand('workbench.action.files.revert');
  return timings;
}

function median(numbers: number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

async function run(row: Row): Promise<void> {
  const repository = setUpRepository();
  const lines = Array.from({ length: SPANS * 2 }, (_, i) => `line ${i}`);
  const text = `${lines.join('\n')}\n`;
  const spans = [];
  for (let i = 0, offset = 0; i < lines.length; offset += lines[i]!.length + 1, i++) {
    if (i % 2 === 1) spans.push({ start: offset, end: offset + lines[i]!.length, label: 'abcdef' });
  }
  for (const name of ['plain.txt', 'marked.txt']) repository.write(name, text);
  repository.write('.taggant/tags/marked.txt.tags', serialiseSidecar(text, { spans, deletions: [] })!);
  repository.commitAll();
  const host = await startHost({ row, extensions: [TAGGANT] });
  try {
    const page = await host.open(repository.root);
    const window = await host.bridge.nextWindow();
    await window.until(
      'Taggant is active',
      (vscode) => vscode.extensions.getExtension('taggant.taggant')!.isActive,
      null,
      60_000,
    );
    // In turn, so that a machine that is busier for a while is so for both.
    const files = [
      { name: 'plain.txt', count: 0, timings: { taggant: [], empty: [] } as Timings },
      { name: 'marked.txt', count: SPANS, timings: { taggant: [], empty: [] } as Timings },
    ];
    for (let round = 0; round < ROUNDS; round++) {
      for (const { name, timings } of files) {
        const { taggant, empty } = await window.evaluate(measure, {
          file: repository.path(name),
          keys: KEYS,
        });
        timings.taggant.push(...taggant);
        timings.empty.push(...empty);
      }
    }
    for (const { count, timings } of files) {
      const [ours, baseline] = [median(timings.taggant), median(timings.empty)];
      console.log(
        `${row}, ${count} spans: Taggant's listener ${ours.toFixed(1)} µs, an empty one ${baseline.toFixed(1)} µs ` +
          `(median of ${timings.taggant.length} keys): adds ${((ours - baseline) / 1000).toFixed(4)} ms`,
      );
    }
    await window
      .evaluate((vscode) => vscode.commands.executeCommand('workbench.action.showRuntimeExtensions'), null)
      .catch(() =>
        window.evaluate(
          (vscode) => vscode.commands.executeCommand('workbench.extensions.action.showRuntimeExtensions'),
          null,
        ),
      );
    const entry = page.locator('.runtime-extensions-editor .monaco-list-row', { hasText: 'Taggant' }).first();
    await entry.waitFor({ timeout: 10_000 });
    const report = (await entry.textContent()) ?? '';
    console.log(`${row}, VS Code's report: ${report.replace(/\s+/g, ' ')}`);
  } finally {
    await host.stop();
    repository.remove();
  }
}

for (const row of ROWS) await run(row);
process.exit(0);
