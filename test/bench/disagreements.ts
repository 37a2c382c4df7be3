/**
 * Why marks and `git blame -w -M -C` disagree about a line, found out from the history alone. Blame speaks of whole lines,
 * so a line of which a person took a word away is all theirs to it; and of texts, so the lines that a person repeats
 * elsewhere are the first writer's. Taggant speaks of characters, and of no text that it did not see come.
 */
import type { Label } from '../../src/core/marks';
import type { History } from './pastTexts';
import { type BlamedLine, blame, type Declared } from './replayedHistory';

/** A person took something away from a line, or broke it in two, or joined it: no character of what is left is theirs. */
const SHORTENED = 'AI line that was shortened, split or joined';
/** The commit took the line away elsewhere: it moved, in fewer words than blame follows. */
const MOVED = 'AI line that moved';
/** The AI's commit brought the line, a later one took it away (a revert), and one after that brought it back: it is AI text again. */
const RETURNED = 'AI line that was taken away and came back';
/** Without looking for moved lines blame gives it to the AI's commit, too; with it, to an older line that says the same. */
const LIKE_OLDER = 'AI line that is like an older one';
/** Somebody repeated a line that stayed where it was: blame names the first writer twice, and nobody saw where the second came from. */
export const COPY = 'copy of a line';
/** No letter or digit: which of many a `}` is, git's diff and ours each choose as they like. */
export const SIGNS_ONLY = 'signs only';

/** The classes in which blame is right about whole lines, or about texts, and marks about characters that came to stand there. */
export const OTHERWISE: readonly string[] = [SHORTENED, MOVED, RETURNED, LIKE_OLDER, COPY, SIGNS_ONLY];

