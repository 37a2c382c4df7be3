import type { MarkedText } from '../core/agreedMarks';
import { partByLineHashes } from '../core/carryByLineHashes';
import { TAGS_FOLDER } from '../core/layout';
import { hashRange, linesOf } from '../core/lines';
import { NO_MARKS } from '../core/marks';
import { parseSidecar, readSidecar, type Sidecar } from '../core/sidecar';
import { committedObjects } from '../repo/fileHistory';
import type { Repository } from '../repo/git';
import type { ObjectReader } from '../repo/objects';
import { blobName, type SavedFile, type SavedState, savedStates } from '../repo/savedSidecars';
import { textOrNull, withLineFeeds } from '../repo/text';
import type { Tree } from '../repo/tree';

/** Most saves that are looked at. */
const MAX_SAVES = 50;
/** After the greatest hash of a line, and the number of all these. */
const FILE_END = 4096;
const PAIRS = 4097;

/** The text that `newest` was saved for, when somebody staged it: a formatter may have rewritten it since, as hooks do. */
export async function saveOf(
  repo: Repository,
  objects: ObjectReader,
  file: SavedFile,
  newest: { readonly sidecar: Sidecar; readonly text: string },
): Promise<(MarkedText & { sidecar: string }) | null> {
  for (const state of await savedStates(repo, file, MAX_SAVES)) {
    if (state.sidecar !== newest.text) continue;
    const found = await stateOf(objects, state, newest.sidecar);
    if (found) return { ...found, sidecar: newest.text };
  }
  return null;
}

/** A text of a file that is asked for in what was saved before. */
interface AskedText extends SavedFile {
  readonly text: string;
  readonly trees: { readonly objects: ObjectReader; readonly working: Pick<Tree, 'read'> };
}

/**
 * What the file was at its last saves, the newest first. Of one whose text git does not have, as only a part of it was staged, the
 * sidecar tells which lines of the text it had, by their hashes. Back to the first one without marks whose text nobody has: nobody
 * can tell what that said of text that an earlier one has. Only a sidecar that was never committed speaks of marks: what was
 * committed, history tells of, and the same words there again, in a line that is new, may be anybody's.
 * @param fresh the lines that nobody else knows: of a sidecar that git has, as it was staged, no others are worth a search
 *   through all commits
 * @param isNew no sidecar of the file was ever committed: one that git has was only staged, beside another text say
 */
export async function lastSaves(
  repo: Repository,
  file: AskedText,
  fresh: ReadonlySet<string>,
  isNew = false,
): Promise<MarkedText[]> {
  const { objects } = file.trees;
  const all = await savedStates(repo, file, MAX_SAVES);
  const speaking = isNew ? null : await uncommittedOf(repo, objects, all, fresh);
  const speaks = all.map((state) => state.sidecar !== null && (!speaking || speaking.has(state)));
  // What is older than the last one with marks has nothing to say; mostly that is all of them.
  const saves = all.slice(0, speaks.lastIndexOf(true) + 1);
  const sidecars = saves.map(({ sidecar }) => (sidecar === null ? null : parseSidecar(sidecar)));
  const read = await Promise.all(
    saves.map((state, i) => stateOf(objects, state, speaks[i] ? sidecars[i]! : null)),
  );
  // To find lines by hashes takes long: only as far back as a sidecar marks what may be a fresh one.
  const wanted = freshPairs(file.text, fresh);
  const telling = sidecars.findLastIndex((one, i) => one && speaks[i] && marksPair(one, wanted));
  const left = new Set(fresh);
  const found: MarkedText[] = [];
  for (const [i, state] of saves.entries()) {
    const sidecar = sidecars[i]!;
    let save = read[i] ?? (sidecar === null ? await unmarkedOnDisk(file, state) : null);
    if (save === null && sidecar !== null && i <= telling && left.size > 0) {
      const { text, marks } = partByLineHashes(sidecar, file.text);
      save = { text, marks: speaks[i] ? marks : NO_MARKS };
    }
    if (save === null) break;
    for (const line of linesOf(save.text)) left.delete(line);
    found.push(save);
  }
  return found;
}

/** The text of a save without marks, where the working tree still has it. */
async function unmarkedOnDisk(
  { path, trees }: AskedText,
  { objects }: SavedState,
): Promise<MarkedText | null> {
  const text = textOrNull(await trees.working.read(path).catch(() => null));
  if (text === null || !objects.includes(blobName(Buffer.from(withLineFeeds(text))))) return null;
  return { text, marks: NO_MARKS };
}

