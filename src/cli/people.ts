import { agentOf } from '../core/agents';
import { askEditors } from '../repo/editors';
import type { Repository } from '../repo/git';
import { Problem } from '../repo/problem';
import type { Context } from './context';

/**
 * Reviews and declarations are a person's word.
 * @throws Problem `agent` when this is the environment of an AI agent
 */
export function refuseAgents({ environment }: Context, command: string): void {
  const agent = agentOf(environment);
  if (agent === null) return;
  throw new Problem(
    'agent',
    `"taggant ${command}" is a person's word, and this is the environment of ${agent}: run it in a terminal of your own.`,
  );
}

const FLUSH_TIMEOUTS = { connectMs: 300, answerMs: 2000 };

/** Has the editors of this repository write what they hold in memory, so that the disk says what they show. */
export async function flushEditors(repo: Repository): Promise<void> {
  await askEditors(repo, { kind: 'flush' }, FLUSH_TIMEOUTS);
}
