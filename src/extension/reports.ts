import * as vscode from 'vscode';
import type { Report } from '../protocol';
import { toProtocolRange } from './surfaces/navigation';

/** Our own diagnostics, which are no report about the code. */
const OWN_SOURCE = 'taggant';
/** More than this says nothing more. */
const MAX_REPORTS = 5000;

const SEVERITIES: Partial<Record<vscode.DiagnosticSeverity, Report['severity']>> = {
  [vscode.DiagnosticSeverity.Error]: 'error',
  [vscode.DiagnosticSeverity.Warning]: 'warning',
  [vscode.DiagnosticSeverity.Information]: 'information',
};

/** What other extensions report in the files that `isWanted` takes; hints are left out. */
export function reportsIn(isWanted: (uri: string) => boolean): Report[] {
  const reports: Report[] = [];
  for (const [uri, diagnostics] of vscode.languages.getDiagnostics()) {
    const address = uri.toString();
    if (diagnostics.length === 0 || !isWanted(address)) continue;
    for (const { source, severity, range } of diagnostics) {
      const degree = SEVERITIES[severity];
      if (!degree || source === OWN_SOURCE) continue;
      if (reports.length === MAX_REPORTS) return reports;
      const name = source ?? 'another extension';
      reports.push({ uri: address, range: toProtocolRange(range), source: name, severity: degree });
    }
  }
  return reports;
}
