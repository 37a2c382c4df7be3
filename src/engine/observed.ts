import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { AGENT_CONFIGS, callsTaggant } from '../core/agentConfig';
import type { ObservedRepository } from '../core/observation';
import { isThere, readSmallText } from '../repo/actions';
import { hookState } from '../repo/hookState';
import type { RepositoryState } from './repositoryState';

/** What is there of the sensors that live outside the editor: git's hook, and the hooks of agents in use. */
export async function observedIn({
  repo,
  isSetUp,
  restricted,
}: RepositoryState): Promise<ObservedRepository> {
  const state = restricted ? null : await hookState(repo).catch(() => null);
  const hook = state && { isInstalled: state.state === 'installed', message: state.message };
  const agents = new Map<string, boolean>();
  for (const config of AGENT_CONFIGS) {
    const text = await readSmallText(join(repo.root, config.path)).catch(() => null);
    const isConfigured = text !== null && callsTaggant(text);
    if (isConfigured || (isSetUp && (await leftTraces(repo.root, config.traces))))
      agents.set(config.agent, isConfigured || (agents.get(config.agent) ?? false));
  }
  return {
    name: basename(repo.root),
    isSetUp,
    hook,
    agents: [...agents].map(([name, isConfigured]) => ({ name, isConfigured })),
  };
}

async function leftTraces(root: string, traces: readonly string[]): Promise<boolean> {
  for (const trace of traces) {
    if ((await isThere(join(root, trace))) || (await isThere(join(homedir(), trace)))) return true;
  }
  return false;
}
