/**
 * Replays a real history: the lines that some of its commits added are declared to be AI's at that commit, all later
 * commits follow with the trees they have, and in the end the marks are compared with what `git blame -w -M -C` says,
 * line by line. With hook and driver, and with neither: then the editor alone writes sidecars, when AI text comes in, and
 * what has become of it since is found as `blame` and `sync` find it, by a diff.
 *
 * `tsx test/bench/replay.ts [PATH] [--commits N] [--files N] [--share S]`: PATH is a clone or a bundle; without one, a
 * history of the same shape is made up. So many of the newest commits are replayed, the share S of those that are no
 * merges is AI's, and so many of the files that changed are compared. PEER_HOOK names a program that is timed as another
 * tool's hook; with EXAMPLES in the environment every disagreement is printed. Three figures each are given: strictly by
 * blame of lines; by blame of the words, where it gives a line that is marked to somebody else (see `WordHistory`); and
 * without the classes in which blame means something else by a line (see `OTHERWISE`).
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { sidecarPath } from '../../src/core/layout';
import { splitLines } from '../../src/core/lines';
import type { Label, Marks } from '../../src/core/marks';
import { movedFromIn } from '../../src/engine/movedFrom';
import { marksOfText, openTrees } from '../../src/engine/textMarks';
import { textOrNull } from '../../src/repo/text';
import { commitTree } from '../../src/repo/tree';
import { Program } from '../support/program';
import { COPY, Disagreements, isSignsOnly, OTHERWISE, SIGNS_ONLY } from './disagreements';
import { madeUpHistory } from './madeUpHistory';
import { History, scratchFolder } from './pastTexts';
import {
  type BlamedLine,
  blame,
  Declared,
  labelOfCommit,
  type Mode,
  type PastCommit,
  Replayed,
} from './replayedHistory';
import { random } from './truth';
import { WordHistory, wordCount } from './wordHistory';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    commits: { type: 'string', default: '500' },
    files: { type: 'string', default: '400' },
    share: { type: 'string', default: '0.15' },
  },
});

/** Commits after the oldest of the main line from which on there are at most `most`, parents first. */
function partOf(history: History, most: number): { start: string; commits: PastCommit[] } {
  const main = history.lines('rev-list', '--first-parent', 'HEAD');
  const count = (i: number) =>
    Number(history.git('rev-list', '--count', '--ancestry-path', `${main[i]}..HEAD`));
  let [low, high] = [1, main.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (count(middle) <= most) low = middle;
    else high = middle - 1;
  }
  const start = main[low]!;
  const rand = random(11);
  const listed = history.lines(
    'rev-list',
    '--topo-order',
    '--reverse',
    '--parents',
    '--ancestry-path',
    `${start}..HEAD`,
  );
  const commits = listed.map((line) => {
    const [id, ...parents] = line.split(' ') as [string, ...string[]];
    const isAi = parents.length === 1 && rand() < Number(values.share);
    return { id, parents, label: isAi ? labelOfCommit(id) : null };
  });
  return { start, commits };
}

/** The marks of a line: by label how many of its characters that are no white space. */
function labelsOfLine(
  text: string,
  start: number,
  end: number,
  { spans }: Marks,
): { counts: Map<Label, number>; all: number } {
  const counts = new Map<Label, number>();
  let all = 0;
  for (let at = start; at < end; at++) if (text.charCodeAt(at) > 32) all++;
  for (const span of spans) {
    let count = 0;
    for (let at = Math.max(start, span.start); at < Math.min(end, span.end); at++)
      if (text.charCodeAt(at) > 32) count++;
    if (count > 0) counts.set(span.label, (counts.get(span.label) ?? 0) + count);
  }
  return { counts, all };
}

/** A line of the last commit of which blame and marks say different things. */
interface Disagreeing {
  readonly path: string;
  /** 1-based. */
  readonly number: number;
  readonly line: BlamedLine;
  readonly expected: Label | null;
  readonly found: ReadonlyMap<Label, number>;
  /** The label of all of it. */
  readonly whole: Label | null;
}

interface Result {
  right: number;
  /** Lines that are marked as a whole, and blame says otherwise; by class. */
  readonly wrong: Map<string, number>;
  /** Lines that blame gives to an AI commit, and less than half of which has its mark; by class. */
  readonly lost: Map<string, number>;
  /** Lines that a person changed in part: blame says theirs, the marks say which words are not. */
  mixed: number;
  /** Words and signs of lines that are marked as a whole, or half of which is marked rightly: those that blame, of the line or of the word, gives to that label, and all. */
  readonly words: { own: number; all: number };
  /** Lines of AI commits that blame still knows, each once, wherever and however often they stand; and those with their mark somewhere. */
  readonly kept: Set<string>;
  readonly keptMarks: Set<string>;
  unfit: number;
  files: number;
  readonly examples: string[];
}

