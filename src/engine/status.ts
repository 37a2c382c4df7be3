import type { JudgedFile, JudgedText } from '../core/judge';
import { isUnknownOrigin } from '../core/marks';
import type { ReportSummary } from '../core/reports/report';
import type { ReviewState } from '../core/review';
import type { Repository } from '../repo/git';
import { type HookState, hookState } from '../repo/hookState';
import { findRendezvous } from '../repo/rendezvous';
import { judgeAll } from './checkAll';
import { checkStaged } from './commit';
import { isSetUp } from './init';
import { checkSync, type OutOfSync } from './syncCheck';

/** What one marked file carries. Characters are UTF-16 code units. */
export interface FileStatus {
  readonly path: string;
  readonly characters: number;
  readonly aiCharacters: number;
  readonly unknownCharacters: number;
  /** Number of AI spans by review. */
  readonly spans: Readonly<Record<ReviewState, number>>;
}

export interface Status {
  readonly root: string;
  readonly setUp: boolean;
  readonly hook: HookState;
  /** How many editors with Taggant have the repository open. */
  readonly editors: number;
  readonly policy: { readonly rules: number; readonly problems: number } | null;
  readonly files: FileStatus[];
  /** Sidecars of the working tree that do not agree with their files. */
  readonly outOfSync: readonly OutOfSync[];
  /** Findings in the whole working tree, and in what the next commit takes along. */
  readonly all: ReportSummary;
  readonly staged: ReportSummary;
  readonly problems: string[];
}

/** What there is to say of a repository's working tree. Writes nothing. */
export async function statusOf(repo: Repository): Promise<Status> {
  const files: FileStatus[] = [];
  const [setUp, hook, editors, { result: all, guardrails }, staged, sync] = await Promise.all([
    isSetUp(repo),
    hookState(repo),
    findRendezvous(repo.commonDir),
    judgeAll(repo, (file, judged) => files.push(statusOfFile(file, judged))),
    checkStaged(repo),
    checkSync(repo),
  ]);
  const { policy, policyProblems } = guardrails;
  return {
    root: repo.root,
    setUp,
    hook,
    editors: editors.length,
    policy:
      policy || policyProblems.length > 0
        ? { rules: policy?.rules.length ?? 0, problems: policyProblems.length }
        : null,
    files,
    outOfSync: sync.outOfSync,
    all: all.summary,
    staged: staged.summary,
    problems: [...new Set([...all.problems, ...staged.problems])],
  };
}

function statusOfFile({ path, text }: JudgedText, judged: JudgedFile): FileStatus {
  const spans = { unreviewed: 0, reviewed: 0, 'signed off': 0 };
  let aiCharacters = 0;
  let unknownCharacters = 0;
  for (const { start, end, label, review } of judged.spans) {
    if (isUnknownOrigin(label)) unknownCharacters += end - start;
    else {
      aiCharacters += end - start;
      spans[review] += 1;
    }
  }
  return { path, characters: text.length, aiCharacters, unknownCharacters, spans };
}
