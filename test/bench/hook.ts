/**
 * Benchmark of the commit hook: `git commit` of one file with and without it, beside the start of Node, in a small
 * repository and in a large one. A second hook shows what git itself asks of any hook that stages a file: it runs no
 * more than one `git diff-index` and one `git update-index`, which read the whole index, and write it. Run
 * `node esbuild.mjs`, then `tsx test/bench/hook.ts [rounds] [cli.js]`.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { sidecarPath } from '../../src/core/layout';
import { marked, save } from '../support/marking';
import { cleanEnvironment, TestRepository } from '../support/repository';

const CLI = resolve(process.argv[3] ?? join(import.meta.dirname, '..', '..', 'dist', 'cli.js'));
const ROUNDS = Number(process.argv[2] ?? 25);
/** Milliseconds that Taggant may add beyond Node's own start. */
const GOAL = 60;
const SIZES = [
  { files: 100, sidecars: 10 },
  { files: 10_000, sidecars: 1_000 },
] as const;

/** What is timed: a commit without hook, with the floor's, with ours of an unmarked and a marked file; Node's start. */
const KINDS = ['plain', 'node', 'floor', 'unmarked', 'marked'] as const;
type Kind = (typeof KINDS)[number];

const MARKED_FILE = 'src/folder7/file7.ts';
/** The floor's hook stages what stands in this file of the git directory, in the form of `--index-info`. */
const ENTRY = 'floor-entry';
const FLOOR_HOOK = `#!/bin/sh
git diff-index --cached --raw --no-renames HEAD -- >/dev/null
exec git update-index --index-info <.git/${ENTRY}
`;

interface Bench {
  readonly size: (typeof SIZES)[number];
  readonly repository: TestRepository;
  readonly times: Record<Kind, number[]>;
}

function source(file: number, version: number): string {
  const lines = Array.from({ length: 80 }, (_, i) => `const value${i} = compute(${file}, ${i});\n`);
  lines[40] = `«const byAi = compute("${version}");\n»`;
  return lines.join('');
}

function build(size: (typeof SIZES)[number]): Bench {
  const repository = new TestRepository();
  repository.git('config', 'gc.auto', '0');
  for (let i = 0; i < size.files; i++) {
    const path = `src/folder${i % 100}/file${i}.ts`;
    if (i < size.sidecars) save(repository, path, source(i, 0));
    else repository.write(path, marked(source(i, 0)).text);
  }
  repository.write(
    '.taggant/policy.json',
    '{"version":1,"rules":[{"name":"critical","paths":["critical/**"],"enforcement":"block"}]}',
  );
  repository.commitAll();
  repository.git('gc', '-q');
  run(repository, process.execPath, [CLI, 'init', '--yes']);
  repository.git('add', '-A');
  repository.git('commit', '-q', '-m', 'set up');
  return { size, repository, times: { plain: [], node: [], floor: [], unmarked: [], marked: [] } };
}

function run(repository: TestRepository, file: string, args: string[]): void {
  execFileSync(file, args, { cwd: repository.root, env: cleanEnvironment(), stdio: 'pipe' });
}

/** Prepares what a kind commits and answers the milliseconds of the commit alone. */
function timeOf(kind: Kind, { repository, size }: Bench, hook: string, version: number): number {
  if (kind === 'unmarked') repository.write(`src/folder1/file${size.files - 1}.ts`, `// ${version}\n`);
  else if (kind !== 'node') save(repository, MARKED_FILE, source(7, version));
  // As from an editor: the sidecar is on disk, only the source is staged. Without a hook nobody else would stage it.
  repository.git('add', kind === 'plain' ? '-A' : 'src');
  const file = repository.path('.git', 'hooks', 'pre-commit');
  rmSync(file, { force: true });
  const sidecar = sidecarPath(MARKED_FILE);
  if (kind === 'floor') {
    const id = repository.git('hash-object', '-w', '--', sidecar).trim();
    writeFileSync(repository.path('.git', ENTRY), `100644 ${id}\t${sidecar}\n`);
  }
  if (kind === 'floor' || kind === 'unmarked' || kind === 'marked') {
    writeFileSync(file, kind === 'floor' ? FLOOR_HOOK : hook);
    chmodSync(file, 0o755);
  }
  const start = performance.now();
  if (kind === 'node') run(repository, process.execPath, ['-e', '0']);
  else run(repository, 'git', ['commit', '-q', '-m', 'x']);
  const time = performance.now() - start;
  // Whatever hook it was, the sidecar is in the commit.
  if (kind !== 'unmarked' && repository.git('status', '--porcelain') !== '')
    throw new Error(`${kind}: the commit left something behind.`);
  return time;
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[times.length >> 1]!;
}

if (!existsSync(CLI)) throw new Error(`${CLI} is missing: run "node esbuild.mjs" first`);
const benches = SIZES.map(build);
const hooks = benches.map(({ repository }) => repository.read('.git/hooks/pre-commit'));
// Everything in turn, so that whatever else the machine does meets all alike. The first round warms up.
for (let round = 0; round <= ROUNDS; round++) {
  for (const [i, bench] of benches.entries()) {
    for (const [k, kind] of KINDS.entries()) {
      const time = timeOf(kind, bench, hooks[i]!, round * KINDS.length + k + 1);
      if (round > 0) bench.times[kind].push(time);
    }
  }
}
for (const { repository } of benches) repository.remove();

const git = execFileSync('git', ['--version'], { encoding: 'utf8' }).trim();
console.log(`Median of ${ROUNDS} commits (ms); Node ${process.version}, ${git}.`);
console.log('files   sidecars  plain commit  node -e 0  floor hook  unmarked file  marked file');
const results = benches.map(({ size, times }) => {
  const [plain, node, floor, unmarked, ours] = KINDS.map((kind) => median(times[kind])) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const cells = [plain, node, floor, unmarked, ours].map((time, i) =>
    time.toFixed(1).padStart([12, 11, 12, 15, 13][i]!),
  );
  console.log(`${String(size.files).padEnd(8)}${String(size.sidecars).padEnd(10)}${cells.join('')}`);
  return { files: size.files, ours: ours - plain - node, floor: floor - plain, unmarked: unmarked - plain };
});
const [small, large] = results as [(typeof results)[number], (typeof results)[number]];
for (const [what, of] of [
  ['Added beyond Node, marked file', 'ours'],
  ['Added by the floor hook', 'floor'],
  ['Added to an unmarked file', 'unmarked'],
] as const) {
  const growth = large[of] - small[of];
  const goal =
    of === 'ours'
      ? ` (goal: under ${GOAL}: ${Math.max(small.ours, large.ours) < GOAL ? 'met' : 'MISSED'})`
      : '';
  console.log(
    `${what}: ${small[of].toFixed(1)} at ${small.files} files, ${large[of].toFixed(1)} at ${large.files}: ` +
      `grows ${growth.toFixed(1)}${goal}`,
  );
}
