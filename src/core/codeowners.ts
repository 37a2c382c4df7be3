/**
 * CODEOWNERS: who owns a file. Read as GitHub documents it
 * (https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners):
 * patterns as in .gitignore, without `!`, `[ ]` and `\#`; the last line that matches decides, also one without owners;
 * a line that cannot be read is passed over. Sections of GitLab (`[Name][2] @default`) are known too: each has a say.
 */
import { matchesGlob, pathNames } from './globMatch';
import {
  ANY_NAME,
  alternative,
  type Glob,
  MAX_PATTERN_LENGTH,
  namePattern,
  type Segment,
  type Token,
} from './globs';

/** Where the file may stand; the first that is there counts. */
export const CODEOWNERS_PATHS = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'] as const;

/** GitHub loads no larger file; and most characters of all patterns, which bounds the time of a match. */
const MAX_CODEOWNERS_LENGTH = 3 * 1024 * 1024;
const MAX_PATTERNS_LENGTH = 500_000;
const MAX_PROBLEMS = 50;

/** One line: a pattern and the owners of the files it matches. */
export interface OwnerLine {
  /** 1-based. */
  readonly line: number;
  readonly pattern: string;
  /** E-mail addresses and forge names (`@alice`, `@org/team`) as they are written; empty: nobody owns these files. */
  readonly owners: readonly string[];
  /** The section it stands in, in lower case; '' for none. */
  readonly section: string;
  readonly glob: Glob;
}

export interface Codeowners {
  /** In the order of the file. */
  readonly lines: readonly OwnerLine[];
  /** One sentence for each line that was passed over. */
  readonly problems: readonly string[];
}

/** The owners of a file (`/`-separated, from the repository's root), as they are written; empty when nobody owns it. */
export function ownersOf(codeowners: Codeowners, path: string): readonly string[] {
  return [...new Set(owningLines(codeowners, path).flatMap(({ owners }) => owners))];
}

/** The lines that decide who owns a file: in each section the last one that matches. One at most without sections. */
export function owningLines({ lines }: Codeowners, path: string): OwnerLine[] {
  const names = pathNames(path);
  const decided = new Map<string, OwnerLine>();
  for (let i = lines.length - 1; i >= 0; i--) {
    const line = lines[i]!;
    if (!decided.has(line.section) && matchesGlob(line.glob, names)) decided.set(line.section, line);
  }
  return [...decided.values()].reverse();
}

/** Reads a CODEOWNERS file. Never throws on content. */
export function parseCodeowners(text: string): Codeowners {
  if (text.length > MAX_CODEOWNERS_LENGTH) return tooLarge();
  const lines: OwnerLine[] = [];
  const problems: string[] = [];
  let section: Section = { name: '', owners: [] };
  let size = 0;
  for (const [i, raw] of text
    .replace(/^\ufeff/, '')
    .split(/\r\n|\n|\r/)
    .entries()) {
    const words = wordsOf(raw);
    if (words.length === 0) continue;
    const opened = sectionOf(words, raw);
    if (opened) {
      section = opened;
      continue;
    }
    const read = lineOf(words);
    if ('problem' in read) {
      if (problems.length < MAX_PROBLEMS)
        problems.push(`Line ${i + 1} of CODEOWNERS was passed over: it ${read.problem}.`);
      continue;
    }
    size += words[0]!.length;
    if (size > MAX_PATTERNS_LENGTH) return tooLarge();
    const owners = read.owners.length > 0 ? read.owners : section.owners;
    lines.push({ line: i + 1, pattern: words[0]!, owners, section: section.name, glob: read.glob });
  }
  return { lines, problems };
}

/** The last line counts, so a part of a file would say who owned what before: none of it counts. */
function tooLarge(): Codeowners {
  return { lines: [], problems: ['CODEOWNERS is too large and was not read; use wider patterns.'] };
}

/** The words of a line, split at spaces and tabs that no backslash stands before, up to a `#` that begins a word. */
function wordsOf(line: string): string[] {
  const words: string[] = [];
  for (const match of line.matchAll(/(?:\\.|[^\s\\]|\\$)+/gu)) {
    if (match[0].startsWith('#')) break;
    words.push(match[0]);
  }
  return words;
}

interface Section {
  readonly name: string;
  readonly owners: readonly string[];
}

/** A heading of GitLab: `[Name]`, `^[Name]` (optional), `[Name][2]` (approvals), with owners for lines that name none. */
function sectionOf(words: readonly string[], line: string): Section | null {
  const heading = /^\s*\^?\[([^[\]]{1,200})\](?:\[\d{1,9}\])?(?=\s|$)/.exec(line);
  if (!heading) return null;
  const rest = wordsOf(line.slice(heading[0].length));
  return rest.every(isOwner) && words.length > 0
    ? { name: heading[1]!.trim().toLowerCase(), owners: rest }
    : null;
}

function isOwner(word: string): boolean {
  return /^(?:@@?[^\s@]+|[^\s@]+@[^\s@]+)$/.test(word);
}

function lineOf(words: readonly string[]): { glob: Glob; owners: readonly string[] } | { problem: string } {
  const [pattern, ...owners] = words;
  const glob = globOf(pattern!);
  if ('problem' in glob) return glob;
  const stranger = owners.find((owner) => !isOwner(owner));
  return stranger === undefined
    ? { glob, owners }
    : { problem: 'has an owner that is neither @name nor an e-mail address' };
}

/** Translates a pattern as .gitignore reads it into one of ours. */
function globOf(pattern: string): Glob | { problem: string } {
  if (pattern.length > MAX_PATTERN_LENGTH) return { problem: 'is too long' };
  if (pattern.startsWith('!')) return { problem: 'begins with "!", which is not supported there' };
  if (pattern.startsWith('\\#')) return { problem: 'begins with "\\#", which is not supported there' };
  if (/(?<!\\)(?:\\\\)*\[/.test(pattern)) return { problem: 'has "[ ]", which is not supported there' };
  const names = pattern.normalize('NFC').split('/');
  // A slash at the start or within ties a pattern to the root; without one it matches at any depth.
  const isAnchored = names.length > 2 || (names.length === 2 && names[1] !== '');
  if (names[0] === '') names.shift();
  const isFolder = names[names.length - 1] === '';
  if (isFolder) names.pop();
  if (names.length === 0 || names.includes('')) return { problem: 'has a folder without a name' };
  const segments: Segment[] = isAnchored ? [] : ['**'];
  for (const name of names) segments.push(name === '**' ? '**' : namePattern(tokensOf(name)));
  const last = names[names.length - 1];
  // `docs/` and `docs/**` are what is in the folder; `docs` is that and a file of the name; `docs/*` only its own files.
  if (isFolder || last === '**') segments.push('**', ANY_NAME);
  else if (last !== '*' || !isAnchored) segments.push('**');
  return { excludes: false, size: pattern.length, alternatives: [alternative(segments)] };
}

function tokensOf(name: string): Token[] {
  const tokens: Token[] = [];
  const characters = Array.from(name);
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i]!;
    if (character === '*') tokens.push({ kind: 'star' });
    else if (character === '?') tokens.push({ kind: 'any' });
    else if (character === '\\') tokens.push({ kind: 'character', character: characters[++i] ?? '\\' });
    else tokens.push({ kind: 'character', character });
  }
  return tokens;
}
