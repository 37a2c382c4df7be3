import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import picomatch from 'picomatch/posix';
import { matchesGlob, pathNames } from '../../src/core/globMatch';
import { compileGlob, type Glob, MAX_PATTERN_LENGTH } from '../../src/core/globs';

function glob(pattern: string): Glob {
  const compiled = compileGlob(pattern);
  assert.ok(!('problem' in compiled), `${pattern}: ${'problem' in compiled ? compiled.problem : ''}`);
  return compiled;
}

const matches = (pattern: string, path: string): boolean => matchesGlob(glob(pattern), pathNames(path));

function problem(pattern: string): string {
  const compiled = compileGlob(pattern);
  assert.ok('problem' in compiled, `${pattern} should be refused`);
  return compiled.problem;
}

describe('path patterns', () => {
  const table: [pattern: string, path: string, holds: boolean][] = [
    ['services/checkout/pay.ts', 'services/checkout/pay.ts', true],
    ['services/checkout/pay.ts', 'services/checkout/pay.tsx', false],
    ['services/**', 'services/checkout/pay.ts', true],
    ['services/**', 'services', false],
    ['services/**', 'old/services/pay.ts', false],
    ['services/*', 'services/checkout/pay.ts', false],
    ['**/*.tf', 'main.tf', true],
    ['**/*.tf', 'infra/eu/main.tf', true],
    ['*.tf', 'infra/main.tf', false],
    ['**', '.github/workflows/ci.yml', true],
    ['.github/**', '.github/workflows/ci.yml', true],
    ['services/{checkout,login}/**', 'services/login/a.ts', true],
    ['services/{checkout,login}/**', 'services/search/a.ts', false],
    ['{services/{a,b},infra}/*.ts', 'services/b/x.ts', true],
    ['{services/{a,b},infra}/*.ts', 'infra/x.ts', true],
    ['a/**/b/**/c.ts', 'a/b/c.ts', true],
    ['a/**/b/**/c.ts', 'a/x/b/y/z/c.ts', true],
    ['a/**/b/**/c.ts', 'a/x/c.ts', false],
    ['a/**/**/b', 'a/b', true],
    ['v[0-9]/*', 'v2/x', true],
    ['v[!0-9]/*', 'v2/x', false],
    ['file?.ts', 'file1.ts', true],
    ['file?.ts', 'file10.ts', false],
    ['file?.ts', 'file😀.ts', true],
    ['app/(auth)/page.tsx', 'app/(auth)/page.tsx', true],
    ['a+b$c^d|e/*', 'a+b$c^d|e/x', true],
    ['a.ts', 'abts', false],
    ['a\\*b', 'a*b', true],
    ['a\\*b', 'axb', false],
    ['\\!important', '!important', true],
    ['Services/**', 'services/a.ts', false],
    ['übung/*.ts', 'u\u0308bung/a.ts', true],
    ['u\u0308bung/*.ts', 'übung/a.ts', true],
    ['with space/*.ts', 'with space/a.ts', true],
  ];
  for (const [pattern, path, holds] of table) {
    it(`${pattern} ${holds ? 'holds' : 'does not hold'} for ${path}`, () => {
      assert.equal(matches(pattern, path), holds);
    });
  }

  const refused: [pattern: string, says: RegExp][] = [
    ['', /is empty/],
    ['!', /is empty/],
    ['/src/**', /starts with "\/"/],
    ['src/', /ends with "\/".*"\/\*\*"/],
    ['src//a', /"\/\/"/],
    ['./src/**', /"\." folder/],
    ['../src/**', /"\.\." folder/],
    ['src\\pay.ts', /separated by "\/"/],
    ['src\\', /separated by "\/"/],
    ['src/**.ts', /"\*\*" stands alone/],
    ['src/***', /"\*\*" stands alone/],
    ['@(a|b)/**', /"@\(…\)".*\{a,b\}/],
    ['!(a)', /"!\(…\)"/],
    ['src/+(a)', /not supported/],
    ['{a,b', /"\{" without/],
    ['a}', /"\}" without/],
    ['{a}', /one alternative/],
    ['{a,/b}', /starts with "\/"/],
    ['[ab', /"\[" without/],
    ['[]', /empty \[ \]/],
    ['[z-a]', /ends before it starts/],
    ['[a/b]', /inside \[ \]/],
    ['[[:alpha:]]', /inside \[ \]/],
    ['a\nb', /control character/],
    ['a'.repeat(MAX_PATTERN_LENGTH + 1), /longer than/],
    ['{a,b}'.repeat(40), /too many paths/],
    [`${'{,}'.repeat(40)}a`, /too many paths/],
    [`${'{'.repeat(20)}a,b${'}'.repeat(20)}`, /nests braces/],
  ];
  for (const [pattern, says] of refused) {
    it(`refuses ${JSON.stringify(pattern.slice(0, 24))}`, () => assert.match(problem(pattern), says));
  }

  it('hold as the documentation says', () => {
    const documentation = readFileSync(new URL('../../docs/policy.md', import.meta.url), 'utf8');
    const rows = documentation
      .split('| pattern | holds for | does not hold for |\n')[1]!
      .split('\n\n')[0]!
      .split('\n')
      .slice(1);
    assert.ok(rows.length >= 4);
    for (const row of rows) {
      const [pattern, holds, not] = row
        .split(' | ')
        .map((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code!));
      for (const path of holds!) assert.ok(matches(pattern![0]!, path), `${pattern} ${path}`);
      for (const path of not!) assert.ok(!matches(pattern![0]!, path), `${pattern} ${path}`);
    }
  });

  it('agrees with picomatch where both know the language', () => {
    const name = fc.array(fc.constantFrom('a', 'b', '.', '-', '+', '(', ')', '$', '^', '|'), {
      minLength: 1,
      maxLength: 4,
    });
    const path = fc
      .array(
        name.map((characters) => characters.join('')),
        { minLength: 1, maxLength: 4 },
      )
      .filter((names) => names.every((one) => one !== '.' && one !== '..'))
      .map((names) => names.join('/'));
    const part = fc.constantFrom(
      'a',
      'b',
      '.',
      '-',
      '\\+',
      '\\(',
      '\\)',
      '*',
      '?',
      '[ab]',
      '[!a]',
      '{a,b.}',
      '{a,{b,.a}}',
    );
    const segment = fc.oneof(
      { weight: 4, arbitrary: fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('')) },
      { weight: 1, arbitrary: fc.constant('**') },
    );
    const pattern = fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => segments.join('/'));
    const options = { dot: true, noextglob: true, nonegate: true, posix: true };
    let held = 0;
    fc.assert(
      fc.property(pattern, path, (one, other) => {
        const compiled = compileGlob(one);
        fc.pre(!('problem' in compiled));
        // The one thing meant otherwise: what is inside a folder is not the folder.
        fc.pre(!one.endsWith('/**') || !picomatch(one.slice(0, -3), options)(other));
        const expected = picomatch(one, options)(other);
        if (expected) held++;
        assert.equal(matchesGlob(compiled, pathNames(other)), expected);
      }),
      { numRuns: 5000 },
    );
    assert.ok(held > 200, `only ${held} of the comparisons were matches`);
  });

  it('never throws and never lets a pattern become another program', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 60 }),
        fc.string({ maxLength: 60 }),
        (pattern, path) => {
          const compiled = compileGlob(pattern);
          if ('problem' in compiled) assert.equal(typeof compiled.problem, 'string');
          else assert.equal(typeof matchesGlob(compiled, pathNames(path)), 'boolean');
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('takes time in proportion to pattern x path, however hostile they are', () => {
    /** Milliseconds, the best of five; of more where they are over the limit: the machine may be busy. */
    const time = (
      [pattern, path]: [pattern: string, path: string],
      limit = Number.POSITIVE_INFINITY,
    ): number => {
      const compiled = glob(pattern);
      let best = Number.POSITIVE_INFINITY;
      for (let round = 0; round < 5 || (best >= limit && round < 50); round++) {
        const start = performance.now();
        assert.equal(matchesGlob(compiled, pathNames(path)), false);
        best = Math.min(best, performance.now() - start);
      }
      return best;
    };
    // Each of these takes a backtracking matcher more than the age of the universe at this size.
    const cases: ((size: number) => [pattern: string, path: string])[] = [
      (size) => [`${'*a'.repeat(30)}b`, 'a'.repeat(size)],
      (size) => [`${'**/a/'.repeat(30)}b`, 'a/'.repeat(size).slice(0, -1)],
      (size) => [`${'**/*a*/'.repeat(30)}b`, `${'aa/'.repeat(size)}c`],
      (size) => [`${'{a,aa}'.repeat(7)}b/**`, 'a'.repeat(size)],
    ];
    for (const make of cases) {
      const small = time(make(2000));
      const limit = Math.max(small, 0.2) * 16;
      const large = time(make(8000), limit);
      assert.ok(large < limit, `4 times the path took ${(large / small).toFixed(1)} times as long`);
    }
  });
});
