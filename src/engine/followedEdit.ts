import type { Edit, LiveDocument } from '../core/liveDocument';
import type { Origin } from '../core/marks';
import { joinRearranged } from '../core/rearranged';
import { type Repeats, repeats } from '../core/repeats';
import type { EditSource } from './editSource';

/** A change event as a live document follows it. */
export interface FollowedEdit {
  readonly origin: Origin | 'pending';
  /** A person's, and neither undo nor redo. */
  readonly isPlain: boolean;
  /** Text that only changed its order is one edit. */
  readonly edits: readonly Edit[];
  /** What of it repeats the text right beside it; null where that is not asked. */
  readonly repeated: Repeats | null;
}

/** How `given` is followed, in offsets of the text that `before` gives and `live` still holds. */
export function followed(
  given: readonly Edit[],
  { origin: said, undoRedo }: EditSource,
  before: () => string,
  live: LiveDocument,
): FollowedEdit {
  // Whether git or a sidecar explains text from disk is known a moment later.
  const origin = said === 'external' ? 'pending' : said;
  const mayRepeat = !undoRedo && origin !== 'ai' && origin !== 'paste';
  const edits = origin === 'tool' || origin === 'pending' ? joinRearranged(given, before()) : given;
  const repeated = mayRepeat ? repeats(edits, before, () => live.marks().spans) : null;
  return { origin, isPlain: origin === 'human' && !undoRedo, edits, repeated };
}
