import { lstat, mkdir, readFile, rmdir, unlink } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { errorCode, Problem } from './problem';
import { confinedPath } from './tree';

/**
 * Writes a file atomically, unless it already holds exactly these bytes. Makes the folders on the way and keeps
 * an existing file's mode. Answers whether anything was written.
 * @throws Problem `write` when the disk, the folder or a link stands in the way
 */
export async function writeIfChanged(absolutePath: string, data: string | Buffer): Promise<boolean> {
  const bytes = typeof data === 'string' ? Buffer.from(data, 'utf8') : data;
  try {
    const stat = await lstat(absolutePath).catch(ignoreMissing);
    if (stat?.isSymbolicLink()) {
      throw new Problem(
        'write',
        `"${absolutePath}" is a symbolic link, which Taggant does not write through.`,
      );
    }
    if (stat?.size === bytes.length && bytes.equals(await readFile(absolutePath))) return false;
    if (!stat) await mkdir(dirname(absolutePath), { recursive: true });
    // Loaded when needed: most commits write nothing, and should not wait for it.
    const { default: writeFileAtomic } = await import('write-file-atomic');
    await writeFileAtomic(absolutePath, bytes);
    return true;
  } catch (error) {
    throw writeProblem(absolutePath, error);
  }
}

/**
 * Like `writeIfChanged`, for a path relative to a repository's root that must not leave it.
 * @throws Problem `path` when it would
 */
export async function writeInside(root: string, path: string, data: string | Buffer): Promise<boolean> {
  return writeIfChanged(await insideOrProblem(root, path), data);
}

/**
 * Removes a file if it is there, and the folders above it that this leaves empty, up to but not including
 * `.taggant` (nothing above a file outside `.taggant` is removed). Answers whether the file was there.
 */
export async function removeIfThere(absolutePath: string): Promise<boolean> {
  try {
    await unlink(absolutePath);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return false;
    throw writeProblem(absolutePath, error);
  }
  if (!/[\\/]\.taggant[\\/]/.test(absolutePath)) return true;
  let folder = dirname(absolutePath);
  while (basename(folder) !== '.taggant') {
    try {
      await rmdir(folder);
    } catch {
      break; // not empty: it stays
    }
    folder = dirname(folder);
  }
  return true;
}

/** Like `removeIfThere`, for a path relative to a repository's root that must not leave it. */
export async function removeInside(root: string, path: string): Promise<boolean> {
  return removeIfThere(await insideOrProblem(root, path));
}

async function insideOrProblem(root: string, path: string): Promise<string> {
  const absolute = await confinedPath(root, path);
  if (absolute === null)
    throw new Problem('path', `"${path}" leads out of the repository; it was left alone.`);
  return absolute;
}

function ignoreMissing(error: unknown): null {
  const code = errorCode(error);
  if (code === 'ENOENT') return null;
  throw error;
}

/** What stood in the way of writing a file, in a sentence. */
export function writeProblem(path: string, error: unknown): Problem {
  if (error instanceof Problem) return error;
  const code = errorCode(error);
  const why: Record<string, string> = {
    EROFS: 'the file system is read-only',
    EACCES: 'permission is denied; check who owns the folder',
    EPERM: 'permission is denied; check who owns the folder',
    ENOSPC: 'the disk is full; free some space and save again',
    EDQUOT: 'your disk quota is used up; free some space and save again',
    ENOTDIR: 'a file stands where a folder is needed',
    EEXIST: 'a file stands where a folder is needed',
    EFBIG: 'it would be larger than this user may write',
    EISDIR: 'a folder stands where the file should be',
    ENAMETOOLONG: 'the path is too long for this file system',
  };
  const reason =
    (code !== null && why[code]) || code || (error instanceof Error ? error.message : String(error));
  return new Problem('write', `"${path}" could not be written: ${reason}.`, { cause: error });
}
