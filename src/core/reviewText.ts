/**
 * A text as reviews see it: its lines with AI (or unknown) text, without the whitespace that means nothing, in blocks.
 * The digests here are those that statements hold; docs/statements.md describes them.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { base64url } from './contribution';
import { type Lines, lineAt, splitLines } from './lines';
import type { Label, Marks, Span } from './marks';
import { breakCounts, isSeparator, isWhitespace, isWord, type Layout, layoutOf } from './whitespace';

/** Which part of a line's content carries which label; columns of the content, end exclusive. */
export interface ContentRun {
  readonly start: number;
  readonly end: number;
  readonly label: Label;
}

/** A line with at least one labelled character that is no mere whitespace. */
export interface MarkedLine {
  /** Line number in the text, 0-based. */
  readonly line: number;
  /** Number of its block; a block is a run of marked lines with only blank lines between them. */
  readonly block: number;
  /** The whole line, human parts too, without the whitespace that means nothing. */
  readonly content: string;
  readonly runs: readonly ContentRun[];
}

/** What stands next to a line: the digest and weight of the nearest line that is not blank, or the text's edge. */
export interface Neighbour {
  /** Null at the text's edge. */
  readonly digest: string | null;
  readonly weight: number;
}

const EDGE: Neighbour = { digest: null, weight: 0 };

/** Base64url SHA-256 of a value's compact JSON. In full: a signature is worth no more than the digest it covers. */
function digestOf(value: readonly (string | number)[]): string {
  return base64url(sha256(utf8ToBytes(JSON.stringify(value))));
}

function flat(runs: readonly ContentRun[]): (string | number)[] {
  return runs.flatMap((run) => [run.start, run.end, run.label]);
}

/** The digest that a statement holds for a marked line: its content, and which part of it carries which label. */
export function lineDigest(line: MarkedLine): string {
  return digestOf([line.content, ...flat(line.runs)]);
}

/** How much there is to recognise a content by: its letters and digits. */
export function weightOf(content: string): number {
  let weight = 0;
  for (let i = 0; i < content.length; i++) if (isWord(content.charCodeAt(i))) weight++;
  return weight;
}

/** One text in its lines and blocks. Offsets and lines are those of the text given; nothing is hashed before it is asked for. */
export class ReviewText {
  readonly lines: Lines;
  readonly layout: Layout;
  readonly marked: readonly MarkedLine[];
  private readonly neighbours = new Map<number, Neighbour>();

  constructor(
    path: string,
    private readonly text: string,
    marks: Marks,
  ) {
    this.lines = splitLines(text);
    this.layout = layoutOf(path);
    this.marked = this.findMarkedLines(marks.spans);
  }

  /** The nearest line above marked line `index` that is not blank. */
  before(index: number): Neighbour {
    return this.neighbour(this.marked[index]!.line, -1);
  }

  /** The nearest line below marked line `index` that is not blank. */
  after(index: number): Neighbour {
    return this.neighbour(this.marked[index]!.line, 1);
  }

  /**
   * The digest of marked lines [from, to) as one line, for what formatters break and join; null where a line break is
   * syntax.
   */
  joinedDigest(from: number, to: number): string | null {
    if (this.layout !== 'free') return null;
    let content = '';
    const runs: ContentRun[] = [];
    for (const [i, line] of this.marked.slice(from, to).entries()) {
      const last = runs[runs.length - 1];
      const [first, ...others] = line.runs.map((run) => ({ ...run }));
      const continues = first!.start === 0 && last?.label === first!.label && last.end === content.length;
      if (i > 0) content += joint(this.marked[from + i - 1]!.content, line.content);
      const shift = content.length;
      if (continues) runs[runs.length - 1] = { ...last, end: shift + first!.end };
      else others.unshift(first!);
      for (const run of others)
        runs.push({ start: shift + run.start, end: shift + run.end, label: run.label });
      content += line.content;
    }
    return digestOf([content, ...flat(runs)]);
  }

  /** A span cut at line starts, so that each piece but the last ends with its line's terminator. */
  *pieces(span: Span): Generator<{ line: number; start: number; end: number }> {
    let { start } = span;
    for (let line = Math.max(0, lineAt(this.lines, start)); start < span.end; line++) {
      const end = line + 1 < this.lines.count ? Math.min(span.end, this.lines.starts[line + 1]!) : span.end;
      yield { line, start, end };
      start = end;
    }
  }

