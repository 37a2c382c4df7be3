import assert from 'node:assert/strict';
import fc from 'fast-check';
import { splitLines } from '../../src/core/lines';
import { joinSpans, NO_MARKS } from '../../src/core/marks';
import {
  indexStatements,
  matchStatements,
  type ReviewedSpan,
  reviewedFile,
  reviewSpans,
} from '../../src/core/review';
import { parseSidecar, readSidecar, serialiseSidecar } from '../../src/core/sidecar';
import type { Statement } from '../../src/core/statements';
import {
  anyExample,
  type Example,
  fromBrackets,
  fromLines,
  type LabelledLines,
  reviewOf,
} from './reviewExamples';

const PATH = 'services/checkout/pay.ts';
const A = 'aaaaaa';
const B = 'bbbbbb';

/** The text with `+` before each line that is reviewed, `-` before each that is not, and a blank before human ones. */
function reviewed(example: Example, statements: Statement[], path = PATH): string {
  const spans = reviewSpans(path, example.text, example.marks, statements);
  const { starts, ends, count } = splitLines(example.text);
  return Array.from({ length: count }, (_, line) => {
    const [start, end] = [starts[line]!, ends[line]!];
    const states = new Set(
      spans.filter((span) => span.start < end && span.end > start).map((span) => span.review),
    );
    const mark = states.size === 0 ? ' ' : states.has('unreviewed') ? '-' : '+';
    return mark + example.text.slice(start, end);
  }).join('\n');
}

function states(example: Example, statements: Statement[], path = PATH): string {
  return reviewed(example, statements, path)
    .replace(/^(.).*$/gm, '$1')
    .replaceAll('\n', '');
}

const BLOCK: LabelledLines = [
  ['  const total = order.items.reduce((sum, item) => sum + item.price, 0);', A],
  ['  if (!order.user.isAdmin) {', A],
  ['    return null;', A],
  ['  }', A],
  ['  return total;', A],
];
const HEAD: LabelledLines = [['export function pay(order: Order): number | null {', null]];
const TAIL: LabelledLines = [
  ['}', null],
  ['', null],
  ['export const LIMIT = 100;', null],
];
const FILE = fromLines([...HEAD, ...BLOCK, ...TAIL]);
const REVIEW = reviewOf(PATH, FILE);

