import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { POLICY_PATH, SIGNERS_PATH } from '../../src/core/layout';
import { guardrailFile } from '../../src/engine/guardrailChanges';
import { writeStatement } from '../../src/engine/review';
import { openRepository } from '../../src/repo/git';
import { signingKey } from '../../src/repo/sshKeys';
import { save, setUp } from '../support/marking';
import { builtProgram, freshRepository } from '../support/suites';

const RULE = { name: 'the core', paths: ['core/**'], signOff: { role: 'senior' } };
const POLICY = { version: 1, roles: { senior: ['ada@example.com'] }, rules: [RULE] };

describe('taggant check --range', () => {
  const program = builtProgram();
  const repository = freshRepository();
  beforeEach(() => {
    setUp(repository);
    const key = repository.path('..', 'key');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
    repository.git('config', 'gpg.format', 'ssh');
    repository.git('config', 'user.signingkey', key);
    const [type, base64] = readFileSync(`${key}.pub`, 'utf8').split(' ');
    repository.write(SIGNERS_PATH, `ada@example.com ${type} ${base64}\n`);
    repository.write(POLICY_PATH, JSON.stringify(POLICY));
    save(repository, 'core/a.ts', 'const one = 1;\n');
    repository.commitAll();
    repository.git('checkout', '-q', '-b', 'work');
  });

  const check = (...args: string[]) =>
    program.run(repository.root, ['check', '--range', 'main..work', ...args]);
  const accept = () => {
    save(repository, 'core/a.ts', 'const one = 1;\n«const two = eval(one);\n»');
    repository.commitAll();
  };

  it('says what it finds, and fails', async () => {
    accept();
    const { code, out, err } = await check();
    assert.deepEqual([code, err], [1, '']);
    assert.match(
      out,
      /^core\/a\.ts:2: 1 line of unreviewed AI code \(line 2\).*; the rule "the core" blocks this\.\n {4}/,
    );
    assert.match(out, /\n1 file with marks checked: 1 blocking, 0 warning\.\n$/);
  });

  it('writes a report into a file, and the text to the terminal', async () => {
    accept();
    const file = repository.path('..', 'report.sarif');
    const { code, out } = await check('--format', 'sarif', '--output', file);
    assert.equal(code, 1);
    assert.match(out, /^core\/a\.ts:2:/);
    const [run] = JSON.parse(readFileSync(file, 'utf8')).runs;
    assert.deepEqual(run.results[0].locations[0].physicalLocation.region, {
      ...{ startLine: 2, endLine: 2, startColumn: 1, endColumn: 23 },
    });
  });

  it('answers in JSON, with the range', async () => {
    accept();
    const { range, summary } = JSON.parse((await check('--json')).out);
    assert.equal(range.base, repository.git('rev-parse', 'main').trim());
    assert.deepEqual(summary, {
      ...{ files: 1, findings: 1, blocking: 1, warnings: 0, requested: 0, overridden: 0, inherited: 0 },
    });
  });

  it('lets warnings through where only what blocks is to fail', async () => {
    repository.git('checkout', '-q', 'main');
    repository.write(
      POLICY_PATH,
      JSON.stringify({ version: 1, rules: [{ ...RULE, signOff: undefined, enforcement: 'warn' }] }),
    );
    repository.commitAll();
    repository.git('checkout', '-q', '-B', 'work');
    accept();
    assert.equal((await check()).code, 1);
    const { code, out } = await check('--fail-on', 'block', '--format', 'github');
    assert.equal(code, 0);
    assert.match(
      out,
      /^::warning title=Taggant%3A unreviewed,file=core\/a\.ts,line=2,endLine=2,col=1,endColumn=23::/,
    );
  });

  it('raises what another tool found inside AI code', async () => {
    accept();
    const region = (startLine: number) => [
      { physicalLocation: { artifactLocation: { uri: 'core/a.ts' }, region: { startLine } } },
    ];
    const results = [1, 2].map((line) => ({
      ruleId: 'no-eval',
      level: 'error',
      message: { text: 'No eval.' },
      locations: region(line),
    }));
    const log = repository.path('..', 'eslint.sarif');
    repository.write(
      '../eslint.sarif',
      JSON.stringify({ version: '2.1.0', runs: [{ tool: { driver: { name: 'ESLint' } }, results }] }),
    );
    for (const what of [['--range', 'main'], ['--all']]) {
      const { out } = await program.run(repository.root, ['check', ...what, '--with-sarif', log]);
      assert.equal(
        out.match(/ESLint found in AI code: No eval\. \(no-eval\); the rule "the core" blocks this\./g)
          ?.length,
        1,
      );
    }
    repository.write('../eslint.sarif', 'no log');
    const refused = await check('--with-sarif', log);
    assert.equal(refused.code, 2);
    assert.match(refused.err, /^taggant: .*is no SARIF log: have the scanner write SARIF 2\.1\.0\.\n$/);
  });

  it('says when there is nothing to go by, or the range cannot be read', async () => {
    repository.git('checkout', '-q', 'main');
    repository.git('rm', '-q', POLICY_PATH);
    repository.commitAll();
    repository.git('checkout', '-q', '-B', 'work');
    accept();
    const { code, err } = await check();
    assert.equal(code, 0);
    assert.match(err, /^taggant: The base branch has no policy \(\.taggant\/policy\.json\)/);
    const unread = await program.run(repository.root, ['check', '--range', 'nowhere..work']);
    assert.deepEqual([unread.code, unread.out], [2, '']);
    assert.match(unread.err, /^taggant: nowhere is no commit of this repository.*\n$/);
    assert.equal((await program.run(repository.root, ['check', '--range', 'main', '--all'])).code, 2);
  });

  it('accepts a change of the policy that was signed by who may sign, for exactly that content', async () => {
    const repo = await openRepository(repository.root);
    const changed = JSON.stringify({ ...POLICY, rules: [{ ...RULE, enforcement: 'warn' }] });
    repository.write(POLICY_PATH, changed);
    repository.commitAll();
    assert.match(
      (await check()).out,
      /policy\.json is changed \(the rule "the core": enforcement block -> warn\).*blocks this/,
    );
    const key = await signingKey(repo);
    const by = { time: new Date(), key, terminal: false };
    const file = await guardrailFile(repo, POLICY_PATH);
    await writeStatement(repo, 'review', [file], { ...by, who: 'Ada <ada@example.com>' });
    repository.commitAll();
    assert.deepEqual((await check()).code, 0);
    repository.write(POLICY_PATH, `${changed.replace('core/**', 'core/x/**')}\n`);
    repository.commitAll();
    assert.match((await check()).out, /policy\.json is changed/);
  });
});
