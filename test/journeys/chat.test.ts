import assert from 'node:assert/strict';
import { join } from 'node:path';
import { settlesAs } from '../host/eventually';
import { CHAT, TAGGANT, TEST_PROVIDER } from '../host/extensions';
import { save } from '../support/marking';
import { ROW } from './hosts';
import { JourneyRepository } from './repository';
import { type Mark, openWorkbench, type Workbench } from './workbench';

/** An edit by its places in the text before, `[line, character]`. */
interface ChatEdit {
  start: [number, number];
  end: [number, number];
  text: string;
}

const REASONS = ROW === 'reasons';
const TEXT = 'const first = 1;\nconst second = 2;\nconst third = 3;\n';
const LARGE = 'const fromChat = answer(first);\nconst more = words(first);\n';
const SMALL = 'const last = theEnd(first);\n';

/** VS Code's own chat, with a participant and a model that do what a test tells them (`test/host/chat`). */
describe('the editor’s chat', () => {
  let repository: JourneyRepository;
  let workbench: Workbench;

  before(async () => {
    repository = new JourneyRepository();
    for (const name of ['one', 'two', 'three', 'four']) save(repository, `${name}.ts`, `// ${name}\n${TEXT}`);
    repository.commitAll();
    workbench = await openWorkbench(repository.root, {
      keepOpen: true,
      settings: { 'chat.disableAIFeatures': false },
      extensions: [TAGGANT, TEST_PROVIDER, CHAT],
    });
  });
  after(async () => {
    await workbench.close().catch(() => {});
    repository.remove();
  });

  const model = { vendor: 'taggant-test' };
  const is = (mark: Mark) => `${mark.origin} ${mark.evidence}: ${mark.text}`;
  const byChat = (text: string) => `ai ${REASONS ? 'exact' : 'inferred'}: ${text}`;

  /** Asks the chat, in its view, for edits of a file; answers when they are in the text. */
  async function ask(path: string, ...edits: ChatEdit[]): Promise<void> {
    await workbench.command('taggantTest.chatEdits', [{ path: join(repository.root, path), edits }]);
    const request = { query: 'please', mode: 'agent', modelSelector: model, blockOnResponse: true };
    await workbench.command('workbench.action.chat.open', request);
    for (const { text } of edits) await has(path, text);
  }

  async function has(path: string, text: string): Promise<void> {
    const argument = { file: join(repository.root, path), text };
    await workbench.until(
      `${path} has ${JSON.stringify(text)}`,
      (vscode, { file, text: wanted }) =>
        vscode.workspace.textDocuments
          .find(({ uri }) => uri.scheme === 'file' && uri.fsPath === vscode.Uri.file(file).fsPath)
          ?.getText()
          .includes(wanted),
      argument,
    );
  }

  const becomes = (path: string, expected: string[]) =>
    settlesAs(expected, async () => (await workbench.marks(path)).map(is));

  it('is known by its edits, large and small, with the model; a person who types between them is not the chat', async () => {
    await workbench.open('one.ts', { line: 2, column: 0 });
    await ask(
      'one.ts',
      { start: [4, 0], end: [4, 0], text: SMALL },
      { start: [1, 0], end: [1, 0], text: LARGE },
    );
    await workbench.open('one.ts', { line: 4, column: 0 });
    await workbench.type('mine ');
    await becomes('one.ts', [byChat(LARGE), byChat(SMALL)]);
    const [mark] = await workbench.marks('one.ts');
    assert.equal(mark?.tool, REASONS ? 'taggant-test.chat' : 'vscode.chat');
    if (REASONS) assert.equal(mark?.model, 'taggant-test/model-one');
    await workbench.screenshot('chat');
  });

  it('leaves the marks of what is kept, and none of what is undone', async () => {
    await workbench.open('two.ts', { line: 2, column: 0 });
    await ask(
      'two.ts',
      { start: [4, 0], end: [4, 0], text: SMALL },
      { start: [1, 0], end: [1, 0], text: LARGE },
    );
    await becomes('two.ts', [byChat(LARGE), byChat(SMALL)]);
    await workbench.open('two.ts', { line: 1, column: 0 });
    await workbench.command('chatEditor.action.undoHunk');
    await workbench.asks('chatEditor.action.undoHunk', 'the first piece is gone', async () => {
      return !(await workbench.text()).includes(LARGE);
    });
    await becomes('two.ts', [byChat(SMALL)]);
    await workbench.command('chatEditor.action.acceptHunk');
    await becomes('two.ts', [byChat(SMALL)]);
    await workbench.screenshot('chat-kept');
  });

  it('takes its edits back and makes them again: the marks go and come with the text', async () => {
    await workbench.open('three.ts', { line: 2, column: 0 });
    await ask(
      'three.ts',
      { start: [4, 0], end: [4, 0], text: SMALL },
      { start: [1, 0], end: [1, 0], text: LARGE },
    );
    await becomes('three.ts', [byChat(LARGE), byChat(SMALL)]);
    await workbench.command('workbench.action.chat.undoEdit');
    await workbench.open('three.ts');
    await workbench.asks('workbench.action.chat.undoEdit', 'all is as before', async () => {
      return (await workbench.text()) === `// three\n${TEXT}`;
    });
    await becomes('three.ts', []);
    await workbench.command('workbench.action.chat.redoEdit');
    await workbench.asks('workbench.action.chat.redoEdit', 'the edits are there again', async () => {
      return (await workbench.text()).includes(LARGE);
    });
    await becomes('three.ts', [byChat(LARGE), byChat(SMALL)]);
  });

  it('edits at the caret: inline chat', async () => {
    await workbench.open('four.ts', { line: 2, column: 0 });
    const edits = [{ start: [2, 0], end: [2, 0], text: LARGE }];
    await workbench.command('taggantTest.chatEdits', [{ path: join(repository.root, 'four.ts'), edits }]);
    // The command ends with the person's answer.
    const asked = workbench.command('vscode.editorChat.start', {
      message: 'please',
      autoSend: true,
      modelSelector: model,
    });
    await has('four.ts', LARGE);
    await becomes('four.ts', [byChat(LARGE)]);
    await workbench.screenshot('inline-chat');
    let isKept = false;
    void asked.then(() => {
      isKept = true;
    });
    await workbench.command('inlineChat2.keep');
    await workbench.asks('inlineChat2.keep', 'it is kept', async () => isKept);
    await becomes('four.ts', [byChat(LARGE)]);
  });
});
