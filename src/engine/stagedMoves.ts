import type { MarkedText } from '../core/agreedMarks';
import { carryOver } from '../core/carryOver';
import { isOwnFile, sidecarPath } from '../core/layout';
import { isEmpty, type Marks, NO_MARKS } from '../core/marks';
import { movedMarks } from '../core/movedMarks';
import { parseSidecar, readSidecar } from '../core/sidecar';
import { together } from '../core/spanSets';
import type { Repository } from '../repo/git';
import type { StagedChange } from '../repo/stage';
import { textOrNull } from '../repo/text';
import type { Tree } from '../repo/tree';
import type { StagedFile } from './staged';
import { marksOfText, type Trees } from './textMarks';

/** Most pairs of a file that lost marked text and one that may have got it. */
const MAX_PAIRS = 400;

/** A file of the next commit that got marked text from another one. */
export interface MovedInto {
  readonly change: StagedChange;
  readonly text: string;
  readonly marks: Marks;
}

/**
 * Marked text that the next commit moves from one file to another, or leaves in the parts of a file that was split:
 * nothing of that is known where it was done without Taggant. `files` are those whose marks are known already; the ones
 * that Taggant has watched (their marks were recorded for this very text) are not touched.
 */
export async function movedInCommit(
  repo: Repository,
  trees: Trees,
  changes: readonly StagedChange[],
  marked: readonly StagedChange[],
  files: readonly StagedFile[],
): Promise<MovedInto[]> {
  const known = new Map(files.map((file) => [file.path, file]));
  const targets = changes.filter(({ path, status, isFile }) => {
    const file = known.get(path);
    return isFile && status !== 'deleted' && !isOwnFile(path) && !(file?.exact && !isEmpty(file.marks));
  });
  const found = new Map<string, MovedInto>();
  let pairs = 0;
  for (const change of targets.length === 0 ? [] : marked) {
    const source = await lostBy(repo, trees, change, known.get(change.path));
    if (!source) continue;
    for (const target of targets) {
      if (target.path === change.path || pairs++ >= MAX_PAIRS) continue;
      const [text, before] = await Promise.all([
        textIn(trees.index, target.path),
        target.status === 'added' ? null : textIn(trees.head, target.previousPath),
      ]);
      if (text === null) continue;
      const moved = movedMarks(source.state, source.left, before, text);
      if (isEmpty(moved)) continue;
      const own = found.get(target.path)?.marks ?? known.get(target.path)?.marks ?? NO_MARKS;
      const marks = { spans: together(own.spans, moved.spans), deletions: own.deletions };
      found.set(target.path, { change: target, text, marks });
    }
  }
  return [...found.values()];
}

/** What a file was in HEAD, and what is left of it, when marked text of it is gone. */
async function lostBy(
  repo: Repository,
  trees: Trees,
  { path, previousPath, status }: StagedChange,
  file: StagedFile | undefined,
): Promise<{ readonly state: MarkedText; readonly left: string | null } | null> {
  if (status === 'added') return null;
  const [text, sidecar] = await Promise.all([
    textIn(trees.head, previousPath),
    textIn(trees.head, sidecarPath(previousPath)),
  ]);
  if (text === null || sidecar === null) return null;
  const marks =
    readSidecar(parseSidecar(sidecar), text) ?? (await marksInHead(repo, trees, previousPath, text));
  if (isEmpty(marks)) return null;
  const left = status === 'deleted' ? null : (file?.text ?? (await textIn(trees.index, path)));
  // However few they are: the lines around them count too when it is asked whether they moved.
  const isLost = left === null || carryOver({ text, marks }, left).droppedCharacters > 0;
  return isLost ? { state: { text, marks }, left } : null;
}

/** The marks of a text of HEAD beside which git has left the sidecar of another one, after a squash by a forge say. */
async function marksInHead(repo: Repository, trees: Trees, path: string, text: string): Promise<Marks> {
  const { head } = trees;
  const nothing = { others: [], incoming: [], conflicts: async () => new Map() };
  const alone: Trees = { ...trees, working: head, index: head, ...nothing };
  return (await marksOfText(repo, path, text, { trees: alone })).marks;
}

async function textIn(tree: Tree, path: string): Promise<string | null> {
  return textOrNull(await tree.read(path).catch(() => null));
}