describe('a review', () => {
  it('makes what was read reviewed, and nothing without it', () => {
    assert.equal(states(FILE, []), ' -----   ');
    assert.equal(states(FILE, [REVIEW]), ' +++++   ');
  });

  it('counts only as a review', () => {
    for (const kind of ['note', 'request', 'override', 'declare', 'other'] as const) {
      assert.equal(states(FILE, [{ ...REVIEW, kind }]), ' -----   ');
    }
  });

  it('goes with the text to another place and another file', () => {
    assert.equal(
      states(fromLines([...TAIL, ['class Other {', null], ...BLOCK, ['}}', null]]), [REVIEW]),
      '    +++++ ',
    );
    assert.equal(states(fromLines(BLOCK), [REVIEW], 'lib/other.ts'), '+++++');
  });

  it('is lost by the line that changes, and by no other', () => {
    for (const [at, [line]] of BLOCK.entries()) {
      const changed = BLOCK.map((one, i) => (i === at ? ([line.replace(/[;{}]/, '!$&'), A] as const) : one));
      const expected = BLOCK.map((_, i) => (i === at ? '-' : '+')).join('');
      assert.equal(states(fromLines([...HEAD, ...changed, ...TAIL]), [REVIEW]), ` ${expected}   `, line);
    }
  });

  it('is lost when a person changes the human part of a line', () => {
    const review = reviewOf(PATH, fromBrackets('if (user.isAdmin) «grantAccessTo(order.account);»\n'));
    assert.equal(states(fromBrackets('if (user.isAdmin) «grantAccessTo(order.account);»\n'), [review]), '+');
    assert.equal(states(fromBrackets('if (!user.isAdmin) «grantAccessTo(order.account);»\n'), [review]), '-');
  });

  it('does not hold for more AI text in the same line', () => {
    const review = reviewOf(
      PATH,
      fromBrackets('const limit = order.total > 100 «&& order.user.isTrusted»;\n'),
    );
    assert.equal(
      states(fromBrackets('const limit = «order.total > 100 && order.user.isTrusted»;\n'), [review]),
      '-',
    );
  });

  it('does not hold for the same text of another contribution', () => {
    assert.equal(
      states(fromLines([...HEAD, ...BLOCK.map(([line]) => [line, B] as const), ...TAIL]), [REVIEW]),
      ' -----   ',
    );
  });

  it('stays when a person puts lines between', () => {
    const human: LabelledLines = [['  audit(order);', null]];
    for (let at = 1; at < BLOCK.length; at++) {
      const file = fromLines([...HEAD, ...BLOCK.slice(0, at), ...human, ...BLOCK.slice(at), ...TAIL]);
      const expected = ` ${'+'.repeat(at)} ${'+'.repeat(BLOCK.length - at)}   `;
      assert.equal(states(file, [REVIEW]), expected);
    }
  });

  it('does not spread to AI lines put between', () => {
    const more: LabelledLines = [
      ['  return total;', A],
      ['  }', A],
    ];
    const file = fromLines([...HEAD, ...BLOCK.slice(0, 2), ...more, ...BLOCK.slice(2), ...TAIL]);
    assert.equal(states(file, [REVIEW]), ' ++--+++   ');
  });

  it('of a lone bracket blesses no other bracket', () => {
    const start: LabelledLines = [
      ['while (queue.length > 0) {', null],
      ['  queue.pop();', null],
    ];
    const review = reviewOf(PATH, fromLines([...start, ['}', A], ['done();', null]]));
    assert.equal(states(fromLines([...start, ['}', A], ['done();', null]]), [review]), '  + ');
    assert.equal(
      states(
        fromLines([
          ['if (a) {', null],
          ['  b();', null],
          ['}', A],
          ['c();', null],
        ]),
        [review],
      ),
      '  - ',
    );
    assert.equal(states(fromLines([['}', A]]), [review]), '-');
    assert.equal(
      states(fromLines([...start, ['}', A], ['done();', null], ['{', null], ['}', A]]), [review]),
      '  +  -',
    );
  });

  it('blesses a text once, not each copy of it', () => {
    const line = ['  logger.info("payment accepted", order.id);', A] as const;
    const file = fromLines([...HEAD, line, ...TAIL]);
    const review = reviewOf(PATH, file);
    assert.equal(states(fromLines([...HEAD, line, ...TAIL, ['other(', null], line]), [review]), ' +    -');
    // With both neighbours gone, nobody can say which one was read.
    assert.equal(states(fromLines([line, ['x', null], line]), [review]), '- -');
  });

  it('of weak lines stays where their neighbours are, in the file that was read', () => {
    const around = (lines: LabelledLines): Example => fromLines([['{', null], ...lines, ['}', null]]);
    const review = reviewOf(PATH, around([['}', A]]));
    assert.equal(states(around([['}', A]]), [review]), ' + ');
    assert.equal(states(around([['}', A]]), [review], 'other.ts'), ' - ');
    assert.equal(
      states(
        fromLines([
          ['(', null],
          ['}', A],
          ['}', null],
        ]),
        [review],
      ),
      ' - ',
    );
    const longer = reviewOf(PATH, around([['return sum(x);', A]]));
    assert.equal(
      states(
        fromLines([
          ['(', null],
          ['return sum(x);', A],
          ['}', null],
        ]),
        [longer],
      ),
      ' + ',
    );
    assert.equal(
      states(
        fromLines([
          ['(', null],
          ['return sum(x);', A],
          [')', null],
        ]),
        [longer],
      ),
      ' - ',
    );
  });

  it('of weak lines survives a change beside them only with support', () => {
    const line = '  const total = compute(order.items, 1);';
    const block: LabelledLines = [
      [line, A],
      ['  x++;', A],
      ['  }', A],
    ];
    const changed: LabelledLines = [
      [line, A],
      ['  x--;', A],
      ['  }', A],
    ];
    const review = reviewOf(PATH, fromLines([...HEAD, ...block, ['}', null]]));
    assert.equal(states(fromLines([...HEAD, ...changed, ['}', null]]), [review], 'moved.ts'), ' +-+ ');
    const alone = reviewOf(
      PATH,
      fromLines([
        ['{', null],
        ['  x++;', A],
        ['  }', A],
        ['}', null],
      ]),
    );
    assert.equal(
      states(
        fromLines([
          ['{', null],
          ['  x--;', A],
          ['  }', A],
          ['}', null],
        ]),
        [alone],
      ),
      ' -- ',
    );
    const longer = reviewOf(
      PATH,
      fromLines([
        ['{', null],
        ['  x++;', A],
        ['  return total;', A],
        ['}', null],
      ]),
    );
    const after: LabelledLines = [
      ['  return total;', A],
      ['}', null],
    ];
    assert.equal(states(fromLines([['{', null], ['  x--;', A], ...after]), [longer]), ' -+ ');
    assert.equal(
      states(fromLines([['{', null], ['  x--;', A], ...after, ['{', null], ...after]), [longer]),
      ' --  - ',
    );
  });

  it('stays between two changed lines where the lines around these stand', () => {
    const [first, last] = [
      '  const total = compute(order.items, 1);',
      '  logger.info("payment accepted", total);',
    ];
    const block = (a: string, b: string): LabelledLines => [
      [first, A],
      [a, A],
      ['  x++;', A],
      [b, A],
      [last, A],
    ];
    const review = reviewOf(PATH, fromLines([...HEAD, ...block('  a();', '  b();'), ...TAIL]));
    assert.equal(states(fromLines([...HEAD, ...block('  c();', '  d();'), ...TAIL]), [review]), ' +-+-+   ');
  });

  it('uses no line of a block twice', () => {
    const [first, last] = [
      '  const total = compute(order.items, 1);',
      '  logger.info("payment accepted", total);',
    ];
    const review = reviewOf(PATH, fromLines([...HEAD, [first, A], ['  x++;', A], [last, A], ...TAIL]));
    const text: LabelledLines = [
      [first, A],
      ['  x++;', A],
      ['  y++;', A],
      ['  x++;', A],
      [last, A],
    ];
    assert.equal(states(fromLines([...HEAD, ...text, ...TAIL]), [review]), ' ++--+   ');
  });

  it('does not reach a weak line far away', () => {
    const human: LabelledLines = Array.from({ length: 60 }, (_, i) => [`  human(${i});`, null]);
    const line = ['  const total = compute(order.items, 1);', A] as const;
    const review = reviewOf(PATH, fromLines([...HEAD, line, ['  }', A], ['}', null]]));
    const [near, far] = [5, 60].map((length) =>
      fromLines([...HEAD, line, ...human.slice(0, length), ['  }', A], ['}', null]]),
    );
    assert.match(states(near!, [review]), /^ \+ +\+ $/);
    assert.match(states(far!, [review]), /^ \+ +- $/);
    const start = ['  {', A] as const;
    const above = reviewOf(PATH, fromLines([['{', null], start, line, ...TAIL]));
    assert.match(states(fromLines([['{', null], start, ...human, line, ...TAIL]), [above]), /^ - +\+ +$/);
  });

  it('sees one block across a blank line, whoever made it', () => {
    const block = (...blank: LabelledLines): Example =>
      fromLines([['{', null], ['  x++;', A], ...blank, ['  return;', A], ['}', null]]);
    assert.equal(states(block(['', null]), [reviewOf(PATH, block())]), ' + + ');
    assert.equal(states(block(), [reviewOf(PATH, block(['  ', A], ['', null]))]), ' ++ ');
  });

  it('takes each of several equal blocks for itself', () => {
    const one: LabelledLines = [
      ['case 1:', null],
      ['  break;', A],
    ];
    const file = fromLines(Array.from({ length: 300 }, () => one).flat());
    assert.equal(states(file, [reviewOf(PATH, file)]), ' +'.repeat(300));
    const more = fromLines(Array.from({ length: 301 }, () => one).flat());
    assert.equal(states(more, [reviewOf(PATH, file)]).match(/\+/g)?.length, 300);
  });

  it('of a part is no review of the rest', () => {
    const start = FILE.text.indexOf('if (');
    const review = reviewOf(PATH, FILE, [{ start, end: start + 1 }]);
    assert.equal(states(FILE, [review]), ' -+---   ');
    const three = reviewOf(PATH, FILE, [{ start, end: FILE.text.indexOf('  return total') }]);
    assert.equal(states(FILE, [three]), ' -+++-   ');
    const cursor = reviewOf(PATH, FILE, [{ start, end: start }]);
    assert.equal(states(FILE, [cursor]), ' +++++   ');
  });

  it('of unknown origin holds too', () => {
    const file = fromLines([['const pasted = await fetch(location, { headers });', '?paste']]);
    assert.equal(states(file, [reviewOf(PATH, file)]), '+');
  });

  it('names who speaks of each piece', () => {
    const second: Statement = {
      ...reviewOf(PATH, FILE, [{ start: 60, end: 61 }]),
      who: 'Bob <bob@example.com>',
    };
    const pieces = matchStatements(PATH, FILE.text, FILE.marks, indexStatements([REVIEW, second]));
    assert.deepEqual(
      pieces.map((piece) => piece.statements?.map(({ who }) => who[0])),
      [['A', 'B'], ['A']],
    );
  });
});

