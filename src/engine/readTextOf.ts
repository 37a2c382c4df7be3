import { Problem } from '../repo/problem';
import { decodeText, notTrackedSentence } from '../repo/text';
import type { Tree } from '../repo/tree';

/** A file that is there, of which nobody knows what it says. */
export const UNREADABLE = Symbol('unreadable');

/** A text file of a tree, null when it is not there. One that cannot be read, or is no text, is a problem to tell. */
export async function readTextOf(
  tree: Tree,
  path: string,
  problems: string[],
): Promise<string | null | typeof UNREADABLE> {
  try {
    const bytes = await tree.read(path);
    const text = bytes && decodeText(bytes);
    if (text === null || typeof text === 'string') return text;
    problems.push(notTrackedSentence(path, text));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    problems.push(error.message);
  }
  return UNREADABLE;
}
