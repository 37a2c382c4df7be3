import { type MarkedText, marksThatFollow } from '../core/agreedMarks';
import { isOwnFile, sidecarPath, sourcePathOf, TAGS_FOLDER } from '../core/layout';
import { lineAt, splitLines } from '../core/lines';
import { type LostLine, lostDeletions, lostMarks } from '../core/lostMarks';
import { isEmpty, isUnknownOrigin, type Label, type Marks, NO_MARKS } from '../core/marks';
import { parseSidecar, readSidecar } from '../core/sidecar';
import { outside } from '../core/spanSets';
import { marksOfUnfit } from '../core/unfitSidecar';
import type { Repository } from '../repo/git';
import { changesBetween, type FileChange, lastChange, type Range, type Step } from '../repo/history';
import type { ObjectReader } from '../repo/objects';
import { textOrNull } from '../repo/text';
import { commitTree, type Tree } from '../repo/tree';
import { carryDebts, type Debt, type IsForged, joinDebts } from './debts';
import { carriedTo, fitting, lastFit, type Source, type Version, withTolerance } from './versions';

/** What else a replay has to know. */
export interface ReplayRules {
  /** Of a version's marks (or parts of them) those that somebody was allowed to take away. */
  declared(path: string, version: MarkedText): Marks;
  readonly isForged: IsForged;
}

const AT_ONCE = 16;
/** Most sidecars that fit no text whose history is looked at. */
const MAX_LOOKED_UP = 200;

/**
 * Replays commits: for each file with marks, what follows from the parents' texts and marks is compared with what the
 * commit's own sidecar says. What it lacks is carried on as a debt, until a later commit has it again or its text is gone.
 */
export class Replay {
  private readonly trees = new Map<string, Tree>();
  private readonly versions = new Map<string, Map<string, Version | null>>();
  private readonly marked = new Set<string>();
  /** What files with marks were before a commit of the range removed them, or made them something else than text. */
  private readonly gone = new Map<string, Version>();
  private lookedUp = 0;

  constructor(
    private readonly repo: Repository,
    private readonly objects: ObjectReader,
    private readonly rules: ReplayRules,
  ) {}

  /**
   * Answers the files with marks that the range changed, as they are at its end, by path, and those that had marks or have
   * a sidecar and cannot be read as text there. What the range does as a whole (as a squash merge would) counts as one more step.
   */
  async run(
    range: Range,
    steps: readonly Step[],
  ): Promise<{ versions: Map<string, Version>; changes: FileChange[]; unreadable: string[] }> {
    const [changes] = await changesBetween(this.repo, [[range.mergeBase, range.head]]);
    const concerned = await this.markedFiles(range, steps, changes!);
    const left = new Map<string, number>();
    for (const { parents } of steps) {
      for (const { commit } of parents) left.set(commit, (left.get(commit) ?? 0) + 1);
    }
    for (const step of steps) {
      await this.step(step, concerned);
      for (const { commit } of step.parents) {
        const rest = left.get(commit)! - 1;
        left.set(commit, rest);
        if (rest === 0 && commit !== range.head) this.forget(commit);
      }
    }
    const versions = new Map<string, Version>();
    const unreadable: string[] = [];
    const pairs = pairsOf(changes!, concerned);
    await inGroups(pairs, async ([path, previousPath]) => {
      const last = await this.version(range.head, path);
      if (!last) {
        if (await this.hidesMarks(range, path, previousPath)) unreadable.push(path);
        return;
      }
      const isOneStep = steps.length === 1 && steps[0]!.parents[0]?.commit === range.mergeBase;
      versions.set(path, isOneStep ? last : await this.squashed(range, path, previousPath, last));
    });
    return { versions, changes: changes!, unreadable: unreadable.sort() };
  }

  private async markedFiles(
    { mergeBase, base }: Range,
    steps: readonly Step[],
    changes: readonly FileChange[],
  ): Promise<Set<string>> {
    const sidecars = new Set<string>();
    for (const commit of new Set([mergeBase, base])) {
      for (const path of await this.tree(commit).list(TAGS_FOLDER)) sidecars.add(path);
    }
    const all = [...steps.flatMap(({ parents }) => parents.flatMap((parent) => parent.changes)), ...changes];
    for (const { path, previousPath } of all) sidecars.add(path).add(previousPath);
    for (const path of sidecars) {
      const source = sourcePathOf(path);
      if (source !== null) this.marked.add(source);
    }
    for (const { path, previousPath } of all) if (this.marked.has(previousPath)) this.marked.add(path);
    return this.marked;
  }

