import assert from 'node:assert/strict';
import type * as Vscode from 'vscode';
import { ROW } from './hosts';
import { JourneyRepository } from './repository';
import { openWorkbench, type Workbench } from './workbench';

const cursorLineIs = (vscode: typeof Vscode, line: number) =>
  vscode.window.activeTextEditor?.selection.active.line === line;

/** What all other journeys stand on: the screen, the keys, the offers and the API agree. */
describe('a window with ghost text', () => {
  let repository: JourneyRepository;
  let workbench: Workbench;
  before(async () => {
    repository = new JourneyRepository({ 'a.ts': 'const first = 1;\n\n' });
    workbench = await openWorkbench(repository.root, { keepOpen: true });
  });
  after(async () => {
    await workbench.close().catch(() => {});
    repository.remove();
  });

  it('accepts what it shows, word by word and whole', async () => {
    await workbench.open('a.ts', { line: 1, column: 0 });
    await workbench.offer({ after: 'const total = ', text: 'first + 1;\nconst rest = total - first;' });
    await workbench.type('const total = ');
    await workbench.ghostText('first + 1;\nconst rest = total - first;');
    await workbench.press('Control+ArrowRight');
    assert.equal(await workbench.textWith('= first'), 'const first = 1;\nconst total = first\n');
    await workbench.ghostText(' + 1;');
    await workbench.screenshot('ghost-text');
    await workbench.press('Tab');
    await workbench.textWith('const rest = total - first;');
    await workbench.noGhostText();
    const [mark, ...others] = await workbench.marks();
    assert.deepEqual(others, []);
    assert.equal(mark?.text, 'first + 1;\nconst rest = total - first;');
    assert.equal(mark?.evidence, ROW === 'reasons' ? 'exact' : 'accepted');
    await workbench.screenshot('accepted');
  });

  it('jumps to a next edit and takes it', async () => {
    repository.write('b.ts', 'const first = 1;\nconst second = first + 1;\nconst third = first;\n');
    await workbench.open('b.ts', { line: 0, column: 11 });
    await workbench.offer({ after: 'const firsts', replace: 'third = first', text: 'third = firsts' });
    await workbench.type('s');
    await workbench.nextEdit();
    await workbench.screenshot('next-edit');
    await workbench.press('Tab'); // goes there
    await workbench.until('the cursor is there', cursorLineIs, 2);
    await workbench.press('Tab');
    await workbench.textWith('third = firsts');
    const [mark, ...others] = await workbench.marks();
    assert.deepEqual(others, []);
    assert.equal(mark?.text, 's');
    assert.equal(mark?.evidence, ROW === 'reasons' ? 'exact' : 'accepted');
  });
});
