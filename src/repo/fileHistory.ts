import { git, type Repository } from './git';

/** A commit that changed one of some files, with the nearest such commits before it. */
export interface PathCommit {
  readonly commit: string;
  readonly parents: readonly string[];
}

/** Milliseconds that git may search the history of a file; what it has found by then counts. */
const SEARCH_TIME = 5000;

/** The commits up to `revision` that changed one of the paths, newest first, at most `most`. None for no such revision. */
export async function pathHistory(
  repo: Repository,
  revision: string,
  paths: readonly string[],
  most: number,
): Promise<PathCommit[]> {
  const args = ['rev-list', '--parents', `--max-count=${most}`, revision, '--', ...paths];
  const output = await git(repo, args, { allowExit: [128], within: SEARCH_TIME });
  const lines = output.toString('utf8').split('\n').slice(0, -1);
  return lines.map((line) => {
    const [commit, ...parents] = line.split(' ');
    return { commit: commit!, parents };
  });
}

/**
 * What the commits up to `revision` that changed one of the paths, at most `most` of them, added or changed below a folder, by
 * these commits. Merges are left out.
 */
export async function writtenWith(
  repo: Repository,
  revision: string,
  paths: readonly string[],
  most: number,
  folder: string,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const form = ['-z', '--full-diff', '--root', '--no-renames', '--diff-filter=AM', '--name-only'];
  // No path begins like that.
  const how = ['--format=//%H', '--no-merges', '--no-show-signature', '--no-ext-diff', `--max-count=${most}`];
  const args = ['log', ...form, ...how, revision, '--', ...paths];
  // It may be too much when a commit changed all of a huge repository.
  const output = await git(repo, args, { allowExit: [128], within: SEARCH_TIME }).catch(() =>
    Buffer.alloc(0),
  );
  const found = new Map<string, string[]>();
  let written: string[] = [];
  for (const field of output.toString('utf8').split('\0')) {
    const one = field.replace(/^\n/, '');
    if (one.startsWith('//')) {
      written = [];
      found.set(one.slice(2), written);
    } else if (one.startsWith(`${folder}/`)) written.push(one);
  }
  return found;
}

/**
 * When the newest commit up to `revision` that changed a path was made, in milliseconds since 1970; 0 when none did, null when git
 * cannot tell in time.
 */
export async function changedAt(repo: Repository, revision: string, path: string): Promise<number | null> {
  const end = performance.now() + SEARCH_TIME;
  const args = ['log', '--max-count=1', '--no-show-signature', '--format=%ct', revision, '--', path];
  const output = await git(repo, args, { allowExit: [128], within: SEARCH_TIME });
  if (output.length === 0 && performance.now() >= end) return null;
  return Number(output.toString('latin1')) * 1000;
}

/** Whether a commit of any branch or stash has had a file at one of these paths; true also when git cannot tell in time. */
export async function wasCommitted(repo: Repository, paths: readonly string[]): Promise<boolean> {
  const end = performance.now() + SEARCH_TIME;
  const args = ['rev-list', '--all', '--max-count=1', '--', ...paths];
  const output = await git(repo, args, { allowExit: [128], within: SEARCH_TIME });
  return output.length > 0 || performance.now() >= end;
}

/**
 * The newest commit of all branches, stashes and earlier states of HEAD that brought an object to a path or took it from there,
 * with its parents: one of these has it. None when there is no such commit, or git cannot tell in time.
 */
export async function commitsAround(repo: Repository, path: string, id: string): Promise<string[]> {
  const which = ['--all', '--reflog', '-m', '--max-count=1', `--find-object=${id}`];
  const args = ['log', ...which, '--no-show-signature', '--no-ext-diff', '--format=%H %P', '--', path];
  const output = await git(repo, args, { allowExit: [128], within: SEARCH_TIME });
  return output.toString('utf8').split('\n')[0]!.split(' ').filter(Boolean);
}

/**
 * Those of some objects that a commit of any branch, stash or earlier state of HEAD has had in a folder; all of them when git
 * cannot tell in time.
 */
export async function committedObjects(
  repo: Repository,
  folder: string,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const end = performance.now() + SEARCH_TIME;
  const which = ['--all', '--reflog', '-m', ...ids.map((id) => `--find-object=${id}`)];
  const how = ['--root', '--raw', '--no-abbrev', '--no-renames', '--format=', '--no-show-signature'];
  const args = ['log', ...which, ...how, '--no-ext-diff', '--', folder];
  const output = await git(repo, args, { within: SEARCH_TIME }).catch(() => null);
  if (output === null || performance.now() >= end) return new Set(ids);
  const text = output.toString('latin1');
  return new Set(ids.filter((id) => text.includes(id)));
}

/** A file of a commit that was made from one of the commit before it. */
export interface Origin {
  readonly path: string;
  readonly previousPath: string;
}

/** How a commit differs from one of its parents. */
export interface CommitChanges {
  /** Files that the commit added or changed. */
  readonly written: readonly string[];
  /** Of the files it added, those that git takes for renamed or copied ones (`-M -C`: half of the content is the same). */
  readonly origins: readonly Origin[];
}

/** What a commit did to the tree of a parent (`parent` counts from 1). The first commit did nothing. */
export function changesOf(repo: Repository, commit: string, parent = 1): Promise<CommitChanges> {
  return changesFrom(repo, `${commit}^${parent}`, commit, ['-M', '-C']);
}

/** The files that are renamed from one state to another, as git's merge sees it (half of the content is the same). */
export async function renamesBetween(repo: Repository, from: string, to: string): Promise<readonly Origin[]> {
  return (await changesFrom(repo, from, to, ['-M'])).origins;
}

async function changesFrom(
  repo: Repository,
  from: string,
  to: string,
  detection: readonly string[],
): Promise<CommitChanges> {
  const args = ['diff-tree', '-r', '-z', ...detection, '-l1000', '--no-commit-id', '--name-status'];
  const output = await git(repo, [...args, '--no-ext-diff', from, to, '--'], {
    allowExit: [128],
    within: SEARCH_TIME,
  });
  const fields = output.toString('utf8').split('\0');
  const written: string[] = [];
  const origins: Origin[] = [];
  for (let i = 0; i + 1 < fields.length; ) {
    const status = fields[i++]!.charAt(0);
    const previousPath = fields[i++]!;
    if (status === 'R' || status === 'C') {
      const path = fields[i++]!;
      origins.push({ path, previousPath });
      written.push(path);
    } else if (status === 'A' || status === 'M') written.push(previousPath);
  }
  return { written, origins };
}

/** Whether a commit of any branch or stash, but for `own`, put the file of the index at this path there; false when git cannot tell in time. */
export async function wasStagedFrom(
  repo: Repository,
  path: string,
  own: readonly string[],
): Promise<boolean> {
  const name = await git(repo, ['rev-parse', '--verify', '--quiet', `:${path}`], { allowExit: [1, 128] });
  const id = name.toString('utf8').trim();
  if (id === '') return false;
  const most = `--max-count=${own.length + 1}`;
  const args = ['log', '--all', '--format=%H', '--no-ext-diff', most, `--find-object=${id}`, '--', path];
  const output = await git(repo, args, { allowExit: [128], within: SEARCH_TIME }).catch(() =>
    Buffer.alloc(0),
  );
  const commits = output.toString('utf8').split('\n').filter(Boolean);
  return commits.some((commit) => !own.includes(commit));
}
