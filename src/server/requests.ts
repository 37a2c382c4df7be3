import { pathToFileURL } from 'node:url';
import type { Range } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Label } from '../core/marks';
import { initRepository } from '../engine/init';
import type { RepositoryState } from '../engine/repositoryState';
import { markReviewed as writeReview } from '../engine/review';
import type { ChangeResult, DeclareParams, MarkReviewedParams, SetUpParams, SetUpResult } from '../protocol';
import type { OpenDocument } from './documents';
import { reviewedSpans } from './spans';

/** Writes a review statement for the unreviewed spans that the ranges touch, in the text as the editor has it. */
export async function markReviewed(
  open: OpenDocument | undefined,
  params: MarkReviewedParams,
): Promise<ChangeResult> {
  if (!open?.file) return notFollowed(open);
  const { file, document } = open;
  if (!file.state.isSetUp) {
    return { changed: 0, message: 'set this repository up first: reviews are kept with the code.' };
  }
  const unreviewed = reviewedSpans(file, document).filter(({ review }) => review === 'unreviewed');
  const chosen = params.ranges
    ? unreviewed.filter((span) => touches(document, span, params.ranges!))
    : unreviewed;
  if (chosen.length === 0) return { changed: 0, message: 'there is no unreviewed AI span here.' };
  await writeReview(
    file.state.repo,
    [{ path: file.path, text: document.getText(), marks: file.marks(), ranges: chosen }],
    { who: file.state.author, time: new Date(), ...(params.why ? { why: params.why } : {}) },
  );
  return { changed: chosen.length };
}

/** A person declares what text is: the selected text, or the whole span where nothing is selected. */
export function declare(open: OpenDocument | undefined, params: DeclareParams): ChangeResult {
  if (!open?.file) return notFollowed(open);
  const { file, document } = open;
  const label: Label | null =
    params.origin === 'human'
      ? null
      : file.state.labelFor(
          { evidence: 'declared', ...(params.tool ? { tool: params.tool } : {}) },
          new Date(),
        );
  let changed = 0;
  for (const range of params.ranges) {
    const [start, end] = [document.offsetAt(range.start), document.offsetAt(range.end)];
    const targets =
      start < end
        ? [{ start, end }]
        : file.marks().spans.filter((span) => span.start <= start && start <= span.end);
    for (const target of targets) {
      file.declare(target.start, target.end, label);
      changed += 1;
    }
  }
  return changed > 0 ? { changed } : { changed, message: 'there is no marked text here.' };
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

function notFollowed(open: OpenDocument | undefined): ChangeResult {
  const reason = open?.tracking.state === 'off' ? open.tracking.reason : 'this document is not followed.';
  return { changed: 0, message: reason };
}

function touches(
  document: TextDocument,
  span: { start: number; end: number },
  ranges: readonly Range[],
): boolean {
  return ranges.some(
    (range) => document.offsetAt(range.start) <= span.end && document.offsetAt(range.end) >= span.start,
  );
}
