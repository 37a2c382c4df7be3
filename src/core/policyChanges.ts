/** What a change of the guardrails does to them, in sentences. */
import type { AllowedSigner } from './allowedSigners';
import type { Policy, Rule, SignOffDemand } from './policy';
import { printable } from './wording';

/** How the rules, roles and limits of a policy change: one clause each, without a full stop. */
export function policyChanges(before: Policy, after: Policy): string[] {
  const changes: string[] = [];
  const rulesAfter = new Map(after.rules.map((rule) => [rule.name, rule]));
  const rulesBefore = new Set(before.rules.map(({ name }) => name));
  for (const rule of before.rules) {
    const now = rulesAfter.get(rule.name);
    const name = `the rule "${printable(rule.name)}"`;
    if (!now) changes.push(`${name} is removed`);
    else changes.push(...ruleChanges(rule, now).map((change) => `${name}: ${change}`));
  }
  for (const { name } of after.rules) {
    if (!rulesBefore.has(name)) changes.push(`the rule "${printable(name)}" is new`);
  }
  changes.push(...roleChanges(before.roles, after.roles));
  const [limit, limitNow] = [before.limit, after.limit].map(
    (one) => one && `${one.unreviewedLines} lines, ${one.enforcement}`,
  );
  if (limit !== limitNow)
    changes.push(`the limit of unreviewed lines: ${limit ?? 'none'} -> ${limitNow ?? 'none'}`);
  if (before.onError !== after.onError) changes.push(`onError: ${before.onError} -> ${after.onError}`);
  return changes;
}

const PLAIN = [
  'enforcement',
  'note',
  'unknownOrigin',
  'deletions',
  'override',
  'unmark',
  'diagnostics',
] as const;

function ruleChanges(before: Rule, after: Rule): string[] {
  const changes: string[] = [];
  for (const key of PLAIN) {
    if (before[key] !== after[key]) changes.push(`${key} ${before[key]} -> ${after[key]}`);
  }
  for (const key of ['from', 'until'] as const) {
    if (before[key] !== after[key])
      changes.push(`${key} ${before[key] ?? 'always'} -> ${after[key] ?? 'always'}`);
  }
  for (const key of ['paths', 'presets', 'authors'] as const) {
    const change = listChange(before[key] ?? ['everybody'], after[key] ?? ['everybody']);
    if (change !== null) changes.push(`${key} ${change}`);
  }
  changes.push(...signOffChanges(before.signOff, after.signOff));
  return changes;
}

function signOffChanges(before: SignOffDemand | null, after: SignOffDemand | null): string[] {
  if (before === null || after === null) {
    if (before === after) return [];
    return [before ? 'no sign-off is asked for any more' : 'a sign-off is asked for'];
  }
  const changes: string[] = [];
  for (const key of ['role', 'count', 'notAuthor', 'hardwareKey', 'maxAgeDays'] as const) {
    if (before[key] === after[key]) continue;
    const [from, to] = [before[key] ?? 'none', after[key] ?? 'none'];
    changes.push(`signOff.${key} ${printable(String(from))} -> ${printable(String(to))}`);
  }
  return changes;
}

function roleChanges(before: Policy['roles'], after: Policy['roles']): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.flatMap((name) => {
    const role = `the role "${printable(name)}"`;
    if (!Object.hasOwn(after, name)) return [`${role} is removed`];
    const change = listChange(Object.hasOwn(before, name) ? before[name]! : [], after[name]!);
    return change === null ? [] : [`${role} ${change}`];
  });
}

const MAX_NAMED = 5;

/** `+ a, b; - c`, or null when both have the same. */
function listChange(before: readonly string[], after: readonly string[]): string | null {
  const added = after.filter((one) => !before.includes(one));
  const removed = before.filter((one) => !after.includes(one));
  const parts = [named('+', added), named('-', removed)].filter((part) => part !== '');
  return parts.length === 0 ? null : parts.join('; ');
}

function named(sign: string, all: readonly string[]): string {
  if (all.length === 0) return '';
  const more = all.length > MAX_NAMED ? ` and ${all.length - MAX_NAMED} more` : '';
  return `${sign} ${all.slice(0, MAX_NAMED).map(printable).join(', ')}${more}`;
}

/** How a list of allowed signers changes: one clause for each line that came or went, without a full stop. */
export function signerChanges(before: readonly AllowedSigner[], after: readonly AllowedSigner[]): string[] {
  const shown = ({ patterns, key, certAuthority }: AllowedSigner) =>
    `${printable(patterns)} (${certAuthority ? 'authority ' : ''}${key.fingerprint})`;
  const known = new Set(before.map(({ text }) => text));
  const kept = new Set(after.map(({ text }) => text));
  return [
    ...after.filter(({ text }) => !known.has(text)).map((signer) => `${shown(signer)} is added`),
    ...before.filter(({ text }) => !kept.has(text)).map((signer) => `${shown(signer)} is removed`),
  ];
}

/** Clauses as one text: the first ones, and how many more. */
export function shortened(clauses: readonly string[]): string {
  const most = 8;
  const more = clauses.length > most ? `; and ${clauses.length - most} more` : '';
  return clauses.slice(0, most).join('; ') + more;
}
