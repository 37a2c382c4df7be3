/** Marks beside the truth, character by character. */
import type { Character, Source } from './characters';
import type { Shown } from './host';
import type { Row } from './signals';

/** A text with its truth; paths are for messages. */
export interface Written {
  readonly path: string;
  readonly text: readonly Character[];
}

/** Characters, each counted once for each thing that is ever wrong with it. */
export interface Counts {
  operations: number;
  /** Characters that an AI put there (and that somebody reported, where that comes later). */
  ai: number;
  /** Of these: shown at some moment as unknown origin, as another tool's, or not at all. */
  unknown: number;
  misnamed: number;
  silent: number;
  /** Of these: shown as AI by inference. */
  inferred: number;
  human: number;
  /** A person's characters, or those of nobody knows whom, shown as an AI's as a fact; or by inference. */
  wrong: number;
  wrongInferred: number;
  /** A person's characters shown as of unknown origin. */
  doubted: number;
}

export type Verdict = 'unknown' | 'misnamed' | 'silent' | 'inferred' | 'wrong' | 'wrongInferred' | 'doubted';

export interface Fault {
  readonly verdict: Verdict;
  readonly path: string;
  readonly offset: number;
  /** The text around it, the character in ⟦ ⟧. */
  readonly around: string;
}

export function noCounts(): Counts {
  return {
    operations: 0,
    ai: 0,
    unknown: 0,
    misnamed: 0,
    silent: 0,
    inferred: 0,
    human: 0,
    wrong: 0,
    wrongInferred: 0,
    doubted: 0,
  };
}

/** What must never happen: where the editor names its reasons nothing may be missed, elsewhere nothing may be silent. */
const FAULTS: Readonly<Record<Row, ReadonlySet<Verdict>>> = {
  reasons: new Set(['unknown', 'misnamed', 'silent', 'inferred', 'wrong', 'wrongInferred', 'doubted']),
  stable: new Set(['silent', 'wrong']),
};

/** What each character was counted for already. */
const counted = new WeakMap<Character, Set<string>>();

/** Adds to the counts what is new of a page; the first fault, if there is one. */
export function compare(page: Written, marks: readonly Shown[], row: Row, counts: Counts): Fault | null {
  let fault: Fault | null = null;
  let next = 0;
  for (let offset = 0; offset < page.text.length; offset++) {
    const character = page.text[offset]!;
    while (next < marks.length && marks[next]!.end <= offset) next++;
    const mark = next < marks.length && marks[next]!.start <= offset ? marks[next] : undefined;
    const { kind } = character.source;
    if (character.loose || kind === 'undecided') continue;
    if (kind !== 'foreign') count(character, kind, counts);
    const verdict = verdictOf(character.source, mark, row);
    if (verdict === null) continue;
    count(character, verdict, counts);
    if (fault === null && FAULTS[row].has(verdict)) {
      fault = { verdict, path: page.path, offset, around: around(page, offset) };
    }
  }
  return fault;
}

function verdictOf({ kind, tool }: Source, mark: Shown | undefined, row: Row): Verdict | null {
  if (kind === 'ai') {
    if (!mark) return 'silent';
    if (!mark.isAi) return 'unknown';
    if (mark.isInferred) return 'inferred';
    return row === 'reasons' && mark.tool !== tool ? 'misnamed' : null;
  }
  if (!mark) return null;
  if (mark.isAi) return mark.isInferred ? 'wrongInferred' : 'wrong';
  return kind === 'human' ? 'doubted' : null;
}

function count(character: Character, what: 'ai' | 'human' | Verdict, counts: Counts): void {
  let before = counted.get(character);
  if (!before) {
    before = new Set();
    counted.set(character, before);
  }
  if (before.has(what)) return;
  before.add(what);
  counts[what]++;
}

function around(page: Written, offset: number): string {
  const text = (start: number, end: number) =>
    page.text
      .slice(Math.max(0, start), end)
      .map(({ unit }) => unit)
      .join('');
  return `${text(offset - 20, offset)}⟦${page.text[offset]!.unit}⟧${text(offset + 1, offset + 20)}`;
}
