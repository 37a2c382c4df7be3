import { demandsOf, type ExplainedRule } from '../../core/explain';
import { POLICY_PATH } from '../../core/layout';
import { policyNotices } from '../../core/policy';
import { count, printable } from '../../core/wording';
import { explainPolicy, type PolicyExplanation } from '../../engine/explain';
import { loadPolicy } from '../../engine/knowledge';
import { Problem } from '../../repo/problem';
import { workingTree } from '../../repo/tree';
import { type Context, EXIT, pathInRepository, repositoryOf } from '../context';
import { oneLine, policyProblemLines, told } from '../text';

/** `taggant policy explain FILE`: which rules of the working tree's policy hold for a file, and why. */
export async function explain(
  context: Context,
  argument: string,
  options: { json?: boolean },
): Promise<number> {
  const repo = await repositoryOf(context);
  const path = await pathInRepository(context, repo, argument);
  const found = await explainPolicy(workingTree(repo), path, context.now());
  for (const line of [...found.problems, ...policyProblemLines(found)]) context.err.write(told(line));
  if (found.policyProblems.length > 0) return EXIT.trouble;
  if (!found.explanation) throw noPolicy();
  context.out.write(options.json ? `${JSON.stringify(explainJson(found))}\n` : explainText(found));
  return EXIT.fine;
}

/** `taggant policy check`: whether the working tree's policy can be used. */
export async function checkPolicy(context: Context): Promise<number> {
  const loaded = await loadPolicy(workingTree(await repositoryOf(context)));
  for (const line of policyProblemLines(loaded)) context.err.write(told(line));
  if (loaded.policyProblems.length > 0) return EXIT.trouble;
  if (!loaded.policy) throw noPolicy();
  const day = context.now().toISOString().slice(0, 10);
  context.out.write(`${POLICY_PATH} has ${count(loaded.policy.rules.length, 'rule')} and no mistakes.\n`);
  for (const notice of policyNotices(loaded.policy, day)) context.out.write(`${notice}\n`);
  return EXIT.fine;
}

function noPolicy(): Problem {
  return new Problem('policy', `There is no ${POLICY_PATH}, so no rule holds; "taggant init" makes one.`);
}

/** The shape of `policy explain --json`, see docs/cli.md. */
function explainJson({ explanation, codeownersPath, notices }: PolicyExplanation): object {
  const { path, owners, rules } = explanation!;
  return {
    file: path,
    owners: owners?.names ?? [],
    ownersFrom: (owners?.lines ?? []).map((line) => ({ path: codeownersPath, ...line })),
    rules: rules.map(({ rule, ...why }) => ({ ...rule, ...why })),
    notices,
  };
}

function explainText({ explanation, codeownersPath, notices }: PolicyExplanation): string {
  const { path, owners, rules } = explanation!;
  const lines = [printable(path)];
  if (codeownersPath !== null && owners) {
    const names = owners.names.map(printable).join(', ') || 'nobody';
    const where = owners.lines.map(({ line, pattern }) => `${codeownersPath}:${line} ${printable(pattern)}`);
    lines.push(`owned by ${names} (${where.join(', ') || `no line of ${codeownersPath} names it`})`);
  }
  const active = rules.filter(({ state }) => state === 'active');
  lines.push('', `${rulesHold(active.length)} for it.`);
  for (const rule of rules) lines.push('', ...ruleLines(rule));
  if (notices.length > 0) lines.push('', ...notices);
  return `${lines.map(oneLine).join('\n')}\n`;
}

function rulesHold(number: number): string {
  if (number === 0) return 'No rule holds';
  return number === 1 ? '1 rule holds' : `${number} rules hold`;
}

function ruleLines(explained: ExplainedRule): string[] {
  const { rule, state, because } = explained;
  const does = rule.enforcement === 'block' ? 'holds commits back' : 'warns';
  const verdict = { active: does, ended: 'has ended', 'not begun': 'has not begun' }[state];
  const days = [rule.from && `from ${rule.from}`, rule.until && `until ${rule.until}`].filter(Boolean);
  return [
    `The rule "${printable(rule.name)}" ${verdict}${days.length > 0 ? ` (${days.join(' ')})` : ''}`,
    ...because.map(
      ({ pattern, preset }) =>
        `  because of ${preset === null ? 'its pattern' : `the preset ${preset}:`} ${printable(pattern)}`,
    ),
    ...(state === 'active' ? demandsOf(explained) : []).map((demand) => `  ${demand}`),
  ];
}
