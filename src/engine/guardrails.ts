import { parseAllowedSigners } from '../core/allowedSigners';
import { CODEOWNERS_PATHS, type Codeowners, parseCodeowners } from '../core/codeowners';
import type { Contribution } from '../core/contribution';
import type { Judgement } from '../core/judge';
import { SIGNERS_PATH } from '../core/layout';
import type { Policy } from '../core/policy';
import type { Signatures } from '../core/signatures';
import { namesByAddress } from '../core/signerNames';
import { Problem } from '../repo/problem';
import type { Tree } from '../repo/tree';
import { type LoadedPolicy, loadPolicy } from './knowledge';

/**
 * What a change is judged by: the policy, whose key is whose, and who owns which file. Of the index for a commit, of the
 * working tree in the editor, of the base for a range, so that no change grants itself a pass.
 */
export interface Guardrails extends LoadedPolicy {
  /** The text of `.taggant/allowed_signers`; null when there is none. */
  readonly allowedSigners: string | null;
  readonly codeowners: Codeowners | null;
  /** All names that the allowed signers have for the person with an e-mail address. */
  readonly principalsOf: (email: string) => readonly string[];
  /** One sentence each, about lines of these files that were passed over. */
  readonly problems: readonly string[];
}

export const NO_GUARDRAILS: Guardrails = {
  policy: null,
  policyProblems: [],
  allowedSigners: null,
  codeowners: null,
  principalsOf: () => [],
  problems: [],
};

/** Reads the guardrails of a tree. What does not need them costs nothing: without a policy nothing else is read. */
export async function loadGuardrails(tree: Tree): Promise<Guardrails> {
  const loaded = await loadPolicy(tree);
  const { policy } = loaded;
  const problems: string[] = [];
  const allowedSigners = policy && asksForSigners(policy) ? await textOf(tree, SIGNERS_PATH, problems) : null;
  const signers = parseAllowedSigners(allowedSigners ?? '');
  for (const { line, message } of signers.problems) problems.push(`${SIGNERS_PATH}:${line}: ${message}`);
  const found = policy && asksForOwners(policy) ? await loadCodeowners(tree, problems) : null;
  const codeowners = found?.codeowners ?? null;
  return { ...loaded, allowedSigners, codeowners, principalsOf: namesByAddress(signers.signers), problems };
}

/** What files are judged by, now, with signatures that have been checked. */
export function judgementBy(
  guardrails: Guardrails & { readonly policy: Policy },
  known: {
    readonly signatures: Signatures;
    readonly contributions: Pick<ReadonlyMap<string, Contribution>, 'get'>;
    readonly now: Date;
  },
): Judgement {
  const now = `${known.now.toISOString().slice(0, 19)}Z`;
  return {
    policy: guardrails.policy,
    codeowners: guardrails.codeowners,
    signatures: known.signatures,
    contributions: known.contributions,
    ...{ now, day: now.slice(0, 10) },
    principalsOf: guardrails.principalsOf,
  };
}

/** True when some rule asks who somebody is. */
function asksForSigners({ rules }: Policy): boolean {
  return rules.some(({ signOff, authors }) => signOff !== null || authors !== null);
}

function asksForOwners(policy: Policy): boolean {
  const members = Object.values(policy.roles).flat();
  return asksForSigners(policy) && members.some((member) => member.toUpperCase() === '@CODEOWNERS');
}

/** The CODEOWNERS file of a tree, read, and its path; null when there is none. */
export async function loadCodeowners(
  tree: Tree,
  problems: string[],
): Promise<{ readonly path: string; readonly codeowners: Codeowners } | null> {
  for (const path of CODEOWNERS_PATHS) {
    const text = await textOf(tree, path, problems);
    if (text === null) continue;
    const codeowners = parseCodeowners(text);
    problems.push(...codeowners.problems);
    return { path, codeowners };
  }
  return null;
}

/** A file that cannot be read is as good as none: it allows nobody anything. */
async function textOf(tree: Tree, path: string, problems: string[]): Promise<string | null> {
  try {
    return (await tree.read(path))?.toString('utf8') ?? null;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    problems.push(error.message);
    return null;
  }
}
