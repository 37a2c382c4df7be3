import { lstat, readdir, readFile, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { isOwnFile } from '../core/layout';
import { inUtf8 } from './encodings';
import { git, type Repository } from './git';
import { ObjectReader } from './objects';
import { errorCode, Problem } from './problem';

/** Files of one state of a repository. Paths are relative to its root, with `/`. */
export interface Tree {
  /** The file's bytes; null when there is no such regular file. @throws Problem `too-large` */
  read(path: string): Promise<Buffer | null>;
  /** The files that are there and not too large, in the order asked for. */
  readMany(paths: readonly string[]): Promise<Map<string, Buffer>>;
  /** All files in a folder and below it, sorted by code unit; `''` is the root. */
  list(folder: string): Promise<string[]>;
  /** Ends the git process behind the tree, if there is one. */
  dispose(): void;
}

/** Larger files are refused: nothing Taggant reads is that large. */
export const FILE_LIMIT = 16 * 1024 * 1024;

/**
 * True for a path that stays inside a repository wherever it is joined to the root: relative, no empty, `.`, `..`
 * or `.git` part, no NUL, and on Windows no backslash, drive or stream.
 */
export function isInsidePath(path: string, windows = sep === '\\'): boolean {
  if (path === '' || path.includes('\0')) return false;
  if (windows && /[\\:]/.test(path)) return false;
  return path.split('/').every((part) => {
    // Windows and macOS file systems take these for ".git" too.
    const name = windows ? part.replace(/[ .]+$/, '') : part;
    return name !== '' && part !== '.' && part !== '..' && !/^(\.git|git~1)$/i.test(name);
  });
}

/**
 * The absolute path of a repository's file, or null when the path leaves the repository: by its own parts, or
 * through a symbolic link on the way. The file itself need not exist.
 * @param known answers about folders, to be shared by many questions of one moment
 */
export async function confinedPath(
  root: string,
  path: string,
  known: Map<string, Promise<boolean>> = new Map(),
): Promise<string | null> {
  if (!isInsidePath(path)) return null;
  const parts = path.split('/');
  const folder = parts.slice(0, -1);
  const key = folder.join('/');
  let inside = known.get(key);
  if (!inside) {
    inside = isRealFolderInside(root, folder);
    known.set(key, inside);
  }
  return (await inside) ? join(root, ...parts) : null;
}

/** The nearest folder that exists decides: what is not there yet cannot be a link. */
async function isRealFolderInside(root: string, folder: readonly string[]): Promise<boolean> {
  for (let i = folder.length; i >= 0; i--) {
    try {
      const [real, realRoot] = await Promise.all([
        realpath(join(root, ...folder.slice(0, i))),
        realpath(root),
      ]);
      return real === realRoot || real.startsWith(realRoot.endsWith(sep) ? realRoot : realRoot + sep);
    } catch (error) {
      if (errorCode(error) !== 'ENOENT' && errorCode(error) !== 'ENOTDIR') return false;
    }
  }
  return false;
}

/** The files on disk as git would record them, but for line ends and filters (see `inUtf8`); otherwise as `workingTree`. */
export function recordableTree(repository: Repository): Tree {
  const tree = workingTree(repository);
  const read = async (path: string): Promise<Buffer | null> => {
    const bytes = await tree.read(path);
    return bytes && !isOwnFile(path) ? inUtf8(repository, path, bytes) : bytes;
  };
  return { ...tree, read, readMany: (paths) => readAll(paths, read) };
}

/** The files on disk, for a short time: symbolic links, and whatever lies behind one, are not read. */
export function workingTree(repository: Pick<Repository, 'root'>): Tree {
  const { root } = repository;
  const known = new Map<string, Promise<boolean>>();
  const read = async (path: string): Promise<Buffer | null> => {
    const absolute = await confinedPath(root, path, known);
    if (absolute === null) return null;
    try {
      const stat = await lstat(absolute);
      if (!stat.isFile()) return null;
      if (stat.size > FILE_LIMIT) throw tooLarge(path, stat.size);
      return await readFile(absolute);
    } catch (error) {
      if (error instanceof Problem) throw error;
      const code = errorCode(error);
      if (code === 'ENOENT' || code === 'ENOTDIR') return null;
      throw new Problem('read', `"${path}" could not be read (${code ?? String(error)}).`, { cause: error });
    }
  };
  return {
    read,
    readMany: (paths) => readAll(paths, read),
    async list(folder) {
      const found: string[] = [];
      if (folder === '' || (await confinedPath(root, `${folder}/x`)) !== null) {
        await listFolder(root, folder, found);
      }
      return found.sort();
    },
    dispose() {},
  };
}

async function listFolder(root: string, folder: string, found: string[]): Promise<void> {
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch((error: unknown) => {
    const code = errorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw new Problem('read', `"${folder}" could not be read (${code ?? String(error)}).`, { cause: error });
  });
  for (const entry of entries) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isFile()) found.push(path);
    else if (entry.isDirectory() && entry.name !== '.git') await listFolder(root, path, found);
  }
}

