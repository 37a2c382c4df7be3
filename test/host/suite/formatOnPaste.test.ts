import * as vscode from 'vscode';
import { MarkedFiles } from './markedFiles';
import { actUntil, until } from './waiting';

/** Large, and of nobody that Taggant saw. */
const FOREIGN = 'function other( one ){\nconst two = one+one\n\t\treturn   two+one\n}\n';

describe('text that is laid out as it is pasted', () => {
  const files = new MarkedFiles();
  const set = (value: boolean | undefined) =>
    vscode.workspace
      .getConfiguration()
      .update('editor.formatOnPaste', value, vscode.ConfigurationTarget.Global);

  before(async () => {
    await files.start();
    await set(true);
  });
  after(async () => {
    await set(undefined);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    files.remove();
  });

  it('is of unknown origin with its new blanks, and nothing else is', async () => {
    const editor = await files.open('if (alpha) {\n\n    bravo();\n}\n«kilo();»\n', 'foreign.ts');
    const { document } = editor;
    const original = document.getText();
    const isAnswered = async () => {
      const options = { tabSize: 8, insertSpaces: true };
      const id = 'vscode.executeFormatDocumentProvider';
      return (await vscode.commands.executeCommand(id, document.uri, options)) !== undefined;
    };
    await until('a formatter answers', isAnswered, 60_000);
    await vscode.env.clipboard.writeText(FOREIGN);
    const isLaidOut = () => document.getText().includes('function other(one) {');
    const paste = async () => {
      await actUntil(
        'nothing is pasted',
        () => document.getText() === original,
        () => vscode.commands.executeCommand('undo'),
      );
      editor.selection = new vscode.Selection(1, 0, 1, 0);
      await vscode.commands.executeCommand('editor.action.clipboardPasteAction');
    };
    await actUntil('it is laid out', isLaidOut, paste, 5_000);
    await files.drawnAs(
      document,
      `if (alpha) {
    ‹function other(one) {
        const two = one + one
        return two + one
    }›

    bravo();
}
«kilo();»
`,
    );
  }).timeout(120_000);
});
