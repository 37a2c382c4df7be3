import { carryByLineHashes } from '../core/carryOver';
import { sidecarPath, sourcePathOf, VERSION_PATH } from '../core/layout';
import { NO_MARKS, type Span } from '../core/marks';
import { saidOf } from '../core/mergedMarks';
import { parseSidecar, readSidecar } from '../core/sidecar';
import { outside, together } from '../core/spanSets';
import { changedAt } from '../repo/fileHistory';
import { type Incoming, mergeBase } from '../repo/incoming';
import { savedSidecar } from '../repo/savedSidecars';
import { isSameButLineEnds, textOrNull } from '../repo/text';
import { commitTree, type Tree } from '../repo/tree';
import type { Search } from './carriedMarks';
import { lastUnmarkedSave } from './earlierSaves';
import { lastAgreements } from './lastAgreement';
import { strayOf, takenAlongTo } from './movedFrom';

/**
 * True when a place without the file's sidecar is one where somebody removed it, so that the file has no marks any more.
 * A working tree without Taggant's folder (a sparse checkout) says nothing, nor does a new name of a file whose sidecar
 * has not been moved yet, nor one whose text is not the one that it was removed with, nor a merge in which text with marks was kept by
 * hand, nor a place where it stands elsewhere now, nor one from which git has taken it along with its folder, or somebody with the file.
 */
export async function wasRemoved(search: Search, place: 'working tree' | 'index'): Promise<boolean> {
  const { trees, previousPath } = search;
  const { working, index, head } = trees;
  const own = sidecarPath(previousPath);
  if (place === 'working tree' && (await working.read(VERSION_PATH)) === null) return false;
  const isInIndex = place === 'working tree' && (await index.read(own)) !== null;
  if (!isInIndex && (await head.read(own)) === null) return false;
  if (await wentWithOtherText(search, place === 'working tree' ? working : index)) return false;
  if ((await hasStray(search)) || (await wentWithFolder(search)) || (await wentWithFile(search)))
    return false;
  return trees.incoming.length === 0 || !(await hasKeptMarks(search));
}

/**
 * True when an editor has removed the sidecar as it saved another text, and git has brought this one back alone since, as `git
 * restore FILE` does: HEAD's, or one that was saved with marks. Any other text may be what somebody without Taggant made of that.
 */
async function wentWithOtherText(search: Search, place: Tree): Promise<boolean> {
  const { repo, trees, path } = search;
  const unmarked = await lastUnmarkedSave(repo, search);
  const text = unmarked === null ? null : await read(place, path);
  if (unmarked === null || text === null) return false;
  const own = sidecarPath(path);
  const saved = await savedSidecar(repo, search, text);
  if (saved === null) return false;
  if (saved === undefined) {
    const known = (await read(trees.head, own)) === null ? null : await read(trees.head, path);
    if (known === null || !isSameButLineEnds(known, text)) return false;
  }
  const committed = await changedAt(repo, 'HEAD', own);
  return committed !== null && unmarked >= committed;
}

/**
 * True when HEAD's sidecar has gone along where its file was moved to, and the file is there again all the same: `git restore`, or a
 * stash, brings it back alone. Where an editor has saved the file without marks since, they are gone.
 */
async function wentWithFile(search: Search): Promise<boolean> {
  const { repo, trees, previousPath } = search;
  const own = sidecarPath(previousPath);
  const sidecar = await read(trees.head, own);
  if (sidecar === null || (await takenAlongTo(trees, sidecar)) === null) return false;
  const unmarked = await lastUnmarkedSave(repo, search);
  if (unmarked === null) return true;
  const committed = await changedAt(repo, 'HEAD', own);
  return committed !== null && unmarked < committed;
}

/**
 * True when a sidecar without a source speaks of this text: git takes a folder of sidecars for renamed when all of them were,
 * and moves others along, in a merge or when a stash comes back. After that, when nothing tells of it any more, it is one
 * that HEAD does not have.
 */
async function hasStray({ repo, trees, text }: Search): Promise<boolean> {
  const stray = await strayOf(repo, trees, text);
  return (
    stray !== null && (trees.incoming.length > 0 || (await read(trees.head, sidecarPath(stray))) === null)
  );
}

/**
 * True when git has put HEAD's sidecar, which the other side never had, to another path, and has, or had, a conflict there: that
 * side has moved all other sidecars of its folder, so git takes the folder for renamed. What it was put to is no stray where it is
 * another file's sidecar too, or is removed by now. Once all that is committed, it tells of the past only.
 */
async function wentWithFolder({ trees, previousPath }: Search): Promise<boolean> {
  const { objects, head, index, working, incoming, conflicts } = trees;
  const own = await objects.read(`HEAD:${sidecarPath(previousPath)}`);
  if (own === null) return false;
  for (const [path, { base, ours }] of await conflicts()) {
    if (ours !== own.id || base !== null || sourcePathOf(path) === null) continue;
    const isThere = (await read(index, path)) !== null || (await read(working, path)) !== null;
    if ((isThere || incoming.length > 0) && (await read(head, path)) === null) return true;
  }
  return false;
}

/**
 * True when the text has marked lines of HEAD that no side has which brings no sidecar. Where git merges the text, the
 * sidecar goes because that side has taken the marks, or the lines, away; these were kept in a conflict. So is all of a file
 * that the side has removed, or renamed.
 */
async function hasKeptMarks(search: Search): Promise<boolean> {
  const { trees, path, previousPath, text } = search;
  const ours = await markedInHead(search);
  if (ours.length === 0) return false;
  for (const [i, other] of trees.others.entries()) {
    const at = (await read(other, path)) === null ? previousPath : path;
    const theirs = await read(other, at);
    if (theirs === null && (await isInBase(search, trees.incoming[i]!, at))) return true;
    if (theirs === null || (await read(other, sidecarPath(at))) !== null) continue;
    const left = outside(ours, saidOf({ text: theirs, marks: NO_MARKS }, text).known);
    if (left.some(({ start, end }) => text.slice(start, end).trim() !== '')) return true;
  }
  return false;
}

/** True when both sides come from a state that has the file. */
async function isInBase(
  { repo, trees }: Search,
  { revision, base }: Incoming,
  path: string,
): Promise<boolean> {
  const from = base ?? (await mergeBase(repo, 'HEAD', revision));
  return from !== null && (await read(commitTree(repo, from, trees.objects), path)) !== null;
}

/**
 * The marks of HEAD's file in a text. Where it disagrees with its sidecar, those of the last commit in which they agreed, and
 * what that sidecar alone tells of: marks that were picked without the text before them have agreed in no commit of HEAD's.
 */
async function markedInHead({ repo, trees, previousPath, text }: Search): Promise<readonly Span[]> {
  const own = await read(trees.head, previousPath);
  const written = await read(trees.head, sidecarPath(previousPath));
  if (own === null || written === null) return [];
  const sidecar = parseSidecar(written);
  const marks = readSidecar(sidecar, own);
  if (marks) return saidOf({ text: own, marks }, text).marks.spans;
  const [agreed] = await lastAgreements(repo, trees.objects, 'HEAD', previousPath);
  const known = agreed ? saidOf(agreed, text).marks.spans : [];
  return agreed?.sidecar === written ? known : together(known, carryByLineHashes(sidecar, text).marks.spans);
}

async function read(tree: Tree, path: string): Promise<string | null> {
  return textOrNull(await tree.read(path).catch(() => null));
}
