import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Finding } from '../../src/core/findings';
import { POLICY_PATH, SIGNERS_PATH, statementPath } from '../../src/core/layout';
import type { Statement, StatementKind } from '../../src/core/statements';
import { checkAll } from '../../src/engine/checkAll';
import { checkStaged, prepareAndCheck } from '../../src/engine/commit';
import { loadGuardrails } from '../../src/engine/guardrails';
import { readMarkedFile } from '../../src/engine/markedFile';
import { RepositoryState } from '../../src/engine/repositoryState';
import { type Reviewer, writeStatement } from '../../src/engine/review';
import { SignatureChecks } from '../../src/engine/signatureChecks';
import { statusOf } from '../../src/engine/status';
import { openRepository, type Repository } from '../../src/repo/git';
import { signingKey } from '../../src/repo/sshKeys';
import { workingTree } from '../../src/repo/tree';
import { isolateGit } from '../support/joinedRepository';
import { Keys } from '../support/keys';
import { save, setUp } from '../support/marking';
import { TestRepository } from '../support/repository';

const PAY = 'services/pay.ts';
const WRITTEN = 'const rate = 0.2;\n«const total = price * (1 + rate) + fees(order);\n»export { total };\n';
const GRACE = 'Grace Hopper <grace@example.com>';
const ADA = 'Ada Lovelace <ada@example.com>';
const RULE = { name: 'services', paths: ['services/**'], signOff: { role: 'senior' } };