  private async step({ commit, parents }: Step, concerned: ReadonlySet<string>): Promise<void> {
    const first = parents[0] && this.versions.get(parents[0].commit);
    const known = new Map(first ?? []);
    const touched = new Map<string, (string | undefined)[]>();
    for (const [i, parent] of parents.entries()) {
      for (const [path, previousPath] of pairsOf(parent.changes, concerned)) {
        const previous = touched.get(path) ?? [];
        previous[i] = previousPath;
        touched.set(path, previous);
      }
    }
    this.versions.set(commit, known);
    await inGroups([...touched], async ([path, previous]) => {
      const before = await Promise.all(
        parents.map(async (parent, i) => ({
          commit: parent.commit,
          version: await this.version(parent.commit, previous[i] ?? path),
        })),
      );
      // A merge that has a file just as one of its parents has it takes that parent's side.
      const same = parents.length > 1 ? before.find(({ version }, i) => version && !previous[i]) : undefined;
      known.set(path, same?.version ?? (await this.follow(commit, path, before)));
    });
    // What was renamed went on, and is followed there.
    for (const { changes } of parents) {
      for (const { path, previousPath } of changes) if (path !== previousPath) this.gone.delete(previousPath);
    }
  }

  /** A file at a commit; null when it is not there, or no text. */
  async version(commit: string, path: string): Promise<Version | null> {
    const known = this.versions.get(commit)?.get(path);
    if (known !== undefined) return known;
    const loaded = await this.load(commit, path);
    const versions = this.versions.get(commit) ?? new Map();
    versions.set(path, loaded);
    this.versions.set(commit, versions);
    return loaded;
  }

  /** A file as a commit outside of the range has it. */
  private async load(commit: string, path: string): Promise<Version | null> {
    const [text, sidecar] = await this.read(commit, path);
    if (text === null) return null;
    if (sidecar === null) return fitting(text, NO_MARKS, null);
    const parsed = parseSidecar(sidecar);
    const marks = readSidecar(parsed, text);
    if (marks) return fitting(text, marks, sidecar);
    const carriedFrom = (await this.lastFitting(commit, path, sidecar)) ?? { commit, of: parsed };
    return { text, marks: carriedTo(carriedFrom, text), sidecar, carriedFrom, debts: [] };
  }

  /** The text that a sidecar was written for, which it fits no more. */
  private async lastFitting(commit: string, path: string, sidecar: string): Promise<Source | null> {
    if (this.lookedUp++ >= MAX_LOOKED_UP) return null;
    const written = await lastChange(this.repo, commit, sidecarPath(path));
    if (written === null || written === commit) return null;
    const text = (await this.read(written, path))[0];
    const marks = text === null ? null : readSidecar(parseSidecar(sidecar), text);
    return text === null || marks === null ? null : { commit: written, of: { text, marks } };
  }

  /** What a commit makes of a file, given what it was in each parent (null: not there). */
  private async follow(
    commit: string,
    path: string,
    before: readonly { commit: string; version: Version | null }[],
  ): Promise<Version | null> {
    const [text, sidecar] = await this.read(commit, path);
    let parents = before.flatMap(({ version }) => version ?? []);
    const gone = this.gone.get(path);
    if (text === null) {
      const last = parents.find(({ marks, debts }) => !isEmpty(marks) || debts.length > 0);
      if (last) this.gone.set(path, last);
      return null;
    }
    // Nor do marks go by a detour over a commit in which the file is not there.
    if (parents.length === 0 && gone) parents = [gone];
    this.gone.delete(path);
    const expected = marksThatFollow(parents, text);
    const parsed = sidecar === null ? null : parseSidecar(sidecar);
    const own = parsed ? readSidecar(parsed, text) : NO_MARKS;
    const isStale = own === null && parents.some((parent) => parent.sidecar === sidecar);
    const marks = own ?? (isStale ? expected : marksOfUnfit(parsed!, text, expected, parents));
    const how = sidecar === null ? 'gone' : own ? 'edited' : 'unfit';
    const carried = await carryDebts(parents, text, marks, this.rules.isForged);
    const carriedFrom = own || !parsed ? null : isStale ? lastFit(before, sidecar) : { commit, of: parsed };
    const fresh = await this.lostBy(
      { path, commit, how },
      parents,
      { text, marks },
      withTolerance(parents, text, expected),
    );
    return { text, marks, sidecar, carriedFrom, debts: joinDebts(carried, fresh) };
  }

