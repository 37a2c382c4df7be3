/** Payloads as agents' makers document them (see `source` in src/core/agentForms.ts), for one edit and one shell command. */
import { join } from 'node:path';

export interface AgentSample {
  /** As in `taggant hook agent NAME`. */
  readonly name: string;
  /** What contributions then say. */
  readonly tool: string;
  readonly model?: string;
  readonly session: string;
  /** A text is replaced in a file, or (`old` null) the whole file written. */
  edit(when: When, change: SampleEdit): unknown;
  /** A shell command; null where the agent tells none. */
  command(when: When, root: string, command: string): unknown;
}

export type When = 'before' | 'after';

export interface SampleEdit {
  readonly root: string;
  readonly path: string;
  readonly old: string | null;
  readonly new: string;
}

interface ClaudeLike {
  readonly common: object;
  readonly events: readonly [string, string];
  readonly names: { readonly edit: string; readonly write: string; readonly command: string };
  readonly answer: object;
}

/** Claude Code's form, which several others share. */
function claudeLike({ common, events, names, answer }: ClaudeLike): Pick<AgentSample, 'edit' | 'command'> {
  const call = (when: When, root: string, tool_name: string, tool_input: object) => ({
    ...common,
    cwd: root,
    hook_event_name: events[when === 'before' ? 0 : 1],
    tool_name,
    tool_input,
    ...(when === 'after' ? answer : {}),
  });
  return {
    edit: (when, { root, path, old, new: put }) =>
      old === null
        ? call(when, root, names.write, { file_path: join(root, path), content: put })
        : call(when, root, names.edit, { file_path: join(root, path), old_string: old, new_string: put }),
    command: (when, root, command) => call(when, root, names.command, { command, description: 'Do it' }),
  };
}

function patch({ path, old, new: put }: SampleEdit): string {
  const lines = (text: string, sign: string) => text.replace(/\n$/, '').replace(/^/gm, sign);
  const body = old === null ? lines(put, '+') : `@@\n${lines(old, '-')}\n${lines(put, '+')}`;
  return `*** Begin Patch\n*** ${old === null ? 'Add' : 'Update'} File: ${path}\n${body}\n*** End Patch\n`;
}

const TOOLS = ['PreToolUse', 'PostToolUse'] as const;
const CLAUDE = { edit: 'Edit', write: 'Write', command: 'Bash' };

