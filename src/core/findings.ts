/** Findings: marked text that breaks a rule, in words that say what is wrong and what would clear it. */
import { type Lines, lineAt, splitLines } from './lines';
import { isUnknownOrigin, type Label } from './marks';
import { type Enforcement, type Policy, type Rule, rulesFor } from './policy';
import type { ReviewedSpan } from './review';
import { count, fileArgument, lineRange, printable } from './wording';

/** What is wrong. The kinds after `too-much` are found in a range of commits only. */
export type FindingKind =
  | 'unreviewed' // nobody has read it
  | 'unsigned' // the rule wants a sign-off that is not there, or does not count
  | 'note-missing' // the rule wants the change documented
  | 'unknown-origin'
  | 'deletion' // an AI edit removed lines, and nobody has looked at that
  | 'too-much' // more unreviewed AI code in one change than the policy allows
  | 'marks-removed' // marks went while their text stayed
  | 'sidecar-removed'
  | 'sidecar-edited' // a sidecar that says something else than what follows from its parent
  | 'record-altered' // a statement or contribution was changed or removed
  | 'policy-changed'
  | 'signers-changed'
  | 'scanner'; // another tool's result inside AI code

export interface Finding {
  readonly kind: FindingKind;
  /** How it may pass all the same: somebody asked for the sign-off (the commit passes, CI does not), or overrode the rule. */
  readonly clearance?: 'requested' | 'overridden';
  /** Whether the rule lets a person ask for the sign-off later, or commit against it with a reason. Default: no. */
  readonly canRequest?: boolean;
  readonly canOverride?: boolean;
  /** One sentence for each statement about this text that does not count, with the reason. */
  readonly rejected?: readonly string[];
  readonly path: string;
  /** Lines, 0-based, end exclusive. */
  readonly startLine: number;
  readonly endLine: number;
  /** UTF-16 offsets into the text, end exclusive: from the first to the last character that is unreviewed. */
  readonly start: number;
  readonly end: number;
  /** The rule's name. */
  readonly rule: string;
  readonly enforcement: Enforcement;
  /** The label of the first span; `labels` has all of them, in the order of the text. */
  readonly label: Label;
  readonly labels: readonly Label[];
  /** What is wrong: `12 lines of unreviewed AI code (lines 14-25)`. No full stop, no path, no rule. */
  readonly message: string;
  /** What would clear it: a sentence. */
  readonly remedy: string;
}

interface Region {
  readonly startLine: number;
  readonly start: number;
  endLine: number;
  end: number;
  readonly labels: Label[];
}

/**
 * What breaks the policy in one file: for each rule that holds for its path, one finding for each contiguous region of
 * unreviewed AI code. A human line or a reviewed AI line ends a region, blank lines and human parts of a line do not.
 * Unknown origin is no finding. In the order of the text, then of the rules. `path` is from the repository's root.
 */
export function findingsOf(
  file: { readonly path: string; readonly text: string; readonly spans: readonly ReviewedSpan[] },
  policy: Policy,
): Finding[] {
  const { path, text, spans } = file;
  const rules = rulesFor(policy, path);
  if (rules.length === 0) return [];
  const lines = splitLines(text);
  return unreviewedRegions(text, lines, spans).flatMap((region) => {
    const message = messageOf(region, coversItsLine(text, lines, region, spans));
    return rules.map((rule) => findingOf(path, region, rule, message));
  });
}

function unreviewedRegions(text: string, lines: Lines, spans: readonly ReviewedSpan[]): Region[] {
  const regions: Region[] = [];
  for (const span of spans) {
    if (span.review !== 'unreviewed' || isUnknownOrigin(span.label)) continue;
    const { start, end } = withoutOuterBlanks(text, span);
    const startLine = Math.max(0, lineAt(lines, start));
    const endLine = Math.max(0, lineAt(lines, end - 1)) + 1;
    const last = regions[regions.length - 1];
    if (!last || isAnyLineFilled(text, lines, last.endLine, startLine)) {
      regions.push({ startLine, endLine, start, end, labels: [span.label] });
    } else {
      last.endLine = endLine;
      last.end = end;
      if (!last.labels.includes(span.label)) last.labels.push(span.label);
    }
  }
  return regions;
}

/** A span often starts with the line break before its first line; what is blank at its ends is no place to show. */
function withoutOuterBlanks(text: string, span: ReviewedSpan): { start: number; end: number } {
  let { start, end } = span;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return start < end ? { start, end } : span;
}

function isBlank(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13);
}

/** True when one of the lines [from, to) holds more than whitespace. */
function isAnyLineFilled(text: string, lines: Lines, from: number, to: number): boolean {
  if (from >= to) return false;
  for (let at = lines.starts[from]!; at < lines.starts[to]!; at++) {
    if (!isBlank(text.charCodeAt(at))) return true;
  }
  return false;
}

/** True unless the region is of one line in which something else stands too. */
function coversItsLine(text: string, lines: Lines, region: Region, spans: readonly ReviewedSpan[]): boolean {
  if (region.endLine - region.startLine > 1) return true;
  const within = spans.filter((span) => span.end > region.start && span.start < region.end);
  let index = 0;
  for (let at = lines.starts[region.startLine]!; at < lines.ends[region.startLine]!; at++) {
    while (index < within.length && within[index]!.end <= at) index++;
    const isMarked = index < within.length && within[index]!.start <= at;
    if (!isMarked && !isBlank(text.charCodeAt(at))) return false;
  }
  return true;
}

function messageOf({ startLine, endLine }: Region, coversLine: boolean): string {
  const range = lineRange(startLine, endLine);
  if (!coversLine) return `unreviewed AI code in a part of line ${range}`;
  const size = endLine - startLine;
  return `${count(size, 'line')} of unreviewed AI code (${size === 1 ? 'line' : 'lines'} ${range})`;
}

function findingOf(path: string, region: Region, rule: Rule, message: string): Finding {
  const { startLine, endLine, start, end, labels } = region;
  const place = fileArgument(path, startLine, endLine);
  return {
    kind: 'unreviewed',
    ...{ path, startLine, endLine, start, end },
    ...{ rule: rule.name, enforcement: rule.enforcement, label: labels[0]!, labels, message },
    remedy: `Read the code, then use "Mark Reviewed" in the editor or run: taggant review ${place}`,
  };
}

/** How many rules a summary names. */
const MAX_RULES = 3;

/**
 * One sentence about findings, for a dialog's title and the first line on a terminal: `Taggant: 2 unreviewed AI spans on
 * critical paths (checkout, login and pricing): services/checkout/pay.ts:12-25 and 1 more.` A region that breaks two
 * rules counts once.
 */
export function summarise(findings: readonly Finding[]): string {
  const first = findings[0];
  if (!first) return 'Taggant: no unreviewed AI code on critical paths.';
  const places = new Set(findings.map(({ path, start, end }) => JSON.stringify([path, start, end])));
  const rules = [...new Set(findings.map(({ rule }) => printable(rule)))];
  const hidden = rules.length - MAX_RULES;
  const named =
    rules.slice(0, MAX_RULES).join('; ') + (hidden > 0 ? `; and ${count(hidden, 'more rule')}` : '');
  const paths = rules.length === 1 && places.size === 1 ? 'a critical path' : 'critical paths';
  const where = `${printable(first.path)}:${lineRange(first.startLine, first.endLine)}`;
  const more = places.size > 1 ? ` and ${places.size - 1} more` : '';
  return `Taggant: ${count(places.size, 'unreviewed AI span')} on ${paths} (${named}): ${where}${more}.`;
}
