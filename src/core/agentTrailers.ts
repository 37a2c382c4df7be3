/**
 * What a commit says about AI agents that had a part in it: its trailers, and its author where that is an agent itself.
 * Only what a line says of itself counts. People are called Claude, Jules and Devin, too, so a name alone is enough only
 * where nobody else has it; otherwise the address decides.
 */
import { KNOWN_AGENTS, type KnownAgent } from './knownAgents';
import { printable } from './wording';

/** An agent as a commit names it. */
export interface NamedAgent {
  /** As contributions name the tool; undefined where the commit only says that AI had a part. */
  readonly tool?: string;
  readonly model?: string;
}

/** `agent`: the value names an agent, or a person. `ai`: the key itself says that this is about AI. */
const KEYS: ReadonlyMap<string, 'agent' | 'ai'> = new Map([
  ['co-authored-by', 'agent'],
  ['co-developed-by', 'agent'],
  // Linux (Documentation/process/coding-assistants.rst), Fedora, Mesa; curl thanks people with it.
  ['assisted-by', 'agent'],
  // The Apache Software Foundation (generative tooling guidance); generators of code use it, too.
  ['generated-by', 'agent'],
  ['generated-with', 'agent'],
  ['ai-assisted', 'ai'],
  ['ai-assisted-by', 'ai'],
  ['ai-assistant', 'ai'],
  ['ai-generated', 'ai'],
  ['ai-generated-by', 'ai'],
  ['ai-co-authored-by', 'ai'],
]);

/** Most trailers of one commit that are read, and most characters of one. */
const MAX_TRAILERS = 200;
const MAX_VALUE = 300;
const MAX_NAME = 80;

const NO = /^(?:no|none|never|not?[ -].*|false|0|n\/?a|-|nil|null)\.?$/i;
const YES = /^(?:yes|true|1|y|partially|partly|fully|some)\.?$/i;

/**
 * The agents that a commit names, each once, in the order of their names.
 * @param trailers one `Key: value` a line, as git's `%(trailers:only,unfold)` writes them
 * @param author `Name <address>`
 */
export function agentsOfCommit(trailers: string, author: string): NamedAgent[] {
  const found = new Map<string, NamedAgent>();
  const add = (agent: NamedAgent | null) => {
    if (!agent) return;
    const name = agent.tool ?? '';
    // The same agent with a model tells more than without.
    if (!found.get(name)?.model) found.set(name, agent);
  };
  for (const line of trailers.split('\n', MAX_TRAILERS)) {
    const colon = line.indexOf(':');
    if (colon < 0 || colon > MAX_NAME || line.length > MAX_VALUE) continue;
    const key = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    const kind = KEYS.get(key);
    if (kind === 'agent') add(agentNamed(value));
    else if (kind === 'ai') add(aiNamed(value));
    else if (value !== '') add(ownTrailer(key));
  }
  add(agentAuthor(author.slice(0, MAX_VALUE)));
  // That AI had a part says nothing more where an agent is named.
  if (found.size > 1) found.delete('');
  return [...found.values()].sort((a, b) => ((a.tool ?? '') < (b.tool ?? '') ? -1 : 1));
}

/** One agent, or several that nobody can tell apart, as the tool and model of a contribution. */
export function toolAndModel(agents: readonly NamedAgent[]): NamedAgent {
  const joined = (values: readonly (string | undefined)[]) => values.filter(Boolean).join(', ');
  const [tool, model] = [joined(agents.map((one) => one.tool)), joined(agents.map((one) => one.model))];
  return { ...(tool ? { tool } : {}), ...(model ? { model } : {}) };
}

const SESSION = /^commit ([0-9a-f]{40,64})$/;

/** The session of a contribution that a commit's trailers declare. */
export function sessionOfCommit(commit: string): string {
  return `commit ${commit}`;
}

/** The commit whose trailers declared a contribution; null for any other contribution. */
export function declaringCommit(contribution: {
  readonly session?: string;
  readonly evidence: string;
}): string | null {
  if (contribution.evidence !== 'declared') return null;
  return SESSION.exec(contribution.session ?? '')?.[1] ?? null;
}

function ownTrailer(key: string): NamedAgent | null {
  const agent = KNOWN_AGENTS.find(({ trailers = [] }) => trailers.includes(key));
  return agent ? { tool: agent.tool } : null;
}

