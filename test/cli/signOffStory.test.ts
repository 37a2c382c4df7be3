import assert from 'node:assert/strict';
import { sidecarPath } from '../../src/core/layout';
import { type Clone, Forge, type Person } from '../support/forge';
import { builtProgram } from '../support/suites';
import { withPerson } from '../support/terminal';

const PAY = 'services/checkout/pay.ts';
const BEFORE = 'export const rate = 0.2;\n';
const WRITTEN = `${BEFORE}«export function total(price: number): number {
  return Math.round(price * (1 + rate));
}
»`;

/** The story this product is for: a junior's AI code at the checkout, and the senior who answers for it. */
describe('a sign-off, from the held commit to the merged branch', () => {
  const program = builtProgram();
  let forge: Forge;
  let [senior, junior]: Person[] = [];
  let [seniors, juniors]: Clone[] = [];
  beforeEach(async () => {
    forge = new Forge(program);
    senior = forge.person('Grace');
    junior = forge.person('Tim');
    seniors = forge.clone(senior!);
    seniors.write(PAY, BEFORE);
    seniors.writeGuardrails(
      {
        roles: { senior: [senior!.email], junior: ['*'] },
        rules: [
          {
            name: 'checkout, login and pricing',
            paths: ['services/{checkout,login,pricing}/**'],
            signOff: { role: 'senior' },
            authors: ['junior'],
            note: 'required',
          },
        ],
      },
      [senior!, junior!],
    );
    seniors.commitAll('Start');
    seniors.git('push', '-q', 'origin', 'HEAD:main');
    juniors = forge.clone(junior!);
    juniors.git('checkout', '-q', '-b', 'total');
  });
  afterEach(() => {
    forge.remove();
    seniors?.remove();
    juniors?.remove();
  });

  it('is held, noted, requested, pushed, signed, and stays green through a squash merge', async () => {
    juniors!.accept(PAY, WRITTEN);
    const held = await juniors!.commit('Total', '-a');
    assert.equal(held.code, 1);
    assert.match(held.err, /^Taggant: .*checkout, login and pricing/);
    assert.match(held.err, /taggant request services\/checkout\/pay\.ts:2-4/);
    assert.match(held.err, /taggant note services\/checkout\/pay\.ts:2-4/);

    // The request alone is not enough where a note is wanted.
    assert.deepEqual(await juniors!.taggant(['request', PAY]), {
      code: 0,
      out: 'services/checkout/pay.ts: a sign-off of 3 marked lines is requested.\n',
      err: '',
    });
    const noteless = await juniors!.commit('Total', '-a');
    assert.equal(noteless.code, 1);
    assert.match(noteless.err, /note/);
    const noted = await juniors!.taggant(['note', PAY, '--why', 'Asked for the total with tax, rounded.']);
    assert.equal(noted.code, 0, noted.err);
    const committed = await juniors!.commit('Total', '-a');
    assert.equal(committed.code, 0, committed.err);
    assert.equal(juniors!.git('status', '--porcelain'), '');
    juniors!.git('push', '-q', 'origin', 'total');

    const red = await forge.ci('main', 'total');
    assert.equal(red.code, 1, red.err);
    assert.deepEqual(red.kinds, ['unreviewed']);
    assert.equal(red.json!.findings[0]!.clearance, 'requested');

    seniors!.git('fetch', '-q', 'origin');
    seniors!.git('checkout', '-q', '-b', 'total', 'origin/total');
    const waiting = await seniors!.taggant(['signoff', '--list']);
    assert.match(waiting.out, /services\/checkout\/pay\.ts:2-4/);
    assert.match(waiting.out, /Tim/);
    const signed = await withPerson(seniors!.root, ['signoff', PAY, '--why', 'Read with the tax table.']);
    assert.equal(signed.code, 0, signed.err);
    assert.equal((await seniors!.taggant(['signoff', '--verify'])).code, 0);
    seniors!.git('add', '-A');
    const sealed = await seniors!.commit('Sign off');
    assert.equal(sealed.code, 0, sealed.err);
    seniors!.git('push', '-q', 'origin', 'total');

    const green = await forge.ci('main', 'total');
    assert.deepEqual(green.json!.findings, []);
    assert.equal(green.code, 0, green.err);

    const base = seniors!.git('rev-parse', 'origin/main').trim();
    forge.squash('total', 'Total (#1)');
    seniors!.git('fetch', '-q', 'origin');
    seniors!.git('push', '-q', 'origin', `${base}:refs/heads/before`);
    const merged = await forge.ci('before', 'main');
    assert.deepEqual(merged.json!.findings, []);
    assert.equal(merged.code, 0, merged.err);
    seniors!.git('checkout', '-q', 'origin/main');
    const { lines } = JSON.parse((await seniors!.taggant(['blame', PAY, '--json'])).out);
    assert.deepEqual(
      lines.map(({ review }: { review: string | null }) => review),
      [null, 'signed off', 'signed off', 'signed off'],
    );
    assert.notEqual(seniors!.show('HEAD', sidecarPath(PAY)), null);
  });
});
