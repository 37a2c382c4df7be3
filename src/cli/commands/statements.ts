import type { Statement, StatementKind } from '../../core/statements';
import { count, printable } from '../../core/wording';
import { requireSetUp } from '../../engine/declare';
import { loadPolicy } from '../../engine/knowledge';
import { type Reviewer, writeStatement } from '../../engine/review';
import type { Repository } from '../../repo/git';
import { authorIdentity } from '../../repo/identity';
import { Problem } from '../../repo/problem';
import { workingTree } from '../../repo/tree';
import { type Context, EXIT, repositoryOf } from '../context';
import { refuseAgents } from '../people';
import { selectedTexts } from '../selections';

/** `taggant note FILE[:12-40]… --why W`: the author documents what was asked for and why this is right. */
export async function note(
  context: Context,
  files: readonly string[],
  { why }: { why: string },
): Promise<number> {
  requireText(why, '--why', 'what was asked for and why this is right');
  return state(context, 'note', files, { why }, (lines) => `a note on ${lines} is kept.`);
}

/** `taggant request FILE… [--why W]`: this waits for a sign-off, and may be committed meanwhile. */
export async function request(
  context: Context,
  files: readonly string[],
  { why }: { why?: string },
): Promise<number> {
  const said = why === undefined ? {} : { why };
  return state(context, 'request', files, said, (lines) => `a sign-off of ${lines} is requested.`);
}

/** `taggant override FILE… --rule R --why W`: goes against a rule that allows it, with a reason that is kept. */
export async function override(
  context: Context,
  files: readonly string[],
  { rule, why }: { rule: string; why: string },
): Promise<number> {
  requireText(why, '--why', 'the reason');
  const check = (repo: Repository) => requireOverridable(repo, rule);
  const done = (lines: string) => `the rule "${printable(rule)}" is overridden for ${lines}.`;
  return state(context, 'override', files, { rule, why }, done, check);
}

async function state(
  context: Context,
  kind: Extract<StatementKind, 'note' | 'request' | 'override'>,
  files: readonly string[],
  said: Pick<Reviewer, 'why' | 'rule'>,
  done: (what: string) => string,
  check: (repo: Repository) => Promise<void> = async () => {},
): Promise<number> {
  refuseAgents(context, kind);
  const repo = await repositoryOf(context);
  await requireSetUp(repo);
  await check(repo);
  const texts = (await selectedTexts(context, repo, files)).map(({ digest, ...text }) => text);
  const by = { who: await authorIdentity(repo), time: context.now() };
  const statement = await writeStatement(repo, kind, texts, { ...by, ...said });
  if (!statement) {
    context.out.write('There is no marked text there, so there is nothing to say of it.\n');
    return EXIT.fine;
  }
  tellFiles(context, statement, done);
  return EXIT.fine;
}

/** One line for each file that a statement speaks of. */
export function tellFiles(
  { out }: Context,
  { files }: Pick<Statement, 'files'>,
  done: (lines: string) => string,
): void {
  for (const { path, blocks, digest } of files) {
    const lines = blocks.reduce((sum, block) => sum + block.lines.length, 0);
    const what = digest === undefined ? count(lines, 'marked line') : 'the whole file as it is now';
    out.write(`${printable(path)}: ${done(what)}\n`);
  }
}

function requireText(text: string, option: string, what: string): void {
  if (text.trim() === '') throw new Problem('usage', `Say with ${option} ${what}; it cannot be empty.`);
}

async function requireOverridable(repo: Repository, name: string): Promise<void> {
  const { policy, policyProblems } = await loadPolicy(workingTree(repo));
  if (policyProblems.length > 0) {
    throw new Problem('policy', `The policy cannot be used: ${policyProblems[0]!.message}`);
  }
  const names = policy?.rules.map((rule) => `"${printable(rule.name)}"`) ?? [];
  const rule = policy?.rules.find((one) => one.name === name);
  if (!rule) {
    const which = names.length > 0 ? `There are: ${names.join(', ')}.` : 'It has none.';
    throw new Problem('usage', `The policy has no rule "${printable(name)}". ${which}`);
  }
  if (rule.override === 'never') {
    throw new Problem(
      'usage',
      `The rule "${printable(name)}" allows no override${rule.signOff ? '; ask for its sign-off with "taggant request"' : ''}.`,
    );
  }
}
