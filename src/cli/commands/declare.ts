import type { Contribution } from '../../core/contribution';
import { count, printable } from '../../core/wording';
import { declareText, requireSetUp } from '../../engine/declare';
import { readMarkedFile } from '../../engine/markedFile';
import { declareUnmarked, unmarkDemand } from '../../engine/unmark';
import type { Repository } from '../../repo/git';
import { authorIdentity } from '../../repo/identity';
import { Problem } from '../../repo/problem';
import { type SigningKey, signingKey } from '../../repo/sshKeys';
import { type Context, EXIT, rangeOf, repositoryOf, selectionOf } from '../context';
import { flushEditors, refuseAgents, requirePerson } from '../people';

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

/** Where a rule wants a signature on it, a person at the prompt gives it. */
async function keyOfPerson(context: Context, repo: Repository): Promise<SigningKey> {
  requirePerson(context, 'unmark', 'Mark as Mine');
  const key = await signingKey(repo);
  if (await context.confirm('Do you sign that this is no AI code?')) return key;
  throw new Problem('usage', 'Nothing was signed, and the marks stay.');
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
  if (why !== undefined) {
    const demand = await unmarkDemand(repo, file.path, time);
    const key = demand.signing.length > 0 ? await keyOfPerson(context, repo) : null;
    const by = { who, time, why, terminal: true, ...(key ? { key } : {}) };
    await declareUnmarked(repo, { ...file, ranges: [range] }, demand, by);
  }
  const contribution = contributionOf(who, time.toISOString().slice(0, 10));
  const changed = await declareText(repo, file, range, contribution);
  context.out.write(`${printable(selection.path)}: ${count(changed, 'character')} ${command}ed.\n`);
  return EXIT.fine;
}
