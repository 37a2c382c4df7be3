import type { Range } from '../../protocol';

/**
 * What of a span is drawn: a border is drawn in each line that a range touches, so line breaks at its ends, which stand at
 * lines that are not its own, go. `lengthOf` answers a line's length without its break. A span of nothing but a line break
 * (an empty line) is drawn as it is.
 */
export function shownRange({ start, end }: Range, lengthOf: (line: number) => number): Range {
  const beginsWithBreak =
    end.line > start.line && start.character > 0 && start.character >= lengthOf(start.line);
  const from = beginsWithBreak ? { line: start.line + 1, character: 0 } : start;
  const endsWithBreak = end.character === 0 && end.line > from.line;
  const to = endsWithBreak ? { line: end.line - 1, character: lengthOf(end.line - 1) } : end;
  const isEmpty = to.line === from.line && to.character <= from.character;
  return { start: from, end: isEmpty ? end : to };
}
