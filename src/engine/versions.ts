/** Files as the commits of a range have them, and where their marks come from. */
import type { MarkedText } from '../core/agreedMarks';
import { carryByLineHashes, carryOver } from '../core/carryOver';
import type { Marks } from '../core/marks';
import type { Sidecar } from '../core/sidecar';
import { inside } from '../core/spanSets';
import type { Debt } from './debts';

/** The last text that a sidecar fitted; or, where none is known, a sidecar whose marks are placed by its line hashes. */
export interface Source {
  readonly commit: string;
  readonly of: MarkedText | Sidecar;
}

/** One file at one commit. */
export interface Version extends MarkedText {
  readonly sidecar: string | null;
  /** Where the marks come from when the sidecar does not fit the text; null when it does. */
  readonly carriedFrom: Source | null;
  /** What is still missing at this commit. */
  readonly debts: readonly Debt[];
}

/** A file whose sidecar fits its text, or that has none. */
export function fitting(text: string, marks: Marks, sidecar: string | null): Version {
  return { text, marks, sidecar, carriedFrom: null, debts: [] };
}

/** The source of a sidecar that a commit left as it was. */
export function lastFit(
  before: readonly { commit: string; version: Version | null }[],
  sidecar: string | null,
): Source | null {
  for (const { commit, version } of before) {
    if (version?.sidecar === sidecar) return version.carriedFrom ?? { commit, of: version };
  }
  return null;
}

/** The marks of a text by their source. */
export function carriedTo({ of }: Source, text: string): Marks {
  return 'hashes' in of ? carryByLineHashes(of, text).marks : carryOver(of, text).marks;
}

/** What was carried by a diff before may be placed a little differently by one that goes back to the same text. */
export function withTolerance(parents: readonly Version[], text: string, expected: Marks): Marks {
  let { spans } = expected;
  for (const { carriedFrom } of parents) {
    if (carriedFrom) spans = inside(spans, carriedTo(carriedFrom, text).spans);
  }
  return { ...expected, spans };
}
