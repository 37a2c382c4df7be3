import { ownersOf } from '../core/codeowners';
import type { Contribution } from '../core/contribution';
import type { Label } from '../core/marks';
import { activeRulesFor, type Rule } from '../core/policy';
import { type Authorship, asksForSignOff, judgeSignOff } from '../core/signOffs';
import { findAuthorship } from '../core/verdicts';
import { printable } from '../core/wording';
import type { Repository } from '../repo/git';
import { Problem } from '../repo/problem';
import type { SigningKey } from '../repo/sshKeys';
import { workingTree } from '../repo/tree';
import { type Guardrails, loadGuardrails } from './guardrails';
import { loadNamedContributions } from './knowledge';
import { keepStatement, makeStatement, type ReviewedText, type Reviewer } from './review';
import { verifyStatements } from './signatures';

/** What it takes to say of marked text in a file that it is no AI code. */
export interface UnmarkDemand {
  /** The rules that want it signed by somebody who may sign AI code off for them. */
  readonly signing: readonly Rule[];
  readonly guardrails: Guardrails;
}

/**
 * What the rules of a file ask of whoever takes marks away.
 * @throws Problem `usage` where a rule never lets marks go
 */
export async function unmarkDemand(repo: Repository, path: string, now: Date): Promise<UnmarkDemand> {
  const guardrails = await loadGuardrails(workingTree(repo));
  const { policy } = guardrails;
  const rules = policy ? activeRulesFor(policy, path, now.toISOString().slice(0, 10)) : [];
  const never = rules.find(({ unmark }) => unmark === 'never');
  if (never) {
    throw new Problem(
      'usage',
      `The rule "${printable(never.name)}" lets nobody take marks away from ${printable(path)}. Write the code anew, or have it signed off.`,
    );
  }
  return { signing: rules.filter(({ unmark }) => unmark === 'sign-off'), guardrails };
}

/**
 * Writes the statement that some marked text is no AI code; the marks are still there then. Signed where the rules want
 * that; `key` must be there then.
 * @param contributions where it is looked up whose code it is; default: the working tree
 * @throws Problem `ssh` or `usage` when it would not count; nothing is written then
 */
export async function declareUnmarked(
  repo: Repository,
  text: ReviewedText,
  { signing, guardrails }: UnmarkDemand,
  by: Reviewer,
  contributions?: { get(id: Label): Contribution | undefined },
): Promise<void> {
  const { key, ...unsigned } = by;
  const statement = await makeStatement('declare', [text], signing.length > 0 ? by : unsigned);
  if (!statement) return;
  const { policy, codeowners, allowedSigners } = guardrails;
  const signatures = await verifyStatements(repo, allowedSigners, [statement]);
  const now = `${by.time.toISOString().slice(0, 19)}Z`;
  const owners = codeowners ? ownersOf(codeowners, text.path) : [];
  const labels = new Set(
    statement.files.flatMap(({ blocks }) => blocks.flatMap((block) => [...block.labels])),
  );
  const records = contributions ?? (await loadNamedContributions(workingTree(repo), labels));
  const authors = [...labels].map((label) => findAuthorship(label, records));
  for (const rule of signing) {
    const checked = signatures.get(statement.uuid);
    if (checked?.state !== 'valid') {
      throw new Problem(
        'ssh',
        `Nothing was written, for your signature would not count: ${whyNot(checked, key)}.`,
      );
    }
    if (!policy || !asksForSignOff(rule)) continue;
    const context = { policy, signatures, now, owners };
    const counts = (author: Authorship) => 'signer' in judgeSignOff(statement, rule, author, context);
    if (authors.every(counts)) continue;
    const other = counts({ kind: 'unrecorded' }) ? ', and not of its author' : '';
    throw new Problem(
      'usage',
      `Nothing was written: for the rule "${printable(rule.name)}" the marks may only go with the signature of somebody with the role "${printable(rule.signOff.role)}"${other}.`,
    );
  }
  await keepStatement(repo, statement);
}

function whyNot(checked: { state: 'invalid'; why: string } | undefined, key: SigningKey | undefined): string {
  return checked?.why ?? (key ? 'it could not be checked' : 'there is none');
}
