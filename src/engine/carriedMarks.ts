import type { MarkedText } from '../core/agreedMarks';
import { sidecarPath } from '../core/layout';
import { wordCharacters } from '../core/linedText';
import { isEmpty, NO_MARKS } from '../core/marks';
import { knowsAll } from '../core/mergedMarks';
import { parseSidecar, readSidecar, type Sidecar } from '../core/sidecar';
import { pathHistory, wasCommitted } from '../repo/fileHistory';
import type { Repository } from '../repo/git';
import { type Incoming, mergeBase, STASH, stashTree } from '../repo/incoming';
import { hasSavedSidecar, savedSidecar } from '../repo/savedSidecars';
import { isSameButLineEnds, textOrNull } from '../repo/text';
import { commitTree, type Tree } from '../repo/tree';
import { conflictSide, conflictTexts } from './conflictSide';
import { lastSaves, saveOf } from './earlierSaves';
import { type Agreement, earlierAgreements, lastAgreements } from './lastAgreement';
import { leftBehind, strayOf } from './movedFrom';
import type { MarksFrom, TextMarks, Trees } from './textMarks';
import {
  ask,
  hashVoice,
  type MergedSide,
  mergeVoice,
  newLines,
  stateVoice,
  type Voice,
  wholeLinesVoice,
} from './voices';

/** A text and the sidecar that describes it, found in one of the states of the repository. */
export interface Base extends MarkedText {
  readonly from: MarksFrom;
  readonly tree: Pick<Tree, 'read'>;
  /** Null where the file has none, because it has no marks any more. */
  readonly sidecar: string | null;
}

/** Letters and digits of lines that say whose they are. */
const LEAST_TELLING = 12;

/** A search for the marks of one text, and what it has met so far. */
export interface Search {
  readonly repo: Repository;
  readonly trees: Trees;
  readonly path: string;
  readonly previousPath: string;
  readonly text: string;
  readonly bases: Base[];
  /** The states whose sidecar does not describe the text beside it. */
  readonly unfit: Set<Tree>;
  readonly problems: string[];
  newest: WrittenSidecar | null;
  /** The index's, where it describes another text than the one that is staged beside it. */
  staged: WrittenSidecar | null;
}

interface WrittenSidecar {
  readonly sidecar: Sidecar;
  readonly text: string;
}

type Carried = Pick<TextMarks, 'marks' | 'from' | 'dropped' | 'commit'>;

/**
 * The marks of a text that no sidecar describes: from the states whose sidecar describes the text beside it, the newest
 * first; what is new in one of them is looked for in the next. During a merge HEAD and what is brought into it speak
 * together. Where a state and its sidecar disagree, its history speaks. Null when there is no sidecar at all.
 */
