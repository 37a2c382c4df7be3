import { endsAt, hasLargeText, isOneLargeText } from '../../core/editShapes';
import { type Fused, fuse, type Sighting } from '../../core/fusion';
import type { TextEdit } from '../../core/marks';
import type { EditSource } from '../../protocol';

/**
 * What is remembered of the newest changes, so that the rules of `core/fusion.ts` can be asked when something more is
 * seen of one. Nothing here knows VS Code: the observer feeds in what it sees, in the order it sees it, and is told what
 * to say. As measured on VS Code 1.139: the change comes first, then the selection event, then the note of an accepted
 * completion, still before the next typed character.
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
  readonly atCaret?: boolean;
}

/** What is known of the window around a change; asked for only when a rule may need it. */
export interface Surroundings {
  /** Ids of active AI extensions that complete, and of those that edit files by themselves. */
  completers(): readonly string[];
  agents(): readonly string[];
  /** The editor shows its own suggestion list as ghost text in this document. */
  listAsGhostText(document: string): boolean;
}

/** What is said of a change, and by which rule. */
export interface Said {
  readonly rule: string;
  readonly source: EditSource;
}

/** Something decided about an edit after it was sent. */
export interface Settlement extends Said {
  readonly document: string;
  readonly version: number;
}

interface Remembered extends Change {
  /** Something explains it for good. */
  claimed: boolean;
  /** Something was said of it (otherwise it looked like typing), and better evidence may still change that. */
  readonly open: boolean;
  /** Larger than typing, in one place, and no key or clipboard explains it. */
  readonly large: boolean;
  /** The selection event that follows a change has come. */
  selectionSeen: boolean;
}

/** How many events are remembered, and for how long (milliseconds) things speak of one another. */
const REMEMBERED = 50;
const PASTE_REACH = 2000;
const BURST_REACH = 2000;
const CHAT_REACH = 10_000;

/** The evidence of one editor window without change reasons. */
export class EvidenceRing {
  readonly #changes: Remembered[] = [];
  /** The copies of documents that the chat has, by their names: of which document, and since when. */
  readonly #chats = new Map<string, { readonly document: string; readonly time: number }>();
  readonly #saves = new Map<string, number>();
  #paste: { text: string; time: number } | undefined;
  #completionsInUse = false;

  constructor(private readonly around: Surroundings) {}

  /** What to say of a change at once; undefined for what looks like keyboard typing, of which nothing need be said. */
  changed(change: Change): Said | undefined {
    const fused = fuse('change', this.#firstSight(change));
    const verdict = fused?.verdict ?? null;
    const open = fused !== undefined && !fused.isFinal && verdict !== null;
    if (fused?.rule === 'paste') this.#paste = undefined;
    this.#changes.push({
      ...change,
      open,
      large: open && hasLargeText(change.edits),
      claimed: fused?.isFinal ?? false,
      selectionSeen: false,
    });
    if (this.#changes.length > REMEMBERED) this.#changes.shift();
    return verdict && fused ? { rule: fused.rule, source: verdict } : undefined;
  }

  /** The clipboard's text, as the editor asked for it just before it pastes. */
  pasting(text: string, time: number): void {
    this.#paste = { text, time };
  }

  /** The editor's chat opened its own copy of a document; `copy` names it. */
  chatOpened(document: string, copy: string, time: number): void {
    this.#chats.set(copy, { document, time });
  }

  /** The chat has thrown its copy away: its edits were kept or undone. */
  chatClosed(copy: string): void {
    this.#chats.delete(copy);
  }

  /** A save begins: formatters and fixes may come. */
  willSave(document: string, time: number): void {
    this.#saves.set(document, time);
  }

