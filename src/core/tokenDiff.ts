import { ContentTable, hashOf } from './contentTable';
import { isSpace, isWordCharacter } from './linedText';
import { type Block, diffSequences } from './sequenceDiff';
import { onOneLine } from './tokenLines';

/** Text that stands in both: a[from, from + length) is b[to, to + length). Offsets are UTF-16. */
export interface Piece {
  readonly from: number;
  readonly to: number;
  readonly length: number;
}

/** The words and signs of a text, without whitespace. */
interface Tokens {
  readonly starts: number[];
  readonly ends: number[];
}

/**
 * What is equal in two changed pieces of text, ascending on both sides: words and signs, and the start or end of a
 * word that was edited. Whitespace is not looked at. Matches that stand between larger changes (semantic cleanup) or
 * that hold no word are left out. Measured beside the diffs of `diff` and of CodeMirror in test/bench/hunkDiffers.ts: as
 * many labels found again, fewer wrong ones, and work that is bounded.
 */
export function diffTokens(a: string, b: string): Piece[] {
  const tokensA = tokenise(a);
  const tokensB = tokenise(b);
  const pieces: Piece[] = [];
  const blocks = matchTokens(a, tokensA, b, tokensB);
  if (blocks.length === 0 && Math.max(tokensA.starts.length, tokensB.starts.length) > ONE_WORD) return pieces;
  let [aNext, bNext] = [0, 0];
  for (const block of blocks) {
    editedWords(a, tokensA, aNext, block.aStart, b, tokensB, bNext, block.bStart, pieces);
    aNext = block.aStart + block.length;
    bNext = block.bStart + block.length;
    for (let k = 0; k < block.length; k++) {
      const from = tokensA.starts[block.aStart + k]!;
      pieces.push({
        from,
        to: tokensB.starts[block.bStart + k]!,
        length: tokensA.ends[block.aStart + k]! - from,
      });
    }
  }
  editedWords(a, tokensA, aNext, tokensA.starts.length, b, tokensB, bNext, tokensB.starts.length, pieces);
  return pieces;
}

/** When less than this share of the smaller text is found again, the text was rewritten and what is equal is chance. */
const LEAST_SHARE = 0.3;
/** Two texts without a common word may still be one edited word, with up to this many words and signs around it. */
const ONE_WORD = 3;
/** Fewer equal characters than this say nothing about a word. */
const LEAST_OF_WORD = 2;

/**
 * Between two matches: the common start of the first words and the common end of the last words, where they are at
 * least half of the shorter word (`total` grown to `totals`).
 */
function editedWords(
  a: string,
  tokensA: Tokens,
  aFirst: number,
  aEnd: number,
  b: string,
  tokensB: Tokens,
  bFirst: number,
  bEnd: number,
  pieces: Piece[],
): void {
  if (aFirst >= aEnd || bFirst >= bEnd) return;
  const [aStart, bStart] = [tokensA.starts[aFirst]!, tokensB.starts[bFirst]!];
  const [aLength, bLength] = [tokensA.ends[aFirst]! - aStart, tokensB.ends[bFirst]! - bStart];
  const shorter = Math.min(aLength, bLength);
  let head = 0;
  while (head < shorter && joinsWord(a.charCodeAt(aStart + head)) && a[aStart + head] === b[bStart + head])
    head++;
  // A word that is equal as a whole and was not matched has been taken for chance.
  const isWhole = head === aLength && head === bLength;
  if (head < LEAST_OF_WORD || 2 * head < shorter || isWhole) head = 0;
  if (head > 0) pieces.push({ from: aStart, to: bStart, length: head });
  const [aStop, bStop] = [tokensA.ends[aEnd - 1]!, tokensB.ends[bEnd - 1]!];
  const [aRoom, bRoom] = [
    aStop - Math.max(tokensA.starts[aEnd - 1]!, aStart + head),
    bStop - Math.max(tokensB.starts[bEnd - 1]!, bStart + head),
  ];
  const most = Math.min(aRoom, bRoom);
  let tail = 0;
  while (
    tail < most &&
    joinsWord(a.charCodeAt(aStop - tail - 1)) &&
    a[aStop - tail - 1] === b[bStop - tail - 1]
  )
    tail++;
  if (tail >= LEAST_OF_WORD && 2 * tail >= most && (tail < aRoom || tail < bRoom))
    pieces.push({ from: aStop - tail, to: bStop - tail, length: tail });
}

/** Cuts a text into words, single signs and single CJK characters. */
function tokenise(text: string): Tokens {
  const starts: number[] = [];
  const ends: number[] = [];
  for (let at = 0; at < text.length; ) {
    const code = text.charCodeAt(at);
    if (isSpace(code)) {
      at++;
      continue;
    }
    starts.push(at);
    at++;
    if (isSurrogatePair(text, at - 1)) at++;
    else if (joinsWord(code)) while (at < text.length && joinsWord(text.charCodeAt(at))) at++;
    ends.push(at);
  }
  return { starts, ends };
}

/** Word characters, except scripts written without spaces, where each character is a word of its own. */
function joinsWord(code: number): boolean {
  return code < 0x2e80 && isWordCharacter(code);
}