/** Who a commit is by, where that is an agent. Aider adds itself to the name of the person. */
function agentAuthor(author: string): NamedAgent | null {
  const { name, address } = identity(author);
  if (/\(aider\)$/i.test(name)) return { tool: 'aider' };
  const agent = byAddress(address);
  return agent ? { tool: agent.tool } : null;
}

function aiNamed(value: string): NamedAgent | null {
  if (value === '' || NO.test(value)) return null;
  if (YES.test(value)) return {};
  const known = agentNamed(value);
  if (known) return known;
  const tool = printable(identity(value).name).slice(0, MAX_NAME).trim();
  return tool === '' ? {} : { tool };
}

/** The agent that a value names: `Name <address>`, `Name (model)`, `Model via Name`, `Name:model tools…`. */
function agentNamed(value: string): NamedAgent | null {
  const { name, address } = identity(value);
  const { called, model } = nameAndModel(name);
  const agent = byAddress(address) ?? byName(called, address);
  if (!agent) return null;
  const said = model ?? (isNameOf(agent, called.toLowerCase()) || address === '' ? undefined : called);
  const own = said ?? (hasNumber(called) ? called : undefined);
  return { tool: agent.tool, ...(own ? { model: printable(own).slice(0, MAX_NAME) } : {}) };
}

function identity(value: string): { name: string; address: string } {
  const open = value.lastIndexOf('<');
  if (open < 0) return { name: value.trim(), address: '' };
  const close = value.indexOf('>', open);
  const address = value.slice(open + 1, close < 0 ? undefined : close).trim();
  return { name: value.slice(0, open).trim(), address: address.toLowerCase() };
}

function nameAndModel(name: string): { called: string; model: string | undefined } {
  const inBrackets = /^([^()]+)\(([^()]+)\)$/.exec(name);
  if (inBrackets) return { called: inBrackets[1]!.trim(), model: inBrackets[2]!.trim() };
  const via = /^(.+) via (.+)$/i.exec(name);
  if (via) return { called: withoutSigns(via[2]!), model: via[1]!.trim() };
  const using = /^(.+?) (?:using|with) (.+)$/i.exec(name);
  if (using) return { called: using[1]!.trim(), model: using[2]!.trim() };
  const kernel = /^([^\s:]+):([^\s:]\S*)/.exec(name);
  if (kernel) return { called: kernel[1]!, model: kernel[2]! };
  return { called: withoutSigns(name), model: undefined };
}

/** Crush puts a heart behind its name. */
function withoutSigns(name: string): string {
  return name.replace(/[^\p{L}\p{N})\]]+$/u, '').trim();
}

const GITHUB = '@users.noreply.github.com';

function byAddress(address: string): KnownAgent | null {
  if (address === '') return null;
  const login = address.endsWith(GITHUB) ? address.slice(0, -GITHUB.length).replace(/^\d+\+/, '') : null;
  const isIts = ({ addresses, logins }: KnownAgent) =>
    login === null ? addresses.includes(address) : logins.includes(login);
  return KNOWN_AGENTS.find(isIts) ?? null;
}

/** What stands behind the name of an agent where a model is named: `Claude Opus 4.5`, `GPT-5`, `Gemini 2.5 Pro`. */
const MODEL = /^[ -](?:\d|v\d|o\d|(?:opus|sonnet|haiku|pro|flash|code|cli|gpt)\b.*\d)/;

function byName(name: string, address: string): KnownAgent | null {
  const lower = name.toLowerCase();
  const sure = KNOWN_AGENTS.find(({ names }) => names.includes(lower));
  if (sure) return sure;
  const namesModel = ({ names, shortNames }: KnownAgent) =>
    [...names, ...shortNames].some((one) => lower.startsWith(one) && MODEL.test(lower.slice(one.length)));
  const isAlone = address === '' && KNOWN_AGENTS.find((agent) => isNameOf(agent, lower));
  return isAlone || (KNOWN_AGENTS.find(namesModel) ?? null);
}

function isNameOf({ names, shortNames }: KnownAgent, lower: string): boolean {
  return names.includes(lower) || shortNames.includes(lower);
}

function hasNumber(name: string): boolean {
  return /\d/.test(name);
}
