import assert from 'node:assert/strict';
import { save } from '../support/marking';
import { JourneyRepository } from './repository';
import { openWorkbench, type Workbench } from './workbench';

/** Copy, cut and paste as a person does them, by key. `«…»` is AI text, `‹…›` of unknown origin. */
describe('the clipboard', () => {
  const LARGE =
    'const large = one + two;\nconst larger = large + three;\nconst largest = larger + large + four;\n';
  let repository: JourneyRepository;
  let workbench: Workbench;

  before(async () => {
    repository = new JourneyRepository();
    save(repository, 'one.txt', 'mine «kilo lima»\nother\n');
    save(repository, 'two.txt', 'second \n');
    repository.commitAll();
    workbench = await openWorkbench(repository.root, { keepOpen: true });
  });
  beforeEach(() => workbench.open('one.txt', { line: 0, column: 0 }));
  afterEach(() => workbench.command('workbench.action.revertAndCloseActiveEditor'));
  after(async () => {
    await workbench.close().catch(() => {});
    repository.remove();
  });

  async function becomes(expected: string): Promise<void> {
    const plain = expected.replace(/[«»‹›]/g, '');
    await workbench.textWith(plain);
    let drawn = '';
    for (let i = 0; i < 100 && drawn !== expected; i++) {
      const lines = (await workbench.text()).split('\n');
      for (const { range, origin } of (await workbench.marks()).reverse()) {
        const [open, close] = origin === 'ai' ? '«»' : '‹›';
        for (let line = range.start.line; line <= range.end.line; line++) {
          const text = lines[line]!;
          const start = line === range.start.line ? range.start.character : 0;
          const end = line === range.end.line ? range.end.character : text.length;
          if (start < end)
            lines[line] = text.slice(0, start) + open + text.slice(start, end) + close + text.slice(end);
        }
      }
      drawn = lines.join('\n');
    }
    assert.equal(drawn, expected);
  }

  it('keeps marks in the same file and in another one', async () => {
    await becomes('mine «kilo lima»\nother\n');
    await workbench.select({ line: 0, column: 2 }, { line: 0, column: 9 });
    await workbench.press('Control+c');
    await workbench.select({ line: 1, column: 5 });
    await workbench.press('Control+v');
    await becomes('mine «kilo lima»\notherne «kilo»\n');
    await workbench.command('workbench.action.files.revert');
    await workbench.open('two.txt', { line: 0, column: 7 });
    await workbench.press('Control+v');
    await becomes('second ne «kilo»\n');
  });

  it('moves text by cut and paste', async () => {
    await becomes('mine «kilo lima»\nother\n');
    await workbench.select({ line: 0, column: 0 }, { line: 0, column: 9 });
    await workbench.press('Control+x');
    await becomes('« lima»\nother\n');
    await workbench.select({ line: 1, column: 5 });
    await workbench.press('Control+v');
    await becomes('« lima»\nothermine «kilo»\n');
  });

  it('copies a whole line where nothing is selected', async () => {
    await becomes('mine «kilo lima»\nother\n');
    await workbench.select({ line: 0, column: 3 });
    await workbench.press('Control+c');
    await workbench.select({ line: 1, column: 0 });
    await workbench.press('Control+v');
    await becomes('mine «kilo lima»\nmine «kilo lima»\nother\n');
  });

  it('shows a large text from elsewhere as unknown', async () => {
    await becomes('mine «kilo lima»\nother\n');
    await workbench.evaluate(async (vscode, text) => {
      await vscode.env.clipboard.writeText(text);
    }, LARGE);
    await workbench.select({ line: 1, column: 0 });
    await workbench.press('Control+v');
    await becomes(
      `mine «kilo lima»\n${LARGE.trimEnd()
        .split('\n')
        .map((line) => `‹${line}›`)
        .join('\n')}\nother\n`,
    );
  });
});
