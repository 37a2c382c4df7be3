/** From a policy's JSON, which the schema has let through, to its rules: defaults, and what no schema can say. */
import { closestWord } from './closestWord';
import { isCalendarDay } from './days';
import { compileGlob, type Glob } from './globs';
import type { Policy, Rule, SignOffDemand } from './policy';
import { PRESETS, type PresetName } from './presets';
import { count } from './wording';

/** Most parts that the different patterns of a policy may have when their braces are written out; bounds the time of a match. */
const MAX_PATTERNS_SIZE = 50_000;
const MAX_PROBLEMS = 50;

/** A policy as the schema lets it through. */
export interface PolicyJson {
  readonly roles?: Policy['roles'];
  readonly rules: readonly RuleJson[];
  readonly limits?: { readonly unreviewedLines: number; readonly enforcement?: Rule['enforcement'] };
  readonly onError?: Policy['onError'];
}

type Defaulted =
  | 'enforcement'
  | 'note'
  | 'unknownOrigin'
  | 'deletions'
  | 'override'
  | 'unmark'
  | 'diagnostics';

interface RuleJson extends Partial<Pick<Rule, Defaulted>> {
  readonly name: string;
  readonly paths?: readonly string[];
  readonly preset?: PresetName | readonly PresetName[];
  readonly signOff?: Partial<SignOffDemand> & Pick<SignOffDemand, 'role'>;
  readonly authors?: readonly string[];
  readonly from?: string;
  readonly until?: string;
}

type Place = readonly (string | number)[];
/** Takes a mistake: the keys and indexes that lead to the wrong value, and a sentence. */
type Tell = (place: Place, message: string) => void;
/** The same where a sentence that takes long to find may be left unfound. */
type TellLater = (place: Place, message: string | (() => string)) => void;

/** The policy with its defaults. Mistakes go to `tell`, at most 50; with any of them the result is of no use. */
export function policyOf(json: PolicyJson, tell: Tell): Policy {
  let told = 0;
  const tellSome: TellLater = (place, message) => {
    if (told++ < MAX_PROBLEMS) tell(place, typeof message === 'string' ? message : message());
  };
  const roles = json.roles ?? {};
  const names = new Set<string>();
  const globs = new Globs();
  const rules: Rule[] = [];
  for (const [i, rule] of json.rules.entries()) {
    const tellHere: TellLater = (place, message) => tellSome(['rules', i, ...place], message);
    if (names.has(rule.name))
      tellHere(['name'], `There are two rules with the name "${rule.name}"; give each its own.`);
    names.add(rule.name);
    checkRule(rule, roles, tellHere);
    rules.push(ruleOf(rule, globs.of(rule, tellHere)));
    if (globs.isFull) break;
  }
  const { limits } = json;
  const limit = limits ? { enforcement: 'block' as const, ...limits } : null;
  return { version: 1, roles, rules, limit, onError: json.onError ?? 'allow' };
}

function ruleOf(json: RuleJson, globs: readonly Glob[]): Rule {
  const { signOff } = json;
  return {
    name: json.name,
    paths: json.paths ?? [],
    presets: presetsOf(json),
    enforcement: json.enforcement ?? 'block',
    signOff: signOff ? { count: 1, notAuthor: true, hardwareKey: false, maxAgeDays: null, ...signOff } : null,
    authors: json.authors ?? null,
    note: json.note ?? 'optional',
    unknownOrigin: json.unknownOrigin ?? 'ignore',
    deletions: json.deletions ?? 'ignore',
    override: json.override ?? 'never',
    unmark: json.unmark ?? (signOff ? 'sign-off' : 'with-reason'),
    diagnostics: json.diagnostics ?? 'show',
    from: json.from ?? null,
    until: json.until ?? null,
    globs,
  };
}

function presetsOf({ preset }: RuleJson): readonly PresetName[] {
  if (preset === undefined) return [];
  return typeof preset === 'string' ? [preset] : preset;
}