/** Why a line that blame gives to an AI commit has not its mark. */
function classOfLost(
  line: BlamedLine,
  found: ReadonlyMap<Label, number>,
  isMarkedElsewhere: boolean,
): string {
  if (isMarkedElsewhere) return COPY;
  if (isSignsOnly(line.text)) return SIGNS_ONLY;
  return found.size > 0 ? 'other label, or part of the line' : 'other';
}

const keyOf = ({ commit, path, line }: BlamedLine) => `${commit} ${line} ${path}`;
const add = (counts: Map<string, number>, key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);

async function compare(
  replayed: Replayed,
  lines: ReadonlyMap<string, readonly BlamedLine[]>,
  disagreements: Disagreements,
  words: WordHistory,
): Promise<Result> {
  const result: Result = {
    right: 0,
    wrong: new Map(),
    lost: new Map(),
    mixed: 0,
    words: { own: 0, all: 0 },
    kept: new Set(),
    keptMarks: new Set(),
    unfit: 0,
    files: 0,
    examples: [],
  };
  const own = openTrees(replayed.repo);
  const head = commitTree(replayed.repo, 'HEAD', own.objects);
  const trees = { ...own, head, working: head, index: head };
  // As in a fresh clone: nothing that an editor kept.
  const clone = { ...replayed.repo, gitDir: join(replayed.root, 'no such folder') };
  const there = new Set(await head.list(''));
  const disagreeing: Disagreeing[] = [];
  const texts = new Map<string, string>();
  for (const [path, blamed] of lines) {
    const text = textOrNull(await head.read(path));
    if (text === null) continue;
    const previousPath = await movedFromIn(
      { tree: head, isThere: async (one) => there.has(one) },
      path,
      text,
    );
    const { marks, exact } = await marksOfText(clone, path, text, { trees, previousPath, lookBack: true });
    if (!exact) result.unfit++;
    result.files++;
    texts.set(path, text);
    const split = splitLines(text);
    for (const [i, line] of blamed.entries()) {
      if (line.text.trim() === '' || i >= split.count) continue;
      const expected = disagreements.expected(line);
      const { counts: found, all } = labelsOfLine(text, split.starts[i]!, split.ends[i]!, marks);
      const whole = [...found].find(([, count]) => count === all)?.[0] ?? null;
      const isRight = expected !== null && 2 * (found.get(expected) ?? 0) >= all;
      if (expected !== null) result.kept.add(keyOf(line));
      if (isRight) {
        result.keptMarks.add(keyOf(line));
        result.right++;
        const count = wordCount(line.text);
        result.words.own += count;
        result.words.all += count;
      } else if (expected !== null || whole !== null)
        disagreeing.push({ path, number: i + 1, line, expected, found, whole });
      if (!isRight && expected === null && whole === null && found.size > 0) result.mixed++;
    }
  }
  for (const { path, number, line, expected, found, whole } of disagreeing) {
    const isCopy = () => result.keptMarks.has(keyOf(line)) || disagreements.isCopy(path, number, line);
    const lost = expected === null ? null : classOfLost(line, found, isCopy());
    if (lost !== null) add(result.lost, lost);
    const wrong =
      whole === null || whole === expected ? null : disagreements.classOfWrong(path, number, line, whole);
    const said = wrong === null ? null : words.ofLine(path, texts.get(path)!, number, whole!);
    if (wrong !== null && said !== null) {
      add(result.wrong, wrong);
      result.words.own += said.own;
      result.words.all += said.all;
    }
    result.examples.push(
      `${said === null ? '' : `wrong, ${wrong}, of ${said.all} words ${said.own} its own; `}${lost === null ? '' : `lost, ${lost}; `}${path}:${number} blame ${expected ?? 'nobody'} (${line.commit.slice(0, 9)} ${line.path}:${line.line}) marks ${[...found.keys()].join() || 'none'}: ${line.text.trim().slice(0, 80)}`,
    );
  }
  own.dispose();
  return result;
}

const sum = (counts: ReadonlyMap<string, number>, without: readonly string[] = []) =>
  [...counts].reduce((all, [key, count]) => (without.includes(key) ? all : all + count), 0);
const median = (times: readonly number[]) => times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0;
const listed = (counts: ReadonlyMap<string, number>) =>
  [...counts].map(([key, count]) => `${key} ${count}`).join('; ') || 'none';

