import assert from 'node:assert/strict';
import { hasReasons, reasonOf, sourceOfReason } from '../../src/extension/sensors/changeReason';

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
  ['a reason of the future', { source: 'somethingNew', metadata: {} }, { origin: 'pending' }],
];

describe('change reasons', () => {
  for (const [name, reason, source] of SAMPLES) {
    it(`knows ${name}`, () => assert.deepEqual(sourceOfReason(reason), source));
  }

  it('tells an editor without reasons from an event without one', () => {
    assert.equal(hasReasons({}), false);
    assert.equal(hasReasons({ detailedReason: undefined }), true);
    assert.equal(reasonOf({}), undefined);
  });
});
