import { readMarkedFile } from '../engine/markedFile';
import type { ReviewedText } from '../engine/review';
import type { Repository } from '../repo/git';
import { type Context, rangeOf, selectionOf } from './context';
import { flushEditors } from './people';

/** The marked text of files named on the command line (`FILE`, `FILE:12-40`), once editors have written what they hold. */
export async function selectedTexts(
  context: Context,
  repo: Repository,
  files: readonly string[],
): Promise<ReviewedText[]> {
  const selections = await Promise.all(files.map((argument) => selectionOf(context, repo, argument)));
  await flushEditors(repo);
  const texts: ReviewedText[] = [];
  for (const selection of selections) {
    const { path, text, marks } = await readMarkedFile(repo, selection.path);
    const range = rangeOf(selection, text);
    // An empty range would stand for the block around it.
    const ranges = selection.lines
      ? [{ start: range.start, end: Math.max(range.end, range.start + 1) }]
      : undefined;
    texts.push({ path, text, marks, ...(ranges ? { ranges } : {}) });
  }
  return texts;
}
