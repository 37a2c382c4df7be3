import { isOwnFile } from '../core/layout';
import { guardrailFile, isGuardrailFile } from '../engine/guardrailChanges';
import { readMarkedFile } from '../engine/markedFile';
import type { ReviewedText } from '../engine/review';
import type { Repository } from '../repo/git';
import { type Context, rangeOf, selectionOf } from './context';
import { flushEditors } from './people';

/**
 * The marked text of files named on the command line (`FILE`, `FILE:12-40`), once editors have written what they hold. A
 * file that changes are judged by (the policy, say) is taken as a whole where it is to be read.
 */
export async function selectedTexts(
  context: Context,
  repo: Repository,
  files: readonly string[],
): Promise<ReviewedText[]> {
  const selections = await Promise.all(files.map((argument) => selectionOf(context, repo, argument)));
  await flushEditors(repo);
  const texts: ReviewedText[] = [];
  for (const selection of selections) {
    const isWhole = selection.lines === null && isGuardrailFile(selection.path);
    const whole = isWhole ? await guardrailFile(repo, selection.path) : null;
    if (whole && isOwnFile(selection.path)) {
      texts.push(whole);
      continue;
    }
    const { path, text, marks } = await readMarkedFile(repo, selection.path);
    const range = rangeOf(selection, text);
    // An empty range would stand for the block around it.
    const ranges = selection.lines
      ? [{ start: range.start, end: Math.max(range.end, range.start + 1) }]
      : undefined;
    const digest = whole?.digest === undefined ? {} : { digest: whole.digest };
    texts.push({ path, text, marks, ...(ranges ? { ranges } : {}), ...digest });
  }
  return texts;
}
