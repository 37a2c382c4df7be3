import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { commitChoices } from '../../src/core/commitChoices';
import type { CommitAnswer, ConfirmCommitRequest, EditorRequest } from '../../src/core/editorMessages';
import { POLICY_PATH, STATEMENTS_FOLDER } from '../../src/core/layout';
import { serveEditor } from '../../src/repo/editors';
import { openRepository } from '../../src/repo/git';
import { save, setUp } from '../support/marking';
import { type Finished, run } from '../support/program';
import { builtProgram, freshRepository } from '../support/suites';

const CODE = 'const one = 1;\n«const two = one + one;\nexport const four = two + two;\n»const three = 3;\n';
const CORE = {
  name: 'core',
  paths: ['core/**'],
  signOff: { role: 'senior' },
  note: 'required',
  override: 'with-reason',
};

/** What somebody answers in the editor's dialog, and what the hook makes of it. */
describe("the commit hook, after the editor's answer", () => {
  const program = builtProgram();
  const repository = freshRepository();
  beforeEach(() => {
    setUp(repository);
    program.installHook(repository);
  });

  function policy(...rules: object[]): void {
    const roles = { senior: ['grace@example.com'], junior: ['*'] };
    repository.write(POLICY_PATH, JSON.stringify({ version: 1, roles, rules }));
    save(repository, 'core/a.ts', CODE);
    repository.git('add', POLICY_PATH, 'core');
  }

  async function commit(
    answer: CommitAnswer | Record<string, unknown>,
    environment: Record<string, string> = {},
  ): Promise<{ finished: Finished; asked: ConfirmCommitRequest | null }> {
    let asked: ConfirmCommitRequest | null = null;
    const editor = await serveEditor(
      await openRepository(repository.root),
      async (request: EditorRequest) => {
        if (request.kind !== 'confirmCommit') return { kind: 'flushed' };
        asked = request;
        return { kind: 'decision', ...(answer as CommitAnswer) };
      },
    );
    try {
      const finished = await run('git', ['commit', '-q', '-m', 'x'], repository.root, environment);
      return { finished, asked };
    } finally {
      await editor.dispose();
    }
  }

  /** The statements in the commit (`HEAD`) or on disk, by kind. */
  function statements(where: 'HEAD' | 'disk'): Record<string, string>[] {
    const read = (path: string) =>
      where === 'HEAD' ? repository.show('HEAD', path)! : repository.read(path);
    const names =
      where === 'HEAD'
        ? repository
            .git('ls-tree', '-r', '--name-only', 'HEAD', STATEMENTS_FOLDER)
            .split('\n')
            .filter(Boolean)
        : readdirSync(repository.path(STATEMENTS_FOLDER)).map((name) => `${STATEMENTS_FOLDER}/${name}`);
    return names
      .map((name) => JSON.parse(read(name)))
      .sort((a, b) => (a.kind < b.kind ? -1 : 1))
      .map(({ kind, who, why, rule }) => ({ kind, who, ...(why ? { why } : {}), ...(rule ? { rule } : {}) }));
  }
  const ADA = 'Ada Lovelace <ada@example.com>';
  const hasCommit = () => repository.show('HEAD', 'core/a.ts') !== null;

  it('puts the note and the request into the commit, and lets it pass', async () => {
    policy(CORE);
    const { finished, asked } = await commit({ decision: 'request', note: 'Asked for doubling.' });
    assert.equal(finished.code, 0, finished.err);
    assert.equal(finished.err, 'Taggant: 1 place of this commit still to be signed off.\n');
    assert.deepEqual(statements('HEAD'), [
      { kind: 'note', who: ADA, why: 'Asked for doubling.' },
      { kind: 'request', who: ADA, rule: 'core' },
    ]);
    assert.equal(repository.git('status', '--porcelain'), '');
    const choices = commitChoices(asked!.findings);
    assert.deepEqual(
      [choices.request, choices.override, choices.needsNote, choices.commit],
      [true, true, true, false],
    );
    // What waits is said again, and holds no further commit.
    repository.write('core/b.ts', 'human();\n');
    repository.git('add', 'core');
    assert.equal((await commit({ decision: 'cancel' })).finished.code, 0);
  });

  it('takes no request without the note that the rule wants', async () => {
    policy(CORE);
    const { finished } = await commit({ decision: 'request' });
    assert.equal(finished.code, 1);
    assert.ok(!hasCommit());
  });

  it('takes a note alone where only that is missing', async () => {
    const { signOff, ...rule } = CORE;
    policy(rule);
    assert.equal((await program.run(repository.root, ['review', 'core/a.ts'])).code, 0);
    const { finished, asked } = await commit({ decision: 'commit', note: 'Asked for doubling.' });
    assert.deepEqual(finished, { code: 0, out: '', err: '' });
    assert.ok(commitChoices(asked!.findings).note);
    assert.deepEqual(
      statements('HEAD').map(({ kind }) => kind),
      ['note', 'review'],
    );
  });

  it('keeps the reason of an override for each rule', async () => {
    policy(CORE, { name: 'all', paths: ['**/*.ts'], override: 'with-reason' });
    const { finished } = await commit({ decision: 'override', why: 'The shop is down.' });
    assert.equal(finished.code, 0, finished.err);
    assert.match(finished.err, /^Taggant: 1 place of it committed against a rule, with a reason\.\n$/);
    assert.deepEqual(
      statements('HEAD')
        .map(({ kind, rule, why }) => [kind, rule, why])
        .sort(),
      [
        ['override', 'all', 'The shop is down.'],
        ['override', 'core', 'The shop is down.'],
      ],
    );
  });

  for (const [what, answer] of [
    ['an override without a reason', { decision: 'override', why: '  ' }],
    ['going on although a rule holds', { decision: 'commit' }],
    ['a decision that is not known', { decision: 'escalate', why: 'x' }],
    ['no decision at all', {}],
  ] as const) {
    it(`holds the commit after ${what}`, async () => {
      policy(CORE);
      const { finished } = await commit(answer);
      assert.equal(finished.code, 1);
      assert.ok(!hasCommit());
      assert.deepEqual(readdirSync(repository.path('.taggant')).includes('statements'), false);
    });
  }

  it('takes an override only where every rule allows one', async () => {
    const { override, ...strict } = CORE;
    policy(strict, { name: 'all', paths: ['**/*.ts'], override: 'with-reason' });
    const { finished } = await commit({ decision: 'override', why: 'The shop is down.' });
    assert.equal(finished.code, 1);
  });

  it("writes nothing for an agent's commit, whatever the answer", async () => {
    policy(CORE);
    for (const decision of ['request', 'override'] as const) {
      const answer = { decision, why: 'Because.', note: 'A note.' };
      const { finished, asked } = await commit(answer, { CLAUDECODE: '1' });
      assert.equal(finished.code, 1);
      assert.equal(asked!.agent, 'Claude Code');
    }
    assert.ok(!hasCommit());
  });

  it('names the commands by rule where no editor answers', async () => {
    policy(CORE, { name: 'all files', paths: ['**/*.ts'], enforcement: 'warn' });
    const { code, err } = await run('git', ['commit', '-q', '-m', 'x'], repository.root);
    assert.equal(code, 1);
    const help = err.slice(err.indexOf('The rule "core":'));
    assert.equal(
      help,
      [
        'The rule "core":',
        '  document it:               taggant note core/a.ts:2-3 --why "…"',
        '  sign it off:               taggant signoff core/a.ts:2-3',
        '  have it signed off later:  taggant request core/a.ts:2-3',
        '  commit against the rule:   taggant override core/a.ts:2-3 --rule core --why "…"',
        'The rule "all files":',
        '  read it, then:  taggant review core/a.ts:2-3',
        'Then commit again.',
        '',
      ].join('\n'),
    );
  });
});
