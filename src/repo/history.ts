import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { printable } from '../core/wording';
import { git, type Repository } from './git';
import { Problem } from './problem';

/** Commits of a repository, by their ids. */
export interface Range {
  /** The tip that the commits are to be merged into. */
  readonly base: string;
  readonly head: string;
  /** Where the two parted. */
  readonly mergeBase: string;
}

/** How one regular file of a commit differs from one of its parents. Symbolic links and submodules are left out. */
export interface FileChange {
  readonly status: 'added' | 'changed' | 'deleted' | 'renamed';
  readonly path: string;
  /** Where a renamed file stood in the parent; else the same as `path`. */
  readonly previousPath: string;
  /** The objects in the parent and in the commit; null where the file is not there. */
  readonly before: string | null;
  readonly after: string | null;
}

/** One commit of a range. */
export interface Step {
  readonly commit: string;
  /** Each parent with what the commit changes of it. A commit without parents has none. */
  readonly parents: readonly { readonly commit: string; readonly changes: readonly FileChange[] }[];
}

const FETCH_ALL =
  'fetch the whole history first ("fetch-depth: 0" of actions/checkout, GIT_DEPTH: 0 on GitLab, or: git fetch --unshallow).';

/**
 * Reads `BASE..HEAD`, `BASE...HEAD` (the same) or `BASE` (up to HEAD). A head that is left out is HEAD; without a base,
 * which may be a variable that is not set, there is nothing to go by.
 * @throws Problem `usage` for what names no commits, or commits whose history is not here (a shallow clone)
 */
export async function resolveRange(repo: Repository, written: string): Promise<Range> {
  const [left, right] = sidesOf(written);
  if (left === '') {
    throw new Problem(
      'usage',
      `The range "${printable(written)}" names no base: name the branch that the commits will be merged into, such as origin/main..HEAD.`,
    );
  }
  const [base, head] = await Promise.all([commitOf(repo, left), commitOf(repo, right)]);
  const found = await git(repo, ['merge-base', base, head], { allowExit: [1] });
  const mergeBase = found.toString('utf8').trim().split('\n')[0]!;
  if (mergeBase === '') {
    throw new Problem(
      'usage',
      (await isShallow(repo))
        ? `${left} and ${right} have no commit in common in this shallow clone: ${FETCH_ALL}`
        : `${left} and ${right} have no commit in common: name the branch that the commits will be merged into.`,
    );
  }
  return { base, head, mergeBase };
}

function sidesOf(written: string): [string, string] {
  const dots = /^(.*?)\.\.\.?(?!\.)(.*)$/s.exec(written);
  const sides = dots ? [dots[1]!, dots[2]!] : [written, ''];
  return [sides[0]!, sides[1] || 'HEAD'];
}

/** The commit that a revision names. @throws Problem `usage` when it names none */
export async function commitOf(repo: Repository, revision: string): Promise<string> {
  const name = revision.slice(0, 200);
  if (revision.startsWith('-')) throw new Problem('usage', `"${name}" is no revision.`);
  if (/^0{40,64}$/.test(revision)) {
    throw new Problem(
      'usage',
      'The range starts at the zero commit, which stands for a new branch: name the branch it will be merged into, such as origin/main..HEAD.',
    );
  }
  const args = ['rev-parse', '--verify', '--quiet', `${revision}^{commit}`];
  const id = (await git(repo, args, { allowExit: [1, 128] })).toString('utf8').trim();
  if (/^[0-9a-f]{40,64}$/.test(id)) return id;
  throw new Problem(
    'usage',
    (await isShallow(repo))
      ? `${name} is no commit of this shallow clone: ${FETCH_ALL}`
      : `${name} is no commit of this repository; in CI, ${FETCH_ALL}`,
  );
}

async function isShallow(repo: Repository): Promise<boolean> {
  return (await shallowCommits(repo)).size > 0;
}

/** The commits at which a shallow clone's history ends. */
export async function shallowCommits(repo: Repository): Promise<Set<string>> {
  const text = await readFile(join(repo.commonDir, 'shallow'), 'utf8').catch(() => '');
  return new Set(text.split('\n').filter((line) => line !== ''));
}

/**
 * The commits of a range, parents before their children, with what each changes of each of its parents.
 * @throws Problem `usage` when the history of the range is cut off in a shallow clone, or files are missing in a partial one
 */
