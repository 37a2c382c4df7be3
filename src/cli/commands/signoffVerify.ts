import { parseAllowedSigners } from '../../core/allowedSigners';
import { SIGNERS_PATH } from '../../core/layout';
import type { SignatureState } from '../../core/signatures';
import type { Statement } from '../../core/statements';
import { count, printable } from '../../core/wording';
import { checkTreeVersion, loadStatements } from '../../engine/knowledge';
import { verifyStatements } from '../../engine/signatures';
import { workingTree } from '../../repo/tree';
import { type Context, EXIT, repositoryOf } from '../context';
import { told } from '../text';

/** Paths of a statement that are shown. */
const MAX_PATHS = 3;

interface Checked {
  readonly statement: Statement;
  readonly state: SignatureState;
}

/** `taggant signoff --verify`: every signed statement of the working tree, who signed it, and whether that holds. */
export async function verifyAll(context: Context, { json }: { json?: boolean }): Promise<number> {
  const repo = await repositoryOf(context);
  const tree = workingTree(repo);
  await checkTreeVersion(tree);
  const problems: string[] = [];
  const signers = (await tree.read(SIGNERS_PATH))?.toString('utf8') ?? null;
  for (const { line, message } of parseAllowedSigners(signers ?? '').problems)
    problems.push(`${SIGNERS_PATH}:${line}: ${message}`);
  const statements = await loadStatements(tree, problems);
  const states = await verifyStatements(repo, signers, statements);
  const checked = statements
    .flatMap((statement) => {
      const state = states.get(statement.uuid);
      return state ? [{ statement, state }] : [];
    })
    .sort((a, b) => (a.statement.time < b.statement.time ? -1 : 1));
  const invalid = checked.filter(({ state }) => state.state === 'invalid');
  if (json) context.out.write(`${JSON.stringify({ statements: checked.map(asJson), problems })}\n`);
  else {
    for (const problem of problems) context.err.write(told(problem));
    for (const one of checked) context.out.write(lineOf(one));
    context.out.write(
      `${count(checked.length, 'signed statement')}: ${checked.length - invalid.length} valid, ${invalid.length} not.\n`,
    );
  }
  return invalid.length > 0 ? EXIT.findings : EXIT.fine;
}

function lineOf({ statement, state }: Checked): string {
  const { uuid, kind, who, time, files } = statement;
  const paths = files.slice(0, MAX_PATHS).map(({ path }) => printable(path));
  if (files.length > MAX_PATHS) paths.push(`and ${files.length - MAX_PATHS} more`);
  const holds =
    state.state === 'valid'
      ? `valid, ${state.fingerprint}${state.hardware ? ' in hardware' : ''}`
      : `does not count: ${state.why}`;
  return `${time.slice(0, 10)} ${uuid} ${kind} by ${printable(who)}: ${paths.join(', ')}\n    ${holds}\n`;
}

function asJson({ statement, state }: Checked): object {
  const { uuid, kind, who, time, rule, role, why, files } = statement;
  return { uuid, kind, who, time, rule, role, reason: why, paths: files.map(({ path }) => path), ...state };
}
