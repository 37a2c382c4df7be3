import type { LinedText } from './lineMatch';
import { isWordCharacter } from './lineMatch';
import { type Block, diffSequences } from './sequenceDiff';

/** Text that stands in both: before[from, from + length) is after[to, to + length). Offsets are UTF-16. */
export interface Piece {
  readonly from: number;
  readonly to: number;
  readonly length: number;
}

/** The words and signs of some lines, without whitespace. Offsets are UTF-16 offsets into the text. */
export interface Tokens {
  readonly starts: number[];
  readonly ends: number[];
}

/** Cuts lines (ascending, given as [start, end) ranges) into words, single signs and single CJK characters. */
export function tokenise({ text, lines }: LinedText, ranges: readonly (readonly [number, number])[]): Tokens {
  const starts: number[] = [];
  const ends: number[] = [];
  for (const [first, last] of ranges) {
    for (let line = first; line < last; line++) {
      const end = lines.ends[line]!;
      for (let at = lines.starts[line]!; at < end; ) {
        const code = text.charCodeAt(at);
        if (isSpace(code)) {
          at++;
          continue;
        }
        starts.push(at);
        at++;
        if (isSurrogatePair(text, at - 1, end)) at++;
        else if (joinsWord(code)) while (at < end && joinsWord(text.charCodeAt(at))) at++;
        ends.push(at);
      }
    }
  }
  return { starts, ends };
}

export function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13) || code === 0xa0 || code === 0x3000 || code === 0xfeff;
}

/** Word characters, except scripts written without spaces, where each character is a word of its own. */
function joinsWord(code: number): boolean {
  return code < 0x2e80 && isWordCharacter(code);
}

function isSurrogatePair(text: string, at: number, end: number): boolean {
  const high = text.charCodeAt(at);
  if (high < 0xd800 || high >= 0xdc00 || at + 1 >= end) return false;
  const low = text.charCodeAt(at + 1);
  return low >= 0xdc00 && low < 0xe000;
}

/**
 * What is equal inside a changed hunk, as pairs of tokens: a diff of the words and signs, with the matches dropped
 * that stand between larger changes (semantic cleanup) or that hold no word.
 */
export function matchTokens(before: string, a: Tokens, after: string, b: Tokens): Block[] {
  const symbols = new Map<string, number>();
  const symbolsA = intern(before, a, symbols);
  const symbolsB = intern(after, b, symbols);
  const blocks = diffSequences(symbolsA, symbolsB, symbols.size);
  if (blocks.length === 1 && blocks[0]!.length === symbolsA.length && symbolsA.length === symbolsB.length) {
    return blocks;
  }
  return withoutCoincidences(blocks, before, a, b);
}

function intern(text: string, tokens: Tokens, symbols: Map<string, number>): Int32Array {
  return Int32Array.from(tokens.starts, (start, i) => {
    const token = text.slice(start, tokens.ends[i]);
    let symbol = symbols.get(token);
    if (symbol === undefined) {
      symbol = symbols.size;
      symbols.set(token, symbol);
    }
    return symbol;
  });
}

/**
 * Semantic cleanup after diff-match-patch (Neil Fraser): an equal run that is no longer than the changes on each of
 * its sides is taken for chance. Here runs without a word, with changes on both sides, go too.
 */
function withoutCoincidences(blocks: readonly Block[], before: string, a: Tokens, b: Tokens): Block[] {
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
      const coincidence = size <= left && size <= right;
      if (!coincidence && (hasWord(before, a, block) || left === 0 || right === 0)) break;
      kept.pop();
    }
  }
  return kept;
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
