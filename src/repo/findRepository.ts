import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Repository } from './git';
import { Problem } from './problem';

/**
 * The repository that holds a folder, found by looking for `.git` alone: in a workspace that is not trusted git is not
 * started, because a repository's own configuration can make it run programs.
 * @throws Problem `not-a-repository`
 */
export async function findRepository(folder: string): Promise<Repository> {
  const start = await realpath(folder).catch(() => path.resolve(folder));
  for (let root = start; ; root = path.dirname(root)) {
    const gitDir = path.join(root, '.git');
    const isThere = await stat(gitDir).then(
      () => true,
      () => false,
    );
    if (isThere) return { root, gitDir, commonDir: gitDir, gitVersion: '' };
    if (root === path.dirname(root)) break;
  }
  throw new Problem('not-a-repository', `"${folder}" is not in a Git repository.`);
}
