/** Tools that change the file around the text. */
import * as vscode from 'vscode';
import { isThere, type ToolCase } from './toolCase';

export const FILE_TOOLS: readonly ToolCase[] = [
  {
    name: 'change of line ends',
    before: 'alpha\n«kilo\nlima»\nbravo\n',
    run: async (editor) => {
      await editor.edit((edit) => edit.setEndOfLine(vscode.EndOfLine.CRLF));
      await editor.document.save();
    },
    after: 'alpha\n«kilo\nlima»\nbravo\n',
  },
  {
    name: 'change of encoding',
    before: 'alphä\n«kilö\nlima»\nbravo\n',
    run: async ({ document }) => {
      const reopen = vscode.workspace.openTextDocument as unknown as (
        uri: vscode.Uri,
        options: object,
      ) => PromiseLike<unknown>;
      await reopen(document.uri, { encoding: 'iso88591' });
      await isThere({ document }, 'alphÃ');
      await reopen(document.uri, { encoding: 'utf8' });
      await isThere({ document }, 'alphä');
    },
    after: 'alphä\n«kilö\nlima»\nbravo\n',
  },
];
