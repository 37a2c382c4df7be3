import { realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { git, type Repository } from './git';

/** Where git looks for this repository's hooks, and who that folder belongs to. */
export interface HooksFolder {
  /**
   * `own`: `hooks` in the git directory; `husky`: a folder that husky made; `shared`: another folder of the working
   * tree or of the git directory; `outside`: elsewhere, so it serves other repositories too.
   */
  readonly kind: 'own' | 'husky' | 'shared' | 'outside';
  readonly folder: string;
  /** The file whose commands run before a commit: with husky, the one that people edit. */
  readonly script: string;
}

/** Asks git, which knows `core.hooksPath` of every scope and linked worktrees. */
export async function findHooksFolder(repo: Repository): Promise<HooksFolder> {
  const answer = await git(repo.root, ['rev-parse', '--git-path', 'hooks']);
  const folder = resolve(repo.root, answer.toString('utf8').replace(/\r?\n$/, ''));
  const [real, root, common] = await Promise.all([folder, repo.root, repo.commonDir].map(realOrGiven));
  const script = join(folder, 'pre-commit');
  // Husky 9 has its own scripts in `.husky/_`, and people's in `.husky`; husky 8 had git look into `.husky` itself.
  const husky = basename(folder) === '_' && basename(dirname(folder)) === '.husky' ? dirname(folder) : folder;
  if (basename(husky) === '.husky' && isInside(real!, root!)) {
    return { kind: 'husky', folder, script: join(husky, 'pre-commit') };
  }
  if (real === join(common!, 'hooks')) return { kind: 'own', folder, script };
  const isShared = isInside(real!, root!) || isInside(real!, common!);
  return { kind: isShared ? 'shared' : 'outside', folder, script };
}

async function realOrGiven(path: string): Promise<string> {
  return realpath(path).catch(async () => {
    const parent = dirname(path);
    return parent === path ? path : join(await realOrGiven(parent), basename(path));
  });
}

function isInside(path: string, folder: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}
