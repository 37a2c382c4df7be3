/** Which marked text has been reviewed: statements made from text, and found again in text. */
import type { Label, Marks, Span } from './marks';
import { matchStatement, type StatedBlock } from './matching';
import { deletionBlock, type StatedDeletion, statedDeletions } from './reviewDeletions';
import { deletionDigest, lineDigest, ReviewText } from './reviewText';
import type { Statement, StatementBlock, StatementFile } from './statements';
import { TextIndex } from './textIndex';

/** How far a span is on its way to what its rule asks. */
export type ReviewState = 'unreviewed' | 'reviewed' | 'signed off';

export interface ReviewedSpan extends Span {
  readonly review: ReviewState;
}

/** What statements say of one file. */
export interface StatedFile {
  readonly spans: readonly StatedSpan[];
  readonly deletions: readonly StatedDeletion[];
  /**
   * Signed reviews that name this path, of which some text is nowhere in the file: it has changed since. By the labels
   * of that text.
   */
  readonly outdated: ReadonlyMap<Label, readonly Statement[]>;
}

/** A piece of a span and the statements that speak of it. */
export interface StatedSpan extends Span {
  /** In the order of the index; null for a piece of mere whitespace on its own, which says nothing to review. */
  readonly statements: readonly Statement[] | null;
}

/**
 * What a statement says of a file: the marked lines that the ranges touch, and the deletions above them and above other
 * lines that the ranges touch; all of them without ranges. A range is in UTF-16 offsets, end exclusive; an empty one (a
 * cursor) stands for the whole block it is in. A line is spoken of whole, whichever part of it a range touches.
 */
export function reviewedFile(
  path: string,
  text: string,
  marks: Marks,
  ranges?: readonly Range[],
): StatementFile {
  const review = new ReviewText(path, text, marks);
  const chosen = ranges ? touchedLines(review, ranges) : review.marked.map(() => true);
  const blocks: StatementBlock[] = [];
  for (let from = 0, to = 0; from < chosen.length; from = to) {
    to = from + 1;
    if (!chosen[from]) continue;
    while (to < chosen.length && chosen[to] && review.marked[to]!.block === review.marked[from]!.block) to++;
    blocks.push(blockOf(review, from, to));
  }
  const lines = new Set(review.marked.filter((_, i) => chosen[i]).map(({ line }) => line));
  for (const marked of review.deletions) {
    const isChosen = !ranges || lines.has(marked.line) || touchesLine(review, ranges, marked.line);
    if (isChosen) blocks.push(deletionBlock(review, marked));
  }
  return { path, blocks };
}

function blockOf(review: ReviewText, from: number, to: number): StatementBlock {
  const lines = review.marked.slice(from, to);
  const joined = to - from > 1 ? review.joinedDigest(from, to) : null;
  return {
    lines: lines.map(lineDigest),
    ...(joined === null ? {} : { joined }),
    labels: [...new Set(lines.flatMap((line) => line.runs.map((run) => run.label)))].sort(),
    before: review.before(from).digest,
    after: review.after(to - 1).digest,
  };
}

interface Range {
  readonly start: number;
  readonly end: number;
}

function touchedLines(review: ReviewText, ranges: readonly Range[]): boolean[] {
  const cursors = ranges.filter((range) => range.start === range.end);
  const blocks = new Set(
    review.marked.filter(({ line }) => touchesLine(review, cursors, line)).map(({ block }) => block),
  );
  return review.marked.map(({ line, block }) => blocks.has(block) || touchesLine(review, ranges, line));
}

function touchesLine({ lines }: ReviewText, ranges: readonly Range[], line: number): boolean {
  const [lineStart, lineEnd] = [lines.starts[line]!, lines.starts[line + 1]!];
  const isLast = line === lines.count - 1;
  return ranges.some(({ start, end }) =>
    start === end ? lineStart <= start && (start < lineEnd || isLast) : start < lineEnd && end > lineStart,
  );
}

/** Statements by what they speak of, so that a text meets only those that can concern it. Made once for many texts. */
export interface StatementIndex {
  readonly statements: readonly Statement[];
  readonly labels: ReadonlySet<Label>;
  /** For each digest of a line or of a joined block: the blocks that hold it. */
  readonly blocks: ReadonlyMap<string, readonly BlockReference[]>;
  /** The blocks of signed reviews by the path that they name. */
  readonly signed: ReadonlyMap<string, readonly BlockReference[]>;
}

interface BlockReference {
  /** Index of the statement. */
  readonly statement: number;
  readonly path: string;
  readonly block: StatementBlock;
}

/** Indexes statements of every kind that this version knows. */
export function indexStatements(statements: readonly Statement[]): StatementIndex {
  const labels = new Set<Label>();
  const blocks = new Map<string, BlockReference[]>();
  const signed = new Map<string, BlockReference[]>();
  const add = (map: Map<string, BlockReference[]>, key: string, reference: BlockReference): void => {
    const references = map.get(key);
    if (references) references.push(reference);
    else map.set(key, [reference]);
  };
  for (const [i, { kind, files, signature }] of statements.entries()) {
    if (kind === 'other') continue;
    for (const { path, blocks: stated } of files) {
      for (const block of stated) {
        const reference = { statement: i, path, block };
        for (const label of block.labels) labels.add(label);
        const digests = new Set(block.joined ? [...block.lines, block.joined] : block.lines);
        for (const digest of digests) add(blocks, digest, reference);
        if (kind === 'review' && signature !== undefined) add(signed, path, reference);
      }
    }
  }
  return { statements, labels, blocks, signed };
}

