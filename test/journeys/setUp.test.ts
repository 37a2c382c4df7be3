import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import type { Locator } from 'playwright-core';
import { eventually } from '../host/eventually';
import { describeInOneRow } from './hosts';
import { JourneyRepository } from './repository';
import { openWorkbench, type Workbench } from './workbench';

/** A notification, wherever VS Code shows it: a toast in a window without focus waits in the list. */
async function notification(workbench: Workbench, text: string): Promise<Locator> {
  const item = workbench.page.locator('.notification-list-item', { hasText: text }).first();
  await eventually(`the notification "${text}"`, async () => {
    if (await item.isVisible()) return true;
    await workbench.command('notifications.showList');
    return item.isVisible();
  });
  return item;
}

/** The way into Taggant: marks first, then the offer, then the question, then the files. */
describeInOneRow('setting a repository up in the editor', () => {
  let repository: JourneyRepository;
  let workbench: Workbench;
  before(async () => {
    repository = new JourneyRepository({ 'a.ts': 'const rate = 2;\n\n', 'b.ts': 'const rate = 2;\n\n' });
    workbench = await openWorkbench(repository.root, { keepOpen: true });
  });
  after(async () => {
    await workbench.close().catch(() => {});
    repository.remove();
  });

  it('is offered when AI text appears, says what it would do, and does that', async () => {
    await workbench.open('a.ts', { line: 1, column: 0 });
    await workbench.offer({ after: 'const tax = ', text: 'rate * 3;' });
    await workbench.type('const tax = ');
    await workbench.ghostText('rate * 3;');
    await workbench.press('Tab');
    await workbench.textWith('rate * 3;');
    const offer = await notification(workbench, 'AI-generated code appeared');
    await workbench.screenshot('offer');
    assert.equal(existsSync(repository.path('.taggant')), false);
    await offer.getByRole('button', { name: 'Set Up…' }).click();
    const dialog = await workbench.dialog();
    await workbench.screenshot('set-up');
    assert.equal(dialog.message, 'Set up Taggant in this repository?');
    assert.match(dialog.detail, /\.taggant\/policy\.json/);
    assert.match(dialog.detail, /pre-commit/);
    assert.equal(existsSync(repository.path('.taggant')), false, 'asking writes nothing');
    await dialog.click('Set Up');
    const done = await notification(workbench, 'Taggant is set up');
    await workbench.screenshot('set-up-done');
    assert.ok(existsSync(repository.path('.git/hooks/pre-commit')));
    await done.getByRole('button', { name: 'Open Policy' }).click();
    await workbench.textWith('"rules"');
    await workbench.screenshot('policy-opened');
  });

  it('shows what is known of a span on hover', async () => {
    await workbench.open('b.ts', { line: 1, column: 0 });
    await workbench.offer({ after: 'const fee = ', text: 'rate * 5;' });
    await workbench.type('const fee = ');
    await workbench.ghostText('rate * 5;');
    await workbench.press('Tab');
    await workbench.textWith('rate * 5;');
    await workbench.select({ line: 1, column: 14 });
    const hover = await workbench.hover('AI-generated');
    await workbench.screenshot('hover');
    assert.match((await hover.textContent()) ?? '', /Evidence: (exact|accepted)/);
  });
});
