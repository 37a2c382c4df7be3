import * as vscode from 'vscode';
import { SETTLING_TIME } from '../../../src/engine/pendingEdits';
import { CHARACTER_TOOLS } from './characterTools';
import { FILE_TOOLS } from './fileTools';
import { LAYOUT_TOOLS } from './layoutTools';
import { byLine, MarkedFiles } from './markedFiles';
import { PLACE_TOOLS } from './placeTools';
import { TEXT_TOOLS } from './textTools';
import { PROVIDED, type ToolCase } from './toolCase';
import { until } from './waiting';

const TOOLS = [...LAYOUT_TOOLS, ...PLACE_TOOLS, ...CHARACTER_TOOLS, ...TEXT_TOOLS, ...FILE_TOOLS];

/** The tool matrix: the editor's own tools, and formatters, over AI text and a person's. */
describe('tools over marked text', () => {
  const files = new MarkedFiles();
  const disposables: vscode.Disposable[] = [];
  const done: { document: vscode.TextDocument; expected: string; name: string }[] = [];
  let lastEdit = 0;

  before(async () => {
    await files.start();
    const selector = { pattern: '**/*.taggant-test' };
    disposables.push(
      vscode.languages.registerDocumentFormattingEditProvider(selector, {
        provideDocumentFormattingEdits: (document) => {
          const all = document.getText();
          return [vscode.TextEdit.replace(wholeOf(document), PROVIDED.format(all))];
        },
      }),
      vscode.languages.registerCompletionItemProvider(selector, {
        provideCompletionItems: () => PROVIDED.completions.map((text) => new vscode.CompletionItem(text)),
      }),
      vscode.languages.registerCodeActionsProvider(selector, quickFixes()),
    );
  });
  after(async () => {
    for (const { document } of done) {
      if (document.isClosed) continue;
      await vscode.window.showTextDocument(document);
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    }
    for (const disposable of disposables) disposable.dispose();
    files.remove();
  });

  for (const [i, tool] of TOOLS.entries()) {
    it(tool.name, async () => {
      await configure(tool.settings ?? {});
      try {
        const editor = await files.open(tool.before, `tool${i}${tool.file ?? '.txt'}`);
        await tool.run(editor);
        lastEdit = Date.now();
        const expected = expectationOf(tool);
        await textOf(editor.document, expected);
        await files.drawnAs(editor.document, expected);
        done.push({ document: editor.document, expected, name: tool.name });
      } finally {
        await configure(Object.fromEntries(Object.keys(tool.settings ?? {}).map((key) => [key, undefined])));
      }
    });
  }

  it('says the same when nothing waits to be settled any more', async () => {
    const rest = lastEdit + 2 * SETTLING_TIME - Date.now();
    await new Promise((next) => setTimeout(next, Math.max(rest, 0)));
    const problems: string[] = [];
    for (const { document, expected, name } of done) {
      const drawn = await files.drawn(document);
      if (drawn !== byLine(expected)) problems.push(`${name}:\n${byLine(expected)}\nbecame\n${drawn}`);
    }
    if (problems.length > 0) throw new Error(problems.join('\n\n'));
  });
});

function expectationOf({ after, withoutReasons }: ToolCase): string {
  return process.env.TAGGANT_ROW === 'reasons' ? after : (withoutReasons?.after ?? after);
}

async function configure(settings: Readonly<Record<string, unknown>>): Promise<void> {
  const configuration = vscode.workspace.getConfiguration();
  for (const [key, value] of Object.entries(settings)) {
    await configuration.update(key, value, vscode.ConfigurationTarget.Global);
  }
}

/** Waits for what the tool makes of the text; what is marked in it comes second. */
async function textOf(document: vscode.TextDocument, expected: string): Promise<void> {
  const plain = expected.replace(/[«»‹›]/g, '');
  const isThere = () => document.getText().replaceAll('\r\n', '\n') === plain;
  await until('the text', isThere).catch(() => {
    throw new Error(`expected the text\n${plain}\nbut it is\n${document.getText()}`);
  });
}

function wholeOf(document: vscode.TextDocument): vscode.Range {
  return new vscode.Range(document.positionAt(0), document.positionAt(document.getText().length));
}

/** A fix that is asked for again while it is being made is not made twice: its edit is given away once. */
function quickFixes(): vscode.CodeActionProvider {
  const documents = new WeakMap<vscode.CodeAction, vscode.TextDocument>();
  let given: typeof PROVIDED.fix | undefined;
  return {
    provideCodeActions: (document) => {
      const [wrong] = PROVIDED.fix;
      if (wrong === '' || !document.getText().includes(wrong)) return [];
      const action = new vscode.CodeAction('Fix', vscode.CodeActionKind.QuickFix.append('taggantTest'));
      documents.set(action, document);
      return [action];
    },
    resolveCodeAction: (action) => {
      const document = documents.get(action)!;
      const [wrong, right] = PROVIDED.fix;
      const start = document.getText().indexOf(wrong);
      if (given === PROVIDED.fix || start < 0) return action;
      given = PROVIDED.fix;
      action.edit = new vscode.WorkspaceEdit();
      const range = new vscode.Range(document.positionAt(start), document.positionAt(start + wrong.length));
      action.edit.replace(document.uri, range, right);
      return action;
    },
  };
}
