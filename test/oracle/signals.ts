/**
 * What VS Code tells the extension of a change, and what the sensors make of it: with change reasons (`reasons`), or
 * without them (`stable`). As measured in a real editor: the change, then the selection, then the note of a key binding.
 */
import type { Edit } from '../../src/core/edits';
import { type DetailedReason, isRestored, sourceOfReason } from '../../src/extension/sensors/changeReason';
import { EvidenceRing, type Settlement } from '../../src/extension/sensors/evidence';
import type { Host, Sheet } from './host';

export type Row = 'reasons' | 'stable';

/** What is seen of a change besides its edits. */
export interface Seen {
  /** What VS Code names as the reason, where it does. */
  readonly reason: DetailedReason;
  readonly undoRedo?: 'undo' | 'redo';
  /** The selection event that follows, if one does: who moved it, and to where in the text after. */
  readonly selection?: { readonly byKeyboard: boolean; readonly caret: number };
  /** The text came in where the caret stood. */
  readonly atCaret?: boolean;
  /** One of our key bindings accepted it. */
  readonly noted?: boolean;
}

export const TYPED: DetailedReason = {
  source: 'cursor',
  metadata: { kind: 'type', detailedSource: 'keyboard' },
};

export function command(id: string): DetailedReason {
  return { source: 'cursor', metadata: { kind: 'executeCommands', detailedSource: id } };
}

/** How long ago the sensors were told something, at most, when the next thing happens (milliseconds). */
const STEP = 40;

export class Signals {
  readonly #ring: EvidenceRing;
  #time = 0;

  constructor(
    readonly row: Row,
    private readonly host: Host,
  ) {
    this.#ring = new EvidenceRing({
      completers: () => ['acme.copilot'],
      agents: () => [],
      listAsGhostText: () => false,
    });
  }

  /** Tells of a change that the page has just made. */
  changed(page: Sheet, edits: readonly Edit[], seen: Seen): void {
    const { version, path: document } = page;
    const { reason, undoRedo, selection, atCaret, noted } = seen;
    this.#time += STEP;
    const flag = undoRedo ? { undoRedo } : {};
    const isTyping = reason.source === 'cursor' && reason.metadata.kind === 'type';
    const source =
      this.row === 'stable'
        ? this.#ring.changed({
            document,
            version,
            time: this.#time,
            // VS Code reports an event's changes from the end of the text to its start.
            edits: edits.map(({ start, end, text }) => ({ start, end, text })).reverse(),
            ...flag,
            ...(atCaret === undefined ? {} : { atCaret }),
          })?.source
        : undoRedo
          ? { origin: 'human' as const }
          : isTyping
            ? undefined
            : sourceOfReason(reason, edits);
    const restored = this.row === 'reasons' && isRestored(reason) ? { undoRedo: 'restore' as const } : flag;
    if (source) this.host.editOrigin(page, version, { ...source, ...restored });
    this.host.change(page, edits);
    if (this.row === 'reasons') return;
    if (selection && this.#ring.awaitsSelection(document)) {
      this.#settle(page, this.#ring.selected(document, selection.byKeyboard, selection.caret));
    }
    if (noted) this.#settle(page, this.#ring.accepted(document, this.#time));
  }

  /** The editor asks for the clipboard, just before it pastes. */
  pasting(text: string): void {
    this.#ring.pasting(text, this.#time);
  }

  /** The document is still without unsaved changes a moment after its newest change. */
  fromDisk(page: Sheet): void {
    if (this.row === 'stable') this.#settle(page, this.#ring.cameFromDisk(page.path, page.version));
  }

  passed(milliseconds: number): void {
    this.#time += milliseconds;
  }

  #settle(page: Sheet, settlement: Settlement | undefined): void {
    if (settlement) this.host.settleOrigin(page, settlement.version, settlement.source);
  }
}
