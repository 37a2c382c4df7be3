import { prepareStaged } from '../../engine/commit';
import { type Context, EXIT, repositoryOf } from '../context';
import { flushEditors } from '../people';
import { oneLine, told } from '../text';

/**
 * `taggant hook pre-merge-commit`: makes the sidecars of a merge without conflicts describe what git merged. It never
 * holds a merge: what comes in was judged where it was committed, and CI judges the range.
 */
export async function hookPreMergeCommit(context: Context): Promise<number> {
  try {
    const repo = await repositoryOf(context, { calledByGit: true });
    await flushEditors(repo);
    const staged = context.environment.TAGGANT_STAGED === 'stdin' ? context.input() : null;
    const { problems } = await prepareStaged(repo, staged);
    for (const problem of problems) context.err.write(told(problem));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    context.err.write(`Taggant: the marks of this merge are left as git merged them: ${oneLine(why)}\n`);
    if (context.environment.TAGGANT_DEBUG && error instanceof Error) context.err.write(`${error.stack}\n`);
  }
  return EXIT.fine;
}
