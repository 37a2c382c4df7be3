import type { Label } from './marks';

/** A run of columns with one label. Columns are UTF-16 units from the line's start, 0-based, end exclusive. */
export interface ColumnSpan {
  readonly start: number;
  readonly end: number;
  readonly label: Label;
}

/** What one line of a sidecar records. */
export interface LineMarks {
  /** Sorted and disjoint. A whole-line label is [0, WHOLE_LINE). */
  readonly spans: readonly ColumnSpan[];
  /** Labels of AI edits that removed text just above the line. */
  readonly deletions: readonly Label[];
}

/** A sidecar as read: one entry per line that could be read. */
export interface Sidecar {
  /** The 12-bit hash of each line. */
  readonly hashes: Uint16Array;
  /** The lines (0-based index into `hashes`) that record something, ascending. */
  readonly marked: ReadonlyMap<number, LineMarks>;
  /** For each line: 0 outside of conflicts, 1 ours, 2 theirs. Null when there is no conflict. */
  readonly sides: Uint8Array | null;
  /** False when something is there that is not a sidecar's line (conflict markers, junk, a cut-off end). */
  readonly intact: boolean;
  /** Short sentences with line numbers, at most MAX_PROBLEMS + 1. */
  readonly problems: readonly string[];
}

/** End column of a label that covers its line whatever the length. */
export const WHOLE_LINE = 0x7fffffff;
/** Longer lines of a sidecar are not read (a marker of hostile or damaged input). */
export const MAX_LINE_LENGTH = 2_000_000;
/** Column ranges and deletions one line may hold; serialising stops there too. */
export const MAX_ENTRIES_PER_LINE = 65_536;
export const MAX_PROBLEMS = 20;

const LABEL = /^(?:[A-Za-z0-9_-]{6,43}|\?[a-z]{1,16})$/;

/** True for what a sidecar can record as a label: a contribution's id, or `?` and a word. */
export function isLabel(text: string): boolean {
  return LABEL.test(text);
}

/** The format docs/sidecar.md describes. Readers refuse a newer major version. */
export const FORMAT_VERSION = 1;

/** The content of `.taggant/version`. */
export function versionText(): string {
  return `${FORMAT_VERSION}\n`;
}

/** Null when this program may read and write the tags beside this `.taggant/version`; else one sentence for the user. */
export function checkVersion(text: string): string | null {
  const found = /^\uFEFF?(\d{1,6})(?:\.\d{1,6}){0,2}\s*$/.exec(text.slice(0, 100));
  if (!found || Number(found[1]) < 1) {
    return `.taggant/version does not hold a version number: restore it from git, or write the line "${FORMAT_VERSION}" into it.`;
  }
  if (Number(found[1]) > FORMAT_VERSION) {
    return `This repository's tags are in format ${found[1]}, and this Taggant reads up to format ${FORMAT_VERSION}: update Taggant. Nothing was changed.`;
  }
  return null;
}
