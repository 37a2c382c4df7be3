import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { isOwnFile } from '../core/layout';
import { openRepository, type Repository } from '../repo/git';
import { confinedPath } from '../repo/tree';

/** A repository and the files of it that an agent speaks of. */
export interface AgentPlace {
  readonly repo: Repository;
  /** By path relative to the repository's root, with `/`: how the agent names the file. */
  readonly files: Map<string, string[]>;
}

/**
 * The repositories that hold the files an agent names. Files outside of any, those of git and of Taggant itself, and what
 * a link leads out of its repository are left out.
 * @param folder absolute; where relative names start
 */
export async function placesOfFiles(files: readonly string[], folder: string): Promise<AgentPlace[]> {
  const places = new Map<string, AgentPlace>();
  for (const file of files) {
    const absolute = await realPath(absolutePath(file, folder));
    const root = await rootOf(path.dirname(absolute));
    if (root === null) continue;
    const relative = path.relative(root, absolute).split(path.sep).join('/');
    if (isOwnFile(relative) || (await confinedPath(root, relative)) === null) continue;
    const place = places.get(root) ?? {
      repo: await openRepository(root, { calledByGit: true }),
      files: new Map<string, string[]>(),
    };
    places.set(root, place);
    place.files.set(relative, [...(place.files.get(relative) ?? []), file]);
  }
  return [...places.values()];
}

/** The repository of a folder; null when it is in none. */
export async function placeOfFolder(folder: string): Promise<Repository | null> {
  const root = await rootOf(await realPath(folder));
  return root === null ? null : openRepository(root, { calledByGit: true });
}

function absolutePath(file: string, folder: string): string {
  let name = file;
  if (/^file:/i.test(file)) {
    try {
      name = fileURLToPath(file);
    } catch {
      // No path that this system has: taken as it stands, it leads to no repository.
    }
  }
  // Cursor writes "/c:/project/a.ts" on Windows.
  if (process.platform === 'win32') name = name.replace(/^\/([a-z]:)/i, '$1');
  return path.resolve(folder, name);
}

/** The path with its links resolved as far as it exists; the last part is left as it is. */
async function realPath(absolute: string): Promise<string> {
  const folder = path.dirname(absolute);
  const real = await realpath(folder).catch(() => null);
  if (real !== null) return path.join(real, path.basename(absolute));
  return folder === absolute ? absolute : path.join(await realPath(folder), path.basename(absolute));
}

/** The nearest folder above, or this one, that holds a `.git`. */
async function rootOf(folder: string): Promise<string | null> {
  for (let root = folder; ; root = path.dirname(root)) {
    const isThere = await stat(path.join(root, '.git')).then(
      () => true,
      () => false,
    );
    if (isThere) return root;
    if (root === path.dirname(root)) return null;
  }
}
