import { type Diagnostic, DiagnosticSeverity } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Finding } from '../core/findings';
import type { PolicyProblem } from '../core/policy';
import type { TrackedFile } from '../engine/trackedFile';
import { judged } from './spans';

export const DIAGNOSTIC_SOURCE = 'taggant';

/** The findings of a followed document as it stands in the editor. */
export function findingsIn(file: TrackedFile, document: TextDocument): Finding[] {
  return judged(file, document).findings;
}

/**
 * Findings as diagnostics: a warning where the rule holds the commit, information where it warns, for nothing is wrong
 * with the code yet. Only the first line is underlined: the marks show where the text is.
 */
export function findingDiagnostics(document: TextDocument, findings: readonly Finding[]): Diagnostic[] {
  return findings.map((finding) => {
    const start = document.positionAt(finding.start);
    const end = document.positionAt(finding.end);
    const lineEnd = document.positionAt(document.offsetAt({ line: start.line + 1, character: 0 }));
    const firstLine = document.getText({ start, end: lineEnd }).trimEnd().length;
    const range =
      end.line === start.line
        ? { start, end }
        : { start, end: { line: start.line, character: start.character + firstLine } };
    return {
      range,
      severity: finding.enforcement === 'block' ? DiagnosticSeverity.Warning : DiagnosticSeverity.Information,
      source: DIAGNOSTIC_SOURCE,
      message: `${finding.rule}: ${finding.message}. ${finding.remedy}`,
    };
  });
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
