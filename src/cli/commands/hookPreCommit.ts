import { agentOf } from '../../core/agents';
import { commitChoices, type ImpliedStatement, impliedStatements } from '../../core/commitChoices';
import { type Finding, summarise } from '../../core/findings';
import { findingLine } from '../../core/reports/text';
import { count } from '../../core/wording';
import { type CheckResult, prepareAndCheck } from '../../engine/commit';
import { loadPolicy } from '../../engine/knowledge';
import type { Repository } from '../../repo/git';
import { committerIdentity } from '../../repo/identity';
import { indexTree } from '../../repo/tree';
import { type Context, EXIT, repositoryOf } from '../context';
import { ask, flushEditors } from '../people';
import { oneLine, policyProblemLines, told } from '../text';
import { waysOn } from '../waysOn';

/** Milliseconds that preparing and checking may take; a person's answer is not counted. */
const BUDGET = 30_000;
/** An editor that lives answers at once that it heard; its person may take a while. */
const DIALOG = { connectMs: 300, answerMs: 10 * 60_000 };
/** More lines than this say nothing more. */
const MAX_LINES = 30;

/**
 * `taggant hook pre-commit`: makes the staged sidecars true, checks the staged text, and when something is found asks
 * the editor that has the repository open. When Taggant itself fails, the policy's `onError` decides.
 */
export async function hookPreCommit(context: Context): Promise<number> {
  let repo: Repository | null = null;
  try {
    repo = await repositoryOf(context, { calledByGit: true });
    const result = await withinBudget(flushAndCheck(context, repo));
    if (result.policyProblems.length > 0) return await policyIsWrong(context, result);
    if (result.findings.length === 0) {
      tellProblems(context, result);
      return EXIT.fine;
    }
    return await decide(context, repo, result);
  } catch (error) {
    return afterFailure(context, repo, error);
  }
}

async function flushAndCheck(context: Context, repo: Repository): Promise<CheckResult> {
  await flushEditors(repo);
  // The shell part of the hook hands on what git has told it already.
  const told = context.environment.TAGGANT_STAGED === 'stdin' ? context.input() : null;
  return prepareAndCheck(repo, told);
}

async function decide(context: Context, repo: Repository, result: CheckResult): Promise<number> {
  const { findings } = result;
  const agent = agentOf(context.environment) ?? undefined;
  const choices = commitChoices(findings, agent);
  if (choices.held.length === 0 && findings.every(({ clearance }) => clearance)) {
    return cleared(context, result);
  }
  const summary = summarise(findings);
  const request = { kind: 'confirmCommit', root: repo.root, findings, summary } as const;
  const answer = await ask(
    repo,
    { ...request, canOverride: choices.commit, ...(agent === undefined ? {} : { agent }) },
    DIALOG,
  );
  if (answer?.kind !== 'decision') {
    if (!choices.commit) return hold(context, result, 'The commit is held until it is reviewed.', true);
    tell(context, `${summary} The commit goes through: the policy only warns of this.`, findings);
    tellProblems(context, result);
    return EXIT.fine;
  }
  const statements = impliedStatements(answer, choices);
  if (!statements) return hold(context, result, 'The commit was stopped in the editor.', false);
  if (statements.length === 0) return EXIT.fine;
  return await goOnWith(context, repo, statements);
}

/** Writes what the person said into the commit, and looks once more whether that lets it pass. */
async function goOnWith(
  context: Context,
  repo: Repository,
  statements: readonly ImpliedStatement[],
): Promise<number> {
  let result: CheckResult;
  try {
    // Loaded only now: hardly a commit comes here, and signing takes modules that are slow to load.
    const { writeStagedStatement } = await import('../../engine/stagedStatement');
    const by = { who: await committerIdentity(repo), time: context.now() };
    for (const statement of statements) await writeStagedStatement(repo, statement, by);
    result = await withinBudget(prepareAndCheck(repo));
  } catch (error) {
    // What a person may only do with their word is not done without it, whatever the policy says of failures.
    const why = error instanceof Error ? error.message : String(error);
    context.err.write(
      `Taggant: the commit is held, because your answer could not be kept: ${oneLine(why)}\n`,
    );
    return EXIT.findings;
  }
  if (result.policyProblems.length > 0) return policyIsWrong(context, result);
  if (commitChoices(result.findings).held.length > 0) {
    return hold(context, result, 'What you chose does not clear all of it: the commit is held.', true);
  }
  return cleared(context, result);
}

