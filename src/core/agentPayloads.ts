/**
 * What agents tell their hooks, brought to one form. Everything here comes from outside and may be anything: what is not
 * understood is `other`, never an error.
 */
import { AGENT_FORMS, type AgentForm } from './agentForms';
import { patchedFiles } from './patchText';
import { field, type Json, jsonObject, list, text } from './payloadFields';

/** One replacement that an agent says it makes in a file. `old` null: `new` is the whole file. */
export interface ClaimedEdit {
  readonly file: string;
  readonly old: string | null;
  readonly new: string;
  /** Every occurrence of `old`, not the only one. */
  readonly all: boolean;
}

/** One call of a hook. */
export interface AgentReport {
  /** When the hook ran: before the agent changes something, after it, or for something that changes no file. */
  readonly event: 'before' | 'after' | 'other';
  /** The agent's tool, as contributions name it. */
  readonly agent: string;
  readonly session?: string;
  readonly model?: string;
  /** The folder that relative paths start from. */
  readonly folder?: string;
  /** As the payload has them: absolute, or relative to `folder`. None: any file of the repository may change. */
  readonly files: readonly string[];
  /** What the agent says it replaces; none where it does not say. */
  readonly edits: readonly ClaimedEdit[];
  /** The shell command that changes what it changes. */
  readonly command?: string;
  /** The same before and after one use of a tool. */
  readonly toolUseId?: string;
}

/** Most files, and most replacements, of one report; longer lists are cut. */
const MAX_LIST = 1000;
const MAX_PATH = 4096;
const MAX_NAME = 200;
/** Longer commands are cut: only their beginning is looked at. */
const MAX_COMMAND = 20_000;

const BEFORE = ['pretooluse', 'beforetool', 'beforeshellexecution', 'tool.execute.before'];
const AFTER = [
  'posttooluse',
  // A command that failed, and a tool that failed half way, may have changed files all the same.
  'posttoolusefailure',
  'aftertool',
  'aftershellexecution',
  'afterfileedit',
  'aftertabfileedit',
  'tool.execute.after',
];

/**
 * Reads one payload.
 * @param payload parsed JSON of any shape
 * @param event said on the command line, for agents whose payload does not say it
 */
export function readAgentPayload(form: AgentForm, payload: unknown, event?: 'before' | 'after'): AgentReport {
  const data = jsonObject(payload) ?? {};
  if (form.name === 'agent-v1') return readAgentV1(form, data);
  const sender = senderOf(form, data);
  const call = sender.name === 'windsurf' ? windsurfCall(data) : toolCall(data);
  const when = event ?? call.event;
  const name = call.tool.toLowerCase();
  const isEdit = sender.edits.includes(name) || call.isEdit;
  const isCommand = sender.commands.includes(name) || call.isCommand;
  const common = {
    agent: sender.tool,
    ...optional('session', sessionOf(data), MAX_NAME),
    ...optional('model', modelOf(data), MAX_NAME),
    ...optional('folder', folderOf(data, call.input), MAX_PATH),
    ...optional('toolUseId', toolUseIdOf(data, call.input), MAX_NAME),
  };
  if (when === null || (!isEdit && !isCommand)) return { event: 'other', ...common, files: [], edits: [] };
  if (isCommand) {
    const command = commandOf(call.input).slice(0, MAX_COMMAND);
    return { event: when, ...common, files: [], edits: [], command };
  }
  const edits = claimedEdits(call.input);
  const files = filesOf(call.input, edits);
  // An edit of we do not know what is no reason to look at everything.
  if (files.length === 0) return { event: 'other', ...common, files, edits };
  return { event: when, ...common, files, edits };
}

