import type { TextDocument } from 'vscode-languageserver-textdocument';
import { lineAt, splitLines } from '../core/lines';
import { isUnknownOrigin, type Label, type Marks } from '../core/marks';
import { printable } from '../core/wording';
import { declarable } from '../engine/declare';
import { declareUnmarked, unmarkDemand } from '../engine/unmark';
import type { ChangeResult, DeclareParams } from '../protocol';
import { signingKey } from '../repo/sshKeys';
import type { OpenDocument } from './documents';
import { type FileText, lineOfDeletion, notFollowed, openText } from './fileText';

/** UTF-16 offsets, end exclusive; an empty one stands for the deletion marks there. */
interface Target {
  readonly start: number;
  readonly end: number;
}

/**
 * A person declares what text is: the selected text, or the whole span where nothing is selected. What they say is theirs
 * has no deletion marks on its lines either. Taking marks of AI code away needs a reason, which is kept with the code,
 * and a signature where a rule of the file wants one: the answer asks for what is missing, and nothing is changed then.
 */
export async function declare(open: OpenDocument | undefined, params: DeclareParams): Promise<ChangeResult> {
  if (!open?.file) return { changed: 0, message: notFollowed(open) };
  const { file, document } = open;
  const { version } = document;
  const isMine = params.origin === 'human';
  const targets = targetsOf(document, file.marks(), params);
  if (targets.length === 0) return { changed: 0, message: 'there is no marked text here.' };
  if (isMine && file.state.isSetUp) {
    const answer = await keepDeclaration(openText(open)!, targets, params);
    if (answer) return answer;
    if (open.document.version !== version)
      return { changed: 0, message: 'the text was changed meanwhile: try again.' };
  }
  const told = { evidence: 'declared', ...(params.tool ? { tool: params.tool } : {}) } as const;
  const label: Label | null = isMine ? null : file.state.labelFor(told, new Date());
  const known = (id: Label) => file.state.contribution(id);
  const { spans } = file.marks();
  const text = document.getText();
  const parts = targets.flatMap((target) =>
    isMine ? [target] : declarable(text, spans, target, file.state.author, known),
  );
  if (parts.length === 0)
    return { changed: 0, message: 'all of it is marked as AI already, and stays as it is.' };
  for (const { start, end } of parts) file.declare(start, end, label);
  return { changed: parts.length };
}

function targetsOf(document: TextDocument, marks: Marks, { ranges, origin }: DeclareParams): Target[] {
  const targets: Target[] = [];
  const lines = splitLines(document.getText());
  for (const range of ranges) {
    const [start, end] = [document.offsetAt(range.start), document.offsetAt(range.end)];
    if (start < end) targets.push({ start, end });
    else targets.push(...marks.spans.filter((span) => span.start <= start && start <= span.end));
    if (origin !== 'human') continue;
    const places = marks.deletions.filter((deletion) => {
      // Below the last line counts as above it.
      const line = lineOfDeletion(document, { offset: lines.starts[lineAt(lines, deletion.offset)] ?? 0 });
      return line.start <= Math.max(start, end - 1) && line.end >= start;
    });
    for (const offset of new Set(places.map((deletion) => deletion.offset)))
      targets.push({ start: offset, end: offset });
  }
  return targets;
}

/** Keeps what the person says as a statement; what is missing for that, or null when nothing is. */
async function keepDeclaration(
  { state, path, document, marks }: FileText,
  targets: readonly Target[],
  { why, sign }: DeclareParams,
): Promise<ChangeResult | null> {
  const time = new Date();
  const labels = [
    ...marks.spans.filter((span) => targets.some(({ start, end }) => span.start < end && span.end > start)),
    ...marks.deletions.filter(({ offset }) =>
      targets.some(({ start, end }) => start === offset && end === offset),
    ),
  ].map(({ label }) => label);
  // What nobody knew the origin of is no AI code that somebody takes the marks from.
  if (!labels.some((label) => !isUnknownOrigin(label))) return null;
  const demand = await unmarkDemand(state.repo, path, time);
  if (!why?.trim()) return { changed: 0, needsReason: true };
  const [rule] = demand.signing;
  if (rule && !sign) {
    const who = rule.signOff ? ` by somebody with the role "${printable(rule.signOff.role)}"` : '';
    return {
      changed: 0,
      needsSignature: `The rule "${printable(rule.name)}" lets marks go only when that is signed${who}.`,
    };
  }
  const key = rule ? { key: await signingKey(state.repo) } : {};
  const ranges = targets.map(({ start, end }) => ({ start, end: Math.max(end, start + 1) }));
  const by = { who: state.author, time, why, ...key };
  const contributions = { get: (id: Label) => state.contribution(id) };
  await declareUnmarked(
    state.repo,
    { path, text: document.getText(), marks, ranges },
    demand,
    by,
    contributions,
  );
  return null;
}