/**
 * The index as it is when the tree is first read: later changes are not seen, so make a new tree for a new look.
 * Unmerged paths are not there. Pass `objects` to share one git process among trees of the same life.
 */
export function indexTree(repository: Repository, objects?: ObjectReader): Tree {
  return gitTree(repository, '', (folder) => indexEntries(repository, folder), objects);
}

/** A commit's (or tree's) files. A revision that does not exist, an unborn branch's HEAD too, is an empty tree. */
export function commitTree(repository: Repository, revision: string, objects?: ObjectReader): Tree {
  return gitTree(repository, revision, (folder) => commitEntries(repository, revision, folder), objects);
}

/**
 * The index by what it changes of HEAD, so that git need not read all of it. What `changed` does not name is as in HEAD.
 * @param changed objects by path; null for a path that is not in the index
 */
export function stagedTree(
  repository: Repository,
  changed: ReadonlyMap<string, string | null>,
  objects: ObjectReader,
): Tree {
  const head = commitTree(repository, 'HEAD', objects);
  const read = async (path: string): Promise<Buffer | null> => {
    const id = changed.get(path);
    if (id === undefined) return head.read(path);
    return id === null || !isInsidePath(path, false) ? null : readBlob(objects, id, path);
  };
  return {
    read,
    readMany: (paths) => readAll(paths, read),
    async list(folder) {
      const paths = new Set(await head.list(folder));
      for (const [path, id] of changed) {
        if (folder !== '' && !path.startsWith(`${folder}/`)) continue;
        if (id === null) paths.delete(path);
        else paths.add(path);
      }
      return [...paths].sort();
    },
    dispose() {},
  };
}

/** One file of the index or of a commit. */
export interface Entry {
  readonly mode: string;
  readonly id: string;
  readonly path: string;
}

/** The index's entries (stage 0) of a file, or of a folder and below; `''` is everything. */
export async function indexEntries(repository: Repository, ...paths: string[]): Promise<Entry[]> {
  const output = await git(repository, [
    'ls-files',
    '-s',
    '-z',
    '--',
    ...paths.filter((path) => path !== ''),
  ]);
  return parseEntries(output, /^(\d+) ([0-9a-f]+) 0\t(.*)$/s);
}

/** A commit's (or tree's) entries of a folder and below; `''` is everything. None for no such revision. */
export async function commitEntries(
  repository: Repository,
  revision: string,
  folder: string,
): Promise<Entry[]> {
  const where = folder === '' ? [] : [folder];
  // Exit code 128: no such revision.
  const output = await git(repository, ['ls-tree', '-r', '-z', '--full-tree', revision, '--', ...where], {
    allowExit: [128],
  });
  return parseEntries(output, /^(\d+) blob ([0-9a-f]+)\t(.*)$/s);
}

function parseEntries(output: Buffer, form: RegExp): Entry[] {
  const entries: Entry[] = [];
  for (const line of output.toString('utf8').split('\0')) {
    const match = form.exec(line);
    if (match) entries.push({ mode: match[1]!, id: match[2]!, path: match[3]! });
  }
  return entries;
}

function gitTree(
  repository: Repository,
  revision: string,
  entriesOf: (folder: string) => Promise<Entry[]>,
  shared?: ObjectReader,
): Tree {
  const objects = shared ?? new ObjectReader(repository, FILE_LIMIT);
  const read = async (path: string): Promise<Buffer | null> => {
    if (!isInsidePath(path, false)) return null;
    let name = `${revision}:${path}`;
    // The batch protocol is one name per line; the rare path with a line feed is looked up first.
    if (path.includes('\n')) name = (await entriesOf(path)).find((entry) => entry.path === path)?.id ?? '';
    return name === '' ? null : readBlob(objects, name, path);
  };
  return {
    read,
    readMany: (paths) => readAll(paths, read),
    list: async (folder) => (await entriesOf(folder)).map((entry) => entry.path).sort(),
    dispose: () => {
      if (!shared) objects.dispose();
    },
  };
}

async function readBlob(objects: ObjectReader, name: string, path: string): Promise<Buffer | null> {
  const object = await objects.read(name);
  if (object?.type !== 'blob') return null;
  if (object.content === null) throw tooLarge(path, object.size);
  return object.content;
}

async function readAll(
  paths: readonly string[],
  read: (path: string) => Promise<Buffer | null>,
): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>();
  for (let i = 0; i < paths.length; i += 256) {
    const group = paths.slice(i, i + 256);
    const contents = await Promise.all(
      group.map((path) =>
        read(path).catch((error: unknown) => {
          if (error instanceof Problem && error.kind === 'too-large') return null;
          throw error;
        }),
      ),
    );
    contents.forEach((content, k) => {
      if (content) found.set(group[k]!, content);
    });
  }
  return found;
}

function tooLarge(path: string, size: number): Problem {
  return new Problem(
    'too-large',
    `"${path}" is too large for Taggant (${size} bytes; ${FILE_LIMIT} is the most).`,
  );
}
