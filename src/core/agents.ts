/** An AI agent's mark in the environment of the programs it runs. */
interface AgentMark {
  readonly variable: string;
  readonly agent: string;
}

/**
 * Variables that agents set for the commands they run, and that no person's shell has. Sources: the convention
 * `AI_AGENT` (vercel/vercel, packages/detect-agent), microsoft/vscode #311734 (a table of agents), #316267 and
 * #320129 (VS Code's own agent terminals), aws/aws-cdk-cli `detect-agent.ts`.
 */
const AGENT_MARKS: readonly AgentMark[] = [
  { variable: 'AI_AGENT', agent: 'an AI agent' },
  { variable: 'CLAUDECODE', agent: 'Claude Code' },
  { variable: 'CLAUDE_CODE', agent: 'Claude Code' },
  { variable: 'CURSOR_AGENT', agent: "Cursor's agent" },
  { variable: 'CODEX_SANDBOX', agent: 'Codex' },
  { variable: 'CODEX_CI', agent: 'Codex' },
  { variable: 'CODEX_THREAD_ID', agent: 'Codex' },
  { variable: 'GEMINI_CLI', agent: 'Gemini CLI' },
  { variable: 'COPILOT_AGENT', agent: "VS Code's agent" },
  { variable: 'VSCODE_AGENT', agent: "VS Code's agent" },
  { variable: 'COPILOT_CLI', agent: 'Copilot CLI' },
  { variable: 'COPILOT_AGENT_SESSION_ID', agent: 'the Copilot coding agent' },
  { variable: 'AUGMENT_AGENT', agent: 'Augment' },
  { variable: 'OPENCODE', agent: 'OpenCode' },
  { variable: 'OPENCODE_CLIENT', agent: 'OpenCode' },
  { variable: 'AMP_CURRENT_THREAD_ID', agent: 'Amp' },
  { variable: 'ANTIGRAVITY_AGENT', agent: 'Antigravity' },
];

/**
 * The agent whose environment this is, in words for a sentence, or null when none is to be seen. Evidence that
 * an agent is at work, not proof of a person when it is missing.
 */
export function agentOf(environment: Readonly<Record<string, string | undefined>>): string | null {
  const found = AGENT_MARKS.find(({ variable }) => isSet(environment[variable]));
  return found ? found.agent : null;
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== '0' && value !== 'false';
}