export async function stepsOf(repo: Repository, { base, head, mergeBase }: Range): Promise<Step[]> {
  const args = ['rev-list', '--topo-order', '--reverse', '--parents', head, `^${base}`];
  const listed = (await git(repo, args)).toString('utf8').split('\n').filter(Boolean);
  const commits = listed.map((line) => line.split(' '));
  const shallow = await shallowCommits(repo);
  if (commits.some(([commit]) => shallow.has(commit!))) {
    throw new Problem('usage', `The history of this range is cut off in this shallow clone: ${FETCH_ALL}`);
  }
  await requireObjects(repo, [...new Set([...commits.flat(), mergeBase, base, head])]);
  const pairs = commits.flatMap(([commit, ...parents]) =>
    parents.map((parent) => [parent, commit!] as const),
  );
  const changes = await changesBetween(repo, pairs);
  let next = 0;
  return commits.map(([commit, ...parents]) => ({
    commit: commit!,
    parents: parents.map((parent) => ({ commit: parent, changes: changes[next++]! })),
  }));
}

/** In a partial clone a file that was not fetched looks like one that is not there; nothing may pass because of that. */
async function requireObjects(repo: Repository, commits: readonly string[]): Promise<void> {
  const isPromisor = '^(extensions\\.partialclone|remote\\..*\\.promisor)$';
  const config = await git(repo, ['config', '--get-regexp', isPromisor], { allowExit: [1] });
  if (config.length === 0) return;
  const args = ['rev-list', '--objects', '--no-object-names', '--no-walk', '--missing=print', '--stdin'];
  const objects = await git(repo, args, { input: commits.map((commit) => `${commit}\n`).join('') });
  if (!/^\?/m.test(objects.toString('latin1'))) return;
  throw new Problem(
    'usage',
    'This partial clone lacks files of the range: clone without "--filter", or run: git fetch --refetch --no-filter',
  );
}

/**
 * What each second commit changes of the first one beside it, from one git process. Files that were renamed are found
 * as git finds them by itself (half of the content has to be the same).
 */
export async function changesBetween(
  repo: Repository,
  pairs: readonly (readonly [string, string])[],
): Promise<FileChange[][]> {
  if (pairs.length === 0) return [];
  const args = ['diff-tree', '--stdin', '-r', '--raw', '-z', '--no-abbrev', '-M', '-l2000'];
  // A second name stands for the parent that the first is compared with; "--always" also names pairs without changes.
  const output = await git(repo, [...args, '--always', '--no-ext-diff'], {
    input: pairs.map(([from, to]) => `${to} ${from}\n`).join(''),
  });
  const all: FileChange[][] = [];
  const fields = output.toString('utf8').split('\0');
  for (let i = 0; i + 1 < fields.length; ) {
    const field = fields[i++]!;
    const raw = RAW.exec(field);
    if (!raw) {
      all.push([]);
      continue;
    }
    const previousPath = fields[i++]!;
    const isPair = raw[5] === 'R' || raw[5] === 'C';
    const path = isPair ? fields[i++]! : previousPath;
    all[all.length - 1]?.push(...changesOf(raw, previousPath, path));
  }
  if (all.length !== pairs.length) throw new Problem('git', 'Git did not compare all commits of the range.');
  return all;
}

const RAW = /^:(\d+) (\d+) ([0-9a-f]+) ([0-9a-f]+) ([A-Z])\d*$/;

/** A file that turns into a link is gone, and the other way round. */
function changesOf(raw: RegExpExecArray, previousPath: string, path: string): FileChange[] {
  const before = raw[1]!.startsWith('100') ? raw[3]! : null;
  const after = raw[2]!.startsWith('100') ? raw[4]! : null;
  if (path !== previousPath && raw[5] === 'R' && before !== null && after !== null) {
    return [{ status: 'renamed', path, previousPath, before, after }];
  }
  if (before === null && after === null) return [];
  const status = before === null ? 'added' : after === null ? 'deleted' : 'changed';
  return [{ status, path, previousPath: path, before: path === previousPath ? before : null, after }];
}

/** The newest commit up to `revision` that changed a file; null when none did. */
export async function lastChange(repo: Repository, revision: string, path: string): Promise<string | null> {
  const output = await git(repo, ['rev-list', '-1', revision, '--', path], { allowExit: [128] });
  return output.toString('utf8').trim() || null;
}
