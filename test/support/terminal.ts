import { spawn, spawnSync } from 'node:child_process';
import { runProgram } from '../../src/cli/program';
import { Problem } from '../../src/repo/problem';
import type { Finished } from './program';
import { cleanEnvironment } from './repository';

/** Runs the command line in this process, with a person at the prompt who answers each question as told. */
export async function withPerson(
  cwd: string,
  args: readonly string[],
  person: { answer?: boolean; environment?: NodeJS.ProcessEnv; now?: Date; isThere?: boolean } = {},
): Promise<Finished & { asked: string[] }> {
  const { answer = true, environment = cleanEnvironment(), now = new Date(), isThere = true } = person;
  const written = { out: '', err: '' };
  const asked: string[] = [];
  const output = (name: 'out' | 'err') => ({
    write: (text: string) => {
      written[name] += text;
    },
    columns: 120,
  });
  const context = {
    ...{ cwd, environment, program: 'cli.js', out: output('out'), err: output('err') },
    now: () => now,
    input: () => null,
    isTerminal: () => isThere,
    confirm: async (question: string) => {
      asked.push(question);
      return answer;
    },
  };
  try {
    const code = (await runProgram(context, args)) ?? 0;
    return { code, ...written, asked };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { code: 2, out: written.out, err: `${written.err}taggant: ${error.message}\n`, asked };
  }
}

/** Whether `atTerminal` can be used here: util-linux has the program that makes a terminal. */
export const HAS_TERMINALS = spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes(
  'util-linux',
);

/**
 * Runs a program at a real terminal of its own and types an answer each time the question is seen. `out` is all that the
 * terminal shows.
 */
export function atTerminal(
  command: readonly string[],
  cwd: string,
  dialogue: readonly { readonly question: RegExp; readonly answer: string }[] = [],
  environment: NodeJS.ProcessEnv = {},
): Promise<{ code: number; out: string }> {
  const quoted = command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  return new Promise((done, fail) => {
    const child = spawn('script', ['-q', '-e', '-c', quoted, '/dev/null'], {
      cwd,
      env: { ...cleanEnvironment(), ...environment, SHELL: '/bin/sh' },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let out = '';
    let seen = 0;
    let next = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString('utf8');
      const step = dialogue[next];
      if (!step?.question.test(out.slice(seen))) return;
      seen = out.length;
      next++;
      child.stdin.write(`${step.answer}\n`);
    });
    child.once('error', fail);
    child.once('close', (code) => done({ code: code ?? -1, out: out.replaceAll('\r\n', '\n') }));
  });
}
