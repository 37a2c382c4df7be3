/** The most lines of unreviewed AI code that one change may bring. */
import type { Finding } from './findings';
import { lineAt, splitLines } from './lines';
import { isUnknownOrigin, type Label, type Marks, type Span } from './marks';
import type { Policy } from './policy';
import type { ReviewedSpan } from './review';
import { count, fileArgument } from './wording';

/** One file of a change. */
export interface ChangedFile {
  readonly path: string;
  readonly text: string;
  readonly spans: readonly ReviewedSpan[];
  /** The text before the change, with its marks; null when there was none. */
  readonly before: { readonly text: string; readonly marks: Marks } | null;
}

/** What a finding about the limit names as its rule. */
export const LIMIT_RULE = 'unreviewed AI code in one change';

interface AiLine {
  /** 0-based. */
  readonly line: number;
  readonly label: Label;
  /** The line as it is, without the blanks at its ends. */
  readonly content: string;
}

/**
 * A finding of kind `too-much` when a change brings more lines of unreviewed AI code than the policy allows, on critical
 * paths or not; null otherwise. A line that was AI code in the same file before is not of this change.
 */
export function tooMuch(files: readonly ChangedFile[], policy: Policy): Finding | null {
  const { limit } = policy;
  if (!limit) return null;
  const brought = files.map((file) => ({ ...file, lines: newLines(file) }));
  const total = brought.reduce((sum, { lines }) => sum + lines.length, 0);
  if (total <= limit.unreviewedLines) return null;
  const largest = brought.reduce((most, file) => (file.lines.length > most.lines.length ? file : most));
  const { path, text, lines } = largest;
  const [first, last] = [lines[0]!, lines[lines.length - 1]!];
  const { starts, ends } = splitLines(text);
  const labels = [...new Set(lines.map(({ label }) => label))];
  return {
    kind: 'too-much',
    path,
    startLine: first.line,
    endLine: last.line + 1,
    start: starts[first.line]!,
    end: ends[last.line]!,
    rule: LIMIT_RULE,
    enforcement: limit.enforcement,
    label: labels[0]!,
    labels,
    message: `${count(total, 'line')} of unreviewed AI code in this change, ${limit.unreviewedLines} allowed`,
    remedy: `Review some of it, or make the change smaller; the most is here: taggant review ${fileArgument(path, first.line, last.line + 1)}`,
  };
}

/** The lines of unreviewed AI code that were not AI code in the text before; each line of that stands for one. */
function newLines({ text, spans, before }: ChangedFile): AiLine[] {
  const unreviewed = spans.filter(({ review }) => review === 'unreviewed');
  const lines = aiLines(text, unreviewed);
  if (!before || lines.length === 0) return lines;
  const old = new Map<string, number>();
  for (const { content } of aiLines(before.text, before.marks.spans)) {
    old.set(content, (old.get(content) ?? 0) + 1);
  }
  return lines.filter(({ content }) => {
    const left = old.get(content) ?? 0;
    if (left > 0) old.set(content, left - 1);
    return left === 0;
  });
}

/** The lines with AI text that is not blank, each once. */
function aiLines(text: string, spans: readonly Span[]): AiLine[] {
  const lines = splitLines(text);
  const found: AiLine[] = [];
  for (const { start, end, label } of spans) {
    if (isUnknownOrigin(label)) continue;
    for (let line = Math.max(0, lineAt(lines, start)); line < lines.count; line++) {
      const from = Math.max(start, lines.starts[line]!);
      if (lines.starts[line]! >= end) break;
      const isKnown = found[found.length - 1]?.line === line;
      if (isKnown || text.slice(from, Math.min(end, lines.ends[line]!)).trim() === '') continue;
      found.push({ line, label, content: text.slice(lines.starts[line]!, lines.ends[line]!).trim() });
    }
  }
  return found;
}
