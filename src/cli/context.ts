import { realpath } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { splitLines } from '../core/lines';
import type { TextRange } from '../engine/declare';
import { isThere } from '../repo/actions';
import { openRepository, type Repository } from '../repo/git';
import { Problem } from '../repo/problem';

/** Where a command writes. */
export interface Output {
  write(text: string): void;
  /** Characters in a line of the terminal; infinite where there is none. */
  readonly columns: number;
}

/** All that a command needs of the process it runs in. */
export interface Context {
  readonly cwd: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly out: Output;
  readonly err: Output;
  /** The file of this program. */
  readonly program: string;
  now(): Date;
  /** All of standard input; null when it cannot be read. */
  input(): string | null;
  /** True when a person can be asked: input and output are a terminal. */
  isTerminal(): boolean;
  /** Asks the person at the terminal; false where there is none. */
  confirm(question: string): Promise<boolean>;
}

/** What commands answer (see docs/cli.md). */
export const EXIT = { fine: 0, findings: 1, trouble: 2 } as const;

/** The repository the command was called in; in a git hook, with the index of the commit being made. */
export function repositoryOf(
  { cwd, environment }: Context,
  options: { calledByGit?: boolean; bare?: boolean } = {},
): Promise<Repository> {
  return openRepository(cwd, { environment, ...options });
}

/** A file named on the command line, and the lines of it. */
export interface Selection {
  /** Relative to the repository's root, with `/`. */
  readonly path: string;
  /** 1-based, both included; null for the whole file. */
  readonly lines: { readonly first: number; readonly last: number } | null;
}

const LINES = /^(.+):(\d{1,9})(?:-(\d{1,9}))?$/s;

/**
 * Reads `FILE`, `FILE:12` or `FILE:12-40`. A file whose name really ends like that is taken for itself.
 * @throws Problem `usage`, or `path` for a file outside of the repository
 */
export async function selectionOf(context: Context, repo: Repository, argument: string): Promise<Selection> {
  const match = LINES.exec(argument);
  if (!match || (await isThere(resolve(context.cwd, argument)))) {
    return { path: await pathInRepository(context, repo, argument), lines: null };
  }
  const first = Number(match[2]);
  const last = Number(match[3] ?? match[2]);
  if (first < 1 || last < first) {
    throw new Problem('usage', `"${argument}" names no lines: write FILE:12-40, counted from 1.`);
  }
  return { path: await pathInRepository(context, repo, match[1]!), lines: { first, last } };
}

/** The path of a file named on the command line, relative to the repository's root. */
export async function pathInRepository(
  context: Context,
  repo: Repository,
  argument: string,
): Promise<string> {
  const absolute = resolve(context.cwd, argument);
  // The folder may have been reached through a link; the root that git tells is the real one.
  const folder = await realpath(dirname(absolute)).catch(() => dirname(absolute));
  const root = await realpath(repo.root).catch(() => repo.root);
  const path = relative(root, join(folder, basename(absolute)));
  if (path === '' || path === '..' || path.startsWith(`..${sep}`) || resolve(path) === path) {
    throw new Problem('path', `${argument} is not a file of this repository.`);
  }
  return path.split(sep).join('/');
}

/** The offsets of a selection's lines in a text, the last line's end excluded. @throws Problem `usage` */
export function rangeOf({ path, lines }: Selection, text: string): TextRange {
  const { count, starts, ends } = splitLines(text);
  if (!lines) return { start: 0, end: text.length };
  if (lines.last > count)
    throw new Problem('usage', `${path} has ${count} lines; line ${lines.last} is not there.`);
  return { start: starts[lines.first - 1]!, end: ends[lines.last - 1]! };
}
