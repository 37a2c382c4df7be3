import { agentOf } from '../core/agents';
import type { EditorAnswer, EditorRequest } from '../core/editorMessages';
import type { EditorTimeouts } from '../repo/editors';
import type { Repository } from '../repo/git';
import { Problem } from '../repo/problem';
import { findRendezvous } from '../repo/rendezvous';
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

/**
 * Some words only a person at the prompt can give, whatever options say yes.
 * @throws Problem `usage` when nobody can be asked
 */
export function requirePerson(context: Context, command: string, action: string): void {
  if (context.isTerminal()) return;
  throw new Problem(
    'usage',
    `"taggant ${command}" speaks for a person, and there is no terminal to ask them: run it in a terminal, or use "${action}" in the editor.`,
  );
}

const FLUSH_TIMEOUTS = { connectMs: 300, answerMs: 2000 };

/** Has the editors of this repository write what they hold in memory, so that the disk says what they show. */
export async function flushEditors(repo: Repository): Promise<void> {
  await ask(repo, { kind: 'flush' }, FLUSH_TIMEOUTS);
}

/** Asks the editors that have the repository open; null when there is none, or none answers. */
export async function ask(
  repo: Repository,
  request: EditorRequest,
  timeouts: EditorTimeouts,
): Promise<EditorAnswer | null> {
  if ((await findRendezvous(repo.commonDir)).length === 0) return null;
  // What it takes to speak to an editor is loaded only when there is one.
  return (await import('../repo/editors')).askEditors(repo, request, timeouts);
}
