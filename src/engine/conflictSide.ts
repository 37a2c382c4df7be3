import type { MarkedText } from '../core/agreedMarks';
import { carryOver } from '../core/carryOver';
import { NO_MARKS } from '../core/marks';
import { parseSidecar, readSidecar } from '../core/sidecar';
import { commitsAround } from '../repo/fileHistory';
import { savedSidecar } from '../repo/savedSidecars';
import { textOrNull } from '../repo/text';
import type { Search } from './carriedMarks';
import { lastAgreements } from './lastAgreement';

/** A text that git has as an object. */
interface Stored {
  readonly id: string;
  readonly text: string;
}

/** What was brought to a file of HEAD with a conflict. */
export interface ConflictTexts {
  readonly theirs: Stored;
  /** What both sides come from. */
  readonly base: Stored | null;
}

/**
 * The conflict in a file, resolved or not, as the index keeps it: nothing else tells of a stash that was dropped once it was
 * applied, or of what `cherry-pick -n` has brought. Null when there was none since HEAD is what it is.
 */
export async function conflictTexts(search: Search): Promise<ConflictTexts | null> {
  const { trees, path, previousPath } = search;
  const conflicts = await trees.conflicts();
  const conflict = conflicts.get(path) ?? conflicts.get(previousPath);
  if (!conflict) return null;
  const stored = async (id: string | null): Promise<Stored | null> => {
    const found = id === null ? null : await trees.objects.read(id);
    const text = found?.type === 'blob' ? textOrNull(found.content) : null;
    return id === null || text === null ? null : { id, text };
  };
  const head = textOrNull(await trees.head.read(previousPath).catch(() => null));
  const { base, ours, theirs } = conflict;
  const [old, our, their] = await Promise.all([base, ours, theirs].map(stored));
  return their && (our?.text ?? null) === head ? { theirs: their, base: old ?? null } : null;
}

/** The other side of a conflict with its marks, and what both come from; null when nobody knows marks of the one or the other. */
export async function conflictSide(
  search: Search,
  { theirs, base }: ConflictTexts,
): Promise<{ readonly side: MarkedText; readonly ancestor: MarkedText | null } | null> {
  const ancestor = base && (await markedText(search, base));
  const side = await markedText(search, theirs);
  if (side) return { side, ancestor };
  // It was edited without Taggant, and put away before that was committed.
  return ancestor && { side: carried(ancestor, theirs.text), ancestor };
}

/** A text with the marks that it had when it was saved, or in a commit. */
async function markedText(search: Search, { id, text }: Stored): Promise<MarkedText | null> {
  const { repo, trees, path } = search;
  const saved = await savedSidecar(repo, search, text);
  if (saved === null) return { text, marks: NO_MARKS };
  const marks = saved === undefined ? null : readSidecar(parseSidecar(saved), text);
  if (marks) return { text, marks };
  for (const commit of await commitsAround(repo, path, id)) {
    if ((await trees.objects.read(`${commit}:${path}`))?.id !== id) continue;
    const [found] = await lastAgreements(repo, trees.objects, commit, path);
    return found ? carried(found, text) : null;
  }
  return null;
}

function carried(state: MarkedText, text: string): MarkedText {
  return state.text === text ? state : { text, marks: carryOver(state, text).marks };
}
