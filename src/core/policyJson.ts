/** A policy's text as a tree of JSON with comments, and the mistakes that stand before any schema: size and syntax. */
import {
  createScanner,
  findNodeAtLocation,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser';
import type { PolicyProblem } from './policy';

/** Longest policy, in UTF-16 code units. */
export const MAX_POLICY_LENGTH = 256 * 1024;
const MAX_DEPTH = 32;
/** Most entries of one list or object, and most values in all: the schema's validator compares and copies without bound. */
const MAX_ENTRIES = 1000;
const MAX_VALUES = 20_000;
const MAX_PROBLEMS = 50;

export interface PolicyTree {
  /** The tree, or null when there is no sense in looking further. */
  readonly root: Node | null;
  readonly problems: PolicyProblem[];
  /** A problem at the value that stands at `path` (keys and indexes from the root). */
  problemAt(path: (string | number)[], message: string): PolicyProblem;
}

/** Parses a policy's text. `root` is null exactly when there are problems. Never throws on content. */
export function readPolicyTree(text: string): PolicyTree {
  const none = (...problems: PolicyProblem[]): PolicyTree => ({
    root: null,
    problems,
    problemAt: () => problems[0]!,
  });
  if (text.length > MAX_POLICY_LENGTH) {
    return none({
      message: `The policy is larger than ${MAX_POLICY_LENGTH / 1024} KiB; shorten it by using wider patterns.`,
      offset: 0,
      length: 0,
    });
  }
  // A byte order mark becomes a space, so that offsets stay those of the file's text.
  const json = text.startsWith('\ufeff') ? ` ${text.slice(1)}` : text;
  const tooDeep = firstTooDeep(json);
  if (tooDeep) return none(tooDeep);
  const errors: ParseError[] = [];
  const root = parseTree(json, errors, { allowTrailingComma: true });
  if (!root || errors.length > 0) {
    return none(...syntaxProblems(json, errors));
  }
  const structure = structureProblems(root);
  if (structure.length > 0) return none(...structure);
  return {
    root,
    problems: [],
    problemAt: (path, message) => {
      const node = findNodeAtLocation(root, path) ?? root;
      return { message, offset: node.offset, length: node.length };
    },
  };
}

/** The parser goes on after an error, and what it says then mostly follows from that error: so one problem per line. */
function syntaxProblems(json: string, errors: readonly ParseError[]): PolicyProblem[] {
  const problems: PolicyProblem[] = [];
  let previous = -1;
  for (const { error, offset, length } of errors.slice(0, MAX_PROBLEMS)) {
    // What is missing at the end is reported past the text's last character; show it on that character.
    const at = Math.min(offset, Math.max(0, json.length - 1));
    if (previous >= 0 && !json.slice(previous, at).includes('\n')) continue;
    previous = at;
    const message = syntaxSentence(printParseErrorCode(error));
    problems.push({ message, offset: at, length: Math.min(Math.max(length, 1), json.length - at) });
  }
  return problems;
}

/** The parser calls itself for each level, so a hostile file of brackets must be stopped before it. */
function firstTooDeep(json: string): PolicyProblem | null {
  const scanner = createScanner(json, true);
  let depth = 0;
  while (scanner.getPosition() < json.length) {
    scanner.scan();
    const token = scanner.getTokenLength() === 1 ? json[scanner.getTokenOffset()] : '';
    if (token === '{' || token === '[') depth++;
    if (token === '}' || token === ']') depth--;
    if (depth > MAX_DEPTH) {
      return {
        message: `The policy is nested deeper than ${MAX_DEPTH} levels; a policy needs four.`,
        offset: scanner.getTokenOffset(),
        length: scanner.getTokenLength(),
      };
    }
  }
  return null;
}

/**
 * Keys that stand twice (JSON takes the last one, which in a policy would drop a setting without a word), and lists that
 * are too long to check.
 */
function structureProblems(root: Node): PolicyProblem[] {
  const problems: PolicyProblem[] = [];
  const add = ({ offset, length }: Node, message: string): void => {
    if (problems.length < MAX_PROBLEMS) problems.push({ message, offset, length });
  };
  let values = 0;
  const visit = (node: Node): void => {
    const children = node.children ?? [];
    values += children.length;
    if (children.length > MAX_ENTRIES)
      add(node, `There are more than ${MAX_ENTRIES} entries here; use wider patterns.`);
    const seen = new Set<string>();
    for (const child of children) {
      const key = node.type === 'object' ? child.children?.[0] : undefined;
      if (key) {
        if (seen.has(key.value))
          add(key, `The key ${JSON.stringify(key.value)} stands here twice; keep one.`);
        seen.add(key.value);
      }
      visit(child);
    }
  };
  visit(root);
  if (values > MAX_VALUES && problems.length === 0)
    add(root, `The policy has more than ${MAX_VALUES} values; use wider patterns.`);
  return problems;
}

/** The sentence for an error of the parser, by the parser's name for it. */
function syntaxSentence(name: string): string {
  switch (name) {
    case 'CommaExpected':
      return 'A comma is missing here.';
    case 'ColonExpected':
      return 'A colon is missing between the key and its value.';
    case 'PropertyNameExpected':
      return 'A key in double quotes is expected here.';
    case 'ValueExpected':
      return 'A value is expected here.';
    case 'CloseBraceExpected':
      return 'A "}" is missing.';
    case 'CloseBracketExpected':
      return 'A "]" is missing.';
    case 'EndOfFileExpected':
      return 'The policy has ended before this; remove what follows.';
    case 'UnexpectedEndOfString':
      return 'This text has no closing double quote.';
    case 'UnexpectedEndOfComment':
      return 'This comment is not closed; add "*/".';
    case 'InvalidEscapeCharacter':
    case 'InvalidUnicode':
      return 'This escape does not exist in JSON; write "\\\\" for a backslash.';
    default:
      return 'This is not JSON; only double-quoted texts, numbers, true, false, null, lists and objects may stand here.';
  }
}
