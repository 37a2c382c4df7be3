/** What git holds of a desk's files, with the truth of each character. */
import type { Character, Source } from './characters';
import type { Page, Text } from './page';

/** A text as it was written down, and what was known of each of its characters then. */
export interface Recorded {
  readonly text: Text;
  readonly sources: readonly Source[];
}

export type State = ReadonlyMap<Page, Recorded>;

/** Where git stands. States are compared by identity: the same object, the same commit. */
export class Branches {
  /** The newest commit, and the one before it where that is its only parent. */
  head: State | null = null;
  previous: State | null = null;
  /** The branch that `git checkout -` goes to. */
  other: State | null = null;
  /** What was put away, and the commit it was put away from. */
  stash: { readonly state: State; readonly head: State } | null = null;
  /** Commits by others so far. */
  pulled = 0;
}

/** What of a file is on disk now. What was declared of text that is not saved may be in the file, or not. */
export function recordedOf(page: Page): Recorded {
  const { disk, isDirty, declared } = page;
  const sourceOf = (character: Character): Source =>
    isDirty && declared.has(character) ? { kind: 'undecided' } : { ...character.source };
  return { text: disk, sources: disk.map(sourceOf) };
}

/** True when nothing was learned of a character since, and nothing declared. */
export function isStill({ source }: Character, then: Source): boolean {
  return source.kind === then.kind && source.tool === then.tool;
}