/** VS Code, Cursor and Continue run the hooks of Claude Code's settings too, and say who they are. */
function senderOf(form: AgentForm, data: Json): AgentForm {
  const other = (name: string) => AGENT_FORMS.find((one) => one.name === name) ?? form;
  if (form.name !== 'claude-code') return form;
  if (text(data, 'cursor_version') !== null) return other('cursor');
  const transcript = text(data, 'transcript_path')?.replaceAll('\\', '/') ?? '';
  const isClaude = text(data, 'session_id') !== null && text(data, 'hook_event_name') !== null;
  if (transcript.includes('/.continue/')) return other('continue');
  const isVsCode = /\/(?:github\.copilot-chat|workspaceStorage|chatSessions)\//i.test(transcript);
  return isVsCode || (!isClaude && text(data, 'sessionId') !== null) ? other('github-copilot') : form;
}

interface Call {
  readonly event: 'before' | 'after' | null;
  readonly tool: string;
  readonly input: Json;
  /** Said by the event itself. */
  readonly isEdit: boolean;
  readonly isCommand: boolean;
}

function toolCall(data: Json): Call {
  const said = text(data, 'hook_event_name', 'hookEventName', 'hookName') ?? '';
  const name = said.toLowerCase();
  // Cline nests the call in a field named after the event; its newest version does not.
  const call = jsonObject(field(data, 'preToolUse', 'postToolUse')) ?? data;
  const tool = text(call, 'tool_name', 'toolName', 'tool') ?? '';
  const given = field(call, 'tool_input', 'toolInput', 'toolArgs', 'tool_args', 'parameters', 'args');
  const isEdit = name === 'afterfileedit' || name === 'aftertabfileedit';
  const isCommand = name === 'beforeshellexecution' || name === 'aftershellexecution';
  // Codex gives a patch as plain text, Copilot CLI gives its arguments as JSON in a string.
  const input =
    isEdit || isCommand ? data : (jsonObject(given) ?? (typeof given === 'string' ? { command: given } : {}));
  let event: Call['event'] = BEFORE.includes(name) ? 'before' : AFTER.includes(name) ? 'after' : null;
  // Copilot CLI says the event only in its configuration; what came out of the tool is told afterwards alone.
  if (said === '' && text(call, 'toolName') !== null) {
    event = field(data, 'toolResult', 'tool_result', 'tool_response') === undefined ? 'before' : 'after';
  }
  return { event, tool, input, isEdit, isCommand };
}

function windsurfCall(data: Json): Call {
  const action = text(data, 'agent_action_name') ?? '';
  const event = action.startsWith('pre_') ? 'before' : action.startsWith('post_') ? 'after' : null;
  const input = jsonObject(data.tool_info) ?? {};
  return { event, tool: action.replace(/^(?:pre|post)_/, ''), input, isEdit: false, isCommand: false };
}

/** Files and shell commands of git-ai's `agent-v1`; its first half, `human`, says what will be edited. */
function readAgentV1(form: AgentForm, data: Json): AgentReport {
  const type = text(data, 'type');
  const common = {
    agent: clean(text(data, 'agent_name') ?? '', MAX_NAME) || form.tool,
    ...optional('session', text(data, 'conversation_id'), MAX_NAME),
    ...optional('model', text(data, 'model'), MAX_NAME),
    ...optional('folder', text(data, 'repo_working_dir'), MAX_PATH),
    ...optional('toolUseId', text(data, 'tool_use_id'), MAX_NAME),
    edits: [],
  };
  const paths = (name: string) => list(data[name]).filter(isPath).slice(0, MAX_LIST);
  const command = (text(data, 'command') ?? '').slice(0, MAX_COMMAND);
  if (type === 'human') return { event: 'before', ...common, files: paths('will_edit_filepaths') };
  if (type === 'ai_agent') return { event: 'after', ...common, files: paths('edited_filepaths') };
  if (type === 'pre_shell_command') return { event: 'before', ...common, files: [], command };
  if (type === 'post_shell_command') return { event: 'after', ...common, files: [], command };
  return { event: 'other', ...common, files: [] };
}

function sessionOf(data: Json): string | null {
  const id = text(data, 'session_id', 'sessionId', 'conversation_id', 'trajectory_id', 'taskId', 'thread_id');
  return id ?? text(data, 'sessionID');
}