describe('whitespace in a review', () => {
  const keeps = (before: string, after: string, path = PATH): boolean =>
    !states(fromBrackets(after), [reviewOf(path, fromBrackets(before))], path).includes('-');

  const table: [what: string, before: string, after: string, kept: boolean, path?: string][] = [
    ['indentation', '«  const first = compute(order);»\n', '«\t\tconst first = compute(order);»\n', true],
    ['blanks around signs', '«const a=compute(order,1)»', '«const a = compute( order, 1 )»', true],
    [
      'a blank line',
      '«const first = order.items;\nreturn first;»',
      '«const first = order.items;\n\n\nreturn first;»',
      true,
    ],
    [
      'a human blank line',
      '«const first = order.items;\nreturn first;»',
      '«const first = order.items;»\n\n«return first;»',
      true,
    ],
    [
      'line terminators',
      '«const first = order.items;\nreturn first;\n»',
      '«const first = order.items;\r\nreturn first;\r\n»',
      true,
    ],
    [
      'a call over several lines',
      '«const first = compute(order, items, 1);»',
      '«const first = compute(\n  order,\n  items,\n  1\n);»',
      true,
    ],
    [
      'lines joined',
      '«const first = compute(\n  order,\n  1);»\n',
      '«const first = compute(order, 1);»\n',
      true,
    ],
    [
      'a broken condition',
      '«if (isPaid(order) && isOpen(order)) {»',
      '«if (\n  isPaid(order) &&\n  isOpen(order)\n) {»',
      true,
    ],
    ['two words joined', '«return compute(order.items);»', '«returncompute(order.items);»', false],
    [
      'a break between two words',
      '«type Names = keyof Order & string;»',
      '«type Names = keyof\nOrder & string;»',
      false,
    ],
    ['two signs joined', '«order.total! = compute(items);»', '«order.total != compute(items);»', false],
    ['a comment closed', '«/* see order * / compute(items);»', '«/* see order */ compute(items);»', false],
    [
      'code joined to a comment',
      '«// check that the user may\ndeny(order.user);»',
      '«// check that the user may deny(order.user);»',
      false,
    ],
    [
      'a value cut from its return',
      '«return (isAdmin(order.user));»',
      '«return\n(isAdmin(order.user));»',
      false,
    ],
    ['an operator cut', '«a = first\n++second.count(order);»', '«a = first++\nsecond.count(order);»', false],
    [
      'a lone carriage return',
      '«// order\r deny(order.user.account);»',
      '«// order deny(order.user.account);»',
      false,
    ],
    ['a no-break space', '«const first = compute(order);»', '«const first\u00a0= compute(order);»', false],
    [
      'indentation in Python',
      '«    grant(order.user.account)»',
      '«  grant(order.user.account)»',
      false,
      'a.py',
    ],
    [
      'blanks in a Python line',
      '«    grant(order.user,account)»',
      '«    grant( order.user, account )»',
      true,
      'a.py',
    ],
    [
      'indentation in a Makefile',
      '«\trm -rf $(BUILD_FOLDER)/out»',
      '«    rm -rf $(BUILD_FOLDER)/out»',
      false,
      'Makefile',
    ],
    [
      'lines joined in Go',
      '«first := compute(\n  order.items)»',
      '«first := compute(order.items)»',
      false,
      'a.go',
    ],
    [
      'indentation in Go',
      '«\tfirst := compute(order.items)»',
      '«  first := compute(order.items)»',
      true,
      'a.go',
    ],
  ];
  for (const [what, before, after, kept, path] of table) {
    it(`${kept ? 'keeps' : 'loses'} a review: ${what}`, () => {
      assert.equal(keeps(before, before, path), true, 'unchanged');
      assert.equal(keeps(before, after, path), kept);
    });
  }

  it('alone is nothing to review', () => {
    const { text, marks } = fromBrackets('a«  \n \n»b');
    assert.deepEqual(
      reviewSpans(PATH, text, marks, []).map((span) => span.review),
      ['reviewed'],
    );
    assert.deepEqual(reviewedFile(PATH, text, marks).blocks, []);
  });

  it('at the end of another line goes with its own span', () => {
    const text = 'first(order);\n  const total = compute(order);\n';
    const [a, b] = [
      { start: 0, end: 13, label: B },
      { start: 13, end: text.length, label: A },
    ];
    const review = reviewOf(PATH, { text, marks: { spans: [a, b], deletions: [] } }, [
      { start: 20, end: 21 },
    ]);
    assert.deepEqual(reviewSpans(PATH, text, { spans: [a, b], deletions: [] }, [review]), [
      { ...a, review: 'unreviewed' },
      { ...b, review: 'reviewed' },
    ]);
  });

  it('does not split a span from its first line', () => {
    const { text, marks } = fromBrackets('start();«\n\n  const first = compute(order);\n»');
    assert.deepEqual(
      reviewSpans(PATH, text, marks, []).map(({ start, end, review }) => [start, end, review]),
      [[8, text.length, 'unreviewed']],
    );
  });
});

