import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { isOwnFile } from '../core/layout';
import { findRepository } from '../repo/findRepository';
import { openRepository } from '../repo/git';
import { RepositoryState } from './repositoryState';

/** A file and the repository it is in. */
export interface Located {
  readonly state: RepositoryState;
  /** Relative to the repository's root, with `/`. */
  readonly path: string;
}

/** The repositories that files were opened in, each opened once. */
export class Repositories {
  readonly #byFolder = new Map<string, Promise<RepositoryState>>();
  readonly #byRoot = new Map<string, Promise<RepositoryState>>();

  /** In a workspace that is not trusted no program is started, git neither, and nothing is written. */
  restricted = false;

  /** `onOpened` hears of each repository once. */
  constructor(private readonly onOpened: (state: RepositoryState) => void) {}

  /**
   * The repository of a file or folder.
   * @throws Problem when it is in none that can be used
   */
  async ofPlace(place: string): Promise<RepositoryState> {
    const isFolder = await stat(place).then(
      (found) => found.isDirectory(),
      () => false,
    );
    return this.ofFolder(isFolder ? place : path.dirname(place));
  }

  /** @throws Problem when the folder is in no repository that can be used */
  async ofFolder(folder: string): Promise<RepositoryState> {
    let state = this.#byFolder.get(folder);
    if (!state) {
      state = this.#open(folder);
      this.#byFolder.set(folder, state);
      // A folder may become a repository later: only what worked is remembered.
      state.catch(() => this.#byFolder.delete(folder));
    }
    return state;
  }

  /**
   * Where a file stands; null for Taggant's own files and git's.
   * @throws Problem when it is in no repository that can be used
   */
  async locate(file: string): Promise<Located | null> {
    const state = await this.ofFolder(path.dirname(file));
    const folder = await realpath(path.dirname(file)).catch(() => path.dirname(file));
    const relative = path.relative(state.repo.root, path.join(folder, path.basename(file)));
    if (relative === '' || relative.startsWith('..') || path.isAbsolute(relative)) return null;
    const slashed = relative.split(path.sep).join('/');
    return isOwnFile(slashed) || slashed.startsWith('.git/') ? null : { state, path: slashed };
  }

  /** Those that are open now. */
  async all(): Promise<RepositoryState[]> {
    const settled = await Promise.allSettled(this.#byRoot.values());
    return settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  }

  async #open(folder: string): Promise<RepositoryState> {
    const repo = this.restricted ? await findRepository(folder) : await openRepository(folder);
    let state = this.#byRoot.get(repo.root);
    if (!state) {
      state = RepositoryState.open(repo, this.restricted);
      this.#byRoot.set(repo.root, state);
      state.catch(() => this.#byRoot.delete(repo.root));
      this.onOpened(await state);
    }
    return state;
  }
}
