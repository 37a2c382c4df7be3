import assert from 'node:assert/strict';
import { sourceOfReason } from '../../src/extension/sensors/changeReason';
import { GET_SPANS, type SpansParams } from '../../src/protocol';
import type { Said } from './client';
import { servedRepository } from './suites';

/** A chat edit as VS Code 1.139 names it, and what the extension says of it. */
const CHAT = sourceOfReason({
  source: 'Chat.applyEdits',
  metadata: {
    source: 'Chat.applyEdits',
    $modelId: 'copilot|gpt-x',
    $extensionId: 'github.copilot-chat',
    $$sessionId: 'session-1',
    $$requestId: 'request-1',
    $$mode: 'agent',
  },
}) as Said;
const RESTORED: Said = { origin: 'pending', undoRedo: 'restore' };
const PENDING: Said = { origin: 'pending' };

/** Text that comes back otherwise than by the editor's undo: a chat's own undo, a checkpoint, an agent's way back. */
describe('edits that a chat makes and takes back', () => {
  const { repository, client } = servedRepository();
  let uri: string;
  const START = 'one();\ntwo();\n';
  const FIRST = { start: 7, text: 'first(added, by, chat);\n' };
  beforeEach(async () => {
    repository.write('src/pay.ts', START);
    uri = await client.open(repository.path('src/pay.ts'), START);
  });

  const marked = async () => (await client.marked(uri)).map(({ text, origin }) => `${origin}: ${text}`);
  const replaceAll = (text: string, said: Said) =>
    client.edit(uri, [{ start: 0, end: client.text(uri).length, text }], said);

  it('marks streamed edits as one contribution with its model and session', async () => {
    const chunks = ['function pay() {\n', '  return one();\n', '}\n'];
    let at = 7;
    for (const text of chunks) {
      await client.edit(uri, [{ start: at, text }], CHAT);
      at += text.length;
    }
    assert.deepEqual(await marked(), [`ai: ${chunks.join('')}`]);
    const { spans } = await client.connection.sendRequest<SpansParams>(GET_SPANS, { uri });
    assert.equal(new Set(spans.map(({ contribution }) => contribution)).size, 1);
    assert.equal(spans[0]!.model, 'copilot/gpt-x');
    assert.equal(spans[0]!.evidence, 'exact');
  });

  /** The chat's first edit, and something typed and taken back, which is one more state of the text. */
  async function editedByChat(): Promise<{ before: string; marks: Awaited<ReturnType<typeof marked>> }> {
    await client.edit(uri, [FIRST], CHAT);
    const before = client.text(uri);
    const marks = await marked();
    await client.edit(uri, [{ start: 0, text: 'x' }]);
    await client.edit(uri, [{ start: 0, end: 1, text: '' }]);
    return { before, marks };
  }

  it('puts the old marks back with "Undo edits", though people typed meanwhile', async () => {
    await client.edit(uri, [FIRST], CHAT);
    const before = client.text(uri);
    const marks = await marked();
    await client.edit(uri, [{ start: 0, text: '// mine\n' }]);
    await client.edit(uri, [{ start: 0, end: 8, text: '' }]);
    await client.edit(uri, [{ start: 0, end: before.length, text: 'all(); else();\n' }], CHAT);
    await replaceAll(before, RESTORED);
    assert.deepEqual(await marked(), marks);
    assert.equal(marks.length, 1);
  });

  it('puts the marks back where the editor does not say what it was', async () => {
    const { before, marks } = await editedByChat();
    await replaceAll('all();\n', CHAT);
    await replaceAll(before, PENDING);
    assert.deepEqual(await marked(), marks);
  });

  it('puts the marks back where the chat is only inferred, however soon it takes its edits back and makes them again', async () => {
    const inferred: Said = { origin: 'ai', evidence: 'inferred', tool: 'vscode.chat' };
    await client.edit(uri, [FIRST], inferred);
    const second = { start: 0, text: 'another(place);\n' };
    await client.edit(uri, [second], inferred);
    const marks = await marked();
    const now = client.text(uri);
    const removed = [
      { start: 0, end: 16, text: '' },
      { start: 23, end: 47, text: '' },
    ];
    await client.edit(uri, removed, { origin: 'human' });
    assert.equal(client.text(uri), START);
    const around = { start: 0, end: START.length - 1, text: now.slice(0, -1) };
    await client.edit(uri, [around], inferred);
    assert.deepEqual(await marked(), marks);
  });

  it('puts the marks back when an agent writes the earlier text to disk', async () => {
    const { before, marks } = await editedByChat();
    await replaceAll('all();\n', CHAT);
    await client.edit(uri, [{ start: 0, end: client.text(uri).length, text: before }], {
      origin: 'external',
    });
    assert.deepEqual(await marked(), marks);
  });

  it('marks the whole again when the restored checkpoint is left again', async () => {
    await client.edit(uri, [FIRST], CHAT);
    const after = client.text(uri);
    const marks = await marked();
    await replaceAll(START, RESTORED);
    assert.deepEqual(await marked(), []);
    await replaceAll(after, RESTORED);
    assert.deepEqual(await marked(), marks);
  });

  it('gives a discarded hunk back to those whose it was, and keeps the others', async () => {
    await client.edit(uri, [{ start: 0, end: 6, text: 'uno(with, arguments);' }], CHAT);
    await client.edit(uri, [{ start: 0, text: '/' }]);
    await client.edit(uri, [{ start: 0, end: 1, text: '' }]);
    // The next request changes both lines; then the first hunk is discarded.
    const now = client.text(uri);
    const lines = now.split('\n');
    await client.edit(
      uri,
      [
        { start: 0, end: lines[0]!.length, text: 'completely.different(call, made, here);' },
        { start: lines[0]!.length + 1, end: now.length - 1, text: 'another.one(kept, by, them);' },
      ],
      CHAT,
    );
    const changed = client.text(uri).split('\n')[0]!;
    await client.edit(uri, [{ start: 0, end: changed.length, text: lines[0]! }], RESTORED);
    const text = client.text(uri);
    assert.equal(text, 'uno(with, arguments);\nanother.one(kept, by, them);\n');
    assert.deepEqual(await marked(), ['ai: uno(with, arguments', 'ai: another.one(kept, by, them']);
  });

  it('shows text as unknown that is said to come back and never was there', async () => {
    const other = 'never(seen, before);\nneither(this);\n';
    await replaceAll(other, RESTORED);
    await client.until('it is decided', async () => (await client.marked(uri)).length > 0);
    assert.deepEqual(await marked(), ['external: never(seen, before);\nneither(this']);
  });

  it('calls nothing human that only happens to be as long as an earlier text', async () => {
    await client.edit(uri, [FIRST], CHAT);
    const other = 'x'.repeat(START.length - 1);
    await replaceAll(`${other}\n`, CHAT);
    assert.deepEqual(await marked(), [`ai: ${other}`]);
  });
});
