import { readFileSync, realpathSync } from 'node:fs';
import { Problem } from '../repo/problem';
import { type Context, EXIT, type Output } from './context';
import { told } from './text';

/** Opened when it is first used: a hook with nothing to say saves the time. */
function output(name: 'stdout' | 'stderr'): Output {
  let opened: NodeJS.WriteStream | null = null;
  const stream = (): NodeJS.WriteStream => {
    if (opened) return opened;
    opened = process[name];
    // Who reads us may stop early (`taggant blame … | head`).
    opened.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit();
      throw error;
    });
    return opened;
  };
  return {
    write: (text) => void stream().write(text),
    get columns() {
      // A terminal that does not know its size says 0.
      return stream().isTTY ? stream().columns || 80 : Number.POSITIVE_INFINITY;
    },
  };
}

function input(): string | null {
  try {
    return readFileSync(0, 'utf8');
  } catch {
    return null;
  }
}

function isTerminal(): boolean {
  return process.stdin.isTTY === true && process.stdout.isTTY === true;
}

async function confirm(question: string): Promise<boolean> {
  if (!isTerminal()) return false;
  const { createInterface } = await import('node:readline/promises');
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}

/**
 * Agents call this often, and take the exit code 2 that wrong use has elsewhere for a veto: the parser of the other
 * commands is not asked, and not loaded.
 */
function isHookAgent(args: readonly string[]): boolean {
  return args[0] === 'hook' && args[1] === 'agent' && !args.includes('--help') && !args.includes('-h');
}

async function main(args: string[]): Promise<void> {
  const context: Context = {
    cwd: process.cwd(),
    environment: process.env,
    out: output('stdout'),
    err: output('stderr'),
    program: realpathSync(process.argv[1]!),
    now: () => new Date(),
    input,
    isTerminal,
    confirm,
  };
  try {
    const code = isHookAgent(args)
      ? await (await import('./commands/hookAgent')).runHookAgent(context, args)
      : args.join(' ') === 'hook pre-commit'
        ? await (await import('./commands/hookPreCommit')).hookPreCommit(context)
        : await (await import('./program')).runProgram(context, args);
    if (code !== null) process.exitCode = code;
  } catch (error) {
    context.err.write(told(sentenceOf(error)));
    if (process.env.TAGGANT_DEBUG && error instanceof Error) context.err.write(`${error.stack}\n`);
    process.exitCode = EXIT.trouble;
  }
}

function sentenceOf(error: unknown): string {
  if (error instanceof Problem) return error.message;
  const what = error instanceof Error ? error.message : String(error);
  return `an error that should not happen: ${what} (TAGGANT_DEBUG=1 shows where; please report it.)`;
}

void main(process.argv.slice(2));