export const isSignsOnly = (text: string) => !/[\p{L}\p{N}]/u.test(text);
const solid = (text: string) => text.replace(/\s/g, '');
const wordsOf = (text: string): string[] => text.match(/[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu) ?? [];

/** Blame is not followed further back than through this many changes of one line. */
const MOST_CHANGES = 6;

/** One place that a commit changed: lines of the file before and after, 1-based, end exclusive. */
interface Hunk {
  readonly before: { readonly path: string; readonly start: number; readonly end: number };
  readonly after: { readonly path: string; readonly start: number; readonly end: number };
}

/** Whether a line is what is left of another text when words, or the beginnings or ends of words, are taken away. */
function isWithin(text: string, whole: string): boolean {
  const words = wordsOf(whole);
  let at = 0;
  for (const word of wordsOf(text)) {
    while (at < words.length && !words[at]!.startsWith(word) && !words[at]!.endsWith(word)) at++;
    if (at++ >= words.length) return false;
  }
  return true;
}

export class Disagreements {
  private readonly hunks = new Map<string, readonly Hunk[]>();
  private readonly blamed = new Map<string, readonly BlamedLine[]>();

  constructor(
    private readonly history: History,
    private readonly since: string,
    /** The commits after it. */
    private readonly replayed: ReadonlySet<string>,
    private readonly labels: ReadonlyMap<string, Label>,
    private readonly declared: Declared,
  ) {}

  /** Why all of line `number` (1-based) of a file of the last commit has a label although blame gives it to somebody else. */
  classOfWrong(path: string, number: number, line: BlamedLine, label: Label): string {
    const brought = this.blameOf('HEAD', path, [])[number - 1];
    if (brought && this.expected(brought) === label) return LIKE_OLDER;
    if (isSignsOnly(line.text)) return SIGNS_ONLY;
    if (this.isShortened(line, label)) return SHORTENED;
    if (this.removedBy(line).some((one) => solid(one.text) === solid(line.text) && this.isOf(one, label)))
      return MOVED;
    if (this.cameBack(line, label)) return RETURNED;
    return this.expected(line) === null ? 'other' : 'other AI commit';
  }

  /**
   * Whether a line of the last commit is a copy: without looking for moved lines, blame says that a later commit brought
   * it, and in the tree of that commit the line that it is said to be stands somewhere else too.
   */
  isCopy(path: string, number: number, line: BlamedLine): boolean {
    const brought = this.blameOf('HEAD', path, [])[number - 1];
    if (!brought || brought.commit === line.commit) return false;
    const isSame = (one: BlamedLine) =>
      one.commit === line.commit && one.line === line.line && one.path === line.path;
    const paths = [...new Set([brought.path, line.path])];
    const places = paths.flatMap((at) => this.blameOf(brought.commit, at).filter(isSame));
    return places.length > 1;
  }

  /** The label that blame gives a line. */
  expected({ commit, path, line }: BlamedLine): Label | null {
    const label = this.labels.get(commit);
    return label !== undefined && this.declared.has(label, path, line) ? label : null;
  }

  /**
   * Whether the commit that blame names put the line in the place of lines that are the label's, and no word or sign of it
   * is new: what somebody takes away does not make them the writer of what is left. Nor does what somebody else had put
   * into the line in between and is gone from it.
   */
  private isShortened(line: BlamedLine, label: Label, depth = 0, text = line.text): boolean {
    if (depth > MOST_CHANGES) return false;
    const hunk = this.hunksOf(line).find(
      ({ after }) => after.path === line.path && after.start <= line.line && line.line < after.end,
    );
    if (!hunk) return false;
    const replaced = this.linesOf(line, hunk);
    const own = replaced.filter((one) => this.isOf(one, label, depth));
    if (isWithin(text, own.map((one) => one.text).join('\n'))) return true;
    return replaced.some((one) => isWithin(text, one.text) && this.isShortened(one, label, depth + 1, text));
  }

  private isOf(line: BlamedLine, label: Label, depth = 0): boolean {
    return this.expected(line) === label || this.isShortened(line, label, depth + 1);
  }

  /** Whether the label's commit brought the very line to this file, and it was not there before the commit that blame names. */
  private cameBack(line: BlamedLine, label: Label): boolean {
    const before = this.before(line);
    const isSame = (one: BlamedLine) => solid(one.text) === solid(line.text);
    if (before === null || this.blameOf(before, line.previous?.path ?? line.path).some(isSame)) return false;
    return [...this.labels].some(
      ([commit, given]) =>
        given === label &&
        this.blameOf(commit, line.path).some((one) => isSame(one) && this.expected(one) === label),
    );
  }

  /** The lines, as blamed before it, that the commit took away anywhere. */
  private removedBy(line: BlamedLine): BlamedLine[] {
    return this.hunksOf(line).flatMap((hunk) => this.linesOf(line, hunk));
  }

  private linesOf(line: BlamedLine, { before }: Hunk): BlamedLine[] {
    const commit = this.before(line);
    if (commit === null || before.start === before.end) return [];
    return this.blameOf(commit, before.path).slice(before.start - 1, before.end - 1);
  }

  private blameOf(commit: string, path: string, moves?: readonly string[]): readonly BlamedLine[] {
    const key = `${commit} ${moves?.join()} ${path}`;
    const known = this.blamed.get(key) ?? blame(this.history, this.since, commit, path, moves);
    this.blamed.set(key, known);
    return known;
  }

  /** The parent that the commit of a line is compared with; null when the line is older than what is replayed. */
  private before({ commit, previous }: BlamedLine): string | null {
    if (previous) return previous.commit;
    return this.replayed.has(commit) ? `${commit}^1` : null;
  }

  /** What the commit changed, white space apart. */
  private hunksOf(line: BlamedLine): readonly Hunk[] {
    const before = this.before(line);
    if (before === null) return [];
    const key = `${before} ${line.commit}`;
    const known = this.hunks.get(key);
    if (known) return known;
    const args = ['diff-tree', '-r', '-p', '-w', '-M', '-U0', '--no-color', '--no-ext-diff'];
    const hunks = hunksIn(this.history.git('-c', 'core.quotePath=false', ...args, before, line.commit));
    this.hunks.set(key, hunks);
    return hunks;
  }
}

/** The places of a patch without context. */
function hunksIn(patch: string): Hunk[] {
  const hunks: Hunk[] = [];
  const lines = patch.split('\n');
  let [from, to] = ['', ''];
  for (let i = 0; i < lines.length; i++) {
    const side = /^(---|\+\+\+) (?:[ab]\/)?(.*?)\t?$/.exec(lines[i]!);
    const places = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(lines[i]!);
    if (side?.[1] === '---') from = side[2]!;
    else if (side) to = side[2]!;
    if (!places) continue;
    const [start, count, newStart, newCount] = [1, 2, 3, 4].map((k) => Number(places[k] ?? 1)) as [
      number,
      number,
      number,
      number,
    ];
    hunks.push({
      before: { path: from, start, end: start + count },
      after: { path: to, start: newStart, end: newStart + newCount },
    });
    // What the lines of the hunk say may look like anything.
    i += count + newCount;
  }
  return hunks;
}
