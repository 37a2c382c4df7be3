import type { EditSource } from '../../protocol';

/** Milliseconds in which VS Code follows the beginning of a suggestion's acceptance with its snippet. */
const SNIPPET_REACH = 500;
const NOTE_REACH = 1000;

interface Edit {
  readonly document: string;
  readonly version: number;
  readonly time: number;
}

/**
 * Where the editor names the source of edits, a suggestion with placeholders still comes as a snippet: an acceptance
 * that takes the typed beginning away, if there is any, and then an edit that only says `snippet` (measured on VS Code
 * 1.139). What a person types into the placeholders are edits of their own.
 */
export class SnippetCompletions {
  #accepted: (Edit & { readonly source: EditSource }) | undefined;
  #snippet: Edit | undefined;

  /** Every change whose source the editor names, `source` being what it says; answers what the change is. */
  seen(edit: Edit, reason: string, source: EditSource): EditSource {
    const accepted = this.#accepted;
    this.#accepted = reason === 'inlineCompletionAccept' ? { ...edit, source } : undefined;
    this.#snippet = reason === 'snippet' ? edit : undefined;
    if (reason !== 'snippet' || accepted?.document !== edit.document) return source;
    const follows = accepted.version + 1 === edit.version && edit.time - accepted.time <= SNIPPET_REACH;
    if (!follows) return source;
    this.#snippet = undefined;
    return accepted.source;
  }

  /** A key binding accepted a suggestion: if the newest change is a snippet, it was that. */
  accepted(document: string, time: number): { version: number; source: EditSource } | undefined {
    const snippet = this.#snippet;
    if (snippet?.document !== document || time - snippet.time > NOTE_REACH) return undefined;
    this.#snippet = undefined;
    return { version: snippet.version, source: { origin: 'ai', evidence: 'accepted' } };
  }
}
