import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { TAGGANT } from '../host/extensions';
import { createShop, SETTINGS } from '../sample/shop';
import { describeInOneRow } from './hosts';
import { openWorkbench } from './workbench';

const PROVIDER = resolve(import.meta.dirname, '../sample/provider');

/** What the README of the sample promises a newcomer, step by step. */
describeInOneRow("the newcomer's walk through the sample shop", () => {
  let shop: string;
  before(async () => {
    shop = await createShop();
  });
  after(() => rmSync(dirname(shop), { recursive: true, force: true }));

  it('types, accepts, sees marks, is held, reviews, commits', async () => {
    const git = (...args: string[]) => execFileSync('git', args, { cwd: shop, encoding: 'utf8' });
    const workbench = await openWorkbench(shop, {
      extensions: [TAGGANT, PROVIDER],
      settings: SETTINGS,
    });
    await workbench.page.locator('.tab', { hasText: 'README' }).waitFor();
    const file = 'services/checkout/totals.ts';
    const lines = readFileSync(join(shop, file), 'utf8').split('\n');
    await workbench.open(file, { line: lines.length - 1, column: 0 });
    await workbench.press('Control+End', 'Enter');
    await workbench.type('// free shipping over 50 euros');
    await workbench.ghostText('export function shippingCost(cart: Cart): Cents {');
    await workbench.screenshot('walk-1-offered');
    await workbench.press('Tab');
    await workbench.textWith('shippingCost');
    const [mark, ...others] = await workbench.marks();
    assert.deepEqual(others, []);
    assert.match(mark?.text ?? '', /^\n?export function shippingCost(.|\n)*\n\}$/);
    await workbench.screenshot('walk-2-accepted');
    await workbench.press('Control+s');
    const before = git('rev-parse', 'HEAD');
    await workbench.commit('Add shipping cost');
    const dialog = await workbench.dialog();
    await workbench.screenshot('walk-3-held');
    assert.match(`${dialog.message} ${dialog.detail}`, /money moves here.*totals\.ts/);
    assert.ok(!dialog.buttons.includes('Commit Anyway'));
    await dialog.click('Review Now');
    await (await workbench.dialog()).click('Cancel');
    assert.equal(git('rev-parse', 'HEAD'), before);
    await workbench.until(
      'the cursor is at the span',
      (vscode) => vscode.window.activeTextEditor?.selection.start.line === 16,
      null,
    );
    await workbench.command('taggant.markReviewed');
    await workbench.screenshot('walk-4-reviewed');
    await workbench.commit('Add shipping cost');
    await workbench.until(
      'the commit is there',
      async (vscode, head) => {
        const [repository] = vscode.extensions.getExtension('vscode.git')!.exports.getAPI(1).repositories;
        return repository.state.HEAD.commit !== head.trim();
      },
      before,
    );
    await workbench.screenshot('walk-5-committed');
    const committed = git('show', '--name-only', '--format=', 'HEAD');
    assert.match(committed, /^\.taggant\/tags\/services\/checkout\/totals\.ts\.tags$/m);
    assert.match(committed, /^\.taggant\/statements\/[\w-]+\.json$/m);
  });
});
