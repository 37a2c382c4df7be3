import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { JudgedDeletion, JudgedFile } from '../core/judge';
import { isEmpty, isUnknownOrigin } from '../core/marks';
import type { ReviewedSpan } from '../core/review';
import type { TrackedFile } from '../engine/trackedFile';
import type { DeletionInfo, SpanInfo, SpansParams } from '../protocol';

/** A followed document as it stands in the editor, judged by the repository's guardrails; in offsets. */
export function judged(file: TrackedFile, document: TextDocument): JudgedFile {
  const marks = file.marks();
  if (isEmpty(marks)) return { spans: [], deletions: [], findings: [] };
  return file.state.judge({ path: file.path, text: document.getText(), marks }, new Date());
}

/** The spans as the client shows them. */
export function spansParams(file: TrackedFile | null, document: TextDocument): SpansParams {
  const { spans, deletions } = file ? judged(file, document) : { spans: [], deletions: [] };
  const params = { uri: document.uri, version: document.version };
  if (!file) return { ...params, spans: [] };
  return {
    ...params,
    spans: spans.map((span) => spanInfo(file, document, span)),
    ...(deletions.length > 0 ? { deletions: deletions.map((one) => deletionInfo(file, document, one)) } : {}),
  };
}

function deletionInfo(
  file: TrackedFile,
  document: TextDocument,
  { offset, label, review }: JudgedDeletion,
): DeletionInfo {
  const { tool, model, evidence, day } = file.state.contribution(label) ?? {};
  return {
    line: document.positionAt(offset).line,
    label,
    review,
    ...(tool ? { tool } : {}),
    ...(model ? { model } : {}),
    ...(evidence ? { evidence } : {}),
    ...(day ? { day } : {}),
  };
}

function spanInfo(file: TrackedFile, document: TextDocument, span: ReviewedSpan): SpanInfo {
  const range = { start: document.positionAt(span.start), end: document.positionAt(span.end) };
  if (isUnknownOrigin(span.label)) {
    return { range, origin: span.label === '?paste' ? 'paste' : 'external', review: span.review };
  }
  const contribution = file.state.contribution(span.label);
  return {
    range,
    origin: 'ai',
    contribution: span.label,
    review: span.review,
    ...(contribution?.tool ? { tool: contribution.tool } : {}),
    ...(contribution?.model ? { model: contribution.model } : {}),
    ...(contribution ? { evidence: contribution.evidence } : {}),
  };
}
