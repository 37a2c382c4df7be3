import assert from 'node:assert/strict';
import * as vscode from 'vscode';

/** What every other test relies on: that this row is the row it says it is. */
describe('the host', () => {
  it('shows reasons for changes in the row "reasons" only', async () => {
    const document = await vscode.workspace.openTextDocument({ content: 'one\n', language: 'plaintext' });
    const editor = await vscode.window.showTextDocument(document);
    const changed = new Promise<vscode.TextDocumentChangeEvent>((done) => {
      const listener = vscode.workspace.onDidChangeTextDocument((event) => {
        if (event.document !== document || event.contentChanges.length === 0) return;
        listener.dispose();
        done(event);
      });
    });
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), 'two '));
    assert.equal('detailedReason' in (await changed), process.env.TAGGANT_ROW === 'reasons');
  });
});