  /** The save has ended: what came meanwhile, and no key made, was theirs. */
  saved(document: string): Settlement[] {
    const since = this.#saves.get(document);
    this.#saves.delete(document);
    if (since === undefined) return [];
    return this.#open(document)
      .filter(({ time }) => time >= since)
      .flatMap((change) => this.#settled(change, fuse('saved', { edits: change.edits, whileSaving: true })));
  }

  /** True when the next selection event of the document may explain its newest change. */
  awaitsSelection(document: string): boolean {
    const newest = this.#newest(document);
    return newest !== undefined && !newest.claimed && !newest.selectionSeen;
  }

  /**
   * The selection moved. `caret` is an offset in the text after the newest change; `isEmpty` is false when something is
   * selected.
   */
  selected(document: string, byKeyboard: boolean, caret: number, isEmpty = true): Settlement | undefined {
    const newest = this.#newest(document);
    if (!newest || newest.claimed || newest.selectionSeen) return undefined;
    newest.selectionSeen = true;
    const { edits, atCaret, open } = newest;
    const fused = fuse('selection', {
      edits,
      isOpen: open,
      caret: { byKeyboard, behind: (isEmpty || byKeyboard) && open && endsAt(edits, caret) },
      ...(atCaret === undefined ? {} : { atCaret }),
      completionsInUse: this.#completionsInUse,
      ...(isOneLargeText(edits) ? { completers: this.around.completers() } : {}),
    });
    // Of what looked like typing nothing was said, and nothing need be.
    if (!open) {
      if (fused?.isFinal) newest.claimed = true;
      return undefined;
    }
    return this.#settled(newest, fused)[0];
  }

  /** A key binding accepted a completion: the newest change that nothing else explains is its text. */
  accepted(document: string, time: number): Settlement | undefined {
    this.#completionsInUse = true;
    const change = this.#changes.findLast(
      (candidate) => candidate.document === document && !candidate.claimed,
    );
    if (!change) return undefined;
    const fused = fuse('note', {
      edits: change.edits,
      noteAfter: time - change.time,
      listAsGhostText: this.around.listAsGhostText(document),
    });
    return this.#settled(change, fused)[0];
  }

  /** Several large changes have come in a row, in any documents: what to say of them now. */
  burst(time: number): Settlement[] {
    const recent = this.#changes.filter(
      ({ large, claimed, time: then }) => large && !claimed && time - then <= BURST_REACH,
    );
    const newest = recent.at(-1);
    if (recent.length < 2 || !newest) return [];
    const fused = fuse('burst', {
      edits: newest.edits,
      largeChanges: recent.length,
      agents: this.around.agents(),
    });
    return recent.flatMap((change) => this.#settled(change, fused));
  }

  /** The document is still without unsaved changes a moment after a change: the text came from disk. */
  cameFromDisk(document: string, version: number): Settlement | undefined {
    // The newest: a document that was closed and opened again counts its versions from one.
    const change = this.#changes.findLast(
      (candidate) => candidate.document === document && candidate.version === version,
    );
    if (!change || change.claimed) return undefined;
    return this.#settled(change, fuse('disk', { edits: change.edits }))[0];
  }

  #settled(change: Remembered, fused: Fused | undefined): Settlement[] {
    if (!fused) return [];
    if (fused.isFinal) change.claimed = true;
    if (!fused.verdict) return [];
    const { document, version } = change;
    return [{ document, version, rule: fused.rule, source: fused.verdict }];
  }

  #open(document: string): Remembered[] {
    return this.#changes.filter((change) => change.document === document && change.open && !change.claimed);
  }

  #newest(document: string): Remembered | undefined {
    return this.#changes.findLast((change) => change.document === document);
  }

  #firstSight({ document, edits, undoRedo, time, atCaret }: Change): Sighting {
    const paste = this.#paste;
    const clipboard = paste && time - paste.time < PASTE_REACH ? paste.text : undefined;
    const copies = [...this.#chats.values()].filter((copy) => copy.document === document);
    return {
      edits,
      chatEditing: copies.some((copy) => time - copy.time <= CHAT_REACH),
      chatWaits: copies.length > 0,
      ...(undoRedo === undefined ? {} : { undoRedo }),
      ...(clipboard === undefined ? {} : { clipboard }),
      ...(atCaret === undefined ? {} : { atCaret }),
    };
  }
}
