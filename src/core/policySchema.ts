/** Checks a policy's tree against its JSON Schema, the file the editor uses too, and says each mistake in a sentence. */
import { type OutputUnit, type Schema, Validator } from '@cfworker/json-schema';
import { findNodeAtLocation, getNodeValue, type Node } from 'jsonc-parser';
import schema from '../../media/schemas/policy.schema.json';
import { closestWord } from './closestWord';
import type { PolicyProblem } from './policy';

/** The newest version of the policy's format that is understood. */
const VERSION = 1;
/** Most errors of the validator that are looked at, and most problems told. */
const MAX_ERRORS = 1000;
const MAX_PROBLEMS = 50;

/** The mistakes of a policy whose syntax is right, in the text's order; empty when it satisfies the schema. */
export function checkSchema(root: Node): PolicyProblem[] {
  const version = findNodeAtLocation(root, ['version']);
  if (version && Number.isInteger(version.value) && version.value > VERSION) {
    const message = `This policy is of version ${version.value}, and this Taggant reads version ${VERSION}; update Taggant.`;
    return [{ message, offset: version.offset, length: version.length }];
  }
  // The validator writes into the schema that it is given.
  const validator = new Validator(structuredClone(schema) as Schema, '7', false);
  const problems = validator
    .validate(getNodeValue(root))
    .errors.slice(0, MAX_ERRORS)
    .map((error) => problemOf(root, error))
    .filter((problem) => problem !== null);
  // A value that breaks several keywords of the schema is one mistake.
  const byOffset = problems.sort((a, b) => a.offset - b.offset);
  return byOffset.filter((problem, i) => problem.offset !== byOffset[i - 1]?.offset).slice(0, MAX_PROBLEMS);
}

/** Errors that only say that something inside is wrong are left out: null. */
function problemOf(root: Node, error: OutputUnit): PolicyProblem | null {
  const { node, path } = locate(root, error.instanceLocation);
  const part = schemaAt(error.keywordLocation);
  if (isOfOtherBranch(error, part, node)) return null;
  const at = (place: { offset: number; length: number }, message: string): PolicyProblem => ({
    message,
    offset: place.offset,
    length: place.length,
  });
  const name = describe(node, path);
  switch (error.keyword) {
    case 'false': {
      const key = node.parent?.children?.[0] ?? node;
      const keys = Object.keys(schemaAtInstance(path.slice(0, -1)).properties ?? {});
      return at(key, unknownKey(String(path[path.length - 1]), keys));
    }
    case 'required':
      // Each missing key is an error; this one sentence for all, at the bracket that opens the object, is kept once.
      return at({ offset: node.offset, length: 1 }, needed(node, part));
    case 'anyOf': // of values of two types, the errors of the branches say it
      return part.required ? at({ offset: node.offset, length: 1 }, needed(node, part)) : null;
    case 'type':
      return at(node, `${name} must be ${typesOf(part).map(typeWords).join(' or ')}.`);
    case 'minimum':
      return at(node, `${name} must be at least ${part.minimum}.`);
    case 'maximum':
      return at(node, `${name} must be at most ${part.maximum}.`);
    case 'maxProperties':
      return at(node, `${name} has more than ${part.maxProperties} keys.`);
    case 'const':
      return at(node, `${name} must be ${JSON.stringify(part.const)}.`);
    case 'enum':
      return at(node, `${name} must be ${either(part.enum ?? [], node.value)}`);
    case 'minLength':
      return at(node, `${name} must not be empty.`);
    case 'pattern':
      // The name of a key is judged where its value stands.
      return at(
        isKeyName(error) ? (node.parent?.children?.[0] ?? node) : node,
        part.patternErrorMessage ?? `${name} is not of the right form.`,
      );
    case 'maxLength':
      return at(node, `${name} is longer than ${part.maxLength} characters.`);
    case 'minItems':
      return at(
        node,
        `${name} must hold at least ${part.minItems === 1 ? 'one entry' : `${part.minItems} entries`}.`,
      );
    case 'maxItems':
      return at(node, `${name} holds more than ${part.maxItems} entries.`);
    case 'uniqueItems':
      return at(node, `${name} holds the same entry twice.`);
    default:
      return null;
  }
}

