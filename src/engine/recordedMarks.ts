import { sidecarPath } from '../core/layout';
import { type Marks, NO_MARKS } from '../core/marks';
import { parseSidecar, readSidecar } from '../core/sidecar';
import type { Repository } from '../repo/git';
import { incomingSides } from '../repo/incoming';
import { isSameButLineEnds, textOrNull } from '../repo/text';
import { commitTree, indexTree, type Tree, workingTree } from '../repo/tree';
import { readTextOf, UNREADABLE } from './readTextOf';
import type { RepositoryState } from './repositoryState';
import { marksOfText } from './textMarks';

/** Marks that somebody wrote down for exactly one text. */
export interface RecordedMarks {
  readonly marks: Marks;
  /** The sidecar they were read from; null when the text is git's and has none. */
  readonly sidecar: string | null;
}

/**
 * The marks recorded for exactly this text of a path: a sidecar in the working tree that describes it to the line,
 * or, when git itself holds this text (index, HEAD), what git holds beside it. While git brings two states together, what
 * both of them say of a text that is neither. Null when nobody has spoken of it.
 */
export async function recordedMarks(
  repo: Repository,
  path: string,
  text: string,
): Promise<RecordedMarks | null> {
  const written = await sidecarMarks(repo, path, text);
  if (written) return written;
  for (const tree of [indexTree(repo), commitTree(repo, 'HEAD')]) {
    try {
      const found = await recordedIn(tree, path, text);
      if (found) return found;
    } finally {
      tree.dispose();
    }
  }
  if ((await incomingSides(repo)).length === 0) return null;
  const { marks, from } = await marksOfText(repo, path, text);
  return from === 'nothing' ? null : { marks, sidecar: null };
}

/** The same for a text of an open repository. Where it is not trusted, no program is started. */
export function marksSaidOf(
  { repo, restricted }: Pick<RepositoryState, 'repo' | 'restricted'>,
  path: string,
  text: string,
): Promise<RecordedMarks | null> {
  return restricted ? sidecarMarks(repo, path, text) : recordedMarks(repo, path, text);
}

/** As `recordedMarks`, from the working tree alone: no program is started. */
export async function sidecarMarks(
  repo: Pick<Repository, 'root'>,
  path: string,
  text: string,
): Promise<RecordedMarks | null> {
  const sidecar = await readText(workingTree(repo), sidecarPath(path));
  const marks = sidecar === null ? null : readSidecar(parseSidecar(sidecar), text);
  return marks && { marks, sidecar };
}

async function recordedIn(tree: Tree, path: string, text: string): Promise<RecordedMarks | null> {
  const own = await readText(tree, path);
  if (own === null || !isSameButLineEnds(own, text)) return null;
  const sidecar = await readTextOf(tree, sidecarPath(path), []);
  if (sidecar === UNREADABLE) return null;
  if (sidecar === null) return { marks: NO_MARKS, sidecar };
  const marks = readSidecar(parseSidecar(sidecar), text);
  return marks && { marks, sidecar };
}

async function readText(tree: Tree, path: string): Promise<string | null> {
  return textOrNull(await tree.read(path).catch(() => null));
}
