import { realpathSync } from 'node:fs';
import { relative } from 'node:path';
import type { AiSource } from './repositoryState';

/** Milliseconds after an agent's command in which what it wrote last may still be seen. */
const REACH = 3000;

interface Running {
  readonly tool: string;
  /** The folder that it was started in; null when the shell does not say. */
  readonly folder: string | null;
  /** Milliseconds since 1970; null while it runs. */
  ended: number | null;
}

/** The agents that run, as far as the editor's terminals tell: only a guess at who changes files meanwhile. */
export class AgentsAtWork {
  readonly #commands = new Map<string, Running>();

  started(id: string, tool: string, folder: string | null): void {
    this.#commands.set(id, { tool, folder: folder && resolved(folder), ended: null });
  }

  ended(id: string, now: number): void {
    const command = this.#commands.get(id);
    if (command) command.ended = now;
  }

  /** Who may have written to a repository just now; null when no agent runs. Of several, none is named. */
  in(root: string, now: number): AiSource | null {
    const tools = new Set<string>();
    for (const [id, { tool, folder, ended }] of this.#commands) {
      if (ended !== null && now - ended > REACH) this.#commands.delete(id);
      else if (folder === null || isWithin(root, folder) || isWithin(folder, root)) tools.add(tool);
    }
    if (tools.size === 0) return null;
    const [tool] = tools;
    return { evidence: 'inferred', ...(tools.size === 1 && tool ? { tool } : {}) };
  }
}

/** Shells name a folder as they came to it, git without symbolic links. */
function resolved(folder: string): string {
  try {
    return realpathSync.native(folder);
  } catch {
    return folder;
  }
}

function isWithin(folder: string, place: string): boolean {
  const way = relative(folder, place);
  return way === '' || !(way.startsWith('..') || way.includes(':'));
}
