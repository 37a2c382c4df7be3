/**
 * A history told word by word: in every file each part of a word, and each sign, stands on a line of its own, with an empty line
 * where a line ends, and what is declared to be an AI's comes in a commit that brings nothing else. What `git blame` says of a line there it says of a word, and marks
 * speak of no more than that; of a line that somebody took one word from, blame says that all of it is theirs. The way of
 * "cregit: Token-level blame information in git version control repositories" (German, Adams, Stewart, 2019).
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { splitLines } from '../../src/core/lines';
import type { Label } from '../../src/core/marks';
import { gitAt, History } from './pastTexts';
import { blame, type PastCommit } from './replayedHistory';

/** A part of a word, such as `is` of `isEqual`, a sign, or the end of a line (''): where it starts in its text, in UTF-16 units. */
export interface Word {
  readonly text: string;
  readonly start: number;
}

function wordsIn(text: string): Word[] {
  const found = text.matchAll(/\p{Lu}?\p{Ll}+|\p{Lu}+(?!\p{Ll})|\p{N}+|\p{L}|[^\s\p{L}\p{N}]|\n/gu);
  return [...found].map(({ 0: word, index }) => ({ text: word.trim(), start: index }));
}

/** How many words and signs a text has. */
export const wordCount = (text: string) => wordsIn(text).filter((word) => word.text !== '').length;

const aLineEach = (words: readonly Word[]) => words.map(({ text }) => `${text}\n`).join('');

/** The words of a text that are in none of some of its lines (1-based). */
function wordsOutside(text: string, lines: readonly number[]): Word[] {
  const { starts } = splitLines(text);
  const left = lines.toSorted((a, b) => a - b);
  return wordsIn(text).filter(({ start }) => {
    while (left.length > 0 && starts[left[0]!]! <= start) left.shift();
    return left.length === 0 || start < starts[left[0]! - 1]!;
  });
}

/** The lines of a file that a commit added, where they are AI's; 1-based. */
type DeclaredLines = (past: PastCommit) => (path: string) => readonly number[];

/** With and without a look for what moved, and with more care. */
const WAYS = [['-M', '-C'], [], ['--minimal']];

export class WordHistory {
  private constructor(
    private readonly history: History,
    private readonly start: string,
    private readonly labels: ReadonlyMap<string, Label>,
  ) {}

  /** @param start the commit before the others, each of which has a parent among those before it */
  static async make(
    history: History,
    folder: string,
    start: string,
    commits: readonly PastCommit[],
    declared: DeclaredLines,
  ): Promise<WordHistory> {
    const root = join(folder, 'words');
    mkdirSync(root);
    gitAt(root, ['init', '-q', '-b', 'main']);
    const stream: string[] = [];
    const numbers = new Map([[start, 1]]);
    const labels = new Map<number, Label>();
    let last = 0;
    const begin = (parents: readonly number[]) => {
      last++;
      stream.push(
        `commit refs/heads/main\nmark :${last}\ncommitter A <a@example.com> ${last} +0000\ndata 0\n`,
      );
      stream.push(...parents.map((parent, i) => `${i === 0 ? 'from' : 'merge'} :${parent}\n`));
    };
    const put = (path: string, words: readonly Word[]) => {
      const text = aLineEach(words);
      stream.push(`M 100644 inline ${JSON.stringify(path)}\ndata ${Buffer.byteLength(text)}\n${text}\n`);
    };
    begin([]);
    for (const path of changedPaths(history, start)) {
      const text = await history.text(`${start}:${path}`);
      if (text !== null) put(path, wordsIn(text));
    }
    for (const past of commits) {
      const parents = past.parents.filter((parent) => numbers.has(parent));
      const texts = await textsOf(history, parents[0]!, past.id);
      const lines = past.label === null ? () => [] : declared(past);
      begin(parents.map((parent) => numbers.get(parent)!));
      for (const [path, text] of texts) {
        if (text === null) stream.push(`D ${JSON.stringify(path)}\n`);
        else put(path, wordsOutside(text, lines(path)));
      }
      if (past.label !== null) {
        begin([last]);
        labels.set(last, past.label);
        for (const [path, text] of texts)
          if (text !== null && lines(path).length > 0) put(path, wordsIn(text));
      }
      numbers.set(past.id, last);
    }
    const marks = join(root, 'marks');
    gitAt(root, ['fast-import', '--quiet', `--export-marks=${marks}`], stream.join(''));
    const ids = new Map<number, string>();
    for (const [, number, id] of readFileSync(marks, 'latin1').matchAll(/^:(\d+) (\w+)$/gm))
      ids.set(Number(number), id!);
    const named = new Map([...labels].map(([number, label]) => [ids.get(number)!, label] as const));
    return new WordHistory(new History(root, folder), ids.get(1)!, named);
  }

  /**
   * How many words and signs of a line (1-based) of a file of the last commit blame gives to a label's commit in one of its ways,
   * and how many there are. Words come again so often that each way pairs some of a rewritten place otherwise.
   */
  ofLine(path: string, text: string, line: number, label: Label): { own: number; all: number } {
    const { starts } = splitLines(text);
    const before = wordsIn(text.slice(0, starts[line - 1])).length;
    const all = wordCount(text.slice(starts[line - 1], starts[line]));
    const range = ['-L', `${before + 1},+${all}`];
    const said = WAYS.map((way) => blame(this.history, this.start, 'HEAD', path, [...way, ...range]));
    const isOwn = (k: number) => said.some((words) => this.labels.get(words[k]!.commit) === label);
    return { own: Array.from({ length: all }, (_, k) => k).filter(isOwn).length, all };
  }

  dispose(): void {
    this.history.dispose();
  }
}

/** All paths that any commit after one has changed. */
function changedPaths(history: History, since: string): ReadonlySet<string> {
  const listed = history.git('log', '-m', '--name-only', '-z', '--format=', '--no-renames', `${since}..HEAD`);
  return new Set(listed.split('\0').filter(Boolean));
}

/** What a commit changed against another one, by path; null where there is no text any more. */
async function textsOf(history: History, from: string, to: string): Promise<Map<string, string | null>> {
  const listed = history.git('diff-tree', '-r', '--name-only', '-z', '--no-renames', from, to);
  const texts = new Map<string, string | null>();
  for (const path of listed.split('\0').filter(Boolean)) texts.set(path, await history.text(`${to}:${path}`));
  return texts;
}
