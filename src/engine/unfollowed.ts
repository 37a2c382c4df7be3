import { FOLDER, isKnownOwnFile, isOwnFile } from '../core/layout';
import { activeRulesFor, type Policy } from '../core/policy';
import { printable } from '../core/wording';
import type { FileChange } from '../repo/history';
import type { ObjectReader } from '../repo/objects';
import { decodeText, notTrackedSentence } from '../repo/text';

/** Most files that are named. */
const MAX_NAMED = 20;

/**
 * A sentence for each changed file that never has marks, so that no rule sees into it: texts of critical paths that are too
 * large to be followed, or in UTF-16, which git takes for binary; and what somebody put beside Taggant's own files.
 */
export async function unfollowed(
  objects: ObjectReader,
  changes: readonly FileChange[],
  { policy, day }: { readonly policy: Policy; readonly day: string },
): Promise<string[]> {
  const sentences: string[] = [];
  for (const { path, after } of changes) {
    if (after !== null && isOwnFile(path) && !isKnownOwnFile(path)) {
      sentences.push(
        `${printable(path)} is none of Taggant's files: what stands in ${FOLDER} never has marks.`,
      );
    }
    const isCritical = after !== null && activeRulesFor(policy, path, day).length > 0;
    const object = isCritical && !isOwnFile(path) ? await objects.read(after) : null;
    if (!object) continue;
    const text = object.content ? decodeText(object.content) : ({ why: 'too large' } as const);
    if (typeof text === 'string') continue;
    const isText = text.why === 'too large' || isUtf16(object.content!);
    if (isText) sentences.push(notTrackedSentence(path, text));
    if (sentences.length >= MAX_NAMED) break;
  }
  return sentences;
}

function isUtf16(bytes: Buffer): boolean {
  return (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
}
