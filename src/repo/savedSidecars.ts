import { createHash } from 'node:crypto';
import { access, cp, mkdir, readdir, readFile, stat, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Repository } from './git';
import { errorCode } from './problem';
import { withLineFeeds } from './text';

/**
 * The sidecars of texts as they were saved, kept in the git directory for a while. A file is often staged and then
 * edited further; the working tree's sidecar then speaks of the later text, and what was removed in between is found
 * nowhere else. No text is kept, only sidecars by the hash of their text and its name as a git object:
 * `taggant/saved/<path>.saved/<hash>.<object>.tags`, and beside it `….crlf` with that name for a text with CRLF. The shell part of the hook looks for that folder too, to tell files
 * that never had marks without starting Node.
 */

/** How many saved states of one file are kept. */
const KEPT = 50;

type Place = Pick<Repository, 'gitDir'>;

/** A file, which may have been saved before it was renamed: what was kept where it stood then is its own too. */
export interface SavedFile {
  readonly path: string;
  /** The same when it was not renamed. */
  readonly previousPath: string;
}

/** Keeps the sidecar of a text that was saved; `null` for a text without marks, kept once the file has had some. */
export async function keepSavedSidecar(
  repo: Place,
  path: string,
  text: string,
  sidecar: string | null,
): Promise<void> {
  const folder = folderOf(repo, path);
  const kept = await readdir(folder).catch(() => null);
  if (kept === null && sidecar === null) return;
  await mkdir(folder, { recursive: true });
  const name = nameOf(text);
  await writeFile(join(folder, name), sidecar ?? '');
  if (withLineFeeds(text) !== text) await writeFile(join(folder, asItIs(name)), blobName(utf8ToBytes(text)));
  if (kept && kept.length >= KEPT) await removeOldest(folder, [...new Set([...kept, name])]);
}

/** What is kept of a path counts for another one too, to which the file was renamed: its earlier texts may come back there. */
export async function keepUnderNewName(repo: Place, from: string, to: string): Promise<void> {
  const [source, target] = [folderOf(repo, from), folderOf(repo, to)];
  const names = await readdir(source).catch(() => []);
  for (const name of names.filter(isKeptFile)) {
    await cp(join(source, name), join(target, name), { preserveTimestamps: true, force: false });
  }
  if (names.length > 0) await removeOldest(target, await readdir(target));
}

/** True when some sidecar of the file is kept. */
export async function hasSavedSidecar(repo: Place, file: SavedFile): Promise<boolean> {
  const found = foldersOf(repo, file).map((folder) =>
    access(folder).then(
      () => true,
      () => false,
    ),
  );
  return (await Promise.all(found)).includes(true);
}

/** The sidecar kept for this text of a file: null when it had no marks, undefined when nothing is known of it. */
export async function savedSidecar(
  repo: Place,
  file: SavedFile,
  text: string,
): Promise<string | null | undefined> {
  for (const folder of foldersOf(repo, file)) {
    try {
      return (await readFile(join(folder, nameOf(text)), 'utf8')) || null;
    } catch (error) {
      if (errorCode(error) === null) throw error;
    }
  }
  return undefined;
}

/** A sidecar that was kept, and the objects that its text may be in git when it was ever staged: with LF, and with the line ends it had. */
export interface SavedState {
  /** Null for a text without marks. */
  readonly sidecar: string | null;
  readonly objects: readonly string[];
  /** Milliseconds since 1970 at which it was saved. */
  readonly time: number;
}

/** What was kept of a file, the newest first, at most `most`. */
export async function savedStates(repo: Place, file: SavedFile, most: number): Promise<SavedState[]> {
  const kept = new Map<string, Kept>();
  for (const folder of foldersOf(repo, file)) {
    const names = (await readdir(folder).catch(() => [])).filter((name) =>
      /\.[0-9a-f]{40}\.tags$/.test(name),
    );
    for (const one of await timesOf(folder, names)) if (!kept.has(one.name)) kept.set(one.name, one);
  }
  const states: SavedState[] = [];
  for (const { folder, name, time } of [...kept.values()].sort(byTime).slice(0, most)) {
    const sidecar = await readFile(join(folder, name), 'utf8').catch(() => null);
    if (sidecar === null) continue;
    const object = await readFile(join(folder, asItIs(name)), 'utf8').catch(() => '');
    const objects = [name.split('.')[1]!, ...(/^[0-9a-f]{40}$/.test(object) ? [object] : [])];
    states.push({ sidecar: sidecar || null, objects, time });
  }
  return states;
}

async function removeOldest(folder: string, names: readonly string[]): Promise<void> {
  const sidecars = names.filter((name) => name.endsWith('.tags'));
  for (const { name } of (await timesOf(folder, sidecars)).slice(KEPT)) {
    for (const one of [name, asItIs(name)]) await unlink(join(folder, one)).catch(() => {});
  }
}

interface Kept {
  readonly folder: string;
  readonly name: string;
  readonly time: number;
}

const byTime = (a: Kept, b: Kept) => b.time - a.time;

/** The newest first. */
async function timesOf(folder: string, names: readonly string[]): Promise<Kept[]> {
  const timeOf = (name: string) =>
    stat(join(folder, name)).then(
      ({ mtimeMs }) => mtimeMs,
      () => 0,
    );
  const times = await Promise.all(names.map(async (name) => ({ folder, name, time: await timeOf(name) })));
  return times.sort(byTime);
}

function folderOf({ gitDir }: Place, path: string): string {
  return join(gitDir, 'taggant', 'saved', ...`${path}.saved`.split('/'));
}

function foldersOf(repo: Place, { path, previousPath }: SavedFile): string[] {
  return [...new Set([path, previousPath])].map((one) => folderOf(repo, one));
}

/** The same text has the same name, whatever its line ends. */
function nameOf(text: string): string {
  const bytes = utf8ToBytes(withLineFeeds(text));
  return `${bytesToHex(sha256(bytes)).slice(0, 32)}.${blobName(bytes)}.tags`;
}

/** Beside a sidecar by that name: the name as a git object of its text with CRLF, which git has where it converts no line ends. */
const asItIs = (name: string) => name.replace(/tags$/, 'crlf');

const isKeptFile = (name: string) => /\.(tags|crlf)$/.test(name);

/** The name of a blob in git: SHA-1 over its type, size and content. In a repository with SHA-256 nothing has it. */
export function blobName(bytes: Uint8Array): string {
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}