function print(mode: Mode, result: Result, replayed: Replayed): void {
  console.log(
    `\n${mode === 'hook' ? 'With hook and driver' : 'With neither'}: ${result.files} files compared, ${result.unfit} sidecars not the shadow`,
  );
  const { right, wrong, lost, mixed, kept, keptMarks } = result;
  const share = (others: number) => (right / (right + others)).toFixed(5);
  console.log(
    `  strictly: precision ${share(sum(wrong))}, recall ${share(sum(lost))} ` +
      `(right ${right}, wrong ${sum(wrong)}, lost ${sum(lost)}, changed in part ${mixed})`,
  );
  console.log(
    `  of ${kept.size} lines that blame keeps, each counted once, ${keptMarks.size} have their mark: ${(keptMarks.size / kept.size).toFixed(5)}`,
  );
  console.log(
    `  by blame of the words, where that of the line says otherwise: precision ${(result.words.own / result.words.all).toFixed(5)} (${result.words.own} of ${result.words.all} words and signs)`,
  );
  console.log(
    `  without the lines that blame speaks otherwise of: precision ${share(sum(wrong, OTHERWISE))}, recall ${share(sum(lost, OTHERWISE))}`,
  );
  console.log(`  wrong: ${listed(wrong)}\n  lost: ${listed(lost)}`);
  const { hook, commit, peer } = replayed.times;
  console.log(
    `  median ms: git commit ${median(commit).toFixed(1)}, hook ${median(hook).toFixed(1)} (in process, of ${hook.length})${peer.length > 0 ? `, other hook ${median(peer).toFixed(1)}` : ''}; ${replayed.merges} merges, sidecars alone in conflict in ${replayed.sidecarConflicts}`,
  );
  if (process.env.EXAMPLES) for (const example of result.examples) console.log(`  ${example}`);
}

const folder = scratchFolder();
const program = await Program.build();
try {
  const history = new History(positionals[0] ?? madeUpHistory(folder, { commits: 400, seed: 3 }), folder);
  const { start, commits } = partOf(history, Number(values.commits));
  const sessions = commits.filter(({ label }) => label !== null).map(({ id }) => id);
  const labels = new Map(sessions.map((id) => [id, labelOfCommit(id)]));
  const declared = new Declared();
  const added = new Map<string, readonly number[]>();
  const declare = (past: PastCommit) => (path: string) => {
    const key = `${past.id} ${path}`;
    const known = added.get(key);
    if (known) return known;
    const own = blame(history, past.parents[0]!, past.id, path).flatMap((line, i) =>
      line.commit === past.id ? [{ ...line, at: i + 1 }] : [],
    );
    for (const { at, text } of own) declared.add(past.label!, path, at, text);
    added.set(
      key,
      own.map(({ at }) => at),
    );
    return added.get(key)!;
  };
  console.log(
    `${history.name}: ${commits.length} commits, ${commits.filter(({ parents }) => parents.length > 1).length} merges, ${sessions.length} with AI lines`,
  );
  const replays: Replayed[] = [];
  for (const mode of ['hook', 'none'] as const) {
    const replayed = new Replayed(
      history,
      folder,
      mode,
      program,
      mode === 'hook' ? (process.env.PEER_HOOK ?? null) : null,
    );
    replayed.start(start, sessions);
    for (const past of commits) await replayed.commit(past, declare(past));
    replays.push(replayed);
  }
  const changed = history
    .git('diff', '--name-only', '-z', '--no-renames', '--diff-filter=AM', start, 'HEAD')
    .split('\0')
    .filter(Boolean);
  const hooked = new Set(
    replays[0]!.git('ls-tree', '-r', '--name-only', '-z', 'HEAD', '--', '.taggant/tags').split('\0'),
  );
  // Files with marks first, then others that changed: there blame may know of AI lines that were lost.
  const files = changed
    .toSorted((a, b) => Number(hooked.has(sidecarPath(b))) - Number(hooked.has(sidecarPath(a))))
    .slice(0, Number(values.files));
  const lines = new Map(files.map((path) => [path, blame(history, start, 'HEAD', path)] as const));
  console.log(`${declared.count} lines declared; ${files.length} of ${changed.length} changed files blamed`);
  const disagreements = new Disagreements(
    history,
    start,
    new Set(commits.map(({ id }) => id)),
    labels,
    declared,
  );
  const words = await WordHistory.make(history, folder, start, commits, declare);
  for (const [i, mode] of (['hook', 'none'] as const).entries())
    print(mode, await compare(replays[i]!, lines, disagreements, words), replays[i]!);
  words.dispose();
  history.dispose();
} finally {
  rmSync(folder, { recursive: true, force: true });
  program.remove();
}
