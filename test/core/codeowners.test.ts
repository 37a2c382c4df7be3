import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ownersOf, owningLines, parseCodeowners } from '../../src/core/codeowners';

/** The example of GitHub's documentation, in its order. */
const GITHUB = `# This is a comment.
*       @global-owner1 @global-owner2
*.js    @js-owner #This is an inline comment.
*.go docs@example.com
*.txt @octo-org/octocats
/build/logs/ @doctocat
docs/* docs@example.com
apps/ @octocat
/docs/ @doctocat
/scripts/ @doctocat @octocat
**/logs @octocat
/apps/ @octocat
/apps/github
`;

const owners = (text: string, path: string): string => ownersOf(parseCodeowners(text), path).join(' ');

describe('CODEOWNERS', () => {
  const documented: [path: string, owners: string][] = [
    ['a.c', '@global-owner1 @global-owner2'],
    ['x/y/a.c', '@global-owner1 @global-owner2'],
    ['a.js', '@js-owner'],
    ['x/y/a.js', '@js-owner'],
    ['x/a.go', 'docs@example.com'],
    ['x/a.txt', '@octo-org/octocats'],
    ['build/logs/a.c', '@octocat'],
    ['build/logs/x/a.c', '@octocat'],
    ['x/docs/a.c', '@global-owner1 @global-owner2'],
    ['docs/a.c', '@doctocat'],
    ['docs/x/a.c', '@doctocat'],
    ['x/apps/a.js', '@octocat'],
    ['scripts/a.js', '@doctocat @octocat'],
    ['x/scripts/a.js', '@js-owner'],
    ['x/logs', '@octocat'],
    ['deeply/nested/logs/a.js', '@octocat'],
    ['apps/a.js', '@octocat'],
    ['apps/github', ''],
    ['apps/github/a.js', ''],
    ['apps/githubs', '@octocat'],
  ];
  for (const [path, expected] of documented) {
    it(`gives ${path} to ${expected || 'nobody'}, as GitHub documents it`, () => {
      assert.equal(owners(GITHUB, path), expected);
    });
  }

  const patterns: [pattern: string, path: string, holds: boolean][] = [
    ['docs/*', 'docs/a.md', true],
    ['docs/*', 'docs/build/a.md', false],
    ['docs/*', 'x/docs/a.md', false],
    ['/*', 'a.md', true],
    ['/*', 'x/a.md', false],
    ['/build/logs/', 'build/logs/a', true],
    ['/build/logs/', 'build/logs', false],
    ['/build/logs/', 'x/build/logs/a', false],
    ['build/logs', 'build/logs/a', true],
    ['build/logs', 'x/build/logs', false],
    ['apps/', 'x/y/apps/z/a', true],
    ['apps/', 'apps', false],
    ['docs/**', 'docs/x/y', true],
    ['docs/**', 'docs', false],
    ['a/**/b', 'a/b', true],
    ['a/**/b', 'a/x/y/b/z', true],
    ['**', 'a/b', true],
    ['**/*.md', 'a.md', true],
    ['*.md', 'x/a.md', true],
    ['/*.md', 'x/a.md', false],
    ['a?c', 'abc', true],
    ['a?c', 'a/c', false],
    ['a**c', 'abbc', true],
    ['a**c', 'a/c', false],
    ['Docs/', 'docs/a', false],
    ['with\\ space/', 'with space/a', true],
    ['{a,b}', 'a', false],
    ['{a,b}', '{a,b}', true],
    ['\\*.md', 'a.md', false],
    ['\\*.md', '*.md', true],
    ['(a)+b.', '(a)+b.', true],
    ['.github', '.github/workflows/ci.yml', true],
    ['übung/', 'u\u0308bung/a', true],
  ];
  for (const [pattern, path, holds] of patterns) {
    it(`${pattern} ${holds ? 'holds' : 'does not hold'} for ${path}`, () => {
      assert.equal(owners(`${pattern} @a`, path), holds ? '@a' : '');
    });
  }

  it('passes over lines that GitHub would not read, and says which', () => {
    const { lines, problems } = parseCodeowners(
      [
        '* @a',
        '!x @b',
        '[ab].js @b',
        '\\#x @b',
        'x b',
        'a//b @b',
        '/ @b',
        '\\[x] @c',
        `${'x'.repeat(1001)} @b`,
      ].join('\r\n'),
    );
    assert.deepEqual(
      lines.map(({ line, pattern }) => `${line} ${pattern}`),
      ['1 *', '8 \\[x]'],
    );
    assert.deepEqual(
      problems.map((problem) => /^Line (\d+) of CODEOWNERS was passed over: it .+\.$/.exec(problem)?.[1]),
      ['2', '3', '4', '5', '6', '7', '9'],
    );
  });

  it('has e-mail addresses, teams and comments', () => {
    const text = '\ufeff  *.a\t@x  y@example.com\t@org/team # and @nobody\n#*.a @z\n*.b @x#y\n';
    assert.equal(owners(text, 'q.a'), '@x y@example.com @org/team');
    assert.equal(owners(text, 'q.b'), '@x#y');
  });

  it('lets each section of GitLab have its say', () => {
    const text = `* @all
[Database][2] @dba
*.sql
/db/ @carol
^[Docs] @writers @all
*.md
[DATABASE] @other
/late.sql
`;
    assert.equal(owners(text, 'a.ts'), '@all');
    assert.equal(owners(text, 'a.sql'), '@all @dba');
    assert.equal(owners(text, 'db/a.sql'), '@all @carol');
    assert.equal(owners(text, 'late.sql'), '@all @other');
    assert.equal(owners(text, 'a.md'), '@all @writers');
    assert.deepEqual(
      owningLines(parseCodeowners(text), 'db/a.sql').map(({ line }) => line),
      [1, 4],
    );
  });

  it('does not read what is too large, rather than a part of it', () => {
    for (const text of [
      `* @a\n${'#'.repeat(4_000_000)}`,
      `* @a\n${`${'*a'.repeat(400)} @b\n`.repeat(1000)}`,
    ]) {
      const { lines, problems } = parseCodeowners(text);
      assert.deepEqual(lines, []);
      assert.match(problems[0]!, /too large/);
    }
  });

  it('matches hostile patterns in bounded time', () => {
    const codeowners = parseCodeowners(`${'**/a**a**a**a**a**a**b'.repeat(8)} @a\n`.repeat(2500));
    assert.equal(codeowners.lines.length, 2500);
    const before = process.cpuUsage();
    assert.deepEqual(ownersOf(codeowners, `${'a'.repeat(200)}/`.repeat(10)), []);
    assert.ok(process.cpuUsage(before).user < 5_000_000, 'it takes more than five seconds');
  });

  it('answers for any text and path without throwing', () => {
    const word = fc.constantFrom(
      '*',
      '**',
      '/',
      '\\',
      '[',
      ']',
      '!',
      '#',
      '@a',
      ' ',
      '\n',
      '^[x]',
      '[2]',
      'a@b',
      'é',
    );
    const text = fc.oneof(
      fc.array(word).map((words) => words.join('')),
      fc.string(),
    );
    fc.assert(
      fc.property(text, fc.string(), (one, path) => {
        const codeowners = parseCodeowners(one);
        for (const owner of ownersOf(codeowners, path)) assert.match(owner, /^\S*@\S+$/);
      }),
      { numRuns: 2000 },
    );
  });

  it('has the last line win, whatever stands before it', () => {
    const line = fc.constantFrom('* @a', '*.ts @b', 'src/ @c', '/src/x.ts', '# @d', '!x @e');
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        assert.equal(owners([...lines, 'src/x.ts @last'].join('\n'), 'src/x.ts'), '@last');
      }),
    );
  });
});
