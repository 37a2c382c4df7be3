import { rm, rmdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, posix } from 'node:path';
import { AGENT_CONFIGS, type AgentConfig, saysNothing, withEntries, without } from '../core/agentConfig';
import { AGENT_FORMS, agentForm } from '../core/agentForms';
import { type Action, isThere, readSmallText } from '../repo/actions';
import { agentsFolder } from '../repo/agentSnapshots';
import type { Repository } from '../repo/git';
import { readAgentScript } from '../repo/hookScripts';
import { Problem } from '../repo/problem';
import { confinedPath } from '../repo/tree';

/** What to do so that agents call Taggant, or no longer do. */
export interface AgentPlan {
  readonly actions: readonly Action[];
  /** Sentences: what a person has to do or to know. */
  readonly notes: readonly string[];
  /** False when something is left to a person. */
  readonly complete: boolean;
}

/** Where the script stands that the agents' configurations call. */
export function agentScriptPath(repo: Pick<Repository, 'commonDir'>): string {
  return join(repo.commonDir, 'taggant', 'agent');
}

/**
 * Plans the hooks of agents: those that are named, or those of which the repository or this machine shows traces. Only
 * files inside the repository are written, and what they hold already stays.
 * @throws Problem `usage` for a name that no agent has
 */
export async function planAgentHooks(
  repo: Repository,
  names: readonly string[],
  cliPath: string,
): Promise<AgentPlan> {
  const agents = names.length > 0 ? namedAgents(names) : await usedAgents(repo);
  if (agents.size === 0) {
    const notes = [`No agent's traces were found: name them (taggant init --agents ${known().join(' ')}).`];
    return { actions: [], notes, complete: false };
  }
  const actions: Action[] = [];
  const notes = new Set<string>();
  let complete = true;
  for (const config of AGENT_CONFIGS.filter(({ agent }) => agents.has(agent))) {
    const planned = await planConfig(repo, config);
    if (typeof planned === 'string') {
      notes.add(planned);
      complete = false;
    } else if (planned) {
      actions.push(planned);
      if (config.note) notes.add(config.note);
    }
  }
  if (agents.has('agent-v1')) {
    notes.add(
      'For other agents: let them call "taggant hook agent agent-v1" with git-ai\'s payload (docs/agents.md).',
    );
  }
  const script = agentScriptPath(repo);
  const [before, after] = [await readSmallText(script), await readAgentScript(cliPath)];
  if (before !== after) {
    const description = 'what the agents call';
    actions.unshift({ kind: 'write', path: script, before, after, executable: true, description });
  }
  return { actions, notes: [...notes], complete };
}

/** Plans to take exactly that back. */
export async function planAgentUndo(repo: Repository, names: readonly string[] = []): Promise<AgentPlan> {
  const agents = names.length > 0 ? namedAgents(names) : new Set(AGENT_CONFIGS.map(({ agent }) => agent));
  const actions: Action[] = [];
  const notes: string[] = [];
  for (const config of AGENT_CONFIGS.filter(({ agent }) => agents.has(agent))) {
    const path = await insidePath(repo, config);
    const before = await readSmallText(path).catch(() => null);
    if (before === null || !before.includes('taggant/agent')) continue;
    const after = config.entries === null ? null : without(before, config.entries);
    if (config.entries === null ? before === config.text : after !== null && saysNothing(after, config)) {
      actions.push({ kind: 'remove', path, before, description: 'made by Taggant' });
    } else if (config.entries === null || after === null) {
      notes.push(`${config.path} was changed and is left.`);
    } else if (after !== before) {
      const description = `without the hooks of ${titleOf(config)}`;
      actions.push({ kind: 'write', path, before, after, executable: false, description });
    }
  }
  const script = agentScriptPath(repo);
  const before = names.length > 0 ? null : await readSmallText(script);
  if (before !== null)
    actions.push({ kind: 'remove', path: script, before, description: 'no longer needed' });
  return { actions, notes, complete: notes.length === 0 };
}

/** After an undo: what agents have left in the git directory, and folders that held nothing but our files. */
export async function removeAgentFolders(repo: Repository): Promise<void> {
  if (!(await isThere(agentScriptPath(repo)))) await rm(agentsFolder(repo), { recursive: true, force: true });
  for (const { path } of AGENT_CONFIGS) {
    for (let folder = posix.dirname(path); folder !== '.'; folder = posix.dirname(folder)) {
      await rmdir(join(repo.root, folder)).catch(() => undefined);
    }
  }
}

/** The step for one file; null when nothing is to be done, a sentence when only a person can do it. */
async function planConfig(repo: Repository, config: AgentConfig): Promise<Action | string | null> {
  const path = await insidePath(repo, config);
  const before = await readSmallText(path);
  const { entries, text, executable } = config;
  const description = `the hooks of ${titleOf(config)}`;
  if (before === null) return { kind: 'write', path, before, after: text, executable, description };
  if (before === text) return null;
  const byHand = `${config.path} is not changed, because it is not what Taggant expects: join this to it by hand:\n${text.trimEnd()}`;
  if (entries === null) return before.includes('taggant/agent') ? null : byHand;
  const after = withEntries(before, entries);
  if (after === null) return byHand;
  return after === before ? null : { kind: 'write', path, before, after, executable, description };
}

async function insidePath(repo: Repository, { path }: AgentConfig): Promise<string> {
  const absolute = await confinedPath(repo.root, path);
  if (absolute === null)
    throw new Problem('path', `"${path}" leads out of the repository; nothing was done.`);
  return absolute;
}

function namedAgents(names: readonly string[]): Set<string> {
  if (names.includes('all')) return new Set(known());
  return new Set(
    names.map((name) => {
      const form = agentForm(name);
      if (form) return form.name;
      throw new Problem(
        'usage',
        `No agent is called "${name}". Taggant knows ${known().join(', ')}, and all.`,
      );
    }),
  );
}

/** Agents that have a folder in the repository, or in the person's home; nothing there is read. */
async function usedAgents(repo: Repository): Promise<Set<string>> {
  const used = new Set<string>();
  for (const { agent, traces } of AGENT_CONFIGS) {
    const places = traces.flatMap((trace) => [join(repo.root, trace), join(homedir(), trace)]);
    if ((await Promise.all(places.map(isThere))).includes(true)) used.add(agent);
  }
  return used;
}

function known(): string[] {
  return AGENT_FORMS.map(({ name }) => name);
}

function titleOf({ agent }: AgentConfig): string {
  return agentForm(agent)?.title ?? agent;
}
