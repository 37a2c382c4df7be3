/** Matches paths against compiled patterns, in time proportional to pattern times path. */
import type { Glob, Segment, Token } from './globs';

/** A path's names as lists of characters, ready to match. */
export type PathNames = readonly (readonly string[])[];

/** Splits a path (`/`-separated, from the repository's root). In NFC, since macOS and Linux may write one name in two ways. */
export function pathNames(path: string): PathNames {
  return path
    .normalize('NFC')
    .split('/')
    .map((name) => Array.from(name));
}

/** True when the pattern, its `!` aside, matches a path; upper and lower case differ. */
export function matchesGlob(glob: Glob, names: PathNames): boolean {
  return glob.alternatives.some((segments) => matchesSegments(segments, names));
}

/** True when one of the patterns matches the path and none that starts with `!` does; their order does not matter. */
export function matchesPath(globs: readonly Glob[], names: PathNames): boolean {
  return (
    globs.some((glob) => !glob.excludes && matchesGlob(glob, names)) &&
    !globs.some((glob) => glob.excludes && matchesGlob(glob, names))
  );
}

function matchesSegments(segments: readonly Segment[], names: readonly (readonly string[])[]): boolean {
  return matchesWithStars(
    segments,
    names,
    (segment) => segment === '**',
    (segment, name) => segment !== '**' && matchesName(segment, name),
  );
}

function matchesName(tokens: readonly Token[], name: readonly string[]): boolean {
  return matchesWithStars(tokens, name, (token) => token.kind === 'star', matchesCharacter);
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
