import { sidecarPath } from '../core/layout';
import { isUnknownOrigin, type Label, type Marks } from '../core/marks';
import { serialiseSidecar } from '../core/sidecar';
import { removeInside, writeInside } from '../repo/files';
import { keepSavedSidecar } from '../repo/savedSidecars';
import { ignoredPaths } from '../repo/workingState';
import { isInConflict } from './mergeConflict';
import type { RepositoryState } from './repositoryState';

/** Writes the sidecar of one file of a repository that was set up. */
export class SidecarWriter {
  #lastWritten: string | null = null;
  #ignored: Promise<boolean> | undefined;

  constructor(
    private readonly state: RepositoryState,
    private readonly path: string,
  ) {}

  /** The bytes written last; null when the file then had no marks, or nothing was written yet. */
  get lastWritten(): string | null {
    return this.#lastWritten;
  }

  /**
   * Brings the sidecar to what a saved text carries, and the contributions it names into the tree. A text without marks
   * has none; `mayHaveOne` says whether there can be one to remove. During a merge the sidecar of a file that is still in
   * conflict stays as git has left it: a commit writes what was kept of it.
   * @throws Problem when the tree cannot be written
   */
  async write(text: string, marks: Marks, mayHaveOne: boolean): Promise<void> {
    // What git never sees needs no record.
    if (await this.#isIgnored()) return;
    const { repo } = this.state;
    const sidecar = serialiseSidecar(text, marks);
    if (await isInConflict(repo, this.path, text)) {
      await keepSavedSidecar(repo, this.path, text, sidecar);
      return;
    }
    if (sidecar !== null) {
      await this.state.writeContributions(contributionsIn(marks));
      await writeInside(repo.root, sidecarPath(this.path), sidecar);
    } else if (mayHaveOne || this.#lastWritten !== null) {
      await removeInside(repo.root, sidecarPath(this.path));
    }
    await keepSavedSidecar(repo, this.path, text, sidecar);
    this.#lastWritten = sidecar;
  }

  #isIgnored(): Promise<boolean> {
    this.#ignored ??= ignoredPaths(this.state.repo, [this.path]).then((ignored) => ignored.has(this.path));
    return this.#ignored;
  }
}

function contributionsIn(marks: Marks): Set<Label> {
  const labels = [...marks.spans, ...marks.deletions].map(({ label }) => label);
  return new Set(labels.filter((label) => !isUnknownOrigin(label)));
}
