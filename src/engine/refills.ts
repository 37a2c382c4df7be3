import { isBlank } from '../core/edits';
import type { Edit, LiveDocument, Snapshot } from '../core/liveDocument';
import type { EditSource } from './editSource';

/** A change that fills what the change before it had emptied: what both of them do to the text that was there. */
export interface Refill {
  readonly edits: readonly Edit[];
  /** The text before both. */
  readonly text: string;
}

/**
 * Programs empty a file and then write it, and an editor may read it in between. Such a document is changed once, from what
 * it was: what stays the same keeps its marks.
 */
export class Refills {
  #emptied: { readonly text: string; readonly snapshot: Snapshot } | null = null;

  /**
   * Hears of each change before `live` follows it, with the text before. When the change is such a refill, `live` is again what
   * it was before it was emptied, and what it is to follow instead is answered; null for all others.
   */
  refill(
    live: LiveDocument,
    edits: readonly Edit[],
    { origin, undoRedo }: EditSource,
    before: () => string,
  ): Refill | null {
    const was = this.#emptied;
    this.#emptied = null;
    const [edit] = edits;
    const isProgram = origin === 'external' || origin === 'pending' || origin === 'tool';
    if (!isProgram || undoRedo || !edit || edits.length > 1) return null;
    // White space is trimmed away, and says nothing of what fills its place.
    if (edit.text === '' && edit.start === 0 && edit.end === live.length && !isBlank(edit.removed)) {
      this.#emptied = { text: before(), snapshot: live.snapshot() };
      return null;
    }
    if (!was || live.length > 0 || edit.text === '') return null;
    const { text, snapshot } = was;
    const restored = [{ start: 0, end: 0, removed: '', text }];
    live.apply({ version: Number.NEGATIVE_INFINITY, edits: restored, origin: 'human', label: null });
    live.putBack(snapshot);
    return { edits: [{ start: 0, end: text.length, removed: text, text: edit.text }], text };
  }
}