/** What the statements say of a file: its spans, split by line where the statements that speak of them differ. */
export function matchFile(
  { path, text, marks }: { readonly path: string; readonly text: string; readonly marks: Marks },
  index: StatementIndex,
): StatedFile {
  const review = new ReviewText(path, text, marks);
  const textIndex = index.blocks.size === 0 ? null : new TextIndex(review, index.labels);
  const byLine = textIndex
    ? statementsByLine(path, textIndex, index)
    : review.marked.map(() => NO_STATEMENTS);
  return {
    spans: splitSpans(review, marks.spans, byLine),
    deletions: statedDeletions(path, review, index),
    outdated: textIndex ? outdatedReviews(path, textIndex, index) : new Map(),
  };
}

/** The spans of {@link matchFile} alone. `path` is the text's own. */
export function matchStatements(
  path: string,
  text: string,
  marks: Marks,
  index: StatementIndex,
): readonly StatedSpan[] {
  return matchFile({ path, text, marks }, index).spans;
}

function outdatedReviews(
  path: string,
  textIndex: TextIndex,
  index: StatementIndex,
): ReadonlyMap<Label, readonly Statement[]> {
  const outdated = new Map<Label, Set<Statement>>();
  const deletions = new Set(textIndex.text.deletions.map(deletionDigest));
  for (const { statement, block } of index.signed.get(path) ?? []) {
    const asOneLine = block.joined ?? (block.lines.length === 1 ? block.lines[0]! : '');
    const isThere =
      block.lines.every((digest) => textIndex.placesOf(digest).length > 0 || deletions.has(digest)) ||
      textIndex.blocksJoined(asOneLine).length > 0;
    if (isThere) continue;
    for (const label of block.labels) {
      const found = outdated.get(label) ?? new Set();
      outdated.set(label, found.add(index.statements[statement]!));
    }
  }
  return new Map([...outdated].map(([label, statements]) => [label, [...statements]]));
}

/** For each marked line the statements that speak of it. */
function statementsByLine(
  path: string,
  textIndex: TextIndex,
  index: StatementIndex,
): (readonly Statement[])[] {
  const nothing: Chain = { before: null, longer: new Map(), list: NO_STATEMENTS };
  const byLine: Chain[] = textIndex.text.marked.map(() => nothing);
  const candidates = new Map<number, Set<BlockReference>>();
  for (const digest of textIndex.statedDigests()) {
    for (const reference of index.blocks.get(digest) ?? []) {
      const references = candidates.get(reference.statement);
      if (references) references.add(reference);
      else candidates.set(reference.statement, new Set([reference]));
    }
  }
  for (const [number, references] of [...candidates].sort(([a], [b]) => a - b)) {
    const stated: StatedBlock[] = [...references].map((one) => ({
      block: one.block,
      samePath: one.path === path,
    }));
    for (const line of matchStatement(textIndex, stated)) {
      const before = byLine[line]!;
      const chain = before.longer.get(number) ?? {
        ...{ before, longer: new Map(), list: null },
        statement: index.statements[number]!,
      };
      before.longer.set(number, chain);
      byLine[line] = chain;
    }
  }
  return byLine.map(listOf);
}

/**
 * The statements that speak of a line, the last of them here. Lines with the same ones share one chain, and its list, so that
 * neighbours are joined by comparing lists; and thousands of statements about one line do not become thousands of lists.
 */
interface Chain {
  readonly before: Chain | null;
  readonly statement?: Statement;
  /** The chains with one more, by its number. */
  readonly longer: Map<number, Chain>;
  /** Made when it is asked for. */
  list: readonly Statement[] | null;
}

function listOf(chain: Chain): readonly Statement[] {
  if (chain.list) return chain.list;
  const list: Statement[] = [];
  for (let at: Chain | null = chain; at?.statement; at = at.before) list.push(at.statement);
  chain.list = list.reverse();
  return chain.list;
}

const NO_STATEMENTS: readonly Statement[] = [];

function splitSpans(
  review: ReviewText,
  spans: readonly Span[],
  byLine: readonly (readonly Statement[])[],
): StatedSpan[] {
  const numberOf = new Map(review.marked.map(({ line }, i) => [line, i]));
  const stated: StatedSpan[] = [];
  for (const span of spans) {
    let piece: { start: number; end: number; statements: readonly Statement[] | null } | null = null;
    for (const { line, start, end } of review.pieces(span)) {
      const marked = numberOf.get(line);
      const statements = marked !== undefined && review.counts(line, start, end) ? byLine[marked]! : null;
      // Whitespace goes with the text before it, or else with the text behind it.
      if (piece && (statements === null || piece.statements === null || piece.statements === statements)) {
        piece.end = end;
        piece.statements ??= statements;
      } else {
        if (piece) stated.push({ ...piece, label: span.label });
        piece = { start, end, statements };
      }
    }
    if (piece) stated.push({ ...piece, label: span.label });
  }
  return stated;
}

/**
 * The spans of a text with their reviews as far as these need no policy: `signed off` is not among them, see judge.ts.
 * Split by line where the statements differ. `path` is `/`-separated, from the repository's root. Give an index instead
 * of statements where many texts are looked at.
 */
export function reviewSpans(
  path: string,
  text: string,
  marks: Marks,
  statements: readonly Statement[] | StatementIndex,
): ReviewedSpan[] {
  const index = 'blocks' in statements ? statements : indexStatements(statements);
  return matchStatements(path, text, marks, index).map(({ statements: found, ...span }) => ({
    ...span,
    review: found === null || found.some(({ kind }) => kind === 'review') ? 'reviewed' : 'unreviewed',
  }));
}
