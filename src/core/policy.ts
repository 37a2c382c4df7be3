import { getNodeValue } from 'jsonc-parser';
import { daysBetween } from './days';
import { matchesGlob, pathNames } from './globMatch';
import type { Glob } from './globs';
import { readPolicyTree } from './policyJson';
import { type PolicyJson, policyOf } from './policyRules';
import { checkSchema } from './policySchema';
import { count, printable } from './wording';

/** What happens to a commit that carries a finding: it is held back, or it can go through after a warning. */
export type Enforcement = 'warn' | 'block';

/** How much something counts that is less than unreviewed AI code. */
export type Degree = 'ignore' | Enforcement;

/** Who has to sign AI code of a rule. */
export interface SignOffDemand {
  /** The role that each of them must have. */
  readonly role: string;
  /** How many different people. */
  readonly count: number;
  /** True when the person whose AI code it is cannot be one of them. */
  readonly notAuthor: boolean;
  /** True when only keys kept in hardware (`sk-` types) count. */
  readonly hardwareKey: boolean;
  /** Days after which a sign-off counts no more; null: it does not age. */
  readonly maxAgeDays: number | null;
}

/** One rule: a critical path and what is asked of AI code in it. */
export interface Rule {
  readonly name: string;
  /** The patterns as they stand in the policy, without those of presets. */
  readonly paths: readonly string[];
  /** The presets whose patterns it has too. */
  readonly presets: readonly string[];
  readonly enforcement: Enforcement;
  /** Null: a review by anybody is enough. */
  readonly signOff: SignOffDemand | null;
  /** The roles whose AI code the rule holds for; null: everybody's. */
  readonly authors: readonly string[] | null;
  /** Whether the author must document the change with a note. */
  readonly note: 'optional' | 'required';
  /** What text of unknown origin counts for. */
  readonly unknownOrigin: Degree;
  /** What lines count for that an AI edit removed. */
  readonly deletions: Degree;
  /** Whether somebody may commit against the rule, with a reason that is kept. */
  readonly override: 'never' | 'with-reason';
  /** What it takes to say of marked text that it is no AI code. */
  readonly unmark: 'with-reason' | 'sign-off' | 'never';
  /** Whether another tool's errors inside unreviewed AI code keep it from being signed off. */
  readonly diagnostics: 'show' | 'block-sign-off';
  /** Days in UTC, `YYYY-MM-DD`, both included, between which the rule holds; null: no such bound. */
  readonly from: string | null;
  readonly until: string | null;
  /** The patterns, ready to match; see {@link rulesFor}. */
  readonly globs: readonly Glob[];
}

/** The policy, version 1 (`.taggant/policy.json`; docs/policy.md). */
export interface Policy {
  readonly version: 1;
  /** People by role: e-mail addresses, `*@domain`, forge names (`@alice`, `@org/team`), `@CODEOWNERS`, `*`. */
  readonly roles: Readonly<Record<string, readonly string[]>>;
  readonly rules: readonly Rule[];
  /** The most lines of unreviewed AI code in one change, critical or not; null: no such limit. */
  readonly limit: { readonly unreviewedLines: number; readonly enforcement: Enforcement } | null;
  /** What the commit hook does when Taggant itself fails. */
  readonly onError: 'allow' | 'block';
}

/** One mistake in a policy's text. */
export interface PolicyProblem {
  /** One sentence that says what is wrong and what to do. */
  readonly message: string;
  /** UTF-16 offset into the text of the policy, and the length of the part that is wrong. */
  readonly offset: number;
  readonly length: number;
}

/**
 * Reads a policy (JSON with comments). A policy with any mistake is no policy: `policy` is null then, so that a rule
 * with a typing error is never passed over in silence. Never throws on content.
 */
export function parsePolicy(text: string): { policy: Policy | null; problems: PolicyProblem[] } {
  const read = readPolicyTree(text);
  if (!read.root) return { policy: null, problems: read.problems };
  const problems = checkSchema(read.root);
  if (problems.length > 0) return { policy: null, problems };

  const policy = policyOf(getNodeValue(read.root) as PolicyJson, (place, message) => {
    problems.push(read.problemAt([...place], message));
  });
  return { policy: problems.length > 0 ? null : policy, problems };
}

/**
 * True when a policy's mistakes are such that an editor finds them by itself, with the schema: in its syntax, its keys or
 * its values. `parsePolicy` looks for others only where there are none of these.
 */
export function breaksSchema(text: string): boolean {
  const { root } = readPolicyTree(text);
  return !root || checkSchema(root).length > 0;
}

/** All rules that hold for a file, in the policy's order. `path` is `/`-separated, from the repository's root. */
export function rulesFor(policy: Policy, path: string): Rule[] {
  const names = pathNames(path);
  // Rules share the patterns that are the same, those of presets above all.
  const known = new Map<Glob, boolean>();
  const matches = (glob: Glob): boolean => {
    const is = known.get(glob) ?? matchesGlob(glob, names);
    known.set(glob, is);
    return is;
  };
  return policy.rules.filter(
    ({ globs }) =>
      globs.some((glob) => !glob.excludes && matches(glob)) &&
      !globs.some((glob) => glob.excludes && matches(glob)),
  );
}

/** Whether a rule holds on a day (`YYYY-MM-DD`, in UTC), or has ended before it or begins after it. */
export function activityOf(
  { from, until }: Pick<Rule, 'from' | 'until'>,
  day: string,
): 'active' | 'ended' | 'not begun' {
  if (until !== null && until < day) return 'ended';
  return from !== null && day < from ? 'not begun' : 'active';
}

/** The rules that hold for a file on a day (`YYYY-MM-DD`, in UTC), in the policy's order; see {@link rulesFor}. */
export function activeRulesFor(policy: Policy, path: string, day: string): Rule[] {
  return rulesFor(policy, path).filter((rule) => activityOf(rule, day) === 'active');
}

/** How many days before its end a temporary rule says so. */
const NOTICE_DAYS = 14;

/** One sentence for each temporary rule that has ended, ends soon, or has not begun. `day` as in {@link activeRulesFor}. */
export function policyNotices(policy: Policy, day: string): string[] {
  return policy.rules.map((rule) => noticeOf(rule, day)).filter((notice) => notice !== null);
}

function noticeOf(rule: Rule, day: string): string | null {
  const { from, until } = rule;
  const name = `The rule "${printable(rule.name)}"`;
  const activity = activityOf(rule, day);
  if (activity === 'ended') return `${name} ended on ${until} and holds no more.`;
  if (activity === 'not begun') return `${name} holds from ${from} on, not yet.`;
  if (until === null) return null;
  const left = daysBetween(day, until);
  if (left > NOTICE_DAYS) return null;
  return left === 0
    ? `${name} ends today, on ${until}.`
    : `${name} ends in ${count(left, 'day')}, on ${until}.`;
}
