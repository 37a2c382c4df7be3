/**
 * The path patterns of the policy. Own code rather than a library because patterns and paths come from the repository
 * and are hostile: libraries compile a glob to a regular expression, which backtracks without bound, and let parts of
 * the pattern through as regular expression syntax. Here every match takes at most pattern length x path length steps.
 * The language is the one picomatch and .gitignore share (the tests compare with picomatch); docs/policy.md has it.
 */

/** Longest pattern, in UTF-16 code units. */
export const MAX_PATTERN_LENGTH = 1000;
/** Most paths a pattern's braces may stand for, how many characters these may have in all, and how deep braces nest. */
export const MAX_ALTERNATIVES = 256;
const MAX_EXPANDED_LENGTH = 4000;
const MAX_BRACE_DEPTH = 8;

/** What one part of a pattern accepts: a character, any character (`?`), any run (`*`), or one of a class. */
export type Token =
  | { readonly kind: 'character'; readonly character: string }
  | { readonly kind: 'any' }
  | { readonly kind: 'star' }
  | CharacterClass;

export interface CharacterClass {
  readonly kind: 'class';
  readonly negated: boolean;
  /** First and last code point of each range, both included. */
  readonly ranges: readonly (readonly [number, number])[];
}

/** What a name of a path must be like. */
export interface NamePattern {
  readonly tokens: readonly Token[];
  /** The longest run of characters that every such name has in it; the whole name when `isLiteral`. Spares most matches. */
  readonly run: string;
  readonly isLiteral: boolean;
}

/** One folder or file name of a pattern; `**` stands for any number of folders, none included. */
export type Segment = '**' | NamePattern;

/** One of the paths that a pattern's braces stand for. */
export interface Alternative {
  readonly segments: readonly Segment[];
  /** The longest of its names' runs: a path without it cannot match, which a search in the path tells at once. */
  readonly run: string;
}

/** A pattern ready to match. Plain data. */
export interface Glob {
  /** True for a pattern that starts with `!`: it takes paths away. */
  readonly excludes: boolean;
  /** How many parts the alternatives have together; matching takes at most this many steps for each character. */
  readonly size: number;
  /** One for each path that the braces stand for. */
  readonly alternatives: readonly Alternative[];
}

type Node =
  | Token
  | { readonly kind: 'slash' }
  | { readonly kind: 'braces'; readonly options: readonly Node[][] };
type FlatNode = Exclude<Node, { kind: 'braces' }>;

/** What is wrong with a pattern; caught in {@link compileGlob}, never seen outside. */
class PatternError extends Error {}

/** Compiles a pattern, or says in one sentence what is wrong with it. */
export function compileGlob(pattern: string): Glob | { readonly problem: string } {
  try {
    if (pattern.length > MAX_PATTERN_LENGTH) {
      throw new PatternError(
        `is longer than ${MAX_PATTERN_LENGTH} characters; split it into several patterns`,
      );
    }
    const excludes = pattern.startsWith('!') && pattern[1] !== '(';
    const body = Array.from((excludes ? pattern.slice(1) : pattern).normalize('NFC'));
    const nodes = new PatternReader(body).read();
    const size = expansionSize(nodes);
    if (size.count > MAX_ALTERNATIVES || size.length > MAX_EXPANDED_LENGTH) {
      throw new PatternError(
        `stands for too many paths (at most ${MAX_ALTERNATIVES}); split it into several patterns`,
      );
    }
    return {
      excludes,
      size: size.length,
      alternatives: expand(nodes).map((one) => alternative(toSegments(one))),
    };
  } catch (error) {
    if (error instanceof PatternError) return { problem: error.message };
    throw error;
  }
}

/** Reads a pattern's characters into nodes. */
class PatternReader {
  private at = 0;
  constructor(private readonly characters: readonly string[]) {}

  read(): Node[] {
    const nodes = this.sequence(0);
    if (this.at < this.characters.length)
      throw new PatternError('has a "}" without its "{"; write "\\\\}" for the character');
    return nodes;
  }

  /** Up to the end, or (inside braces) up to the next `,` or `}`. */
  private sequence(depth: number): Node[] {
    const nodes: Node[] = [];
    for (; this.at < this.characters.length; this.at++) {
      const character = this.characters[this.at]!;
      if (character === '}' || (character === ',' && depth > 0)) break;
      nodes.push(this.node(character, depth));
    }
    return nodes;
  }

  /** The node at the current character; leaves `at` on its last character. */
  private node(character: string, depth: number): Node {
    if ('?*+@!'.includes(character) && this.characters[this.at + 1] === '(') {
      throw new PatternError(
        `uses "${character}(…)", which is not supported; write the alternatives as {a,b}`,
      );
    }
    switch (character) {
      case '/':
        return { kind: 'slash' };
      case '*':
        return { kind: 'star' };
      case '?':
        return { kind: 'any' };
      case '[':
        return this.characterClass();
      case '{':
        return this.braces(depth + 1);
      default:
        return { kind: 'character', character: character === '\\' ? this.escaped() : checked(character) };
    }
  }

  /** The character after a backslash. */
  private escaped(): string {
    const character = this.characters[++this.at] ?? '';
    if (character !== '' && '\\*?[]{}(),!-^'.includes(character)) return character;
    throw new PatternError(
      'has a "\\" before an ordinary character; folders are separated by "/", on Windows too',
    );
  }

