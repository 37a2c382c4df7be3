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

/** What is the matter, where, and by which rule; one line for each place, grouped by rule; then what can be done. */
export function findingsText(
  findings: readonly Finding[],
  choices: CommitChoices,
  more: { readonly omitted?: number; readonly agent?: string } = {},
): string {
  const pending = findings.filter(({ clearance }) => !clearance);
  const places = [...byRule(pending.toSorted((a, b) => a.rule.localeCompare(b.rule)))].flatMap(
    ([rule, found]) => placesOf(found).map((place) => ({ rule, place, found })),
  );
  const lines: string[] = [];
  let shown: string | undefined;
  for (const { rule, place, found } of places.slice(0, SHOWN)) {
    if (rule !== shown) {
      const holds = found.some(({ enforcement }) => enforcement === 'block');
      if (lines.length > 0) lines.push('');
      lines.push(`${rule} (${holds ? 'holds the commit' : 'warns'})`);
      shown = rule;
    }
    lines.push(`    ${place}`);
  }
  const hidden = Math.max(0, places.length - SHOWN) + (more.omitted ?? 0);
  if (hidden > 0) lines.push('', `and ${hidden} more`);
  lines.push('', advice(choices, more.agent));
  return lines.join('\n');
}

/** The places of one rule's findings, each once, with all that is the matter there. */
function placesOf(findings: readonly Finding[]): string[] {
  const places = new Map<string, string[]>();
  for (const finding of findings) {
    const { path, startLine, endLine } = finding;
    const place = `${path}:${lineRange(startLine, endLine).replace('-', '–')}`;
    const matters = places.get(place) ?? [];
    const matter = matterOf(finding);
    places.set(place, matter ? [...matters, matter] : matters);
  }
  return [...places].map(([place, matters]) => [place, matters.join(', ')].filter(Boolean).join('  '));
}

function matterOf({ kind, canRequest }: Finding): string | undefined {
  return kind === 'unreviewed' && canRequest ? MATTER.unsigned : MATTER[kind];
}

function advice(choices: CommitChoices, agent: string | undefined): string {
  if (agent !== undefined) {
    return `${agent.charAt(0).toUpperCase()}${agent.slice(1)} makes this commit. Read the code, mark it as reviewed, and commit again.`;
  }
  if (choices.note) return 'Say what was asked and why this is right, or read it again first.';
  const ways = choices.request
    ? ['Request the sign-off to commit now: the check of the branch fails until it is signed.']
    : ['Read it, mark it as reviewed, and commit again.'];
  if (choices.override) ways.push('Committing with an override keeps your reason with the code.');
  return ways.join('\n');
}
