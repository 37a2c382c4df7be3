/**
 * Benchmark of the commit hook: `git commit` of one file with and without it, beside the start of Node and beside
 * `git status`, in repositories of several sizes. A second hook shows what git itself asks of any hook that stages a
 * file: it runs no more than one `git diff-index` and one `git update-index`, which read the whole index, and write it.
 * So what Taggant adds beyond Node and that hook is what may not grow with the repository. Run `node esbuild.mjs`, then
 * `tsx test/bench/hook.ts [rounds] [cli.js] [most files]`; by default 100 and 10,000 files, and up to 100,000 when asked.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { sidecarPath } from '../../src/core/layout';
import { marked, save } from '../support/marking';
import { cleanEnvironment, TestRepository } from '../support/repository';

const CLI = resolve(process.argv[3] ?? join(import.meta.dirname, '..', '..', 'dist', 'cli.js'));
const ROUNDS = Number(process.argv[2] ?? 25);
/** Milliseconds that Taggant may add beyond Node's own start. */
const GOAL = 60;
/** More than this beyond the floor hook is growth; less is the noise of a busy machine. */
const NOISE = 10;
const MOST_FILES = Number(process.argv[4] ?? 10_000);
const SIZES = [100, 10_000, 100_000]
  .filter((files) => files <= MOST_FILES)
  .map((files) => ({ files, sidecars: files / 10 }));

/** What is timed: `git status`; a commit without hook, with the floor's, with ours of an unmarked and a marked file; Node's start. */
const KINDS = ['status', 'plain', 'node', 'floor', 'unmarked', 'marked'] as const;
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
  /** The time of processors alone, all processes together: it grows far less with what else the machine does. */
  readonly cpu: Record<Kind, number[]>;
}

const noTimes = (): Record<Kind, number[]> => ({
  status: [],
  plain: [],
  node: [],
  floor: [],
  unmarked: [],
  marked: [],
});

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
  return { size, repository, times: noTimes(), cpu: noTimes() };
}

function run(repository: TestRepository, file: string, args: string[]): void {
  execFileSync(file, args, { cwd: repository.root, env: cleanEnvironment(), stdio: 'pipe' });
}

const COMMANDS: Partial<Record<Kind, readonly string[]>> = {
  status: ['git', 'status', '--porcelain'],
  node: [process.execPath, '-e', '0'],
};

/** Runs a command and answers the milliseconds of processor that it and its children took, as the shell counts them. */
function cpuOf({ root }: TestRepository, command: readonly string[]): number {
  const script = '"$@" >/dev/null; code=$?; times; exit $code';
  const options = { cwd: root, env: cleanEnvironment(), encoding: 'utf8' } as const;
  const { status, stdout, stderr } = spawnSync('sh', ['-c', script, 'sh', ...command], options);
  if (status !== 0) throw new Error(stderr);
  const times = [...stdout.matchAll(/(\d+)m([\d.]+)s/g)].map(
    ([, m, s]) => 60_000 * Number(m) + 1000 * Number(s),
  );
  return times.reduce((sum, time) => sum + time, 0);
}

/** Prepares what a kind commits and answers the milliseconds of the commit alone. */
function timeOf(
  kind: Kind,
  { repository, size }: Bench,
  hook: string,
  version: number,
): { time: number; cpu: number } {
  if (kind === 'unmarked') repository.write(`src/folder1/file${size.files - 1}.ts`, `// ${version}\n`);
  else if (kind !== 'node' && kind !== 'status') save(repository, MARKED_FILE, source(7, version));
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
  const cpu = cpuOf(repository, COMMANDS[kind] ?? ['git', 'commit', '-q', '-m', 'x']);
  const time = performance.now() - start;
  // Whatever hook it was, the sidecar is in the commit.
  if (kind !== 'unmarked' && kind !== 'status' && repository.git('status', '--porcelain') !== '')
    throw new Error(`${kind}: the commit left something behind.`);
  return { time, cpu };
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[times.length >> 1]!;
}

