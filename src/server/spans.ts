import type { TextDocument } from 'vscode-languageserver-textdocument';
import { isUnknownOrigin } from '../core/marks';
import { type ReviewedSpan, reviewSpans } from '../core/review';
import type { TrackedFile } from '../engine/trackedFile';
import type { SpanInfo, SpansParams } from '../protocol';

/** The spans of a followed document with their reviews, in offsets. */
export function reviewedSpans(file: TrackedFile, document: TextDocument): ReviewedSpan[] {
  const marks = file.marks();
  if (marks.spans.length === 0) return [];
  return reviewSpans(file.path, document.getText(), marks, file.state.statements);
}

/** The spans as the client shows them. */
export function spansParams(file: TrackedFile | null, document: TextDocument): SpansParams {
  const spans = file ? reviewedSpans(file, document).map((span) => spanInfo(file, document, span)) : [];
  return { uri: document.uri, version: document.version, spans };
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
