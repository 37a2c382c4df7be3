import { matchSigner, parseAllowedSigners, type SignerMatch, signerLine } from '../core/allowedSigners';
import { closestWord } from '../core/closestWord';
import type { Contribution } from '../core/contribution';
import { SIGNERS_PATH } from '../core/layout';
import { splitLines } from '../core/lines';
import { emailOf } from '../core/people';
import type { Policy } from '../core/policy';
import type { SignatureState } from '../core/signatures';
import { namesByAddress } from '../core/signerNames';
import { isHardwareKey } from '../core/sshKey';
import type { Statement } from '../core/statements';
import { printable } from '../core/wording';
import type { Repository } from '../repo/git';
import { Problem } from '../repo/problem';
import type { SigningKey } from '../repo/sshKeys';
import { workingTree } from '../repo/tree';
import { loadGuardrails } from './guardrails';
import { loadNamedContributions } from './knowledge';
import { keepStatement, makeStatement, type ReviewedText } from './review';
import { verifyStatements } from './signatures';
import { addPlace, judgedPlaces, refusalText, type SignOffPlace, textsOf } from './signOffPlaces';

export type { SignOffPlace } from './signOffPlaces';

/** Who is to sign, when, and for which rule alone (default: for all that ask). */
export interface Signatory {
  readonly who: string;
  readonly time: Date;
  readonly rule?: string;
}

/** What a person would sign. */
export interface SignOffPlan {
  readonly places: readonly SignOffPlace[];
  /** One sentence each, about text that is left out, as this person's signature would not count for it. */
  readonly refusals: readonly string[];
  /** The text to be signed. */
  readonly texts: readonly ReviewedText[];
  /** The contributions that the labels of the places name, as far as they are there. */
  readonly contributions: ReadonlyMap<string, Contribution>;
  /** The role in which it is signed, where all rules want the same one. */
  readonly role: string | null;
}

/**
 * What a person would sign off in these texts (of all marked text that the ranges touch, what no rule refuses), judged
 * by the guardrails of the working tree as if it were signed already. Signs and writes nothing.
 * @throws Problem `ssh` when the key is not this person's in `.taggant/allowed_signers`, with the line to add; `policy`
 *   when the policy cannot be used; `usage` when there is no such rule
 */
export async function planSignOff(
  repo: Repository,
  texts: readonly ReviewedText[],
  by: Signatory,
  key: SigningKey,
): Promise<SignOffPlan> {
  const tree = workingTree(repo);
  const guardrails = await loadGuardrails(tree);
  if (guardrails.policyProblems.length > 0) {
    const why = guardrails.policyProblems[0]!.message;
    throw new Problem('policy', `The policy cannot be used, so nothing can be signed by it: ${why}`);
  }
  const { policy } = guardrails;
  if (by.rule !== undefined) requireRule(policy, by.rule);
  const state = expectedState((await tree.read(SIGNERS_PATH))?.toString('utf8') ?? null, by, key);
  const labels = texts.flatMap(({ marks }) => [...marks.spans, ...marks.deletions]);
  const contributions = await loadNamedContributions(tree, new Set(labels.map(({ label }) => label)));
  const places: SignOffPlace[] = [];
  const refusals: string[] = [];
  for (const text of texts) {
    const statement = await makeStatement('review', [text], by);
    if (!statement) continue;
    const lines = splitLines(text.text);
    if (text.digest !== undefined) {
      places.push({ path: text.path, startLine: 0, endLine: lines.count, labels: [], rules: [] });
      continue;
    }
    const known = { state, contributions, now: by.time };
    const asIfSigned = { ...statement, signature: 'yet to be made' };
    const found = judgedPlaces(text, asIfSigned, { ...guardrails, policy: policy ?? NO_RULES }, known);
    for (const place of found) {
      const wanted = place.asked.filter(({ rule }) => by.rule === undefined || rule === by.rule);
      if (by.rule !== undefined && wanted.length === 0) continue;
      const counts = wanted.filter(({ refusal }) => refusal === null).map(({ rule }) => rule);
      if (wanted.length === 0 || counts.length > 0)
        addPlace(places, text, lines, { ...place, rules: counts });
      else refusals.push(refusalText(text.path, place, wanted[0]!));
    }
  }
  return {
    places,
    refusals: [...new Set(refusals)],
    texts: textsOf(texts, places),
    contributions,
    role: roleOf(policy, places),
  };
}

