import type { Contribution } from '../../core/contribution';
import { splitLines } from '../../core/lines';
import { isUnknownOrigin } from '../../core/marks';
import { isHardwareKey } from '../../core/sshKey';
import { fileArgument, printable } from '../../core/wording';
import { requireSetUp } from '../../engine/declare';
import { planSignOff, type SignOffPlace, type SignOffPlan, signOff } from '../../engine/signOff';
import { authorIdentity } from '../../repo/identity';
import { Problem } from '../../repo/problem';
import { type SigningKey, signingKey } from '../../repo/sshKeys';
import { type Context, EXIT, repositoryOf } from '../context';
import { refuseAgents, requirePerson } from '../people';
import { selectedTexts } from '../selections';
import { printableLine, told } from '../text';
import { listWork } from './signoffList';
import { verifyAll } from './signoffVerify';
import { tellFiles } from './statements';

export interface SignoffOptions {
  readonly why?: string;
  readonly rule?: string;
  readonly yes?: boolean;
  readonly list?: boolean;
  readonly verify?: boolean;
  readonly json?: boolean;
}

/** Lines of a place that are shown before it is signed. */
const MAX_LINES = 40;
/** Lines are not cut at the terminal's edge: nothing that is signed may hide behind it. */
const MAX_COLUMNS = 2000;

/**
 * `taggant signoff FILE[:12-40]…`: a person signs that they have read the marked text there and answer for it. With
 * `--list` and `--verify` it only tells.
 */
export async function signoff(
  context: Context,
  files: readonly string[],
  options: SignoffOptions,
): Promise<number> {
  if (options.list || options.verify) {
    if (files.length > 0 || (options.list && options.verify))
      throw new Problem('usage', 'Use --list or --verify alone, without files.');
    return options.list ? listWork(context, options) : verifyAll(context, options);
  }
  if (options.json) throw new Problem('usage', '--json goes with --list and --verify.');
  if (files.length === 0) {
    throw new Problem(
      'usage',
      'Say what to sign off: FILE, FILE:12 or FILE:12-40. "--list" shows what waits.',
    );
  }
  return sign(context, files, options);
}

async function sign(
  context: Context,
  files: readonly string[],
  { why, rule, yes }: SignoffOptions,
): Promise<number> {
  refuseAgents(context, 'signoff');
  requirePerson(context, 'signoff', 'Sign Off');
  const repo = await repositoryOf(context);
  await requireSetUp(repo);
  const [key, who] = await Promise.all([signingKey(repo), authorIdentity(repo)]);
  const texts = await selectedTexts(context, repo, files);
  const by = { who, time: context.now(), ...(rule === undefined ? {} : { rule }) };
  const plan = await planSignOff(repo, texts, by, key);
  for (const refusal of plan.refusals) context.err.write(told(refusal));
  if (plan.places.length === 0) {
    if (plan.refusals.length > 0) return EXIT.trouble;
    const where =
      rule === undefined
        ? 'There is no marked text there'
        : `The rule "${printable(rule)}" asks for no sign-off there`;
    context.out.write(`${where}, so there is nothing to sign off.\n`);
    return EXIT.fine;
  }
  showPlan(context, plan, who, key);
  if (!yes && !(await context.confirm('Have you read this, and do you answer for it?'))) {
    context.err.write(told('Nothing was signed.'));
    return EXIT.findings;
  }
  if (key.credential && isHardwareKey(key.credential.key)) context.out.write('Touch your security key.\n');
  const statement = await signOff(
    repo,
    plan,
    { ...by, terminal: true, ...(why === undefined ? {} : { why }) },
    key,
  );
  tellFiles(context, statement, (lines) => `${lines} signed off.`);
  return EXIT.fine;
}

function showPlan({ out }: Context, plan: SignOffPlan, who: string, key: SigningKey): void {
  const fingerprint = key.credential ? ` (${key.credential.key.fingerprint})` : '';
  out.write(`${printable(who)} signs with ${key.name}${fingerprint}:\n`);
  for (const place of plan.places) {
    const rules = place.rules.map((name) => `"${printable(name)}"`).join(', ');
    if (plan.texts.some(({ path, digest }) => path === place.path && digest !== undefined)) {
      out.write(`\n${printable(place.path)}, the whole file as it is now\n`);
      continue;
    }
    const where = fileArgument(place.path, place.startLine, place.endLine);
    out.write(`\n${where}${rules === '' ? ', which no rule asks for' : `, for ${rules}`}\n`);
    for (const label of place.labels) out.write(`  ${labelText(label, plan.contributions)}\n`);
    showLines(out, place, plan);
  }
  out.write('\n');
}

function labelText(label: string, contributions: ReadonlyMap<string, Contribution>): string {
  if (isUnknownOrigin(label)) return 'unknown origin';
  const contribution = contributions.get(label);
  if (!contribution) return `${printable(label)}: its contribution is missing`;
  const { tool, model, author, day, evidence } = contribution;
  return [tool, model, author, day, evidence]
    .filter((part) => part !== undefined)
    .map(printable)
    .join(', ');
}

function showLines(
  out: Context['out'],
  { path, startLine, endLine }: SignOffPlace,
  { texts }: SignOffPlan,
): void {
  const text = texts.find((one) => one.path === path)?.text ?? '';
  const { starts, ends } = splitLines(text);
  const last = Math.min(endLine, startLine + MAX_LINES);
  for (let line = startLine; line < last; line++) {
    const number = String(line + 1).padStart(6);
    out.write(
      `${`${number} | ${printableLine(text.slice(starts[line], ends[line]), MAX_COLUMNS)}`.trimEnd()}\n`,
    );
  }
  if (last < endLine) out.write(`       and ${endLine - last} more lines\n`);
}