function toolUseIdOf(data: Json, input: Json): string | null {
  const id = text(data, 'tool_use_id', 'toolUseId', 'toolCallId', 'callID');
  // Windsurf's stands for a turn: several files are written in one.
  const turn = text(data, 'execution_id');
  return id ?? (turn === null ? null : `${turn} ${text(input, 'file_path', 'command_line') ?? ''}`);
}

function modelOf(data: Json): string | null {
  const model = jsonObject(data.model);
  const name = model ? text(model, 'slug', 'id', 'modelID') : text(data, 'model', 'model_name');
  return name === null || /^(?:unknown|default|auto)$/i.test(name) ? null : name;
}

function folderOf(data: Json, input: Json): string | null {
  const roots = list(field(data, 'workspace_roots', 'workspaceRoots'));
  return (
    text(data, 'cwd', 'workspace_folder', 'workspaceFolder', 'directory') ??
    text(input, 'cwd') ??
    (typeof roots[0] === 'string' && roots[0] !== '' ? roots[0] : null)
  );
}

function commandOf(input: Json): string {
  const command = field(input, 'command', 'command_line', 'commandLine', 'cmd');
  if (Array.isArray(command)) return command.filter((part) => typeof part === 'string').join(' ');
  return typeof command === 'string' ? command : '';
}

/** The replacements that an input tells, in their order. */
function claimedEdits(input: Json): ClaimedEdit[] {
  const whole = pathOf(input);
  const edits: ClaimedEdit[] = [];
  const add = (from: Json, file: string | null) => {
    const old = text(from, 'old_string', 'oldString', 'old_str', 'old_text', 'oldText');
    const put = text(from, 'new_string', 'newString', 'new_str', 'new_text', 'newText');
    const all = field(from, 'replace_all', 'replaceAll') === true;
    if (file === null || put === null || old === null) return;
    edits.push({ file, old, new: put, all });
  };
  add(input, whole);
  for (const one of list(field(input, 'edits', 'replacements')).slice(0, MAX_LIST)) {
    const from = jsonObject(one);
    if (from) add(from, pathOf(from) ?? whole);
  }
  const content = text(input, 'content', 'file_text', 'fileText', 'contents', 'new_contents');
  if (whole !== null && content !== null && edits.length === 0) {
    edits.push({ file: whole, old: null, new: content, all: false });
  }
  return edits;
}

function filesOf(input: Json, edits: readonly ClaimedEdit[]): string[] {
  const files = edits.map(({ file }) => file);
  const own = pathOf(input);
  if (own !== null) files.push(own);
  for (const one of list(field(input, 'files', 'filePaths', 'file_paths', 'paths'))) {
    const path = typeof one === 'string' ? one : pathOf(jsonObject(one) ?? {});
    if (path !== null) files.push(path);
  }
  for (const name of ['new_path', 'newPath', 'destination', 'old_path', 'oldPath', 'source']) {
    const path = text(input, name);
    if (path !== null) files.push(path);
  }
  const patch = text(input, 'patch', 'patchText', 'patch_text', 'input', 'diff', 'command') ?? '';
  if (files.length === 0) files.push(...patchedFiles(patch));
  return [...new Set(files.filter(isPath))].slice(0, MAX_LIST);
}

function pathOf(from: Json): string | null {
  const names = ['file_path', 'filePath', 'filepath', 'path', 'notebook_path', 'uri', 'fsPath'];
  return text(from, ...names);
}

function isPath(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MAX_PATH && !value.includes('\0');
}

/** One line without control characters. */
function clean(value: string, most: number): string {
  return value
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, most);
}

function optional<Key extends string>(key: Key, value: string | null, most: number): { [K in Key]?: string } {
  const cleaned = value === null ? '' : clean(value, most);
  return cleaned === '' ? {} : ({ [key]: cleaned } as { [K in Key]?: string });
}
