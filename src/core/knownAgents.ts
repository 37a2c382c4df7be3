/** AI coding agents as commits name them. Tools are named as `agentForms.ts` names them. */
export interface KnownAgent {
  readonly tool: string;
  /** Addresses in lower case that only the agent has. */
  readonly addresses: readonly string[];
  /** Accounts of GitHub, in lower case, whose `…@users.noreply.github.com` address is the agent's. */
  readonly logins: readonly string[];
  /** Names in lower case that no person has. */
  readonly names: readonly string[];
  /** Names that people have, too: they count only where no address stands beside them. */
  readonly shortNames: readonly string[];
  /** Trailers of its own, in lower case; they say that it was there whatever their value. */
  readonly trailers?: readonly string[];
  /** Where this was seen. */
  readonly source: string;
}

export const KNOWN_AGENTS: readonly KnownAgent[] = [
  {
    tool: 'claude-code',
    addresses: ['noreply@anthropic.com'],
    logins: ['claude[bot]'],
    names: ['claude code', 'claude-code'],
    shortNames: ['claude', 'anthropic claude'],
    source: 'the default of Claude Code ("attribution" in its settings); openai/codex issue 14994 quotes it',
  },
  {
    tool: 'github-copilot',
    addresses: ['copilot@github.com'],
    logins: ['copilot', 'copilot[bot]', 'copilot-swe-agent[bot]'],
    names: ['github copilot', 'copilot-swe-agent[bot]', 'copilot cli', 'github copilot cli', 'copilot'],
    shortNames: [],
    source: 'commits of Z3Prover/z3 and renovatebot/renovate; chaoss/disclosure issue 101',
  },
  {
    tool: 'cursor',
    addresses: ['cursoragent@cursor.com'],
    logins: ['cursoragent', 'cursor[bot]'],
    names: ['cursor agent', 'cursoragent'],
    shortNames: ['cursor'],
    source: 'commits of vllm-project/vllm (211e252)',
  },
  {
    tool: 'codex',
    addresses: ['noreply@openai.com', 'codex@openai.com'],
    logins: ['chatgpt-codex-connector[bot]'],
    names: ['openai codex', 'codex cli', 'chatgpt codex'],
    shortNames: ['codex'],
    source: 'openai/codex pull request 11617, issues 14994 and 18095',
  },
  {
    tool: 'gemini-cli',
    addresses: ['gemini-cli@google.com', 'gemini-cli-agent@google.com', 'gemini-cli-robot@google.com'],
    logins: ['gemini-code-assist[bot]', 'gemini-cli[bot]'],
    names: ['gemini cli', 'gemini-cli', 'gemini code assist', 'google gemini'],
    shortNames: ['gemini'],
    source: 'the accounts of its GitHub apps; other trailer readers list the addresses',
  },
  {
    tool: 'windsurf',
    addresses: ['cascade@windsurf.ai', 'noreply@windsurf.com'],
    logins: ['windsurf[bot]'],
    names: ['windsurf cascade'],
    shortNames: ['windsurf', 'cascade'],
    source: 'chaoss/disclosure issue 93',
  },
  {
    tool: 'cline',
    addresses: ['noreply@cline.bot'],
    logins: ['cline[bot]'],
    names: [],
    shortNames: ['cline'],
    source: 'other trailer readers list the address',
  },
  {
    tool: 'continue',
    addresses: ['noreply@continue.dev'],
    logins: ['continue[bot]'],
    names: ['continue agent'],
    shortNames: [],
    source: 'chaoss/disclosure issue 93',
  },
  {
    tool: 'opencode',
    addresses: ['noreply@opencode.ai'],
    logins: ['opencode-agent[bot]'],
    names: ['opencode', 'opencode-agent'],
    shortNames: [],
    source: 'the default of opencode ("Generated with opencode")',
  },
  {
    tool: 'aider',
    addresses: ['aider@aider.chat', 'noreply@aider.chat'],
    logins: [],
    names: ['aider'],
    shortNames: [],
    source: 'aider/repo.py of Aider-AI/aider',
  },
  {
    tool: 'amp',
    addresses: ['amp@ampcode.com'],
    logins: [],
    names: ['sourcegraph amp'],
    shortNames: ['amp'],
    trailers: ['amp-thread-id', 'amp-thread'],
    source: 'commits of paradigmxyz/reth (bc33eb7)',
  },
  {
    tool: 'crush',
    addresses: ['crush@charm.land'],
    logins: [],
    names: ['charm crush'],
    shortNames: ['crush'],
    source: 'the bash tool of charmbracelet/crush',
  },
  {
    tool: 'qwen-code',
    addresses: ['qwen-coder@alibabacloud.com'],
    logins: [],
    names: ['qwen-coder', 'qwen code', 'qwen-code'],
    shortNames: ['qwen'],
    source: 'getGitCoAuthor of QwenLM/qwen-code',
  },
  {
    tool: 'jules',
    addresses: ['jules@google.com'],
    logins: ['google-labs-jules[bot]'],
    names: ['google-labs-jules[bot]', 'google jules'],
    shortNames: ['jules'],
    source: 'the account of its GitHub app',
  },
  {
    tool: 'devin',
    addresses: [],
    logins: ['devin-ai-integration[bot]'],
    names: ['devin ai', 'devin-ai-integration[bot]'],
    shortNames: ['devin'],
    source: 'the account of its GitHub app',
  },
  {
    tool: 'openhands',
    addresses: ['openhands@all-hands.dev'],
    logins: ['openhands-agent', 'openhands[bot]'],
    names: ['openhands', 'openhands-agent'],
    shortNames: [],
    source: 'the git identity that All-Hands-AI/OpenHands sets',
  },
  {
    tool: 'droid',
    addresses: ['droid@factory.ai'],
    logins: ['factory-droid[bot]'],
    names: ['factory droid', 'factory-droid[bot]'],
    shortNames: ['droid'],
    source: 'the account of its GitHub app',
  },
  {
    tool: 'kiro',
    addresses: ['noreply@kiro.dev'],
    logins: ['kiro-agent', 'amazon-q-developer[bot]'],
    names: ['kiro agent', 'amazon q developer'],
    shortNames: ['kiro'],
    source: 'commits of ryancormack/strands-acp (6c58a8d)',
  },
  {
    tool: 'chatgpt',
    addresses: [],
    logins: [],
    names: ['chatgpt', 'openai chatgpt'],
    shortNames: ['gpt'],
    source: 'the name of the tool, and of its models',
  },
];
