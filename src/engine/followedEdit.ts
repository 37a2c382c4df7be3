import type { Edit, EditBatch, LiveDocument } from '../core/liveDocument';
import type { Label } from '../core/marks';
import { joinRearranged } from '../core/rearranged';
import { type Repeats, repeats } from '../core/repeats';
import type { Pasted } from './clipboard';
import type { EditSource, TextHolder } from './editSource';
import { broughtBy } from './inherited';
import type { RepositoryState } from './repositoryState';

/** A change event as a live document follows it. */
export interface FollowedEdit {
  /** Text that only changed its order is one edit of it. */
  readonly batch: EditBatch;
  /** A person's, and neither undo nor redo. */
  readonly isPlain: boolean;
  /** What of it repeats the text right beside it; null where that is not asked. */
  readonly repeated: Repeats | null;
  /** The marks that its text brings along; null where it is nobody's copy. */
  readonly brought: Pasted | null;
}

/**
 * How `given`, which made `version`, is followed: in offsets of the text that `before` gives and `live` still holds. `label` is
 * an AI's. `holder` and `state` tell what text was copied from.
 */
export function followed(
  version: number,
  given: readonly Edit[],
  { origin: said, undoRedo }: EditSource,
  label: Label | null,
  before: () => string,
  live: LiveDocument,
  { holder, state }: { readonly holder: TextHolder; readonly state: RepositoryState },
): FollowedEdit {
  // Whether git or a sidecar explains text from disk is known a moment later.
  const origin = said === 'external' ? 'pending' : said;
  const mayRepeat = !undoRedo && origin !== 'ai' && origin !== 'paste';
  const edits = origin === 'tool' || origin === 'pending' ? joinRearranged(given, before()) : given;
  const repeated = mayRepeat ? repeats(edits, before, () => live.marks().spans) : null;
  const brought = broughtBy(edits, origin, before, holder, state);
  // What equals the text that it takes the place of is the copy's all the same, and comes and goes with it.
  const isWhole = brought !== null && !brought.foreign && brought.replaced.length > 0;
  const flags = { ...(undoRedo ? { undoRedo } : {}), ...(isWhole ? { isWhole } : {}) };
  const batch = { version, edits, origin, label, ...flags };
  return { batch, isPlain: origin === 'human' && !undoRedo, repeated, brought };
}
