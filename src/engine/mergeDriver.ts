import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sourcePathOf } from '../core/layout';
import { parseSidecar } from '../core/sidecar';
import { writeSidecarLines } from '../core/sidecarLines';
import { withoutConflicts } from '../core/sidecarMerge';
import { git, type Repository } from '../repo/git';
import { Problem } from '../repo/problem';
import { FILE_LIMIT, workingTree } from '../repo/tree';
import { checkTreeVersion } from './knowledge';

/** What git gives to a merge driver: three files, and the path that they are the versions of. Absolute paths, but for `path`. */
export interface MergeInput {
  readonly base: string;
  /** Gets the result. */
  readonly ours: string;
  readonly theirs: string;
  /** In the repository, with `/`. */
  readonly path: string;
}

/** `git merge-file` answers the number of conflicts, up to 127. */
const CONFLICTS = Array.from({ length: 127 }, (_, i) => i + 1);

/**
 * Merges three versions of a sidecar as git does (so in step with the source beside it) and leaves no conflict: where
 * there is one, both sides are kept. The result is in `ours` then.
 * @throws Problem when these are no sidecars this program can read; nothing was changed then
 */
export async function mergeSidecars(repo: Repository, input: MergeInput): Promise<void> {
  if (sourcePathOf(input.path) === null)
    throw new Problem('usage', `${input.path} is no sidecar: this driver merges files below .taggant/tags.`);
  await checkTreeVersion(workingTree(repo));
  const folder = await mkdtemp(join(tmpdir(), 'taggant-merge-'));
  try {
    const sides = await Promise.all(
      (['ours', 'base', 'theirs'] as const).map(async (side) => {
        const file = join(folder, side);
        await writeFile(file, await readClean(input[side]));
        return file;
      }),
    );
    const args = ['merge-file', '-p', '-q', '--diff3', '--marker-size=7', '--', ...sides];
    const merged = await git(repo, args, { allowExit: CONFLICTS });
    await writeFile(input.ours, withoutConflicts(merged.toString('utf8')));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A sidecar's text; one that a merge or a person left half done is read as far as it can be, without their markers. */
async function readClean(file: string): Promise<string> {
  const { size } = await stat(file);
  if (size > FILE_LIMIT) throw new Problem('too-large', `A sidecar of ${size} bytes is too large to merge.`);
  const text = await readFile(file, 'utf8');
  const sidecar = parseSidecar(text);
  return sidecar.intact && !text.includes('\r') ? text : writeSidecarLines(sidecar);
}
