/** A problem that another extension reports, as far as sentences need it. */
export interface Reported {
  readonly source: string;
  readonly severity: 'error' | 'warning' | 'information';
}

/** `eslint reports 2 problems (1 error) and ts reports 1 problem in this AI code.`; null without any. */
export function reportsText(reports: readonly Reported[]): string | null {
  const sources = new Map<string, Reported[]>();
  for (const report of reports) {
    const found = sources.get(report.source) ?? [];
    sources.set(report.source, found);
    found.push(report);
  }
  const parts = [...sources].map(([source, found]) => {
    const errors = found.filter(({ severity }) => severity === 'error').length;
    const problems = found.length === 1 ? '1 problem' : `${found.length} problems`;
    const ofThem = errors === 0 ? '' : errors === 1 ? ' (1 error)' : ` (${errors} errors)`;
    return `${source} reports ${problems}${ofThem}`;
  });
  const last = parts.pop();
  if (last === undefined) return null;
  return `${parts.length > 0 ? `${parts.join(', ')} and ` : ''}${last} in this AI code.`;
}