/** Which keys an object lacks: all of `required`, and one of those that `anyOf` wants. */
function needed(node: Node, part: SchemaPart): string {
  const isThere = (key: string): boolean => findNodeAtLocation(node, [key]) !== undefined;
  const all = (part.required ?? []).filter((key) => !isThere(key)).map((key) => JSON.stringify(key));
  const any = (part.anyOf ?? []).flatMap((branch) => branch.required ?? []);
  if (any.length > 0 && !any.some(isThere)) all.push(any.map((key) => JSON.stringify(key)).join(' or '));
  return `The ${part.title ?? 'object'} needs ${all.join(any.length > 0 ? ', and ' : ' and ')}.`;
}

function isKeyName({ keywordLocation }: OutputUnit): boolean {
  return keywordLocation.includes('/propertyNames/');
}

/** True for an error in a branch of `anyOf` that is for values of another type, or of which `anyOf` itself is told. */
function isOfOtherBranch({ keyword, keywordLocation }: OutputUnit, part: SchemaPart, node: Node): boolean {
  if (!/\/anyOf\/\d+\/[^/]+$/.test(keywordLocation)) return false;
  return keyword === 'required' || (part.type !== undefined && part.type !== node.type);
}

function typesOf({ type = [] }: SchemaPart): readonly string[] {
  return typeof type === 'string' ? [type] : type;
}

function typeWords(type: string): string {
  return TYPE_WORDS[type] ?? type;
}

const TYPE_WORDS: Record<string, string> = {
  object: 'an object in { }',
  array: 'a list in [ ]',
  string: 'a text in double quotes',
  integer: 'a whole number',
  boolean: 'true or false',
};

/** The parts of the schema that sentences are made from. */
interface SchemaPart {
  readonly type?: string | readonly string[];
  readonly title?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, SchemaPart>>;
  readonly items?: SchemaPart;
  readonly anyOf?: readonly SchemaPart[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxProperties?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly maxLength?: number;
  readonly patternErrorMessage?: string;
}

/** The schema that a keyword location (`#/properties/rules/maxItems`) belongs to. */
function schemaAt(keywordLocation: string): SchemaPart {
  let part: unknown = schema;
  for (const key of keywordLocation.split('/').slice(1, -1)) {
    part = (part as Record<string, unknown> | undefined)?.[key];
  }
  return (part as SchemaPart | undefined) ?? {};
}

/** The schema of the value at `path`. */
function schemaAtInstance(path: readonly (string | number)[]): SchemaPart {
  let part: SchemaPart = schema;
  for (const key of path) part = (typeof key === 'number' ? part.items : part.properties?.[key]) ?? {};
  return part;
}

/** The value at a location such as `#/rules/0/name`, and its path from the root as keys and indexes. */
function locate(root: Node, location: string): { node: Node; path: (string | number)[] } {
  let node = root;
  const path: (string | number)[] = [];
  for (const part of location.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    const step = node.type === 'array' ? Number(key) : key;
    const property = node.children?.find((child) => child.children?.[0]?.value === key);
    node = (typeof step === 'number' ? node.children?.[step] : property?.children?.[1]) ?? node;
    path.push(step);
  }
  return { node, path };
}

/** How a sentence calls a value: by its key, or as an entry of its list. */
function describe(node: Node, path: readonly (string | number)[]): string {
  const key = path[path.length - 1];
  if (key === undefined) return 'The policy';
  if (typeof key === 'string') return JSON.stringify(key);
  return node.parent?.parent?.children?.[0]?.value === 'rules' ? 'A rule' : 'Each entry of this list';
}

function unknownKey(key: string, known: readonly string[]): string {
  const closest = closestWord(key, known);
  const shown = JSON.stringify(key.length > 60 ? `${key.slice(0, 60)}…` : key);
  return closest
    ? `Unknown key ${shown}; did you mean "${closest}"?`
    : `Unknown key ${shown}; known here are ${known.map((one) => `"${one}"`).join(', ')}.`;
}

function either(allowed: readonly unknown[], value: unknown): string {
  const words = allowed.map((one) => JSON.stringify(one));
  const list = [words.slice(0, -1).join(', '), ...words.slice(-1)].filter(Boolean).join(' or ');
  const closest =
    typeof value === 'string'
      ? closestWord(
          value,
          allowed.filter((one) => typeof one === 'string'),
        )
      : null;
  return closest ? `${list}; did you mean "${closest}"?` : `${list}.`;
}
