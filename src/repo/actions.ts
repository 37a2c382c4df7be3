import { chmod, lstat, readFile, rename, stat } from 'node:fs/promises';
import { relative } from 'node:path';
import { removeIfThere, writeIfChanged } from './files';
import { git, type Repository } from './git';
import { errorCode, Problem } from './problem';

/**
 * One step of setting a repository up, made before anything happens, so that a dry run shows exactly what a real
 * one does, and a step is refused when the ground has changed in between. Paths are absolute.
 */
export type Action =
  /** Writes a file; `before` is its text now, null when it is not there. */
  | {
      readonly kind: 'write';
      readonly path: string;
      readonly before: string | null;
      readonly after: string;
      readonly executable: boolean;
      readonly description: string;
    }
  | { readonly kind: 'remove'; readonly path: string; readonly before: string; readonly description: string }
  /** Renames a file; a file that stands at `to` is replaced. */
  | { readonly kind: 'move'; readonly path: string; readonly to: string; readonly description: string }
  /** Sets (null: unsets) a variable of the repository's own git configuration. */
  | {
      readonly kind: 'config';
      readonly path: string;
      readonly before: string | null;
      readonly after: string | null;
      readonly description: string;
    };

/** Larger files are no hooks and no configuration. */
const MAX_BYTES = 1024 * 1024;

/**
 * The text of a small file; null when nothing is there.
 * @throws Problem `read` for what is no file, is unreadable, too large, or not UTF-8 (a rewrite would damage it)
 */
export async function readSmallText(path: string): Promise<string | null> {
  const refuse = (why: string) => new Problem('read', `"${path}" cannot be changed: it is ${why}.`);
  let bytes: Buffer;
  try {
    // Looked at first: a link in a hostile repository may lead to a device that never ends.
    const stats = await stat(path);
    if (!stats.isFile()) throw refuse('not a file');
    if (stats.size > MAX_BYTES) throw refuse('too large');
    bytes = await readFile(path);
  } catch (error) {
    if (error instanceof Problem) throw error;
    const code = errorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw refuse(`unreadable (${code})`);
  }
  const text = bytes.toString('utf8');
  if (!Buffer.from(text, 'utf8').equals(bytes)) throw refuse('not UTF-8 text');
  return text;
}

/** True when something has that name, be it a symbolic link that leads nowhere. */
export function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

/** True for a symbolic link. */
export function isLink(path: string): Promise<boolean> {
  return lstat(path).then(
    (stats) => stats.isSymbolicLink(),
    () => false,
  );
}

/** Carries the actions out in order. @throws Problem at the first that is not possible, or no longer as planned */
export async function applyActions(repo: Repository, actions: readonly Action[]): Promise<void> {
  for (const action of actions) await applyAction(repo, action);
}

async function applyAction(repo: Repository, action: Action): Promise<void> {
  const { path } = action;
  switch (action.kind) {
    case 'write':
      await expectText(path, action.before);
      await writeIfChanged(path, action.after);
      if (action.executable) await chmod(path, 0o755);
      return;
    case 'remove':
      await expectText(path, action.before);
      await removeIfThere(path);
      return;
    case 'move':
      try {
        await rename(path, action.to);
      } catch (error) {
        throw new Problem('write', `"${path}" could not be renamed (${errorCode(error)}).`, { cause: error });
      }
      return;
    case 'config': {
      const change = action.after === null ? ['--unset-all', path] : ['--replace-all', path, action.after];
      // Exit code 5: there was nothing to unset.
      await git(repo.root, ['config', '--local', ...change], { allowExit: action.after === null ? [5] : [] });
    }
  }
}

async function expectText(path: string, before: string | null): Promise<void> {
  if ((await readSmallText(path)) === before) return;
  throw new Problem(
    'write',
    `"${path}" was changed in the meantime; nothing more was done. Please run it again.`,
  );
}

/** One line for people about an action. */
export function describeAction(repo: Pick<Repository, 'root'>, action: Action): string {
  const show = (path: string) => {
    const inside = relative(repo.root, path).replaceAll('\\', '/');
    // The git directory of a linked worktree is elsewhere.
    return inside.startsWith('../') ? path : inside;
  };
  switch (action.kind) {
    case 'write':
      return `${action.before === null ? 'write' : 'change'} ${show(action.path)}: ${action.description}`;
    case 'remove':
      return `remove ${show(action.path)}: ${action.description}`;
    case 'move':
      return `rename ${show(action.path)} to ${show(action.to)}: ${action.description}`;
    case 'config':
      return `${action.after === null ? 'unset' : 'set'} git's ${action.path}: ${action.description}`;
  }
}
