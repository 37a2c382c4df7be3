import { readFileSync, statSync } from 'node:fs';
import { chmod, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { writeIfChanged } from './files';
import type { Repository } from './git';

/** Bytes; a larger file is not read. */
const LIMIT = 1_000_000;

function fileOf(repo: Pick<Repository, 'commonDir'>): string {
  return path.join(repo.commonDir, 'taggant', 'copies.json');
}

/**
 * What the windows of a repository copied last, newest first, as it was written. Read at the moment of a paste, in order
 * with the edits around it, so at once. Nothing when it is missing or cannot be used.
 */
export function readSharedCopies(repo: Pick<Repository, 'commonDir'>): unknown[] {
  try {
    const file = fileOf(repo);
    const { size, mtimeMs } = statSync(file);
    if (size > LIMIT || !Number.isFinite(mtimeMs)) return [];
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

/** Writes down what was copied: digests, places and labels, never text; readable for this user only. */
export async function writeSharedCopies(
  repo: Pick<Repository, 'commonDir'>,
  copies: readonly unknown[],
): Promise<void> {
  const file = fileOf(repo);
  const data = JSON.stringify(copies);
  if (data.length > LIMIT) return;
  await mkdir(path.dirname(file), { recursive: true });
  if (await writeIfChanged(file, data)) await chmod(file, 0o600);
}