/** The fresh lines of a text by their hashes, each with a line beside it: hashes alone are other lines' too often. */
function freshPairs(text: string, fresh: ReadonlySet<string>): ReadonlySet<number> {
  const lines = fresh.size === 0 ? [] : linesOf(text);
  const hashes = lines.map((line) => hashRange(line, 0, line.length));
  return new Set(lines.flatMap((line, i) => (fresh.has(line) ? pairsAt(hashes, i) : [])));
}

/** True when a sidecar marks a line that may be one of some pairs. */
function marksPair({ marked, hashes }: Sidecar, pairs: ReadonlySet<number>): boolean {
  if (pairs.size === 0) return false;
  const isOne = (line: number) => pairsAt(hashes, line).some((pair) => pairs.has(pair));
  return [...marked.keys()].some((line) => marked.get(line)!.spans.length > 0 && isOne(line));
}

/** A line with the one above and the one below; a file's end counts as a line. */
function pairsAt(hashes: ArrayLike<number>, line: number): number[] {
  const at = (one: number) => hashes[one] ?? FILE_END;
  return [at(line - 1) * PAIRS + at(line), at(line) * PAIRS + at(line + 1)];
}

/** The sidecars of the last saves, the newest first, whether or not anybody has the texts that they were written for. */
export async function lastSidecars(repo: Repository, file: SavedFile): Promise<Sidecar[]> {
  const saves = await savedStates(repo, file, MAX_SAVES);
  return saves.flatMap(({ sidecar }) => (sidecar === null ? [] : [parseSidecar(sidecar)]));
}

/** When the file was last saved without marks, in milliseconds since 1970; null when nothing is known of that. */
export async function lastUnmarkedSave(repo: Repository, file: SavedFile): Promise<number | null> {
  const saves = await savedStates(repo, file, MAX_SAVES);
  return saves.find(({ sidecar }) => sidecar === null)?.time ?? null;
}

/** The saves with a sidecar that no commit has; where git has it, only those that mark one of the fresh lines. */
async function uncommittedOf(
  repo: Repository,
  objects: ObjectReader,
  saves: readonly SavedState[],
  fresh: ReadonlySet<string>,
): Promise<ReadonlySet<SavedState>> {
  const hashes = new Set([...fresh].map((line) => hashRange(line, 0, line.length)));
  const found = new Set<SavedState>();
  const staged = new Map<SavedState, string>();
  await Promise.all(
    saves.map(async (state) => {
      if (state.sidecar === null) return;
      const id = blobName(Buffer.from(state.sidecar));
      if ((await objects.read(id)) === null) found.add(state);
      else if (fresh.size > 0 && (await marksAny(objects, state, parseSidecar(state.sidecar), fresh, hashes)))
        staged.set(state, id);
    }),
  );
  const committed = await committedObjects(repo, TAGS_FOLDER, [...new Set(staged.values())]);
  for (const [state, id] of staged) if (!committed.has(id)) found.add(state);
  return found;
}

/** True when a save has a mark in one of some lines as they stand. Its text is read only when their hashes say so. */
async function marksAny(
  objects: ObjectReader,
  state: SavedState,
  { marked, hashes }: Sidecar,
  lines: ReadonlySet<string>,
  hashesOfLines: ReadonlySet<number>,
): Promise<boolean> {
  const own = [...marked.keys()].filter((line) => marked.get(line)!.spans.length > 0);
  if (!own.some((line) => hashesOfLines.has(hashes[line]!))) return false;
  const text = await textOf(objects, state);
  const written = text === null ? [] : linesOf(text);
  return own.some((line) => lines.has(written[line] ?? ''));
}

async function stateOf(
  objects: ObjectReader,
  state: SavedState,
  sidecar: Sidecar | null,
): Promise<MarkedText | null> {
  const text = await textOf(objects, state);
  const marks = text === null ? null : sidecar ? readSidecar(sidecar, text) : NO_MARKS;
  return text === null || marks === null ? null : { text, marks };
}

/** The text of a save; null when git does not have it. */
async function textOf(objects: ObjectReader, state: SavedState): Promise<string | null> {
  for (const object of state.objects) {
    const found = await objects.read(object);
    const text = found?.type === 'blob' ? textOrNull(found.content) : null;
    if (text !== null) return text;
  }
  return null;
}
