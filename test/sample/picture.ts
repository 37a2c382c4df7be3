/**
 * Takes the README's picture anew: `tsx test/sample/picture.ts FILE.png [THEME]` (after `npm run build`). A real VS Code with
 * the sample shop, an accepted completion and the commit that it holds.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { TAGGANT } from '../host/extensions';
import { startHost } from '../host/host';
import { createShop } from './shop';

const [picture = 'docs/images/held-commit.png', theme = 'Default Dark Modern'] = process.argv.slice(2);
const PROVIDER = resolve(import.meta.dirname, 'provider');
const FILE = 'services/checkout/shipping.ts';
const START = "import type { Cart, Cents } from './cart';\nimport { subtotal } from './totals';\n\n";

const shop = await createShop();
writeFileSync(resolve(shop, FILE), START); // before anybody looks: what is there already is nobody's
const settings = {
  'workbench.colorTheme': theme,
  'workbench.activityBar.location': 'top',
  'git.enableSmartCommit': true,
  'window.commandCenter': false,
  'breadcrumbs.enabled': false,
};
const host = await startHost({ row: 'reasons', extensions: [TAGGANT, PROVIDER], settings });
try {
  const page = await host.open(shop);
  await page.setViewportSize({ width: 1060, height: 640 });
  const window = await host.bridge.nextWindow();
  await window.until(
    'Taggant is active',
    (vscode) => vscode.extensions.getExtension('taggant.taggant')!.isActive,
    null,
    60_000,
  );
  await window.evaluate(
    async (vscode, file) => {
      const editor = await vscode.window.showTextDocument(vscode.Uri.file(file), { preview: false });
      await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
      editor.selection = new vscode.Selection(3, 0, 3, 0);
      await vscode.commands.executeCommand('workbench.action.focusActiveEditorGroup');
    },
    resolve(shop, FILE),
  );
  await page.keyboard.type('// free shipping over 50 euros');
  await page.locator('.ghost-text-decoration, .ghost-text').first().waitFor();
  await page.keyboard.press('Tab');
  await window.until(
    'the completion is there',
    (vscode) => vscode.window.activeTextEditor!.document.getText().includes('990'),
    null,
  );
  await page.keyboard.press('Control+s');
  await window.until('it is saved', (vscode) => !vscode.window.activeTextEditor!.document.isDirty, null);
  await page.keyboard.press('Control+Shift+g');
  await page.locator('.scm-editor .monaco-editor').first().click();
  await page.keyboard.type('Add shipping cost');
  await window.until(
    'git has seen the change',
    (vscode) => {
      const [repository] = vscode.extensions.getExtension('vscode.git')!.exports.getAPI(1).repositories;
      const { workingTreeChanges, untrackedChanges } = repository.state;
      return repository.inputBox.value !== '' && workingTreeChanges.length + untrackedChanges.length > 0;
    },
    null,
  );
  await page.keyboard.press('Control+Enter');
  await page.locator('.monaco-dialog-box').waitFor();
  await page.locator('.part.statusbar .statusbar-item.warning-kind', { hasText: 'to review' }).waitFor();
  await page.screenshot({ path: picture });
} finally {
  await host.stop();
  rmSync(dirname(shop), { recursive: true, force: true });
}
process.exit(0);