export async function carriedMarks(search: Search): Promise<Carried | null> {
  const { bases, newest, staged, repo, text, trees } = search;
  const near = bases.filter(({ from }) => from === 'working tree' || from === 'index');
  const stash = near.length > 0 ? await newInStash(search, near) : null;
  const voices = await Promise.all(
    near.map((one) =>
      stash && one.from === 'index' ? mergedVoice(search, one, [], [stash]) : stateVoice(one),
    ),
  );
  const own = await committed(search, trees.head, 'HEAD', search.previousPath, near.length === 0);
  const others = stash ? [stash] : await otherSides(search, own === null && near.length > 0);
  const head = own?.states ?? (others.length > 0 ? await unmarkedHead(search) : null);
  const [first, ...more] = [...(head ?? []), ...others.flatMap(({ side }) => (head ? [] : side))];
  if (first) {
    voices.push(await mergedVoice(search, first, head ? more : [], head ? others : []));
    if (!head) voices.push(...more.map(stateVoice));
  }
  const [earlier, ...branches] = own?.behind ?? [];
  if (earlier) voices.push(await mergedVoice(search, earlier, branches, []));
  if (!first && near.length > 0) {
    // Without a sidecar all of HEAD's text is without marks, and a line of it that is staged as it stands stays so.
    const unmarked = await agreedAt(search, trees.head);
    if (unmarked) voices.push(stateVoice(unmarked));
  }
  // A sidecar that came with a merge, or stayed after a reset, may tell of text that none of these states has.
  const known = [...bases, ...(head ?? [])];
  const isNew = (one: WrittenSidecar) => !known.some(({ sidecar }) => sidecar === one.text);
  const fresh = newest && isNew(newest) ? newest : null;
  const saved = fresh ? await saveOf(repo, trees.objects, search, fresh) : null;
  if (fresh) voices.push(saved ? stateVoice(saved) : hashVoice(fresh.sidecar));
  // Of a file that one side renamed, what the other side said of it may have stayed where it was.
  const stray = search.unfit.has(trees.head) ? await strayOf(repo, trees, text) : null;
  const left = stray === null ? null : textOrNull(await trees.working.read(sidecarPath(stray)));
  if (left !== null) voices.push(hashVoice(parseSidecar(left)));
  // What was staged before may have lines that were edited away since, and are staged still.
  if (staged && staged.text !== newest?.text && isNew(staged)) {
    const save = await saveOf(repo, trees.objects, search, staged);
    voices.push(save ? stateVoice(save) : hashVoice(staged.sidecar));
  }
  if (voices.length === 0) return savedMarks(search);
  const saves = await lastSaves(repo, search, newLines(voices, text));
  voices.push(...saves.map(wholeLinesVoice));
  const from = near[0]?.from ?? (first ? sourceOf(search, first) : saved ? 'an earlier save' : 'line hashes');
  const commit = near.length === 0 && first && 'commit' in first ? { commit: first.commit } : {};
  return { ...ask(voices, text), from, ...commit };
}

/**
 * The marks of a text of which no state of the repository has a sidecar, from what was saved before: git brings a text
 * back, out of a stash say, and its sidecar was never git's. HEAD's text is without marks, and stays so.
 */
async function savedMarks(search: Search): Promise<Carried | null> {
  const { repo, trees, path, previousPath, text } = search;
  if (!(await hasSavedSidecar(repo, search))) return null;
  const hasMarks = (states: readonly MarkedText[]) => states.some(({ marks }) => !isEmpty(marks));
  const head = await agreedAt(search, trees.head);
  if (head && isSameButLineEnds(head.text, text)) return null;
  const voices = head ? [stateVoice(head)] : [];
  const fresh = newLines(voices, text);
  let saves: readonly MarkedText[] = await lastSaves(repo, search, fresh);
  if (!hasMarks(saves)) {
    saves = await lastSaves(repo, search, fresh, true);
    // Of many files that are moved and edited, git is asked only for those of which a save can tell anything.
    const isNew = hasMarks(saves) && !(await wasCommitted(repo, [path, previousPath].map(sidecarPath)));
    if (!isNew) saves = [];
  }
  if (!hasMarks(saves)) {
    saves = (await broughtSide(search))?.side ?? [];
  }
  if (!hasMarks(saves)) return null;
  const { marks } = ask([...voices, ...saves.map(wholeLinesVoice)], text);
  return isEmpty(marks) ? null : { marks, dropped: 0, from: 'an earlier save' };
}

function sourceOf({ bases }: Search, first: State): MarksFrom {
  return 'from' in first ? first.from : bases.length > 0 ? bases[0]!.from : 'an earlier commit';
}

/** The states of a commit that speak, and those behind them that are asked of what these do not know. */
interface Committed {
  readonly states: readonly (Base | Agreement)[];
  readonly behind: readonly Agreement[];
}

/** The state of a commit that speaks: its own where text and sidecar agree, else those where they last did. */
async function committed(
  search: Search,
  tree: Tree,
  revision: string,
  path: string,
  isNeeded: boolean,
): Promise<Committed | null> {
  const { bases, unfit, newest, repo, trees } = search;
  const base = bases.find((one) => one.tree === tree);
  if (base) return { states: [base], behind: [] };
  if (!unfit.has(tree) && !(isNeeded && newest && bases.length === 0)) return null;
  const found = await lastAgreements(repo, trees.objects, revision, path, {
    wanted: newest?.text ?? null,
    isMoved: path !== search.path,
  });
  if (found.length === 0) return null;
  const placed = await placedAt(search, tree, revision, path, found);
  return placed ? { states: [placed], behind: found } : { states: found, behind: [] };
}

