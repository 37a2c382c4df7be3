import { declaringCommit } from '../core/agentTrailers';
import type { Contribution } from '../core/contribution';
import { lineAt, splitLines } from '../core/lines';
import { type Deletion, type Evidence, isUnknownOrigin, type Label } from '../core/marks';
import type { ReviewedSpan, ReviewState } from '../core/review';

/** A marked run of columns (0-based, UTF-16, end exclusive) of one line. */
export interface BlameSpan {
  readonly start: number;
  readonly end: number;
  readonly origin: 'ai' | 'unknown';
  /** The contribution's id; null for unknown origin. */
  readonly contribution: string | null;
  readonly tool?: string;
  readonly model?: string;
  readonly author?: string;
  readonly day?: string;
  readonly evidence?: Evidence;
  /** The commit whose trailers declared it (`taggant import trailers`). */
  readonly commit?: string;
  readonly review: ReviewState;
}

/** What is known of one line. */
export interface BlameLine {
  /** 1-based. */
  readonly line: number;
  /**
   * `ai`: all of the line is AI's; `mixed`: some of it; `unknown`: nothing is known to be AI's, but some or all is of
   * unknown origin; null: no evidence of AI.
   */
  readonly origin: 'ai' | 'mixed' | 'unknown' | null;
  /** The columns that are AI's; for `unknown` those of unknown origin. None on an empty line. */
  readonly ranges: [number, number][];
  /** The contribution, when there is exactly one on the line. */
  readonly contribution: string | null;
  /** The least reviewed state of the spans on the line. */
  readonly review: ReviewState | null;
  readonly spans: BlameSpan[];
  /** Contributions that removed text just above the line. */
  readonly deletions?: string[];
}

const STATES: readonly ReviewState[] = ['unreviewed', 'reviewed', 'signed off'];

/** The lines of a text with what its marks, as they have been judged, and contributions say of them. */
export function blameLines(
  text: string,
  judged: { readonly spans: readonly ReviewedSpan[]; readonly deletions: readonly Deletion[] },
  contributions: ReadonlyMap<string, Contribution>,
): BlameLine[] {
  const lines = splitLines(text);
  const spansOf: BlameSpan[][] = Array.from({ length: lines.count }, () => []);
  for (const span of judged.spans) {
    for (let line = lineAt(lines, span.start); line >= 0 && line < lines.count; line++) {
      const from = lines.starts[line]!;
      if (from >= span.end) break;
      const start = Math.max(span.start, from);
      const end = Math.min(span.end, lines.ends[line]!);
      const isEmptyLine = lines.ends[line] === from;
      if (end > start || (isEmptyLine && span.start <= from)) {
        spansOf[line]!.push(blameSpan(span, start - from, Math.max(0, end - from), contributions));
      }
    }
  }
  const above = deletionsByLine(judged.deletions, (offset) => lineAt(lines, offset));
  return spansOf.map((spans, line) => {
    const length = lines.ends[line]! - lines.starts[line]!;
    const removed = above.get(line);
    return { line: line + 1, ...summary(spans, length), spans, ...(removed ? { deletions: removed } : {}) };
  });
}

function blameSpan(
  { label, review }: ReviewedSpan,
  start: number,
  end: number,
  contributions: ReadonlyMap<string, Contribution>,
): BlameSpan {
  if (isUnknownOrigin(label)) return { start, end, origin: 'unknown', contribution: null, review };
  const contribution = contributions.get(label);
  const { tool, model, author, day, evidence } = contribution ?? {};
  const commit = contribution ? declaringCommit(contribution) : null;
  return {
    start,
    end,
    origin: 'ai',
    contribution: label,
    ...(tool === undefined ? {} : { tool }),
    ...(model === undefined ? {} : { model }),
    ...(author === undefined ? {} : { author }),
    ...(day === undefined ? {} : { day }),
    ...(evidence === undefined ? {} : { evidence }),
    ...(commit === null ? {} : { commit }),
    review,
  };
}

function summary(
  spans: readonly BlameSpan[],
  length: number,
): Pick<BlameLine, 'origin' | 'ranges' | 'contribution' | 'review'> {
  if (spans.length === 0) return { origin: null, ranges: [], contribution: null, review: null };
  const ai = spans.filter((span) => span.origin === 'ai');
  const shown = ai.length > 0 ? ai : spans;
  const named = new Set(ai.map((span) => span.contribution));
  const covered = ai.reduce((sum, span) => sum + span.end - span.start, 0);
  return {
    origin: ai.length === 0 ? 'unknown' : covered === length ? 'ai' : 'mixed',
    ranges: joined(shown),
    contribution: named.size === 1 ? (ai[0]?.contribution ?? null) : null,
    review: STATES.find((state) => spans.some((span) => span.review === state)) ?? null,
  };
}

function joined(spans: readonly BlameSpan[]): [number, number][] {
  const ranges: [number, number][] = [];
  for (const { start, end } of spans) {
    const last = ranges[ranges.length - 1];
    if (end === start) continue;
    if (last && last[1] === start) last[1] = end;
    else ranges.push([start, end]);
  }
  return ranges;
}

function deletionsByLine(
  deletions: readonly Deletion[],
  lineOf: (offset: number) => number,
): Map<number, Label[]> {
  const lines = new Map<number, Label[]>();
  for (const { offset, label } of deletions) {
    const line = Math.max(0, lineOf(offset));
    const labels = lines.get(line) ?? [];
    if (!labels.includes(label)) labels.push(label);
    lines.set(line, labels);
  }
  return lines;
}
