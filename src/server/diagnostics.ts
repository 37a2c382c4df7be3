import { type Diagnostic, DiagnosticSeverity } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { type Finding, findingsOf } from '../core/findings';
import type { PolicyProblem } from '../core/policy';
import type { TrackedFile } from '../engine/trackedFile';
import { reviewedSpans } from './spans';

export const DIAGNOSTIC_SOURCE = 'taggant';

/** The findings of a followed document as it stands in the editor. */
export function findingsIn(file: TrackedFile, document: TextDocument): Finding[] {
  const { policy } = file.state.knowledge;
  if (!policy) return [];
  const spans = reviewedSpans(file, document);
  if (spans.length === 0) return [];
  return findingsOf({ path: file.path, text: document.getText(), spans }, policy);
}

/** Findings as diagnostics: a warning where the rule warns, an error where it holds the commit. */
export function findingDiagnostics(document: TextDocument, findings: readonly Finding[]): Diagnostic[] {
  return findings.map((finding) => ({
    range: { start: document.positionAt(finding.start), end: document.positionAt(finding.end) },
    severity: finding.enforcement === 'block' ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning,
    source: DIAGNOSTIC_SOURCE,
    message: `${finding.rule}: ${finding.message}. ${finding.remedy}`,
  }));
}

/** What is wrong with a policy, at the exact place. */
export function policyDiagnostics(text: string, problems: readonly PolicyProblem[]): Diagnostic[] {
  const document = TextDocument.create('policy', 'jsonc', 0, text);
  return problems.map(({ message, offset, length }) => ({
    range: { start: document.positionAt(offset), end: document.positionAt(offset + length) },
    severity: DiagnosticSeverity.Error,
    source: DIAGNOSTIC_SOURCE,
    message,
  }));
}
