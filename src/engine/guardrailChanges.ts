import { type AllowedSigners, parseAllowedSigners } from '../core/allowedSigners';
import { CODEOWNERS_PATHS, ownersOf } from '../core/codeowners';
import type { Finding, FindingKind } from '../core/findings';
import { signersText } from '../core/findingTexts';
import { fileDigest } from '../core/guardrailFiles';
import { POLICY_PATH, SIGNERS_PATH } from '../core/layout';
import { NO_MARKS } from '../core/marks';
import { activeRulesFor, activityOf, type Policy, parsePolicy } from '../core/policy';
import { policyChanges, shortened, signerChanges } from '../core/policyChanges';
import { asksForSignOff, byPerson, judgeSignOff, type SigningRule } from '../core/signOffs';
import { type Statement, signedJson } from '../core/statements';
import type { Repository } from '../repo/git';
import { Problem } from '../repo/problem';
import { type Tree, workingTree } from '../repo/tree';
import type { Guardrails } from './guardrails';
import { loadStatements } from './knowledge';
import type { ReviewedText } from './review';
import { verifyStatements } from './signatures';

export { isGuardrailFile } from '../core/guardrailFiles';

/** What a finding names as its rule when it is about the guardrails or the record, which no rule of the policy names. */
export const GUARDRAILS_RULE = 'the guardrails';

/**
 * A guardrail file of the working tree as somebody reviews it: as a whole, by the digest of its bytes.
 * @throws Problem `path` when it is not there
 */
export async function guardrailFile(repo: Repository, path: string): Promise<ReviewedText> {
  const bytes = await workingTree(repo).read(path);
  if (!bytes) throw new Problem('path', `${path} is not a file of this repository.`);
  return { path, text: '', marks: NO_MARKS, digest: fileDigest(bytes) };
}

interface Change {
  readonly path: string;
  readonly kind: FindingKind;
  readonly clauses: readonly string[];
  readonly bytes: Buffer | null;
}

/** The three states that a range compares. */
export interface RangeTrees {
  readonly base: Tree;
  readonly mergeBase: Tree;
  readonly head: Tree;
}

/**
 * A finding for each guardrail file that the range changes: the check itself goes by BASE's. Not for a change with all the
 * sign-offs that BASE's rules for it ask for ({@link rulesForChange}).
 */
export async function guardrailFindings(
  repo: Repository,
  trees: RangeTrees,
  guardrails: Guardrails & { readonly policy: Policy },
  statements: readonly Statement[],
  now: string,
): Promise<Finding[]> {
  const { policy } = guardrails;
  const changes = await changesOf(trees, policy);
  if (changes.length === 0) return [];
  const day = now.slice(0, 10);
  const canSign = rulesForChange(policy, POLICY_PATH, day).length > 0;
  const isBlocking = canSign && policy.rules.some(({ enforcement }) => enforcement === 'block');
  const signed = canSign
    ? await signedChanges(repo, changes, guardrails, await newStatements(trees, statements), now)
    : new Set<string>();
  return changes
    .filter(({ path }) => !signed.has(path))
    .map(({ path, kind, clauses, bytes }) => ({
      kind,
      path,
      ...{ startLine: 0, endLine: 1, start: 0, end: 0, label: '', labels: [] },
      rule: GUARDRAILS_RULE,
      enforcement: isBlocking ? 'block' : 'warn',
      message: `${path} is ${bytes ? 'changed' : 'removed'} (${shortened(clauses)}); this check used the one of the base branch`,
      remedy: canSign
        ? `The new file needs, by the base branch's policy, ${signersOfChange(rulesForChange(policy, path, day))}: taggant signoff ${path}`
        : 'Let somebody who is responsible for the policy read this change.',
    }));
}

/**
 * The rules whose sign-offs a changed guardrail file needs, all of them: those that hold for the file itself; where there is
 * none, those that block, so that nobody loosens a rule who may sign for another one only.
 */
function rulesForChange(policy: Policy, path: string, day: string): SigningRule[] {
  const own = activeRulesFor(policy, path, day).filter(asksForSignOff);
  if (own.length > 0) return own;
  const signing = policy.rules.filter(asksForSignOff);
  const active = signing.filter((rule) => activityOf(rule, day) === 'active');
  const blocking = active.filter(({ enforcement }) => enforcement === 'block');
  return [blocking, active, signing].find((rules) => rules.length > 0) ?? [];
}