describe('a commit that needs a sign-off', () => {
  isolateGit();
  let keys: Keys;
  let repository: TestRepository;
  let repo: Repository;
  before(() => {
    keys = new Keys();
    for (const name of ['grace', 'ada']) keys.make(name);
  });
  after(() => keys.remove());
  beforeEach(async () => {
    repository = new TestRepository();
    repo = await openRepository(repository.root);
    setUp(repository);
    guard();
    allow('grace', 'ada');
    repository.commitAll();
    save(repository, PAY, WRITTEN);
    repository.git('add', PAY);
  });
  afterEach(() => repository.remove());

  function guard(rule: object = {}, more: object = {}): void {
    const roles = { senior: ['grace@example.com'] };
    repository.write(
      POLICY_PATH,
      JSON.stringify({ version: 1, roles, rules: [{ ...RULE, ...rule }], ...more }),
    );
  }

  function allow(...names: string[]): void {
    const lines = names.map((name) => `${name}@example.com ${keys.publicKey(name)}\n`);
    repository.write(SIGNERS_PATH, lines.join(''));
  }

  async function say(kind: StatementKind, who: string, more: Partial<Reviewer> = {}): Promise<Statement> {
    const file = await readMarkedFile(repo, PAY);
    return (await writeStatement(repo, kind, [file], { who, time: new Date(), ...more }))!;
  }

  async function sign(who: string, name: string): Promise<Statement> {
    repository.git('config', 'taggant.signingKey', join(keys.folder, name));
    return say('review', who, { key: await signingKey(repo) });
  }

  const shape = (findings: readonly Finding[]) =>
    findings.map(({ kind, clearance, rejected }) => [kind, clearance ?? '', ...(rejected ?? [])].join(' '));
  const staged = async () => shape((await checkStaged(repo)).findings);

  it('is free with it, and takes it along', async () => {
    assert.deepEqual(await staged(), ['unreviewed ']);
    const { uuid } = await sign(GRACE, 'grace');
    const { findings, problems } = await prepareAndCheck(repo);
    assert.deepEqual([findings, problems], [[], []]);
    assert.notEqual(repository.show('', statementPath(uuid)), null);
    const { files } = await statusOf(repo);
    assert.deepEqual(files[0]!.spans, { unreviewed: 0, reviewed: 0, 'signed off': 1 });
  });

  it('is held when the key is not that of the person named, and says whose it is not', async () => {
    await sign(GRACE, 'ada');
    const [found, ...others] = await staged();
    assert.deepEqual(others, []);
    assert.match(
      found!,
      /^unsigned {2}The sign-off by Grace Hopper of .* does not count: the key SHA256:\S+ is not the key of grace@example\.com in \.taggant\/allowed_signers\.$/,
    );
  });

  it('is held when the statement was altered after it was signed', async () => {
    const statement = await sign(GRACE, 'grace');
    const path = statementPath(statement.uuid);
    repository.write(
      path,
      repository.read(path).replace('"version":1', '"version":1,"why":"I did not write this."'),
    );
    assert.match((await staged())[0]!, /^unsigned .* does not count: .*signature/);
  });

  it('is held when the author signs', async () => {
    guard({}, { roles: { senior: ['ada@example.com'] } });
    repository.git('add', POLICY_PATH);
    await sign(ADA, 'ada');
    assert.match((await staged())[0]!, /the author of the code cannot be the one who signs it off\.$/);
  });

  it('goes by the policy and the signers that are staged, not by those on disk', async () => {
    await sign(GRACE, 'grace');
    allow('ada');
    assert.deepEqual(await staged(), []);
    repository.git('add', SIGNERS_PATH);
    assert.match((await staged())[0]!, /is not in \.taggant\/allowed_signers/);
    guard({ enforcement: 'warn' });
    assert.equal((await checkStaged(repo)).summary.blocking, 1);
    repository.git('add', POLICY_PATH);
    assert.equal((await checkStaged(repo)).summary.blocking, 0);
  });

  it('takes owners from CODEOWNERS', async () => {
    guard({}, { roles: { senior: ['@CODEOWNERS'] } });
    repository.write('.github/CODEOWNERS', 'services/ @org/payments\n');
    repository.write(SIGNERS_PATH, `grace@example.com,@org/payments ${keys.publicKey('grace')}\n`);
    await sign(GRACE, 'grace');
    repository.git('add', POLICY_PATH, SIGNERS_PATH);
    assert.match((await staged())[0]!, /does not have the role "senior"/);
    repository.git('add', '.github/CODEOWNERS');
    assert.deepEqual(await staged(), []);
  });

  it('goes through with a request, an override or a note as its rule says, and takes them along', async () => {
    guard({ note: 'required', override: 'with-reason' });
    repository.git('add', POLICY_PATH);
    assert.deepEqual(await staged(), ['unreviewed ', 'note-missing ']);
    const request = await say('request', ADA);
    assert.deepEqual(await staged(), ['unreviewed requested', 'note-missing ']);
    const note = await say('note', ADA, { why: 'Asked for fees in the total.' });
    const result = await prepareAndCheck(repo);
    assert.deepEqual(shape(result.findings), ['unreviewed requested']);
    assert.deepEqual(result.summary, {
      ...{ files: 1, findings: 1, blocking: 0, warnings: 0, requested: 1, overridden: 0 },
    });
    const override = await say('override', ADA, { rule: 'services', why: 'The shop is down.' });
    const last = await prepareAndCheck(repo);
    assert.deepEqual(shape(last.findings), ['unreviewed overridden']);
    assert.equal(last.summary.overridden, 1);
    for (const { uuid } of [request, note, override]) {
      assert.notEqual(repository.show('', statementPath(uuid)), null);
    }
  });

  it('may be too much', async () => {
    guard({ paths: ['x/**'] }, { limits: { unreviewedLines: 1 } });
    repository.commitAll();
    save(repository, PAY, WRITTEN.replace('»', 'const again = total + fees(order);\n»'));
    repository.git('add', PAY);
    assert.deepEqual(await staged(), [], 'one line of the two was there before');
    save(repository, 'other.ts', WRITTEN);
    repository.git('add', 'other.ts');
    const { findings } = await checkStaged(repo);
    assert.deepEqual(shape(findings), ['too-much ']);
    assert.match(findings[0]!.message, /^2 lines .* 1 allowed$/);
    assert.deepEqual((await checkAll(repo)).findings, [], 'the working tree is no change');
  });

  it('tells which temporary rules end', async () => {
    guard({ until: '2020-12-31' });
    repository.git('add', POLICY_PATH);
    const { findings, notices } = await checkStaged(repo);
    assert.deepEqual(
      [findings, notices],
      [[], ['The rule "services" ended on 2020-12-31 and holds no more.']],
    );
  });

  it('tells what was passed over in the files that say who is who', async () => {
    repository.write(SIGNERS_PATH, 'grace@example.com nonsense\n');
    const guardrails = await loadGuardrails(workingTree(repo));
    assert.equal(guardrails.problems.length, 1);
    assert.match(guardrails.problems[0]!, /^\.taggant\/allowed_signers:1: /);
  });

  describe('in an open repository', () => {
    const states = async (state: RepositoryState) => {
      const { text, marks } = await readMarkedFile(repo, PAY);
      const { spans, findings } = state.judge({ path: PAY, text, marks }, new Date());
      return [spans.map(({ review }) => review).join(), ...shape(findings)];
    };
    const judgedAnew = (state: RepositoryState) =>
      new Promise<void>((resolve) => {
        state.onJudgedAnew = resolve;
      });

    it('counts once its signature was checked, without a wait, and stops to count with its signer', async () => {
      await sign(GRACE, 'grace');
      const state = await RepositoryState.open(repo);
      const told = judgedAnew(state);
      const [first, finding] = await states(state);
      assert.equal(first, 'reviewed');
      assert.match(finding!, /its signature has not been checked/);
      await told;
      assert.deepEqual(await states(state), ['signed off']);
      await state.reload();
      assert.deepEqual(await states(state), ['signed off'], 'no need to wait again');
      allow('ada');
      await state.reload();
      assert.match((await states(state))[1]!, /is not in \.taggant\/allowed_signers/);
    });

    it('starts nothing in a workspace that is not trusted', async () => {
      await sign(GRACE, 'grace');
      const state = await RepositoryState.open(repo, true);
      assert.match((await states(state))[1]!, /not checked in a workspace that is not trusted/);
    });
  });

  it('has each signature checked once, all that is asked for at a time together', async () => {
    const statements = [await sign(GRACE, 'grace'), await sign(ADA, 'ada')];
    let checks: SignatureChecks | undefined;
    let told = 0;
    const checked = new Promise<void>((resolve) => {
      checks = new SignatureChecks(
        repo,
        () => {
          told++;
          resolve();
        },
        () => {},
      );
    });
    await checks!.reset(repository.read(SIGNERS_PATH), statements);
    for (const statement of statements) assert.equal(checks!.of([statement]).size, 0);
    await checked;
    assert.equal(told, 1);
    assert.deepEqual(
      [...checks!.of(statements).values()].map(({ state }) => state),
      ['valid', 'valid'],
    );
    assert.equal(told, 1);
  });

  it('keeps no answer that was found by signers who are not those any more', async () => {
    const statement = await sign(GRACE, 'grace');
    let heard: () => void = () => {};
    const told = new Promise<void>((resolve) => {
      heard = resolve;
    });
    const checks = new SignatureChecks(repo, heard, () => {});
    await checks.reset(repository.read(SIGNERS_PATH), [statement]);
    checks.of([statement]);
    await Promise.resolve();
    await checks.reset(`ada@example.com ${keys.publicKey('ada')}\n`, [statement]);
    await told;
    assert.equal(checks.of([statement]).get(statement.uuid)?.state, 'invalid');
  });
});
