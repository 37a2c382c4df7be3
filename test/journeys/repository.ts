/** A throw-away git repository for one journey. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { devNull, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

export interface TestRepository {
  /** Absolute path without symbolic links, as editors and git name it. */
  readonly folder: string;
  /** Runs git there and answers what it printed. Throws with its stderr when it fails. */
  git(...args: string[]): Promise<string>;
  path(relative: string): string;
  read(relative: string): Promise<string>;
  write(relative: string, text: string): Promise<void>;
  remove(): Promise<void>;
}

/** A repository with `files` in its first commit; with none, an unborn branch. Its path has a space and a non-ASCII letter. */
export async function createRepository(
  files: Readonly<Record<string, string>> = {},
): Promise<TestRepository> {
  const parent = await realpath(await mkdtemp(join(tmpdir(), 'taggant journey ')));
  const folder = join(parent, 'shöp');
  await mkdir(folder);
  const environment = { ...process.env, GIT_CONFIG_GLOBAL: devNull, GIT_CONFIG_NOSYSTEM: '1' };
  const repository: TestRepository = {
    folder,
    path: (relative) => join(folder, relative),
    async git(...args) {
      const { stdout } = await promisify(execFile)('git', args, { cwd: folder, env: environment });
      return stdout;
    },
    read: (relative) => readFile(join(folder, relative), 'utf8'),
    async write(relative, text) {
      await mkdir(dirname(join(folder, relative)), { recursive: true });
      await writeFile(join(folder, relative), text);
    },
    remove: () => rm(parent, { recursive: true, force: true, maxRetries: 5 }),
  };
  await repository.git('init', '--quiet', '--initial-branch=main');
  await repository.git('config', 'user.name', 'Journey');
  await repository.git('config', 'user.email', 'journey@example.com');
  for (const [path, text] of Object.entries(files)) await repository.write(path, text);
  if (Object.keys(files).length > 0) {
    await repository.git('add', '.');
    await repository.git('commit', '--quiet', '--message', 'Start');
  }
  return repository;
}
