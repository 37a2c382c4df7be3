import assert from 'node:assert/strict';
import { agentOfCommand } from '../../src/core/agentPrograms';

describe('agents by their programs', () => {
  const COMMANDS: readonly [string, string | null][] = [
    ['claude', 'claude-code'],
    ['claude -p "fix the tests"', 'claude-code'],
    ['cd services && claude --continue', 'claude-code'],
    ['ANTHROPIC_MODEL=opus claude', 'claude-code'],
    ['npx -y @openai/codex@latest exec "do it"', 'codex'],
    ['/usr/local/bin/gemini --yolo', 'gemini-cli'],
    ['"C:\\Users\\Me\\bin\\Claude.cmd" -p x', 'claude-code'],
    ['git pull; opencode run x', 'opencode'],
    ['echo prompt | codex exec -', 'codex'],
    ['sudo env A=b aider', 'aider'],
    ['pnpm dlx @google/gemini-cli', 'gemini-cli'],
    ['git checkout claude', null],
    ['vim claude', null],
    ['cat claude.md', null],
    ['npm run build', null],
    ['claudette', null],
    ['', null],
  ];
  for (const [command, agent] of COMMANDS) {
    it(`${command || 'nothing'}: ${agent ?? 'none'}`, () => assert.equal(agentOfCommand(command), agent));
  }
});