  private braces(depth: number): Node {
    if (depth > MAX_BRACE_DEPTH) throw new PatternError(`nests braces deeper than ${MAX_BRACE_DEPTH}`);
    const options: Node[][] = [];
    do {
      this.at++;
      options.push(this.sequence(depth));
    } while (this.characters[this.at] === ',');
    if (this.characters[this.at] !== '}')
      throw new PatternError('has a "{" without its "}"; write "\\\\{" for the character');
    if (options.length < 2) throw new PatternError('has braces with one alternative; write {a,b}');
    return { kind: 'braces', options };
  }

  private characterClass(): CharacterClass {
    const next = this.characters[this.at + 1];
    const negated = next === '!' || next === '^';
    if (negated) this.at++;
    const ranges: [number, number][] = [];
    for (this.at++; this.at < this.characters.length && this.characters[this.at] !== ']'; this.at++) {
      const first = this.classCharacter();
      const isRange = this.characters[this.at + 1] === '-' && (this.characters[this.at + 2] ?? ']') !== ']';
      if (isRange) this.at += 2;
      const last = isRange ? this.classCharacter() : first;
      if (last < first) throw new PatternError('has a range in [ ] that ends before it starts');
      ranges.push([first, last]);
    }
    if (this.at >= this.characters.length)
      throw new PatternError('has a "[" without its "]"; write "\\\\[" for the character');
    if (ranges.length === 0) throw new PatternError('has an empty [ ]');
    return { kind: 'class', negated, ranges };
  }

  private classCharacter(): number {
    const character = this.characters[this.at]!;
    if (character === '/' || character === '[') {
      throw new PatternError(
        `has "${character}" inside [ ], which holds single characters and ranges such as a-z`,
      );
    }
    return (character === '\\' ? this.escaped() : checked(character)).codePointAt(0)!;
  }
}

function checked(character: string): string {
  if (character < ' ' || character === '\u007f') throw new PatternError('has a control character');
  return character;
}

/** How many alternatives nodes stand for and how many tokens these have together, without making them. */
function expansionSize(nodes: readonly Node[]): { count: number; length: number } {
  let count = 1;
  let length = 0;
  for (const node of nodes) {
    if (node.kind !== 'braces') {
      length += count;
      continue;
    }
    const options = node.options.map(expansionSize);
    const optionCount = options.reduce((sum, option) => sum + option.count, 0);
    const optionLength = options.reduce((sum, option) => sum + option.length, 0);
    length = length * optionCount + optionLength * count;
    count *= optionCount;
  }
  return { count, length };
}

function expand(nodes: readonly Node[]): FlatNode[][] {
  let all: FlatNode[][] = [[]];
  for (const node of nodes) {
    if (node.kind === 'braces') {
      const options = node.options.flatMap(expand);
      all = all.flatMap((start) => options.map((option) => [...start, ...option]));
    } else {
      for (const one of all) one.push(node);
    }
  }
  return all;
}

/** Splits at slashes and checks that the names between them can be names of a path inside the repository. */
function toSegments(nodes: readonly FlatNode[]): Segment[] {
  const names: Token[][] = [[]];
  for (const node of nodes) {
    if (node.kind === 'slash') names.push([]);
    else names[names.length - 1]!.push(node);
  }
  const segments: Segment[] = [];
  for (const [i, name] of names.entries()) {
    if (name.length === 0) throw new PatternError(emptyNameProblem(i, names.length));
    const literal = name.map((token) => (token.kind === 'character' ? token.character : ' ')).join('');
    if (literal === '.' || literal === '..') {
      throw new PatternError(`has a "${literal}" folder; patterns are paths from the repository's root`);
    }
    segments.push(toSegment(name));
  }
  // What is inside a folder is not the folder itself: `a/**` wants at least one name below `a`.
  if (segments[segments.length - 1] === '**') segments.push(ANY_NAME);
  return segments;
}

function emptyNameProblem(index: number, count: number): string {
  if (count === 1) return 'is empty';
  if (index === 0)
    return 'starts with "/"; patterns are paths from the repository\'s root already, so leave it out';
  if (index === count - 1) return 'ends with "/"; write "/**" for all files in that folder';
  return 'has "//", a folder without a name';
}

/** A name that matches these tokens, one after the other. */
export function namePattern(tokens: readonly Token[]): NamePattern {
  let run = '';
  let current = '';
  for (const token of tokens) {
    current = token.kind === 'character' ? current + token.character : '';
    if (current.length > run.length) run = current;
  }
  return { tokens, run, isLiteral: tokens.every(({ kind }) => kind === 'character') };
}

export function alternative(segments: readonly Segment[]): Alternative {
  const runs = segments.map((segment) => (segment === '**' ? '' : segment.run));
  return { segments, run: runs.reduce((longest, run) => (run.length > longest.length ? run : longest), '') };
}

/** Any name; after `**`, everything in a folder, at any depth. */
export const ANY_NAME = namePattern([{ kind: 'star' }]);

function toSegment(name: readonly Token[]): Segment {
  const doubled = name.some((token, i) => token.kind === 'star' && name[i + 1]?.kind === 'star');
  if (!doubled) return namePattern(name);
  if (name.length === 2) return '**';
  throw new PatternError(
    'joins "**" to other characters; "**" stands alone between slashes, as in "**/*.ts"',
  );
}