/** Nothing holds the commit any more; what was asked for or overridden is said all the same. */
function cleared(context: Context, result: CheckResult): number {
  const requested = placesOf(result.findings, 'requested');
  const overridden = placesOf(result.findings, 'overridden');
  const said = [
    ...(requested > 0 ? [`${count(requested, 'place')} of this commit still to be signed off`] : []),
    ...(overridden > 0
      ? [`${count(overridden, 'place')} of it committed against a rule, with a reason`]
      : []),
  ];
  if (said.length > 0) context.err.write(`Taggant: ${said.join(', ')}.\n`);
  tellProblems(context, result);
  return EXIT.fine;
}

function placesOf(findings: readonly Finding[], clearance: Finding['clearance']): number {
  const cleared = findings.filter((finding) => finding.clearance === clearance);
  return new Set(cleared.map(({ path, start, end }) => JSON.stringify([path, start, end]))).size;
}

function hold(context: Context, result: CheckResult, sentence: string, withWays: boolean): number {
  const { findings } = result;
  tell(context, `${summarise(findings)} ${sentence}`, findings);
  if (withWays) context.err.write(waysOn(findings.filter(({ clearance }) => !clearance)));
  tellProblems(context, result);
  return EXIT.findings;
}

/** The first line is a sentence of its own: of a hook's output, VS Code shows that one only. */
function tell({ err }: Context, sentence: string, findings: readonly Finding[]): void {
  err.write(`${sentence}\n`);
  for (const finding of findings.slice(0, MAX_LINES)) {
    err.write(`  ${findingLine(finding)}\n`);
    for (const why of finding.rejected ?? []) err.write(`    ${oneLine(why)}\n`);
  }
  if (findings.length > MAX_LINES) err.write(`  and ${findings.length - MAX_LINES} more\n`);
}

function tellProblems({ err }: Context, { problems }: CheckResult): void {
  for (const problem of problems) err.write(told(problem));
}

async function policyIsWrong({ err }: Context, result: CheckResult): Promise<number> {
  const lines = policyProblemLines(result);
  err.write(`Taggant: the commit is held because its policy cannot be used: ${lines[0]}\n`);
  for (const line of lines.slice(1, MAX_LINES)) err.write(`  ${line}\n`);
  err.write('Correct the policy, stage it (git add .taggant/policy.json) and commit again.\n');
  return EXIT.trouble;
}

/** Git must keep working when Taggant does not, unless the policy wants it otherwise. */
async function afterFailure(
  { err, environment }: Context,
  repo: Repository | null,
  error: unknown,
): Promise<number> {
  const onError = repo ? await onErrorOf(repo) : 'allow';
  const why = error instanceof Error ? error.message : String(error);
  const what = onError === 'block' ? 'is held' : 'goes through unchecked';
  err.write(`Taggant: the commit ${what}, because the check failed: ${oneLine(why)}\n`);
  if (onError === 'block') err.write('The policy says so ("onError": "block").\n');
  if (environment.TAGGANT_DEBUG && error instanceof Error) err.write(`${error.stack}\n`);
  return onError === 'block' ? EXIT.findings : EXIT.fine;
}

async function onErrorOf(repo: Repository): Promise<'allow' | 'block'> {
  const tree = indexTree(repo);
  try {
    return (await loadPolicy(tree)).policy?.onError ?? 'allow';
  } catch {
    return 'allow';
  } finally {
    tree.dispose();
  }
}

function withinBudget<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => fail(new Error(`it took longer than ${BUDGET / 1000} seconds.`)), BUDGET);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