  /** True when [start, end) of a line holds more than whitespace that means nothing. */
  counts(line: number, start: number, end: number): boolean {
    const lineEnd = Math.min(end, this.lines.ends[line] ?? 0);
    for (let at = start; at < lineEnd; at++) if (!isWhitespace(this.text.charCodeAt(at))) return true;
    return this.layout === 'indentation' && start < lineEnd && this.isIndentation(line, start);
  }

  private isIndentation(line: number, offset: number): boolean {
    if (this.isBlank(line)) return false;
    for (let at = this.lines.starts[line]!; at <= offset; at++) {
      if (!isWhitespace(this.text.charCodeAt(at))) return false;
    }
    return true;
  }

  private findMarkedLines(spans: readonly Span[]): MarkedLine[] {
    const marked: MarkedLine[] = [];
    let firstSpan = 0;
    for (let i = 0, line = -1; i < spans.length; i++) {
      const span = spans[i]!;
      let at = Math.max(line + 1, lineAt(this.lines, span.start));
      for (; at < this.lines.count && this.lines.starts[at]! < span.end; at++) {
        while (spans[firstSpan]!.end <= this.lines.starts[at]!) firstSpan++;
        const { content, runs } = this.reduce(at, spans, firstSpan);
        if (runs.length > 0) marked.push({ line: at, block: this.blockAfter(marked, at), content, runs });
        line = at;
      }
    }
    return marked;
  }

  /** The block's number of a marked line that follows those found so far. */
  private blockAfter(marked: readonly MarkedLine[], line: number): number {
    const last = marked[marked.length - 1];
    if (!last) return 0;
    for (let between = last.line + 1; between < line; between++) {
      if (!this.isBlank(between)) return last.block + 1;
    }
    return last.block;
  }

  /** A line's content and its labelled columns; `spans` from `first` on may lie in it. */
  private reduce(
    line: number,
    spans: readonly Span[],
    first = spans.length,
  ): { content: string; runs: ContentRun[] } {
    const { text } = this;
    let at = this.lines.starts[line]!;
    let end = this.lines.ends[line]!;
    while (end > at && isWhitespace(text.charCodeAt(end - 1))) end--;
    if (this.layout !== 'indentation') while (at < end && isWhitespace(text.charCodeAt(at))) at++;
    const runs: { start: number; end: number; label: Label }[] = [];
    let content = '';
    let index = first;
    let indentation = this.layout === 'indentation';
    for (; at < end; at++) {
      indentation &&= isWhitespace(text.charCodeAt(at));
      if (isWhitespace(text.charCodeAt(at)) && !indentation) {
        if (this.separatesAt(at, end)) content += ' ';
        continue;
      }
      const column = content.length;
      content += text[at]!;
      while (index < spans.length && spans[index]!.end <= at) index++;
      const span = spans[index];
      if (!span || span.start > at) continue;
      const last = runs[runs.length - 1];
      // The blank between two words belongs to whoever wrote both.
      const touches =
        last && (last.end === column || (last.end === column - 1 && content[column - 1] === ' '));
      if (touches && last.label === span.label) last.end = column + 1;
      else runs.push({ start: column, end: column + 1, label: span.label });
    }
    return { content, runs };
  }

  /** True for the first character of a stretch of whitespace that stands between two words or two signs. */
  private separatesAt(at: number, end: number): boolean {
    const { text } = this;
    if (isWhitespace(text.charCodeAt(at - 1))) return false;
    let next = at + 1;
    while (next < end && isWhitespace(text.charCodeAt(next))) next++;
    return isSeparator(text.charCodeAt(at - 1), text.charCodeAt(next));
  }

  private isBlank(line: number): boolean {
    for (let at = this.lines.starts[line]!; at < this.lines.ends[line]!; at++) {
      if (!isWhitespace(this.text.charCodeAt(at))) return false;
    }
    return true;
  }

  private neighbour(line: number, step: 1 | -1): Neighbour {
    const key = line * 2 + (step === 1 ? 1 : 0);
    let found = this.neighbours.get(key);
    if (!found) {
      let at = line + step;
      while (at >= 0 && at < this.lines.count && this.isBlank(at)) at += step;
      found = at < 0 || at >= this.lines.count ? EDGE : this.contextOf(at);
      this.neighbours.set(key, found);
    }
    return found;
  }

  private contextOf(line: number): Neighbour {
    const { content } = this.reduce(line, []);
    return { digest: digestOf([content]), weight: weightOf(content) };
  }
}

/** What stands in a joined block between the contents of two lines. */
function joint(before: string, after: string): string {
  if (breakCounts(before, after)) return '\n';
  return isSeparator(before.charCodeAt(before.length - 1), after.charCodeAt(0)) ? ' ' : '';
}