export const AGENT_SAMPLES: readonly AgentSample[] = [
  {
    name: 'claude-code',
    tool: 'claude-code',
    session: 'abc-123',
    ...claudeLike({
      common: {
        session_id: 'abc-123',
        transcript_path: '/home/ada/.claude/projects/shop/abc-123.jsonl',
        permission_mode: 'default',
        tool_use_id: 'toolu_01ABC123',
      },
      events: TOOLS,
      names: CLAUDE,
      answer: { tool_response: { success: true } },
    }),
  },
  {
    // VS Code's agent mode.
    name: 'github-copilot',
    tool: 'github-copilot',
    session: 'vs-session',
    edit: (when, { root, path, old, new: put }) => ({
      timestamp: '2026-02-09T10:30:00.000Z',
      cwd: root,
      sessionId: 'vs-session',
      hookEventName: when === 'before' ? 'PreToolUse' : 'PostToolUse',
      transcript_path:
        '/home/ada/.config/Code/User/workspaceStorage/1/GitHub.copilot-chat/transcripts/1.jsonl',
      tool_name: old === null ? 'create_file' : 'replace_string_in_file',
      tool_input:
        old === null
          ? { filePath: join(root, path), content: put }
          : { filePath: join(root, path), oldString: old, newString: put, explanation: 'Why' },
      tool_use_id: 'tool-123',
      ...(when === 'after' ? { tool_response: 'File edited successfully' } : {}),
    }),
    command: (when, root, command) => ({
      cwd: root,
      sessionId: 'vs-session',
      hookEventName: when === 'before' ? 'PreToolUse' : 'PostToolUse',
      tool_name: 'run_in_terminal',
      tool_input: { command, explanation: 'Why', isBackground: false },
      tool_use_id: 'tool-124',
    }),
  },
  {
    // Copilot CLI, with event names in camel case: the payload says neither the event nor the use of the tool.
    name: 'copilot',
    tool: 'github-copilot',
    session: 'cli-session',
    edit: (when, { path, root, old, new: put }) => ({
      sessionId: 'cli-session',
      timestamp: 1704614400000,
      cwd: root,
      toolName: old === null ? 'create' : 'edit',
      toolArgs: JSON.stringify(
        old === null ? { path, file_text: put } : { path: join(root, path), old_str: old, new_str: put },
      ),
      ...(when === 'after' ? { toolResult: { resultType: 'success', textResultForLlm: 'Done' } } : {}),
    }),
    command: (when, root, command) => ({
      sessionId: 'cli-session',
      timestamp: 1704614400000,
      cwd: root,
      toolName: 'bash',
      toolArgs: JSON.stringify({ command, description: 'Do it', mode: 'sync' }),
      ...(when === 'after' ? { toolResult: { resultType: 'success' } } : {}),
    }),
  },
  {
    name: 'cursor',
    tool: 'cursor',
    model: 'claude-4.5-sonnet',
    session: 'conv-123',
    ...claudeLike({
      common: {
        conversation_id: 'conv-123',
        generation_id: 'gen-456',
        model: 'claude-4.5-sonnet',
        cursor_version: '2.3.10',
        workspace_roots: ['/elsewhere'],
        tool_use_id: 'tu-9',
      },
      events: ['preToolUse', 'postToolUse'],
      names: { edit: 'StrReplace', write: 'Write', command: 'Shell' },
      answer: { tool_output: '{}', duration: 12 },
    }),
  },
  {
    name: 'codex',
    tool: 'codex',
    model: 'gpt-5-codex',
    session: 'thread-1',
    edit: (when, change) => ({
      ...codex(when, change.root),
      tool_name: 'apply_patch',
      tool_input: { command: patch(change) },
    }),
    command: (when, root, command) => ({
      ...codex(when, root),
      tool_name: 'Bash',
      tool_input: { command },
    }),
  },
  {
    name: 'gemini',
    tool: 'gemini-cli',
    session: 'gem-1',
    ...claudeLike({
      common: { session_id: 'gem-1', transcript_path: '/tmp/t.json', timestamp: '2026-01-01T00:00:00Z' },
      events: ['BeforeTool', 'AfterTool'],
      names: { edit: 'replace', write: 'write_file', command: 'run_shell_command' },
      answer: { tool_response: { llmContent: 'ok', returnDisplay: 'ok' } },
    }),
  },
  {
    name: 'windsurf',
    tool: 'windsurf',
    model: 'SWE-1.5',
    session: 'traj-1',
    edit: (when, { root, path, old, new: put }) => ({
      ...windsurf(when, 'write_code'),
      tool_info: { file_path: join(root, path), edits: [{ old_string: old ?? '', new_string: put }] },
    }),
    command: (when, root, command) => ({
      ...windsurf(when, 'run_command'),
      tool_info: { command_line: command, cwd: root },
    }),
  },
  {
    name: 'cline',
    tool: 'cline',
    session: 'task-7',
    edit: (when, { root, path, old, new: put }) =>
      cline(
        when,
        root,
        old === null ? 'write_to_file' : 'replace_in_file',
        old === null
          ? { path, content: put }
          : { path, diff: `------- SEARCH\n${old}\n=======\n${put}\n+++++++ REPLACE\n` },
      ),
    command: (when, root, command) => cline(when, root, 'execute_command', { command }),
  },
  {
    name: 'continue',
    tool: 'continue',
    session: 'cn-1',
    ...claudeLike({
      common: { session_id: 'cn-1', transcript_path: '/home/ada/.continue/x.json', tool_use_id: 'call_1' },
      events: TOOLS,
      names: CLAUDE,
      answer: { tool_response: 'ok' },
    }),
  },
  {
    // What the plugin that `taggant init --agents` writes sends.
    name: 'opencode',
    tool: 'opencode',
    session: 'ses_1',
    edit: (when, { root, path, old, new: put }) => ({
      hook_event_name: `tool.execute.${when}`,
      session_id: 'ses_1',
      tool_use_id: 'call_2',
      cwd: root,
      tool_name: old === null ? 'write' : 'edit',
      tool_input:
        old === null
          ? { filePath: join(root, path), content: put }
          : { filePath: join(root, path), oldString: old, newString: put },
    }),
    command: (when, root, command) => ({
      hook_event_name: `tool.execute.${when}`,
      session_id: 'ses_1',
      tool_use_id: 'call_3',
      cwd: root,
      tool_name: 'bash',
      tool_input: { command, description: 'Do it' },
    }),
  },
  {
    name: 'agent-v1',
    tool: 'my-agent',
    model: 'gpt-4',
    session: 'conv-9',
    edit: (when, { root, path }) =>
      when === 'before'
        ? { type: 'human', repo_working_dir: root, will_edit_filepaths: [join(root, path)] }
        : {
            type: 'ai_agent',
            repo_working_dir: root,
            edited_filepaths: [join(root, path)],
            transcript: { messages: [] },
            agent_name: 'my-agent',
            model: 'gpt-4',
            conversation_id: 'conv-9',
          },
    command: (when, root, command) => ({
      type: when === 'before' ? 'pre_shell_command' : 'post_shell_command',
      repo_working_dir: root,
      agent_name: 'my-agent',
      model: 'gpt-4',
      conversation_id: 'conv-9',
      tool_use_id: 'sh-1',
      command,
    }),
  },
];

function codex(when: When, root: string): object {
  return {
    cwd: root,
    hook_event_name: when === 'before' ? 'PreToolUse' : 'PostToolUse',
    model: 'gpt-5-codex',
    permission_mode: 'default',
    session_id: 'thread-1',
    tool_use_id: 'call_9',
    transcript_path: null,
    turn_id: 'turn-1',
    ...(when === 'after' ? { tool_response: 'Success. Updated the following files:\nM pay.ts\n' } : {}),
  };
}

function windsurf(when: When, action: string): object {
  return {
    agent_action_name: `${when === 'before' ? 'pre' : 'post'}_${action}`,
    trajectory_id: 'traj-1',
    execution_id: 'exec-1',
    timestamp: '2026-01-29T10:00:00Z',
    model_name: 'SWE-1.5',
  };
}

function cline(when: When, root: string, toolName: string, parameters: object): object {
  return {
    clineVersion: '3.36.0',
    hookName: when === 'before' ? 'PreToolUse' : 'PostToolUse',
    timestamp: '1730000000000',
    taskId: 'task-7',
    workspaceRoots: [root],
    userId: 'u-1',
    [when === 'before' ? 'preToolUse' : 'postToolUse']: {
      toolName,
      parameters,
      ...(when === 'after' ? { result: 'ok', success: true, executionTimeMs: 3 } : {}),
    },
  };
}
