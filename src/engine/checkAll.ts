import type { Finding } from '../core/findings';
import type { JudgedFile, JudgedText } from '../core/judge';
import { sourcePathOf, TAGS_FOLDER } from '../core/layout';
import { indexStatements } from '../core/review';
import type { Repository } from '../repo/git';
import { incomingSides } from '../repo/incoming';
import { Problem } from '../repo/problem';
import { decodeText, notTrackedSentence } from '../repo/text';
import { workingTree } from '../repo/tree';
import { type CheckResult, checkResult } from './checkFiles';
import { type Guardrails, loadGuardrails } from './guardrails';
import { judgeFiles } from './judgeFiles';
import { checkTreeVersion, loadStatements } from './knowledge';
import type { SignatureCache } from './signatures';
import { marksOfText, openTrees } from './textMarks';

/** How many texts are judged, and in memory, at a time. */
const AT_ONCE = 64;

/**
 * Checks all marked files of the working tree by the working tree's guardrails and statements, some at a time. The result
 * names as `checked` only the files with findings, unless `keepAll`: a large repository's texts need not fit into memory.
 */
export async function checkAll(
  repo: Repository,
  { keepAll = false }: { readonly keepAll?: boolean } = {},
): Promise<CheckResult> {
  const checked: JudgedText[] = [];
  const { result } = await judgeAll(repo, (file, { findings }) => {
    if (keepAll || findings.length > 0) checked.push(file);
  });
  return { ...result, checked };
}

/** The same, handing on what was judged of every marked file, in the order of their sidecars' paths; nothing of it is kept. */
export async function judgeAll(
  repo: Repository,
  take: (file: JudgedText, judged: JudgedFile) => void,
): Promise<{ result: CheckResult; guardrails: Guardrails }> {
  const now = new Date();
  const statementsTree = workingTree(repo);
  const guardrails = await loadGuardrails(statementsTree);
  const problems: string[] = [];
  const told = new Set<string>();
  const findings: Finding[] = [];
  const cache: SignatureCache = new Map();
  const index = indexStatements(await loadStatements(statementsTree, problems));
  let count = 0;
  for await (const files of groupsOf(markedFiles(repo, problems))) {
    count += files.length;
    const judge = { guardrails, statementsTree, files, now, every: true, cache, index };
    const judged = await judgeFiles(repo, judge);
    for (const problem of judged.problems) told.add(problem);
    for (const { file, result } of judged.judged) {
      findings.push(...result.findings);
      take(file, result);
    }
  }
  const all = [...problems, ...guardrails.problems, ...told];
  return { result: checkResult(guardrails, { findings, problems: all, files: count, now }), guardrails };
}

/** The files of the working tree that have a sidecar, with their marks; sorted by path. */
export async function* markedFiles(repo: Repository, problems: string[]): AsyncGenerator<JudgedText> {
  const trees = openTrees(repo, await incomingSides(repo));
  try {
    await checkTreeVersion(trees.working);
    for (const sidecar of await trees.working.list(TAGS_FOLDER)) {
      const path = sourcePathOf(sidecar);
      if (path === null) continue;
      const bytes = await trees.working.read(path).catch((error: unknown) => {
        if (error instanceof Problem) return error;
        throw error;
      });
      if (bytes instanceof Problem) {
        problems.push(bytes.message);
        continue;
      }
      if (!bytes) {
        problems.push(`${sidecar} belongs to ${path}, which is gone; remove it, or restore the file.`);
        continue;
      }
      const text = decodeText(bytes);
      if (typeof text !== 'string') {
        problems.push(notTrackedSentence(path, text));
        continue;
      }
      const found = await marksOfText(repo, path, text, { trees });
      problems.push(...found.problems);
      yield { path, text, marks: found.marks };
    }
  } finally {
    trees.dispose();
  }
}

async function* groupsOf(files: AsyncIterable<JudgedText>): AsyncGenerator<JudgedText[]> {
  let group: JudgedText[] = [];
  for await (const file of files) {
    group.push(file);
    if (group.length < AT_ONCE) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}
