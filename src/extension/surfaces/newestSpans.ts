import type { SpansParams } from '../../protocol';

/** Milliseconds between two questions: each pause is twice the one before. */
const FIRST_PAUSE = 50;
const LONGEST_PAUSE = 800;

/** What `newestSpans` needs of the window and the server. */
export interface SpansWindow {
  /** The version of a document now; undefined when it is not open. */
  versionOf(uri: string): number | undefined;
  show(params: SpansParams): void;
  /** The spans of the newest text that the server has; undefined when nobody can be asked. */
  ask(uri: string): Promise<SpansParams> | undefined;
  /** Resolves after so many milliseconds. */
  pause(milliseconds: number): Promise<unknown>;
}

/**
 * Shows spans once they speak of the text as it is. Where keys were typed meanwhile it asks for their places in the
 * text of now: at once, then ever more seldom while typing goes on, for reading thousands of spans takes
 * the extension host's time. Rejects when a question does.
 */
export function newestSpans(window: SpansWindow): (params: SpansParams) => Promise<void> {
  const asking = new Set<string>();
  const isDone = (params: SpansParams): boolean => {
    const { uri, version } = params;
    const newest = window.versionOf(uri);
    if (newest === undefined) return true;
    if (newest !== version) return false;
    window.show(params);
    return true;
  };
  return async (params) => {
    const { uri } = params;
    // Whoever asks already gets what is newer than these.
    if (isDone(params) || asking.has(uri)) return;
    asking.add(uri);
    try {
      for (let wait = FIRST_PAUSE; ; wait = Math.min(2 * wait, LONGEST_PAUSE)) {
        const answer = await window.ask(uri);
        if (!answer || isDone(answer)) return;
        await window.pause(wait);
      }
    } finally {
      asking.delete(uri);
    }
  };
}
