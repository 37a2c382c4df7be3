import { byRule, type CommitChoices } from '../../core/commitChoices';
import type { Finding, FindingKind } from '../../core/findings';
import { lineRange } from '../../core/wording';

const SHOWN = 8;

/** What is the matter with a place, where that is more than that nobody has read it. */
const MATTER: Partial<Record<FindingKind, string>> = {
  unsigned: 'needs a sign-off',
  'note-missing': 'needs a note',
  'unknown-origin': 'unknown origin',
  deletion: 'lines removed by AI',
  'too-much': 'more than the policy allows in one change',
};

/** The dialog's first sentence. */
export function findingsSentence(findings: readonly Finding[]): string {
  const pending = findings.filter(({ clearance }) => !clearance);
  const unnoted = pending.every(({ kind }) => kind === 'note-missing');
  const places = new Set(
    pending
      .filter(({ kind }) => unnoted || kind !== 'note-missing')
      .map(({ path, start, end }) => JSON.stringify([path, start, end])),
  ).size;
  if (unnoted) {
    return places === 1
      ? 'This commit carries 1 AI span that nobody has documented.'
      : `This commit carries ${places} AI spans that nobody has documented.`;
  }
  const what = pending.some(({ kind }) => kind === 'unreviewed') ? 'unreviewed AI span' : 'unsigned AI span';
  return places === 1
    ? `This commit carries 1 ${what} on a critical path.`
    : `This commit carries ${places} ${what}s on critical paths.`;
}

/** What is the matter, where, and by which rule; one line for each finding, grouped by rule; then what can be done. */
export function findingsText(
  findings: readonly Finding[],
  choices: CommitChoices,
  more: { readonly omitted?: number; readonly agent?: string } = {},
): string {
  const sorted = findings
    .filter(({ clearance }) => !clearance)
    .sort((a, b) => a.rule.localeCompare(b.rule))
    .slice(0, SHOWN);
  const lines: string[] = [];
  for (const [rule, found] of byRule(sorted)) {
    const holds = found.some(({ enforcement }) => enforcement === 'block');
    if (lines.length > 0) lines.push('');
    lines.push(`${rule} (${holds ? 'holds the commit' : 'warns'})`);
    for (const finding of found) lines.push(`    ${placeText(finding)}`);
  }
  const hidden = findings.length - sorted.length + (more.omitted ?? 0);
  if (hidden > 0) lines.push('', `and ${hidden} more`);
  lines.push('', advice(choices, more.agent));
  return lines.join('\n');
}

function placeText({ path, startLine, endLine, kind }: Finding): string {
  const matter = MATTER[kind];
  const place = path === '' ? '' : `${path}:${lineRange(startLine, endLine).replace('-', '–')}`;
  return [place, matter].filter(Boolean).join('  ');
}

function advice(choices: CommitChoices, agent: string | undefined): string {
  if (agent !== undefined) {
    return `${agent.charAt(0).toUpperCase()}${agent.slice(1)} makes this commit. Read the code, mark it as reviewed, and commit again.`;
  }
  if (choices.note) return 'Say what was asked and why this is right, or read it again first.';
  const ways = ['Read it, mark it as reviewed, and commit again.'];
  if (choices.request) {
    ways.push('Or commit now and request a sign-off: the check of the branch fails until it is signed.');
  }
  if (choices.override) ways.push('Committing with an override keeps your reason with the code.');
  return ways.join('\n');
}
