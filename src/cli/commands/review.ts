import { count, printable } from '../../core/wording';
import { requireSetUp } from '../../engine/declare';
import { readMarkedFile } from '../../engine/markedFile';
import { markReviewed, type ReviewedText } from '../../engine/review';
import { authorIdentity } from '../../repo/identity';
import { type Context, EXIT, rangeOf, repositoryOf, selectionOf } from '../context';
import { flushEditors, refuseAgents } from '../people';

/** `taggant review FILE[:12-40]…`: a person says that they have read the marked text there. */
export async function review(
  context: Context,
  files: readonly string[],
  options: { why?: string },
): Promise<number> {
  refuseAgents(context, 'review');
  const repo = await repositoryOf(context);
  await requireSetUp(repo);
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
  const statement = await markReviewed(repo, texts, {
    who: await authorIdentity(repo),
    time: context.now(),
    ...(options.why === undefined ? {} : { why: options.why }),
  });
  if (!statement) {
    context.out.write('There is no marked text there, so there is nothing to review.\n');
    return EXIT.fine;
  }
  for (const { path, blocks } of statement.files) {
    const lines = blocks.reduce((sum, block) => sum + block.lines.length, 0);
    context.out.write(`${printable(path)}: ${count(lines, 'marked line')} reviewed.\n`);
  }
  return EXIT.fine;
}
