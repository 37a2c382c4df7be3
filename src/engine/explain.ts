import { type Explanation, explainFile } from '../core/explain';
import { policyNotices } from '../core/policy';
import type { Tree } from '../repo/tree';
import { loadCodeowners } from './guardrails';
import { type LoadedPolicy, loadPolicy } from './knowledge';

export interface PolicyExplanation extends LoadedPolicy {
  /** Null without a usable policy. */
  readonly explanation: Explanation | null;
  /** Which file says who owns what; null when there is none. */
  readonly codeownersPath: string | null;
  /** One sentence for each temporary rule that has ended, ends soon or has not begun. */
  readonly notices: readonly string[];
  /** One sentence for each line of CODEOWNERS that was passed over. */
  readonly problems: readonly string[];
}

/** What the policy of a tree asks of a file, and why. `path` is from the root; the file need not exist. */
export async function explainPolicy(tree: Tree, path: string, now: Date): Promise<PolicyExplanation> {
  const problems: string[] = [];
  const [loaded, found] = await Promise.all([loadPolicy(tree), loadCodeowners(tree, problems)]);
  const { policy } = loaded;
  const day = now.toISOString().slice(0, 10);
  return {
    ...loaded,
    explanation: policy && explainFile(policy, found?.codeowners ?? null, path, day),
    codeownersPath: found?.path ?? null,
    notices: policy ? policyNotices(policy, day) : [],
    problems,
  };
}