function signersOfChange(rules: readonly SigningRule[]): string {
  // Who wrote a guardrail file is not recorded.
  const demands = rules.map(({ signOff }) => signersText({ ...signOff, notAuthor: false }));
  return [...new Set(demands)].join(' and ');
}

/** The guardrail files that the range itself changed: not those that only the base branch changed since. */
async function changesOf(trees: RangeTrees, policy: Policy): Promise<Change[]> {
  const usesOwners = Object.values(policy.roles)
    .flat()
    .some((one) => one.toUpperCase() === '@CODEOWNERS');
  const paths = [POLICY_PATH, SIGNERS_PATH, ...(usesOwners ? CODEOWNERS_PATHS : [])];
  const changes = await Promise.all(
    paths.map(async (path): Promise<Change[]> => {
      const [base, parted, head] = await Promise.all(
        [trees.base, trees.mergeBase, trees.head].map((tree) => tree.read(path).catch(() => null)),
      );
      if (isSame(base!, head!) || isSame(parted!, head!)) return [];
      const clauses = clausesOf(path, policy, base!, head!);
      const kind = path === POLICY_PATH ? 'policy-changed' : 'signers-changed';
      return clauses.length === 0 ? [] : [{ path, kind, clauses, bytes: head! }];
    }),
  );
  return changes.flat();
}

function isSame(a: Buffer | null, b: Buffer | null): boolean {
  return a === null || b === null ? a === b : a.equals(b);
}

/** What is different, in words; nothing when only comments and the like are. */
function clausesOf(
  path: string,
  policy: Policy,
  base: Buffer | null,
  head: Buffer | null,
): readonly string[] {
  if (path === POLICY_PATH) {
    if (head === null) return ['no rule holds any more'];
    const after = parsePolicy(head.toString('utf8')).policy;
    return after ? policyChanges(policy, after) : ['it has mistakes, so that no rule would hold'];
  }
  if (path === SIGNERS_PATH) return signerChanges(signersOf(base).signers, signersOf(head).signers);
  return ['the policy names the owners of files as a role'];
}

function signersOf(bytes: Buffer | null): AllowedSigners {
  return parseAllowedSigners(bytes?.toString('utf8') ?? '');
}

/**
 * The statements that the range brings. One that BASE has already let an earlier change through; nobody brings an older
 * policy back by it. What it signs tells it, under whatever name it is stored.
 */
async function newStatements({ base }: RangeTrees, statements: readonly Statement[]): Promise<Statement[]> {
  const isSigned = ({ signature }: Statement) => signature !== undefined;
  const known = new Set((await loadStatements(base, [])).filter(isSigned).map(signedJson));
  return statements.filter((one) => isSigned(one) && !known.has(signedJson(one)));
}

/** The paths of the changed files whose new content has the sign-offs that it needs. */
async function signedChanges(
  repo: Repository,
  changes: readonly Change[],
  guardrails: Guardrails & { readonly policy: Policy },
  statements: readonly Statement[],
  now: string,
): Promise<Set<string>> {
  const digests = new Map(
    changes.flatMap(({ path, bytes }) => (bytes ? [[path, fileDigest(bytes)] as const] : [])),
  );
  const speaksOf = ({ files }: Statement, path: string) =>
    files.some(
      (file) => file.path === path && file.digest !== undefined && file.digest === digests.get(path),
    );
  const reviews = statements.filter(
    (one) =>
      one.kind === 'review' &&
      one.signature !== undefined &&
      [...digests.keys()].some((path) => speaksOf(one, path)),
  );
  const { policy, codeowners, allowedSigners } = guardrails;
  const signatures = await verifyStatements(repo, allowedSigners, reviews);
  const signed = new Set<string>();
  for (const path of digests.keys()) {
    const context = { policy, signatures, now, owners: codeowners ? ownersOf(codeowners, path) : [] };
    const about = reviews.filter((review) => speaksOf(review, path));
    const isMet = (rule: SigningRule): boolean => {
      const verdicts = about.map((review) => judgeSignOff(review, rule, { kind: 'unrecorded' }, context));
      const signers = verdicts.flatMap((verdict) => ('signer' in verdict ? [verdict.signer] : []));
      return byPerson(signers).length >= rule.signOff.count;
    };
    if (rulesForChange(policy, path, now.slice(0, 10)).every(isMet)) signed.add(path);
  }
  return signed;
}
