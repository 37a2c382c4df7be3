import assert from 'node:assert/strict';
import fc from 'fast-check';
import { carryOver } from '../../src/core/carryOver';
import type { Marks } from '../../src/core/marks';
import { NO_MARKS } from '../../src/core/marks';
import { normaliseMarks } from '../../src/core/sidecar';
import { accuracySources } from '../bench/carryOverInputs';
import {
  compare,
  indent,
  labelBlocks,
  lineStarts,
  moveLines,
  NO_SCORE,
  random,
  randomEdit,
  TruthText,
} from '../bench/truth';
import { anyMarks, anyText, labelOfEach } from './marksArbitraries';

/** A text in which «» enclose what is labelled 7Qm2xR and ‹› what is labelled 9PpLk0. */
function marked(source: string): { text: string; marks: Marks } {
  let text = '';
  const spans: { start: number; end: number; label: string }[] = [];
  for (const part of source.split(/(«[^»]*»|‹[^›]*›)/)) {
    const label = part.startsWith('«') ? '7Qm2xR' : part.startsWith('‹') ? '9PpLk0' : null;
    const content = label === null ? part : part.slice(1, -1);
    if (label !== null && content !== '')
      spans.push({ start: text.length, end: text.length + content.length, label });
    text += content;
  }
  return { text, marks: { spans, deletions: [] } };
}

/** Shows marks as {@link marked} reads them; line terminators are shown as unlabelled. */
function shown(text: string, marks: Marks): string {
  const each = labelOfEach(text.length, marks);
  let result = '';
  let open: string | null = null;
  for (let at = 0; at <= text.length; at++) {
    const label = at < text.length && text[at] !== '\n' && text[at] !== '\r' ? each[at]! : null;
    if (label !== open) {
      if (open !== null) result += open === '7Qm2xR' ? '»' : '›';
      if (label !== null) result += label === '7Qm2xR' ? '«' : '‹';
      open = label;
    }
    result += text.charAt(at);
  }
  return result;
}

/** Carries `before` over to the text of `after` and expects the marks of `after`. */
function expectCarried(before: string, after: string): void {
  const to = marked(after);
  assert.equal(shown(to.text, carryOver(marked(before), to.text).marks), after);
}

function solid(text: string, marks: Marks): number {
  return labelOfEach(text.length, marks).filter((label, at) => label !== null && !/\s/.test(text[at]!))
    .length;
}

const CONTEXT = ['import { open } from "./files";', 'const limit = 12;'].join('\n');

