import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Api } from '../../../src/extension/main';
import { until } from './waiting';

const REASONS = process.env.TAGGANT_ROW === 'reasons';

/** What the editor's own commands do to marks: whoever runs them, from the palette, a menu or by keys of their own. */
describe('sensors in the extension host', () => {
  let api: Api;
  let files = 0;

  before(async () => {
    api = await vscode.extensions.getExtension<Api>('taggant.taggant')!.activate();
    await vscode.extensions.getExtension('taggant-test.completions')!.activate();
  });
  afterEach(async () => {
    await vscode.commands.executeCommand('taggantTest.offer', []);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  async function open(text: string): Promise<vscode.TextEditor> {
    const root = vscode.workspace.workspaceFolders![0]!.uri;
    const uri = vscode.Uri.joinPath(root, `sensor${files++}.txt`);
    await vscode.workspace.fs.writeFile(uri, Buffer.from(text));
    const editor = await vscode.window.showTextDocument(uri, { preview: false });
    const end = editor.document.positionAt(text.length);
    editor.selection = new vscode.Selection(end, end);
    return editor;
  }

  async function marks(document: vscode.TextDocument): Promise<string[]> {
    const { spans, version } = await api.getSpans(document.uri);
    if (version !== document.version) return ['not yet'];
    return spans.map(({ range: { start, end }, origin, evidence }) => {
      const range = new vscode.Range(start.line, start.character, end.line, end.character);
      return `${origin}${evidence ? ` ${evidence}` : ''}: ${document.getText(range)}`;
    });
  }

  async function becomes(document: vscode.TextDocument, expected: string[]): Promise<void> {
    let seen: string[] = [];
    await until(`the marks are ${JSON.stringify(expected)}`, async () => {
      seen = await marks(document);
      return JSON.stringify(seen) === JSON.stringify(expected);
    }).catch((error) => {
      throw new Error(`${error.message}; they are ${JSON.stringify(seen)}`);
    });
  }

  /** Runs one of the editor's accepting commands, once there is something to accept. */
  async function accept(editor: vscode.TextEditor, command: string, offer: object): Promise<void> {
    await vscode.commands.executeCommand('taggantTest.offer', [offer]);
    const { version } = editor.document;
    await until(`${command} accepts`, async () => {
      await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
      await vscode.commands.executeCommand(command);
      return editor.document.version > version;
    });
  }

  it('knows a suggestion that the palette accepts, or shows it as unknown', async () => {
    const editor = await open('total = ');
    const text = 'add(first, second, third, fourth, fifth, sixth);';
    await accept(editor, 'editor.action.inlineSuggest.commit', { after: 'total = ', text });
    await becomes(editor.document, [REASONS ? `ai exact: ${text}` : `external: ${text}`]);
  });

  it('infers one that the palette accepts where suggestions are in use and the tool is known', async () => {
    const settings = vscode.workspace.getConfiguration('taggant');
    await settings.update('detection.assistants', ['taggant-test.completions'], true);
    const editor = await open('total = ');
    await vscode.commands.executeCommand('taggant.noteAcceptance');
    const text = 'add(first, second, third, fourth, fifth, sixth);';
    await accept(editor, 'editor.action.inlineSuggest.commit', { after: 'total = ', text });
    await becomes(editor.document, [`ai ${REASONS ? 'exact' : 'inferred'}: ${text}`]);
    await settings.update('detection.assistants', undefined, true);
  });

  it('gives what is typed into a placeholder of a suggestion to the person', async () => {
    const editor = await open('each ');
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a snippet's placeholder
    const offer = { after: 'each ', text: 'for (const ${1:item} of list) {}', snippet: true };
    await vscode.commands.executeCommand('taggantTest.offer', [offer]);
    const { document } = editor;
    await until('the snippet is there', async () => {
      await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
      await vscode.commands.executeCommand('runCommands', {
        commands: ['editor.action.inlineSuggest.commit', 'taggant.noteAcceptance'],
      });
      return document.getText().includes('list');
    });
    await becomes(document, ['ai accepted: for (const item of list) {}']);
    await vscode.commands.executeCommand('type', { text: 'x' });
    await becomes(document, ['ai accepted: for (const ', 'ai accepted:  of list) {}']);
  });

  it('marks a suggestion at each of several cursors', async () => {
    const editor = await open('a = \nb = ');
    editor.selections = [new vscode.Selection(1, 4, 1, 4), new vscode.Selection(0, 4, 0, 4)];
    await vscode.commands.executeCommand('taggantTest.offer', [{ after: 'b = ', text: 'compute(it);' }]);
    const { version } = editor.document;
    await until('both are there', async () => {
      await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
      await vscode.commands.executeCommand('runCommands', {
        commands: ['editor.action.inlineSuggest.commit', 'taggant.noteAcceptance'],
      });
      return editor.document.version > version;
    });
    const evidence = REASONS ? 'exact' : 'accepted';
    assert.equal(editor.document.getText(), 'a = compute(it);\nb = compute(it);');
    await becomes(editor.document, [`ai ${evidence}: compute(it);`, `ai ${evidence}: compute(it);`]);
  });

  it('makes one contribution of several accepts', async () => {
    const editor = await open('sum = ');
    await vscode.commands.executeCommand('taggantTest.offer', [
      { after: 'sum = ', text: 'one + two + three;' },
    ]);
    for (const command of ['acceptNextWord', 'acceptNextWord', 'commit']) {
      const { version } = editor.document;
      await until(`${command} accepts`, async () => {
        await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
        await vscode.commands.executeCommand('runCommands', {
          commands: [`editor.action.inlineSuggest.${command}`, 'taggant.noteAcceptance'],
        });
        return editor.document.version > version;
      });
    }
    await becomes(editor.document, [`ai ${REASONS ? 'exact' : 'accepted'}: one + two + three;`]);
    const { spans } = await api.getSpans(editor.document.uri);
    assert.equal(spans.length, 1);
    assert.ok(spans[0]!.contribution);
  });

  it('infers the chat where it has opened its own copy of the file', async () => {
    const provider = vscode.workspace.registerTextDocumentContentProvider(
      'chat-editing-snapshot-text-model',
      {
        provideTextDocumentContent: () => 'as it was',
      },
    );
    const editor = await open('first();\n');
    const { document } = editor;
    const copy = document.uri.with({ scheme: 'chat-editing-snapshot-text-model', query: '{"session":"s"}' });
    await vscode.workspace.openTextDocument(copy);
    const edit = new vscode.WorkspaceEdit();
    const text = 'second(with, arguments);\nthird(with, arguments);\nfourth();\n';
    edit.insert(document.uri, new vscode.Position(1, 0), text);
    await vscode.workspace.applyEdit(edit);
    await becomes(document, [REASONS ? `external: ${text}` : `ai inferred: ${text}`]);
    provider.dispose();
  });

  it('puts marks back when an extension puts all of an earlier text back', async () => {
    const editor = await open('kept();\n');
    const { document } = editor;
    const replaceAll = async (text: string) => {
      const edit = new vscode.WorkspaceEdit();
      edit.replace(document.uri, new vscode.Range(0, 0, document.lineCount, 0), text);
      await vscode.workspace.applyEdit(edit);
    };
    editor.selection = new vscode.Selection(1, 0, 1, 0);
    await vscode.commands.executeCommand('taggantTest.offer', [{ after: 'kept();\n', text: 'ours();' }]);
    await until('it is there', async () => {
      await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
      await vscode.commands.executeCommand('runCommands', {
        commands: ['editor.action.inlineSuggest.commit', 'taggant.noteAcceptance'],
      });
      return document.getText().includes('ours');
    });
    const marked = [`ai ${REASONS ? 'exact' : 'accepted'}: ours();`];
    await becomes(document, marked);
    await vscode.commands.executeCommand('type', { text: ' ' });
    const earlier = document.getText();
    await replaceAll('something();\nelse();\naltogether();\n');
    await replaceAll(earlier);
    await becomes(document, marked);
  });

  describe('while the language server is started', () => {
    /** Starts the server anew in a document of this text; the first change that `act` makes comes before it runs. */
    async function whileStarting(
      text: string,
      act: (editor: vscode.TextEditor) => Promise<void>,
    ): Promise<vscode.TextDocument> {
      for (let attempt = 0; attempt < 10; attempt++) {
        const editor = await open(text);
        await becomes(editor.document, []);
        let isUp = false;
        const seen: boolean[] = [];
        const changes = vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
          if (document === editor.document && contentChanges.length > 0) seen.push(isUp);
        });
        const restarted = Promise.resolve(vscode.commands.executeCommand('taggant.restartServer')).then(
          () => {
            isUp = true;
          },
        );
        await act(editor);
        await restarted;
        changes.dispose();
        if (seen[0] === false) return editor.document;
      }
      throw new Error('the server was always faster');
    }

    /** What an accepted suggestion with placeholders does, and typing on. */
    async function acceptAndType(editor: vscode.TextEditor, text: string): Promise<void> {
      await editor.insertSnippet(new vscode.SnippetString(text));
      await vscode.commands.executeCommand('taggant.noteAcceptance');
      await vscode.commands.executeCommand('type', { text: 'm' });
    }

    it('sees what is accepted and typed meanwhile', async () => {
      const document = await whileStarting('early = ', (editor) => acceptAndType(editor, 'add(a, b);'));
      assert.equal(document.getText(), 'early = add(a, b);m');
      await becomes(document, ['ai accepted: add(a, b);']);
      for (const command of ['undo', 'undo', 'redo']) await vscode.commands.executeCommand(command);
      await becomes(document, ['ai accepted: add(a, b);']);
    });
  });
});
