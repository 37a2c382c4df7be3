import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { JudgedText } from '../core/judge';
import { sidecarPath, sourcePathOf, TAGS_FOLDER } from '../core/layout';
import type { Repository } from '../repo/git';
import { incomingSides } from '../repo/incoming';
import { textOrNull } from '../repo/text';
import { workingTree } from '../repo/tree';
import { marksOfText, openTrees, type Trees } from './textMarks';

interface Kept {
  /** Size and time of the file and its sidecar. */
  readonly stamp: string;
  readonly file: JudgedText | null;
}

/**
 * The marked files of a working tree for whoever asks again and again: a file is read anew only when it or its sidecar
 * has changed on disk. One of these for a repository.
 */
export class MarkedTexts {
  #kept = new Map<string, Kept>();
  #reading: Promise<JudgedText[]> | undefined;

  constructor(private readonly repo: Repository) {}

  /** The files that have a sidecar and that `isWanted` takes, sorted by path. Files that cannot be read are left out. */
  async read(isWanted: (path: string) => boolean): Promise<JudgedText[]> {
    // Two at a time would read the same twice.
    await this.#reading?.catch(() => {});
    this.#reading = this.#read(isWanted);
    return this.#reading;
  }

  async #read(isWanted: (path: string) => boolean): Promise<JudgedText[]> {
    const tree = workingTree(this.repo);
    const paths = (await tree.list(TAGS_FOLDER))
      .map(sourcePathOf)
      .filter((path) => path !== null && isWanted(path)) as string[];
    const kept = new Map<string, Kept>();
    let trees: Trees | undefined;
    try {
      for (const path of paths.sort()) {
        const stamp = await this.#stampOf(path);
        const known = this.#kept.get(path);
        if (known?.stamp === stamp) {
          kept.set(path, known);
          continue;
        }
        trees ??= openTrees(this.repo, await incomingSides(this.repo));
        kept.set(path, { stamp, file: await read(this.repo, trees, path) });
      }
    } finally {
      trees?.dispose();
    }
    this.#kept = kept;
    return [...kept.values()].flatMap(({ file }) => (file ? [file] : []));
  }

  async #stampOf(path: string): Promise<string> {
    const stamps = await Promise.all(
      [path, sidecarPath(path)].map((one) =>
        stat(join(this.repo.root, one)).then(
          ({ mtimeMs, size, ino }) => `${mtimeMs} ${size} ${ino}`,
          () => 'gone',
        ),
      ),
    );
    return stamps.join(', ');
  }
}

async function read(repo: Repository, trees: Trees, path: string): Promise<JudgedText | null> {
  try {
    const text = textOrNull(await trees.working.read(path));
    if (text === null) return null;
    return { path, text, marks: (await marksOfText(repo, path, text, { trees })).marks };
  } catch {
    // What cannot be read is told by `taggant status`.
    return null;
  }
}