/** What in a rule contradicts itself, or the roles. */
function checkRule(rule: RuleJson, roles: Policy['roles'], tell: TellLater): void {
  const { signOff, authors = [], from, until } = rule;
  if (signOff) checkSignOff(signOff, roles, tell);
  for (const [j, role] of authors.entries()) checkRole(role, roles, ['authors', j], tell);
  if (!signOff && rule.unmark === 'sign-off')
    tell(['unmark'], '"unmark" asks for a sign-off, but the rule has no "signOff" that says whose; add it.');
  if (!signOff && rule.diagnostics === 'block-sign-off')
    tell(['diagnostics'], '"diagnostics" is about sign-offs, but the rule has no "signOff"; add it.');
  for (const key of ['from', 'until'] as const) {
    const day = rule[key];
    if (day !== undefined && !isCalendarDay(day))
      tell([key], `The calendar has no day ${day}; write year, month and day, as in 2030-12-31.`);
  }
  if (from !== undefined && until !== undefined && until < from)
    tell(['until'], `The rule would end before it begins: "until" must not be before "from", ${from}.`);
}

function checkSignOff(
  signOff: NonNullable<RuleJson['signOff']>,
  roles: Policy['roles'],
  tell: TellLater,
): void {
  if (!checkRole(signOff.role, roles, ['signOff', 'role'], tell)) return;
  const members = roles[signOff.role]!;
  const people = members.some(isManyPeople) ? Number.POSITIVE_INFINITY : members.length;
  if (signOff.count !== undefined && signOff.count > people) {
    const message = `The role "${signOff.role}" has ${count(people, 'member')}, so ${signOff.count} different people can never sign; add members or lower "count".`;
    tell(['signOff', 'count'], message);
  }
}

/** True for a member of a role that may stand for more than one person: a domain, a team, the owners, everybody else. */
function isManyPeople(member: string): boolean {
  return member.includes('*') || member.includes('/') || member.toLowerCase() === '@codeowners';
}

function checkRole(role: string, roles: Policy['roles'], place: Place, tell: TellLater): boolean {
  if (Object.hasOwn(roles, role)) return true;
  tell(place, () => `There is no role ${JSON.stringify(role)}; ${roleAdvice(role, roles)}`);
  return false;
}

function roleAdvice(role: string, roles: Policy['roles']): string {
  const known = Object.keys(roles);
  const closest = closestWord(role, known);
  const list = known.slice(0, 8).map((one) => `"${one}"`);
  if (closest) return `did you mean "${closest}"?`;
  return list.length > 0
    ? `"roles" has ${list.join(', ')}${known.length > list.length ? ' and more' : ''}.`
    : 'add "roles" to the policy, and this one to them.';
}

/** Compiles the patterns of rules; equal ones share one object, so that a match need look at each only once. */
class Globs {
  private readonly known = new Map<string, Glob>();
  private size = 0;
  isFull = false;

  of(rule: RuleJson, tell: Tell): Glob[] {
    const { paths = [] } = rule;
    const globs: Glob[] = [];
    for (const [j, pattern] of paths.entries()) {
      const glob = this.compiled(pattern);
      if ('problem' in glob) tell(['paths', j], `The pattern ${glob.problem}.`);
      else globs.push(glob);
    }
    if (this.isFull) {
      tell(
        ['paths'],
        'With these, the patterns of the policy are too large; use wider ones, or fewer braces.',
      );
    } else if (
      presetsOf(rule).length === 0 &&
      globs.length === paths.length &&
      globs.every((glob) => glob.excludes)
    ) {
      tell(
        ['paths'],
        'All patterns start with "!", so the rule holds for no file; add one without it, or a "preset".',
      );
    }
    return [...globs, ...presetsOf(rule).flatMap((preset) => this.ofPreset(preset))];
  }

  private compiled(pattern: string): Glob | { readonly problem: string } {
    const known = this.known.get(pattern);
    if (known) return known;
    const glob = compileGlob(pattern);
    if ('problem' in glob) return glob;
    this.known.set(pattern, glob);
    this.size += glob.size;
    if (this.size > MAX_PATTERNS_SIZE) this.isFull = true;
    return glob;
  }

  private ofPreset(preset: PresetName): Glob[] {
    return PRESETS[preset].patterns.map((pattern) => {
      const glob = this.compiled(pattern);
      if ('problem' in glob) throw new Error(`The preset ${preset} has a wrong pattern: ${pattern}`);
      return glob;
    });
  }
}
