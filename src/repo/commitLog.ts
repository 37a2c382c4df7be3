import { git, type Repository } from './git';
import { shallowCommits } from './history';

/** A commit as it tells of itself. */
export interface LoggedCommit {
  readonly commit: string;
  readonly parents: readonly string[];
  /** `Name <address>`, as the commit says it. */
  readonly author: string;
  /** Seconds since 1970; 0 where the commit tells no time. */
  readonly time: number;
  readonly subject: string;
  /** One `Key: value` a line. */
  readonly trailers: string;
  /** True where a shallow clone ends, and the parents are not there. */
  readonly isCutOff: boolean;
}

/** Most commits that are read, the newest ones. */
const MAX_COMMITS = 200_000;
/** Most bytes that all of them may say. */
const MAX_LOG = 256 * 1024 * 1024;

const FIELDS = ['%H', '%P', '%an <%ae>', '%at', '%s', '%(trailers:only,unfold)'];

/**
 * The commits up to `head` but not up to `base` (null: all), parents before their children, from one git process. `isCut` when
 * there are more than are read.
 * @throws Problem `too-large` when they say more than is read
 */
export async function commitLog(
  repo: Repository,
  head: string,
  base: string | null,
): Promise<{ commits: LoggedCommit[]; isCut: boolean }> {
  // A person's configuration may give trailers other signs, and have signatures shown between the commits.
  const args = ['-c', 'trailer.separators=:', 'log', '--topo-order', '--reverse', '-z', '--encoding=UTF-8'];
  args.push(
    '--no-show-signature',
    '--no-color',
    `--max-count=${MAX_COMMITS}`,
    `--format=${FIELDS.join('%x00')}`,
  );
  const revisions = base === null ? [head] : [head, `^${base}`];
  const output = await git(repo, [...args, ...revisions, '--'], { limit: MAX_LOG });
  const cutOff = await shallowCommits(repo);
  const fields = output.toString('utf8').split('\0');
  const commits: LoggedCommit[] = [];
  for (let i = 0; i + FIELDS.length <= fields.length; i += FIELDS.length) {
    const [commit, parents, author, time, subject, trailers] = fields.slice(i, i + FIELDS.length);
    commits.push({
      commit: commit!,
      parents: parents!.split(' ').filter(Boolean),
      author: author!,
      time: Number(time) || 0,
      subject: subject!,
      trailers: trailers!,
      isCutOff: cutOff.has(commit!),
    });
  }
  return { commits, isCut: commits.length === MAX_COMMITS };
}
