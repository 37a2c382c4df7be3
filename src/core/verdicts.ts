/** What the rules of one file say of a piece of its text, by the statements that speak of it and whose text it is. */
import type { Contribution } from './contribution';
import { contributionPath } from './layout';
import { isUnknownOrigin, type Label } from './marks';
import { emailOf, rolesOf } from './people';
import type { Enforcement, Policy, Rule } from './policy';
import type { ReviewState } from './review';
import type { Signatures } from './signatures';
import {
  type Authorship,
  asksForSignOff,
  byPerson,
  judgeSignOff,
  outdated,
  repeated,
  type SigningRule,
  type SignOffContext,
  type SignOffVerdict,
} from './signOffs';
import type { Statement } from './statements';

/** What a piece of text lacks. */
export type LackKind = 'unreviewed' | 'unsigned' | 'note-missing' | 'unknown-origin' | 'deletion';

/** Something that a rule asks for and a piece of text does not have. */
export interface Lack {
  readonly kind: LackKind;
  readonly rule: Rule;
  /** Index of the rule among those of the file. */
  readonly order: number;
  readonly enforcement: Enforcement;
  /** The statement by which it passes all the same. */
  readonly clearance: { readonly kind: 'requested' | 'overridden'; readonly by: Statement } | null;
  /** How many people have signed. */
  readonly signed: number;
  /** One sentence for each statement that does not count. */
  readonly rejected: readonly string[];
}

export interface Verdict {
  readonly review: ReviewState;
  readonly lacks: readonly Lack[];
}

export type Subject = 'text' | 'deletion';

/** Everything the verdicts on one file depend on besides the text. */
export interface VerdictContext {
  readonly policy: Policy;
  /** Those that hold for the file today. */
  readonly rules: readonly Rule[];
  readonly signatures: Signatures;
  readonly now: string;
  readonly owners: readonly string[];
  readonly contributions: Pick<ReadonlyMap<string, Contribution>, 'get'>;
  /** Signed reviews of this path whose text is gone, by label. */
  readonly outdated: ReadonlyMap<Label, readonly Statement[]>;
  /** All names of the person with an e-mail address. */
  readonly principalsOf: (email: string) => readonly string[];
}

export type Judge = (subject: Subject, label: Label, statements: readonly Statement[]) => Verdict;

/**
 * The judge of one file. Pieces with the same label and the very same list of statements are judged once, and each
 * statement once for each rule and author: a file may have as many pieces as lines.
 */
export function judgeFor(context: VerdictContext): Judge {
  const verdicts = new Map<readonly Statement[], Map<string, Verdict>>();
  const authorshipOf = remembered((label: Label) => findAuthorship(label, context.contributions));
  const signOffsOf = remembered((label: Label) => signOffJudge(context, authorshipOf(label)));
  const outdatedOf = remembered((label: Label) =>
    (context.outdated.get(label) ?? []).map((statement) => ({ statement, sentence: outdated(statement) })),
  );
  const rulesOf = remembered((label: Label) => rulesForLabel(label, authorshipOf(label), context));
  return (subject, label, statements) => {
    const known = verdicts.get(statements) ?? new Map<string, Verdict>();
    verdicts.set(statements, known);
    const key = `${subject} ${label}`;
    let verdict = known.get(key);
    if (!verdict) {
      verdict = judgePiece(context, {
        ...{ subject, label, statements, rules: rulesOf(label) },
        ...{ signOff: signOffsOf(label), outdated: outdatedOf(label) },
      });
      known.set(key, verdict);
    }
    return verdict;
  };
}

interface Piece {
  readonly subject: Subject;
  readonly label: Label;
  readonly statements: readonly Statement[];
  /** The rules that hold for text of its author. */
  readonly rules: ReadonlySet<Rule>;
  readonly signOff: (rule: SigningRule, statement: Statement) => SignOffVerdict;
  readonly outdated: readonly { readonly statement: Statement; readonly sentence: string }[];
}

