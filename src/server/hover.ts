import { type Hover, MarkupKind, type Position } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { declaringCommit } from '../core/agentTrailers';
import type { Contribution } from '../core/contribution';
import type { JudgedFile, JudgedSpan } from '../core/judge';
import { type Evidence, isUnknownOrigin, type Label } from '../core/marks';
import type { StatementKind } from '../core/statements';
import { printable } from '../core/wording';
import type { TrackedFile } from '../engine/trackedFile';
import { lineOfDeletion } from './fileText';
import { judged } from './spans';

const EVIDENCE: Record<Evidence, string> = {
  exact: 'the editor named the source of the edit',
  accepted: 'an accepted completion was observed',
  hook: 'the agent reported it, and the text matches its report',
  declared: 'a person declared it',
  inferred: 'inferred from the shape of the edit, not observed',
};

/** What is known of the span at a position: source, author, evidence, who reviewed it, and what the policy asks for. */
export function hoverAt(file: TrackedFile, document: TextDocument, position: Position): Hover | null {
  const offset = document.offsetAt(position);
  const { spans, deletions, findings } = judged(file, document);
  const span = spans.find(({ start, end }) => start <= offset && offset <= end);
  const removals = deletions.filter((one) => document.positionAt(one.offset).line === position.line);
  const place = span ?? (removals[0] && lineOfDeletion(document, removals[0]));
  if (!place) return null;
  const lines = [
    ...(span ? [headline(file, span.label), `Review: **${span.review}**`, said(span)] : []),
    ...removals.flatMap((one) => [removal(file, one.label), `Review: **${one.review}**`, said(one)]),
    ...asked(findings, offset, removals.length > 0 ? lineOfDeletion(document, removals[0]!) : null),
  ];
  return {
    contents: { kind: MarkupKind.Markdown, value: lines.filter((line) => line !== '').join('\n\n') },
    range: { start: document.positionAt(place.start), end: document.positionAt(place.end) },
  };
}

const SAID: Record<StatementKind, string> = {
  review: 'reviewed by',
  note: 'note by',
  request: 'sign-off requested by',
  override: 'rule overridden by',
  declare: 'declared by',
};
/** More statements than this say nothing more in a hover. */
const MAX_SAID = 8;

/** Who said what of the text, in the order of time; whether a sign-off counts is told with the rule that asks for it. */
function said({ statements }: Pick<JudgedSpan, 'statements'>): string {
  const known = statements.filter((one) => one.kind !== 'other');
  const sorted = known.toSorted((a, b) => (a.time < b.time ? -1 : 1));
  const lines = sorted.slice(-MAX_SAID).map(({ kind, signature, who, time, why }) => {
    const what = kind === 'review' && signature !== undefined ? 'signed by' : SAID[kind as StatementKind];
    return `- ${what} ${plain(printable(who))} on ${plain(time.slice(0, 10))}${why ? `: ${plain(printable(why))}` : ''}`;
  });
  return lines.join('\n');
}

function headline(file: TrackedFile, label: Label): string {
  if (isUnknownOrigin(label)) {
    const how = label === '?paste' ? 'It was pasted' : 'It came into the file from outside the editor';
    return `**Unknown origin.** ${how}, and nobody has said what it is.`;
  }
  const contribution = file.state.contribution(label);
  if (!contribution)
    return `**AI-generated** (contribution ${code(label)}, whose record is not in this repository)`;
  return `**AI-generated** by ${sourceOf(contribution)}`;
}

function declaredBy(commit: string): string {
  return `commit ${code(commit.slice(0, 10))} names it, and speaks of all that it added`;
}

function removal(file: TrackedFile, label: Label): string {
  const contribution = file.state.contribution(label);
  if (!contribution)
    return `**An AI edit removed text here** (contribution ${code(label)}, whose record is not in this repository)`;
  return `**An AI edit removed text here:** ${sourceOf(contribution)}`;
}

function sourceOf(contribution: Contribution): string {
  const { tool, model, author, day, evidence } = contribution;
  const commit = declaringCommit(contribution);
  const source = [tool ? code(tool) : 'an unnamed tool', model ? `model ${code(model)}` : ''];
  return (
    `${source.filter(Boolean).join(', ')}  \n` +
    `${commit ? 'Committed' : 'Accepted'} by ${plain(author)} on ${plain(day)}  \n` +
    `Evidence: ${evidence} (${commit ? declaredBy(commit) : (EVIDENCE[evidence] ?? 'of a kind this version does not know')})`
  );
}

/** What the rules ask for at an offset, and for what was removed at a line. */
function asked(
  findings: JudgedFile['findings'],
  offset: number,
  line: { readonly start: number; readonly end: number } | null,
): string[] {
  const concerns = ({ kind, start, end }: JudgedFile['findings'][number]) =>
    kind === 'deletion'
      ? line !== null && start <= line.end && end >= line.start
      : start <= offset && offset <= end;
  return findings
    .filter(concerns)
    .flatMap(({ rule, enforcement, clearance, message, rejected = [], remedy }) => {
      const what = clearance ? CLEARED[clearance] : ASKED[enforcement];
      return [
        `Rule **${plain(rule)}** ${what}: ${plain(message)}. ${plain(remedy)}`,
        rejected.map((sentence) => `- ${plain(sentence)}`).join('\n'),
      ];
    });
}

const ASKED = { block: 'holds the commit', warn: 'warns before the commit' } as const;
const CLEARED = {
  requested: 'lets the commit through, and waits for the sign-off',
  overridden: 'was overridden',
} as const;

/** Text from a repository, shown as text: nothing in it becomes Markdown or HTML. */
function plain(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!<>|~&]/g, '\\$&').replace(/\s+/g, ' ');
}

function code(text: string): string {
  return `\`${text.replace(/[`\s]+/g, ' ')}\``;
}
