/** Texts with marks for the tests of reviews, statements and findings. */
import fc from 'fast-check';
import { joinSpans, type Label, type Marks } from '../../src/core/marks';
import { reviewedFile } from '../../src/core/review';
import { parseStatement, type Statement, statementJson } from '../../src/core/statements';

export interface Example {
  readonly text: string;
  readonly marks: Marks;
}

/** Each line with its label; null for a human line. */
export type LabelledLines = readonly (readonly [line: string, label: Label | null])[];

/** A text from whole lines, each ended by `\n`. */
export function fromLines(lines: LabelledLines): Example {
  let text = '';
  const spans = [];
  for (const [line, label] of lines) {
    if (label !== null) spans.push({ start: text.length, end: text.length + line.length + 1, label });
    text += `${line}\n`;
  }
  return { text, marks: { spans: joinSpans(spans), deletions: [] } };
}

/** A text in which `«…»` is the text of `label`; the brackets themselves are left out. */
export function fromBrackets(bracketed: string, label: Label = 'aaaaaa'): Example {
  let text = '';
  const spans = [];
  for (const part of bracketed.split(/(?=«)|(?<=»)/)) {
    const isMarked = part.startsWith('«');
    const content = isMarked ? part.slice(1, -1) : part;
    if (isMarked) spans.push({ start: text.length, end: text.length + content.length, label });
    text += content;
  }
  return { text, marks: { spans: joinSpans(spans), deletions: [] } };
}

/** A review of an example (of parts of it with ranges), written and read back as a repository would. */
export function reviewOf(
  path: string,
  example: Example,
  ranges?: { start: number; end: number }[],
): Statement {
  const json = statementJson({
    version: 1,
    kind: 'review',
    files: [reviewedFile(path, example.text, example.marks, ranges)],
    who: 'Alice Example <alice@example.com>',
    time: '2025-01-31T12:00:00Z',
  });
  const statement = parseStatement(json, '00000000-0000-4000-8000-000000000001');
  if ('problem' in statement) throw new Error(statement.problem);
  return statement;
}

/** Lines of code as they are: few of them unique, many of them short. */
const code = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      '}',
      '{',
      '});',
      'else {',
      'return;',
      'return null;',
      'break;',
      '',
      '  ',
      'x++;',
    ),
  },
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.constantFrom('const total', 'let order', 'if (user.isAdmin)', 'return sum'), fc.nat(40))
      .map(([start, number]) => `${start} = compute(items, ${number});`),
  },
  { weight: 1, arbitrary: fc.string({ maxLength: 12 }).map((text) => text.replace(/[\r\n]/g, '')) },
);

/** Files of such lines, some human, some of one of two contributions, some half and half. */
export const anyExample: fc.Arbitrary<Example> = fc
  .array(
    fc.record({
      indent: fc.nat(3),
      line: code,
      label: fc.constantFrom<(Label | null)[]>(null, null, 'aaaaaa', 'aaaaaa', 'bbbbbb', '?paste'),
      from: fc.constantFrom(0, 0, 0, 0, 3),
      to: fc.constantFrom(99, 99, 99, 99, 5),
      terminator: fc.constantFrom('\n', '\n', '\n', '\r\n'),
    }),
    { maxLength: 40, size: 'max' },
  )
  .map((lines) => {
    let text = '';
    const spans = [];
    for (const { indent, line, label, from, to, terminator } of lines) {
      const whole = '  '.repeat(indent) + line;
      const [start, end] = [
        Math.min(from, whole.length),
        to < whole.length ? to : whole.length + terminator.length,
      ];
      if (label && end > start) spans.push({ start: text.length + start, end: text.length + end, label });
      text += whole + terminator;
    }
    return { text, marks: { spans: joinSpans(spans), deletions: [] } };
  });
