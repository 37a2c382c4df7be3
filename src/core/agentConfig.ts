/** What each agent's own configuration has to say so that it calls Taggant's hook. Texts in, texts out. */
import {
  applyEdits,
  type FormattingOptions,
  type JSONPath,
  modify,
  type ParseError,
  parse,
} from 'jsonc-parser';

/** One agent's configuration file in a repository. */
export interface AgentConfig {
  /** The agent, as in `agentForms.ts`. */
  readonly agent: string;
  /** Relative to the repository's root, with `/`. */
  readonly path: string;
  /** Entries that are joined with what a JSON file holds; null for a file that is Taggant's alone. */
  readonly entries: readonly ConfigEntry[] | null;
  /** The whole text of a new file. */
  readonly text: string;
  readonly executable: boolean;
  /** Folders, in the repository or at home, that tell that somebody uses the agent. */
  readonly traces: readonly string[];
  /** What a person has to know or do, one sentence. */
  readonly note?: string;
}

/** An element of an array. */
export interface ConfigEntry {
  readonly place: JSONPath;
  readonly value: object;
}

/** How all our commands are recognised. */
const MARK = 'taggant/agent';

/**
 * For any POSIX shell, from anywhere in a repository. Where Taggant is not set up, on a teammate's machine, it does
 * nothing and succeeds.
 */
export function hookCommand(agent: string): string {
  return `t="$(git rev-parse --git-common-dir 2>/dev/null)/${MARK}"; [ ! -x "$t" ] || "$t" ${agent}; exit 0`;
}

function powershellCommand(agent: string): string {
  return `$t = Join-Path (git rev-parse --git-common-dir) '${MARK}'; if (Test-Path $t) { sh $t ${agent} }; exit 0`;
}

/** Seconds that an agent waits for the hook at most. */
const PATIENCE = 10;

/** Event, matcher, commands: Claude Code's form, which others have taken over. */
function claudeLike(
  agent: string,
  events: readonly string[],
  matcher: string,
  timeout: number,
): ConfigEntry[] {
  const hooks = [{ type: 'command', command: hookCommand(agent), timeout }];
  return events.map((event) => ({ place: ['hooks', event], value: { matcher, hooks } }));
}

function jsonText(entries: readonly ConfigEntry[], head: object = {}): string {
  const hooks: Record<string, object[]> = {};
  for (const { place, value } of entries) hooks[String(place[1])] = [value];
  return `${JSON.stringify({ ...head, hooks }, null, 2)}\n`;
}

function json(
  agent: string,
  path: string,
  entries: readonly ConfigEntry[],
  traces: readonly string[],
  more: { head?: object; note?: string } = {},
): AgentConfig {
  const { head, note } = more;
  const text = jsonText(entries, head);
  return { agent, path, entries, text, executable: false, traces, ...(note ? { note } : {}) };
}

const CLAUDE_EVENTS = ['PreToolUse', 'PostToolUse', 'PostToolUseFailure'];
const CLAUDE_TOOLS = 'Edit|Write|MultiEdit|NotebookEdit|Bash|PowerShell';

function cursorEntries(): ConfigEntry[] {
  const matcher = 'Write|StrReplace|Edit|MultiEdit|ApplyPatch|Delete|EditNotebook|Shell';
  return ['preToolUse', 'postToolUse'].map((event) => ({
    place: ['hooks', event],
    value: { command: hookCommand('cursor'), matcher },
  }));
}

function windsurfEntries(): ConfigEntry[] {
  const events = ['pre_write_code', 'post_write_code', 'pre_run_command', 'post_run_command'];
  return events.map((event) => ({
    place: ['hooks', event],
    value: {
      command: hookCommand('windsurf'),
      powershell: powershellCommand('windsurf'),
      show_output: false,
    },
  }));
}

