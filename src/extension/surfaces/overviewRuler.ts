import type { Range } from '../../protocol';

/** More marks than this cannot be told apart beside the scroll bar. */
const MAX_MARKS = 400;

/** Lines from `start` to `end`, 0-based, both included. */
export interface RulerMark {
  readonly start: number;
  readonly end: number;
}

/**
 * The lines to mark in the overview ruler for ranges in document order. Ranges closer together than the ruler can show
 * become one mark: VS Code draws each of them again with every key.
 */
export function rulerMarks(ranges: readonly Range[], lineCount: number): RulerMark[] {
  const step = Math.ceil(lineCount / MAX_MARKS);
  const marks: { start: number; end: number }[] = [];
  for (const { start, end } of ranges) {
    const last = marks.at(-1);
    if (last && start.line < Math.max(last.start + step, last.end + 2))
      last.end = Math.max(last.end, end.line);
    else marks.push({ start: start.line, end: end.line });
  }
  return marks;
}
