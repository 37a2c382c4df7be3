import { type Diagnostic, DiagnosticSeverity, type Range } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Finding } from '../core/findings';
import type { PolicyProblem } from '../core/policy';

export const DIAGNOSTIC_SOURCE = 'taggant';

/**
 * Findings as diagnostics: a warning where the rule holds the commit, information where it warns, for nothing is wrong
 * with the code yet. Only the first line is underlined: the marks show where the text is.
 */
export function findingDiagnostics(document: TextDocument, findings: readonly Finding[]): Diagnostic[] {
  // What somebody let pass is told by hover and status bar; what holds or warns is told here.
  const open = findings.filter(({ clearance }) => clearance === undefined);
  return open.map((finding) => {
    const start = document.positionAt(finding.start);
    const end = document.positionAt(finding.end);
    const lineEnd = document.positionAt(document.offsetAt({ line: start.line + 1, character: 0 }));
    const firstLine = document.getText({ start, end: lineEnd }).trimEnd().length;
    const range =
      end.line === start.line
        ? { start, end }
        : { start, end: { line: start.line, character: start.character + firstLine } };
    return findingDiagnostic(finding, range);
  });
}

/** Findings of a file that is not open, as it is staged: at the start of the first line of each. */
export function stagedDiagnostics(findings: readonly Finding[]): Diagnostic[] {
  return findings.map((finding) => {
    const start = { line: finding.startLine, character: 0 };
    return findingDiagnostic(finding, { start, end: start });
  });
}

function findingDiagnostic(
  { enforcement, rule, message, rejected = [], remedy }: Finding,
  range: Range,
): Diagnostic {
  return {
    range,
    severity: enforcement === 'block' ? DiagnosticSeverity.Warning : DiagnosticSeverity.Information,
    source: DIAGNOSTIC_SOURCE,
    message: [`${rule}: ${message}.`, ...rejected, remedy].join(' '),
  };
}

/** What is wrong with a policy (an error), or has an end (information), at the exact place. */
export function policyDiagnostics(
  text: string,
  problems: readonly PolicyProblem[],
  severity: DiagnosticSeverity = DiagnosticSeverity.Error,
): Diagnostic[] {
  const document = TextDocument.create('policy', 'jsonc', 0, text);
  return problems.map(({ message, offset, length }) => ({
    range: { start: document.positionAt(offset), end: document.positionAt(offset + length) },
    severity,
    source: DIAGNOSTIC_SOURCE,
    message,
  }));
}