/**
 * Signs what was planned, checks the signature as everybody else will, and writes the sign-off into the working tree.
 * @throws Problem `ssh` when it could not be signed, or would not count; nothing is written then
 */
export async function signOff(
  repo: Repository,
  plan: Pick<SignOffPlan, 'texts' | 'role'>,
  by: Signatory & { readonly why?: string; readonly terminal?: boolean },
  key: SigningKey,
): Promise<Statement> {
  const role = plan.role === null ? {} : { role: plan.role };
  const statement = await makeStatement('review', plan.texts, { ...by, ...role, key });
  if (!statement)
    throw new Problem('usage', 'There is no marked text there, so there is nothing to sign off.');
  const signers = (await workingTree(repo).read(SIGNERS_PATH))?.toString('utf8') ?? null;
  const checked = (await verifyStatements(repo, signers, [statement])).get(statement.uuid);
  if (checked?.state !== 'valid') {
    throw new Problem('ssh', `Nothing was written, for the sign-off would not count: ${checked?.why}.`);
  }
  await keepStatement(repo, statement);
  return statement;
}

/** What checking the signature will say, as far as that can be known before it is there. */
function expectedState(
  signersText: string | null,
  { who, time }: Signatory,
  key: SigningKey,
): SignatureState {
  const email = emailOf(who);
  const signers = parseAllowedSigners(signersText ?? '');
  if (!key.credential) {
    const principals = [email, ...namesByAddress(signers.signers)(email)];
    return { state: 'valid', principals, fingerprint: '', hardware: true };
  }
  const { key: publicKey } = key.credential;
  const match = matchSigner(signers, key.credential, email, time.toISOString().slice(0, 19));
  if ('why' in match) {
    const line = signerLine(email, publicKey);
    throw new Problem(
      'ssh',
      `Your sign-off would not count: ${whyNot(match, email, key)} ${lineAdvice(match, line)}`,
    );
  }
  const { principals } = match;
  const { fingerprint } = publicKey;
  return { state: 'valid', principals, fingerprint, hardware: isHardwareKey(publicKey) };
}

function whyNot({ why }: Extract<SignerMatch, { why: string }>, email: string, { name }: SigningKey): string {
  switch (why) {
    case 'unknown key':
      return `${name} is not in ${SIGNERS_PATH}.`;
    case 'not theirs':
      return `${name} is not the key of ${printable(email)} in ${SIGNERS_PATH}.`;
    case 'other namespace':
      return `${SIGNERS_PATH} allows ${name} other namespaces only, and not "taggant".`;
    default:
      return `${SIGNERS_PATH} says that ${name} is not valid today.`;
  }
}

function lineAdvice({ why }: Extract<SignerMatch, { why: string }>, line: string): string {
  return why === 'unknown key' || why === 'not theirs'
    ? `Have somebody who may change that file add this line to it: ${line}`
    : 'Have somebody who may change that file correct its line.';
}

const NO_RULES: Policy = { version: 1, roles: {}, rules: [], limit: null, onError: 'allow' };

function requireRule(policy: Policy | null, name: string): void {
  const names = policy?.rules.map((rule) => rule.name) ?? [];
  const rule = policy?.rules.find((one) => one.name === name);
  if (!rule) {
    const close = closestWord(name, names);
    const which =
      names.length === 0
        ? 'There is none.'
        : `There are: ${names.map((one) => `"${printable(one)}"`).join(', ')}.`;
    const hint = close ? `Did you mean "${printable(close)}"?` : which;
    throw new Problem('usage', `The policy has no rule "${printable(name)}". ${hint}`);
  }
  if (!rule.signOff) {
    throw new Problem(
      'usage',
      `The rule "${printable(name)}" asks for no sign-off; a review is enough for it.`,
    );
  }
}

function roleOf(policy: Policy | null, places: readonly SignOffPlace[]): string | null {
  const rules = new Set(places.flatMap((place) => place.rules));
  const demands = (policy?.rules ?? []).filter(({ name }) => rules.has(name));
  const roles = new Set(demands.flatMap(({ signOff: demand }) => (demand ? [demand.role] : [])));
  return roles.size === 1 ? [...roles][0]! : null;
}
