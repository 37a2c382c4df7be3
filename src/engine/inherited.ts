import type { Edit } from '../core/edits';
import type { Origin } from '../core/marks';
import { textOrNull } from '../repo/text';
import { workingTree } from '../repo/tree';
import { lastKnownText } from './agentRecord';
import { type Copied, type Pasted, pasted } from './clipboard';
import type { TextHolder } from './editSource';
import type { RepositoryState } from './repositoryState';

/** The marks that a new file has from the text it was. */
export interface Inherited extends Pasted {
  /** The file says what the document says. */
  readonly isOnDisk: boolean;
}

/**
 * A file that git does not know yet, and that was renamed, saved under another name or saved for the first time, has the
 * marks of the text it was, which `sameText` finds. Null for all others.
 */
export async function inheritedMarks(
  { repo }: RepositoryState,
  path: string,
  text: string,
  sameText: ((text: string) => Copied | null) | undefined,
): Promise<Inherited | null> {
  if (!sameText || text.trim() === '' || (await lastKnownText(repo, path)) !== null) return null;
  const copy = sameText(text);
  if (!copy) return null;
  const onDisk = textOrNull(
    await workingTree(repo)
      .read(path)
      .catch(() => null),
  );
  return { ...pasted([{ start: 0, end: 0, text }], () => copy), isOnDisk: onDisk === text };
}

/**
 * The text with marks of its own that an edit of a document brings: a paste does, and so does the edit that fills an empty
 * document with the text of another one, which is how VS Code saves under another name. Null for all others.
 */
export function broughtBy(
  edits: readonly Edit[],
  origin: Origin | 'pending',
  before: () => string,
  holder: TextHolder,
  state: RepositoryState,
): Pasted | null {
  if (origin === 'paste') return pasted(edits, (text) => holder.copyOf(text, state));
  if (origin === 'human' || origin === 'ai' || before() !== '') return null;
  const filled = pasted(edits, (text) => holder.sameText?.(text) ?? null);
  return filled.foreign ? null : filled;
}
