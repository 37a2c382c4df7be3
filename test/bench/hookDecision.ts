/**
 * Benchmark of the hook's decision in the shell, for commits that concern no marked file: the check beside an empty
 * hook in the same run, in a small repository and in one of 10,000 files and 1,000 sidecars, with one file staged and
 * with 1,000. Run with `tsx test/bench/hookDecision.ts [rounds]`.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cleanEnvironment, TestRepository } from '../support/repository';

const SCRIPT = join(import.meta.dirname, '..', '..', 'media', 'hooks', 'pre-commit.sh');
const ROUNDS = Number(process.argv[2] ?? 41);
/** Milliseconds that such a commit may cost in all. */
const GOAL = 15;
const SHELLS = [['dash'], ['bash'], ['busybox', 'sh']].filter(
  ([program, ...args]) => spawnSync(program!, [...args, '-c', ':']).status === 0,
);

function build(files: number, sidecars: number): TestRepository {
  const repository = new TestRepository();
  repository.git('config', 'gc.auto', '0');
  for (let i = 0; i < files; i++) {
    repository.write(`src/folder${i % 100}/file${i}.ts`, `export const x = ${i};\n`.repeat(20));
    if (i < sidecars)
      repository.write(`.taggant/tags/src/folder${i % 100}/file${i}.ts.tags`, 'ab 7Qm2xR\n'.repeat(20));
  }
  repository.commitAll();
  repository.git('gc', '-q');
  mkdirSync(repository.path('.git', 'taggant'));
  copyFileSync(SCRIPT, repository.path('.git', 'taggant', 'pre-commit'));
  // If the shell went on to Node, the run would fail and not only be slow.
  writeFileSync(repository.path('.git', 'taggant', 'runtime'), '/nowhere/node\n/nowhere/cli.js\n');
  writeFileSync(repository.path('.git', 'taggant', 'empty'), '#!/bin/sh\nexit 0\n');
  chmodSync(repository.path('.git', 'taggant', 'empty'), 0o755);
  return repository;
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[times.length >> 1]!;
}

function measure(repository: TestRepository, shell: readonly string[]): { empty: number; check: number } {
  const run = (name: string) => {
    const options = { cwd: repository.root, env: cleanEnvironment() };
    const start = performance.now();
    const { status, stderr } = spawnSync(
      shell[0]!,
      [...shell.slice(1), join('.git', 'taggant', name)],
      options,
    );
    const time = performance.now() - start;
    if (status !== 0 || stderr.length > 0) throw new Error(`The shell did not decide by itself: ${stderr}`);
    return time;
  };
  const [empty, check]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    empty.push(run('empty'));
    check.push(run('pre-commit'));
  }
  return { empty: median(empty), check: median(check) };
}

console.log(`Median of ${ROUNDS} runs (ms); goal: the check under ${GOAL} ms in all.`);
console.log('files   sidecars  staged  shell         empty hook   check');
for (const [files, sidecars] of [
  [100, 10],
  [10_000, 1_000],
] as const) {
  const repository = build(files, sidecars);
  for (const staged of [1, 1_000]) {
    if (staged > files - sidecars) continue;
    for (let i = 0; i < staged; i++) {
      const file = files - 1 - i;
      repository.write(`src/folder${file % 100}/file${file}.ts`, `// ${staged}\n`);
    }
    repository.git('add', '-A');
    for (const shell of SHELLS) {
      const { empty, check } = measure(repository, shell);
      const cells = [files, sidecars, staged].map((n, i) => String(n).padEnd([8, 10, 8][i]!)).join('');
      const times = `${empty.toFixed(1).padStart(10)}${check.toFixed(1).padStart(8)}`;
      console.log(`${cells}${shell.join(' ').padEnd(14)}${times}  ${check < GOAL ? 'met' : 'MISSED'}`);
    }
    repository.git('commit', '-q', '-m', 'x');
  }
  repository.remove();
}
