import type { Contribution } from '../core/contribution';
import { type JudgedFile, type JudgedText, judgeStated, signedReviews } from '../core/judge';
import { isEmpty } from '../core/marks';
import { activeRulesFor, type Policy } from '../core/policy';
import { indexStatements, matchFile, type StatementIndex } from '../core/review';
import type { Signatures } from '../core/signatures';
import type { Statement } from '../core/statements';
import type { Repository } from '../repo/git';
import { Problem } from '../repo/problem';
import type { Tree } from '../repo/tree';
import { type Guardrails, judgementBy } from './guardrails';
import { loadNamedContributions, loadStatements } from './knowledge';
import type { SignatureCache } from './signatures';

export interface FilesToJudge<File extends JudgedText = JudgedText> {
  readonly guardrails: Guardrails;
  /** Where the statements and contributions stand. */
  readonly statementsTree: Tree;
  readonly files: readonly File[];
  readonly now: Date;
  /** True to judge files too that no rule is about. */
  readonly every?: boolean;
  /** Signatures that were checked before. */
  readonly cache?: SignatureCache;
  /** The statements, when they have been read; by default those of the tree. */
  readonly index?: StatementIndex;
}

export interface JudgedFiles<File extends JudgedText = JudgedText> {
  /** In the order they were given; without those that carry no marks. */
  readonly judged: readonly { readonly file: File; readonly result: JudgedFile }[];
  /** Those that the marks of the judged files name. */
  readonly contributions: ReadonlyMap<string, Contribution>;
  /** One sentence each, about what could not be read or checked. */
  readonly problems: string[];
}

/** Without a policy nothing is asked for. */
export const NO_POLICY: Policy = { version: 1, roles: {}, rules: [], limit: null, onError: 'allow' };

/**
 * Judges marked files by the guardrails. Statements and contributions are read only when there is something to judge, and
 * only the signatures of reviews that speak of text of a rule with sign-offs are checked.
 */
export async function judgeFiles<File extends JudgedText>(
  repo: Repository,
  { guardrails, statementsTree, files, now, every = false, cache, ...given }: FilesToJudge<File>,
): Promise<JudgedFiles<File>> {
  const problems: string[] = [];
  const policy = guardrails.policy ?? NO_POLICY;
  const day = now.toISOString().slice(0, 10);
  const marked = files
    .filter(({ marks }) => !isEmpty(marks))
    .map((file) => ({ file, rules: activeRulesFor(policy, file.path, day) }))
    .filter(({ rules }) => every || rules.length > 0);
  if (marked.length === 0) return { judged: [], contributions: new Map(), problems };

  const index = given.index ?? indexStatements(await loadStatements(statementsTree, problems));
  const stated = marked.map(({ file, rules }) => ({ file, rules, stated: matchFile(file, index) }));
  const reviews = stated
    .filter(({ rules }) => rules.some(({ signOff }) => signOff !== null))
    .flatMap((one) => signedReviews(one.stated));
  const labels = marked.flatMap(({ file }) =>
    [...file.marks.spans, ...file.marks.deletions].map(({ label }) => label),
  );
  const [signatures, contributions] = await Promise.all([
    checkSignatures(repo, guardrails, [...new Set(reviews)], problems, cache),
    loadNamedContributions(statementsTree, labels),
  ]);
  const judgement = judgementBy({ ...guardrails, policy }, { signatures, contributions, now });
  const judged = stated.map((one) => ({
    file: one.file,
    result: judgeStated(one.file, one.stated, judgement),
  }));
  return { judged, contributions, problems };
}

/** Where signatures cannot be checked at all, no sign-off counts, and the reason is told once. */
async function checkSignatures(
  repo: Repository,
  { allowedSigners }: Guardrails,
  reviews: readonly Statement[],
  problems: string[],
  cache?: SignatureCache,
): Promise<Signatures> {
  if (reviews.length === 0) return new Map();
  try {
    // Loaded only now: most commits have nothing signed, and what starts programs is slow to load.
    const { verifyStatements } = await import('./signatures');
    return await verifyStatements(repo, allowedSigners, reviews, cache);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    problems.push(error.message);
    const state = { state: 'invalid', why: 'signatures cannot be checked on this machine' } as const;
    return new Map(reviews.map(({ uuid }) => [uuid, state]));
  }
}
