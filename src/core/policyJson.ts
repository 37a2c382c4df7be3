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
    return none(
      ...errors.slice(0, MAX_PROBLEMS).map((error) => ({
        message: syntaxSentence(printParseErrorCode(error.error)),
        // An unexpected end is reported past the text's last character; show it on that character.
        offset: Math.min(error.offset, Math.max(0, json.length - 1)),
        length: Math.min(Math.max(error.length, 1), json.length),
      })),
    );
  }
  const twice = keysThatStandTwice(root);
  if (twice.length > 0) return none(...twice);
  return {
    root,
    problems: [],
    problemAt: (path, message) => {
      const node = findNodeAtLocation(root, path) ?? root;
      return { message, offset: node.offset, length: node.length };
    },
  };
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

/** JSON takes the last of two equal keys; in a policy that would drop a rule's setting without a word. */
function keysThatStandTwice(root: Node): PolicyProblem[] {
  const problems: PolicyProblem[] = [];
  const visit = (node: Node): void => {
    const seen = new Set<string>();
    for (const child of node.children ?? []) {
      if (node.type === 'object') {
        const key = child.children![0]!;
        const name = String(key.value);
        if (seen.has(name)) {
          const message = `The key ${JSON.stringify(name)} stands here twice; keep one.`;
          problems.push({ message, offset: key.offset, length: key.length });
        }
        seen.add(name);
      }
      visit(child);
    }
  };
  visit(root);
  return problems.slice(0, MAX_PROBLEMS);
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
