import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { git, type Repository } from './git';
import { Problem } from './problem';

/** How a path of the index differs from HEAD. */
export interface StagedChange {
  readonly status: 'added' | 'changed' | 'deleted' | 'renamed';
  readonly path: string;
  /** Where a renamed file stood in HEAD; else the same as `path`. */
  readonly previousPath: string;
  /** False for symbolic links and submodules. */
  readonly isFile: boolean;
}

/** What the index changes against HEAD (against nothing on an unborn branch); unmerged paths are left out. */
export async function stagedChanges(repo: Repository): Promise<StagedChange[]> {
  const args = ['diff-index', '--cached', '--raw', '-z', '-M', '--no-ext-diff'];
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

const STATUS = { A: 'added', M: 'changed', T: 'changed', D: 'deleted', R: 'renamed', C: 'added' } as const;

/** The output of `git diff-index --raw -z` (gitdiffcore: `:<mode> <mode> <id> <id> <status>` NUL path NUL). */
function parseRawDiff(output: string): StagedChange[] {
  const fields = output.split('\0');
  const changes: StagedChange[] = [];
  for (let i = 0; i + 1 < fields.length; ) {
    const match = /^:\d+ (\d+) \S+ \S+ ([A-Z])\d*$/.exec(fields[i++]!);
    if (!match) continue;
    const letter = match[2]!;
    const previousPath = fields[i++]!;
    const path = letter === 'R' || letter === 'C' ? fields[i++]! : previousPath;
    if (!Object.hasOwn(STATUS, letter)) continue;
    const status = STATUS[letter as keyof typeof STATUS];
    const isFile = status === 'deleted' || match[1]!.startsWith('100');
    changes.push({ status, path, previousPath: status === 'renamed' ? previousPath : path, isFile });
  }
  return changes;
}

/** Revisions whose content is being brought into HEAD by a merge, cherry-pick, revert or rebase in progress. */
export async function incomingRevisions(repo: Repository): Promise<string[]> {
  const heads = [
    ['MERGE_HEAD', ''],
    ['CHERRY_PICK_HEAD', ''],
    ['REBASE_HEAD', ''],
    ['REVERT_HEAD', '^'],
  ] as const;
  const found = await Promise.all(
    heads.map(async ([name, suffix]) => {
      const text = await readFile(join(repo.gitDir, name), 'utf8').catch(() => '');
      return (text.match(/^[0-9a-f]{40,64}$/gm) ?? []).slice(0, 16).map((id) => id + suffix);
    }),
  );
  return found.flat();
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
  const ids =
    contents.length > MANY_BLOBS ? await importBlobs(repo, contents) : await hashBlobs(repo, contents);
  const nothing = '0'.repeat(ids[0]?.length ?? 40);
  let next = 0;
  let input = '';
  for (const [path, content] of files) {
    input += content === null ? `0 ${nothing}\t${path}\0` : `100644 ${ids[next++]}\t${path}\0`;
  }
  const args = ['update-index', '-z', '--index-info'];
  await git(repo, args, { input });
  const later = laterIndex(repo);
  if (later) await git(repo, args, { input, env: { GIT_INDEX_FILE: later } });
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
