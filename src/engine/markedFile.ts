import { isOwnFile } from '../core/layout';
import type { Repository } from '../repo/git';
import { Problem } from '../repo/problem';
import { decodeText, notTrackedSentence } from '../repo/text';
import { recordableTree } from '../repo/tree';
import { checkTreeVersion } from './knowledge';
import { movedFrom } from './movedFrom';
import { marksOfText, type TextMarks } from './textMarks';

/** A file of the working tree with its marks. */
export interface MarkedFile extends TextMarks {
  readonly path: string;
  readonly text: string;
}

/**
 * Reads a file of the working tree and finds its marks.
 * @throws Problem `path` when there is no such file, `too-large` or `read` when it is none that Taggant follows,
 *   `newer-version`
 */
export async function readMarkedFile(repo: Repository, path: string): Promise<MarkedFile> {
  if (isOwnFile(path))
    throw new Problem('path', `${path} is one of Taggant's own files, which carry no marks.`);
  const tree = recordableTree(repo);
  await checkTreeVersion(tree);
  const bytes = await tree.read(path);
  if (!bytes) throw new Problem('path', `${path} is not a file of this repository.`);
  const text = decodeText(bytes);
  if (typeof text !== 'string') throw new Problem('read', notTrackedSentence(path, text));
  const previousPath = await movedFrom(repo, path, text);
  return { path, text, ...(await marksOfText(repo, path, text, { previousPath, lookBack: true })) };
}
