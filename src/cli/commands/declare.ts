import type { Contribution } from '../../core/contribution';
import { count, printable } from '../../core/wording';
import { type Declared, declareText, requireSetUp, type TextRange } from '../../engine/declare';
import { readMarkedFile } from '../../engine/markedFile';
import { declareUnmarked, unmarkDemand } from '../../engine/unmark';
import type { Repository } from '../../repo/git';
import { authorIdentity } from '../../repo/identity';
import { Problem } from '../../repo/problem';
import { type SigningKey, signingKey } from '../../repo/sshKeys';
import { type Context, EXIT, rangeOf, repositoryOf, selectionOf } from '../context';
import { flushEditors, refuseAgents, requirePerson } from '../people';

/** Longest name of a tool or model, and longest reason. */
const MAX_NAME = 200;

interface MarkOptions {
  readonly tool: string;
  readonly model?: string;
  readonly json?: boolean;
}

/** `taggant mark FILE:12-40 --tool T [--model M]`: a person declares that AI wrote these lines. */
export async function mark(context: Context, argument: string, options: MarkOptions): Promise<number> {
  const tool = nameOf(options.tool, '--tool');
  const model = options.model === undefined ? {} : { model: nameOf(options.model, '--model') };
  const { repo, file, range, who, time } = await selected(context, argument, 'mark');
  const contribution: Contribution = {
    ...{ author: who, day: time.toISOString().slice(0, 10), evidence: 'declared', tool },
    ...model,
  };
  const { characters } = await declareText(repo, file, range, contribution);
  const nothing = 'all of it is marked as AI already, and stays as it is';
  return tell(context, file.path, { characters, deletions: 0 }, options.json, 'marked', nothing);
}

/** `taggant unmark FILE:12-40 --why W`: a person declares that these lines are not AI code. */
export async function unmark(
  context: Context,
  argument: string,
  { why, json }: { readonly why: string; readonly json?: boolean },
): Promise<number> {
  if (why.trim() === '') throw new Problem('usage', 'Say why with --why: the reason is kept with the code.');
  const { repo, file, range, who, time } = await selected(context, argument, 'unmark');
  const demand = await unmarkDemand(repo, file.path, time);
  const key = demand.signing.length > 0 ? await keyOfPerson(context, repo) : null;
  const by = { who, time, why, terminal: true, ...(key ? { key } : {}) };
  await declareUnmarked(repo, { ...file, ranges: [range] }, demand, by);
  const changed = await declareText(repo, file, range, null);
  return tell(context, file.path, changed, json, 'unmarked', 'there is no marked text there');
}

/** Where a rule wants a signature on it, a person at the prompt gives it. */
async function keyOfPerson(context: Context, repo: Repository): Promise<SigningKey> {
  requirePerson(context, 'unmark', 'Mark as Mine');
  const key = await signingKey(repo);
  if (await context.confirm('Do you sign that this is no AI code?')) return key;
  throw new Problem('usage', 'Nothing was signed, and the marks stay.');
}

function nameOf(written: string, option: string): string {
  const name = written.trim();
  if (name === '' || name !== printable(name) || name.length > MAX_NAME) {
    throw new Problem('usage', `${option} takes a name on one line, of at most ${MAX_NAME} characters.`);
  }
  return name;
}

/** The text that a person speaks of, once editors have written what they hold. */
async function selected(context: Context, argument: string, command: string) {
  refuseAgents(context, command);
  const repo = await repositoryOf(context);
  await requireSetUp(repo);
  const selection = await selectionOf(context, repo, argument);
  await flushEditors(repo);
  const file = await readMarkedFile(repo, selection.path);
  const range = withEmptyLine(rangeOf(selection, file.text), file.text);
  return { repo, file, range, who: await authorIdentity(repo), time: context.now() };
}

/** The mark of an empty line lies on its line end. */
function withEmptyLine({ start, end }: TextRange, text: string): TextRange {
  if (end > start && text[end - 1] !== '\n') return { start, end };
  const lineEnd = text.indexOf('\n', end);
  return { start, end: lineEnd < 0 ? Math.max(end, Math.min(start + 1, text.length)) : lineEnd + 1 };
}

function tell(
  context: Context,
  path: string,
  { characters, deletions }: Declared,
  json: boolean | undefined,
  done: string,
  nothing: string,
): number {
  if (json) {
    context.out.write(`${JSON.stringify({ file: path, [done]: characters, deletions })}\n`);
    return EXIT.fine;
  }
  const what = [
    characters > 0 || deletions === 0 ? count(characters, 'character') : '',
    deletions > 0 ? `${count(deletions, 'mark')} of removed text` : '',
  ].filter(Boolean);
  const said = characters + deletions === 0 ? nothing : `${what.join(' and ')} ${done}`;
  context.out.write(`${printable(path)}: ${said}.\n`);
  return EXIT.fine;
}
