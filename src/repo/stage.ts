import { basename, join } from 'node:path';
import { git, type Repository } from './git';
import { Problem } from './problem';

/** How a path of the index differs from HEAD. */
export interface StagedChange {
  readonly status: 'added' | 'changed' | 'deleted' | 'renamed' | 'unmerged';
  readonly path: string;
  /** Where a renamed file stood in HEAD; else the same as `path`. */
  readonly previousPath: string;
  /** False for symbolic links, submodules and unmerged paths. */
  readonly isFile: boolean;
  /** The object in the index; null for a path that is deleted or unmerged. */
  readonly id: string | null;
}

/**
 * What the index changes against HEAD (against nothing on an unborn branch).
 * @param told what `git diff-index --cached --raw --no-abbrev --no-renames` said, where somebody has asked already. Git
 *   reads the whole index for an answer; it is asked again only when this one does not do.
 */
export async function stagedChanges(repo: Repository, told: string | null = null): Promise<StagedChange[]> {
  const known = told === null ? null : parseRawLines(told);
  if (known && !mayHoldRenames(known)) return known;
  const args = ['diff-index', '--cached', '--raw', '-z', '-M', '--no-abbrev', '--no-ext-diff'];
  let output: Buffer;
  try {
    output = await git(repo, [...args, 'HEAD', '--']);
  } catch (error) {
    if (!(error instanceof Problem) || !/bad revision 'HEAD'/.test(error.message)) throw error;
    const empty = await git(repo, ['hash-object', '-t', 'tree', '--stdin'], { input: '' });
    output = await git(repo, [...args, empty.toString('utf8').trim(), '--']);
  }
  return parseRawDiff(output.toString('utf8'));
}

/** A rename is a deletion and an addition. */
function mayHoldRenames(changes: readonly StagedChange[]): boolean {
  const isThere = (status: StagedChange['status']) => changes.some((change) => change.status === status);
  return isThere('deleted') && isThere('added');
}

const RAW = /^:\d+ (\d+) \S+ ([0-9a-f]+) ([A-Z])\d*$/;
const STATUS = {
  A: 'added',
  M: 'changed',
  T: 'changed',
  D: 'deleted',
  R: 'renamed',
  C: 'added',
  U: 'unmerged',
} as const;

/** The output of `git diff-index --raw -z` (gitdiffcore: `:<mode> <mode> <id> <id> <status>` NUL path NUL). */
function parseRawDiff(output: string): StagedChange[] {
  const fields = output.split('\0');
  const changes: StagedChange[] = [];
  for (let i = 0; i + 1 < fields.length; ) {
    const match = RAW.exec(fields[i++]!);
    if (!match) continue;
    const previousPath = fields[i++]!;
    const path = match[3] === 'R' || match[3] === 'C' ? fields[i++]! : previousPath;
    const change = changeOf(match, path, previousPath);
    if (change) changes.push(change);
  }
  return changes;
}

/**
 * The same in lines, without renames. Null when a line is none (git puts unusual paths in quotes), or the last is
 * missing: a line with a full stop.
 */
function parseRawLines(output: string): StagedChange[] | null {
  const lines = output.split('\n');
  if (lines.pop() !== '' || lines.pop() !== '.') return null;
  const changes: StagedChange[] = [];
  for (const line of lines) {
    const tab = line.indexOf('\t');
    const match = RAW.exec(line.slice(0, Math.max(tab, 0)));
    const path = line.slice(tab + 1);
    const change = match && !path.startsWith('"') ? changeOf(match, path, path) : null;
    if (!change || change.status === 'renamed') return null;
    changes.push(change);
  }
  return changes;
}

function changeOf(raw: RegExpExecArray, path: string, previousPath: string): StagedChange | null {
  const [, mode, object, letter] = raw as unknown as [string, string, string, string];
  if (!Object.hasOwn(STATUS, letter)) return null;
  const status = STATUS[letter as keyof typeof STATUS];
  const id = status === 'deleted' || status === 'unmerged' ? null : object;
  const isFile = status === 'deleted' || (status !== 'unmerged' && mode.startsWith('100'));
  return { status, path, previousPath: status === 'renamed' ? previousPath : path, isFile, id };
}

/** From this many blobs on, one `git fast-import` is quicker than a `git hash-object` for each. */
const MANY_BLOBS = 4;

/**
 * Puts files into the index, or takes them out of it (null), in one step: either all of it happens or nothing.
 * Works on the index of the commit being made when we run in its hook.
 * @throws Problem `locked` when another git process is changing the index
 */
export async function updateIndex(
  repo: Repository,
  files: ReadonlyMap<string, Buffer | null>,
): Promise<void> {
  if (files.size === 0) return;
  const contents = [...files.values()].filter((content) => content !== null);
  const args = ['update-index', '-z', '--index-info'];
  const entries = (async () => {
    const ids =
      contents.length > MANY_BLOBS ? await importBlobs(repo, contents) : await hashBlobs(repo, contents);
    return indexInfo(files, ids);
  })();
  // Git reads the index while the objects are being written. When they cannot be, it is told of no entries.
  const update = git(repo, args, { input: entries });
  await Promise.allSettled([entries, update]);
  await update;
  const later = laterIndex(repo);
  if (later) await git(repo, args, { input: entries, env: { GIT_INDEX_FILE: later } });
}

/** The lines of `git update-index -z --index-info`; `ids` are those of the contents, in their order. */
function indexInfo(files: ReadonlyMap<string, Buffer | null>, ids: readonly string[]): string {
  const nothing = '0'.repeat(ids[0]?.length ?? 40);
  let next = 0;
  let input = '';
  for (const [path, content] of files) {
    input += content === null ? `0 ${nothing}\t${path}\0` : `100644 ${ids[next++]}\t${path}\0`;
  }
  return input;
}

/**
 * `git commit FILE…` makes the commit from one temporary index (`next-index-<pid>.lock`) and afterwards puts another
 * one in place (`index.lock`), so that what was staged besides stays staged. What a hook adds to the commit has to be
 * in both, or it would look removed right after the commit.
 */
function laterIndex(repo: Repository): string | null {
  const index = repo.hookVariables?.GIT_INDEX_FILE;
  return index && /^next-index-\d+\.lock$/.test(basename(index)) ? join(repo.gitDir, 'index.lock') : null;
}

async function hashBlobs(repo: Repository, contents: readonly Buffer[]): Promise<string[]> {
  const outputs = await Promise.all(
    contents.map((input) => git(repo, ['hash-object', '-w', '--stdin'], { input })),
  );
  return outputs.map((output) => output.toString('utf8').trim());
}

async function importBlobs(repo: Repository, contents: readonly Buffer[]): Promise<string[]> {
  const parts: Buffer[] = [];
  contents.forEach((content, i) => {
    const mark = i + 1;
    parts.push(Buffer.from(`blob\nmark :${mark}\ndata ${content.length}\n`), content);
    parts.push(Buffer.from(`\nget-mark :${mark}\n`));
  });
  const output = await git(repo, ['fast-import', '--quiet'], { input: Buffer.concat(parts) });
  return output.toString('utf8').trim().split('\n');
}

/** The paths of a folder that a merge has left unmerged in the index. */
export async function unmergedPaths(repo: Repository, folder: string): Promise<string[]> {
  const output = await git(repo, ['ls-files', '-u', '-z', '--', folder]);
  const paths = output
    .toString('utf8')
    .split('\0')
    .filter(Boolean)
    .map((entry) => entry.slice(entry.indexOf('\t') + 1));
  return [...new Set(paths)];
}
