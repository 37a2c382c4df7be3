import type { Span } from '../core/marks';
import { readSharedCopies, writeSharedCopies } from '../repo/sharedCopies';
import { type Copied, copiesOf, cut, findCopy, MOST_COPIES, readCopies, remember } from './clipboard';
import type { RepositoryState } from './repositoryState';

/** The text of an open document with its marks. */
export interface MarkedText {
  readonly text: string;
  readonly spans: readonly Span[];
  readonly state: RepositoryState;
}

/** Text that was dragged out of a document is looked for in so many documents, and has so many characters at least. */
const MOST_SEARCHED = 50;
const LEAST_FOUND = 20;

/** What was copied or cut in an editor, in this window and in others of the same repository. */
export class Copies {
  #own: Copied[] = [];
  #closed: Copied[] = [];
  #sharing: Promise<void> = Promise.resolve();

  /** Somebody copied `places` of a text, in document order; offsets are UTF-16. */
  copied(
    text: string,
    spans: readonly Span[],
    places: readonly { readonly start: number; readonly end: number }[],
    state: RepositoryState,
  ): void {
    const pieces = places.map(({ start, end }) => ({
      text: text.slice(start, end),
      spans: cut(spans, start, end),
    }));
    const newest = copiesOf(pieces, (label) => state.contribution(label));
    this.#own = remember(this.#own, newest);
    if (state.restricted) return;
    // One after the other: of two that are copied at once the newest is known elsewhere, too.
    this.#sharing = this.#sharing
      .then(() => share(newest, state))
      .then(
        () => state.report('copies', null),
        (error: Error) =>
          state.report('copies', `Copied text keeps its marks in this window only: ${error.message}`),
      );
  }

  /** The document of another name that has this very text, open or closed lately; null when there is none. */
  sameText(text: string, open: () => readonly MarkedText[]): Copied | null {
    if (text.replace(/\s+/g, '').length < LEAST_FOUND) return null;
    const same = open().filter((one) => one.text.length === text.length);
    return draggedFrom(text, () => same) ?? findCopy(this.#closed, text);
  }

  /** A document with marks was closed: its text may come back under another name. */
  closed({ text, spans, state }: MarkedText): void {
    if (spans.length === 0) return;
    this.#closed = remember(
      this.#closed,
      copiesOf([{ text, spans }], (label) => state.contribution(label)),
    );
  }

  /** The copy that a text pasted into a repository is; `open` gives the documents that it may have been dragged from. */
  find(text: string, into: RepositoryState, open: () => readonly MarkedText[]): Copied | null {
    // Brackets and signs alone are the same everywhere: they are only what was copied last.
    if (!/[\p{L}\p{N}]/u.test(text)) return findCopy(this.#own.slice(0, 1), text);
    const own = findCopy(this.#own, text);
    if (own) return own;
    const shared = into.restricted ? null : findCopy(readCopies(readSharedCopies(into.repo)), text);
    return shared ?? draggedFrom(text, open);
  }
}

function share(newest: readonly Copied[], { repo }: RepositoryState): Promise<void> {
  const known = readCopies(readSharedCopies(repo));
  return writeSharedCopies(repo, remember(known, newest).slice(0, MOST_COPIES));
}

function draggedFrom(text: string, open: () => readonly MarkedText[]): Copied | null {
  if (text.replace(/\s+/g, '').length < LEAST_FOUND) return null;
  for (const { text: all, spans, state } of open().slice(0, MOST_SEARCHED)) {
    const start = all.indexOf(text);
    if (start < 0) continue;
    const piece = { text, spans: cut(spans, start, start + text.length) };
    return copiesOf([piece], (label) => state.contribution(label))[0] ?? null;
  }
  return null;
}
