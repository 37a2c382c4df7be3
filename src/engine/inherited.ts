import type { Edit } from '../core/edits';
import type { LiveDocument } from '../core/liveDocument';
import type { Origin } from '../core/marks';
import { textOrNull } from '../repo/text';
import { workingTree } from '../repo/tree';
import { lastKnownText } from './agentRecord';
import { type Pasted, pasted } from './clipboard';
import type { TextHolder } from './editSource';
import type { RepositoryState } from './repositoryState';

/**
 * A file that git does not know yet, and that was renamed, saved under another name or saved for the first time, gets the
 * marks of the text it was, which the holder finds. Answers whether the file says what `document`, whose text is `text`,
 * says; null for all others, which stay as they are.
 */
export async function inherit(
  document: LiveDocument,
  state: RepositoryState,
  path: string,
  text: string,
  holder: TextHolder,
): Promise<boolean | null> {
  const { repo } = state;
  if (!holder.sameText || text.trim() === '' || (await lastKnownText(repo, path)) !== null) return null;
  await holder.othersRead?.();
  const copy = holder.sameText(text);
  if (!copy) return null;
  const { contributions, spans } = pasted([{ start: 0, end: 0, text }], () => copy);
  for (const contribution of contributions) state.adopt(contribution);
  for (const { start, end, label } of spans) document.setLabel(start, end, label);
  const onDisk = await workingTree(repo)
    .read(path)
    .catch(() => null);
  return textOrNull(onDisk) === text;
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
