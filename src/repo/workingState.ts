import { open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { GitState } from './agentSnapshots';
import { git, type Repository } from './git';

/** Questions about a whole working tree, before and after somebody ran a command in it. */

const LOG_LIMIT = 256 * 1024;
/** Bytes at the end of HEAD's log that hold its newest lines. */
const NEWEST_MOVES = 16 * 1024;

/** What git holds just now. */
export async function gitState(repo: Repository): Promise<GitState> {
  const [ids, log] = await Promise.all([
    // Without a stash, or a commit, git says so (exit codes 1 and 128) behind what it has found.
    git(repo, ['for-each-ref', '--format=%(objectname)', 'refs/stash']),
    stat(headLog(repo)).then(
      ({ size }) => size,
      () => 0,
    ),
  ]);
  const head = await git(repo, ['rev-parse', '--verify', '--quiet', 'HEAD'], { allowExit: [1, 128] });
  return { head: line(head), stash: line(ids), log };
}

/** The lines that HEAD's log gained since it had `from` bytes; null when that cannot be told. */
export async function headLogSince(repo: Pick<Repository, 'gitDir'>, from: number): Promise<string[] | null> {
  try {
    const handle = await open(headLog(repo));
    try {
      const { size } = await handle.stat();
      if (size < from || size - from > LOG_LIMIT) return null;
      const buffer = Buffer.alloc(size - from);
      await handle.read(buffer, 0, buffer.length, from);
      return buffer.toString('utf8').split('\n').filter(Boolean);
    } finally {
      await handle.close();
    }
  } catch {
    return null;
  }
}

/** A line of HEAD's log. */
export interface HeadMove {
  /** Null for the first commit. */
  readonly from: string | null;
  readonly to: string;
  /** Milliseconds since 1970, to the second. */
  readonly time: number;
  readonly line: string;
}

/** The newest moves of HEAD, oldest first; none where git keeps no log. */
export async function newestHeadMoves(repo: Pick<Repository, 'gitDir'>): Promise<HeadMove[]> {
  const size = await stat(headLog(repo)).then(
    (found) => found.size,
    () => 0,
  );
  const lines = (size > 0 && (await headLogSince(repo, Math.max(0, size - NEWEST_MOVES)))) || [];
  return lines.flatMap((line) => {
    const found = /^([0-9a-f]{40,64}) ([0-9a-f]{40,64}) [^\t]* (\d{1,12}) [+-]\d{4}(?:\t|$)/.exec(line);
    if (!found) return [];
    const from = /^0+$/.test(found[1]!) ? null : found[1]!;
    return [{ from, to: found[2]!, time: Number(found[3]) * 1000, line }];
  });
}

export interface ChangedPaths {
  /** Files that differ from the index or HEAD, and files that git does not know, ignored ones apart. */
  readonly paths: string[];
  /** Files with a conflict. */
  readonly unmerged: ReadonlySet<string>;
}

/**
 * The files of a working tree that are not as HEAD has them. `null` when git takes longer than `within` milliseconds.
 */
export async function changedPaths(repo: Repository, within: number): Promise<ChangedPaths | null> {
  const args = ['status', '--porcelain=v1', '-z', '--untracked-files=all', '--no-renames'];
  const answer = await git(repo, args, { within }).catch(() => null);
  if (answer === null) return null;
  const paths: string[] = [];
  const unmerged = new Set<string>();
  for (const entry of answer.toString('utf8').split('\0')) {
    if (entry.length < 4) continue;
    const [state, path] = [entry.slice(0, 2), entry.slice(3)];
    // An untracked folder that is a repository of its own ends with a slash.
    if (path.endsWith('/')) continue;
    paths.push(path);
    if (state.includes('U') || state === 'AA' || state === 'DD') unmerged.add(path);
  }
  return { paths, unmerged };
}

/** The files that differ between two commits. */
export async function pathsBetween(repo: Repository, from: string, to: string): Promise<string[]> {
  const args = ['diff-tree', '-r', '-z', '--no-renames', '--name-only', from, to, '--'];
  return (await git(repo, args)).toString('utf8').split('\0').filter(Boolean);
}

/** Which file of a commit holds the same bytes, for each of these files of the working tree that are somewhere in it. */
export async function copiesOf(
  repo: Repository,
  paths: readonly string[],
  revision: string,
): Promise<Map<string, string>> {
  const copies = new Map<string, string>();
  const named = paths.filter((path) => !path.includes('\n'));
  if (named.length === 0) return copies;
  const input = named.map((path) => `${path}\n`).join('');
  const [ids, tree] = await Promise.all([
    git(repo, ['hash-object', '--stdin-paths'], { input }).catch(() => Buffer.alloc(0)),
    git(repo, ['ls-tree', '-r', '-z', '--full-tree', revision, '--']),
  ]);
  const byId = new Map<string, string>();
  for (const entry of tree.toString('utf8').split('\0')) {
    const match = /^\d+ blob ([0-9a-f]+)\t(.*)$/s.exec(entry);
    if (match) byId.set(match[1]!, match[2]!);
  }
  ids
    .toString('utf8')
    .split('\n')
    .forEach((id, i) => {
      const source = byId.get(id);
      if (source !== undefined && named[i] !== undefined) copies.set(named[i], source);
    });
  return copies;
}

/** The bytes of a small text file of the git directory; null when it is not there. */
export function gitDirFile({ gitDir }: Pick<Repository, 'gitDir'>, name: string): Promise<string | null> {
  return readFile(join(gitDir, name), 'utf8').catch(() => null);
}

function headLog({ gitDir }: Pick<Repository, 'gitDir'>): string {
  return join(gitDir, 'logs', 'HEAD');
}

function line(answer: Buffer): string | null {
  const text = answer.toString('utf8').split('\n')[0]!.trim();
  return text === '' ? null : text;
}

/** Those of the paths that git ignores. None where git cannot say. */
export async function ignoredPaths(repo: Repository, paths: readonly string[]): Promise<ReadonlySet<string>> {
  if (paths.length === 0) return new Set();
  // A name is no pattern behind "./"; git refuses to be told so by the variable that all other commands get.
  const input = paths.map((path) => `./${path}\0`).join('');
  const env = { GIT_LITERAL_PATHSPECS: '0' };
  // Exit code 1: none is ignored.
  const options = { input, env, allowExit: [1] };
  const answer = await git(repo, ['check-ignore', '-z', '--stdin'], options).catch(() => Buffer.alloc(0));
  const ignored = answer.toString('utf8').split('\0');
  return new Set(ignored.map((path) => path.replace(/^\.\//, '')));
}
