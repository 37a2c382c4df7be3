import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import {
  contributionPath,
  POLICY_PATH,
  SIGNERS_PATH,
  sidecarPath,
  statementPath,
} from '../../src/core/layout';
import { type Statement, statementJson } from '../../src/core/statements';
import { type CiResult, type Clone, Forge, type Person } from '../support/forge';
import { builtProgram } from '../support/suites';
import { withPerson } from '../support/terminal';

const PAY = 'services/checkout/pay.ts';
const LOGIN = 'services/login/session.ts';
const BEFORE = 'export const rate = 0.2;\n';
const WRITTEN = `${BEFORE}«export function total(price: number): number {
  return Math.round(price * (1 + rate));
}
»`;
const RULE = 'checkout, login and pricing';

/** Each way to get AI code past the sign-off, tried against CI, which has to say what it was. */
describe('CI against those who want to get around a sign-off', () => {
  const program = builtProgram();
  let forge: Forge;
  let senior: Person;
  let junior: Person;
  let seniors: Clone;
  let juniors: Clone;
  beforeEach(() => {
    forge = new Forge(program);
    senior = forge.person('Grace');
    junior = forge.person('Tim');
    seniors = forge.clone(senior);
    seniors.write(PAY, BEFORE);
    guard(seniors);
    seniors.push('main', 'Start');
    juniors = forge.clone(junior);
  });
  afterEach(() => {
    forge.remove();
    seniors.remove();
    juniors.remove();
  });

  function guard(clone: Clone, rule: object = {}, signers = [senior, junior]): void {
    const roles = { senior: [senior.email], junior: ['*'] };
    const paths = ['services/{checkout,login,pricing}/**'];
    clone.writeGuardrails(
      { roles, rules: [{ name: RULE, paths, signOff: { role: 'senior' }, ...rule }] },
      signers,
    );
  }

  /** The junior's AI code with a sign-off that holds, on the branch `change`. */
  async function signedChange(): Promise<Statement> {
    juniors.accept(PAY, WRITTEN);
    juniors.push('change');
    return signBySenior();
  }

  async function signBySenior(paths = [PAY]): Promise<Statement> {
    take(seniors);
    const statement = await seniors.sign(paths);
    seniors.push('change', 'Sign off');
    take(juniors);
    return statement;
  }

  function take(clone: Clone): void {
    clone.git('fetch', '-q', 'origin');
    clone.git('reset', '-q', '--hard', 'origin/change');
  }

  /** The junior renames a file, with its sidecar as the hook does. */
  function rename(from: string, to: string): void {
    for (const [old, path] of [
      [from, to],
      [sidecarPath(from), sidecarPath(to)],
    ] as const) {
      juniors.write(path, juniors.read(old));
      rmSync(juniors.path(old));
    }
  }

  function keep(clone: Clone, statement: Statement): void {
    clone.write(statementPath(statement.uuid), `${statementJson(statement)}\n`);
  }

  function refused(result: CiResult, kind: string, saying: RegExp): void {
    assert.equal(result.code, 1, result.err);
    const found = result.json!.findings.filter((finding) => finding.kind === kind);
    assert.ok(found.length > 0, `no finding of kind ${kind}: ${JSON.stringify(result.json!.findings)}`);
    const said = found.flatMap(({ message, rejected = [] }) => [message, ...rejected]);
    assert.ok(
      said.some((sentence) => saying.test(sentence)),
      said.join('\n'),
    );
  }

  it('lets a change through that was signed as it should be', async () => {
    await signedChange();
    const { code, json } = await forge.ci('main', 'change');
    assert.deepEqual(json!.findings, []);
    assert.equal(code, 0);
  });

  it('sees a senior who signs her own code', async () => {
    seniors.accept(PAY, WRITTEN);
    await seniors.sign([PAY]);
    seniors.push('change');
    refused(await forge.ci('main', 'change'), 'unsigned', /Grace .*(wrote|own|author)/i);
  });

  it('sees a reviewer’s name over another’s key', async () => {
    juniors.accept(PAY, WRITTEN);
    await juniors.sign([PAY], `${senior.name} <${senior.email}>`);
    juniors.push('change');
    refused(await forge.ci('main', 'change'), 'unsigned', /not the key of grace@example\.com|key/);
  });

  it('sees a signature under another text', async () => {
    juniors.accept(LOGIN, '«export const lifetime = 60 * 60 * 1000; // one hour\n»');
    juniors.push('change');
    const harmless = await signBySenior([LOGIN]);
    juniors.accept(PAY, WRITTEN);
    const other = await juniors.sign([PAY], harmless.who);
    rmSync(juniors.path(statementPath(other.uuid)));
    keep(juniors, { ...harmless, uuid: other.uuid, files: other.files });
    juniors.push('change');
    refused(await forge.ci('main', 'change'), 'unsigned', /signature/);
  });

  it('sees one character that was changed after the sign-off', async () => {
    await signedChange();
    juniors.accept(PAY, WRITTEN.replace('Math.round', 'Math.trunc').replace('1 + rate', '1 - rate'));
    juniors.push('change');
    refused(await forge.ci('main', 'change'), 'unreviewed', /Grace .* has since changed|changed since/);
  });

  it('sees a policy that is loosened in the same change', async () => {
    juniors.accept(PAY, WRITTEN);
    guard(juniors, { enforcement: 'warn', signOff: undefined });
    await juniors.sign([PAY]);
    juniors.push('change');
    const result = await forge.ci('main', 'change');
    refused(result, 'policy-changed', /sign-off|enforcement|warn/);
    refused(result, 'unsigned', /sign-off/);
  });

  it('sees a signer who is added in the same change', async () => {
    juniors.accept(PAY, WRITTEN);
    const signers = juniors.read(SIGNERS_PATH);
    juniors.write(SIGNERS_PATH, `${signers}${senior.email} ${junior.publicKey}\n`);
    await juniors.sign([PAY], `${senior.name} <${senior.email}>`);
    juniors.push('change');
    const result = await forge.ci('main', 'change');
    refused(result, 'signers-changed', /grace@example\.com/);
    refused(result, 'unsigned', /key/);
  });

  it('sees a mark that was deleted', async () => {
    juniors.accept(PAY, WRITTEN);
    juniors.push('change');
    juniors.accept(
      PAY,
      `${BEFORE}export function total(price: number): number {\n  return Math.round(price * (1 + rate));\n«}\n»`,
    );
    juniors.push('change');
    refused(await forge.ci('main', 'change'), 'marks-removed', /lines 2-3/);
  });

  it('sees a sidecar that was deleted', async () => {
    juniors.accept(PAY, WRITTEN);
    juniors.push('change');
    rmSync(juniors.path(sidecarPath(PAY)));
    juniors.push('change');
    refused(await forge.ci('main', 'change'), 'sidecar-removed', /pay\.ts\.tags was removed/);
  });

  it('sees a sidecar that was edited by hand', async () => {
    const label = juniors.accept(PAY, WRITTEN);
    juniors.push('change');
    const honest = juniors.read(sidecarPath(PAY));
    // As if the senior, whom the rule may not hold for, had taken it from her tool.
    const other = seniors.accept(PAY, WRITTEN);
    juniors.write(contributionPath(other), seniors.read(contributionPath(other)));
    juniors.write(sidecarPath(PAY), honest.replaceAll(label, other));
    juniors.push('change');
    refused(await forge.ci('main', 'change'), 'sidecar-edited', /by hand/);
  });

  it('sees a sign-off that was copied to another file', async () => {
    const statement = await signedChange();
    juniors.accept(LOGIN, '«export const lifetime = 60 * 60 * 1000; // one hour\n»');
    keep(juniors, {
      ...statement,
      uuid: '00000000-0000-4000-8000-000000000000',
      files: statement.files.map((file) => ({ ...file, path: LOGIN })),
    });
    juniors.push('change');
    const result = await forge.ci('main', 'change');
    refused(result, 'unreviewed', /./);
    assert.deepEqual([...new Set(result.json!.findings.map(({ path }) => path))], [LOGIN]);
  });

  it('sees the sign-off of somebody who may sign no more', async () => {
    await signedChange();
    seniors.git('fetch', '-q', 'origin');
    seniors.git('checkout', '-q', '-B', 'main', 'origin/main');
    guard(seniors, {}, [junior]);
    seniors.push('main', 'Grace has left');
    refused(await forge.ci('main', 'change'), 'unsigned', /allowed_signers|allowed signers/);
  });

  it('sees a sign-off that was altered, and one that was taken away', async () => {
    const statement = await signedChange();
    keep(juniors, { ...statement, why: 'Read twice.' });
    juniors.push('change');
    const altered = await forge.ci('main', 'change');
    refused(altered, 'record-altered', /signed review by Grace .* changed/);
    refused(altered, 'unsigned', /signature/);
    rmSync(juniors.path(statementPath(statement.uuid)));
    juniors.push('change');
    refused(await forge.ci('main', 'change'), 'record-altered', /signed review by Grace .* removed/);
  });

  it('lets a rule end on its day, and says so', async () => {
    guard(seniors, { until: '2020-12-31' });
    seniors.push('main', 'A rule that has ended');
    juniors.git('fetch', '-q', 'origin');
    juniors.git('reset', '-q', '--hard', 'origin/main');
    juniors.accept(PAY, WRITTEN);
    juniors.push('change');
    const { code, json, err } = await forge.ci('main', 'change');
    assert.equal(code, 0, err);
    assert.deepEqual(json!.findings, []);
    assert.match(
      [...(json!.notices ?? []), err].join('\n'),
      /"checkout, login and pricing" ended on 2020-12-31/,
    );
  });

  it('sees what `git commit --no-verify` brought past the hook', async () => {
    juniors.accept(PAY, WRITTEN);
    juniors.git('add', '-A');
    assert.equal((await juniors.commit('Total', '--no-verify')).code, 0);
    juniors.git('push', '-q', 'origin', 'HEAD:change');
    refused(await forge.ci('main', 'change'), 'unreviewed', /lines 2-4/);
  });

  it('sees AI code that is moved into a critical path, and leaves alone what only moves there', async () => {
    const [outside, inside] = ['lib/total.ts', 'services/checkout/total.ts'];
    seniors.accept(outside, WRITTEN);
    seniors.push('main', 'Nobody has to sign it here');
    juniors.git('fetch', '-q', 'origin');
    juniors.git('reset', '-q', '--hard', 'origin/main');
    rename(outside, inside);
    juniors.push('change');
    refused(await forge.ci('main', 'change'), 'unreviewed', /lines 2-4/);
    juniors.git('push', '-q', 'origin', 'HEAD:main');
    rename(inside, 'services/login/total.ts');
    juniors.push('change');
    assert.deepEqual((await forge.ci('main', 'change')).kinds, []);
  });

  it('sees marks given to somebody else by way of a commit without them', async () => {
    guard(seniors, { authors: ['junior'] });
    seniors.push('main', 'Seniors know what they accept');
    juniors.git('fetch', '-q', 'origin');
    juniors.git('reset', '-q', '--hard', 'origin/main');
    const label = juniors.accept(PAY, WRITTEN);
    juniors.push('change');
    const honest = juniors.read(sidecarPath(PAY));
    rmSync(juniors.path(sidecarPath(PAY)));
    rmSync(juniors.path(contributionPath(label)));
    juniors.push('change');
    const other = seniors.accept(PAY, WRITTEN);
    juniors.write(contributionPath(other), seniors.read(contributionPath(other)));
    juniors.write(sidecarPath(PAY), honest.replaceAll(label, other));
    juniors.push('change');
    refused(await forge.ci('main', 'change'), 'sidecar-removed', /lines 2-4/);
  });

  it('sees text that lost its marks by way of a commit without the file', async () => {
    juniors.accept(PAY, WRITTEN);
    juniors.push('change');
    const bare = juniors.read(PAY);
    juniors.git('rm', '-q', PAY, sidecarPath(PAY));
    juniors.push('change');
    juniors.write(PAY, bare);
    juniors.push('change');
    refused(await forge.ci('main', 'change'), 'sidecar-removed', /lines 2-4/);
    // Written anew, it is no longer the AI's.
    juniors.write(PAY, "export const currencies = ['EUR', 'CHF'];\n");
    juniors.push('change');
    assert.deepEqual((await forge.ci('main', 'change')).kinds, []);
  });

  it('sees a marked text that is made unreadable, and says which texts it cannot follow', async () => {
    juniors.accept(PAY, WRITTEN);
    juniors.push('change');
    const hidden = Buffer.from(`\ufeff${juniors.read(PAY)}`, 'utf16le');
    juniors.write(PAY, hidden);
    rmSync(juniors.path(sidecarPath(PAY)));
    juniors.push('change');
    refused(await forge.ci('main', 'change'), 'marks-removed', /cannot be read as text any more/);
    juniors.git('reset', '-q', '--hard', 'origin/main');
    juniors.write('services/checkout/wide.ts', hidden);
    juniors.write('services/checkout/long.ts', '// nothing to see\n'.repeat(300_000));
    juniors.write('docs/wide.md', hidden);
    juniors.write('.taggant/hidden.ts', 'export {};\n');
    juniors.push('other');
    const { json } = await forge.ci('main', 'other');
    assert.deepEqual(json!.problems, [
      ".taggant/hidden.ts is none of Taggant's files: what stands in .taggant never has marks.",
      'services/checkout/long.ts is larger than 5,000,000 characters: Taggant does not read it.',
      'services/checkout/wide.ts is binary: Taggant does not read it.',
    ]);
  });

  it('sees an author who declares AI code hers with her own signature', async () => {
    seniors.accept(PAY, WRITTEN);
    seniors.push('change');
    const refusal = await withPerson(seniors.root, ['unmark', PAY, '--why', 'Typed.']);
    assert.match(refusal.err, /role "senior", and not of its author\.\n$/);
    // As if nothing had stopped her.
    await seniors.sign([PAY], undefined, 'declare');
    rmSync(seniors.path(sidecarPath(PAY)));
    seniors.push('change');
    refused(await forge.ci('main', 'change'), 'sidecar-removed', /lines 2-4/);
  });

  it('sees a policy that is signed by somebody who may sign other things', async () => {
    const roles = { senior: [senior.email], writer: [junior.email] };
    const docs = { name: 'docs', paths: ['docs/**'], signOff: { role: 'writer' }, enforcement: 'warn' };
    const core = { name: 'core', paths: ['services/**'], signOff: { role: 'senior' } };
    for (const rules of [
      [core, docs],
      [{ ...core, enforcement: 'warn' }, docs, { ...core, name: 'guards', preset: 'access-control' }],
    ]) {
      seniors.writeGuardrails({ roles, rules }, [senior, junior]);
      seniors.push('main', 'Guardrails');
      juniors.git('fetch', '-q', 'origin');
      juniors.git('reset', '-q', '--hard', 'origin/main');
      juniors.writeGuardrails({ roles, rules: [docs] }, [senior, junior]);
      await juniors.signWhole(POLICY_PATH);
      juniors.push('change');
      const result = await forge.ci('main', 'change');
      refused(result, 'policy-changed', /"core" is removed/);
      assert.match(
        result.json!.findings[0]!.remedy,
        /the sign-off of a person with the role "senior": taggant/,
      );
      take(seniors);
      // What she has signed before does not bring the same policy back.
      await seniors.signWhole(POLICY_PATH, `With ${rules.length} rules before.`);
      seniors.push('change');
      assert.deepEqual((await forge.ci('main', 'change')).kinds, []);
    }
  });

  it('takes no range without a base, and says when it has no commits', async () => {
    for (const range of ['', '..HEAD', '...origin/main']) {
      const { code, err } = await juniors.taggant(['check', '--range', range]);
      assert.equal(code, 2);
      assert.match(err, /^taggant: The range ".*" names no base: .*origin\/main\.\.HEAD\.\n$/);
    }
    const { code, json } = await forge.ci('main', 'main');
    assert.deepEqual(
      [code, json!.notices],
      [0, ['The range has no commits: all of HEAD is in BASE already.']],
    );
  });

  it('lets no agent speak for a person', async () => {
    juniors.accept(PAY, WRITTEN);
    for (const args of [
      ['review', PAY],
      ['signoff', PAY, '--yes'],
      ['request', PAY],
      ['note', PAY, '--why', 'All is well.'],
      ['override', PAY, '--rule', RULE, '--why', 'All is well.'],
      ['unmark', PAY, '--why', 'All is mine.'],
    ]) {
      const { code, err } = await juniors.taggant(args, { CLAUDECODE: '1' });
      assert.equal(code, 2, args.join(' '));
      assert.match(err, /^taggant: .*Claude Code/);
    }
    assert.equal(juniors.git('status', '--porcelain', '.taggant/statements'), '');
    assert.notEqual(juniors.read(POLICY_PATH), '');
  });
});
