import { isOwnFile } from '../core/layout';
import type { FileChange } from '../repo/history';
import type { ObjectReader } from '../repo/objects';
import { decodeText, notTrackedSentence } from '../repo/text';

/** Most files that are named. */
const MAX_NAMED = 20;

/**
 * A sentence for each changed text that is too large to be followed, or in UTF-16, which git takes for binary: it never has
 * marks, so that no rule sees into it.
 */
export async function unfollowed(objects: ObjectReader, changes: readonly FileChange[]): Promise<string[]> {
  const sentences: string[] = [];
  for (const { path, after } of changes) {
    const object = after === null || isOwnFile(path) ? null : await objects.read(after);
    if (!object) continue;
    const text = object.content ? decodeText(object.content) : ({ why: 'too large' } as const);
    if (typeof text === 'string') continue;
    const isText = text.why === 'too large' || isUtf16(object.content!);
    if (isText) sentences.push(notTrackedSentence(path, text));
    if (sentences.length === MAX_NAMED) break;
  }
  return sentences;
}

function isUtf16(bytes: Buffer): boolean {
  return (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
}