/** VS Code reads `command`, `windows` and `timeout`, Copilot CLI `bash`, `powershell` and `timeoutSec`. */
function copilotEntries(): ConfigEntry[] {
  const [sh, powershell] = [hookCommand('github-copilot'), powershellCommand('github-copilot')];
  const value = {
    type: 'command',
    command: sh,
    windows: `powershell -NoProfile -Command "${powershell}"`,
    timeout: PATIENCE,
    bash: sh,
    powershell,
    timeoutSec: PATIENCE,
  };
  return ['PreToolUse', 'PostToolUse'].map((event) => ({ place: ['hooks', event], value }));
}

function clineScript(event: string): AgentConfig {
  const text = `#!/bin/sh
# Made by "taggant init --agents"; "taggant init --agents --undo" takes it back.
${hookCommand('cline')}
`;
  const path = `.clinerules/hooks/${event}`;
  const note = 'Cline runs hooks only where they are switched on in its settings, and not on Windows.';
  const traces = ['.clinerules'];
  return { agent: 'cline', path, entries: null, text, executable: true, traces, note };
}

/** Hands on what opencode calls its plugins with, in the form that `taggant hook agent opencode` reads. */
const OPENCODE_PLUGIN = `// Made by "taggant init --agents"; "taggant init --agents --undo" takes it back.
// Tells Taggant which files opencode changes, so that their text is marked. It never stops opencode.
import { spawn } from "node:child_process";

const COMMAND = ${JSON.stringify(hookCommand('opencode'))};
const TOOLS = ['edit', 'write', 'multiedit', 'patch', 'apply_patch', 'bash'];

function tell(event, directory, { tool, sessionID, callID }, args) {
  if (!TOOLS.includes(tool)) return Promise.resolve();
  return new Promise((done) => {
    const hook = spawn('sh', ['-c', COMMAND], { cwd: directory, stdio: ['pipe', 'ignore', 'inherit'], timeout: ${PATIENCE * 1000} });
    hook.on('error', () => done());
    hook.on('close', () => done());
    hook.stdin.on('error', () => {});
    const payload = { hook_event_name: event, session_id: sessionID, tool_use_id: callID, cwd: directory, tool_name: tool, tool_input: args };
    hook.stdin.end(JSON.stringify(payload));
  });
}

export const Taggant = async ({ directory }) => ({
  'tool.execute.before': (input, output) => tell('tool.execute.before', directory, input, output.args),
  'tool.execute.after': (input, output) => tell('tool.execute.after', directory, input, input.args ?? output.args ?? {}),
});
`;

/** Every configuration that can stand in a repository. */
export const AGENT_CONFIGS: readonly AgentConfig[] = [
  json(
    'claude-code',
    '.claude/settings.json',
    claudeLike('claude-code', CLAUDE_EVENTS, CLAUDE_TOOLS, PATIENCE),
    ['.claude'],
  ),
  {
    ...json('github-copilot', '.github/hooks/taggant.json', copilotEntries(), ['.github/hooks', '.copilot'], {
      head: { version: 1 },
    }),
    // A file of our own: nothing to join.
    entries: null,
  },
  json('cursor', '.cursor/hooks.json', cursorEntries(), ['.cursor'], { head: { version: 1 } }),
  json(
    'codex',
    '.codex/hooks.json',
    claudeLike('codex', ['PreToolUse', 'PostToolUse'], 'Bash|apply_patch', PATIENCE),
    ['.codex'],
    { note: 'Codex runs hooks of a project only once you trust them: it asks, or look at /hooks.' },
  ),
  json(
    'gemini-cli',
    '.gemini/settings.json',
    claudeLike(
      'gemini-cli',
      ['BeforeTool', 'AfterTool'],
      'write_file|replace|run_shell_command',
      PATIENCE * 1000,
    ),
    ['.gemini'],
  ),
  json('windsurf', '.windsurf/hooks.json', windsurfEntries(), ['.windsurf', '.codeium']),
  clineScript('PreToolUse'),
  clineScript('PostToolUse'),
  json('continue', '.continue/settings.json', claudeLike('continue', CLAUDE_EVENTS, CLAUDE_TOOLS, PATIENCE), [
    '.continue',
  ]),
  {
    agent: 'opencode',
    path: '.opencode/plugins/taggant.js',
    entries: null,
    text: OPENCODE_PLUGIN,
    executable: false,
    traces: ['.opencode', '.config/opencode'],
  },
];

