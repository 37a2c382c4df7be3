import { count, printable } from '../../core/wording';
import { type FileStatus, type Status, statusOf } from '../../engine/status';
import { type Context, EXIT, repositoryOf } from '../context';
import { table, told } from '../text';

/** `taggant status`: what is marked and reviewed, and whether edits and commits are watched. */
export async function status(context: Context, options: { json?: boolean }): Promise<number> {
  const found = await statusOf(await repositoryOf(context));
  context.out.write(options.json ? `${JSON.stringify(found)}\n` : statusText(found));
  return EXIT.fine;
}

export function statusText(status: Status): string {
  const { setUp, hook, editors, policy, files, all, staged } = status;
  const facts = [
    ['Repository', `${printable(status.root)} (${setUp ? 'set up' : 'not set up: run "taggant init"'})`],
    [
      'Edits',
      editors > 0
        ? `observed by ${count(editors, 'editor')}`
        : 'not observed: no editor with Taggant is open',
    ],
    ['Commits', hook.message],
    ['Policy', policyText(policy)],
    ['Next commit', findingsText(staged)],
    ['Working tree', findingsText(all)],
    ...(status.outOfSync.length > 0 ? [['Sidecars', staleText(status.outOfSync)]] : []),
  ];
  const problems = status.problems.map((problem) => told(problem)).join('');
  return `${table(facts)}${files.length > 0 ? `\n${table([HEAD, ...files.map(row)])}` : ''}${problems}`;
}

function policyText(policy: Status['policy']): string {
  if (!policy) return 'none: nothing holds a commit back';
  return policy.problems > 0
    ? 'cannot be used; "taggant check --all" says where it is wrong'
    : count(policy.rules, 'rule');
}

function findingsText({ findings, blocking }: Status['all']): string {
  return findings === 0 ? 'no findings' : `${count(findings, 'finding')}, ${blocking} blocking`;
}

/** Most files that one line names. */
const MAX_NAMED = 5;

function staleText(outOfSync: Status['outOfSync']): string {
  const named = outOfSync.slice(0, MAX_NAMED).map(({ path }) => printable(path));
  if (outOfSync.length > MAX_NAMED) named.push(`and ${outOfSync.length - MAX_NAMED} more`);
  const agree =
    outOfSync.length === 1
      ? '1 does not agree with its file'
      : `${outOfSync.length} do not agree with their files`;
  return `${agree}: ${named.join(', ')} (taggant sync)`;
}

const HEAD = ['AI', 'unreviewed', 'reviewed', 'signed off', 'unknown', 'file'];

function row({ path, characters, aiCharacters, unknownCharacters, spans }: FileStatus): string[] {
  const share = (part: number) => `${characters === 0 ? 0 : Math.round((100 * part) / characters)} %`;
  return [
    share(aiCharacters),
    String(spans.unreviewed),
    String(spans.reviewed),
    String(spans['signed off']),
    share(unknownCharacters),
    printable(path),
  ];
}
