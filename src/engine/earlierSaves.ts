import type { MarkedText } from '../core/agreedMarks';
import { NO_MARKS } from '../core/marks';
import { parseSidecar, readSidecar, type Sidecar } from '../core/sidecar';
import type { Repository } from '../repo/git';
import type { ObjectReader } from '../repo/objects';
import { blobName, type SavedState, savedStates } from '../repo/savedSidecars';
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
 * tell what that said of text that an earlier one has. Only a sidecar that was never git's speaks of marks: what was
 * committed, history tells of, and the same words there again, in a line that is new, may be anybody's.
 * @param isNew no sidecar of this path was ever committed: one that git has was only staged, beside another text say
 */
export async function lastSaves(
  repo: Repository,
  objects: ObjectReader,
  path: string,
  isNew = false,
): Promise<MarkedText[]> {
  const saves = await savedStates(repo, path, MAX_SAVES);
  const speaks = await Promise.all(
    saves.map(
      async ({ sidecar }) =>
        sidecar !== null && (isNew || (await objects.read(blobName(Buffer.from(sidecar)))) === null),
    ),
  );
  // What is older than the last one with marks has nothing to say; mostly that is all of them.
  const read = await Promise.all(
    saves.slice(0, speaks.lastIndexOf(true) + 1).map((state, i) => {
      const sidecar = speaks[i] && state.sidecar !== null ? parseSidecar(state.sidecar) : null;
      return stateOf(objects, state, sidecar);
    }),
  );
  const unknown = read.indexOf(null);
  return read.slice(0, unknown < 0 ? read.length : unknown).filter((state) => state !== null);
}

async function stateOf(
  objects: ObjectReader,
  state: SavedState,
  sidecar: Sidecar | null,
): Promise<MarkedText | null> {
  for (const object of state.objects) {
    const found = await objects.read(object);
    const text = found?.type === 'blob' ? textOrNull(found.content) : null;
    if (text === null) continue;
    const marks = sidecar ? readSidecar(sidecar, text) : NO_MARKS;
    return marks && { text, marks };
  }
  return null;
}
