import type { Finding } from './findings';
import type { JudgedText } from './judge';
import { type Lines, splitLines } from './lines';
import { isUnknownOrigin, type Span } from './marks';
import type { Enforcement } from './policy';
import type { ScannerRegion, ScannerResult } from './sarifResults';
import { inside, outside } from './spanSets';
import { printable } from './wording';

/** What counts for a scanner's errors in a file. */
export interface ScannerRule {
  readonly rule: string;
  readonly enforcement: Enforcement;
}

const MAX_MESSAGE = 500;

/**
 * The results that fall on AI text of a file which was not there before the change; the others are not ours. An error
 * counts as much as the file's rule, anything else warns. `results` are those about this file.
 */
export function scannerFindings(
  { path, text, marks, inherited }: JudgedText,
  results: readonly ScannerResult[],
  { rule, enforcement }: ScannerRule,
): Finding[] {
  const lines = splitLines(text);
  const ai = outside(
    marks.spans.filter(({ label }) => !isUnknownOrigin(label)),
    inherited?.spans ?? [],
  );
  const seen = new Set<string>();
  return results.flatMap(({ tool, ruleId, level, message, region, columnKind }) => {
    const place = rangeOf(text, lines, region, columnKind);
    const hits = place && withoutBlanks(text, inside(ai, [place]));
    if (!place || !hits || hits.length === 0) return [];
    const shown = `${printable(tool)} found in AI code: ${message.slice(0, MAX_MESSAGE)} (${printable(ruleId)})`;
    const key = JSON.stringify([shown, place]);
    if (seen.has(key)) return [];
    seen.add(key);
    return {
      kind: 'scanner',
      path,
      startLine: region.startLine - 1,
      endLine: Math.min(region.endLine, lines.count),
      ...place,
      rule,
      enforcement: level === 'error' ? enforcement : 'warn',
      label: hits[0]!.label,
      labels: [...new Set(hits.map(({ label }) => label))],
      message: shown,
      remedy: `Fix it, or have ${printable(tool)} pass over it there, with a reason.`,
    };
  });
}

function withoutBlanks(text: string, spans: readonly Span[]): Span[] {
  return spans.filter(({ start, end }) => text.slice(start, end).trim() !== '');
}

/** A region in UTF-16 offsets; an empty one is taken to be one character long. Null when the text has no such lines. */
function rangeOf(
  text: string,
  lines: Lines,
  { startLine, startColumn, endLine, endColumn }: ScannerRegion,
  columnKind: ScannerResult['columnKind'],
): { start: number; end: number } | null {
  if (startLine > lines.count) return null;
  const last = Math.min(endLine, lines.count) - 1;
  const offset = (line: number, column: number): number => {
    const [from, to] = [lines.starts[line]!, lines.ends[line]!];
    if (columnKind === 'utf16CodeUnits') return Math.min(from + column - 1, to);
    const characters = [...text.slice(from, Math.min(to, from + 2 * column))].slice(0, column - 1);
    return Math.min(from + characters.join('').length, to);
  };
  const start = offset(startLine - 1, Math.max(1, startColumn ?? 1));
  const end =
    endColumn === null || endLine > lines.count ? lines.ends[last]! : offset(last, Math.max(1, endColumn));
  return { start, end: Math.max(end, start + 1) };
}
