/**
 * Benchmark of the commit hook: `git commit` of one file with and without it, beside the start of Node, in a small
 * repository and in a large one. Run `node esbuild.mjs`, then `tsx test/bench/hook.ts [rounds]`.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { marked, save } from '../support/marking';
import { cleanEnvironment, TestRepository } from '../support/repository';

const CLI = join(import.meta.dirname, '..', '..', 'dist', 'cli.js');
const ROUNDS = Number(process.argv[2] ?? 25);
/** Milliseconds that Taggant may add beyond Node's own start. */
const GOAL = 60;

interface Size {
  readonly files: number;
  readonly sidecars: number;
}

function source(file: number, version: number): string {
  const lines = Array.from({ length: 80 }, (_, i) => `const value${i} = compute(${file}, ${i});\n`);
  lines[40] = `«const byAi = compute("${version}");\n»`;
  return lines.join('');
}

function build({ files, sidecars }: Size): TestRepository {
  const repository = new TestRepository();
  repository.git('config', 'gc.auto', '0');
  for (let i = 0; i < files; i++) {
    const path = `src/folder${i % 100}/file${i}.ts`;
    if (i < sidecars) save(repository, path, source(i, 0));
    else repository.write(path, marked(source(i, 0)).text);
  }
  repository.write(
    '.taggant/policy.json',
    '{"version":1,"rules":[{"name":"critical","paths":["critical/**"],"enforcement":"block"}]}',
  );
  repository.commitAll();
  repository.git('gc', '-q');
  return repository;
}

function time(act: () => void): number {
  const start = performance.now();
  act();
  return performance.now() - start;
}

function median(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[times.length >> 1]!;
}

/** Times commits of a marked file without hook, with it, and of an unmarked file with it; and Node's start. */
function measure(size: Size): Record<'plain' | 'unmarked' | 'hook' | 'node', number> {
  const repository = build(size);
  const run = (file: string, args: string[]) =>
    execFileSync(file, args, { cwd: repository.root, env: cleanEnvironment(), stdio: 'pipe' });
  run(process.execPath, [CLI, 'init', '--yes']);
  repository.git('add', '-A');
  repository.git('commit', '-q', '-m', 'set up');
  const hook = repository.path('.git', 'hooks', 'pre-commit');
  const times = {
    plain: [] as number[],
    unmarked: [] as number[],
    hook: [] as number[],
    node: [] as number[],
  };
  const commit = () => run('git', ['commit', '-q', '-m', 'x']);
  for (let round = 1; round <= ROUNDS; round++) {
    save(repository, 'src/folder7/file7.ts', source(7, round));
    repository.git('add', '-A');
    renameSync(hook, `${hook}.off`);
    times.plain.push(time(commit));
    renameSync(`${hook}.off`, hook);
    repository.write(`src/folder1/file${size.files - 1}.ts`, `// ${round}\n`);
    repository.git('add', '-A');
    times.unmarked.push(time(commit));
    // As from an editor: the sidecar is on disk, only the source is staged.
    save(repository, 'src/folder7/file7.ts', source(7, -round));
    repository.git('add', 'src');
    times.hook.push(time(commit));
    times.node.push(time(() => run(process.execPath, ['-e', '0'])));
  }
  repository.remove();
  return {
    plain: median(times.plain),
    unmarked: median(times.unmarked),
    hook: median(times.hook),
    node: median(times.node),
  };
}

if (!existsSync(CLI)) throw new Error('dist/cli.js is missing: run "node esbuild.mjs" first');
console.log(
  `Median of ${ROUNDS} commits (ms), Node ${process.version}. Added: with hook, less plain commit and node -e 0.`,
);
console.log('files   sidecars  plain commit  node -e 0  unmarked file  marked file   added (goal under 60)');
for (const size of [
  { files: 100, sidecars: 10 },
  { files: 10_000, sidecars: 1_000 },
]) {
  const { plain, unmarked, hook, node } = measure(size);
  const added = hook - plain - node;
  const cells = [size.sidecars, plain, node, unmarked, hook, added].map((n) =>
    n.toFixed(n === size.sidecars ? 0 : 1),
  );
  const [sidecars, ...rest] = cells;
  console.log(
    `${String(size.files).padEnd(8)}${sidecars!.padEnd(10)}${rest.map((cell) => cell.padStart(12)).join('')}`,
    added < GOAL ? 'met' : 'MISSED',
    `unmarked adds ${(unmarked - plain).toFixed(1)}`,
  );
}