/**
 * The newest commit that changed the sidecar of a state, with the marks that history and that sidecar give its text, when
 * none of the agreements has that sidecar: a merge brought it that knew no common ancestor, say. By its hashes it speaks of
 * the text that it came with; what was edited since is carried over from there.
 */
async function placedAt(
  search: Search,
  tree: Tree,
  revision: string,
  path: string,
  agreements: readonly Agreement[],
): Promise<Agreement | null> {
  const { repo, trees } = search;
  const read = async (at: Tree, one: string) => textOrNull(await at.read(one).catch(() => null));
  const own = sidecarPath(path);
  const sidecar = await read(tree, own);
  if (sidecar === null || agreements.some((one) => one.sidecar === sidecar)) return null;
  const [brought] = await pathHistory(repo, revision, [own], 1);
  if (!brought) return null;
  const then = commitTree(repo, brought.commit, trees.objects);
  const text = (await read(then, own)) === sidecar ? await read(then, path) : null;
  if (text === null) return null;
  const [first, ...branches] = agreements;
  const voices = [await mergedVoice(search, first!, branches, []), hashVoice(parseSidecar(sidecar))];
  return { commit: brought.commit, path, text, marks: ask(voices, text).marks, sidecar };
}

/** HEAD's file, where it is there without a sidecar: what it was marked before the sides parted, somebody has said is none. */
async function unmarkedHead(search: Search): Promise<Base[] | null> {
  const found = await agreedAt(search, search.trees.head);
  return found && found.sidecar === null ? [{ ...found, from: 'HEAD' }] : null;
}

/** A state of a file that is merged, and where it was found. */
type State = (MarkedText & Pick<Base, 'from'>) | Agreement;

interface OtherSide {
  readonly side: readonly State[];
  /** What HEAD and one of these states come from; null where nothing is known of that. */
  ancestorOf(one: State): Promise<MarkedText | null>;
}

async function otherSides(search: Search, isUnmerged: boolean): Promise<OtherSide[]> {
  const { trees, path, bases, newest } = search;
  const sides: OtherSide[] = [];
  for (const [i, incoming] of trees.incoming.entries()) {
    const other = trees.others[i]!;
    const [name, ...joined] = await trees.otherNames.allInSide(i, path);
    const side = await committed(search, other, incoming.revision, name.path, false);
    if (side) sides.push(incomingSide(search, incoming, side.states, name.origin));
    else {
      const moved = await movedInHead(search, other);
      if (moved) sides.push(incomingSide(search, incoming, [moved], path));
    }
    for (const { path: at, origin } of joined) {
      // What was found of the side so far is of its file at the path of now.
      const own = { ...search, path: at, previousPath: at, bases: [], unfit: new Set([other]), newest: null };
      const more = await committed(own, other, incoming.revision, at, false);
      if (more) sides.push(incomingSide(own, incoming, more.states, origin));
    }
  }
  const isExplained = sides.length > 0 || isUnmerged || bases.some(({ from }) => from !== 'HEAD');
  if (isExplained || !newest) return sides;
  const brought = await broughtSide(search);
  return brought ? [brought] : sides;
}

/** @param origin what the file was called before the sides parted */
function incomingSide(search: Search, incoming: Incoming, side: readonly State[], origin: string): OtherSide {
  const { repo, trees } = search;
  const ancestorOf = async (one: State) => {
    // Of branches that were merged there, each has left HEAD's history at a commit of its own.
    const tip = side.length > 1 && 'commit' in one ? one.commit : incoming.revision;
    const base = incoming.base ?? (await mergeBase(repo, 'HEAD', tip));
    return base === null ? null : agreedAt(search, commitTree(repo, base, trees.objects), origin);
  };
  return { side, ancestorOf };
}

