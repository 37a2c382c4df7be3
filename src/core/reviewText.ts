/**
 * A text as reviews see it: its lines with AI (or unknown) text, without the whitespace that means nothing, in blocks.
 * The digests here are those that statements hold; docs/statements.md describes them.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { base64url } from './contribution';
import { type Lines, lineAt, splitLines } from './lines';
import type { Deletion, Label, Marks, Span } from './marks';
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

/** A place where an AI edit removed text: what stands above and below it. */
export interface MarkedDeletion {
  readonly deletion: Deletion;
  /** The line above which it stands, or within which text went; 0-based. */
  readonly line: number;
  /** Contents of the nearest lines that are not blank, nearest first: as many as it takes to recognise the place. */
  readonly above: readonly string[];
  readonly below: readonly string[];
}

const EDGE: Neighbour = { digest: null, weight: 0 };
/** Letters and digits on each side that a deletion is recognised by. */
const DELETION_WEIGHT = 10;
const MOST_DELETION_LINES = 50;
/** Lines above and below that tell one deletion from another between the same nearest lines. */
const CONTEXT_LINES = 10;

type Digestible = string | number | readonly string[];

/** Base64url SHA-256 of a value's compact JSON. In full: a signature is worth no more than the digest it covers. */
function digestOf(value: readonly Digestible[]): string {
  return base64url(sha256(utf8ToBytes(JSON.stringify(value))));
}

function flat(runs: readonly ContentRun[]): (string | number)[] {
  return runs.flatMap((run) => [run.start, run.end, run.label]);
}

/** The digest that a statement holds for a marked line: its content, and which part of it carries which label. */
export function lineDigest(line: MarkedLine): string {
  return digestOf([line.content, ...flat(line.runs)]);
}

/** The digest that a statement holds for a deletion. No line's digest begins with two texts. */
export function deletionDigest({ deletion, above, below }: MarkedDeletion): string {
  return digestOf(['deletion', deletion.label, above, below]);
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
  /** In the order of the text, then of their labels; each label once above a line. */
  readonly deletions: readonly MarkedDeletion[];
  private filled: number[] | null = null;
  private readonly neighbours = new Map<number, Neighbour>();

  constructor(
    path: string,
    private readonly text: string,
    marks: Marks,
  ) {
    this.lines = splitLines(text);
    this.layout = layoutOf(path);
    this.marked = this.findMarkedLines(marks.spans);
    this.deletions = this.findDeletions(marks.deletions);
  }

  /** The digest of the lines above (below) a deletion, more of them than its own digest holds; null at the text's edge. */
  around({ line }: MarkedDeletion, side: 'above' | 'below'): string | null {
    const [from, step] = side === 'above' ? ([line - 1, -1] as const) : ([line, 1] as const);
    const contents = this.contents(from, step, Number.POSITIVE_INFINITY, CONTEXT_LINES);
    return contents.length === 0 ? null : digestOf([side, contents]);
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
   * syntax. That of a single line is its own digest.
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
    const lineEnd = this.lines.ends[line] ?? 0;
    const contentStart = this.skipBlanks(this.lines.starts[line] ?? 0, lineEnd);
    if (this.layout === 'indentation' && start < contentStart && contentStart < lineEnd) return true;
    return this.skipBlanks(start, Math.min(end, lineEnd)) < Math.min(end, lineEnd);
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

  private findDeletions(deletions: readonly Deletion[]): MarkedDeletion[] {
    const found = new Map<string, MarkedDeletion>();
    for (const { offset, label } of deletions) {
      const line = lineAt(this.lines, offset);
      if (line < 0 || found.has(`${line} ${label}`)) continue;
      found.set(`${line} ${label}`, {
        deletion: { offset: this.lines.starts[line]!, label },
        line,
        above: this.contents(line - 1, -1, DELETION_WEIGHT, MOST_DELETION_LINES),
        below: this.contents(line, 1, DELETION_WEIGHT, MOST_DELETION_LINES),
      });
    }
    return [...found.values()].sort(
      (a, b) => a.line - b.line || (a.deletion.label < b.deletion.label ? -1 : 1),
    );
  }

  /** The contents of lines that are not blank, from `line` on, until they have `enough` letters and digits. */
  private contents(line: number, step: 1 | -1, enough: number, most: number): string[] {
    const filled = this.filledLines();
    let place = 0;
    for (let high = filled.length; place < high; ) {
      const middle = (place + high) >> 1;
      if (filled[middle]! < line) place = middle + 1;
      else high = middle;
    }
    // Upwards from the last one that does not lie below.
    if (step < 0 && filled[place] !== line) place--;
    const contents: string[] = [];
    for (let weight = 0; weight < enough && contents.length < most; place += step) {
      const at = filled[place];
      if (at === undefined) break;
      const { content } = this.reduce(at, []);
      contents.push(content);
      weight += weightOf(content);
    }
    return contents;
  }

  /** The lines that are not blank. */
  private filledLines(): readonly number[] {
    if (this.filled) return this.filled;
    this.filled = [];
    for (let line = 0; line < this.lines.count; line++) if (!this.isBlank(line)) this.filled.push(line);
    return this.filled;
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
    const lineEnd = this.lines.ends[line]!;
    const runs: { start: number; end: number; label: Label }[] = [];
    let content = '';
    let index = first;
    let from = this.skipBlanks(this.lines.starts[line]!, lineEnd);
    let isFirst = true;
    while (from < lineEnd) {
      let to = from + 1;
      while (to < lineEnd && !isWhitespace(text.charCodeAt(to))) to++;
      const next = this.skipBlanks(to, lineEnd);
      // Indentation that is syntax belongs to the line's first piece.
      if (isFirst && this.layout === 'indentation') from = this.lines.starts[line]!;
      const last = content.charCodeAt(content.length - 1);
      if (!isFirst && isSeparator(last, text.charCodeAt(from))) content += ' ';
      const shift = content.length - from;
      content += text.slice(from, to);
      while (index < spans.length && spans[index]!.end <= from) index++;
      for (let i = index; i < spans.length && spans[i]!.start < to; i++) {
        const { start, end, label } = spans[i]!;
        addRun(runs, content, {
          start: Math.max(start, from) + shift,
          end: Math.min(end, to) + shift,
          label,
        });
      }
      isFirst = false;
      from = next;
    }
    return { content, runs };
  }

  private skipBlanks(from: number, end: number): number {
    let at = from;
    while (at < end && isWhitespace(this.text.charCodeAt(at))) at++;
    return at;
  }

  private isBlank(line: number): boolean {
    return this.skipBlanks(this.lines.starts[line]!, this.lines.ends[line]!) === this.lines.ends[line]!;
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

/** Adds a run to those before it; the blank between two words belongs to whoever wrote both. */
function addRun(
  runs: { start: number; end: number; label: Label }[],
  content: string,
  run: ContentRun,
): void {
  const last = runs[runs.length - 1];
  const touches =
    last && (last.end === run.start || (last.end === run.start - 1 && content[last.end] === ' '));
  if (touches && last.label === run.label) last.end = run.end;
  else runs.push({ ...run });
}

/** What stands in a joined block between the contents of two lines. */
function joint(before: string, after: string): string {
  if (breakCounts(before, after)) return '\n';
  return isSeparator(before.charCodeAt(before.length - 1), after.charCodeAt(0)) ? ' ' : '';
}
