import assert from 'node:assert/strict';
import type { DeletionInfo, SpansParams } from '../../src/protocol';
import { eventually } from '../host/eventually';
import { ROW } from './hosts';
import { JourneyRepository } from './repository';
import { openWorkbench, type Workbench } from './workbench';

const CHECK = '  if (!user.isAdmin) return;\n';
const CODE = `export function refund(user: User): void {\n${CHECK}  audit(user);\n  pay(user);\n}\n// go\n`;

/** A next-edit suggestion that takes a check away: no other tool marks what is not there. */
describe('an AI edit that removes a line', () => {
  let repository: JourneyRepository;
  before(() => {
    repository = new JourneyRepository({ 'refund.ts': CODE });
  });
  after(() => repository.remove());

  it('leaves a mark above the place, which undo takes away and a person can review', async () => {
    const workbench = await openWorkbench(repository.root);
    await workbench.open('refund.ts', { line: 5, column: 5 });
    await workbench.offer({ after: '// gos', replace: CHECK, text: '' });
    await workbench.type('s');
    await workbench.nextEdit();
    await workbench.press('Tab');
    await workbench.until(
      'the cursor is there',
      (vscode) => (vscode.window.activeTextEditor?.selection.active.line ?? 9) < 3,
      undefined,
    );
    await workbench.press('Tab');
    const removed = CODE.replace(CHECK, '').replace('// go', '// gos');
    await workbench.textWith('void {\n  audit');
    assert.equal(await workbench.text(), removed);

    const [deletion, ...others] = await deletions(workbench, 1);
    assert.deepEqual(others, []);
    assert.equal(deletion?.line, 1);
    assert.equal(deletion?.review, 'unreviewed');
    assert.equal(deletion?.evidence, ROW === 'reasons' ? 'exact' : 'accepted');
    await workbench.select({ line: 0, column: 0 });
    await cuts(workbench, 1);
    await workbench.screenshot('deletion');

    await workbench.command('taggant.toggleMarks');
    await cuts(workbench, 0);
    await workbench.command('taggant.toggleMarks');
    await workbench.command('taggant.nextSpan');
    await workbench.until(
      'the cursor is at the deletion',
      (vscode) => vscode.window.activeTextEditor?.selection.active.line === 1,
      undefined,
    );
    await workbench.select({ line: 1, column: 4 });
    await workbench.hover('An AI edit removed text here');
    await workbench.screenshot('deletion-hover');
    await workbench.press('Escape');

    await workbench.press('Control+z');
    await workbench.textWith(CHECK);
    await deletions(workbench, 0);
    await cuts(workbench, 0);
    await workbench.press('Control+y');
    await deletions(workbench, 1);
    await workbench.select({ line: 1, column: 2 });
    await workbench.command('taggant.markAsMine');
    await deletions(workbench, 0);
  });
});

/** Taggant's deletions of the file, once there are as many. */
async function deletions(workbench: Workbench, count: number): Promise<DeletionInfo[]> {
  const told = await eventually('Taggant tells the deletions', async () => {
    const found = await workbench.evaluate(async (vscode) => {
      const api = vscode.extensions.all.find(({ id }) => id.endsWith('taggant'))?.exports;
      const { uri } = vscode.window.activeTextEditor!.document;
      return ((await api.getSpans(uri)) as SpansParams).deletions ?? [];
    }, undefined);
    return found.length === count ? found : null;
  });
  return told!;
}

/** Waits until so many lines have a cut drawn above them. */
async function cuts(workbench: Workbench, count: number): Promise<void> {
  const drawn = workbench.page.locator('.monaco-editor .view-overlays .cdr[class*="ced-"]');
  await eventually('the cuts are drawn', async () => {
    // Editors that are not shown (for previews of suggestions) draw too.
    const styles = await drawn.evaluateAll((elements) =>
      elements
        .filter((element) => element.getBoundingClientRect().width > 0)
        .map((element) => element.ownerDocument.defaultView!.getComputedStyle(element))
        .map(({ borderTopStyle, borderTopWidth }) => `${borderTopStyle} ${borderTopWidth}`),
    );
    return styles.filter((style) => style === 'dashed 2px').length === count;
  });
}
