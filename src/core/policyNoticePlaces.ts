import { type Policy, type PolicyProblem, policyNotices } from './policy';
import { readPolicyTree } from './policyJson';

/** The notices about temporary rules with their places in the policy's text: at the day that each speaks of. */
export function policyNoticePlaces(text: string, policy: Policy, day: string): PolicyProblem[] {
  const { problemAt } = readPolicyTree(text);
  return policy.rules.flatMap((rule, i) =>
    policyNotices({ ...policy, rules: [rule] }, day).map((message) => {
      const key = rule.from !== null && day < rule.from ? 'from' : 'until';
      return problemAt(['rules', i, key], message);
    }),
  );
}
