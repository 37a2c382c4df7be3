import assert from 'node:assert/strict';
import { agentOf } from '../../src/core/agents';

describe('agentOf', () => {
  it('sees no agent in an ordinary environment', () => {
    assert.equal(agentOf({}), null);
    assert.equal(
      agentOf({ PATH: '/bin', TERM_PROGRAM: 'vscode', CURSOR_TRACE_ID: 'x', GEMINI_API_KEY: 'x' }),
      null,
    );
  });

  it('names the agent whose variable is set', () => {
    assert.equal(agentOf({ CLAUDECODE: '1' }), 'Claude Code');
    assert.equal(agentOf({ COPILOT_AGENT: '1' }), "VS Code's agent");
    assert.equal(agentOf({ CODEX_THREAD_ID: 'x' }), 'Codex');
    assert.equal(agentOf({ AI_AGENT: 'something-new' }), 'an AI agent');
  });

  it('takes an empty or switched-off variable for not set', () => {
    assert.equal(agentOf({ CLAUDECODE: '', CURSOR_AGENT: '0', GEMINI_CLI: 'false' }), null);
  });
});
