/** The inputs of the carry-over benchmark: real files of packages in node_modules, and versions made from them. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { indent, lineStarts, moveLines, random, randomEdit, TruthText } from './truth';

export interface Input {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

const packages = createRequire(import.meta.url);

const SERVICES = 'esm/vs/languages/features/typescript/lib';

/** The compiler of TypeScript 5.9.3 as monaco-editor ships it: 210,154 lines of code. */
export function compilerSource(): string {
  return readFileSync(join(monaco(), SERVICES, 'typescriptServices.js'), 'utf8');
}

function monaco(): string {
  const main = packages.resolve('monaco-editor');
  return main.slice(0, main.lastIndexOf('monaco-editor') + 'monaco-editor'.length);
}

/** A declaration file of TypeScript 5.9 (from monaco-editor) and of the installed TypeScript. */
async function declarations(name: string): Promise<[string, string]> {
  const old = await import(pathToFileURL(join(monaco(), SERVICES, 'lib.js')).href);
  const platform = `@typescript/typescript-${process.platform}-${process.arch}`;
  const typescript = createRequire(packages.resolve('typescript/package.json'));
  const now = readFileSync(
    join(dirname(typescript.resolve(`${platform}/package.json`)), 'lib', name),
    'utf8',
  );
  return [old.libFileMap[name] as string, now];
}

/** Lines of a source, to insert elsewhere. */
export function lineSource(source: string, rand: () => number): () => string {
  const lines = source.split('\n');
  return () => lines[Math.floor(rand() * lines.length)]!;
}

/** `count` lines of a source from line `first` on. */
export function excerpt(source: string, first: number, count: number): string {
  return `${source
    .split('\n')
    .slice(first, first + count)
    .join('\n')}\n`;
}

/** Replaces `hunks` runs of 0 to `most` lines by 0 to `most` other lines, in one pass. */
function rewriteHunks(source: string, hunks: number, most: number, rand: () => number): string {
  const lines = source.split('\n');
  const other = lineSource(source, rand);
  const places = Array.from({ length: hunks }, () => Math.floor(rand() * lines.length)).sort((a, b) => a - b);
  const result: string[] = [];
  let at = 0;
  for (const place of places) {
    if (place < at) continue;
    for (; at < place; at++) result.push(lines[at]!);
    at += Math.floor(rand() * (most + 1));
    for (let k = Math.floor(rand() * (most + 1)); k > 0; k--)
      result.push(`${other()} // ${Math.floor(rand() * 1e6)}`);
  }
  for (; at < lines.length; at++) result.push(lines[at]!);
  return result.join('\n');
}

export async function inputs(): Promise<Input[]> {
  const rand = random(2);
  const compiler = compilerSource();
  const small = excerpt(compiler, 60_000, 5_000);
  const dom = await declarations('lib.dom.d.ts');
  const worker = await declarations('lib.webworker.d.ts');

  const edited = new TruthText(small);
  for (let k = 0; k < 10; k++) randomEdit(edited, rand, lineSource(compiler, rand));
  const moved = new TruthText(small);
  moveLines(moved, 1_000, 200, rand);
  for (let k = 0; k < 5; k++) randomEdit(moved, rand, lineSource(compiler, rand));
  const indented = new TruthText(small);
  indent(indented, lineStarts(small), 1_000, 1_500);

  const few = Array.from({ length: 200_000 }, () => `  step(${Math.floor(rand() * 12)});`).join('\n');
  return [
    { name: 'A 210k lines, 30 places', before: compiler, after: rewriteHunks(compiler, 30, 3, rand) },
    { name: 'B 210k lines, 3,000 places', before: compiler, after: rewriteHunks(compiler, 3_000, 6, rand) },
    { name: 'C lib.dom.d.ts 5.9 to 7.0', before: dom[0], after: dom[1] },
    { name: 'D lib.webworker.d.ts 5.9 to 7.0', before: worker[0], after: worker[1] },
    { name: 'E 5k lines, 10 edits', before: small, after: edited.text },
    { name: 'F 5k lines, 200 moved', before: small, after: moved.text },
    { name: 'G 5k lines, 1,500 indented', before: small, after: indented.text },
    { name: 'H 200k near-equal lines, 3,000 places', before: few, after: rewriteHunks(few, 3_000, 4, rand) },
    { name: 'I 210k lines, all re-indented', before: compiler, after: compiler.replace(/^(?=.)/gm, '  ') },
  ];
}

/** Ten files of 5,000 real lines, for the accuracy table. */
export function accuracySources(): string[] {
  const compiler = compilerSource();
  return Array.from({ length: 10 }, (_, k) => excerpt(compiler, 5_000 + k * 20_000, 5_000));
}