/** Of processor times: a shell counts them in hundredths of a second. */
const mean = (times: readonly number[]) => times.reduce((sum, time) => sum + time, 0) / times.length;

if (!existsSync(CLI)) throw new Error(`${CLI} is missing: run "node esbuild.mjs" first`);
const benches = SIZES.map(build);
const hooks = benches.map(({ repository }) => repository.read('.git/hooks/pre-commit'));
// Everything in turn, so that whatever else the machine does meets all alike. The first round warms up.
for (let round = 0; round <= ROUNDS; round++) {
  for (const [i, bench] of benches.entries()) {
    for (const [k, kind] of KINDS.entries()) {
      const { time, cpu } = timeOf(kind, bench, hooks[i]!, round * KINDS.length + k + 1);
      if (round === 0) continue;
      bench.times[kind].push(time);
      bench.cpu[kind].push(cpu);
    }
  }
}
for (const { repository } of benches) repository.remove();

const git = execFileSync('git', ['--version'], { encoding: 'utf8' }).trim();
console.log(`Median of ${ROUNDS} commits (ms); Node ${process.version}, ${git}.`);
console.log('files   sidecars  git status  plain commit  node -e 0  floor hook  unmarked file  marked file');
const results = benches.map(({ size, times, cpu }) => {
  for (const [what, of] of [[String(size.files), times] as const, ['  of processors', cpu] as const]) {
    const cells = KINDS.map((kind, i) =>
      (of === cpu ? mean : median)(of[kind]).toFixed(1).padStart([10, 14, 11, 12, 15, 13][i]!),
    );
    console.log(`${what.padEnd(8)}${of === cpu ? '   ' : String(size.sidecars).padEnd(10)}${cells.join('')}`);
  }
  // Of one round each, so that a moment in which the machine is busy weighs the same on both sides.
  const differences = (of: Bench['times'], kind: Kind, less: readonly Kind[]) =>
    of[kind].map((time, i) => less.reduce((rest, one) => rest - of[one][i]!, time));
  const beyond = (kind: Kind, ...less: readonly Kind[]) => median(differences(times, kind, less));
  return {
    files: size.files,
    added: beyond('marked', 'plain'),
    beyondNode: beyond('marked', 'plain', 'node'),
    floor: beyond('floor', 'plain'),
    beyondFloor: beyond('marked', 'floor', 'node'),
    cpuBeyondFloor: mean(differences(cpu, 'marked', ['floor', 'node'])),
    unmarked: beyond('unmarked', 'plain'),
  };
});
type Added = keyof (typeof results)[number];
const tell = (what: string, of: Added, judgement: (worst: number, growth: number) => string = () => '') => {
  const found = results.map((result) => result[of]);
  const growth = found.at(-1)! - found[0]!;
  const cells = results.map((result) => `${result[of].toFixed(1)} at ${result.files}`).join(', ');
  console.log(`${what}: ${cells}: grows ${growth.toFixed(1)}${judgement(Math.max(...found), growth)}`);
};
const goal = (text: string, isMet: boolean) => ` (goal: ${text}: ${isMet ? 'met' : 'MISSED'})`;
// Beyond what git takes for its own index; with that in it, a commit in a large repository is slower in any case.
tell('Added by the hook, marked file', 'added');
tell('Added beyond Node', 'beyondNode', (worst) =>
  MOST_FILES > 10_000 ? '' : goal(`under ${GOAL}`, worst < GOAL),
);
tell('Added by the floor hook', 'floor');
tell('Added beyond Node and the floor hook', 'beyondFloor');
tell('The same, of processors', 'cpuBeyondFloor', (_, growth) =>
  goal(`grows less than ${NOISE}`, growth < NOISE),
);
tell('Added to an unmarked file', 'unmarked');
