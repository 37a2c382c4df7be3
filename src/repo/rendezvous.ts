import { constants, realpathSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { isRunning, thisHost } from './processes';

/**
 * Rendezvous files: how a git hook finds the editor that has the repository open. One file per running editor,
 * `<commonDir>/taggant/editors/<pid>-<random>.json`, readable by its owner only because it holds the secret.
 */
export interface Rendezvous {
  readonly format: 1;
  /** Path of the Unix socket, or name of the Windows pipe. */
  readonly socket: string;
  readonly secret: string;
  readonly pid: number;
  /** Which machine and system the pid belongs to: containers and WSL share a folder with their host, not its pids. */
  readonly host: string;
  /** The worktree's root. */
  readonly root: string;
}

/** A rendezvous as found on disk. */
export interface FoundRendezvous extends Rendezvous {
  readonly file: string;
  /** Milliseconds since the epoch. */
  readonly written: number;
}

const MAX_FILE_BYTES = 16 * 1024;
/** More files than this in the folder are not ours. */
const MAX_FILES = 64;
const OWN_FILE = /^(\d{1,10})-[A-Za-z0-9_-]{8,64}\.json$/;
/** Our socket folders, as `mkdtemp` names them. */
const OWN_SOCKET_FOLDER = /^taggant-[A-Za-z0-9]{6}$/;

export const SOCKET_FOLDER_PREFIX = 'taggant-';
export const SOCKET_NAME = 's';

/** The folder of a repository's rendezvous files. */
export function rendezvousFolder(commonDir: string): string {
  return join(commonDir, 'taggant', 'editors');
}

/** Two spellings of one folder are the same root. */
export function sameRoot(a: string, b: string): boolean {
  return canonical(a) === canonical(b);
}

function canonical(path: string): string {
  let absolute = resolve(path);
  try {
    absolute = realpathSync.native(absolute);
  } catch {
    // A folder that is gone can only be compared by name.
  }
  return process.platform === 'win32' ? absolute.toLowerCase() : absolute;
}

/** Writes the file in one step (a reader never sees half of it); returns its path. */
export async function writeRendezvous(
  commonDir: string,
  name: string,
  rendezvous: Rendezvous,
): Promise<string> {
  const folder = rendezvousFolder(commonDir);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, `${rendezvous.pid}-${name}.json`);
  const draft = `${file}.new`;
  await writeFile(draft, JSON.stringify(rendezvous), { mode: 0o600, flag: 'wx' });
  await rename(draft, file);
  return file;
}

/**
 * Every readable rendezvous of the repository, newest first. Removes those whose process has ended, with the
 * socket it left. Never throws: a folder that cannot be read holds no editor.
 */
export async function findRendezvous(commonDir: string): Promise<FoundRendezvous[]> {
  const folder = rendezvousFolder(commonDir);
  const names = await readdir(folder).catch(() => []);
  const found: FoundRendezvous[] = [];
  for (const name of names.filter((entry) => OWN_FILE.test(entry)).slice(0, MAX_FILES)) {
    const rendezvous = await readRendezvous(join(folder, name)).catch(() => null);
    if (!rendezvous) continue;
    if (rendezvous.host === thisHost() && !isRunning(rendezvous.pid)) await removeRendezvous(rendezvous);
    else found.push(rendezvous);
  }
  return found.sort((a, b) => b.written - a.written || (a.file < b.file ? 1 : -1));
}

/** Removes the file and the socket it names; quiet when they are gone already. */
export async function removeRendezvous(rendezvous: FoundRendezvous): Promise<void> {
  await rm(rendezvous.file, { force: true }).catch(() => undefined);
  if (isOwnSocket(rendezvous.socket)) {
    await rm(rendezvous.socket, { force: true }).catch(() => undefined);
    await rmdir(dirname(rendezvous.socket)).catch(() => undefined);
  }
}

/** Only a path that has the shape we make is ever deleted, whatever a file says. */
function isOwnSocket(socket: string): boolean {
  return basename(socket) === SOCKET_NAME && OWN_SOCKET_FOLDER.test(basename(dirname(socket)));
}

async function readRendezvous(file: string): Promise<FoundRendezvous | null> {
  // Not through a symbolic link, and never waiting on a pipe somebody put there.
  const handle = await open(
    file,
    constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0),
  );
  try {
    const stats = await handle.stat();
    if (!stats.isFile() || stats.size > MAX_FILE_BYTES) return null;
    const value: unknown = JSON.parse(await handle.readFile('utf8'));
    if (typeof value !== 'object' || value === null) return null;
    const { format, socket, secret, pid, host, root } = value as Record<string, unknown>;
    if (format !== 1 || typeof socket !== 'string' || typeof secret !== 'string' || secret === '')
      return null;
    if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid <= 0) return null;
    if (typeof host !== 'string' || typeof root !== 'string') return null;
    return { format, socket, secret, pid, host, root, file, written: stats.mtimeMs };
  } finally {
    await handle.close();
  }
}
