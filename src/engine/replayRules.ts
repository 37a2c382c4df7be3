import { ownersOf } from '../core/codeowners';
import { type Contribution, isContributionId } from '../core/contribution';
import { type Label, type Marks, NO_MARKS } from '../core/marks';
import { activeRulesFor, type Policy, type Rule } from '../core/policy';
import { indexStatements, matchFile } from '../core/review';
import type { Signatures } from '../core/signatures';
import { asksForSignOff, judgeSignOff } from '../core/signOffs';
import type { Statement } from '../core/statements';
import { findAuthorship } from '../core/verdicts';
import type { Repository } from '../repo/git';
import type { Tree } from '../repo/tree';
import { isForgedAuthor } from './continuity';
import type { Guardrails } from './guardrails';
import { loadContribution } from './knowledge';
import type { ReplayRules } from './replay';
import { verifyStatements } from './signatures';

/** What the rules of a replay go by. */
export interface ReplayBasis {
  /** Of the base. */
  readonly guardrails: Guardrails & { readonly policy: Policy };
  /** Of the head. */
  readonly statements: readonly Statement[];
  /** Where contributions are looked for, one after the other: a record may have been removed on the way. */
  readonly trees: readonly Pick<Tree, 'read'>[];
  readonly day: string;
  /** UTC, like a statement's time. */
  readonly now: string;
}

/**
 * What people were allowed to take marks away from, by the rules of the base. Where a rule wants that signed, the same
 * people count as for a sign-off: the author of the code does not where the rule wants somebody else.
 */
export async function replayRules(
  repo: Repository,
  { guardrails, statements, trees, day, now }: ReplayBasis,
): Promise<ReplayRules> {
  const { policy, codeowners, allowedSigners } = guardrails;
  const declarations = statements.filter(({ kind, why }) => kind === 'declare' && why !== undefined);
  const index = indexStatements(declarations);
  const wantsSignature = policy.rules.some(({ unmark }) => unmark === 'sign-off');
  const signatures: Signatures = wantsSignature
    ? await verifyStatements(repo, allowedSigners, declarations)
    : new Map();
  const looked = new Map<Label, Promise<Contribution | null>>();
  const contribution = (id: Label): Promise<Contribution | null> => {
    const known = looked.get(id) ?? loadContribution(trees, id);
    looked.set(id, known);
    return known;
  };
  const contributions = new Map<Label, Contribution>();
  for (const label of wantsSignature ? index.labels : []) {
    const found = isContributionId(label) ? await contribution(label) : null;
    if (found) contributions.set(label, found);
  }

  const accepts = (path: string): ((statement: Statement, label: Label) => boolean) => {
    const rules = activeRulesFor(policy, path, day);
    const context = { policy, signatures, now, owners: codeowners ? ownersOf(codeowners, path) : [] };
    const isMet = (rule: Rule, statement: Statement, label: Label): boolean => {
      if (rule.unmark === 'with-reason') return true;
      if (rule.unmark === 'never' || !asksForSignOff(rule)) return false;
      return 'signer' in judgeSignOff(statement, rule, findAuthorship(label, contributions), context);
    };
    return (statement, label) => rules.every((rule) => isMet(rule, statement, label));
  };
  return {
    declared(path, { text, marks }): Marks {
      if (declarations.length === 0) return NO_MARKS;
      const isAccepted = accepts(path);
      const { spans, deletions } = matchFile({ path, text, marks }, index);
      return {
        spans: spans.filter(({ statements, label }) => statements?.some((one) => isAccepted(one, label))),
        deletions: deletions.filter(({ statements, label }) =>
          statements.some((one) => isAccepted(one, label)),
        ),
      };
    },
    isForged: async (from, to) => isForgedAuthor(await contribution(from), await contribution(to)),
  };
}
