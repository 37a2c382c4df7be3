import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { TAGGANT } from '../host/extensions';
import { createShop, SETTINGS } from '../sample/shop';
import { describeInOneRow } from './hosts';
import { openWorkbench, type Workbench } from './workbench';

const PROVIDER = resolve(import.meta.dirname, '../sample/provider');
const SAMPLE = { extensions: [TAGGANT, PROVIDER], settings: SETTINGS };
const PROVIDER_ID = 'taggant-sample.sample-completions';

/** What the README of the sample promises a newcomer, step by step. */
describeInOneRow("the newcomer's walk through the sample shop", () => {
  const leftovers: string[] = [];
  let shop: string;
  beforeEach(async () => {
    shop = await createShop();
    leftovers.push(dirname(shop));
  });
  after(() => {
    for (const folder of leftovers) rmSync(folder, { recursive: true, force: true });
  });

  it('is offered a completion though the comment was typed before the extensions ran', async () => {
    const workbench = await openWorkbench(shop, { ...SAMPLE, atOnce: comment });
    await takesTheOffer(workbench);
  });

  it('is offered a completion though the tool started after the last key', async () => {
    const late = lateProvider();
    leftovers.push(late);
    const extensions = [TAGGANT, late];
    const waitFor = ['taggant.taggant'];
    const workbench = await openWorkbench(shop, { ...SAMPLE, extensions, waitFor, atOnce: comment });
    await workbench.evaluate((vscode, id) => vscode.extensions.getExtension(id)!.activate(), PROVIDER_ID);
    await takesTheOffer(workbench);
  });

  it('types, accepts, sees marks, is held, reviews, commits', async () => {
    const git = (...args: string[]) => execFileSync('git', args, { cwd: shop, encoding: 'utf8' });
    const workbench = await openWorkbench(shop, SAMPLE);
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
    await workbench.page.locator('.statusbar-item.warning-kind', { hasText: 'to review' }).waitFor();
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

/** Opens the file by clicks and types as soon as it takes keys. */
async function comment(page: Page): Promise<void> {
  for (const name of ['services', 'checkout', 'totals.ts']) {
    await page.locator('.explorer-folders-view .monaco-list-row', { hasText: name }).first().click();
  }
  await page.locator('.editor-instance .monaco-editor .view-lines', { hasText: 'containedVat' }).click();
  await page.locator('.editor-instance .monaco-editor.focused').waitFor();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('// free shipping over 50 euros');
}

/** Nobody asks the editor for it anew, so not `ghostText`. What is accepted at once has its mark. */
async function takesTheOffer(workbench: Workbench): Promise<void> {
  const { page } = workbench;
  await page.locator('.ghost-text', { hasText: 'shippingCost' }).waitFor();
  await page.keyboard.press('Tab');
  await workbench.textWith('shippingCost');
  assert.deepEqual(
    (await workbench.marks()).map(({ text }) => text.trim().split('\n')[0]),
    ['export function shippingCost(cart: Cart): Cents {'],
  );
  assert.equal(await page.locator('.tab.active').textContent(), 'totals.ts');
}

/** The sample's tool, but it starts when it is told to. */
function lateProvider(): string {
  const folder = mkdtempSync(join(tmpdir(), 'taggant-late-'));
  cpSync(PROVIDER, folder, { recursive: true });
  const manifest = JSON.parse(readFileSync(join(PROVIDER, 'package.json'), 'utf8'));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...manifest, activationEvents: [] }));
  return folder;
}
