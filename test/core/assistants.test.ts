import assert from 'node:assert/strict';
import { activeAssistants, KNOWN_ASSISTANTS } from '../../src/core/assistants';

describe('AI extensions', () => {
  it('are known by their ids in lower case, each once', () => {
    const ids = KNOWN_ASSISTANTS.map(({ id }) => id);
    assert.deepEqual(ids, [...new Set(ids.map((id) => id.toLowerCase()))]);
    for (const id of ids) assert.match(id, /^[a-z0-9-]+\.[a-z0-9-]+$/);
  });

  it('count when they are active, known or named', () => {
    const active = new Set(['github.copilot', 'me.mine']);
    const found = activeAssistants(['Me.Mine', 'you.yours', 'github.copilot'], (id) => active.has(id));
    assert.deepEqual(found, [
      { id: 'github.copilot', completes: true, edits: false },
      { id: 'me.mine', completes: true, edits: true },
    ]);
  });

  it('of the editor itself stand for no edits by an agent, for they are always there', () => {
    assert.equal(KNOWN_ASSISTANTS.find(({ id }) => id === 'github.copilot-chat')?.edits, false);
  });
});
