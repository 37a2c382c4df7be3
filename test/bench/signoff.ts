/**
 * How long sign-offs take to be checked: 500 of them over 10,000 spans in a range of commits, beside `ssh-keygen -Y
 * verify` run once for each, one after the other. Run `node esbuild.mjs`, then `tsx test/bench/signoff.ts [cli.js]`.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { statementPath } from '../../src/core/layout';
import { reviewedFile } from '../../src/core/review';
import { type Statement, signedJson, statementJson } from '../../src/core/statements';
import { verifyStatements } from '../../src/engine/signatures';
import { openRepository } from '../../src/repo/git';
import { Keys } from '../support/keys';
import { marked, save } from '../support/marking';
import { cleanEnvironment, TestRepository } from '../support/repository';

const CLI = resolve(process.argv[2] ?? join(import.meta.dirname, '..', '..', 'dist', 'cli.js'));
const SIGN_OFFS = 500;
const FILES = 100;
const SPANS_PER_FILE = 100;
/** Seconds that the whole check of the range may take. */
const GOAL = 10;
const ROUNDS = 3;

function source(file: number): string {
  const lines = Array.from(
    { length: SPANS_PER_FILE },
    (_, i) =>
      `function step${file}x${i}(order) {\n«  return compute(order.items, ${file}, rates[${i}]);\n»}\n`,
  );
  return lines.join('');
}

/** Sign-offs that each speak of an equal share of one file's spans, signed with one start of `ssh-keygen`. */
function signOffs(keys: Keys, key: string): Statement[] {
  const each = SIGN_OFFS / FILES;
  const statements = Array.from({ length: SIGN_OFFS }, (_, i): Statement => {
    const path = `services/file${Math.floor(i / each)}.ts`;
    const { text, marks } = marked(source(Math.floor(i / each)));
    const size = Math.ceil(text.length / each);
    const start = (i % each) * size;
    return {
      ...{ uuid: `statement-${i}`, version: 1, kind: 'review', who: 'Grace <grace@example.com>' },
      ...{
        time: '2026-03-02T12:00:00Z',
        files: [reviewedFile(path, text, marks, [{ start, end: start + size }])],
      },
    };
  });
  const files = statements.map((statement) => keys.write(statement.uuid, signedJson(statement)));
  execFileSync('ssh-keygen', ['-q', '-Y', 'sign', '-n', 'taggant', '-f', key, ...files], { stdio: 'ignore' });
  return statements.map((statement, i) => ({
    ...statement,
    signature: readFileSync(`${files[i]}.sig`, 'utf8'),
  }));
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)]!;
}

async function timed(act: () => unknown): Promise<number> {
  const start = performance.now();
  await act();
  return (performance.now() - start) / 1000;
}

const keys = new Keys();
const repository = new TestRepository();
try {
  const key = keys.make('grace');
  const signers = `grace@example.com ${keys.publicKey('grace')}\n`;
  repository.write('.taggant/allowed_signers', signers);
  repository.write(
    '.taggant/policy.json',
    JSON.stringify({
      version: 1,
      roles: { senior: ['grace@example.com'] },
      rules: [{ name: 'services', paths: ['services/**'], signOff: { role: 'senior' } }],
    }),
  );
  repository.commitAll('Guardrails');
  repository.git('tag', 'base');
  for (let i = 0; i < FILES; i++) save(repository, `services/file${i}.ts`, source(i));
  repository.commitAll('AI code');
  const statements = signOffs(keys, key);
  for (const statement of statements)
    repository.write(statementPath(statement.uuid), `${statementJson(statement)}\n`);
  repository.commitAll('Sign-offs');

  const repo = await openRepository(repository.root);
  const signersFile = keys.write('allowed_signers', signers);
  const one = (statement: Statement): void => {
    const { status } = spawnSync(
      'ssh-keygen',
      [
        ...['-Y', 'verify', '-f', signersFile, '-I', 'grace@example.com', '-n', 'taggant'],
        ...['-s', join(keys.folder, `${statement.uuid}.sig`)],
      ],
      { input: signedJson(statement) },
    );
    if (status !== 0) throw new Error('not valid');
  };
  const times = {
    sequence: [] as number[],
    verify: [] as number[],
    cached: [] as number[],
    check: [] as number[],
  };
  for (let round = 0; round < ROUNDS; round++) {
    times.sequence.push(await timed(() => statements.forEach(one)));
    const cache = new Map();
    times.verify.push(await timed(() => verifyStatements(repo, signers, statements, cache)));
    times.cached.push(await timed(() => verifyStatements(repo, signers, statements, cache)));
    times.check.push(
      await timed(() => {
        const args = [CLI, 'check', '--range', 'base..HEAD', '--format', 'json'];
        const { status, stdout } = spawnSync(process.execPath, args, {
          ...{ cwd: repository.root, env: cleanEnvironment(), encoding: 'utf8', maxBuffer: 1e9 },
        });
        if (status !== 0) throw new Error(`the range is not clean: ${stdout.slice(0, 500)}`);
      }),
    );
  }
  const [sequence, verify, cached, check] = [times.sequence, times.verify, times.cached, times.check].map(
    median,
  ) as [number, number, number, number];
  const spans = FILES * SPANS_PER_FILE;
  console.log(
    `${SIGN_OFFS} sign-offs, ${spans} spans in ${FILES} files; ${availableParallelism()} processors`,
  );
  console.log(`ssh-keygen -Y verify, ${SIGN_OFFS} times in sequence: ${sequence.toFixed(2)} s`);
  console.log(`verifyStatements: ${verify.toFixed(2)} s, ${(verify / sequence).toFixed(2)} of that`);
  console.log(`  again, from its cache: ${(cached * 1000).toFixed(0)} ms`);
  console.log(
    `taggant check --range: ${check.toFixed(2)} s, ${(check / sequence).toFixed(2)} of that (goal: ${GOAL} s)`,
  );
  process.exitCode = check > GOAL ? 1 : 0;
} finally {
  repository.remove();
  keys.remove();
}