/**
 * What was brought into HEAD with conflicts, of which git's heads do not tell: the side that the index knows, or what has come out of
 * the newest stash, which git keeps then. A stash that nobody has brought back says nothing of lines that are like some of its.
 */
async function broughtSide(search: Search): Promise<OtherSide | null> {
  const [stash, conflict] = await Promise.all([stashed(search), conflictTexts(search)]);
  const isStash = stash !== null && conflict?.theirs.text === stash.text;
  const found = conflict === null || isStash ? null : await conflictSide(search, conflict);
  if (found) return { side: [{ ...found.side, from: 'other side' }], ancestorOf: async () => found.ancestor };
  if (!stash || !(isStash || hasComeTo(search.text, stash, await textsBefore(search)))) return null;
  return incomingSide(search, STASH, [stash], search.path);
}

/** The file in HEAD and in the commit that the newest stash was made on. */
async function textsBefore({ repo, trees, path, previousPath }: Search): Promise<{ text: string }[]> {
  const parent = commitTree(repo, STASH.base!, trees.objects);
  const reads = [trees.head.read(previousPath), parent.read(path), parent.read(previousPath)];
  const texts = await Promise.all(reads.map(async (read) => textOrNull(await read.catch(() => null))));
  return texts.flatMap((text) => (text === null ? [] : [{ text }]));
}

/**
 * The newest stash, where the file's sidecar was new in it and its text has come back: git merges that into the index's, and leaves
 * the sidecar that stands there, so that nothing else tells of the marks.
 */
async function newInStash(search: Search, near: readonly MarkedText[]): Promise<OtherSide | null> {
  const { repo, trees, path, previousPath, text } = search;
  const stash = trees.incoming.length > 0 ? null : await stashed(search);
  if (!stash || !hasComeTo(text, stash, near)) return null;
  const tracked = commitTree(repo, STASH.revision, trees.objects);
  for (const one of [path, previousPath])
    if ((await tracked.read(sidecarPath(one)).catch(() => null)) !== null) return null;
  return incomingSide(search, STASH, [stash], path);
}

/**
 * True when a text has lines that a state adds to others, or, where it adds none, lacks lines of theirs that the state lacks too. A lone
 * `return;` may be anybody's: these lines have to say something.
 */
function hasComeTo(
  text: string,
  state: Pick<MarkedText, 'text'>,
  others: readonly Pick<MarkedText, 'text'>[],
): boolean {
  const before = others.map((one) => ({ texts: [one.text] }));
  const added = newLines(before, state.text);
  const left = newLines([{ texts: [text] }], state.text);
  const gone = () => others.flatMap((one) => [...newLines([{ texts: [state.text, text] }], one.text)]);
  const shared = (added.size > 0 ? [...added].filter((line) => !left.has(line)) : gone()).join('\n');
  return wordCharacters(shared, 0, shared.length, LEAST_TELLING) >= LEAST_TELLING;
}

/** The newest stash's file and marks. A sidecar that was new was not put away without `-u`, but kept when it was saved. */
async function stashed(search: Search): Promise<Base | null> {
  const { repo, trees } = search;
  const stash = await agreedAt(search, stashTree(repo, trees.objects));
  if (!stash || stash.sidecar !== null) return stash && { ...stash, from: 'other side' };
  const sidecar = (await savedSidecar(repo, search, stash.text)) ?? null;
  const marks = sidecar === null ? null : readSidecar(parseSidecar(sidecar), stash.text);
  return marks && { ...stash, marks, sidecar, from: 'other side' };
}

/** The other side's file where it stood before HEAD renamed it: git has renamed the source there, but not a sidecar that is new. */
async function movedInHead(search: Search, other: Tree): Promise<Base | null> {
  const { trees, path, text } = search;
  if ((await other.read(path).catch(() => null)) !== null) return null;
  const isThere = async (source: string) => (await trees.index.read(source).catch(() => null)) !== null;
  const at = await leftBehind({ tree: trees.working, isThere }, text);
  const found = at === null ? null : await agreedAt({ ...search, path: at, previousPath: at }, other);
  return found && { ...found, from: 'other side' };
}

