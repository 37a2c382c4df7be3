import * as vscode from 'vscode';
import { activeAssistants } from '../../core/assistants';
import type { Surroundings } from './evidence';

/** What the rules may want to know of this window. */
export const surroundings: Surroundings = {
  completers: () => assistants(({ completes }) => completes),
  agents: () => assistants(({ edits }) => edits),
  listAsGhostText(document) {
    const shown = vscode.workspace
      .getConfiguration('editor', vscode.Uri.parse(document))
      .get<unknown>('quickSuggestions');
    return Object.values(typeof shown === 'object' && shown !== null ? shown : { all: shown }).includes(
      'inline',
    );
  },
};

/** Ids of the AI extensions that are active here. */
export function assistants(wanted: (assistant: { completes: boolean; edits: boolean }) => boolean): string[] {
  const named = vscode.workspace.getConfiguration('taggant').get<unknown>('detection.assistants');
  const ids = Array.isArray(named) ? named.filter((id): id is string => typeof id === 'string') : [];
  const active = activeAssistants(ids, (id) => vscode.extensions.getExtension(id)?.isActive ?? false);
  return active.filter(wanted).map(({ id }) => id);
}
