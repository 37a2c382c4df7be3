import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Repository } from './git';
import { textDigest } from './text';

/** Digests that are kept for one file, and files. */
const KEPT = 5;
const MAX_FILES = 500;

type Place = Pick<Repository, 'gitDir'>;

/**
 * Notes that an editor of ours saved a text, for its other windows: they need not ask who wrote that. No text is kept, only
 * digests: `taggant/saves/<hash of the path>`.
 */
export async function noteSave(repo: Place, path: string, text: string): Promise<void> {
  const digest = textDigest(text);
  const noted = await savesOf(repo, path);
  if (noted[0] === digest) return;
  await mkdir(folderOf(repo), { recursive: true });
  const names = noted.length > 0 ? [] : await readdir(folderOf(repo));
  if (names.length >= MAX_FILES)
    await Promise.all(names.map((name) => rm(join(folderOf(repo), name), { force: true })));
  const file = fileOf(repo, path);
  const newest = [digest, ...noted.filter((one) => one !== digest)].slice(0, KEPT);
  await writeFile(`${file}.${process.pid}`, newest.join('\n'));
  await rename(`${file}.${process.pid}`, file);
}

/** Whether an editor of ours has lately saved this text of a file. */
export async function wasSaved(repo: Place, path: string, text: string): Promise<boolean> {
  return (await savesOf(repo, path)).includes(textDigest(text));
}

async function savesOf(repo: Place, path: string): Promise<string[]> {
  const noted = await readFile(fileOf(repo, path), 'utf8').catch(() => '');
  return noted.slice(0, 1000).split('\n').filter(Boolean).slice(0, KEPT);
}

function folderOf({ gitDir }: Place): string {
  return join(gitDir, 'taggant', 'saves');
}

function fileOf(repo: Place, path: string): string {
  return join(folderOf(repo), createHash('sha256').update(path).digest('hex').slice(0, 24));
}
