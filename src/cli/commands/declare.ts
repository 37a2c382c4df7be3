import type { Contribution } from '../../core/contribution';
import { count, printable } from '../../core/wording';
import { declareText, requireSetUp } from '../../engine/declare';
import { readMarkedFile } from '../../engine/markedFile';
import { writeStatement } from '../../engine/review';
import { authorIdentity } from '../../repo/identity';
import { type Context, EXIT, rangeOf, repositoryOf, selectionOf } from '../context';
import { flushEditors, refuseAgents } from '../people';

/** `taggant mark FILE:12-40 --tool T [--model M]`: a person declares that AI wrote these lines. */
export async function mark(
  context: Context,
  argument: string,
  options: { tool: string; model?: string },
): Promise<number> {
  return declare(context, argument, 'mark', (author, day) => ({
    author,
    day,
    evidence: 'declared',
    tool: options.tool,
    ...(options.model === undefined ? {} : { model: options.model }),
  }));
}

/** `taggant unmark FILE:12-40 --why W`: a person declares that these lines are not AI code. */
export async function unmark(context: Context, argument: string, { why }: { why: string }): Promise<number> {
  return declare(context, argument, 'unmark', () => null, why);
}

async function declare(
  context: Context,
  argument: string,
  command: string,
  contributionOf: (author: string, day: string) => Contribution | null,
  why?: string,
): Promise<number> {
  refuseAgents(context, command);
  const repo = await repositoryOf(context);
  await requireSetUp(repo);
  const selection = await selectionOf(context, repo, argument);
  await flushEditors(repo);
  const file = await readMarkedFile(repo, selection.path);
  const range = rangeOf(selection, file.text);
  const time = context.now();
  const who = await authorIdentity(repo);
  if (why !== undefined)
    await writeStatement(repo, 'declare', [{ ...file, ranges: [range] }], { who, time, why });
  const contribution = contributionOf(who, time.toISOString().slice(0, 10));
  const changed = await declareText(repo, file, range, contribution);
  context.out.write(`${printable(selection.path)}: ${count(changed, 'character')} ${command}ed.\n`);
  return EXIT.fine;
}
