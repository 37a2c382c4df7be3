/** What the benchmarks read of a real history, given by the path of a clone or a bundle. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import type { Repository } from '../../src/repo/git';
import { ObjectReader } from '../../src/repo/objects';
import { textOrNull } from '../../src/repo/text';
import { cleanEnvironment } from '../support/repository';

/** A folder in memory where there is one. */
export const scratchFolder = () =>
  mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'taggant-bench-'));

export function gitAt(root: string, args: readonly string[], input?: string | Buffer): string {
  return execFileSync('git', args, {
    ...{ cwd: root, env: cleanEnvironment(), encoding: 'utf8', input, maxBuffer: 1 << 30 },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

/** A history to read from; nothing is ever written to it. */
export class History {
  readonly name: string;
  readonly root: string;
  readonly repo: Repository;
  readonly objects: ObjectReader;

  /** @param folder for the clone of a bundle */
  constructor(given: string, folder: string) {
    const path = resolve(given);
    this.name = basename(path) === 'repo' ? basename(resolve(path, '..')) : basename(path);
    this.root = path;
    if (statSync(path).isFile()) {
      this.root = join(folder, 'bundle.git');
      gitAt(folder, ['clone', '-q', '--bare', path, this.root]);
    }
    const gitDir = resolve(this.root, gitAt(this.root, ['rev-parse', '--git-dir']).trim());
    this.repo = { root: this.root, gitDir, commonDir: gitDir, gitVersion: '' };
    this.objects = new ObjectReader(this.repo, 4 * 1024 * 1024);
  }

  git(...args: string[]): string {
    return gitAt(this.root, args);
  }

  /** The lines of git's answer. */
  lines(...args: string[]): string[] {
    return this.git(...args)
      .split('\n')
      .filter((line) => line !== '');
  }

  /** A text by object name, or `REVISION:PATH`; null for anything else. */
  async text(name: string): Promise<string | null> {
    const object = await this.objects.read(name);
    return object?.type === 'blob' && object.content ? textOrNull(object.content) : null;
  }

  dispose(): void {
    this.objects.dispose();
  }
}
