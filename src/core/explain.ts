/** Why the policy asks what it asks of a file: rules, the patterns that name the file, its owners, who may sign. */
import { type Codeowners, ownersOf, owningLines } from './codeowners';
import { matchesGlob, pathNames } from './globMatch';
import { compileGlob } from './globs';
import { activityOf, type Policy, type Rule, rulesFor } from './policy';
import { PRESETS, type PresetName } from './presets';
import { count } from './wording';

export interface ExplainedRule {
  readonly rule: Omit<Rule, 'globs'>;
  /** Whether it holds on the day, or names the file but has ended or not begun. */
  readonly state: 'active' | 'ended' | 'not begun';
  /** The patterns that name the file; `preset` is where a pattern comes from, null for the rule's own. */
  readonly because: readonly { readonly pattern: string; readonly preset: string | null }[];
  /** Whose sign-off counts, as people read it; null for a rule without sign-off. */
  readonly signers: readonly string[] | null;
}

export interface Explanation {
  readonly path: string;
  /** The owners by CODEOWNERS and the lines that say so; null without such a file. */
  readonly owners: {
    readonly names: readonly string[];
    readonly lines: readonly { readonly line: number; readonly pattern: string }[];
  } | null;
  /** In the policy's order. */
  readonly rules: readonly ExplainedRule[];
}

/** Explains a file. `path` is `/`-separated, from the repository's root; `day` is in UTC, `YYYY-MM-DD`. */
export function explainFile(
  policy: Policy,
  codeowners: Codeowners | null,
  path: string,
  day: string,
): Explanation {
  const owners = codeowners && {
    names: ownersOf(codeowners, path),
    lines: owningLines(codeowners, path).map(({ line, pattern }) => ({ line, pattern })),
  };
  const rules = rulesFor(policy, path).map((full): ExplainedRule => {
    const { globs: _, ...rule } = full;
    return {
      rule,
      state: activityOf(rule, day),
      because: matchingPatterns(rule, path),
      signers: rule.signOff ? membersOf(policy, rule.signOff.role, owners?.names ?? []) : null,
    };
  });
  return { path, owners, rules };
}

function matchingPatterns({ paths, presets }: Pick<Rule, 'paths' | 'presets'>, path: string) {
  const names = pathNames(path);
  const matches = (pattern: string): boolean => {
    const glob = compileGlob(pattern);
    return !('problem' in glob) && !glob.excludes && matchesGlob(glob, names);
  };
  const own = paths.map((pattern) => ({ pattern, preset: null }));
  const ofPresets = presets.flatMap((preset) =>
    PRESETS[preset as PresetName].patterns.map((pattern) => ({ pattern, preset })),
  );
  return [...own, ...ofPresets].filter(({ pattern }) => matches(pattern));
}

/** The members of a role as people read them; `@CODEOWNERS` as the owners of the file in question. */
function membersOf(policy: Policy, role: string, owners: readonly string[]): string[] {
  return (policy.roles[role] ?? []).map((member) => {
    if (member === '*') return 'everybody whom no role names otherwise';
    if (member.startsWith('*@')) return `everybody at ${member.slice(2)}`;
    if (member.toLowerCase() !== '@codeowners') return member;
    return `the file's owners (${listed(owners) || 'it has none'})`;
  });
}

/** What a rule asks and allows, one sentence without full stop for each thing that is not the default. */
export function demandsOf({ rule, signers }: Pick<ExplainedRule, 'rule' | 'signers'>): string[] {
  const { signOff, authors, override, unmark, diagnostics } = rule;
  const demands: string[] = [];
  if (signOff) {
    const conditions = [
      signOff.notAuthor ? 'not by its author' : '',
      signOff.hardwareKey ? 'with a key kept in hardware' : '',
      signOff.maxAgeDays === null ? '' : `not older than ${count(signOff.maxAgeDays, 'day')}`,
    ].filter(Boolean);
    const who = `the role "${signOff.role}": ${listed(signers ?? [])}`;
    demands.push([`AI code needs ${count(signOff.count, 'sign-off')} of ${who}`, ...conditions].join('; '));
  } else {
    demands.push('AI code needs a review by anybody');
  }
  if (authors)
    demands.push(`for AI code by ${authors.map((role) => `"${role}"`).join(', ')} or of unknown author`);
  if (rule.note === 'required') demands.push('AI code needs a note by its author');
  if (rule.unknownOrigin !== 'ignore') demands.push(`text of unknown origin: ${does(rule.unknownOrigin)}`);
  if (rule.deletions !== 'ignore') demands.push(`lines that AI removed: ${does(rule.deletions)}`);
  if (override === 'with-reason') demands.push('somebody may commit against it with a reason');
  if (unmark === 'never') demands.push('marks cannot be taken away');
  if (unmark === 'sign-off') demands.push('marks are taken away only with a sign-off');
  if (diagnostics === 'block-sign-off')
    demands.push("other tools' errors keep AI code from being signed off");
  return demands;
}

const MAX_LISTED = 10;

function listed(names: readonly string[]): string {
  const hidden = names.length - MAX_LISTED;
  return names.slice(0, MAX_LISTED).join(', ') + (hidden > 0 ? ` and ${hidden} more` : '');
}

function does(degree: 'warn' | 'block'): string {
  return degree === 'block' ? 'holds commits back' : 'warns';
}
