import { isSpace, type LinedText } from './linedText';
import { type Block, joinBlocks } from './sequenceDiff';

/** Lines that a hunk is slid at most, blank lines that count, and where a tab ends. */
const MOST_SLID = 100;
const MOST_BLANKS = 20;
const TAB = 8;

/**
 * Slides lines that only one text has to where they begin and end for a person. After a function that was put behind another
 * one, a diff may as well call the older one's last `}` new and the new one's old; each `}` would then get the other's
 * label. Takes blocks and gives blocks as `diffLines` does: as many lines in common, and as many blocks or fewer.
 *
 * Which place is best is judged as git does it since 2.14, so that labels follow what `git diff` and `git blame` show: Michael
 * Haggerty's indentation heuristic (git's commit 433860f3, 2016; measured in his "diff-slider-tools").
 */
export function slideHunks(blocks: readonly Block[], before: LinedText, after: LinedText): Block[] {
  const slid = [{ aStart: 0, bStart: 0, length: 0 }, ...joinBlocks([...blocks])];
  slid.push({ aStart: before.lines.count, bStart: after.lines.count, length: 0 });
  for (let i = 1; i < slid.length; i++) {
    const [above, below] = [slid[i - 1]!, slid[i]!];
    const [a, b] = [above.aStart + above.length, above.bStart + above.length];
    const [removed, added] = [below.aStart - a, below.bStart - b];
    if (removed > 0 === added > 0) continue;
    const by =
      added > 0
        ? bestSlide(after, b, below.bStart, above.length, below.length)
        : bestSlide(before, a, below.aStart, above.length, below.length);
    slid[i - 1] = { ...above, length: above.length + by };
    slid[i] = { aStart: below.aStart + by, bStart: below.bStart + by, length: below.length - by };
  }
  return joinBlocks(slid.filter(({ length }) => length > 0));
}

/** How many lines further down, or up (negative), the lines from `start` to `end` (exclusive) of a text are best said to be the others. */
function bestSlide(text: LinedText, start: number, end: number, mostUp: number, mostDown: number): number {
  let [up, down] = [0, 0];
  while (up < mostUp && up < MOST_SLID && isEqual(text, start - up - 1, end - up - 1)) up++;
  while (down < mostDown && down < MOST_SLID && isEqual(text, start + down, end + down)) down++;
  if (up === 0 && down === 0) return 0;
  let best = { by: 0, indent: Number.POSITIVE_INFINITY, penalty: 0 };
  for (let by = -up; by <= down; by++) {
    const [top, bottom] = [scoreOf(text, start + by), scoreOf(text, end + by)];
    const [indent, penalty] = [top.indent + bottom.indent, top.penalty + bottom.penalty];
    const worse = INDENT_WEIGHT * Math.sign(indent - best.indent) + penalty - best.penalty;
    if (worse <= 0) best = { by, indent, penalty };
  }
  return best.by;
}

function isEqual({ text, lines }: LinedText, one: number, other: number): boolean {
  const [start, length] = [lines.starts[one]!, lines.ends[one]! - lines.starts[one]!];
  const from = lines.starts[other]!;
  if (lines.ends[other]! - from !== length) return false;
  for (let k = 0; k < length; k++) if (text.charCodeAt(start + k) !== text.charCodeAt(from + k)) return false;
  return true;
}

/** What the places of Haggerty's heuristic cost; the greater, the worse. */
const INDENT_WEIGHT = 60;
const FILE_START = 1;
const FILE_END = 21;
const BLANK_AROUND = -30;
const BLANK_BELOW = 6;
const DEEPER = { bare: -4, blank: 10 };
/** Less deep than the line above, but the one below is deeper: an `else` that belongs to what is above. */
const OUTDENT = { bare: 24, blank: 17 };
const DEDENT = { bare: 23, blank: 17 };

/** How bad it is to say that lines begin, or end, just above a line. */
function scoreOf(text: LinedText, line: number): { indent: number; penalty: number } {
  const { count } = text.lines;
  const own = line < count ? indentOf(text, line) : -1;
  let above = line - 1;
  while (above >= 0 && line - 1 - above < MOST_BLANKS && indentOf(text, above) < 0) above--;
  let below = line + 1;
  while (below < count && below - line - 1 < MOST_BLANKS && indentOf(text, below) < 0) below++;
  const blanksAbove = line - 1 - above;
  const blanksBelow = own < 0 && line < count ? below - line : 0;
  const indentAbove = above < 0 ? -1 : Math.max(indentOf(text, above), 0);
  const indentBelow = below < count ? Math.max(indentOf(text, below), 0) : -1;
  const indent = own < 0 ? indentBelow : own;
  const blanks = blanksAbove + blanksBelow;
  let penalty = BLANK_AROUND * blanks + BLANK_BELOW * blanksBelow;
  if (indentAbove < 0 && blanksAbove === 0) penalty += FILE_START;
  if (line >= count) penalty += FILE_END;
  if (indent < 0 || indentAbove < 0) return { indent, penalty };
  const which = blanks > 0 ? 'blank' : 'bare';
  if (indent > indentAbove) penalty += DEEPER[which];
  else if (indent < indentAbove) penalty += (indentBelow > indent ? OUTDENT : DEDENT)[which];
  return { indent, penalty };
}

/** The column of a line's first character that is no white space; -1 for a blank line. */
function indentOf({ text, lines }: LinedText, line: number): number {
  let column = 0;
  for (let at = lines.starts[line]!; at < lines.ends[line]!; at++) {
    const code = text.charCodeAt(at);
    if (!isSpace(code)) return column;
    column = code === 9 ? column + TAB - (column % TAB) : column + 1;
  }
  return -1;
}
