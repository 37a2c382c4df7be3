import { pathToFileURL } from 'node:url';
import type { ReviewState } from '../core/review';
import type { StatementKind } from '../core/statements';
import type { Work } from '../core/workItems';
import { initRepository } from '../engine/init';
import type { RepositoryState } from '../engine/repositoryState';
import { writeStatement } from '../engine/review';
import type { ChangeResult, MarkReviewedParams, SetUpParams, SetUpResult, StateParams } from '../protocol';
import { type FileText, judgedFile, lineOfDeletion, type NoFile, reviewedText, touches } from './fileText';

const NOT_SET_UP = 'set this repository up first: what people say of code is kept with it.';

/** Writes a review statement for the unreviewed spans that the ranges touch. */
export async function markReviewed(
  file: FileText | NoFile,
  params: MarkReviewedParams,
): Promise<ChangeResult> {
  if ('reason' in file) return { changed: 0, message: file.reason };
  if (!file.state.isSetUp) return { changed: 0, message: NOT_SET_UP };
  const { spans, deletions } = judgedFile(file);
  const isUnreviewed = ({ review }: { readonly review: ReviewState }) => review === 'unreviewed';
  const removals = deletions.filter(isUnreviewed).map((one) => lineOfDeletion(file.document, one));
  const chosen = [...spans.filter(isUnreviewed), ...removals].filter((part) =>
    touches(file.document, part, params.ranges),
  );
  if (chosen.length === 0) return { changed: 0, message: 'there is no unreviewed AI span here.' };
  await say(file, 'review', chosen, params.why);
  return { changed: chosen.length };
}

/** Writes a note about marked text, or asks for its sign-off, with a note where the rule wants one. */
export async function state(
  file: FileText | NoFile,
  params: StateParams,
  work: readonly Work[],
): Promise<ChangeResult> {
  if ('reason' in file) return { changed: 0, message: file.reason };
  if (!file.state.isSetUp) return { changed: 0, message: NOT_SET_UP };
  const { document } = file;
  const { ranges } = params.target;
  const touched = work.map(({ finding }) => finding).filter((finding) => touches(document, finding, ranges));
  if (params.statement === 'note') {
    const { spans, deletions } = judgedFile(file);
    const removals = deletions.map((one) => lineOfDeletion(document, one));
    const chosen = [...spans, ...removals].filter((part) => touches(document, part, ranges));
    if (chosen.length === 0)
      return { changed: 0, message: 'there is no AI span here to write a note about.' };
    await say(file, 'note', chosen, params.why);
    return { changed: chosen.length };
  }
  const open = touched.filter(({ canRequest }) => canRequest);
  if (open.length === 0) {
    const isAsked = touched.some(({ clearance }) => clearance === 'requested');
    const message = isAsked ? 'a sign-off was requested already.' : 'nothing here waits for a sign-off.';
    return { changed: 0, message };
  }
  const unnoted = touched.filter(({ kind }) => kind === 'note-missing');
  if (unnoted.length > 0 && !params.why) return { changed: 0, needsNote: true };
  if (unnoted.length > 0) await say(file, 'note', unnoted, params.why);
  await say(file, 'request', open, unnoted.length > 0 ? undefined : params.why);
  return { changed: open.length };
}

async function say(
  file: FileText,
  kind: StatementKind,
  ranges: readonly { readonly start: number; readonly end: number }[],
  why: string | undefined,
): Promise<void> {
  const by = { who: file.state.author, time: new Date(), ...(why ? { why } : {}) };
  await writeStatement(file.state.repo, kind, [reviewedText(file, ranges)], by);
}

/** Sets a repository up, or lists what that would do. */
export async function setUp(
  state: RepositoryState,
  { dryRun }: SetUpParams,
  cliPath: string,
): Promise<SetUpResult> {
  const report = await initRepository(state.repo, {
    dryRun,
    confirm: async () => true,
    cliPath,
    nodePath: process.execPath,
  });
  return {
    actions: report.actions,
    notes: report.notes,
    rootUri: pathToFileURL(state.repo.root).toString(),
  };
}
