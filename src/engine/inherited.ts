import { textOrNull } from '../repo/text';
import { workingTree } from '../repo/tree';
import { lastKnownText } from './agentRecord';
import { type Copied, type Pasted, pasted } from './clipboard';
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
