import assert from 'node:assert/strict';
import fc from 'fast-check';
import { changedParts } from '../../src/core/changedParts';
import type { Edit } from '../../src/core/edits';

const replacing = (removed: string, text: string, start = 0): Edit => ({
  start,
  end: start + removed.length,
  removed,
  text,
});
/** The parts as `removed>text`, in order. */
const parts = (removed: string, text: string) =>
  changedParts(replacing(removed, text)).map((part) => `${part.start}:${part.removed}>${part.text}`);

/** Text with much to agree on by chance: few words, line ends of all kinds, characters outside the BMP. */
const words = [
  'a',
  'b',
  'ab',
  ' ',
  '  ',
  '\n',
  '\r\n',
  '\t',
  '}',
  '{',
  '😀',
  '😁',
  '\u{1fa00}',
  'é',
  'value',
  'return',
];
const pairOf = (word: fc.Arbitrary<string>) => {
  const text = fc
    .oneof(fc.array(word, { maxLength: 12 }), fc.array(word, { maxLength: 120, size: 'max' }))
    .map((all) => all.join(''));
  /** A text and one that comes of it by changing, adding and dropping some words. */
  const related = fc
    .array(fc.record({ old: word, change: fc.integer({ min: 0, max: 9 }), other: word }), {
      maxLength: 150,
      size: 'max',
    })
    .map((all) => [
      all.map(({ old }) => old).join(''),
      all.map(({ old, change, other }) => [other, old + other, ''][change] ?? old).join(''),
    ]);
  return fc.oneof(fc.tuple(text, text), related) as fc.Arbitrary<[string, string]>;
};
const pair = fc.oneof(
  { weight: 4, arbitrary: pairOf(fc.constantFrom(...words)) },
  pairOf(fc.constantFrom('\ud83d', '\ude00', ...words)),
);

