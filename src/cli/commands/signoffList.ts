import type { JudgedText } from '../../core/judge';
import { emailOf } from '../../core/people';
import type { Policy } from '../../core/policy';
import { count, fileArgument, printable } from '../../core/wording';
import { type Work, workOf } from '../../core/workItems';
import { markedFiles } from '../../engine/checkAll';
import { type Guardrails, loadGuardrails } from '../../engine/guardrails';
import { judgeFiles } from '../../engine/judgeFiles';
import type { Repository } from '../../repo/git';
import { authorIdentity } from '../../repo/identity';
import { Problem } from '../../repo/problem';
import { workingTree } from '../../repo/tree';
import { type Context, EXIT, repositoryOf } from '../context';
import { told } from '../text';

/** Work of one file that waits for somebody's sign-off. */
interface Waiting extends Work {
  readonly path: string;
}

/** `taggant signoff --list`: what lacks a sign-off in the working tree, by whom it waits for. */
export async function listWork(context: Context, { json }: { json?: boolean }): Promise<number> {
  const repo = await repositoryOf(context);
  const guardrails = await loadGuardrails(workingTree(repo));
  if (guardrails.policyProblems.length > 0) {
    throw new Problem('policy', `The policy cannot be used: ${guardrails.policyProblems[0]!.message}`);
  }
  const { policy } = guardrails;
  const problems: string[] = [];
  const waiting = policy ? await waitingWork(context, repo, { ...guardrails, policy }, problems) : [];
  if (json) context.out.write(`${JSON.stringify({ waiting: waiting.map(asJson), problems })}\n`);
  else writeText(context, waiting, problems);
  return EXIT.fine;
}

async function waitingWork(
  context: Context,
  repo: Repository,
  guardrails: Guardrails & { readonly policy: Policy },
  problems: string[],
): Promise<Waiting[]> {
  const now = context.now();
  const identity = await authorIdentity(repo);
  const files: JudgedText[] = [];
  for await (const file of markedFiles(repo, problems)) files.push(file);
  const statementsTree = workingTree(repo);
  const result = await judgeFiles(repo, { guardrails, statementsTree, files, now });
  problems.push(...guardrails.problems, ...result.problems);
  const { policy, codeowners, principalsOf } = guardrails;
  const known = {
    ...{ policy, codeowners },
    day: now.toISOString().slice(0, 10),
    contributionOf: (label: string) => result.contributions.get(label),
    person: { identity, principals: principalsOf(emailOf(identity)) },
  };
  return result.judged.flatMap(({ file: { path }, result: judged }) =>
    workOf(path, judged, known)
      .filter(({ rule, action }) => rule?.signOff && action !== 'note')
      .map((work) => ({ ...work, path })),
  );
}

function writeText({ out, err }: Context, waiting: readonly Waiting[], problems: readonly string[]): void {
  for (const problem of new Set(problems)) err.write(told(problem));
  const groups = [
    { title: 'Waiting for you:', items: waiting.filter(({ waitsFor }) => waitsFor === 'you') },
    { title: 'Waiting for others:', items: waiting.filter(({ waitsFor }) => waitsFor === 'others') },
    {
      title: 'Not signed off, and nobody has asked:',
      items: waiting.filter(({ waitsFor }) => waitsFor === 'nobody'),
    },
  ];
  for (const { title, items } of groups) {
    if (items.length > 0) out.write(`${title}\n${items.map(lineOf).join('')}`);
  }
  if (waiting.length === 0) out.write('Nothing waits for a sign-off.\n');
  else out.write(`${count(waiting.length, 'place')} to be signed off.\n`);
}

function lineOf({ path, finding, authors, needs, request, note, refusal }: Waiting): string {
  const { startLine, endLine, message, rule } = finding;
  const by = authors.length > 0 ? ` by ${authors.map(printable).join(', ')}` : '';
  const lines = [
    `  ${fileArgument(path, startLine, endLine)}: ${message}${by}; the rule "${printable(rule)}" ${needs}.`,
  ];
  if (request) {
    const why = request.why === undefined ? '' : `: ${printable(request.why)}`;
    lines.push(`      asked for by ${printable(request.who)} on ${request.time.slice(0, 10)}${why}`);
  }
  if (note?.why) lines.push(`      note by ${printable(note.who)}: ${printable(note.why)}`);
  if (refusal === null) lines.push(`      taggant signoff ${fileArgument(path, startLine, endLine)}`);
  return lines.map((line) => `${line}\n`).join('');
}

/** Lines 1-based, both included; offsets UTF-16, end exclusive. */
function asJson({ path, finding, authors, needs, request, note, refusal, waitsFor, rule }: Waiting): object {
  const { kind, startLine, endLine, start, end, labels, message, enforcement } = finding;
  return {
    ...{ path, startLine: startLine + 1, endLine, start, end, kind, rule: rule!.name, enforcement },
    ...{ message, needs, labels, authors, waitsFor, canSign: refusal === null, refusal },
    request: request && { who: request.who, time: request.time, why: request.why ?? null },
    note: note && { who: note.who, time: note.time, why: note.why ?? null },
  };
}
