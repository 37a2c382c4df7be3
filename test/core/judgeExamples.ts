/** Policies, statements and judgements for the tests of findings and sign-offs. */
import assert from 'node:assert/strict';
import type { Contribution } from '../../src/core/contribution';
import { type JudgedFile, type Judgement, judgeFile } from '../../src/core/judge';
import { type Policy, parsePolicy } from '../../src/core/policy';
import { indexStatements } from '../../src/core/review';
import type { SignatureState } from '../../src/core/signatures';
import type { Statement } from '../../src/core/statements';
import type { Example } from './reviewExamples';

/** A policy from its JSON without the version; the test fails when it has a mistake. */
export function policyOf(json: object): Policy {
  const parsed = parsePolicy(JSON.stringify({ version: 1, ...json }));
  assert.ok(parsed.policy, JSON.stringify(parsed.problems));
  return parsed.policy;
}

/** 1 February 2025, where nothing else is said; nobody is known. */
export function judgementOf(policy: Policy, known: Partial<Judgement> = {}): Judgement {
  const now = known.now ?? '2025-02-01T12:00:00Z';
  return {
    policy,
    ...{ now, day: now.slice(0, 10) },
    codeowners: null,
    signatures: new Map<string, SignatureState>(),
    contributions: new Map<string, Contribution>(),
    ...known,
  };
}

export function judge(
  path: string,
  { text, marks }: Example,
  statements: readonly Statement[],
  judgement: Judgement,
): JudgedFile {
  return judgeFile({ path, text, marks }, indexStatements(statements), judgement);
}
