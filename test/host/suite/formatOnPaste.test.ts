import * as vscode from 'vscode';
import { MarkedFiles } from './markedFiles';
import { until } from './realEditor';

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
    const editor = await files.open('if (alpha) {\n\n}\n«kilo();»\n', 'foreign.ts');
    await vscode.env.clipboard.writeText(FOREIGN);
    editor.selection = new vscode.Selection(1, 0, 1, 0);
    await vscode.commands.executeCommand('editor.action.clipboardPasteAction');
    await until('it is laid out', () => editor.document.getText().includes('function other(one) {'));
    await files.drawnAs(
      editor.document,
      `if (alpha) {
    ‹function other(one) {
        const two = one + one
        return two + one
    }›

}
«kilo();»
`,
    );
  });
});
