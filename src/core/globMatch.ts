/** Matches paths against compiled patterns, in time proportional to pattern times path. */
import type { Glob, NamePattern, Segment, Token } from './globs';

/** A path ready to match: as it is, and each of its names, these also as lists of characters. */
export interface PathNames {
  readonly path: string;
  readonly names: readonly PathName[];
}

interface PathName {
  readonly name: string;
  readonly characters: readonly string[];
}

/** Splits a path (`/`-separated, from the repository's root). In NFC, since macOS and Linux may write one name in two ways. */
export function pathNames(path: string): PathNames {
  const normal = path.normalize('NFC');
  const names = normal.split('/').map((name) => ({ name, characters: Array.from(name) }));
  return { path: normal, names };
}

/** True when the pattern, its `!` aside, matches a path; upper and lower case differ. */
export function matchesGlob(glob: Glob, { path, names }: PathNames): boolean {
  return glob.alternatives.some(
    ({ segments, run }) =>
      path.includes(run) && matchesWithStars(segments, names, isAnyFolders, matchesSegment),
  );
}

function isAnyFolders(segment: Segment): boolean {
  return segment === '**';
}

function matchesSegment(segment: Segment, { name, characters }: PathName): boolean {
  return segment !== '**' && matchesName(segment, name, characters);
}

function matchesName({ tokens, run, isLiteral }: NamePattern, name: string, characters: readonly string[]) {
  if (isLiteral) return name === run;
  return name.includes(run) && matchesWithStars(tokens, characters, isStar, matchesCharacter);
}

function isStar(token: Token): boolean {
  return token.kind === 'star';
}

function matchesCharacter(token: Token, character: string): boolean {
  if (token.kind === 'character') return token.character === character;
  if (token.kind !== 'class') return token.kind === 'any';
  const code = character.codePointAt(0)!;
  return token.ranges.some(([first, last]) => first <= code && code <= last) !== token.negated;
}

/**
 * Matches a list of parts, of which some are stars (any number of items), against items. When items stop matching, only
 * the last star is widened by one item: an earlier star can gain nothing that the last one could not. So the cost is at
 * most parts x items (the greedy method, see Kirk J. Krauss, "Matching Wildcards", Dr. Dobb's, 2008).
 */
function matchesWithStars<Part, Item>(
  parts: readonly Part[],
  items: readonly Item[],
  isStar: (part: Part) => boolean,
  matches: (part: Part, item: Item) => boolean,
): boolean {
  let part = 0;
  let star = -1;
  let widened = 0;
  for (let item = 0; item < items.length; ) {
    if (part < parts.length && isStar(parts[part]!)) {
      star = part++;
      widened = item;
    } else if (part < parts.length && matches(parts[part]!, items[item]!)) {
      part++;
      item++;
    } else if (star >= 0) {
      part = star + 1;
      item = ++widened;
    } else {
      return false;
    }
  }
  while (part < parts.length && isStar(parts[part]!)) part++;
  return part === parts.length;
}
