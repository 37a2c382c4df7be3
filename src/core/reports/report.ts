/** What a check says, in the form that all formats are made from. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Finding } from '../findings';
import { splitLines } from '../lines';

export interface ReportSummary {
  /** Files with marks that were looked at. */
  readonly files: number;
  /** The sum of the four below. */
  readonly findings: number;
  /** Those that hold the commit, and those that only warn. */
  readonly blocking: number;
  readonly warnings: number;
  /** Those that wait for a sign-off somebody asked for, and those of rules that somebody overrode. */
  readonly requested: number;
  readonly overridden: number;
  /** In a range: regions that lack something too, but were there before; not among the findings. */
  readonly inherited?: number;
}

export interface Report {
  readonly findings: readonly Finding[];
  /** Mistakes in the policy, one line each with their place: there are no findings then. */
  readonly policyProblems: readonly string[];
  /** Sentences about what could not be read or placed, and about temporary rules. */
  readonly problems: readonly string[];
  readonly notices: readonly string[];
  readonly summary: ReportSummary;
  /** The texts of the files that were looked at, as far as they are known. */
  readonly texts: ReadonlyMap<string, string>;
  /** The program's version. */
  readonly version: string;
}

/** Where a finding is: lines and UTF-16 columns, 1-based; the end column is exclusive, as SARIF has it. */
export interface Region {
  readonly startLine: number;
  readonly endLine: number;
  /** Null where the text is not known. */
  readonly columns: { readonly start: number; readonly end: number } | null;
}

export function regionOf({ path, startLine, endLine, start, end }: Finding, texts: Report['texts']): Region {
  const place = { startLine: startLine + 1, endLine: Math.max(startLine + 1, endLine) };
  const text = texts.get(path);
  const lines = text === undefined ? null : splitLines(text);
  if (!lines || end <= start || endLine > lines.count) return { ...place, columns: null };
  const columns = {
    start: start - lines.starts[startLine]! + 1,
    end: Math.min(end, lines.ends[endLine - 1]!) - lines.starts[endLine - 1]! + 1,
  };
  const isPlace = columns.start > 0 && columns.end > 0;
  return { ...place, columns: isPlace ? columns : null };
}

/**
 * A fingerprint (hex SHA-256) for each finding, which stays when lines above it come or go: of the kind, the path, the
 * rule and the text. Equal ones of one report are told apart by their order.
 */
export function fingerprints({ findings, texts }: Pick<Report, 'findings' | 'texts'>): string[] {
  const seen = new Map<string, number>();
  return findings.map(({ kind, path, rule, labels, start, end, message }) => {
    const text = texts.get(path)?.slice(start, end);
    const about = text
      ? text.replace(/\s+/g, ' ').trim()
      : `${labels.join(' ')} ${message.replace(/\d+/g, '#')}`;
    const key = JSON.stringify([kind, path, rule, about]);
    const before = seen.get(key) ?? 0;
    seen.set(key, before + 1);
    return bytesToHex(sha256(utf8ToBytes(`${key} ${before}`)));
  });
}

/** One sentence for a finding, with all that a reader has to know of it. */
export function sentenceOf({
  message,
  rule,
  enforcement,
  clearance,
  remedy,
  rejected = [],
}: Finding): string {
  const does =
    clearance === undefined
      ? enforcement === 'block'
        ? 'blocks this'
        : 'warns of this'
      : CLEARED[clearance];
  const first = `${message}; the rule "${oneLine(rule)}" ${does}.`;
  return [first, ...rejected.map(oneLine), ...(clearance === 'overridden' ? [] : [remedy])].join(' ');
}

const CLEARED = {
  requested: 'waits for the sign-off that was asked for',
  overridden: 'was overridden, with a reason that is kept',
} as const;

/** A text from a repository on one line, without characters that could end it or turn its direction around. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu, '\ufffd');
}
