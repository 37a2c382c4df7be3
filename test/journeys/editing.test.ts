import assert from 'node:assert/strict';
import { settlesAs } from '../host/eventually';
import { ROW } from './hosts';
import { JourneyRepository } from './repository';
import { openWorkbench, type Workbench } from './workbench';

/**
 * What people do to text while it is marked, with a truth written by hand: `«…»` stands around the characters that must
 * be marked, all others must not be.
 */
describe('marks while a person edits', () => {
  const START = 'const rate = 2;\n\n';
  let repository: JourneyRepository;
  let workbench: Workbench;

  let file = 0;

  before(async () => {
    const names = Array.from({ length: 20 }, (_, i) => [`file${i}.mts`, START] as const);
    repository = new JourneyRepository(Object.fromEntries(names));
    workbench = await openWorkbench(repository.root, { keepOpen: true });
  });
  beforeEach(async () => {
    await workbench.command('workbench.action.closeAllEditors');
    await workbench.open(`file${file++}.mts`, { line: 1, column: 0 });
  });
  afterEach(() => workbench.command('workbench.action.files.save'));
  after(async () => {
    // The host's own end is not what is tested here.
    await workbench.close().catch(() => {});
    repository.remove();
  });

  /** The text with its AI marks drawn in, once it is what it should be. */
  async function becomes(expected: string): Promise<void> {
    const plain = expected.replace(/[«»]/g, '');
    await workbench.textWith(plain);
    assert.equal(await workbench.text(), plain);
    await settlesAs(expected, marked);
  }

  /** Line terminators are nobody's: marks are drawn line by line. */
  async function marked(): Promise<string> {
    const lines = (await workbench.text()).split('\n');
    for (const { range, origin } of (await workbench.marks()).reverse()) {
      assert.equal(origin, 'ai');
      for (let line = range.start.line; line <= range.end.line; line++) {
        const text = lines[line]!;
        const start = line === range.start.line ? range.start.character : 0;
        const end = line === range.end.line ? range.end.character : text.length;
        if (start < end) lines[line] = `${text.slice(0, start)}«${text.slice(start, end)}»${text.slice(end)}`;
      }
    }
    return lines.join('\n');
  }

  async function accept(after: string, text: string): Promise<void> {
    await workbench.offer({ after, text });
    await workbench.type(after);
    await workbench.textWith(after);
    await workbench.ghostText(text.split('\n')[0]!);
    await workbench.press('Tab');
  }

  async function knowsTheRow(): Promise<void> {
    const detection = await workbench.until(
      'the detection is known',
      (vscode) => vscode.extensions.getExtension('taggant.taggant')!.exports.detection,
      null,
    );
    assert.equal(detection, ROW === 'reasons' ? 'reasons' : 'keybindings');
  }

  it('knows how edits are observed before the first one', async () => {
    await knowsTheRow();
  });

  it('marks the accepted text when the next key is typed at once', async () => {
    await accept('const tax = ', 'rate * 3;');
    await workbench.type(' // checked');
    await becomes('const rate = 2;\nconst tax = «rate * 3;» // checked\n');
  });

  it('marks an accepted text that replaces what was typed of it, but for what was typed', async () => {
    await workbench.offer({ after: '\n', text: 'function pay() {\n  return rate;\n}', whole: true });
    await workbench.type('fun');
    await workbench.ghostText('pay()');
    await workbench.press('Tab');
    await becomes('const rate = 2;\nfun«ction pay() {»\n«  return rate;»\n«}»\n');
  });

  it('marks three accepted words and nothing of what was refused', async () => {
    await workbench.offer({ after: 'const sum = ', text: 'add(rate, 40) + more;' });
    await workbench.type('const sum = ');
    for (const word of ['add', '(', 'rate']) {
      await workbench.ghostText('+ more;');
      await workbench.press('Control+ArrowRight');
      await workbench.textWith(word);
    }
    await workbench.textWith('add(rate');
    await workbench.press('Escape');
    await workbench.noGhostText();
    await workbench.type(');');
    await becomes('const rate = 2;\nconst sum = «add(rate»);\n');
  });

  it('accepts the next line alone', async () => {
    await workbench.offer({ after: 'if (rate) ', text: '{\n  pay();\n}' });
    await workbench.type('if (rate) ');
    await workbench.ghostText('{');
    await workbench.press('Control+Alt+ArrowRight');
    await workbench.textWith('{');
    await workbench.press('Escape');
    await becomes('const rate = 2;\nif (rate) «{»\n\n');
  });

  it('takes ghost text that was typed through for typed', async () => {
    await workbench.offer({ after: 'const x = ', text: 'rate;' });
    await workbench.type('const x = ');
    await workbench.ghostText('rate;');
    await workbench.type('rate;');
    await becomes('const rate = 2;\nconst x = rate;\n');
  });

  it('undoes, redoes and undoes', async () => {
    await accept('const tax = ', 'rate * 3;');
    await becomes('const rate = 2;\nconst tax = «rate * 3;»\n');
    await workbench.press('Control+z');
    await workbench.until(
      'the completion is undone',
      (vscode) => !vscode.window.activeTextEditor!.document.getText().includes('* 3'),
      null,
    );
    assert.equal((await workbench.marks()).length, 0);
    await workbench.press('Control+y');
    await becomes('const rate = 2;\nconst tax = «rate * 3;»\n');
    await workbench.press('Control+z');
    await workbench.until(
      'the completion is undone again',
      (vscode) => !vscode.window.activeTextEditor!.document.getText().includes('* 3'),
      null,
    );
    assert.equal((await workbench.marks()).length, 0);
  });

  it('gives deleted AI text its marks back with undo', async () => {
    await accept('const tax = ', 'rate * 3;');
    await becomes('const rate = 2;\nconst tax = «rate * 3;»\n');
    await workbench.select({ line: 1, column: 8 }, { line: 1, column: 16 });
    await workbench.press('Delete');
    await becomes('const rate = 2;\nconst ta« * 3;»\n');
    await workbench.press('Control+z');
    await becomes('const rate = 2;\nconst tax = «rate * 3;»\n');
  });

  it('leaves what is typed inside AI text to the person', async () => {
    await accept('const tax = ', 'rate * 3;');
    await becomes('const rate = 2;\nconst tax = «rate * 3;»\n');
    await workbench.select({ line: 1, column: 16 });
    await workbench.type(' + 1');
    await becomes('const rate = 2;\nconst tax = «rate» + 1« * 3;»\n');
  });

  it('lets marks move with lines', async () => {
    await accept('const tax = ', 'rate * 3;\nconst fee = tax;');
    await becomes('const rate = 2;\nconst tax = «rate * 3;»\n«const fee = tax;»\n');
    await workbench.select({ line: 0, column: 0 });
    await workbench.press('Alt+ArrowDown');
    await becomes('const tax = «rate * 3;»\nconst rate = 2;\n«const fee = tax;»\n');
    await workbench.press('Alt+ArrowDown');
    await becomes('const tax = «rate * 3;»\n«const fee = tax;»\nconst rate = 2;\n');
    await workbench.press('Alt+ArrowUp', 'Alt+ArrowUp');
    await becomes('const rate = 2;\nconst tax = «rate * 3;»\n«const fee = tax;»\n');
  });

  it('formats the document around and inside AI text', async () => {
    await accept('const  tax=', 'rate*3;\nif(tax){\npay( tax );\n}');
    await workbench.textWith('pay( tax );');
    await workbench.until(
      'a formatter answers',
      async (vscode) => {
        const { uri } = vscode.window.activeTextEditor!.document;
        const options = { tabSize: 2, insertSpaces: true };
        const edits = await vscode.commands.executeCommand(
          'vscode.executeFormatDocumentProvider',
          uri,
          options,
        );
        return (edits as unknown[] | undefined)?.length ?? 0;
      },
      null,
      60_000,
    );
    await workbench.until(
      'it is laid out',
      async (vscode) => {
        const editor = vscode.window.activeTextEditor!;
        editor.options = { tabSize: 2, insertSpaces: true };
        await vscode.commands.executeCommand('editor.action.formatDocument');
        return editor.document.getText().includes('pay(tax);');
      },
      null,
    );
    await becomes('const rate = 2;\nconst tax = «rate * 3;»\n«if (tax) {»\n«  pay(tax);»\n«}»\n');
  });

  it('renames a symbol in human and in AI text', async () => {
    await accept('const tax = ', 'rate * 3;');
    await becomes('const rate = 2;\nconst tax = «rate * 3;»\n');
    await workbench.until(
      'TypeScript answers',
      async (vscode) => {
        const { uri } = vscode.window.activeTextEditor!.document;
        const place = new vscode.Position(0, 7);
        const edit = await vscode.commands
          .executeCommand<{ size: number }>('vscode.executeDocumentRenameProvider', uri, place, 'amount')
          .then(undefined, () => undefined);
        return edit?.size ?? 0;
      },
      null,
      60_000,
    );
    await workbench.select({ line: 0, column: 8 });
    await workbench.press('F2');
    const box = workbench.page.locator('.rename-box input:focus');
    await workbench.asks('editor.action.rename', 'the new name is asked for', () => box.isVisible());
    await workbench.press('Control+a');
    await workbench.type('amount');
    await workbench.press('Enter');
    await becomes('const amount = 2;\nconst tax = «amount * 3;»\n');
  });

  it('shows the marks, and hides and shows them again on command', async () => {
    await accept('const tax = ', 'rate * 3;');
    await becomes('const rate = 2;\nconst tax = «rate * 3;»\n');
    const drawn = workbench.page.locator('.monaco-editor .view-overlays .cdr[class*="ced-"]');
    await drawn.first().waitFor();
    const style = await drawn.first().evaluate((element) => {
      const { borderLeftStyle, borderLeftWidth } =
        element.ownerDocument.defaultView!.getComputedStyle(element);
      return `${borderLeftWidth} ${borderLeftStyle}`;
    });
    assert.equal(style, '2px solid');
    await workbench.command('taggant.toggleMarks');
    await drawn.first().waitFor({ state: 'detached' });
    await workbench.command('taggant.toggleMarks');
    await drawn.first().waitFor();
  });

  it('says how edits are observed', async () => {
    await workbench.type('x');
    await knowsTheRow();
  });
});
