/** Findings: marked text that breaks a rule, and what they say together. Their own words are made in findingTexts.ts. */
import type { Label } from './marks';
import type { Enforcement } from './policy';
import { count, lineRange, printable } from './wording';

/** What is wrong. The kinds after `too-much` are found in a range of commits only. */
export type FindingKind =
  | 'unreviewed' // nobody has read it
  | 'unsigned' // somebody has, but the rule wants a sign-off that is not there, or does not count
  | 'note-missing' // the rule wants the change documented
  | 'unknown-origin'
  | 'deletion' // an AI edit removed lines, and nobody has looked at that
  | 'too-much' // more unreviewed AI code in one change than the policy allows
  | 'marks-removed' // marks went while their text stayed
  | 'sidecar-removed'
  | 'sidecar-edited' // a sidecar that says something else than what follows from its parent
  | 'record-altered' // a statement or contribution was changed or removed
  | 'policy-changed'
  | 'signers-changed'
  | 'scanner'; // another tool's result inside AI code

export interface Finding {
  readonly kind: FindingKind;
  /** How it may pass all the same: somebody asked for the sign-off (the commit passes, CI does not), or overrode the rule. */
  readonly clearance?: 'requested' | 'overridden';
  /** Whether the rule lets a person ask for the sign-off later, or commit against it with a reason. Default: no. */
  readonly canRequest?: boolean;
  readonly canOverride?: boolean;
  /** One sentence for each statement about this text that does not count, with the reason. */
  readonly rejected?: readonly string[];
  readonly path: string;
  /** Lines, 0-based, end exclusive. */
  readonly startLine: number;
  readonly endLine: number;
  /** UTF-16 offsets into the text, end exclusive: from the first to the last character that is unreviewed. */
  readonly start: number;
  readonly end: number;
  /** The rule's name. */
  readonly rule: string;
  readonly enforcement: Enforcement;
  /** The label of the first span; `labels` has all of them, in the order of the text. */
  readonly label: Label;
  readonly labels: readonly Label[];
  /** What is wrong: `12 lines of unreviewed AI code (lines 14-25)`. No full stop, no path, no rule. */
  readonly message: string;
  /** What would clear it: a sentence, or several. */
  readonly remedy: string;
}

/** True for a finding that holds a commit back until something is said about the text. */
export function holdsCommit({ enforcement, clearance }: Finding): boolean {
  return enforcement === 'block' && clearance === undefined;
}

/**
 * True for a finding that makes a check fail. What a person overrode never does. What waits for a sign-off lets a commit
 * through (`commit`), but nothing that is to be merged (`merge`). `failOn: 'block'` leaves warnings out.
 */
export function failsCheck(
  { enforcement, clearance }: Finding,
  failOn: Enforcement,
  what: 'commit' | 'merge' = 'merge',
): boolean {
  if (clearance === 'overridden' || (clearance === 'requested' && what === 'commit')) return false;
  return failOn === 'warn' || enforcement === 'block';
}

/** How many rules and how many kinds a summary names. */
const MAX_RULES = 3;
const MAX_KINDS = 3;

/** What findings are called in a summary, for one and for several. */
const NOUNS: Record<FindingKind, readonly [one: string, several: string]> = {
  unreviewed: ['unreviewed AI span', 'unreviewed AI spans'],
  unsigned: ['unsigned AI span', 'unsigned AI spans'],
  'note-missing': ['AI span without a note', 'AI spans without a note'],
  'unknown-origin': ['span of unknown origin', 'spans of unknown origin'],
  deletion: ['unreviewed AI deletion', 'unreviewed AI deletions'],
  'too-much': ['change with too much unreviewed AI code', 'changes with too much unreviewed AI code'],
  'marks-removed': ['span whose marks were removed', 'spans whose marks were removed'],
  'sidecar-removed': ['removed sidecar', 'removed sidecars'],
  'sidecar-edited': ['sidecar edited by hand', 'sidecars edited by hand'],
  'record-altered': ['altered record', 'altered records'],
  'policy-changed': ['change of the policy', 'changes of the policy'],
  'signers-changed': ['change of the allowed signers', 'changes of the allowed signers'],
  scanner: ['scanner result in AI code', 'scanner results in AI code'],
};

/** Kinds of findings that are about code on a critical path. */
const ON_PATHS: ReadonlySet<FindingKind> = new Set([
  'unreviewed',
  'unsigned',
  'note-missing',
  'unknown-origin',
  'deletion',
  'marks-removed',
  'scanner',
]);

/**
 * One sentence about findings, for a dialog's title and the first line on a terminal: `Taggant: 2 unreviewed AI spans on
 * critical paths (checkout, login and pricing): services/checkout/pay.ts:12-25 and 1 more.` A region that breaks two
 * rules counts once; what passes all the same is left out where something does not.
 */
export function summarise(all: readonly Finding[]): string {
  const open = all.filter(({ clearance }) => clearance === undefined);
  const findings = open.length > 0 ? open : all;
  const first = findings[0];
  if (!first) return 'Taggant: no unreviewed AI code on critical paths.';
  const kinds = new Map<FindingKind, Set<string>>();
  for (const { kind, path, start, end } of findings) {
    const places = kinds.get(kind) ?? new Set();
    kinds.set(kind, places.add(JSON.stringify([path, start, end])));
  }
  const places = new Set([...kinds.values()].flatMap((found) => [...found]));
  const rules = [...new Set(findings.map(({ rule }) => printable(rule)))];
  const named = listed(rules, MAX_RULES, (more) => `and ${count(more, 'more rule')}`);
  const isOnPaths = findings.every(({ kind }) => ON_PATHS.has(kind));
  const paths = rules.length === 1 && places.size === 1 ? ' on a critical path' : ' on critical paths';
  const where = `${printable(first.path)}:${lineRange(first.startLine, first.endLine)}`;
  const more = places.size > 1 ? ` and ${places.size - 1} more` : '';
  return `Taggant: ${kindsText(kinds)}${isOnPaths ? paths : ''} (${named}): ${where}${more}.`;
}

function kindsText(kinds: ReadonlyMap<FindingKind, ReadonlySet<string>>): string {
  const counted = Array.from(kinds, ([kind, { size }]) => {
    const [one, several] = NOUNS[kind] ?? ['finding', 'findings'];
    return `${size} ${size === 1 ? one : several}`;
  });
  if (counted.length > MAX_KINDS) return `${counted.slice(0, MAX_KINDS).join(', ')} and more`;
  const last = counted.pop()!;
  return counted.length > 0 ? `${counted.join(', ')} and ${last}` : last;
}

function listed(names: readonly string[], most: number, rest: (more: number) => string): string {
  const more = names.length - most;
  return names.slice(0, most).join('; ') + (more > 0 ? `; ${rest(more)}` : '');
}
