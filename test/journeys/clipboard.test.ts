import assert from 'node:assert/strict';
import { save } from '../support/marking';
import { ROW } from './hosts';
import { JourneyRepository } from './repository';
import { openWorkbench, type Workbench } from './workbench';

/** Copy, cut and paste as a person does them, by key. `«…»` is AI text, `‹…›` of unknown origin. */
describe('the clipboard', () => {
  const LARGE =
    'const large = one + two;\nconst larger = large + three;\nconst largest = larger + large + four;\n';
  const PARTS = 'mine «kilo lima» a\nalso «mike» b\n\n\n';
  const DRAGGED = 'mine «kilo lima mike november oscar papa quebec romeo»\nother\n';
  let repository: JourneyRepository;
  let workbench: Workbench;

  before(async () => {
    repository = new JourneyRepository();
    save(repository, 'one.txt', 'mine «kilo lima»\nother\n');
    save(repository, 'two.txt', 'second \n');
    save(repository, 'parts.txt', PARTS);
    save(repository, 'drag.txt', DRAGGED);
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
    let drawn = '';
    for (const deadline = Date.now() + 15_000; drawn !== expected && Date.now() < deadline; ) {
      const marks = await workbench.marks();
      const lines = (await workbench.text()).split('\n');
      // The text may have changed between the two: then the next look shows it.
      for (const { range, origin } of marks.reverse().filter((mark) => mark.range.end.line < lines.length)) {
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

  describe('at several cursors', () => {
    beforeEach(() => workbench.open('parts.txt'));
    afterEach(() => configure({ 'editor.multiCursorPaste': undefined }));

    /** Two places of the text: `ne kilo` and `mike b`. */
    const TWO = [
      [0, 2, 0, 9],
      [1, 5, 1, 11],
    ] as const;
    const AT_THE_END = [
      [2, 0, 2, 0],
      [3, 0, 3, 0],
    ] as const;

    it('keeps the marks of each part at its own cursor', async () => {
      await becomes(PARTS);
      await keysAt(TWO, 'Control+c');
      await keysAt(AT_THE_END, 'Control+v');
      await becomes('mine «kilo lima» a\nalso «mike» b\nne «kilo»\n«mike» b\n');
    });

    for (const [way, pasted] of [
      ['spread', ['ne «kilo lima» a', 'also «mike»']],
      ['full', ['ne «kilo lima» a\nalso «mike»', 'ne «kilo lima» a\nalso «mike»']],
    ] as const) {
      it(`keeps the marks of two lines, ${way}`, async () => {
        await configure({ 'editor.multiCursorPaste': way });
        await becomes(PARTS);
        await keysAt([[0, 2, 1, 9]], 'Control+c');
        await keysAt(AT_THE_END, 'Control+v');
        await becomes(`mine «kilo lima» a\nalso «mike» b\n${pasted.join('\n')}\n`);
      });
    }

    it('keeps the marks of parts that are moved, to as many cursors and then to one', async () => {
      await becomes(PARTS);
      await keysAt(TWO, 'Control+x');
      await becomes('mi« lima» a\nalso \n\n\n');
      await keysAt(AT_THE_END, 'Control+v');
      await becomes('mi« lima» a\nalso \nne «kilo»\n«mike» b\n');
      const moved = [
        [2, 0, 2, 7],
        [3, 0, 3, 6],
      ] as const;
      await keysAt(moved, 'Control+x');
      await keysAt([[2, 0, 2, 0]], 'Control+v');
      await becomes('mi« lima» a\nalso \nne «kilo»\n«mike» b\n\n');
    });

    it('keeps the marks of one part at each cursor', async () => {
      await becomes(PARTS);
      await keysAt([[0, 2, 0, 9]], 'Control+c');
      await keysAt(AT_THE_END, 'Control+v');
      await becomes('mine «kilo lima» a\nalso «mike» b\nne «kilo»\nne «kilo»\n');
    });

    it('is of unknown origin at each where it is large and comes from elsewhere', async () => {
      await becomes(PARTS);
      await fromElsewhere(LARGE);
      await keysAt(AT_THE_END, 'Control+v');
      const unknown = LARGE.replace(/.+/g, '‹$&›');
      await becomes(`mine «kilo lima» a\nalso «mike» b\n${unknown}\n${unknown}\n`);
    });
  });

  describe('dragged by the mouse', () => {
    it('keeps its marks, moved and copied', async () => {
      await workbench.open('drag.txt');
      await becomes(DRAGGED);
      await workbench.select({ line: 0, column: 2 }, { line: 0, column: 9 });
      await drag([0, 6], [1, 5]);
      const left = 'lima mike november oscar papa quebec romeo';
      await becomes(`mi« ${left}»\notherne «kilo»\n`);
      await workbench.select({ line: 0, column: 3 }, { line: 0, column: 45 });
      await workbench.page.keyboard.down('Control');
      await drag([0, 5], [1, 2]);
      await workbench.page.keyboard.up('Control');
      const copied = ROW === 'reasons' ? `«${left}»` : `‹${left}›`;
      await becomes(`mi« ${left}»\not${copied}herne «kilo»\n`);
    });
  });

  /** Presses a key with these places selected: `[line, column, line, column]` each. */
  async function keysAt(
    places: readonly (readonly [number, number, number, number])[],
    key: string,
  ): Promise<void> {
    await workbench.evaluate(async (vscode, all) => {
      vscode.window.activeTextEditor!.selections = all.map((place) => new vscode.Selection(...place));
    }, places);
    await workbench.command('workbench.action.focusActiveEditorGroup');
    await workbench.press(key);
  }

  async function fromElsewhere(text: string): Promise<void> {
    await workbench.evaluate(async (vscode, foreign) => {
      await vscode.env.clipboard.writeText(foreign);
    }, text);
  }

  async function configure(settings: Readonly<Record<string, unknown>>): Promise<void> {
    await workbench.evaluate(
      async (vscode, all) => {
        for (const key of all.names)
          await vscode.workspace
            .getConfiguration()
            .update(key, all.values[key], vscode.ConfigurationTarget.Global);
      },
      { names: Object.keys(settings), values: settings },
    );
  }

  /** Drags what is selected from one place on the screen to another. */
  async function drag(from: readonly [number, number], to: readonly [number, number]): Promise<void> {
    const { mouse } = workbench.page;
    const [start, end] = [await onScreen(from), await onScreen(to)];
    await mouse.move(start.x, start.y);
    await mouse.down();
    await mouse.move((start.x + end.x) / 2, (start.y + end.y) / 2, { steps: 5 });
    await mouse.move(end.x, end.y, { steps: 5 });
    await mouse.up();
  }

  /** Where the left edge of a character is, in pixels of the page: its glyphs are all of one width. */
  async function onScreen([line, column]: readonly [number, number]): Promise<{ x: number; y: number }> {
    const shown = workbench.page.locator('.editor-instance .view-line').nth(line);
    const text = shown.locator('span > span').first();
    const box = (await text.evaluate((span) => {
      const { left, top, height } = span.parentElement!.getBoundingClientRect();
      return {
        left,
        y: top + height / 2,
        width: span.parentElement!.getBoundingClientRect().width,
        length: span.parentElement!.textContent!.length,
      };
    }))!;
    return { x: box.left + (column * box.width) / box.length, y: box.y };
  }
});