function judgePiece(context: VerdictContext, piece: Piece): Verdict {
  const reviews = piece.statements.filter(({ kind }) => kind === 'review');
  const lacks: Lack[] = [];
  let isSignedOff = context.rules.some(asksForSignOff);
  for (const [order, rule] of context.rules.entries()) {
    const signOffs = asksForSignOff(rule) ? countSignOffs(piece, rule, reviews) : null;
    if (signOffs && !signOffs.isMet) isSignedOff = false;
    if (!piece.rules.has(rule)) continue;
    const lack = (kind: LackKind, enforcement: Enforcement, rejected: readonly string[] = []): void => {
      const clearance = clearanceOf(rule, kind, piece.statements);
      lacks.push({ kind, rule, order, enforcement, clearance, signed: signOffs?.people ?? 0, rejected });
    };
    const degree = degreeOf(rule, piece);
    if (degree === 'ignore') continue;
    if (!(signOffs ? signOffs.isMet : reviews.length > 0)) {
      lack(kindOf(piece, reviews.length > 0), degree, signOffs?.rejected);
    }
    const isCode = piece.subject === 'text' && !isUnknownOrigin(piece.label);
    if (isCode && rule.note === 'required' && !piece.statements.some(isNote)) lack('note-missing', degree);
  }
  return { review: isSignedOff ? 'signed off' : reviews.length > 0 ? 'reviewed' : 'unreviewed', lacks };
}

function kindOf({ subject, label }: Piece, isReviewed: boolean): LackKind {
  if (subject === 'deletion') return 'deletion';
  if (isUnknownOrigin(label)) return 'unknown-origin';
  return isReviewed ? 'unsigned' : 'unreviewed';
}

function degreeOf(rule: Rule, { subject, label }: Piece): Enforcement | 'ignore' {
  if (subject === 'deletion') return rule.deletions;
  return isUnknownOrigin(label) ? rule.unknownOrigin : rule.enforcement;
}

function isNote({ kind, why }: Statement): boolean {
  return kind === 'note' && Boolean(why?.trim());
}

/** A request stands in for sign-offs only, an override for everything that its rule asks for. */
function clearanceOf(rule: Rule, kind: LackKind, statements: readonly Statement[]): Lack['clearance'] {
  if (rule.override === 'with-reason') {
    const by = statements.find((one) => one.kind === 'override' && one.rule === rule.name && one.why?.trim());
    if (by) return { kind: 'overridden', by };
  }
  if (rule.signOff === null || kind === 'note-missing') return null;
  const by = statements.find(
    (one) => one.kind === 'request' && (one.rule === undefined || one.rule === rule.name),
  );
  return by ? { kind: 'requested', by } : null;
}

function countSignOffs(
  { signOff, statements, outdated: old }: Piece,
  rule: SigningRule,
  reviews: readonly Statement[],
): { isMet: boolean; people: number; rejected: string[] } {
  const verdicts = reviews.map((statement) => signOff(rule, statement));
  const people = byPerson(verdicts.flatMap((verdict) => ('signer' in verdict ? [verdict.signer] : [])));
  if (people.length >= rule.signOff.count) return { isMet: true, people: people.length, rejected: [] };
  const rejected = verdicts.flatMap((verdict) => ('rejected' in verdict ? [verdict.rejected] : []));
  const here = new Set(statements);
  const gone = old.flatMap(({ statement, sentence }) => (here.has(statement) ? [] : [sentence]));
  return { isMet: false, people: people.length, rejected: [...rejected, ...repeated(people), ...gone] };
}

/** Judges sign-offs of one author's text, each statement once for each rule. */
function signOffJudge(
  context: SignOffContext,
  author: Authorship,
): (rule: SigningRule, statement: Statement) => SignOffVerdict {
  const verdictsOf = remembered((rule: SigningRule) =>
    remembered((statement: Statement) => judgeSignOff(statement, rule, author, context)),
  );
  return (rule, statement) => verdictsOf(rule)(statement);
}

/** Whose the text with a label is. */
export function findAuthorship(label: Label, contributions: VerdictContext['contributions']): Authorship {
  if (isUnknownOrigin(label)) return { kind: 'unrecorded' };
  const contribution = contributions.get(label);
  if (!contribution) return { kind: 'lost', record: contributionPath(label) };
  return { kind: 'author', email: emailOf(contribution.author) };
}

/** The rules that hold for text of this author; all of them where nobody knows the author, or the policy has no role for. */
function rulesForLabel(label: Label, author: Authorship, context: VerdictContext): ReadonlySet<Rule> {
  if (isUnknownOrigin(label) || author.kind !== 'author') return new Set(context.rules);
  const principals = [author.email, ...context.principalsOf(author.email)];
  const roles = rolesOf(context.policy, principals, context.owners);
  return new Set(
    context.rules.filter(
      ({ authors }) => authors === null || roles.size === 0 || authors.some((role) => roles.has(role)),
    ),
  );
}

function remembered<Key, Value>(find: (key: Key) => Value): (key: Key) => Value {
  const known = new Map<Key, Value>();
  return (key) => {
    if (!known.has(key)) known.set(key, find(key));
    return known.get(key)!;
  };
}
