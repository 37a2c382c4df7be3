import type { TextEdit } from '../../core/marks';
import { looksLikeTyping, TYPING_CHARACTERS } from '../../core/typing';
import type { EditSource } from '../../protocol';

/**
 * How an edit's source is told where the editor does not name it. Nothing here knows VS Code: the observer feeds in
 * what it sees, in the order it sees it, and is told what to say. As measured on VS Code 1.139: the change comes first,
 * then the selection event, then the note of an accepted completion, still before the next typed character.
 */

/** What was seen of one change event. */
export interface Change {
  readonly document: string;
  /** The version that the change made. */
  readonly version: number;
  /** Milliseconds of a clock that only runs forward. */
  readonly time: number;
  /** Offsets in the text before; in the event's order. */
  readonly edits: readonly TextEdit[];
  readonly undoRedo?: 'undo' | 'redo';
}

/** Something decided about an edit that was sent as `pending`. */
export interface Settlement {
  readonly document: string;
  readonly version: number;
  readonly source: EditSource;
}

interface Remembered extends Change {
  /** Something explains it already. */
  claimed: boolean;
  /** Something was said of it (otherwise it looked like typing), and better evidence may still change that. */
  readonly open: boolean;
  /** The selection event that follows a change has come. */
  selectionSeen: boolean;
}

/** How many events are remembered, and for how long (milliseconds) a note may still speak of one. */
const REMEMBERED = 50;
const NOTE_REACH = 1000;
const PASTE_REACH = 2000;
/** The note of an accepted removal comes with it. */
const REMOVAL_REACH = 250;

/** The evidence of one editor window without change reasons. */
export class EvidenceRing {
  readonly #changes: Remembered[] = [];
  #paste: { text: string; time: number } | undefined;

  /** What to say of a change at once; undefined for what looks like keyboard typing, of which nothing need be said. */
  changed(change: Change): EditSource | undefined {
    const source = this.#firstGuess(change);
    const open = source?.origin === 'pending' || (source?.origin === 'tool' && !isLayout(change.edits));
    this.#changes.push({
      ...change,
      open,
      claimed: source !== undefined && !open,
      selectionSeen: false,
    });
    if (this.#changes.length > REMEMBERED) this.#changes.shift();
    return source;
  }

  /** The clipboard's text, as the editor asked for it just before it pastes. */
  pasting(text: string, time: number): void {
    this.#paste = { text, time };
  }

  /** True when the next selection event of the document may explain its newest change. */
  awaitsSelection(document: string): boolean {
    const newest = this.#newest(document);
    return newest !== undefined && !newest.claimed && !newest.selectionSeen;
  }

  /**
   * The selection moved. When the keyboard did it, right after the newest change and to the end of its text, a person
   * typed that change. `caret` is an offset in the text after.
   */
  selected(document: string, byKeyboard: boolean, caret: number): Settlement | undefined {
    const newest = this.#newest(document);
    if (!newest || newest.claimed || newest.selectionSeen) return undefined;
    newest.selectionSeen = true;
    if (!byKeyboard || (newest.open && !endsAt(newest.edits, caret))) return undefined;
    newest.claimed = true;
    if (!newest.open) return undefined;
    return { document, version: newest.version, source: { origin: 'human' } };
  }

  /** A key binding accepted a completion: the newest change that nothing else explains is its text. */
  accepted(document: string, time: number): Settlement | undefined {
    const change = this.#changes.findLast(
      (candidate) => candidate.document === document && !candidate.claimed,
    );
    if (!change || time - change.time > NOTE_REACH) return undefined;
    if (change.edits.every(({ text }) => text.trim() === '')) {
      // A removal may be all that a suggestion does; but whoever presses Delete may soon accept something else.
      const removes = change.edits.every(({ start, end, text }) => text === '' && end > start);
      if (!removes || time - change.time > REMOVAL_REACH) return undefined;
    }
    change.claimed = true;
    return { document, version: change.version, source: { origin: 'ai', evidence: 'accepted' } };
  }

  /** The document is still without unsaved changes a moment after a change: the text came from disk. */
  cameFromDisk(document: string, version: number): Settlement | undefined {
    const change = this.#changes.find(
      (candidate) => candidate.document === document && candidate.version === version,
    );
    if (!change || change.claimed) return undefined;
    change.claimed = true;
    return { document, version, source: { origin: 'external' } };
  }

  #newest(document: string): Remembered | undefined {
    return this.#changes.findLast((change) => change.document === document);
  }

  #firstGuess(change: Change): EditSource | undefined {
    if (change.undoRedo) return { origin: 'human' };
    const paste = this.#paste;
    if (paste && change.time - paste.time < PASTE_REACH && isPasteOf(change.edits, paste.text)) {
      this.#paste = undefined;
      return { origin: 'paste' };
    }
    if (isLayout(change.edits)) return { origin: 'tool' };
    if (isSpread(change.edits)) return { origin: 'tool' };
    return looksLikeTyping(change.edits) ? undefined : { origin: 'pending' };
  }
}

/** Only white space came or went, other than by one typed key: formatting, indenting, trimming. */
function isLayout(edits: readonly TextEdit[]): boolean {
  if (edits.some(({ text }) => text.trim() !== '')) return false;
  if (edits.length > 1) return true;
  return edits.every(
    ({ start, end, text }) => text !== '' && (text.length > 2 || end > start) && !/^\r?\n[ \t]*$/.test(text),
  );
}

/**
 * Small changes in several places that are more than a key: rename, replace all, a quick fix. An acceptance or the
 * keyboard at several cursors may still claim it.
 */
function isSpread(edits: readonly TextEdit[]): boolean {
  if (edits.length < 2 || looksLikeTyping(edits)) return false;
  return edits.every(({ text }) => text.length <= TYPING_CHARACTERS && !text.includes('\n'));
}

/** True when the caret stands behind the text of one of the edits. */
function endsAt(edits: readonly TextEdit[], caret: number): boolean {
  let shift = 0;
  for (const { start, end, text } of [...edits].sort((a, b) => a.start - b.start)) {
    if (start + shift + text.length === caret) return true;
    shift += text.length - (end - start);
  }
  return false;
}

/** The editor may change indentation and line endings of what it pastes. */
function isPasteOf(edits: readonly TextEdit[], pasted: string): boolean {
  const inserted = edits.map(({ text }) => text).filter((text) => text !== '');
  if (inserted.length === 0) return false;
  const want = withoutSpace(pasted);
  return (
    inserted.every((text) => withoutSpace(text) === want) ||
    withoutSpace(inserted.reverse().join('')) === want
  );
}

function withoutSpace(text: string): string {
  return text.replace(/\s+/g, '');
}
