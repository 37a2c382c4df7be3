import fc from 'fast-check';
import type { Deletion, Marks, Span } from '../../src/core/marks';

/** Texts of few different characters and lines, so that empty lines, equal lines and odd terminators are common. */
export const anyText: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom('', '', '\ufeff'),
    fc.array(
      fc.constantFrom(
        'a',
        'b',
        'word',
        '}',
        ' ',
        '\t',
        '\n',
        '\n',
        '\r\n',
        '\r',
        'é',
        '漢',
        '😀',
        '\ud83d',
        '(',
      ),
      { maxLength: 60 },
    ),
  )
  .map(([start, parts]) => start + parts.join(''));

const labels = fc.constantFrom('7Qm2xR', '9PpLk0', '-_-_-_-_', '?paste', '?external');

/** Marks of a text: any spans, sorted and disjoint but not always joined, and any deletions. */
export function anyMarks(text: string): fc.Arbitrary<Marks> {
  const place = fc.nat(text.length);
  const spans = fc.array(fc.tuple(place, place, labels), { maxLength: 12 }).map((parts) => {
    const result: Span[] = [];
    let free = 0;
    for (const [one, other, label] of parts.sort((x, y) => Math.min(x[0], x[1]) - Math.min(y[0], y[1]))) {
      const start = Math.max(free, Math.min(one, other));
      const end = Math.max(one, other);
      if (end <= start) continue;
      result.push({ start, end, label });
      free = end;
    }
    return result;
  });
  const deletions: fc.Arbitrary<Deletion[]> = fc.array(fc.record({ offset: place, label: labels }), {
    maxLength: 4,
  });
  return fc.record({ spans, deletions });
}

export const textAndMarks: fc.Arbitrary<{ text: string; marks: Marks }> = anyText.chain((text) =>
  anyMarks(text).map((marks) => ({ text, marks })),
);

/** The label of each character of a text, null for none. */
export function labelOfEach(length: number, marks: Marks): (string | null)[] {
  const each: (string | null)[] = new Array(length).fill(null);
  for (const { start, end, label } of marks.spans) each.fill(label, start, end);
  return each;
}