  /** What a commit's marks lack of those that are expected, without what somebody declared. */
  private async lostBy(
    step: { readonly path: string; readonly commit: string; readonly how: Debt['how'] },
    parents: readonly Version[],
    after: MarkedText,
    expected: Marks,
  ): Promise<Debt[]> {
    const { path, commit, how } = step;
    const lost = (known: readonly MarkedText[], due: Marks) => ({
      lines: lostMarks(known, after, due),
      deletions: known.length === 1 && how !== 'unfit' ? lostDeletions(known[0]!, after, due) : [],
    });
    let found = lost(parents, expected);
    if (found.lines.length + found.deletions.length === 0) return [];
    // Somebody may have declared the text as it was before, or as it is now.
    const reduced = parents.map((parent) => ({ ...parent, marks: this.undeclared(path, parent) }));
    const follows = withTolerance(reduced, after.text, marksThatFollow(reduced, after.text));
    found = lost(reduced, this.undeclared(path, { text: after.text, marks: follows }));
    const debts: Debt[] = [];
    for (const line of found.lines) debts.push(...(await this.debtsOf(line, commit, how)));
    const lines = splitLines(after.text);
    for (const { offset: start, label } of found.deletions) {
      const end = lines.starts[lineAt(lines, start) + 1]!;
      debts.push({ start, end, label, instead: null, isDeletion: true, commit, how });
    }
    return joinDebts([], debts);
  }

  private undeclared(path: string, version: MarkedText): Marks {
    const declared = this.rules.declared(path, version);
    const isDeclared = (offset: number, label: Label) =>
      declared.deletions.some((one) => one.offset === offset && one.label === label);
    return {
      spans: outside(version.marks.spans, declared.spans),
      deletions: version.marks.deletions.filter(({ offset, label }) => !isDeclared(offset, label)),
    };
  }

  private async debtsOf({ spans, instead }: LostLine, commit: string, how: Debt['how']): Promise<Debt[]> {
    const from = spans.find(({ label }) => !isUnknownOrigin(label))?.label;
    if (instead !== null && (from === undefined || !(await this.rules.isForged(from, instead)))) return [];
    return spans.map((span) => ({ ...span, instead, commit, how }));
  }

  private async squashed(range: Range, path: string, previousPath: string, last: Version): Promise<Version> {
    const version = await this.version(range.mergeBase, previousPath);
    const whole = await this.follow(range.head, path, [{ commit: range.mergeBase, version }]);
    return whole ? { ...last, debts: joinDebts(last.debts, whole.debts) } : last;
  }

  /** True for a file that is there, is no text (any more), and has something to hide. */
  private async hidesMarks(range: Range, path: string, previousPath: string): Promise<boolean> {
    const isThere = (at: string) =>
      this.tree(range.head)
        .read(at)
        .then(
          (bytes) => bytes !== null,
          () => true,
        );
    if (!(await isThere(path))) return false;
    if (this.gone.has(path)) return true;
    const before = await this.version(range.mergeBase, previousPath);
    return (before !== null && !isEmpty(before.marks)) || isThere(sidecarPath(path));
  }

  private read(commit: string, path: string): Promise<[string | null, string | null]> {
    const tree = this.tree(commit);
    const read = async (at: string) => textOrNull(await tree.read(at).catch(() => null));
    return Promise.all([read(path), read(sidecarPath(path))]);
  }

  private tree(commit: string): Tree {
    let tree = this.trees.get(commit);
    if (!tree) {
      tree = commitTree(this.repo, commit, this.objects);
      this.trees.set(commit, tree);
    }
    return tree;
  }

  private forget(commit: string): void {
    this.versions.delete(commit);
    this.trees.delete(commit);
  }
}

/** The files with marks that changes concern, by themselves or by their sidecars, with their paths before. */
function pairsOf(changes: readonly FileChange[], marked: ReadonlySet<string>): [string, string][] {
  const pairs = new Map<string, string>();
  for (const { path, previousPath } of changes) {
    if (!isOwnFile(path) && (marked.has(path) || marked.has(previousPath))) pairs.set(path, previousPath);
  }
  for (const { path, previousPath } of changes) {
    for (const own of [path, previousPath]) {
      const source = sourcePathOf(own);
      if (source !== null && !isOwnFile(source) && !pairs.has(source)) pairs.set(source, source);
    }
  }
  return [...pairs];
}

async function inGroups<T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
  for (let i = 0; i < items.length; i += AT_ONCE) await Promise.all(items.slice(i, i + AT_ONCE).map(act));
}
