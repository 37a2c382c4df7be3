import type { MarkedText } from '../core/agreedMarks';
import { NO_MARKS } from '../core/marks';
import { parseSidecar, readSidecar, type Sidecar } from '../core/sidecar';
import type { Repository } from '../repo/git';
import type { ObjectReader } from '../repo/objects';
import { type SavedState, savedStates } from '../repo/savedSidecars';
import { textOrNull } from '../repo/text';

/** Most saves that are looked at. */
const MAX_SAVES = 50;

/** The text that `newest` was saved for, when somebody staged it: a formatter may have rewritten it since, as hooks do. */
export async function saveOf(
  repo: Repository,
  objects: ObjectReader,
  path: string,
  newest: { readonly sidecar: Sidecar; readonly text: string },
): Promise<(MarkedText & { sidecar: string }) | null> {
  for (const state of await savedStates(repo, path, MAX_SAVES)) {
    if (state.sidecar !== newest.text) continue;
    const found = await stateOf(objects, state, newest.sidecar);
    if (found) return { ...found, sidecar: newest.text };
  }
  return null;
}

/**
 * What the file was at its last saves, the newest first, back to the first one whose text git does not have: nobody can
 * tell what that said of text that an earlier one has.
 */
export async function lastSaves(
  repo: Repository,
  objects: ObjectReader,
  path: string,
): Promise<MarkedText[]> {
  const states: MarkedText[] = [];
  for (const state of await savedStates(repo, path, MAX_SAVES)) {
    const found = await stateOf(objects, state, state.sidecar === null ? null : parseSidecar(state.sidecar));
    if (!found) break;
    states.push(found);
  }
  return states;
}

async function stateOf(
  objects: ObjectReader,
  { object }: SavedState,
  sidecar: Sidecar | null,
): Promise<MarkedText | null> {
  const found = await objects.read(object);
  const text = found?.type === 'blob' ? textOrNull(found.content) : null;
  if (text === null) return null;
  const marks = sidecar ? readSidecar(sidecar, text) : NO_MARKS;
  return marks && { text, marks };
}
