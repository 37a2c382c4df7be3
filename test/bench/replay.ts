/**
 * Replays a real history: the lines that some of its commits added are declared to be AI's at that commit, all later
 * commits follow with the trees they have, and in the end the marks are compared with what `git blame -w -M -C` says,
 * line by line. With hook and driver, and with neither. `tsx test/bench/replay.ts [PATH] [--commits N] [--files N]`, PATH
 * a clone or a bundle; without one, a history is made up. PEER_HOOK names a program that is timed as another tool's hook.
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

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    commits: { type: 'string', default: '500' },
    files: { type: 'string', default: '120' },
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

interface Result {
  right: number;
  /** Of these, lines without a letter or digit: `}` may be anybody's, and git itself aligns it at will. */
  rightSigns: number;
  /** Lines that are marked as a whole, and blame says otherwise; by class. */
  readonly wrong: Map<string, number>;
  /** Lines that blame gives to an AI commit, and less than half of which has its mark; by class. */
  readonly lost: Map<string, number>;
  /** Lines that a person changed in part: blame says theirs, the marks say which words are not. */
  mixed: number;
  unfit: number;
  files: number;
  readonly examples: string[];
}

const isSignsOnly = (text: string) => !/[\p{L}\p{N}]/u.test(text);
const solid = (text: string) => text.replace(/\s/g, '');

function isPartOf(text: string, whole: string): boolean {
  let at = 0;
  for (const char of text) {
    at = whole.indexOf(char, at);
    if (at < 0) return false;
    at += char.length;
  }
  return true;
}

/** Why a line is marked although blame gives it to somebody else. */
function classOfWrong(text: string, label: Label, expected: Label | null, declared: Declared): string {
  if (isSignsOnly(text)) return 'signs only';
  const texts = declared.textsOf(label);
  if (texts.has(solid(text)))
    return expected === null
      ? 'text of an AI line, moved or written again'
      : 'text that two AI commits wrote';
  if ([...texts].some((one) => one.length < 4 * text.length + 40 && isPartOf(solid(text), one)))
    return 'AI line that was shortened or split';
  return 'other';
}

function classOfLost(text: string, found: ReadonlyMap<Label, number>, repeated: boolean): string {
  if (isSignsOnly(text)) return 'signs only';
  if (found.size > 0) return 'other label, or part of the line';
  return repeated ? 'text that stands there more than once' : 'other';
}

const add = (counts: Map<string, number>, key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);

async function compare(
  replayed: Replayed,
  lines: ReadonlyMap<string, readonly BlamedLine[]>,
  labels: ReadonlyMap<string, Label>,
  declared: Declared,
): Promise<Result> {
  const result: Result = {
    right: 0,
    rightSigns: 0,
    wrong: new Map(),
    lost: new Map(),
    mixed: 0,
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
    const split = splitLines(text);
    const counts = new Map<string, number>();
    for (const one of blamed) add(counts, one.text.trim());
    for (const [i, one] of blamed.entries()) {
      if (one.text.trim() === '' || i >= split.count) continue;
      const label = labels.get(one.commit);
      const expected = label !== undefined && declared.has(label, one.path, one.line) ? label : null;
      const { counts: found, all } = labelsOfLine(text, split.starts[i]!, split.ends[i]!, marks);
      const whole = [...found].find(([, count]) => count === all)?.[0] ?? null;
      const isRight = expected !== null && 2 * (found.get(expected) ?? 0) >= all;
      if (isRight) {
        result.right++;
        if (isSignsOnly(one.text)) result.rightSigns++;
      } else if (expected !== null)
        add(result.lost, classOfLost(one.text, found, counts.get(one.text.trim())! > 1));
      if (!isRight && whole !== null && whole !== expected)
        add(result.wrong, classOfWrong(one.text, whole, expected, declared));
      else if (expected === null && found.size > 0) result.mixed++;
      if (
        !isRight &&
        (expected !== null || whole !== null) &&
        !isSignsOnly(one.text) &&
        result.examples.length < 400
      )
        result.examples.push(
          `${path}:${i + 1} blame ${expected ?? 'nobody'} marks ${[...found.keys()].join() || 'none'}: ${one.text.trim().slice(0, 80)}`,
        );
    }
  }
  own.dispose();
  return result;
}

const sum = (counts: ReadonlyMap<string, number>) => [...counts.values()].reduce((a, b) => a + b, 0);
const median = (times: readonly number[]) => times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0;
const listed = (counts: ReadonlyMap<string, number>) =>
  [...counts].map(([key, count]) => `${key} ${count}`).join('; ') || 'none';

function print(mode: Mode, result: Result, replayed: Replayed): void {
  const [wrong, lost] = [sum(result.wrong), sum(result.lost)];
  const signs = (counts: ReadonlyMap<string, number>) => counts.get('signs only') ?? 0;
  const [right, other] = [result.right - result.rightSigns, wrong - signs(result.wrong)];
  console.log(
    `\n${mode === 'hook' ? 'With hook and driver' : 'With neither'}: ${result.files} files compared, ${result.unfit} sidecars not the shadow`,
  );
  console.log(
    `  precision ${(result.right / (result.right + wrong)).toFixed(5)}, recall ${(result.right / (result.right + lost)).toFixed(5)} (right ${result.right}, wrong ${wrong}, lost ${lost}, changed in part ${result.mixed})`,
  );
  const own = result.wrong.get('other') ?? 0;
  console.log(
    `  lines with a letter or digit: precision ${(right / (right + other)).toFixed(5)}, ` +
      `without those whose text an AI commit wrote ${(right / (right + own)).toFixed(5)}; ` +
      `recall ${(right / (right + lost - signs(result.lost))).toFixed(5)}`,
  );
  console.log(`  wrong: ${listed(result.wrong)}\n  lost: ${listed(result.lost)}`);
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
  for (const [i, mode] of (['hook', 'none'] as const).entries())
    print(mode, await compare(replays[i]!, lines, labels, declared), replays[i]!);
  history.dispose();
} finally {
  rmSync(folder, { recursive: true, force: true });
  program.remove();
}
