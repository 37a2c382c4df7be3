import { type Hover, MarkupKind, type Position } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { findingsOf } from '../core/findings';
import { type Evidence, isUnknownOrigin, type Label } from '../core/marks';
import type { ReviewedSpan } from '../core/review';
import type { TrackedFile } from '../engine/trackedFile';
import { reviewedSpans } from './spans';

const EVIDENCE: Record<Evidence, string> = {
  exact: 'the editor named the source of the edit',
  accepted: 'an accepted completion was observed',
  hook: 'the agent reported it, and the text matches its report',
  declared: 'a person declared it',
  inferred: 'inferred from the shape of the edit, not observed',
};

/** What is known of the span at a position: source, author, evidence, review, and what the policy asks for. */
export function hoverAt(file: TrackedFile, document: TextDocument, position: Position): Hover | null {
  const offset = document.offsetAt(position);
  const spans = reviewedSpans(file, document);
  const span = spans.find(({ start, end }) => start <= offset && offset <= end);
  if (!span) return null;
  const lines = [
    headline(file, span.label),
    `Review: **${span.review}**`,
    ...asked(file, document, spans, offset),
  ];
  return {
    contents: { kind: MarkupKind.Markdown, value: lines.filter((line) => line !== '').join('\n\n') },
    range: { start: document.positionAt(span.start), end: document.positionAt(span.end) },
  };
}

function headline(file: TrackedFile, label: Label): string {
  if (isUnknownOrigin(label)) {
    const how = label === '?paste' ? 'It was pasted' : 'It came into the file from outside the editor';
    return `**Unknown origin.** ${how}, and nobody has said what it is.`;
  }
  const contribution = file.state.contribution(label);
  if (!contribution)
    return `**AI-generated** (contribution ${code(label)}, whose record is not in this repository)`;
  const { tool, model, author, day, evidence } = contribution;
  const source = [tool ? code(tool) : 'an unnamed tool', model ? `model ${code(model)}` : ''];
  return (
    `**AI-generated** by ${source.filter(Boolean).join(', ')}  \n` +
    `Accepted by ${plain(author)} on ${plain(day)}  \n` +
    `Evidence: ${evidence} (${EVIDENCE[evidence] ?? 'of a kind this version does not know'})`
  );
}

function asked(file: TrackedFile, document: TextDocument, spans: ReviewedSpan[], offset: number): string[] {
  const { policy } = file.state.knowledge;
  if (!policy) return [];
  const findings = findingsOf({ path: file.path, text: document.getText(), spans }, policy);
  return findings
    .filter(({ start, end }) => start <= offset && offset <= end)
    .map(({ rule, enforcement, remedy }) => {
      const what = enforcement === 'block' ? 'holds the commit' : 'warns before the commit';
      return `Rule **${plain(rule)}** ${what}: ${plain(remedy)}`;
    });
}

/** Text from a repository, shown as text: nothing in it becomes Markdown or HTML. */
function plain(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!<>|~&]/g, '\\$&').replace(/\s+/g, ' ');
}

function code(text: string): string {
  return `\`${text.replace(/[`\s]+/g, ' ')}\``;
}
