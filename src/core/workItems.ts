/** What a file's findings ask of one person: what waits for whom, and whether this person's sign-off would count. */
import { type Codeowners, ownersOf } from './codeowners';
import type { Contribution } from './contribution';
import type { Finding } from './findings';
import type { JudgedFile, JudgedSpan } from './judge';
import { isUnknownOrigin, type Label } from './marks';
import { emailOf, rolesOf } from './people';
import { activeRulesFor, type Policy, type Rule, type SignOffDemand } from './policy';
import type { Statement } from './statements';
import { count, printable } from './wording';

/** A person at this machine, as the allowed signers know them. */
export interface Person {
  /** Git identity, `Name <email>`. */
  readonly identity: string;
  /** All other names: addresses, forge names. */
  readonly principals: readonly string[];
}

export interface WorkContext {
  readonly policy: Policy;
  /** Today in UTC, `YYYY-MM-DD`. */
  readonly day: string;
  readonly codeowners: Codeowners | null;
  readonly contributionOf: (label: Label) => Contribution | undefined;
  readonly person: Person;
}

/** What somebody can do about a finding: sign it off, read it, ask for its sign-off, document it; or only wait. */
export type WorkAction = 'sign' | 'review' | 'request' | 'note' | 'wait';

export interface Work {
  readonly finding: Finding;
  readonly rule: Rule | null;
  /** `you`: somebody asked for a sign-off that this person may give; `others`: for one of others; `nobody`: nobody asked. */
  readonly waitsFor: 'you' | 'others' | 'nobody';
  readonly action: WorkAction;
  /** Why this person's sign-off would not count, in one sentence; null when it would, or none is asked for. */
  readonly refusal: string | null;
  /** `needs 1 sign-off by senior, not the author` */
  readonly needs: string;
  /** Git identities of those whose AI code it is. */
  readonly authors: readonly string[];
  readonly request: Statement | null;
  readonly note: Statement | null;
}

/** The work that a judged file holds for a person. What somebody overrode is none. */
export function workOf(
  path: string,
  { spans, findings }: Pick<JudgedFile, 'spans' | 'findings'>,
  context: WorkContext,
): Work[] {
  const rules = new Map(activeRulesFor(context.policy, path, context.day).map((rule) => [rule.name, rule]));
  const names = new Set([emailOf(context.person.identity), ...context.person.principals.map(folded)]);
  const owners = context.codeowners ? ownersOf(context.codeowners, path) : [];
  const roles = rolesOf(context.policy, [...names], owners);
  return findings
    .filter(({ clearance }) => clearance !== 'overridden')
    .map((finding) => {
      const rule = rules.get(finding.rule) ?? null;
      const authors = authorsOf(finding, context);
      const stated = statementsAt(finding, spans);
      const refusal = rule && refusalOf(rule, { finding, authors, stated, names, roles, context });
      const action = actionOf(finding, rule, refusal);
      const isRequested = finding.clearance === 'requested';
      return {
        ...{ finding, rule, action, refusal, authors },
        waitsFor: isRequested ? (action === 'sign' ? 'you' : 'others') : 'nobody',
        needs: needsText(finding, rule),
        request: isRequested ? (stated.find(({ kind }) => kind === 'request') ?? null) : null,
        note: stated.find(({ kind, why }) => kind === 'note' && why !== undefined) ?? null,
      };
    });
}

function actionOf(finding: Finding, rule: Rule | null, refusal: string | null): WorkAction {
  if (finding.kind === 'note-missing') return 'note';
  if (!rule?.signOff) return 'review';
  if (refusal === null) return 'sign';
  return finding.clearance === 'requested' ? 'wait' : 'request';
}

interface Asked {
  readonly finding: Finding;
  readonly authors: readonly string[];
  readonly stated: readonly Statement[];
  readonly names: ReadonlySet<string>;
  readonly roles: ReadonlySet<string>;
  readonly context: WorkContext;
}

function refusalOf({ name, signOff }: Rule, asked: Asked): string | null {
  if (!signOff || asked.finding.kind === 'note-missing') return null;
  const rule = `The rule "${printable(name)}"`;
  const email = emailOf(asked.context.person.identity);
  if (!asked.roles.has(signOff.role)) {
    return `${rule} wants the sign-off of a person with the role "${printable(signOff.role)}", which ${printable(email)} does not have. Use "Request Sign-off" to ask for it.`;
  }
  if (signOff.notAuthor && asked.authors.some((author) => asked.names.has(emailOf(author)))) {
    return `${rule} wants the sign-off of somebody else than the author, and this AI code is yours. Use "Request Sign-off" to ask for it.`;
  }
  const isMine = ({ kind, signature, who }: Statement) =>
    kind === 'review' && signature !== undefined && asked.names.has(emailOf(who));
  if (signOff.count > 1 && asked.stated.some(isMine)) {
    return `You have signed this already; ${rule.charAt(0).toLowerCase()}${rule.slice(1)} wants the sign-offs of ${signOff.count} people.`;
  }
  return null;
}

/** What is missing, for a row or a status bar: no full stop. */
export function needsText({ kind }: Finding, rule: Rule | null): string {
  if (kind === 'note-missing') return 'needs a note';
  return rule?.signOff ? demandText(rule.signOff) : 'needs a review';
}

function demandText({ count: number, role, notAuthor, hardwareKey }: SignOffDemand): string {
  const author = notAuthor ? ', not the author' : '';
  const key = hardwareKey ? ', with a hardware key' : '';
  return `needs ${count(number, 'sign-off')} by ${printable(role)}${author}${key}`;
}

function authorsOf({ labels }: Finding, { contributionOf }: WorkContext): string[] {
  const authors = labels
    .filter((label) => !isUnknownOrigin(label))
    .map((label) => contributionOf(label)?.author)
    .filter((author) => author !== undefined);
  return [...new Set(authors)];
}

/** The statements about any part of a finding's text, each once. */
function statementsAt({ start, end }: Finding, spans: readonly JudgedSpan[]): Statement[] {
  const touching = spans.filter((span) => span.start < Math.max(end, start + 1) && span.end > start);
  return [...new Set(touching.flatMap(({ statements }) => statements))];
}

function folded(name: string): string {
  return name.trim().toLowerCase();
}
