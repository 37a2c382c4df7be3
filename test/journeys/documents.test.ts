import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { MAX_TRACKED_CHARACTERS } from '../../src/core/limits';
import { settlesAs } from '../host/eventually';
import { save } from '../support/marking';
import { ROW } from './hosts';
import { JourneyRepository } from './repository';
import { openWorkbench, type Workbench } from './workbench';

const FACT = ROW === 'reasons' ? 'exact' : 'accepted';
/** Of a person; so much that it would be shown as unknown if nobody knew. */
const OWN = Array.from({ length: 9 }, (_, i) => `my own line ${i}\n`).join('');
const AI = 'answer(first, second);';

/** Files that come, go, are renamed and are shown in several places, as a person does it in the workbench. */
describe('documents in the workbench', () => {
  let repository: JourneyRepository;
  let workbench: Workbench;

  before(async () => {
    repository = new JourneyRepository();
    save(repository, 'one.txt', 'mine\n«kilo lima;»\nother\n');
    for (const name of ['two', 'three'])
      save(repository, `${name}.txt`, `${name}\n\n${name === 'three' ? OWN : ''}`);
    repository.write('book.ipynb', NOTEBOOK);
    repository.commitAll();
    workbench = await openWorkbench(repository.root, { keepOpen: true });
  });
  afterEach(() => closeAll(workbench));
  after(async () => {
    await workbench.close().catch(() => {});
    repository.remove();
  });

  /** Closes what is open, without a question. */
  async function closeAll(window: Workbench): Promise<void> {
    await window.evaluate(async (vscode) => {
      for (let i = 0; i < 10 && vscode.window.tabGroups.all.some(({ tabs }) => tabs.length > 0); i++) {
        await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
      }
    }, null);
  }

  const becomes = (window: Workbench, path: string | undefined, expected: string[]) =>
    settlesAs(expected, async () =>
      (await window.marks(path)).map(({ origin, evidence, text }) => `${origin} ${evidence}: ${text}`),
    );

  /** Takes a suggestion at the cursor, by key. */
  async function accept(window: Workbench, typed: string, text = AI): Promise<void> {
    await window.offer({ after: typed, text });
    await window.type(typed);
    await window.ghostText(text);
    await window.press('Tab');
    await window.textWith(typed + text);
    await window.offer();
  }

  const sidecar = (path: string) => repository.path('.taggant', 'tags', `${path}.tags`);

  it('keep their marks when they are renamed and moved while they are open and unsaved', async () => {
    await workbench.open('two.txt', { line: 1, column: 0 });
    await accept(workbench, 'a = ');
    await becomes(workbench, 'two.txt', [`ai ${FACT}: ${AI}`]);
    mkdirSync(repository.path('folder'));
    for (const [from, to] of [
      ['two.txt', 'renamed.txt'],
      ['renamed.txt', join('folder', 'moved.txt')],
    ] as const) {
      const done = await workbench.evaluate(
        async (vscode, [source, target]) => {
          const edit = new vscode.WorkspaceEdit();
          edit.renameFile(vscode.Uri.file(source), vscode.Uri.file(target));
          return await vscode.workspace.applyEdit(edit);
        },
        [repository.path(from), repository.path(to)] as const,
      );
      assert.equal(done, true);
      await becomes(workbench, to, [`ai ${FACT}: ${AI}`]);
    }
    await workbench.type(' mine');
    await workbench.command('workbench.action.files.save');
    await waitFor('the sidecar has moved', () => existsSync(sidecar('folder/moved.txt')));
    assert.equal(existsSync(sidecar('two.txt')), false);
    await becomes(workbench, 'folder/moved.txt', [`ai ${FACT}: ${AI}`]);
    await workbench.screenshot('moved');
  });

  it('keep their marks under another name, and when they become files', async () => {
    await workbench.open('three.txt', { line: 1, column: 0 });
    await accept(workbench, 'a = ');
    await saveAs('saved as.txt');
    await becomes(workbench, 'saved as.txt', [`ai ${FACT}: ${AI}`]);
    await waitFor('it has a sidecar', () => existsSync(sidecar('saved as.txt')));

    await workbench.evaluate(async (vscode) => {
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content: 'new\n' }));
    }, null);
    await workbench.select({ line: 1, column: 0 });
    await workbench.command('editor.action.inlineSuggest.trigger');
    await accept(workbench, 'b = ');
    await becomes(workbench, undefined, [`ai ${FACT}: ${AI}`]);
    await saveAs('untitled before.txt');
    await becomes(workbench, 'untitled before.txt', [`ai ${FACT}: ${AI}`]);
    await waitFor('it has one too', () => existsSync(sidecar('untitled before.txt')));
  });

  /** *Save As*, with the path typed into the editor's own dialog. */
  async function saveAs(name: string): Promise<void> {
    const done = workbench.command('workbench.action.files.saveAs');
    const input = workbench.page.locator('.quick-input-widget input').first();
    await input.waitFor();
    // The dialog proposes a path of its own, a moment after it is there.
    let same = 0;
    await waitFor('the dialog has the path', async () => {
      same = (await input.inputValue()) === repository.path(name) ? same + 1 : 0;
      if (same === 0) await input.fill(repository.path(name));
      return same > 5;
    });
    await workbench.press('Enter');
    await done;
    await waitFor(`${name} is there`, () => existsSync(repository.path(name)));
  }

  it('show their marks in both halves of a split editor, and on the right side of a comparison', async () => {
    await workbench.open('one.txt');
    await becomes(workbench, 'one.txt', ['ai accepted: kilo lima;']);
    await workbench.command('workbench.action.splitEditor');
    const decorated = (where: string) =>
      workbench.page.locator(`${where} .view-overlays [class*="TextEditorDecorationType"]`);
    await waitFor('both show it', async () => (await decorated('.editor-instance').count()) === 2);
    await workbench.screenshot('split');
    await closeAll(workbench);

    repository.write('one.txt', 'mine\nkilo lima;\nothers\n');
    await workbench.evaluate(async (vscode, file) => {
      const uri = vscode.Uri.file(file);
      const api = vscode.extensions.getExtension('vscode.git')!.exports.getAPI(1);
      await vscode.commands.executeCommand('vscode.diff', api.toGitUri(uri, 'HEAD'), uri);
    }, repository.path('one.txt'));
    await waitFor('the right side shows it', async () => (await decorated('.editor.modified').count()) > 0);
    assert.equal(await decorated('.editor.original').count(), 0);
    await workbench.screenshot('diff');
  });

  it('that are not followed say so in the status bar: large, ignored, and outside git', async () => {
    const elsewhere = realpathSync(mkdtempSync(join(tmpdir(), 'taggant-nowhere-')));
    writeFileSync(join(elsewhere, 'note.txt'), 'one\n');
    repository.write('.git/info/exclude', 'ignored.txt\n');
    repository.write('ignored.txt', 'one\n');
    repository.write('large.txt', `${'0123456789'.repeat(10)}\n`.repeat(MAX_TRACKED_CHARACTERS / 100));
    for (const [path, reason] of [
      [repository.path('large.txt'), /larger than 5 million characters/],
      [repository.path('ignored.txt'), /Git ignores this file/],
      [join(elsewhere, 'note.txt'), /not in a Git repository/],
    ] as const) {
      await workbench.open(path);
      const item = workbench.page.locator(
        '.statusbar-item[aria-label^="Taggant is not observing this file"]',
      );
      await item.waitFor();
      await waitFor(`it says ${reason}`, async () =>
        reason.test((await item.getAttribute('aria-label')) ?? ''),
      );
      await workbench.screenshot(`not-followed-${basename(path)}`);
      assert.deepEqual(await workbench.marks(path), []);
    }
    rmSync(elsewhere, { recursive: true });
  });

  it('are cells of a notebook: their marks are shown, and it is said that they are not kept', async () => {
    await workbench.evaluate(async (vscode, file) => {
      const notebook = await vscode.workspace.openNotebookDocument(vscode.Uri.file(file));
      await vscode.window.showNotebookDocument(notebook);
    }, repository.path('book.ipynb'));
    const cell = workbench.page.locator('.notebook-editor .monaco-editor.focused');
    await workbench.command('notebook.cell.edit');
    await workbench.asks('notebook.cell.edit', 'the cell is edited', () => cell.isVisible());
    await workbench.press('Control+End');
    await workbench.command('editor.action.inlineSuggest.trigger');
    await accept(workbench, 'a = ');
    await becomes(workbench, undefined, [`ai ${FACT}: ${AI}`]);
    const state = await workbench.until(
      'its state is known',
      (vscode) => {
        const { uri } = vscode.window.activeTextEditor!.document;
        return vscode.extensions.getExtension('taggant.taggant')!.exports.getStatus(uri)?.tracking;
      },
      null,
    );
    await workbench.screenshot('notebook');
    assert.equal(state.state, 'off');
    assert.match((state as { reason: string }).reason, /notebook/i);
    await workbench.statusBarItem(/AI/).waitFor();
  });
});

const NOTEBOOK = JSON.stringify({
  cells: [
    {
      cell_type: 'code',
      execution_count: null,
      id: 'one',
      metadata: {},
      outputs: [],
      source: ['first = 1\n'],
    },
  ],
  metadata: { language_info: { name: 'python' } },
  nbformat: 4,
  nbformat_minor: 5,
});

async function waitFor(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; !(await condition()); i++) {
    if (i === 400) throw new Error(`waited in vain: ${what}`);
    await new Promise((next) => setTimeout(next, 50));
  }
}