describe('changed parts of an edit', () => {
  it('keep what stayed where new text may as well begin behind it as within it', () => {
    const found = parts(
      '  // aaaaa bb ccc former\n    xx y.zz;\n}\n  end one;',
      '  // aaaaa bb ccc new\n    xx y.zz;\n}\n  other code.words;\n    }\n  end one;',
    );
    assert.equal(found[0], '18:former>new', found.join(' | '));
  });

  it('give the same text, in order, disjoint, trimmed, without splitting surrogate pairs', () => {
    fc.assert(
      fc.property(pair, fc.nat(20), ([removed, inserted], start) => {
        const edit = replacing(removed, inserted, start);
        const wellFormed = !/\p{Surrogate}/u.test(removed + inserted);
        let result = '';
        let at = start;
        let last = -1;
        for (const part of changedParts(edit)) {
          assert.ok(part.start >= at && part.end >= part.start && part.start > last, 'in order and apart');
          assert.equal(part.removed, removed.slice(part.start - start, part.end - start));
          assert.notEqual(part.removed, part.text);
          assert.ok(
            part.removed === '' || part.text === '' || part.removed[0] !== part.text[0] || isPaired(part),
            'trimmed',
          );
          result += removed.slice(at - start, part.start - start);
          if (wellFormed)
            assert.ok(!splits(removed, part.start - start) && !splits(removed, part.end - start));
          if (wellFormed)
            assert.ok(
              !splits(inserted, result.length) && !splits(inserted, result.length + part.text.length),
            );
          result += part.text;
          at = part.end;
          last = part.end;
        }
        result += removed.slice(at - start);
        assert.equal(result, inserted);
      }),
      { numRuns: 2000 },
    );
  });

  it('are none when nothing changes, and one when only one side has text', () => {
    assert.deepEqual(parts('same', 'same'), []);
    assert.deepEqual(parts('', ''), []);
    assert.deepEqual(parts('', 'new'), ['0:>new']);
    assert.deepEqual(parts('old', ''), ['0:old>']);
  });

  it('take off the prefix before the suffix', () => {
    assert.deepEqual(parts('aa', 'aaa'), ['2:>a']);
    assert.deepEqual(parts('hello world', 'hello brave world'), ['6:>brave ']);
  });

  it('keep what is wrapped or unwrapped', () => {
    assert.deepEqual(parts('work(x)', 'try { work(x) } catch {}'), ['0:>try { ', '7:> } catch {}']);
    assert.deepEqual(parts('if (ready) { work(x) } else {}', 'work(x)'), [
      '0:if (ready) { >',
      '20: } else {}>',
    ]);
  });

  it('are the gaps that differ when only whitespace changes', () => {
    assert.deepEqual(parts('f( a,b )', 'f(a, b)'), ['2: >', '5:> ', '6: >']);
    assert.deepEqual(parts('a\n  b\n  c\n', 'a\n    b\n    c\n'), ['4:>  ', '8:>  ']);
    assert.deepEqual(parts('a\nb\n', 'a\r\nb\r\n'), ['1:>\r', '3:>\r']);
  });

  it('are whole lines where lines were added, even between look-alikes', () => {
    assert.deepEqual(parts('a() {\n  x;\n}\n', 'a() {\n  x;\n}\n\nb() {\n  y;\n}\n'), [
      '13:>\nb() {\n  y;\n}\n',
    ]);
    assert.deepEqual(parts('one();\nlast();\n', 'one();\ntwo();\nthree();\nlast();\n'), [
      '7:>two();\nthree();\n',
    ]);
  });

  it('keep even a lone brace between lines that only came, or only went', () => {
    assert.deepEqual(parts('}\n', 'first();\n}\nsecond();\n'), ['0:>first();\n', '2:>second();\n']);
    assert.deepEqual(parts('first();\n}\nsecond();\n', '}\n'), ['0:first();\n>', '11:second();\n>']);
  });

  it('keep a short line between two changed ones, however little is changed', () => {
    const [before, after] = [
      'const sum = pay(one\nlast);\n}\n',
      'const sum = pay(two\nlast);\n}\nothers(all);\n',
    ];
    assert.deepEqual(parts(before, after), ['16:one>two', '29:>others(all);\n']);
  });

  it('keep what follows a changed word, and the line below, where another line like that one comes', () => {
    const [before, after] = [
      '  go a.it;\n    }\n  }\n    end of',
      '  go other.it;\n    }\n  }\n  }\n    end of',
    ];
    assert.deepEqual(parts(before, after), ['5:a>other', '17:>  }\n']);
  });

  it('set no copy of a text against another one that was laid out as it is now', () => {
    const copy = (indent: string) => `${indent}one = call(a);\n${indent}two = call(b);\n${indent}three();\n`;
    assert.deepEqual(parts(`${copy('')}${copy('  ')}last();\n`, `${copy('  ')}${copy('')}last();;\n`), [
      '0:>  ',
      '15:>  ',
      '30:>  ',
      '39:  >',
      '56:  >',
      '73:  >',
      '91:>;',
    ]);
  });

  it('set no copy of a text against another one that had the signs already that it has now', () => {
    const copy = (sign: string) => `  one = call(a)${sign}\n  two = call(b)${sign}\n`;
    const text = (head: string, first: string, second: string) =>
      `${head}();\nwhat.is(said.once);\n${copy(first)}${copy(second)}last();\n`;
    assert.deepEqual(parts(text('one', '', ';'), text('two', ';', ';;')), [
      '0:one>two',
      '42:>;',
      '58:>;',
      '75:>;',
      '91:>;',
    ]);
  });

  it('know a line that moved past another one of the same words by its signs', () => {
    const [one, other] = ['  call(first, second, third);\n', '  call(first)(second)(third)\n'];
    const text = (head: string, lines: string) => `${head}();\nwhat.is(said.once);\n${lines}last();\n`;
    assert.deepEqual(parts(text('one', one + other), text('two', other + one)), [
      '0:one>two',
      `27:${one}>`,
      `86:>${one}`,
    ]);
  });

  it('do not hold on to words that match by chance', () => {
    assert.deepEqual(parts('the quick brown fox jumps', 'a lazy hen brown eggs lays it'), [
      '0:the quick brown fox jumps>a lazy hen brown eggs lays it',
    ]);
  });

  it('keep a word between white space that changes, though its white space stands elsewhere too', () => {
    const name = 'aNameThatIsLongEnoughToTell';
    assert.deepEqual(parts(`call()\n${name}\n  }\n    end`, `call();\n  ${name}\n    }\nend`), [
      '6:>;',
      '7:>  ',
      '37:>  ',
      '39:    >',
    ]);
  });

  it('keep a word between stretches of white space that change, though a sign came before them', () => {
    assert.deepEqual(parts('done          }              i);       end', 'done;     }       i);  end'), [
      '4:     >;',
      '22:       >',
      '32:     >',
    ]);
  });

  it('are not looked for in much text of few words', () => {
    const few = (seed: number) =>
      Array.from({ length: 30_000 }, (_, i) => '(a)'[(i * i * seed + (i >> 3)) % 3]).join('');
    assert.equal(parts(`x${few(5)}y`, `y${few(7)}z`).length, 1);
  });

  it('find a moved argument and a changed literal in one long line', () => {
    assert.deepEqual(
      parts(
        "const result = compute(firstArgument, 'literal', thirdArgument);",
        'const result = compute(firstArgument, "literal", thirdArgument, more);',
      ),
      [`38:'>"`, `46:'>"`, '62:>, more'],
    );
  });
});

function splits(text: string, offset: number): boolean {
  return /[\ud800-\udbff]/.test(text[offset - 1] ?? '') && /[\udc00-\udfff]/.test(text[offset] ?? '');
}

/** Both sides start with the first half of a surrogate pair, which must not be taken off alone. */
function isPaired({ removed, text }: Edit): boolean {
  return splits(removed, 1) || splits(text, 1);
}
