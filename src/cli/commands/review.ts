import { requireSetUp } from '../../engine/declare';
import { markReviewed } from '../../engine/review';
import { authorIdentity } from '../../repo/identity';
import { type Context, EXIT, repositoryOf } from '../context';
import { refuseAgents } from '../people';
import { selectedTexts } from '../selections';
import { tellFiles } from './statements';

/** `taggant review FILE[:12-40]…`: a person says that they have read the marked text there. */
export async function review(
  context: Context,
  files: readonly string[],
  options: { why?: string },
): Promise<number> {
  refuseAgents(context, 'review');
  const repo = await repositoryOf(context);
  await requireSetUp(repo);
  const texts = await selectedTexts(context, repo, files);
  const statement = await markReviewed(repo, texts, {
    who: await authorIdentity(repo),
    time: context.now(),
    ...(options.why === undefined ? {} : { why: options.why }),
  });
  if (!statement) {
    context.out.write('There is no marked text there, so there is nothing to review.\n');
    return EXIT.fine;
  }
  tellFiles(context, statement, (lines) => `${lines} reviewed.`);
  return EXIT.fine;
}
