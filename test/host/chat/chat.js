/**
 * A chat participant and a language model that do what a test has written down: for each request the participant edits
 * files, as an agent does, and says that it is done. The requests run through VS Code's own chat: its view, its editing
 * session, its *Keep* and *Undo*.
 *
 * `taggantTest.chatEdits` takes the edits of the next requests: `[{ path, edits: [{ start, end, text }] }]`, places as
 * `[line, character]` in the text before the request (0-based), edits in order from the end of the text to its start.
 */
const vscode = require('vscode');

const VENDOR = 'taggant-test';
const MODEL = {
  id: 'model-one',
  name: 'Model One',
  family: 'one',
  version: '1',
  maxInputTokens: 10_000,
  maxOutputTokens: 10_000,
  isUserSelectable: true,
  capabilities: { toolCalling: true },
};

exports.activate = (context) => {
  let files = [];
  const answer = (_request, _context, stream) => {
    for (const { path, edits } of files) {
      const uri = vscode.Uri.file(path);
      for (const { start, end, text } of edits) {
        stream.textEdit(uri, [vscode.TextEdit.replace(new vscode.Range(...start, ...end), text)]);
      }
      stream.textEdit(uri, true);
    }
    stream.markdown('Done.');
    return {};
  };
  const participants = context.extension.packageJSON.contributes.chatParticipants;
  context.subscriptions.push(
    ...participants.map(({ id }) => vscode.chat.createChatParticipant(id, answer)),
    vscode.lm.registerLanguageModelChatProvider(VENDOR, {
      provideLanguageModelChatInformation: () => [MODEL],
      provideLanguageModelChatResponse: async () => {},
      provideTokenCount: async () => 1,
    }),
    vscode.commands.registerCommand('taggantTest.chatEdits', (table) => {
      files = table;
    }),
  );
};