function isSurrogatePair(text: string, at: number): boolean {
  const high = text.charCodeAt(at);
  if (high < 0xd800 || high >= 0xdc00) return false;
  const low = text.charCodeAt(at + 1);
  return low >= 0xdc00 && low < 0xe000;
}

function matchTokens(before: string, a: Tokens, after: string, b: Tokens): Block[] {
  const table = new ContentTable(a.starts.length + b.starts.length);
  const symbolsA = intern(before, a, table);
  const symbolsB = intern(after, b, table);
  const blocks = diffSequences(symbolsA, symbolsB, table.count);
  if (blocks.length === 1 && blocks[0]!.length === symbolsA.length && symbolsA.length === symbolsB.length) {
    return blocks;
  }
  const lines = onOneLine(
    blocks,
    { symbols: symbolsA, first: lineStarts(before, a) },
    { symbols: symbolsB, first: lineStarts(after, b) },
  );
  return withoutCoincidences(lines, before, a, after, b);
}

/** A table with 1 for each token that is the first of its line. */
function lineStarts(text: string, { starts, ends }: Tokens): Uint8Array {
  const first = new Uint8Array(starts.length);
  for (let i = 0; i < starts.length; i++)
    if (i === 0 || text.slice(ends[i - 1], starts[i]).includes('\n')) first[i] = 1;
  return first;
}

function intern(text: string, { starts, ends }: Tokens, table: ContentTable): Int32Array {
  table.takeUp(text);
  const symbols = new Int32Array(starts.length);
  for (let i = 0; i < symbols.length; i++) {
    symbols[i] = table.numberOf(starts[i]!, ends[i]!, hashOf(text, starts[i]!, ends[i]!));
  }
  return symbols;
}

/**
 * Semantic cleanup after diff-match-patch (Neil Fraser): an equal run that is no longer than the changes on each of
 * its sides is taken for chance. So is everything when too little is found.
 */
function withoutCoincidences(
  blocks: readonly Block[],
  before: string,
  a: Tokens,
  after: string,
  b: Tokens,
): Block[] {
  const sizeA = sizes(a);
  const sizeB = sizes(b);
  const change = (aFrom: number, aTo: number, bFrom: number, bTo: number) =>
    Math.max(sizeA[aTo]! - sizeA[aFrom]!, sizeB[bTo]! - sizeB[bFrom]!);
  const kept: Block[] = [];
  for (let i = 0; i < blocks.length; i++) {
    kept.push(blocks[i]!);
    // Dropping a run makes the change around it larger, so the runs before it are looked at again.
    while (kept.length > 0) {
      const block = kept[kept.length - 1]!;
      const last = kept[kept.length - 2];
      const next = blocks[i + 1];
      const left = change(
        last ? last.aStart + last.length : 0,
        block.aStart,
        last ? last.bStart + last.length : 0,
        block.bStart,
      );
      const right = change(
        block.aStart + block.length,
        next ? next.aStart : a.starts.length,
        block.bStart + block.length,
        next ? next.bStart : b.starts.length,
      );
      const size = sizeA[block.aStart + block.length]! - sizeA[block.aStart]!;
      if (size > left || size > right) break;
      kept.pop();
    }
  }
  const found = kept.reduce((sum, { aStart, length }) => sum + sizeA[aStart + length]! - sizeA[aStart]!, 0);
  const smaller = Math.min(sizeA[a.starts.length]!, sizeB[b.starts.length]!);
  return found < smaller * LEAST_SHARE ? [] : withWords(kept, before, a, after, b);
}

/** Leaves out runs of signs alone (a lone `}`) that do not share their line, on both sides, with a word that was found. */
function withWords(blocks: Block[], before: string, a: Tokens, after: string, b: Tokens): Block[] {
  const supported = blocks.map((block) => hasWord(before, a, block));
  const sameLine = (i: number) => {
    const [one, other] = [blocks[i]!, blocks[i + 1]!];
    const ends = [a.ends[one.aStart + one.length - 1]!, b.ends[one.bStart + one.length - 1]!] as const;
    return (
      !before.slice(ends[0], a.starts[other.aStart]!).includes('\n') &&
      !after.slice(ends[1], b.starts[other.bStart]!).includes('\n')
    );
  };
  for (let i = 1; i < blocks.length; i++)
    if (!supported[i] && supported[i - 1]) supported[i] = sameLine(i - 1);
  for (let i = blocks.length - 2; i >= 0; i--)
    if (!supported[i] && supported[i + 1]) supported[i] = sameLine(i);
  return blocks.filter((_, i) => supported[i]);
}

/** Running totals of the tokens' lengths. */
function sizes(tokens: Tokens): Float64Array {
  const totals = new Float64Array(tokens.starts.length + 1);
  for (let i = 0; i < tokens.starts.length; i++)
    totals[i + 1] = totals[i]! + tokens.ends[i]! - tokens.starts[i]!;
  return totals;
}

function hasWord(text: string, tokens: Tokens, block: Block): boolean {
  for (let i = block.aStart; i < block.aStart + block.length; i++) {
    if (isWordCharacter(text.charCodeAt(tokens.starts[i]!))) return true;
  }
  return false;
}