/** The first state of HEAD with what is merged into it: the other branches of its own history, and what is being brought in. */
async function mergedVoice(
  search: Search,
  first: State,
  branches: readonly State[],
  others: readonly OtherSide[],
): Promise<Voice> {
  const { repo, trees } = search;
  const merged: MergedSide[] = [];
  const stateOf = async (base: string | null, ...paths: string[]) =>
    base === null ? null : agreedAt(search, commitTree(repo, base, trees.objects), ...paths);
  for (const side of branches) {
    const isKnown = 'commit' in first && 'commit' in side;
    const base = isKnown ? await mergeBase(repo, first.commit, side.commit) : null;
    merged.push({ side, ancestor: await stateOf(base, ...(isKnown ? [first.path, side.path] : [])) });
  }
  for (const { side, ancestorOf } of others) {
    for (const one of side) merged.push({ side: one, ancestor: await ancestorOf(one) });
  }
  return merged.length > 0 ? mergeVoice(search.path, first, merged) : stateVoice(first);
}

/** A file and its marks in a tree, at its path of now or of before, or at one of `more`; null where they disagree. */
async function agreedAt(
  search: Search,
  tree: Pick<Tree, 'read'>,
  ...more: string[]
): Promise<(MarkedText & Pick<Base, 'tree' | 'sidecar'>) | null> {
  for (const path of new Set([search.path, search.previousPath, ...more])) {
    const read = async (at: string) => textOrNull(await tree.read(at).catch(() => null));
    const [text, sidecar] = await Promise.all([read(path), read(sidecarPath(path))]);
    if (text === null) continue;
    const marks = sidecar === null ? NO_MARKS : readSidecar(parseSidecar(sidecar), text);
    return marks && { tree, text, marks, sidecar };
  }
  return null;
}

/**
 * The marks of a file without a sidecar, from the last commit that tells of some, where it was renamed or copied from too; and
 * of lines that this does not know, those of earlier commits: git brings lines back, and their marks not always to this file.
 * Null when nothing is found.
 */
export async function lostMarksOf(search: Search): Promise<Carried | null> {
  const { repo, trees, text, previousPath } = search;
  const agreements = await lastAgreements(repo, trees.objects, 'HEAD', previousPath, {
    strays: true,
    isMoved: previousPath !== search.path,
  });
  const [found, ...branches] = agreements;
  if (!found) return null;
  const voices = [await mergedVoice(search, found, branches, [])];
  const placed = await placedBefore(search, agreements);
  if (placed) voices.unshift(stateVoice(placed));
  if (!knowsAll(text, { marks: NO_MARKS, known: voices[0]!.known(text) })) {
    const earlier = await earlierAgreements(repo, trees.objects, 'HEAD', previousPath);
    voices.push(...earlier.map(wholeLinesVoice));
  }
  const { marks, dropped } = ask(voices, text);
  const isMarked = !isEmpty(marks) || [found, ...branches].some(({ sidecar }) => sidecar !== null);
  return isMarked ? { marks, dropped, from: 'an earlier commit', commit: (placed ?? found).commit } : null;
}

/**
 * The state that had the last sidecar of a file which has none, placed as in `placedAt`, where git took that sidecar elsewhere.
 * Null where one of the agreements has none either: somebody removed it there.
 */
async function placedBefore(search: Search, agreements: readonly Agreement[]): Promise<Agreement | null> {
  const { repo, trees, previousPath } = search;
  if (agreements.some(({ sidecar, path }) => sidecar === null || path !== previousPath)) return null;
  const [taken] = await pathHistory(repo, 'HEAD', [sidecarPath(previousPath)], 1);
  const [before, ...others] = taken?.parents ?? [];
  if (before === undefined || others.length > 0) return null;
  return placedAt(search, commitTree(repo, before, trees.objects), before, previousPath, agreements);
}
