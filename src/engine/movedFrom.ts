import { sidecarPath } from '../core/layout';
import { hashLines, splitLines } from '../core/lines';
import { parseSidecar } from '../core/sidecar';
import { git, type Repository } from '../repo/git';
import { textOrNull } from '../repo/text';
import { workingTree } from '../repo/tree';

/** Most files that are gone whose sidecars are read. */
const MAX_CANDIDATES = 200;

/**
 * Where a file of the working tree stood in HEAD when somebody has moved it since and its sidecar was left behind: the
 * path of a file that is gone, most of whose sidecar's lines are lines of `text`. Else `path` itself.
 */
export async function movedFrom(repo: Repository, path: string, text: string): Promise<string> {
  const tree = workingTree(repo);
  if (text === '' || (await tree.read(sidecarPath(path)).catch(() => null)) !== null) return path;
  const known = await git(repo, ['ls-tree', '--name-only', '-z', 'HEAD', '--', path], { allowExit: [128] });
  if (known.length > 0) return path;
  const args = [
    'diff-index',
    '--name-only',
    '-z',
    '--no-renames',
    '--diff-filter=D',
    '--no-ext-diff',
    'HEAD',
    '--',
  ];
  const gone = (await git(repo, args, { allowExit: [128] })).toString('utf8').split('\0').filter(Boolean);
  let found = { path, likeness: 0.5 };
  let candidates = 0;
  const hashes = hashLines(text, splitLines(text));
  for (const candidate of gone) {
    if (candidates >= MAX_CANDIDATES) break;
    const sidecar = textOrNull(await tree.read(sidecarPath(candidate)).catch(() => null));
    if (sidecar === null) continue;
    candidates++;
    const likeness = likenessOf(parseSidecar(sidecar).hashes, hashes);
    if (likeness > found.likeness) found = { path: candidate, likeness };
  }
  return found.path;
}

/** The share of lines, by their hashes, that two texts have in common: of the longer one, whatever their order. */
function likenessOf(one: Uint16Array, other: Uint16Array): number {
  const left = new Map<number, number>();
  for (const hash of one) left.set(hash, (left.get(hash) ?? 0) + 1);
  let common = 0;
  for (const hash of other) {
    const count = left.get(hash) ?? 0;
    if (count === 0) continue;
    left.set(hash, count - 1);
    common++;
  }
  return common / Math.max(one.length, other.length, 1);
}
