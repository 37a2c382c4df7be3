import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { eventually } from '../host/eventually';
import { type Clone, Forge } from '../support/forge';
import { Program, run } from '../support/program';
import { describeInOneRow } from './hosts';
import { openWorkbench, type Workbench } from './workbench';

const CLI = resolve(import.meta.dirname, '../../dist/cli.js');
const PAY = 'services/checkout/pay.ts';
const AI = '(net: number) =>\n  Math.round(net * (1 + rate));';

/** Two people with two keys, two clones and two windows, a forge between them, and CI that sees only what was pushed. */
describeInOneRow('the story of a sign-off', () => {
  let program: Program;
  let forge: Forge;
  const clones: Clone[] = [];
  before(async () => {
    program = await Program.build();
    forge = new Forge(program);
  });
  after(() => {
    forge.remove();
    for (const clone of clones) clone.remove();
    program.remove();
  });

  async function windowOf(clone: Clone): Promise<Workbench> {
    const workbench = await openWorkbench(clone.root);
    const folder = clone.path('.git/taggant/editors');
    await eventually(
      'the editor can be asked',
      async () => existsSync(folder) && readdirSync(folder).length > 0,
    );
    return workbench;
  }

  async function cloneOf(person: ReturnType<Forge['person']>): Promise<Clone> {
    const clone = forge.clone(person, 'none');
    clones.push(clone);
    const { code, err } = await run(process.execPath, [CLI, 'init', '--yes'], clone.root);
    assert.equal(code, 0, err);
    return clone;
  }

  it('goes from the accepted completion through hold, note, request and red CI to sign-off, green CI and squash', async () => {
    const senior = forge.person('Grace');
    const junior = forge.person('Tim');
    const start = forge.clone(senior, 'none');
    clones.push(start);
    start.write(PAY, 'export const rate = 0.2;\n\n');
    const rule = { name: 'checkout, login and pricing', paths: ['services/{checkout,login,pricing}/**'] };
    start.writeGuardrails(
      {
        roles: { senior: [senior.email], junior: ['*'] },
        rules: [{ ...rule, signOff: { role: 'senior' }, authors: ['junior'], note: 'required' }],
      },
      [senior, junior],
    );
    assert.equal((await run(process.execPath, [CLI, 'init', '--yes'], start.root)).code, 0);
    start.push('main', 'Start');

    // The junior takes a completion at the checkout, and cannot simply commit it.
    const juniors = await cloneOf(junior);
    juniors.git('checkout', '-q', '-b', 'total');
    const desk = await windowOf(juniors);
    await desk.open(PAY, { line: 1, column: 0 });
    await desk.offer({ after: 'export const total = ', text: AI });
    await desk.type('export const total = ');
    await desk.ghostText('(net: number) =>');
    await desk.press('Tab');
    await desk.textWith('Math.round');
    await desk.press('Control+s');
    await desk.until('it is saved', (vscode) => !vscode.window.activeTextEditor!.document.isDirty, null);
    const commit = run('git', ['commit', '-qam', 'Total'], juniors.root);
    const held = await desk.dialog();
    assert.match(
      held.detail,
      /checkout, login and pricing \(holds the commit\)\s+services\/checkout\/pay\.ts:2–3/,
    );
    await held.click('Request Sign-off');
    const input = desk.page.locator('.quick-input-widget input').first();
    await input.fill('Asked for the total with tax, rounded.');
    await input.press('Enter');
    const committed = await commit;
    assert.equal(committed.code, 0, committed.err);
    juniors.git('push', '-q', 'origin', 'total');
    const red = await forge.ci('main', 'total');
    assert.equal(red.code, 1);
    assert.deepEqual(
      red.json!.findings.map(({ kind, clearance }) => [kind, clearance]),
      [['unreviewed', 'requested']],
    );
    await desk.close();

    // The senior pulls, finds what waits for her, reads it and signs.
    const seniors = await cloneOf(senior);
    seniors.git('checkout', '-q', 'total');
    const office = await windowOf(seniors);
    await office.open(PAY, { line: 1, column: 4 });
    await office.command('taggant.worklist.focus');
    const view = office.page.locator('.pane', { hasText: 'AI Sign-off' }).last();
    await view.getByText('Waiting for Your Sign-off').waitFor();
    const row = view.locator('.monaco-list-row', { hasText: 'pay.ts' });
    await row.hover();
    await row.getByRole('button', { name: /^Sign Off AI Span/ }).click();
    const question = await office.dialog();
    assert.match(question.detail, /lines 2–3, by Tim/);
    await question.click('Sign Off');
    await view.getByText('No AI-generated code on critical paths waits').waitFor();
    await office.screenshot('story-signed');
    seniors.git('add', '-A');
    const sealed = await seniors.commit('Sign off');
    assert.equal(sealed.code, 0, sealed.err);
    seniors.git('push', '-q', 'origin', 'total');
    const green = await forge.ci('main', 'total');
    assert.deepEqual(green.json!.findings, []);
    assert.equal(green.code, 0, green.err);

    // The forge squashes it, with neither hook nor driver.
    seniors.git('push', '-q', 'origin', 'origin/main:refs/heads/before');
    forge.squash('total', 'Total (#1)');
    const merged = await forge.ci('before', 'main');
    assert.deepEqual(merged.json!.findings, []);
    assert.equal(merged.code, 0, merged.err);
  });
});