describe('laws of reviews', () => {
  const path = fc.constantFrom('a.ts', 'a.py', 'a.go', 'Makefile', 'strange');

  it('reviewing exactly a text makes all its spans reviewed, and loses no character of them', () => {
    fc.assert(
      fc.property(path, anyExample, (name, example) => {
        const spans = reviewSpans(name, example.text, example.marks, [reviewOf(name, example)]);
        assert.deepEqual(
          spans.filter((span) => span.review !== 'reviewed'),
          [],
        );
        assert.deepEqual(
          joinSpans(spans.map(({ start, end, label }) => ({ start, end, label }))),
          example.marks.spans,
        );
        const none = reviewSpans(name, example.text, example.marks, []);
        assert.deepEqual(
          joinSpans(none.map(({ start, end, label }) => ({ start, end, label }))),
          example.marks.spans,
        );
      }),
      { numRuns: 1000 },
    );
  });

  it('a review of live marks holds for the marks that the sidecar brings back', () => {
    fc.assert(
      fc.property(path, anyExample, (name, example) => {
        const sidecar = serialiseSidecar(example.text, example.marks);
        const marks = sidecar === null ? NO_MARKS : readSidecar(parseSidecar(sidecar), example.text)!;
        const spans = reviewSpans(name, example.text, marks, [reviewOf(name, example)]);
        assert.deepEqual(
          spans.filter((span) => span.review !== 'reviewed'),
          [],
        );
      }),
      { numRuns: 500 },
    );
  });

  it('reviewing each line by itself makes the whole reviewed', () => {
    fc.assert(
      fc.property(path, anyExample, (name, example) => {
        const { starts, count } = splitLines(example.text);
        // Of equal lines between equal lines, statements of one line each cannot say which one they mean.
        const filled = example.text
          .split(/\r\n|\r|\n/)
          .map((line) => line.trim())
          .filter(Boolean);
        const places = filled.map((line, i) => JSON.stringify([filled[i - 1], line, filled[i + 1]]));
        fc.pre(new Set(places).size === places.length);
        const statements = Array.from({ length: count }, (_, line) =>
          reviewOf(name, example, [{ start: starts[line]!, end: starts[line + 1]! }]),
        );
        const spans = reviewSpans(name, example.text, example.marks, statements);
        assert.deepEqual(
          spans.filter((span) => span.review !== 'reviewed'),
          [],
        );
      }),
      { numRuns: 300 },
    );
  });

  /** A text with one character that is no whitespace and has a label replaced by another one. */
  const oneChanged = fc
    .tuple(anyExample, fc.nat(), fc.constantFrom('Q', '!', 'é', '\u200b'))
    .filter(([{ text, marks }]) => marks.spans.some(({ start, end }) => /\S/.test(text.slice(start, end))))
    .map(([example, seed, character]) => {
      const places = example.marks.spans.flatMap(({ start, end }) =>
        Array.from({ length: end - start }, (_, i) => start + i).filter((at) => /\S/.test(example.text[at]!)),
      );
      const at = places[seed % places.length]!;
      return {
        example,
        at,
        changed: { ...example, text: example.text.slice(0, at) + character + example.text.slice(at + 1) },
      };
    });

  it('changing one character of marked text loses the review of its line, and of no line that can be recognised', () => {
    fc.assert(
      fc.property(oneChanged, ({ example, at, changed }) => {
        fc.pre(changed.text !== example.text);
        const spans = reviewSpans('a.ts', changed.text, changed.marks, [reviewOf('a.ts', example)]);
        const hit = spans.find((span) => span.start <= at && at < span.end);
        assert.equal(hit?.review, 'unreviewed');
      }),
      { numRuns: 2000 },
    );
  });

  it('no text gains a review of another text or another contribution', () => {
    fc.assert(
      fc.property(anyExample, anyExample, (one, other) => {
        const others = new Set(linesOf(other));
        const spans = reviewSpans('a.ts', one.text, one.marks, [reviewOf('a.ts', other)]);
        for (const span of spans) {
          if (span.review !== 'reviewed') continue;
          for (const line of linesOf({ text: one.text, marks: { spans: [span], deletions: [] } })) {
            assert.ok(others.has(line), `${line} was never reviewed`);
          }
        }
        const renamed = {
          ...one,
          marks: { spans: one.marks.spans.map((span) => ({ ...span, label: 'cccccc' })), deletions: [] },
        };
        for (const span of reviewSpans('a.ts', renamed.text, renamed.marks, [reviewOf('a.ts', one)])) {
          if (/\S/.test(renamed.text.slice(span.start, span.end))) assert.equal(span.review, 'unreviewed');
        }
      }),
      { numRuns: 1000 },
    );
  });

  /** Each marked line's label and words. A statement's joined block may stand for lines broken otherwise: not made here. */
  function linesOf({ text, marks }: Example): string[] {
    const { starts, ends, count } = splitLines(text);
    return marks.spans.flatMap(({ start, end, label }) =>
      Array.from({ length: count }, (_, line) =>
        text.slice(Math.max(start, starts[line]!), Math.min(end, ends[line]!)),
      )
        .map((piece) => piece.replace(/[ \t]/g, ''))
        .filter((piece) => piece !== '')
        .map((piece) => `${label} ${piece}`),
    );
  }

  it('moving a block of some size keeps its review; changing its indentation does in TypeScript and not in Python', () => {
    const lines = fc
      .array(fc.nat(99), { minLength: 2, maxLength: 6 })
      .map((numbers) =>
        numbers.map((number, i): [string, string] => [`  const total${i} = compute(order, ${number});`, A]),
      );
    const human = fc.array(fc.constantFrom('}', '{', 'start();', 'stop();'), { maxLength: 5 });
    fc.assert(
      fc.property(lines, human, human, human, human, (block, a, b, c, d) => {
        const plain = (some: string[]): LabelledLines => some.map((line) => [line, null]);
        const before = fromLines([...plain(a), ...block, ...plain(b)]);
        const moved = fromLines([...plain(c), ...block, ...plain(d)]);
        const indented = fromLines([
          ...plain(a),
          ...block.map(([line, label]) => [`\t${line}`, label] as const),
          ...plain(b),
        ]);
        for (const name of ['a.ts', 'a.py']) {
          const review = reviewOf(name, before);
          assert.ok(!states(moved, [review], name).includes('-'), 'moved');
          assert.ok(!states(moved, [review], `elsewhere/${name}`).includes('-'), 'moved to another file');
          assert.equal(states(indented, [review], name).includes('-'), name === 'a.py');
          assert.equal(states(indented, [review], name).includes('+'), name !== 'a.py');
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('the speed of reviews', () => {
  /** Milliseconds of the processor: what else runs on the machine does not count. */
  const processorTime = (work: () => void): number => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };

  const file = (number: number, lines: number): Example =>
    fromLines(
      Array.from({ length: lines }, (_, i) =>
        i % 2 === 0
          ? ([`  const value${number} = compute(order, ${i});`, A] as const)
          : ([`  human(${i});`, null] as const),
      ),
    );

  it('meets 10,000 spans and 500 statements in well under a second', () => {
    const statements = Array.from({ length: 500 }, (_, i) => reviewOf(`f${i}.ts`, file(i, 40)));
    const text = fromLines(
      Array.from({ length: 500 }, (_, i) => i).flatMap((i) =>
        Array.from({ length: 40 }, (_, j) =>
          j % 2 === 0
            ? ([`  const value${i} = compute(order, ${j});`, A] as const)
            : ([`  human(${j});`, null] as const),
        ),
      ),
    );
    assert.equal(text.marks.spans.length, 10_000);
    let spans: ReviewedSpan[] = [];
    const took = processorTime(() => {
      spans = reviewSpans('all.ts', text.text, text.marks, statements);
    });
    assert.ok(spans.every((span) => span.review === 'reviewed'));
    assert.ok(took < 1000, `${took.toFixed(0)} ms`);
  });

  it('does not explode on a hostile repetition', () => {
    const brackets = fromLines(
      Array.from({ length: 20_000 }, (_, i) => (i % 3 === 2 ? (['{', null] as const) : (['}', A] as const))),
    );
    const review = reviewOf(PATH, brackets);
    const shifted = fromLines(
      Array.from({ length: 20_000 }, (_, i) => (i % 3 === 1 ? (['{', null] as const) : (['}', A] as const))),
    );
    const solid = fromLines(Array.from({ length: 20_000 }, () => ['}', A] as const));
    const took = processorTime(() => {
      for (const [text, statement] of [
        [brackets, review],
        [shifted, review],
        [solid, review],
        [solid, reviewOf(PATH, solid)],
        [brackets, reviewOf(PATH, solid)],
      ] as const) {
        reviewSpans(PATH, text.text, text.marks, [statement]);
      }
    });
    assert.ok(took < 5000, `${took.toFixed(0)} ms`);
  });

  it('of thousands that speak of the same lines in time and memory that grow with their number', () => {
    const review = reviewOf(PATH, FILE);
    const all = indexStatements(Array.from({ length: 20_000 }, (_, i) => ({ ...review, uuid: `s${i}` })));
    const took = processorTime(() => {
      const [span] = matchStatements(PATH, FILE.text, FILE.marks, all);
      assert.deepEqual(
        [span!.statements!.length, span!.statements![0]!.uuid, span!.statements!.at(-1)!.uuid],
        [20_000, 's0', 's19999'],
      );
    });
    assert.ok(took < 5000, `${took.toFixed(0)} ms`);
  });
});
