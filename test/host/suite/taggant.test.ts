import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Api } from '../../../src/extension/main';
import { pause, until } from './waiting';

/** What Taggant does inside the extension host, asked through VS Code's own API. */
describe('Taggant in the extension host', () => {
  let api: Api;
  let files = 0;

  before(async () => {
    api = await vscode.extensions.getExtension<Api>('taggant.taggant')!.activate();
  });
  afterEach(() => vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor'));

  async function open(text: string): Promise<vscode.TextEditor> {
    const root = vscode.workspace.workspaceFolders![0]!.uri;
    const uri = vscode.Uri.joinPath(root, `file${files++}.ts`);
    await vscode.workspace.fs.writeFile(uri, Buffer.from(text));
    return vscode.window.showTextDocument(uri, { preview: false });
  }

  /** The marks of a document that the condition waits for. */
  async function marksWhen(
    document: vscode.TextDocument,
    condition: (marks: string[]) => boolean,
  ): Promise<string[]> {
    for (let i = 0; ; i++) {
      const { spans, version } = await api.getSpans(document.uri);
      const marks = spans.map(({ range: { start, end }, origin }) => {
        const range = new vscode.Range(start.line, start.character, end.line, end.character);
        return `${origin}: ${document.getText(range)}`;
      });
      if (version === document.version && condition(marks)) return marks;
      if (i === 300) throw new Error(`waited in vain; the marks are ${JSON.stringify(marks)}`);
      await pause();
    }
  }

  async function declareAi(editor: vscode.TextEditor, range: vscode.Range): Promise<void> {
    // The command asks for the tool; the test answers with nothing.
    editor.selection = new vscode.Selection(range.start, range.end);
    const declared = vscode.commands.executeCommand('taggant.markAsAi');
    let done = false;
    void declared.then(() => {
      done = true;
    });
    while (!done) {
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      await vscode.commands.executeCommand('workbench.action.quickInputBack').then(undefined, () => {});
      await pause(50);
    }
  }

  it('registers every command of its manifest', async () => {
    const manifest = vscode.extensions.getExtension('taggant.taggant')!.packageJSON;
    const registered = new Set(await vscode.commands.getCommands(true));
    const commands: { command: string }[] = manifest.contributes.commands;
    assert.deepEqual(
      commands.map(({ command }) => command).filter((command) => !registered.has(command)),
      [],
    );
    assert.ok(registered.has('taggant.noteAcceptance'));
  });

  it('marks nothing that was typed, deleted or opened', async () => {
    const editor = await open('const a = 1;\n');
    for (const key of 'let b;\n') await vscode.commands.executeCommand('type', { text: key });
    await vscode.commands.executeCommand('deleteLeft');
    assert.deepEqual(await marksWhen(editor.document, () => true), []);
  });

  it('marks no snippet as AI', async () => {
    const editor = await open('');
    const snippet = new vscode.SnippetString('for (const ').appendPlaceholder('x').appendText(' of list) ');
    await editor.insertSnippet(snippet);
    const marks = await marksWhen(editor.document, () => true);
    assert.ok(
      marks.every((mark) => !mark.startsWith('ai')),
      marks.join(),
    );
  });

  it('shows an edit that nobody explains as unknown origin', async () => {
    const editor = await open('');
    const edit = new vscode.WorkspaceEdit();
    edit.insert(editor.document.uri, new vscode.Position(0, 0), 'one();\ntwo();\nthree();\nfour();\n');
    await vscode.workspace.applyEdit(edit);
    const marks = await marksWhen(editor.document, (all) => all.length > 0);
    assert.ok(
      marks.every((mark) => mark.startsWith('external')),
      marks.join(),
    );
  });

  it('lets a person declare text, explains it on hover, goes there and takes it back', async () => {
    const editor = await open('const a = 1;\nconst b = 2;\nconst c = 3;\n');
    await declareAi(editor, new vscode.Range(1, 0, 1, 12));
    const { document } = editor;
    assert.deepEqual(await marksWhen(document, (all) => all.length === 1), ['ai: const b = 2;']);

    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      document.uri,
      new vscode.Position(1, 3),
    );
    const text = hovers
      .flatMap(({ contents }) => contents.map((part) => (part as vscode.MarkdownString).value))
      .join();
    assert.match(text, /AI-generated.*Evidence: declared/s);

    editor.selection = new vscode.Selection(0, 0, 0, 0);
    await vscode.commands.executeCommand('taggant.nextSpan');
    await until('the span is selected', () => vscode.window.activeTextEditor!.selection.active.line === 1);
    await vscode.commands.executeCommand('taggant.markAsMine');
    assert.deepEqual(await marksWhen(document, (all) => all.length === 0), []);
  });

  it('writes nothing into a repository that was not set up', async () => {
    const editor = await open('const a = 1;\n');
    await declareAi(editor, new vscode.Range(0, 0, 0, 12));
    await editor.document.save();
    await marksWhen(editor.document, (all) => all.length === 1);
    const root = vscode.workspace.workspaceFolders![0]!.uri.fsPath;
    const names = (await vscode.workspace.fs.readDirectory(vscode.Uri.file(root))).map(([name]) => name);
    assert.ok(!names.includes('.taggant'), names.join());
    await until('its state is known', () => api.getStatus(editor.document.uri) !== undefined);
    assert.equal(api.getStatus(editor.document.uri)?.tracking.state, 'not-set-up');
  });

  it('knows how edits are observed', () => {
    assert.equal(api.detection, process.env.TAGGANT_ROW === 'reasons' ? 'reasons' : 'keybindings');
  });
});
