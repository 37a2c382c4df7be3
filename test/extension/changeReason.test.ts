import assert from 'node:assert/strict';
import { hasReasons, isRestored, reasonOf, sourceOfReason } from '../../src/extension/sensors/changeReason';

/** Samples as VS Code 1.139.1 gives them. */
const SAMPLES: [string, { source: string; metadata: Record<string, unknown> }, object][] = [
  [
    'an accepted completion',
    {
      source: 'inlineCompletionAccept',
      metadata: { $nes: false, $extensionId: 'acme.copilot', $$requestUuid: 'icr-1' },
    },
    { origin: 'ai', evidence: 'exact', tool: 'acme.copilot' },
  ],
  [
    'a word of a completion',
    { source: 'inlineCompletionPartialAccept', metadata: { type: 'word', $extensionId: 'acme.copilot' } },
    { origin: 'ai', evidence: 'exact', tool: 'acme.copilot' },
  ],
  [
    "the editor's own word completion",
    { source: 'inlineCompletionAccept', metadata: { $extensionId: undefined } },
    { origin: 'tool' },
  ],
  [
    'a chat edit',
    {
      source: 'Chat.applyEdits',
      metadata: { $modelId: 'vendor|model', $extensionId: 'x.chat', $$sessionId: 's1' },
    },
    { origin: 'ai', evidence: 'exact', tool: 'x.chat', model: 'vendor/model', session: 's1' },
  ],
  [
    'inline chat',
    { source: 'inlineChat.applyEdits', metadata: {} },
    { origin: 'ai', evidence: 'exact', tool: 'vscode.inlineChat' },
  ],
  [
    'typing',
    { source: 'cursor', metadata: { kind: 'type', detailedSource: 'keyboard' } },
    { origin: 'human' },
  ],
  ['paste', { source: 'cursor', metadata: { kind: 'paste' } }, { origin: 'paste' }],
  [
    'a copy that the mouse drags',
    {
      source: 'cursor',
      metadata: { kind: 'executeCommand', detailedSource: 'editor.contrib.dragAndDrop' },
    },
    { origin: 'paste' },
  ],
  [
    'moving lines',
    {
      source: 'cursor',
      metadata: { kind: 'executeCommands', detailedSource: 'editor.action.moveLinesDownAction' },
    },
    { origin: 'human' },
  ],
  [
    'commenting',
    { source: 'cursor', metadata: { kind: 'executeCommands', detailedSource: 'editor.action.commentLine' } },
    { origin: 'tool' },
  ],
  ['formatting', { source: 'unknown', metadata: { name: 'formatEditsCommand' } }, { origin: 'tool' }],
  ['a workspace edit of some extension', { source: 'unknown', metadata: {} }, { origin: 'pending' }],
  ['rename', { source: 'rename', metadata: { $$$oldName: 'a', $$$newName: 'b' } }, { origin: 'tool' }],
  ['a snippet', { source: 'snippet', metadata: {} }, { origin: 'tool' }],
  ['text from disk', { source: 'reloadFromDisk', metadata: {} }, { origin: 'external' }],
  [
    'a next-edit suggestion',
    {
      source: 'inlineCompletionAccept',
      metadata: { $nes: true, $extensionId: 'github.copilot-chat', $providerId: 'nes' },
    },
    { origin: 'ai', evidence: 'exact', tool: 'github.copilot-chat' },
  ],
  [
    "an agent's edit through the chat",
    { source: 'Chat.applyEdits', metadata: { $harness: 'claude', $origin: 'agentHost', $modelId: 'm' } },
    { origin: 'ai', evidence: 'exact', tool: 'claude', model: 'm' },
  ],
  [
    'inline chat with its model',
    {
      source: 'inlineChat.applyEdits',
      metadata: { $modelId: 'a|b|c', $extensionId: 'x.chat', $$sessionId: 's2', $$requestId: 'r' },
    },
    { origin: 'ai', evidence: 'exact', tool: 'x.chat', model: 'a/b/c', session: 's2' },
  ],
  ["the chat's undo", { source: 'Chat.undoEdits', metadata: {} }, { origin: 'pending' }],
  ['a restored checkpoint', { source: 'Chat.reset', metadata: {} }, { origin: 'pending' }],
  ['edits without a name', { source: 'applyEdits', metadata: {} }, { origin: 'pending' }],
  ['IntelliSense', { source: 'suggest', metadata: { $extensionId: 'a.b' } }, { origin: 'tool' }],
  [
    'the edits of an extension to an editor',
    { source: 'unknown', metadata: { name: 'MainThreadTextEditor' } },
    { origin: 'pending' },
  ],
  [
    'a model of a blank name',
    { source: 'Chat.applyEdits', metadata: { $modelId: ' ', $extensionId: '' } },
    {
      origin: 'ai',
      evidence: 'exact',
      tool: 'vscode.chat',
    },
  ],
  ['a reason of the future', { source: 'somethingNew', metadata: {} }, { origin: 'pending' }],
];

describe('change reasons', () => {
  for (const [name, reason, source] of SAMPLES) {
    it(`knows ${name}`, () => assert.deepEqual(sourceOfReason(reason), source));
  }

  it('takes a large text that an extension "types" for nobody’s', () => {
    const typed = { source: 'cursor', metadata: { kind: 'type', detailedSource: 'keyboard' } };
    const large = { start: 0, end: 0, text: 'one();\ntwo();' };
    assert.deepEqual(sourceOfReason(typed, [large]), { origin: 'pending' });
    assert.deepEqual(sourceOfReason(typed, [{ ...large, text: '\n    ' }]), { origin: 'human' });
  });

  it('knows what puts earlier text back', () => {
    assert.equal(isRestored({ source: 'Chat.undoEdits', metadata: {} }), true);
    assert.equal(isRestored({ source: 'Chat.reset', metadata: {} }), true);
    assert.equal(isRestored({ source: 'unknown', metadata: { name: 'editSessionUndoRedo' } }), true);
    assert.equal(isRestored({ source: 'unknown', metadata: { name: 'pushEditOperation' } }), true);
    assert.equal(isRestored({ source: 'unknown', metadata: {} }), false);
    assert.equal(isRestored({ source: 'Chat.applyEdits', metadata: {} }), false);
  });

  it('tells an editor without reasons from an event without one', () => {
    assert.equal(hasReasons({}), false);
    assert.equal(hasReasons({ detailedReason: undefined }), true);
    assert.equal(reasonOf({}), undefined);
  });
});
