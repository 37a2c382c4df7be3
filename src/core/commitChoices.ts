/** What a person may choose while a commit waits for them, and what each choice says about the text. */
import type { CommitAnswer } from './editorMessages';
import { type Finding, holdsCommit } from './findings';
import type { StatementKind } from './statements';

/** The choices that a commit's findings leave open, besides reviewing now and giving the commit up. */
export interface CommitChoices {
  /** What holds the commit; nothing when there are warnings only. */
  readonly held: readonly Finding[];
  /** Go on all the same: nothing holds the commit. */
  readonly commit: boolean;
  /** Go on, and ask for the sign-offs that are missing. */
  readonly request: boolean;
  /** Go on against the rules, with a reason that is kept. */
  readonly override: boolean;
  /** Go on with a note: nothing else is missing. */
  readonly note: boolean;
  /** The text of a note has to be asked for, whichever way the commit goes on without an override. */
  readonly needsNote: boolean;
}

/** The choices for these findings; none that says something about the text where no person is at work (`agent`). */
export function commitChoices(findings: readonly Finding[], agent?: string): CommitChoices {
  const held = findings.filter(holdsCommit);
  const unnoted = held.filter(({ kind }) => kind === 'note-missing');
  const others = held.filter(({ kind }) => kind !== 'note-missing');
  const isPerson = agent === undefined;
  return {
    held,
    commit: held.length === 0,
    request: isPerson && others.length > 0 && others.every(({ canRequest }) => canRequest === true),
    override: isPerson && held.length > 0 && held.every(({ canOverride }) => canOverride === true),
    note: isPerson && unnoted.length > 0 && others.length === 0,
    needsNote: unnoted.length > 0,
  };
}

/** A statement that an answer implies, about the text of some findings. */
export interface ImpliedStatement {
  readonly kind: Extract<StatementKind, 'note' | 'request' | 'override'>;
  readonly findings: readonly Finding[];
  readonly rule?: string;
  readonly why?: string;
}

/**
 * The statements that an answer implies, in the order in which they are to be written; none for an answer that only
 * decides. Null when the answer is not one of the choices: the commit stays held then.
 */
export function impliedStatements(
  answer: CommitAnswer,
  choices: CommitChoices,
): readonly ImpliedStatement[] | null {
  const { held } = choices;
  const { decision, why, note } = answer;
  const notes = noteOf(held, note);
  switch (decision) {
    case 'commit':
      if (choices.commit) return [];
      return choices.note && notes.length > 0 ? notes : null;
    case 'request': {
      if (!choices.request || (choices.needsNote && notes.length === 0)) return null;
      const unsigned = held.filter(({ kind }) => kind !== 'note-missing');
      const rules = byRule(unsigned);
      const [only] = rules.size === 1 ? rules.keys() : [];
      const request = { kind: 'request' as const, findings: unsigned };
      return [...notes, { ...request, ...(only === undefined ? {} : { rule: only }), ...reason(why) }];
    }
    case 'override':
      if (!choices.override || !why) return null;
      return [...byRule(held)].map(([rule, findings]) => ({ kind: 'override', findings, rule, why }));
    default:
      return null;
  }
}

function noteOf(held: readonly Finding[], note: string | undefined): ImpliedStatement[] {
  const findings = held.filter(({ kind }) => kind === 'note-missing');
  return note && findings.length > 0 ? [{ kind: 'note', findings, why: note }] : [];
}

/** The findings of each rule, in the order in which the rules come first. */
export function byRule(findings: readonly Finding[]): Map<string, Finding[]> {
  const rules = new Map<string, Finding[]>();
  for (const finding of findings) {
    const found = rules.get(finding.rule);
    if (found) found.push(finding);
    else rules.set(finding.rule, [finding]);
  }
  return rules;
}

function reason(why: string | undefined): { why?: string } {
  return why ? { why } : {};
}
