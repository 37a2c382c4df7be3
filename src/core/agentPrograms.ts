/** Agents by the programs that people start in a terminal; the names are those under which their hooks report. */
const PROGRAMS: ReadonlyMap<string, string> = new Map([
  ['claude', 'claude-code'],
  ['@anthropic-ai/claude-code', 'claude-code'],
  ['copilot', 'github-copilot'],
  ['@github/copilot', 'github-copilot'],
  ['cursor-agent', 'cursor'],
  ['codex', 'codex'],
  ['@openai/codex', 'codex'],
  ['gemini', 'gemini-cli'],
  ['@google/gemini-cli', 'gemini-cli'],
  ['opencode', 'opencode'],
  ['opencode-ai', 'opencode'],
  ['cline', 'cline'],
  ['cn', 'continue'],
  ['@continuedev/cli', 'continue'],
  ['aider', 'aider'],
  ['amp', 'amp'],
  ['@sourcegraph/amp', 'amp'],
  ['goose', 'goose'],
  ['qwen', 'qwen-code'],
  ['@qwen-code/qwen-code', 'qwen-code'],
  ['crush', 'crush'],
  ['droid', 'droid'],
  ['auggie', 'augment'],
  ['openhands', 'openhands'],
  ['plandex', 'plandex'],
]);

/** Programs that only start the program named behind them. */
const STARTERS = new Set([
  'sudo',
  'env',
  'time',
  'nohup',
  'exec',
  'npx',
  'bunx',
  'pnpx',
  'uvx',
  'dlx',
  'pnpm',
  'yarn',
  'npm',
  'bun',
  'uv',
  'tool',
  'run',
  'x',
]);
const LONGEST_COMMAND = 4000;

/** The agent that a shell's command line starts, by the name it reports under; null for all other commands. */
export function agentOfCommand(commandLine: string): string | null {
  for (const command of commandLine.slice(0, LONGEST_COMMAND).split(/&&|\|\||[;|&\n]/)) {
    for (const word of command.trim().split(/\s+/)) {
      const program = nameOf(word);
      const agent = PROGRAMS.get(program);
      if (agent !== undefined) return agent;
      const isPassed = STARTERS.has(program) || word.startsWith('-') || /^\w+=/.test(word);
      if (!isPassed) break;
    }
  }
  return null;
}

/** `"C:\\bin\\Claude.cmd"` -> `claude`, `@openai/codex@latest` -> `@openai/codex`. */
function nameOf(word: string): string {
  const plain = word.replace(/^["'(]+|["')]+$/g, '').toLowerCase();
  if (plain.startsWith('@')) return plain.replace(/(?!^)@.*$/, '');
  const base = plain.split(/[\\/]/).pop()!;
  return base.replace(/\.(exe|cmd|bat|ps1)$/, '').replace(/@.*$/, '');
}
