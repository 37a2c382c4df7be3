import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { contributionPath, POLICY_PATH, SIGNERS_PATH, sidecarPath } from '../../src/core/layout';
import { prepareStaged } from '../../src/engine/commit';
import { checkRange, type RangeResult } from '../../src/engine/range';
import { markReviewed, writeStatement } from '../../src/engine/review';
import { openRepository } from '../../src/repo/git';
import { AI, marked, save, setUp } from '../support/marking';
import { freshRepository, opened } from '../support/suites';

const NOW = new Date('2026-06-01T12:00:00Z');
const HUMAN = 'export const version = 1;\n\nexport function first() {\n  return version;\n}\n';
const TOTAL =
  '«export function total(basket) {\n  let sum = 0;\n  for (const item of basket.items) sum += item.price * item.count;\n  return sum;\n}\n»';
const TAX = '«export function tax(total, country) {\n  return total * rates[country].percentage;\n}\n»';
const FILE = 'core/pay.ts';

const policy = (rule: object = {}) =>
  JSON.stringify({ version: 1, rules: [{ name: 'the core', paths: ['core/**'], ...rule }] });

describe('checkRange', () => {
  const repository = freshRepository();
  const repo = opened(repository);
  beforeEach(() => {
    setUp(repository);
    repository.write(POLICY_PATH, policy());
    save(repository, FILE, HUMAN);
    repository.commitAll('The base');
    repository.git('checkout', '-q', '-b', 'work');
  });

  /** A commit as the hook makes it. */
  const commit = async (written: Record<string, string>) => {
    for (const [path, text] of Object.entries(written)) save(repository, path, text);
    repository.git('add', '-A');
    await prepareStaged(repo);
    repository.git('commit', '-q', '-m', 'A step');
  };
  const range = (written = 'main..work') => checkRange(repo, written, NOW);
  const kinds = ({ findings }: RangeResult) => findings.map(({ kind }) => kind);
  const review = async (written: string) => {
    await markReviewed(repo, [{ path: FILE, ...marked(written) }], {
      who: 'Eve <eve@example.com>',
      time: NOW,
    });
  };

  it('finds unreviewed AI code at its place', async () => {
    await commit({ [FILE]: HUMAN + TOTAL, 'other.ts': TAX });
    const result = await range();
    assert.deepEqual(
      result.findings.map(({ kind, path, startLine, endLine, rule }) => ({
        kind,
        path,
        startLine,
        endLine,
        rule,
      })),
      [{ kind: 'unreviewed', path: FILE, startLine: 5, endLine: 10, rule: 'the core' }],
    );
    assert.equal(result.commits, 1);
    assert.deepEqual(result.summary, {
      ...{ files: 2, findings: 1, blocking: 1, warnings: 0, requested: 0, overridden: 0, inherited: 0 },
    });
    assert.deepEqual(result.problems, []);
  });

  for (const written of ['main..work', 'main...work', 'main', 'main..', 'main..HEAD']) {
    it(`reads ${written}`, async () => {
      await commit({ [FILE]: HUMAN + TOTAL });
      assert.deepEqual(kinds(await range(written)), ['unreviewed']);
    });
  }

  it('finds nothing once it has been reviewed, in the branch or squashed', async () => {
    await commit({ [FILE]: HUMAN + TOTAL });
    await review(HUMAN + TOTAL);
    await commit({});
    assert.deepEqual(kinds(await range()), []);
    repository.git('checkout', '-q', 'main');
    repository.git('merge', '-q', '--squash', 'work');
    repository.git('commit', '-q', '--no-verify', '-m', 'Squashed');
    assert.deepEqual(kinds(await range('main~1..main')), []);
  });

  it('leaves what the base has already out, and counts it', async () => {
    repository.git('checkout', '-q', 'main');
    await commit({ [FILE]: HUMAN + TOTAL });
    repository.git('checkout', '-q', '-B', 'work');
    await commit({ [FILE]: `// Prices.\n${HUMAN}${TOTAL}${TAX}` });
    const result = await range();
    assert.deepEqual(
      result.findings.map(({ kind, startLine, endLine }) => [kind, startLine, endLine]),
      [['unreviewed', 11, 14]],
    );
    assert.equal(result.summary.inherited, 1);
  });

  it('takes a changed AI line of the base for one of the range', async () => {
    repository.git('checkout', '-q', 'main');
    await commit({ [FILE]: HUMAN + TOTAL });
    repository.git('checkout', '-q', '-B', 'work');
    await commit({ [FILE]: (HUMAN + TOTAL).replace('item.price * item.count', 'item.price') });
    const { findings } = await range();
    assert.deepEqual(
      findings.map(({ kind, startLine, endLine }) => [kind, startLine, endLine]),
      [['unreviewed', 7, 8]],
    );
  });

  it('asks nothing without a policy in the base, and says so', async () => {
    repository.git('checkout', '-q', 'main');
    repository.git('rm', '-q', POLICY_PATH);
    repository.git('commit', '-q', '--no-verify', '-m', 'No policy');
    repository.git('checkout', '-q', '-B', 'work');
    repository.write(POLICY_PATH, policy());
    await commit({ [FILE]: HUMAN + TOTAL });
    const result = await range();
    assert.deepEqual(result.findings, []);
    assert.match(result.notices[0]!, /^The base branch has no policy/);
  });

  it('goes by the policy of the base', async () => {
    repository.write(POLICY_PATH, JSON.stringify({ version: 1, rules: [] }));
    await commit({ [FILE]: HUMAN + TOTAL });
    const result = await range();
    assert.deepEqual(kinds(result), ['policy-changed', 'unreviewed']);
    assert.match(result.findings[0]!.message, /the rule "the core" is removed/);
    assert.equal(result.findings[0]!.enforcement, 'warn', 'nobody can sign by this policy');
  });

  it('refuses a policy with mistakes', async () => {
    repository.git('checkout', '-q', 'main');
    repository.write(POLICY_PATH, '{ "version": 1, "rule": [] }');
    repository.commitAll();
    repository.git('checkout', '-q', '-B', 'work');
    await commit({ [FILE]: HUMAN + TOTAL });
    assert.equal((await range()).policyProblems.length > 0, true);
  });

  it('works in a bare repository and a linked worktree', async () => {
    await commit({ [FILE]: HUMAN + TOTAL });
    const bare = repository.path('..', 'bare.git');
    repository.git('clone', '-q', '--bare', '.', bare);
    await assert.rejects(openRepository(bare), /bare/);
    assert.deepEqual(kinds(await checkRange(await openRepository(bare, { bare: true }), 'main..work', NOW)), [
      'unreviewed',
    ]);
    const tree = repository.path('..', 'tree');
    repository.git('worktree', 'add', '-q', '--detach', tree, 'work');
    assert.deepEqual(kinds(await checkRange(await openRepository(tree), 'main..HEAD', NOW)), ['unreviewed']);
  });

  describe('that cannot be read', () => {
    const says = (written: string, pattern: RegExp) => assert.rejects(range(written), pattern);
    it('names what is no commit', () => says('nowhere..work', /nowhere is no commit.*fetch-depth: 0/));
    it('takes no options', () => says('--all', /is no revision/));
    it('explains the zero commit of a new branch', () =>
      says(`${'0'.repeat(40)}..work`, /new branch.*origin\/main\.\.HEAD/));
    it('says that there is nothing in common', async () => {
      repository.git('checkout', '-q', '--orphan', 'alone');
      repository.git('commit', '-q', '--no-verify', '-m', 'Alone');
      await says('main..alone', /no commit in common/);
    });
    it('asks for the whole history in a shallow clone', async () => {
      await commit({ [FILE]: HUMAN + TOTAL });
      await commit({ [FILE]: HUMAN + TOTAL + TAX });
      const shallow = repository.path('..', 'shallow');
      repository.git('clone', '-q', '--depth=1', '-b', 'work', `file://${repository.root}`, shallow);
      const clone = await openRepository(shallow);
      await assert.rejects(checkRange(clone, 'origin/main..HEAD', NOW), /shallow clone.*fetch-depth: 0/);
      repository.git('-C', shallow, 'fetch', '-q', '--depth=1', 'origin', 'main:refs/remotes/origin/main');
      await assert.rejects(checkRange(clone, 'origin/main..HEAD', NOW), /shallow clone.*fetch-depth: 0/);
    });
  });

  it('refuses a partial clone that lacks files, and takes one that has them', async () => {
    await commit({ [FILE]: HUMAN + TOTAL });
    repository.git('config', 'uploadpack.allowFilter', 'true');
    const partial = repository.path('..', 'partial');
    repository.git(
      'clone',
      '-q',
      '--no-checkout',
      '--filter=blob:none',
      `file://${repository.root}`,
      partial,
    );
    repository.git('-C', partial, 'fetch', '-q', 'origin', 'main', 'work');
    const clone = await openRepository(partial);
    await assert.rejects(
      checkRange(clone, 'origin/main..origin/work', NOW),
      /partial clone lacks files.*--refetch/,
    );
    for (const branch of ['main', 'work'])
      repository.git('-C', partial, 'checkout', '-q', `origin/${branch}`);
    assert.deepEqual(kinds(await checkRange(clone, 'origin/main..origin/work', NOW)), ['unreviewed']);
  });

  it('says the same after a rebase, and after a squash onto a base that has gone on', async () => {
    await commit({ [FILE]: `${HUMAN}${TOTAL}` });
    await review(HUMAN + TOTAL);
    await commit({ 'other.ts': HUMAN });
    repository.git('checkout', '-q', 'main');
    await commit({ [FILE]: `// main went on\n${HUMAN}`, 'third.ts': TAX });
    repository.git('checkout', '-q', '-b', 'squashed');
    repository.git('merge', '-q', '--squash', 'work');
    repository.git('commit', '-q', '--no-verify', '-m', 'Squashed');
    assert.deepEqual(kinds(await range('main..squashed')), []);
    repository.git('checkout', '-q', 'work');
    assert.deepEqual(kinds(await range()), []);
    repository.git('rebase', '-q', 'main');
    const result = await range();
    assert.deepEqual([kinds(result), result.commits], [[], 2]);
    // The base had no sidecar of the file, so that git could not merge what it put at the top into one.
    assert.match(result.problems.join(), /^core\/pay\.ts: .* its marks were placed by its line hashes\.$/);
    await commit({ [FILE]: `// main went on\n${HUMAN}${TOTAL}// and on\n` });
    assert.deepEqual([kinds(await range()), (await range()).problems], [[], []]);
    save(repository, FILE, `// main went on\n${HUMAN}${TOTAL.replace(/[«»]/g, '')}// and on\n`);
    repository.commitAll('By hand');
    assert.deepEqual(kinds(await range()), ['sidecar-removed']);
  });

  describe('continuity', () => {
    const both = HUMAN + TOTAL + TAX;
    beforeEach(async () => {
      repository.git('checkout', '-q', 'main');
      await commit({ [FILE]: both, 'docs/read.md': TAX });
      await review(both);
      await commit({});
      repository.git('checkout', '-q', '-B', 'work');
    });
    /** A commit without the hook. */
    const force = () => repository.commitAll('By hand');
    const sidecar = sidecarPath(FILE);
    const editSidecar = (change: (text: string) => string) => {
      const before = repository.read(sidecar);
      const after = change(before);
      assert.notEqual(after, before);
      repository.write(sidecar, after);
    };

    it('is kept by ordinary work', async () => {
      await commit({ [FILE]: `${HUMAN}// More.\n${TOTAL}${TAX}` });
      await commit({ [FILE]: `${HUMAN}// More.\n${TAX}` });
      assert.deepEqual(kinds(await range()), []);
    });

    it('finds marks that were removed', async () => {
      save(repository, FILE, HUMAN + TOTAL.replace(/[«»]/g, '') + TAX);
      force();
      const { findings } = await range();
      assert.deepEqual(
        findings.map(({ kind, startLine, endLine, enforcement }) => [kind, startLine, endLine, enforcement]),
        [['marks-removed', 5, 10, 'block']],
      );
      assert.match(findings[0]!.message, /^the marks of lines 6-10 were removed in [0-9a-f]{10}, although/);
      assert.match(
        findings[0]!.remedy,
        /git checkout [0-9a-f]{10}~1 -- .*taggant unmark core\/pay\.ts:6-10 --why/,
      );
    });

    it('finds marks that were removed while the lines were changed a little', async () => {
      const changed = TOTAL.replace(/[«»]/g, '').replace('let sum', 'var sum').replaceAll(';\n', '; //\n');
      save(repository, FILE, HUMAN + changed + TAX);
      force();
      assert.deepEqual(kinds(await range()), ['marks-removed']);
    });

    it('finds a sidecar that was removed, and only warns outside of critical paths', async () => {
      rmSync(repository.path(sidecar));
      rmSync(repository.path(sidecarPath('docs/read.md')));
      force();
      const { findings } = await range();
      assert.deepEqual(
        findings.map(({ kind, path, enforcement }) => [kind, path, enforcement]),
        [
          ['sidecar-removed', FILE, 'block'],
          ['sidecar-removed', 'docs/read.md', 'warn'],
        ],
      );
    });

    it('finds a sidecar that was edited by hand', async () => {
      editSidecar((text) =>
        text
          .split('\n')
          .map((line, i) => (i > 4 && i < 9 ? 'AA' : line))
          .join('\n'),
      );
      force();
      const { findings } = await range();
      assert.deepEqual(kinds(await range()), ['sidecar-edited']);
      assert.match(findings[0]!.message, /does not fit its text/);
    });

    it('finds code that was given to somebody else', async () => {
      const other = 'zzzzzz';
      editSidecar((text) => text.replaceAll(AI, other));
      force();
      const result = await range();
      assert.ok(kinds(result).includes('sidecar-edited'));
      assert.match(result.findings.find(({ kind }) => kind === 'sidecar-edited')!.message, /instead of/);
    });

    it('forgives what a later commit puts back', async () => {
      const before = repository.read(sidecar);
      rmSync(repository.path(sidecar));
      force();
      repository.write(`docs/more.md`, 'x\n');
      force();
      repository.write(sidecar, before);
      force();
      assert.deepEqual(kinds(await range()), []);
    });

    it('accepts a declaration with a reason, also when the text is edited afterwards and squashed', async () => {
      const time = NOW;
      const { text, marks } = marked(both);
      const start = text.indexOf('export function total');
      const ranges = [{ start, end: text.indexOf('export function tax') }];
      await writeStatement(repo, 'declare', [{ path: FILE, text, marks, ranges }], {
        ...{ who: 'Ada <ada@example.com>', time, why: 'Written by me.' },
      });
      await commit({ [FILE]: HUMAN + TOTAL.replace(/[«»]/g, '') + TAX });
      assert.deepEqual(kinds(await range()), []);
      await commit({ [FILE]: HUMAN + TOTAL.replace(/[«»]/g, '').replace('let sum', 'let amount') + TAX });
      assert.deepEqual(kinds(await range()), []);
      repository.git('checkout', '-q', 'main');
      repository.git('merge', '-q', '--squash', 'work');
      repository.git('commit', '-q', '--no-verify', '-m', 'Squashed');
      assert.deepEqual(kinds(await range('main~1..main')), []);
    });

    it('accepts no declaration where the rule allows none', async () => {
      repository.git('checkout', '-q', 'main');
      repository.write(POLICY_PATH, policy({ unmark: 'never' }));
      repository.commitAll();
      repository.git('checkout', '-q', '-B', 'work');
      await writeStatement(repo, 'declare', [{ path: FILE, ...marked(both) }], {
        ...{ who: 'Ada <ada@example.com>', time: NOW, why: 'Written by me.' },
      });
      await commit({ [FILE]: both.replace(/[«»]/g, '') });
      assert.deepEqual(kinds(await range()), ['sidecar-removed']);
    });

    it('keeps quiet at a revert, a formatter and a rename', async () => {
      await commit({ [FILE]: HUMAN + TOTAL.replace('let sum', 'let amount') + TAX });
      repository.git('revert', '--no-edit', 'HEAD');
      assert.deepEqual(kinds(await range()), []);
      await commit({ [FILE]: both.replaceAll('\n  ', '\n\t\t') });
      assert.deepEqual(kinds(await range()), []);
      repository.git('mv', FILE, 'core/renamed.ts');
      repository.git('mv', sidecar, sidecarPath('core/renamed.ts'));
      repository.git('commit', '-q', '--no-verify', '-m', 'Renamed');
      assert.deepEqual(kinds(await range()), []);
      repository.git('revert', '--no-edit', 'HEAD');
      assert.deepEqual(kinds(await range()), []);
    });

    it('keeps quiet when all that came is reverted, records too', async () => {
      await commit({ 'core/new.ts': TAX });
      await markReviewed(repo, [{ path: 'core/new.ts', ...marked(TAX) }], {
        who: 'E <e@example.com>',
        time: NOW,
      });
      await commit({});
      repository.git('revert', '--no-edit', 'HEAD', 'HEAD~1');
      assert.deepEqual(kinds(await range()), []);
    });

    it('follows somebody without Taggant by a diff, and says so', async () => {
      repository.write(FILE, `${marked(both).text.replace('version = 1', 'version = 2')}// end\n`);
      repository.commitAll();
      const result = await range();
      assert.deepEqual(kinds(result), []);
      assert.match(
        result.problems[0]!,
        /core\/pay\.ts: its sidecar does not fit its text; its marks were carried over/,
      );
      repository.write(FILE, `// top\n${repository.read(FILE)}`);
      await commit({});
      const after = await range();
      assert.deepEqual(kinds(after), []);
      assert.deepEqual(after.problems, [], 'the hook has written it anew');
    });

    it('keeps quiet after many changes without Taggant, which the hook then takes in', async () => {
      const lines = Array.from(
        { length: 40 },
        (_, i) => `  const value${i} = computeSomething(${i}, options.value${i});\n`,
      );
      await commit({ 'core/long.ts': `«${lines.join('')}»` });
      const changed = lines.map((line, i) => (i % 2 ? line : line.replace('const', 'var')));
      repository.write('core/long.ts', changed.join(''));
      force();
      repository.write('core/long.ts', `// top\n${changed.join('')}`);
      repository.git('add', '-A');
      const told = (await prepareStaged(repo)).problems;
      assert.match(
        told.join(),
        /^core\/long\.ts was changed without Taggant: 100 marked characters of [\w ]*commit/,
      );
      repository.git('commit', '-q', '--no-verify', '-m', 'With the hook');
      const { findings, problems } = await range();
      assert.deepEqual(problems, []);
      assert.deepEqual([...new Set(findings.map(({ kind }) => kind))], ['unreviewed']);
    });

    it('finds a marked file that was made binary', async () => {
      repository.write(FILE, `${repository.read(FILE)}//\0\n`);
      force();
      const { findings } = await range();
      assert.deepEqual(
        findings.map(({ kind, path, enforcement }) => [kind, path, enforcement]),
        [['marks-removed', FILE, 'block']],
      );
      repository.git('rm', '-q', FILE);
      force();
      assert.deepEqual(kinds(await range()), [], 'and none that is gone');
    });

    it('finds a mark of removed lines that went, where a rule asks for it', async () => {
      repository.git('checkout', '-q', 'main');
      repository.write(POLICY_PATH, policy({ deletions: 'warn' }));
      editSidecar((text) =>
        text
          .split('\n')
          .map((line, i) => (i === 3 ? `${line} ^${AI}` : line))
          .join('\n'),
      );
      repository.commitAll();
      repository.git('checkout', '-q', '-B', 'work');
      await commit({ 'core/other.ts': HUMAN });
      assert.deepEqual(kinds(await range()), []);
      editSidecar((text) => text.replace(` ^${AI}`, ''));
      force();
      const { findings } = await range();
      assert.deepEqual(
        findings.map(({ kind, startLine, endLine }) => [kind, startLine, endLine]),
        [['marks-removed', 3, 4]],
      );
      assert.match(
        findings[0]!.message,
        /^the mark of lines that AI removed above line 4 was itself removed/,
      );
    });

    it('follows merges of both sides', async () => {
      await commit({ [FILE]: `// work\n${both}` });
      repository.git('checkout', '-q', 'main');
      await commit({ [FILE]: `${both}«export const later = compute(everything, at, last);\n»` });
      repository.git('checkout', '-q', 'work');
      repository.git('merge', '-q', '--no-edit', 'main');
      assert.deepEqual(kinds(await range()), []);
      assert.deepEqual(kinds(await range('main~1..work')), ['unreviewed']);
    });

    it('finds what a merge takes away that both sides had', async () => {
      await commit({ 'a.txt': 'a\n' });
      repository.git('checkout', '-q', 'main');
      await commit({ 'b.txt': 'b\n' });
      repository.git('checkout', '-q', 'work');
      repository.git('merge', '-q', '--no-commit', '--no-ff', 'main');
      rmSync(repository.path(sidecar));
      repository.commitAll('An evil merge');
      assert.deepEqual(kinds(await range()), ['sidecar-removed']);
    });

    it('finds statements that were changed or removed', async () => {
      const [statement] = repository.git('ls-files', '.taggant/statements').split('\n');
      const json = repository.read(statement!);
      repository.write(statement!, json.replace('Eve', 'Bob'));
      force();
      const { findings } = await range();
      assert.deepEqual(
        findings.map(({ kind, path, enforcement }) => [kind, path, enforcement]),
        [['record-altered', statement, 'block']],
      );
      assert.match(findings[0]!.message, /the review by Eve <eve@example.com> of 2026-06-01 was changed/);
      repository.git('rm', '-q', statement!);
      force();
      assert.match(
        (await range()).findings.find(({ kind }) => kind === 'record-altered')!.message,
        /was removed/,
      );
    });

    it('finds a contribution that was removed although it is named', async () => {
      repository.git('rm', '-q', contributionPath(AI));
      force();
      const found = (await range()).findings.filter(({ kind }) => kind === 'record-altered');
      assert.match(found[0]!.message, /was removed, although sidecars still name it/);
    });
  });

  describe('the guardrails', () => {
    const signing = {
      version: 1,
      roles: { senior: ['alice@example.com'] },
      rules: [{ name: 'the core', paths: ['core/**'], signOff: { role: 'senior' } }],
    };
    beforeEach(() => {
      repository.git('checkout', '-q', 'main');
      repository.write(POLICY_PATH, JSON.stringify(signing));
      repository.commitAll();
      repository.git('checkout', '-q', '-B', 'work');
    });

    it('are those of the base: a looser policy is found and blocks', async () => {
      const looser = {
        ...signing,
        rules: [{ ...signing.rules[0], enforcement: 'warn', paths: ['core/a/**'] }],
      };
      repository.write(POLICY_PATH, JSON.stringify(looser));
      repository.commitAll();
      const { findings } = await range();
      assert.deepEqual(
        findings.map(({ kind, enforcement }) => [kind, enforcement]),
        [['policy-changed', 'block']],
      );
      assert.match(
        findings[0]!.message,
        /the rule "the core": enforcement block -> warn; the rule "the core": paths \+ core\/a\/\*\*; - core\/\*\*/,
      );
    });

    it('name who was added to the signers', async () => {
      const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIM4V0TmTgkmqwAeVT3yyNfEiUVsPBbpwlYcFf9cRZAQ';
      repository.write(SIGNERS_PATH, `mallory@example.com ${key}\n`);
      repository.commitAll();
      const { findings } = await range();
      assert.deepEqual(
        findings.map(({ kind, enforcement }) => [kind, enforcement]),
        [['signers-changed', 'block']],
      );
      assert.match(findings[0]!.message, /mallory@example\.com \(SHA256:[\w+/]+\) is added/);
    });

    it('are not said to be changed by a branch that only lacks what the base has since', async () => {
      repository.write('x.txt', 'x\n');
      repository.commitAll();
      repository.git('checkout', '-q', 'main');
      repository.write(POLICY_PATH, JSON.stringify({ ...signing, onError: 'block' }));
      repository.commitAll();
      assert.deepEqual(kinds(await range()), []);
    });

    it('may be written anew, when they say the same', async () => {
      repository.write(POLICY_PATH, `// The policy.\n${JSON.stringify(signing, null, 2)}\n`);
      repository.commitAll();
      assert.deepEqual(kinds(await range()), []);
    });
  });
});
