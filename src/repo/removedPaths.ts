import { git, type Repository } from './git';

/** Milliseconds that git may search; what it has found by then counts. */
const SEARCH_TIME = 5000;

/** The paths below a folder that the newest `most` commits which changed it removed or renamed, each once, newest first. */
export async function removedPaths(repo: Repository, folder: string, most: number): Promise<string[]> {
  const form = ['--no-renames', '--diff-filter=D', '--name-only', '-z', '--format=', '--no-ext-diff'];
  const output = await git(repo, ['log', ...form, `--max-count=${most}`, 'HEAD', '--', folder], {
    allowExit: [128],
    within: SEARCH_TIME,
  });
  return [...new Set(output.toString('utf8').split('\0').filter(Boolean))];
}
