/** Which reviews of a piece of text are sign-offs that count for a rule, and why the others do not. */
import { emailOf, rolesOf } from './people';
import type { Policy, Rule, SignOffDemand } from './policy';
import type { Signatures } from './signatures';
import type { Statement } from './statements';
import { count, printable } from './wording';

/** What has to be known to judge the sign-offs of one file. */
export interface SignOffContext {
  readonly policy: Policy;
  readonly signatures: Signatures;
  /** UTC, like a statement's time. */
  readonly now: string;
  /** The owners of the file by CODEOWNERS. */
  readonly owners: readonly string[];
}

/**
 * Whose code it is: the author's e-mail address; `lost` where the record that would say it is missing; `unrecorded`
 * where there never was one (unknown origin).
 */
export type Authorship =
  | { readonly kind: 'author'; readonly email: string }
  | { readonly kind: 'lost'; readonly record: string }
  | { readonly kind: 'unrecorded' };

/** A sign-off that counts, with everything that tells its signer from other people. */
export interface Signer {
  readonly statement: Statement;
  readonly identities: readonly string[];
}

export type SignOffVerdict = { readonly signer: Signer } | { readonly rejected: string };

const DAY_MS = 24 * 60 * 60 * 1000;

/** A rule that asks for sign-offs. */
export type SigningRule = Rule & { readonly signOff: SignOffDemand };

export function asksForSignOff(rule: Rule): rule is SigningRule {
  return rule.signOff !== null;
}

/**
 * Judges one `review` statement about some text for a rule. A rejection is one sentence. Roles and authorship are asked of
 * every name that the allowed signers have for the key, so that a second address does not make a second person.
 */
export function judgeSignOff(
  statement: Statement,
  { name: rule, signOff }: SigningRule,
  author: Authorship,
  context: SignOffContext,
): SignOffVerdict {
  const reject = (why: string): SignOffVerdict => ({ rejected: `${signOffName(statement)} ${why}.` });
  if (statement.signature === undefined) {
    const review = `The review by ${shownPerson(statement)} of ${statement.time.slice(0, 10)}`;
    return { rejected: `${review} is no sign-off: it carries no signature.` };
  }
  const checked = context.signatures.get(statement.uuid) ?? NOT_CHECKED;
  if (checked.state === 'invalid') return reject(`does not count: ${checked.why}`);

  const who = emailOf(statement.who);
  const principals = [...checked.principals, who];
  const addresses = new Set(principals.filter(isAddress).map((address) => address.toLowerCase()));
  if (signOff.notAuthor && author.kind === 'author' && addresses.has(author.email)) {
    return reject('does not count: the author of the code cannot be the one who signs it off');
  }
  if (signOff.notAuthor && author.kind === 'lost') {
    return reject(`does not count: whose code it is cannot be known, for ${author.record} is missing`);
  }
  if (!rolesOf(context.policy, principals, context.owners).has(signOff.role)) {
    return reject(`does not count: ${shownEmail(who)} does not have the role "${printable(signOff.role)}"`);
  }
  if (signOff.hardwareKey && !checked.hardware) {
    return reject('does not count: its key is not kept in hardware, and the rule accepts no other');
  }
  const age = Date.parse(context.now) - Date.parse(statement.time);
  if (Number.isNaN(age)) return reject('does not count: the calendar has no such day');
  if (age < -DAY_MS) return reject('does not count: its time lies in the future');
  if (signOff.maxAgeDays !== null && age > signOff.maxAgeDays * DAY_MS) {
    return reject(
      `has expired: sign-offs for the rule "${printable(rule)}" count for ${count(signOff.maxAgeDays, 'day')}`,
    );
  }
  return { signer: { statement, identities: [`key ${checked.fingerprint}`, ...addresses] } };
}

const NOT_CHECKED = { state: 'invalid', why: 'its signature has not been checked' } as const;

/**
 * The sign-offs by person, the earliest first: two by one key, or by two keys of which the allowed signers know one
 * address, are by one person.
 */
export function byPerson(signers: readonly Signer[]): Signer[][] {
  const sorted = signers.toSorted((a, b) => compare(a.statement.time, b.statement.time));
  // Each signer points to an earlier one of the same person, the first of a person to itself.
  const earlier = sorted.map((_, i) => i);
  const firstOf = (signer: number): number => {
    let at = signer;
    while (earlier[at] !== at) at = earlier[at] = earlier[earlier[at]!]!;
    return at;
  };
  const known = new Map<string, number>();
  for (const [i, { identities }] of sorted.entries()) {
    for (const identity of identities) {
      const [one, other] = [firstOf(known.get(identity) ?? i), firstOf(i)];
      earlier[Math.max(one, other)] = Math.min(one, other);
      known.set(identity, i);
    }
  }
  const people = new Map<number, Signer[]>();
  for (const [i, signer] of sorted.entries()) {
    const first = firstOf(i);
    const person = people.get(first);
    if (person) person.push(signer);
    else people.set(first, [signer]);
  }
  return [...people.values()];
}

/** One sentence for each sign-off by a person who had signed before. */
export function repeated(people: readonly (readonly Signer[])[]): string[] {
  return people.flatMap(([first, ...others]) =>
    others.map(
      ({ statement }) =>
        `${signOffName(statement)} does not count a second time: ${shownPerson(first!.statement)} has signed already.`,
    ),
  );
}

/** The sentence for a sign-off whose text is no longer there. */
export function outdated(statement: Statement): string {
  return `${signOffName(statement)} was for text that has since changed.`;
}

function signOffName(statement: Statement): string {
  return `The sign-off by ${shownPerson(statement)} of ${statement.time.slice(0, 10)}`;
}

/** The name of a git identity, or its e-mail address where it has no name. */
export function shownPerson({ who }: Pick<Statement, 'who'>): string {
  return printable(who.replace(/\s*<[^<>]*>\s*$/, '').trim() || emailOf(who));
}

function shownEmail(email: string): string {
  return printable(email === '' ? 'nobody' : email);
}

/** True for an e-mail address; not for a forge name (`@alice`, a team is many people) or a pattern (`*@example.com`). */
function isAddress(principal: string): boolean {
  return principal.indexOf('@') > 0 && !/[*?!]/.test(principal);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