describe('carrying marks over', () => {
  it('leaves lines alone that begin like the changed line below them', () => {
    expectCarried(
      '«  const total = sum(prices);»\n',
      '  const tax = rate(country);\n  const net = gross(country);\n«  const total = sum(prices»tiers, «);»\n',
    );
    expectCarried(
      '«  const total = sum(prices);»\n',
      '  const tax = rate(country);\n  const grand +« total = sum(prices);»\n',
    );
    expectCarried(
      '«  const total = sum(prices);»\n',
      '  const tax = rate(country);\n  }\n  const net = gross(country);\n  const grand« = sum(prices);»\n',
    );
    expectCarried('«  return total;»\n}\n', '  return tax;\n«  return total;»\n}\n');
    expectCarried('«  return;»\n}\n', '  return tax(country);\n«  return;»\n}\n');
    expectCarried(
      '«  const total = sum(prices, 1);»\n',
      '«  const total = sum(prices, »2,« 1);»\n  print(country, limit);\n',
    );
    // What was taken away has the marks, not the line that begins like it.
    expectCarried(
      '«  const tax = rate(country);»\n  const total = sum(prices);\n',
      '  const total = sum(prices, tiers);\n',
    );
  });

  it('gives the same marks for the same text', () => {
    const before = marked('a\n«b\n»c\n');
    assert.equal(carryOver(before, before.text).marks, before.marks);
  });

  it('moves labels with their lines', () => {
    expectCarried(
      `${CONTEXT}\n«function first() {}»\nrest();\n`,
      `// new\n${CONTEXT}\n\nadded(1);\n«function first() {}»\nrest();\n`,
    );
  });

  it('keeps what an edit inside a line did not touch', () => {
    expectCarried(
      `${CONTEXT}\n«  const total = sum(items, tax);»\nrest();\n`,
      `${CONTEXT}\n«  const total = sum(items, »discount,« tax);»\nrest();\n`,
    );
    expectCarried(
      `${CONTEXT}\n«  const total = sum(items);»\nrest();\n`,
      `${CONTEXT}\n«  const total»s« = sum(items);» // human\nrest();\n`,
    );
    expectCarried('«see the file»\n', '«see the»Extra« file»\n');
    expectCarried('«😁»', '😀«😁»');
    expectCarried(`const a = «compute(12)» + ‹other›;`, `const a = «compute(»13«)» + ‹other›;`);
  });

  it('keeps labels through other whitespace', () => {
    expectCarried(
      `${CONTEXT}\n«if (ready) {\n  open(first, second);\n}»\nrest();\n`,
      `${CONTEXT}\n    «if (ready) {»\n    «  open(first, second);»\n    «}»\nrest();\n`.replaceAll(
        / {4}«( *)/g,
        '«    $1',
      ),
    );
    expectCarried(
      `${CONTEXT}\n«  open(first, second, third);»\nrest();\n`,
      `${CONTEXT}\n«  open(»\n«    first,»\n«    second,»\n«    third»\n«  );»\nrest();\n`,
    );
    expectCarried(
      `${CONTEXT}\n«  open(»\n«    first,»\n«    ‹second›»\n«  );»\nrest();\n`
        .replace('«    ‹', '«    »‹')
        .replace('›»', '›'),
      `${CONTEXT}\n«  open(first, »‹second›«);»\nrest();\n`,
    );
    expectCarried(`x = «a+b»;\n${CONTEXT}\n`, `x = «a + b»;\n${CONTEXT}\n`);
    expectCarried(`«\treturn» value;\n${CONTEXT}\n`, `«  return» value;\n${CONTEXT}\n`);
    expectCarried(`\t«return value;»\n`, `  «return value;»\n`);
  });

  it('takes no notice of other terminators and of a byte order mark', () => {
    const before = marked(`${CONTEXT}\n«first();\n\nsecond();»\nrest();\n`);
    for (const after of [
      before.text.replaceAll('\n', '\r\n'),
      `\ufeff${before.text}`,
      before.text.trimEnd(),
    ]) {
      const { marks, droppedCharacters } = carryOver(before, after);
      assert.equal(
        after.slice(marks.spans[0]!.start, marks.spans[0]!.end).replaceAll('\r', ''),
        'first();\n\nsecond();',
      );
      assert.equal(marks.spans.length, 1);
      assert.equal(droppedCharacters, 0);
    }
  });

  it('follows runs of lines that moved, each once', () => {
    const block = '«function moved(argument) {\n  return argument.twice();\n}»';
    const human = Array.from({ length: 30 }, (_, k) => `statement(${k});`).join('\n');
    expectCarried(`${block}\n${human}\nend();\n`, `${human}\n${block.replaceAll('\n', '»\n«')}\nend();\n`);
    const copied = `${human}\n${block.replaceAll(/[«»]/g, '')}\n// and again\n${block.replaceAll(/[«»]/g, '')}\n`;
    assert.deepEqual(
      carryOver(marked(`${block}\n${human}\n`), copied).marks,
      NO_MARKS,
      'which of two, nobody knows',
    );
    expectCarried(
      `${block.replaceAll('\n', '»\n«')}\n${human}\nend();\n`,
      `${block.replaceAll('\n', '»\n«')}\n${human}\n${block.replaceAll(/[«»]/g, '')}\nend();\n`,
    );
  });

  it('follows one line that moved when it says enough', () => {
    const human = Array.from({ length: 30 }, (_, k) => `statement(${k});`).join('\n');
    expectCarried(
      `«const longEnoughToBeCertain = 12345;»\n${human}\nend();\n`,
      `${human}\n«const longEnoughToBeCertain = 12345;»\nend();\n`,
    );
    expectCarried(`«open();»\n${human}\nend();\n`, `${human}\nopen();\nend();\n`);
  });

  it('knows by the lines beside them which of several equal lines moved, when these say enough', () => {
    const human = Array.from({ length: 30 }, (_, k) => `statement(${k});`).join('\n');
    const block = (ai: string) => `firstOfAllStatements();\n${ai}\nsecondOfStatements();`;
    const long = 'const longEnoughToBeCertain = 12345;';
    expectCarried(
      `${block(`«${long}»`)}\n${human}\nend();\n`,
      `${human}\n${block(`«${long}»`)}\nbetween();\n${long}\nend();\n`,
    );
    expectCarried(
      `${block('«return null;»')}\n${human}\nend();\n`,
      `${human}\n${block('return null;')}\nbetween();\nreturn null;\nend();\n`,
    );
    assert.deepEqual(
      carryOver(marked(`${block(`«${long}»`)}\n${human}\n`), `${human}\n${block(long)}\n${block(long)}\n`)
        .marks,
      NO_MARKS,
      'which of two blocks, nobody knows',
    );
  });

  it('labels no copy of text that stands elsewhere without a label', () => {
    const block = 'function copied(argument) {\n  return argument.twice();\n}';
    const human = Array.from({ length: 30 }, (_, k) => `statement(${k});`);
    const [first, second] = [human.slice(0, 15).join('\n'), human.slice(15).join('\n')];
    expectCarried(
      `${block}\n${first}\n«${block}»\n${second}\nend();\n`,
      `${block}\n${first}\n${second}\n${block}\nend();\n`,
    );
  });

  it('uses each line of a moved run once', () => {
    const human = Array.from({ length: 30 }, (_, k) => `statement(${k});`).join('\n');
    const [shared, first, second] = [
      'sharedHelper(argument, option);',
      'firstOfAllStatements();',
      'secondOfStatements();',
    ];
    const before = marked(`«${first}\n${shared}»\nmiddle(1);\n‹${shared}\n${second}›\n${human}\nend();\n`);
    const after = `middle(1);\n${human}\n${first}\n${shared}\n${second}\nend();\n`;
    const { marks, droppedCharacters } = carryOver(before, after);
    assert.equal(droppedCharacters, solid(before.text, before.marks) - solid(after, marks));
    for (const [k, { start }] of marks.spans.entries())
      assert.ok(k === 0 || start >= marks.spans[k - 1]!.end);
  });

  it('keeps the labels of a large block that is indented', () => {
    const truth = new TruthText(accuracySources()[2]!);
    labelBlocks(truth, 150, random(3));
    const before = truth.copy();
    indent(truth, lineStarts(truth.text), 1_000, 1_500);
    const carried = carryOver({ text: before.text, marks: before.marks() }, truth.text);
    const score = { ...NO_SCORE };
    compare(truth, carried.marks, score);
    assert.deepEqual([score.lost, score.wrong, carried.droppedCharacters], [0, 0, 0]);
  });

  it('keeps changed lines apart that lines moved between', () => {
    const human = Array.from({ length: 30 }, (_, k) => `statement(${k});`).join('\n');
    const block = ['function moved(argument) {', '  return argument.twice();', '}'];
    expectCarried(
      `start();\n«first(one, two, three);\nsecond(four, five, six);»\n${human}\n‹${block.join('\n')}›\nend();\n`,
      `start();\n«first(»1«, two, three);»\n${block.map((line) => `‹${line}›`).join('\n')}\n«second(»4«, five, six);»\n${human}\nend();\n`,
    );
  });

  it('makes no human text AI text by a lone matching sign, line or word', () => {
    const ai = `${CONTEXT}\n«function load(path) {\n  if (!path) {\n    return null;\n  }\n  return open(path);\n}»\nrest();\n`;
    for (const human of [
      'class Store extends Base {\n  size = 0;\n\n  clear() {\n    this.size = 0;\n  }\n}',
      'while (queue.length > 0) {\n  const job = queue.shift();\n  job.run();\n}',
      '}\n}\n}',
      'export default [\n  { name: "alpha" },\n  { name: "beta" },\n];',
    ]) {
      expectCarried(ai, `${CONTEXT}\n${human}\nrest();\n`);
      expectCarried(ai, human);
      expectCarried(ai.replace(CONTEXT, ''), `${human}\n`);
    }
  });

  it('leaves the last brace of a function to it when a person puts another one behind or before it', () => {
    const [one, two] = [
      '«function one() {»\n«  return first(1);»\n«}»\n',
      'function two() {\n  return second(2);\n}\n',
    ];
    const added = 'function more() {\n  return third(3);\n}\n';
    expectCarried(`${one}\n${two}`, `${one}\n${added}\n${two}`);
    expectCarried(`${two}\n${one}`, `${two}\n${added}\n${one}`);
    expectCarried(`${one}\n${added}\n${two}`, `${one}\n${two}`);
  });

  it('takes a word between larger changes for chance', () => {
    expectCarried(
      `${CONTEXT}\n«  const total = computeTotalOfAll(items);»\nrestOfTheProgram();\n`,
      `${CONTEXT}\n  for (const entry of everyListOfEntries) publishNow(entry, items, channelOfPublication);\nrestOfTheProgram();\n`,
    );
  });

  it('lets deleted text go, and counts it', () => {
    const before = marked(`${CONTEXT}\n«gone(1);\n»kept();\n‹also gone›\n`);
    assert.deepEqual(carryOver(before, `${CONTEXT}\nkept();\n`), { marks: NO_MARKS, droppedCharacters: 16 });
    assert.deepEqual(carryOver(before, ''), { marks: NO_MARKS, droppedCharacters: 16 });
  });

  it('carries deletions with the line they stand above', () => {
    const text = `${CONTEXT}\nthird line here;\nfourth line here;\n`;
    const label = '7Qm2xR';
    const deletedAbove = (line: string) => ({
      spans: [],
      deletions: [{ offset: text.indexOf(line), label }],
    });
    const carried = (line: string, after: string) =>
      carryOver({ text, marks: deletedAbove(line) }, after).marks.deletions.map(({ offset }) =>
        after.slice(offset),
      );
    assert.deepEqual(carried('third', text.replace('third', 'new line;\nthird')), [
      'third line here;\nfourth line here;\n',
    ]);
    assert.deepEqual(carried('third', text.replace('third line here;\n', '')), ['fourth line here;\n']);
    assert.deepEqual(carried('fourth', text.replace('fourth line here;\n', '')), ['third line here;\n']);
    assert.deepEqual(carried('fourth', text.replace('fourth', '  fourth')), ['  fourth line here;\n']);
    assert.deepEqual(carried('fourth', ''), []);
    assert.deepEqual(carried('third', text.replace('third line here', 'new();\nother()')), [
      'new();\nother();\nfourth line here;\n',
    ]);
  });

  it('labels no character that was not labelled so before, and counts what it lost', () => {
    const edits = fc.array(fc.tuple(fc.nat(), fc.nat(6), anyText), { maxLength: 4 });
    const cases = anyText.chain((text) =>
      fc.tuple(fc.constant(text), anyMarks(text), fc.oneof(anyText, fc.constant(null)), edits),
    );
    fc.assert(
      fc.property(cases, ([text, marks, other, changes]) => {
        let after = other ?? text;
        if (other === null) {
          for (const [place, length, insert] of changes) {
            const at = place % (after.length + 1);
            after = after.slice(0, at) + insert + after.slice(at + length);
          }
        }
        const carried = carryOver({ text, marks }, after);
        if (after === text) return;
        assert.deepEqual(normaliseMarks(after, carried.marks), carried.marks);
        assert.equal(carried.droppedCharacters, solid(text, marks) - solid(after, carried.marks));
        const owned = new Map<string, number>();
        const count = (each: (string | null)[], source: string, by: number) =>
          each.forEach((label, at) => {
            if (label === null || /\s/.test(source[at]!)) return;
            const key = `${label} ${source.charCodeAt(at)}`;
            owned.set(key, (owned.get(key) ?? 0) + by);
            assert.ok(by > 0 || owned.get(key)! >= 0, `more ${key} than there were`);
          });
        count(labelOfEach(text.length, marks), text, 1);
        count(labelOfEach(after.length, carried.marks), after, -1);
        assert.deepEqual(carryOver({ text, marks }, after), carried, 'the same each time');
      }),
      { numRuns: 1000 },
    );
  });

  it('keeps every label when only unlabelled lines come and go', () => {
    const line = fc.nat(1e6).map((number) => `statement${number}(argument);`);
    const change = fc.tuple(fc.nat(), fc.array(line, { maxLength: 3 }));
    fc.assert(
      fc.property(
        fc.uniqueArray(line, { minLength: 3, maxLength: 40 }),
        fc.array(change, { maxLength: 5 }),
        (all, changes) => {
          const lines = all.map((content, k) => ({ content, labelled: k % 3 === 0 }));
          const show = () =>
            lines.map(({ content, labelled }) => (labelled ? `«${content}»` : content)).join('\n');
          const before = show();
          for (const [place, fresh] of changes) {
            const at = place % (lines.length + 1);
            const unlabelled = lines[at]?.labelled === false ? 1 : 0;
            lines.splice(
              at,
              unlabelled,
              ...fresh.map((content) => ({ content: `new ${content}`, labelled: false })),
            );
          }
          expectCarried(before, show());
        },
      ),
    );
  });

  it('places 99.8 % of the labels right and less than 0.05 % wrong after 60 edits and a move of 120 lines', () => {
    const sources = accuracySources();
    const score = { ...NO_SCORE };
    const other = random(12);
    const lines = sources.join('').split('\n');
    sources.slice(0, 4).forEach((source, file) => {
      const rand = random(200 + file);
      const truth = new TruthText(source);
      labelBlocks(truth, 150, rand);
      const before = truth.copy();
      for (let k = 0; k < 60; k++) randomEdit(truth, rand, () => lines[Math.floor(other() * lines.length)]!);
      moveLines(truth, 1_000 + Math.floor(rand() * 2_000), 120, rand);
      compare(truth, carryOver({ text: before.text, marks: before.marks() }, truth.text).marks, score);
    });
    const characters = score.right + score.lost + score.wrong;
    assert.ok(score.right / characters >= 0.998, `${score.right} of ${characters} characters right`);
    assert.ok(score.wrong / characters < 0.0005, `${score.wrong} of ${characters} characters wrong`);
    const all = score.rightLines + score.lostLines + score.wrongLines;
    assert.ok(
      score.rightLines / all >= 0.998 && score.wrongLines / all < 0.0005,
      `${score.rightLines} of ${all} lines right`,
    );
  });

  it('comes to an end on large rewritten texts', () => {
    const rand = random(8);
    const word = () => `word${Math.floor(rand() * 300)}`;
    const large = () => Array.from({ length: 60_000 }, () => `${word()} ${word()}(${word()});`).join('\n');
    const [before, after] = [large(), large()];
    const marks = { spans: [{ start: 0, end: before.length, label: '7Qm2xR' }], deletions: [] };
    const carried = carryOver({ text: before, marks }, after);
    assert.ok(carried.droppedCharacters > 0);
  });
});
