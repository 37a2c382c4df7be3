/** The agents whose hooks Taggant understands: how their tools are called, and what a hook has to answer them. */

/** What one agent's payloads look like, beyond what all of them share (see `agentPayloads.ts`). */
export interface AgentForm {
  /** As `taggant hook agent NAME` takes it. */
  readonly name: string;
  /** Other names for the same. */
  readonly aliases: readonly string[];
  /** For people. */
  readonly title: string;
  /** The tool that a contribution names. */
  readonly tool: string;
  /** Tools that write files, in lower case. */
  readonly edits: readonly string[];
  /** Tools that run a shell command, in lower case. */
  readonly commands: readonly string[];
  /** What the agent reads from a hook's standard output when there is nothing to say; nothing where it may be empty. */
  readonly answer?: string;
  /** Where its maker documents the payload. */
  readonly source: string;
}

const CLAUDE_EDITS = ['write', 'edit', 'multiedit', 'notebookedit'];

export const AGENT_FORMS: readonly AgentForm[] = [
  {
    name: 'claude-code',
    aliases: ['claude'],
    title: 'Claude Code',
    tool: 'claude-code',
    edits: CLAUDE_EDITS,
    commands: ['bash', 'powershell'],
    source: 'https://code.claude.com/docs/en/hooks',
  },
  {
    // VS Code's agent mode and Copilot CLI read the same files. VS Code names its own tools, and Claude Code's for hooks in
    // Claude Code's files; Copilot CLI has its own.
    name: 'github-copilot',
    aliases: ['copilot'],
    title: 'GitHub Copilot',
    tool: 'github-copilot',
    edits: [
      ...CLAUDE_EDITS,
      'editfiles',
      'create_file',
      'createfile',
      'replace_string_in_file',
      'multi_replace_string_in_file',
      'insert_edit_into_file',
      'edit_notebook_file',
      'apply_patch',
      'git_apply_patch',
      'create',
      'str_replace',
      'str_replace_editor',
      'insert',
      'delete_file',
      'rename_file',
      'move_file',
    ],
    commands: ['run_in_terminal', 'runinterminal', 'bash', 'powershell', 'shell'],
    source:
      'https://code.visualstudio.com/docs/agent-customization/hooks, https://docs.github.com/en/copilot/reference/copilot-cli-reference/cli-hooks-reference',
  },
  {
    name: 'cursor',
    aliases: [],
    title: 'Cursor',
    tool: 'cursor',
    edits: [...CLAUDE_EDITS, 'strreplace', 'applypatch', 'apply_patch', 'delete', 'editnotebook', 'tabwrite'],
    commands: ['shell', 'bash'],
    answer: '{}',
    source: 'https://cursor.com/docs/agent/hooks',
  },
  {
    name: 'codex',
    aliases: [],
    title: 'Codex',
    tool: 'codex',
    edits: ['apply_patch', 'edit', 'write'],
    commands: ['bash', 'shell', 'shell_command', 'local_shell', 'exec_command', 'unified_exec'],
    source: 'https://developers.openai.com/codex/hooks',
  },
  {
    name: 'gemini-cli',
    aliases: ['gemini'],
    title: 'Gemini CLI',
    tool: 'gemini-cli',
    edits: ['write_file', 'replace', 'edit'],
    commands: ['run_shell_command'],
    answer: '{}',
    source: 'https://geminicli.com/docs/hooks/reference',
  },
  {
    // Its payload names an action, not a tool: the names here are those that the reader gives to the actions.
    name: 'windsurf',
    aliases: ['cascade'],
    title: 'Windsurf',
    tool: 'windsurf',
    edits: ['write_code'],
    commands: ['run_command'],
    source: 'https://docs.windsurf.com/windsurf/cascade/hooks',
  },
  {
    name: 'cline',
    aliases: [],
    title: 'Cline',
    tool: 'cline',
    edits: ['write_to_file', 'replace_in_file', 'apply_patch', 'new_rule'],
    commands: ['execute_command'],
    answer: '{"cancel": false}',
    source: 'https://docs.cline.bot/features/hooks/hook-reference',
  },
  {
    name: 'continue',
    aliases: ['continue-cli'],
    title: 'Continue',
    tool: 'continue',
    edits: [
      ...CLAUDE_EDITS,
      'edit_existing_file',
      'create_new_file',
      'single_find_and_replace',
      'multi_edit',
    ],
    commands: ['bash', 'run_terminal_command'],
    source: 'https://github.com/continuedev/continue/blob/main/extensions/cli/src/hooks/types.ts',
  },
  {
    // A plugin that `taggant init --agents` writes hands on what opencode calls it with.
    name: 'opencode',
    aliases: [],
    title: 'opencode',
    tool: 'opencode',
    edits: ['edit', 'write', 'multiedit', 'patch', 'apply_patch'],
    commands: ['bash', 'shell'],
    source: 'https://opencode.ai/docs/plugins',
  },
  {
    // Any agent: git-ai's `agent-v1` (presets/agent_v1.rs in git-ai-project/git-ai). It names itself.
    name: 'agent-v1',
    aliases: ['generic'],
    title: 'an agent',
    tool: 'agent',
    edits: [],
    commands: [],
    source: 'https://usegitai.com/docs/cli/add-your-agent',
  },
];

/** The agent of that name, whatever its case; undefined when Taggant does not know it. */
export function agentForm(name: string): AgentForm | undefined {
  const wanted = name.toLowerCase();
  return AGENT_FORMS.find((form) => form.name === wanted || form.aliases.includes(wanted));
}