/**
 * A JSON file (comments allowed) with our entries joined to what it holds; the same text when they are there. Null for what
 * is no JSON of that form, which only a person can change.
 */
export function withEntries(text: string, entries: readonly ConfigEntry[]): string | null {
  let result = without(text, entries);
  if (result === null) return null;
  for (const { place, value } of entries) {
    const there = at(result, place);
    if (there !== undefined && !Array.isArray(there)) return null;
    const index = there?.length ?? 0;
    const formattingOptions = formatOf(text);
    const edits =
      there === undefined
        ? modify(result, place, [value], { formattingOptions })
        : modify(result, [...place, index], value, { formattingOptions, isArrayInsertion: true });
    result = applyEdits(result, edits);
  }
  // Ours, as they should be, are left where they stand.
  return sameValues(text, result) ? text : result;
}

/** The file without our entries, and without what they alone needed; null for what is no JSON of that form. */
export function without(text: string, entries: readonly ConfigEntry[]): string | null {
  const errors: ParseError[] = [];
  const root: unknown = parse(text, errors, { allowTrailingComma: true });
  if (errors.length > 0 || typeof root !== 'object' || root === null || Array.isArray(root)) return null;
  let result = text;
  const remove = (path: JSONPath) => {
    result = applyEdits(result, modify(result, path, undefined, { formattingOptions: formatOf(text) }));
  };
  for (const place of new Set(entries.map((entry) => entry.place))) {
    const list = at(result, place);
    if (!Array.isArray(list)) continue;
    let removed = false;
    for (let i = list.length - 1; i >= 0; i--) {
      if (!isOurs(list[i])) continue;
      removed = true;
      if (list.length > 1) remove([...place, i]);
      list.splice(i, 1);
    }
    if (removed && list.length === 0) remove(place);
  }
  const hooks = at(result, ['hooks']);
  if (result !== text && typeof hooks === 'object' && hooks !== null && Object.keys(hooks).length === 0)
    remove(['hooks']);
  return result;
}

/** True when a file says nothing that a person has written: only what we start a new one with. */
export function saysNothing(text: string, config: AgentConfig): boolean {
  const left = JSON.stringify(parse(text) ?? null);
  const { hooks: _, ...head } = JSON.parse(config.text) as Record<string, unknown>;
  return left === '{}' || left === JSON.stringify(head);
}

/** True for an entry of which every command is ours. */
function isOurs(entry: unknown): boolean {
  if (typeof entry !== 'object' || entry === null) return false;
  const { hooks, command } = entry as { hooks?: unknown; command?: unknown };
  if (Array.isArray(hooks)) return hooks.length > 0 && hooks.every(isOurs);
  return typeof command === 'string' && command.includes(MARK);
}

function at(text: string, path: JSONPath): unknown {
  let value: unknown = parse(text);
  for (const key of path) value = (value as Record<string | number, unknown> | null | undefined)?.[key];
  return value;
}

function sameValues(a: string, b: string): boolean {
  return JSON.stringify(parse(a)) === JSON.stringify(parse(b));
}

/** Indented as the file is. */
function formatOf(text: string): FormattingOptions {
  const indent = /\n([ \t]+)\S/.exec(text)?.[1] ?? '  ';
  return {
    insertSpaces: !indent.startsWith('\t'),
    tabSize: indent.startsWith('\t') ? 1 : indent.length,
    eol: text.includes('\r\n') ? '\r\n' : '\n',
  };
}

/** True for a configuration, of whatever form, that calls Taggant's hook. */
export function callsTaggant(text: string): boolean {
  return text.includes(MARK);
}
