/** What people say about marked text: the files `.taggant/statements/<uuid>.json` (docs/statements.md). */
import canonicalize from 'canonicalize';
import { statementPath } from './layout';
import type { Label } from './marks';
import { printable } from './wording';

export type StatementKind = 'note' | 'request' | 'review' | 'override' | 'declare';
const KINDS: readonly string[] = [
  'note',
  'request',
  'review',
  'override',
  'declare',
] satisfies StatementKind[];

/** A contiguous run of marked lines that a statement speaks of. Digests are base64url SHA-256, 43 characters. */
export interface StatementBlock {
  /** One digest for each line. */
  readonly lines: readonly string[];
  /** The digest of several lines as one line, where a formatter may break and join lines. */
  readonly joined?: string;
  /** The labels of the block's text, sorted. */
  readonly labels: readonly Label[];
  /** The digest of the nearest line above that is not blank; null at the text's start. */
  readonly before: string | null;
  /** The digest of the nearest line below that is not blank; null at the text's end. */
  readonly after: string | null;
}

/** What a statement says of one file. The path tells people where it was; the statement holds for the text anywhere. */
export interface StatementFile {
  readonly path: string;
  readonly blocks: readonly StatementBlock[];
  /** The base64url SHA-256 of the whole file's bytes: the review of a file that is no marked text, such as the policy. */
  readonly digest?: string;
}

/** What a statement's file holds, apart from its name. */
export interface StatementContent {
  readonly version: 1;
  /** `other` stands for a kind that this version does not know; such a statement counts for nothing. */
  readonly kind: StatementKind | 'other';
  readonly files: readonly StatementFile[];
  /** Git identity, `Name <email>`. */
  readonly who: string;
  /** UTC, to the second: `2025-01-31T12:00:00Z`. */
  readonly time: string;
  /** The rule of the policy it was made for. */
  readonly rule?: string;
  /** The role in which it was made. */
  readonly role?: string;
  readonly why?: string;
  /** An SSH signature over the statement without this field. */
  readonly signature?: string;
}

export interface Statement extends StatementContent {
  readonly uuid: string;
  /** What the signature covers, where the file holds more than this version reads; see {@link signedJson}. */
  readonly signed?: string;
}

/** Longest statement that is read, in UTF-16 code units; enough for 150,000 lines. */
export const MAX_STATEMENT_LENGTH = 8 * 1024 * 1024;
const MAX_BLOCKS = 100_000;
const MAX_LABELS = 1000;
const MAX_TEXT = 10_000;

const DIGEST = /^[A-Za-z0-9_-]{43}$/;
const LABEL = /^(?:[A-Za-z0-9_-]{6,43}|\?[a-z]{1,20})$/;
const TIME = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/;
const UUID = /^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/;

/**
 * The statement as it is stored: canonical JSON (RFC 8785) on one line, without line terminator and without the uuid,
 * which is the file's name. Throws when a text in it is no valid Unicode.
 */
export function statementJson(statement: StatementContent | Statement): string {
  return canonicalize({ ...statement, uuid: undefined, signed: undefined }) as string;
}

/** What a statement's signature covers: the canonical JSON of everything in its file but the signature. */
export function signedJson(statement: Statement): string {
  const { signature, ...rest } = statement;
  return statement.signed ?? statementJson(rest);
}

/**
 * Reads a statement's file. Keys it does not know are passed over, so that later versions may add some; anything that
 * makes it unusable gives a problem: one sentence. Never throws.
 */
export function parseStatement(json: string, uuid: string): Statement | { problem: string } {
  if (!UUID.test(uuid))
    return { problem: `${printable(statementPath(uuid))} is ignored: no statement is called that.` };
  const refuse = (why: string): { problem: string } => ({
    problem: `The statement ${statementPath(uuid)} is ignored: ${why}.`,
  });
  if (json.length > MAX_STATEMENT_LENGTH)
    return refuse(`it is larger than ${MAX_STATEMENT_LENGTH / 1024 / 1024} MiB`);
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return refuse('it is not JSON');
  }
  if (!isObject(value)) return refuse('it is not a JSON object');
  if (value.version !== 1) {
    const newer = typeof value.version === 'number' && value.version > 1;
    return refuse(
      newer ? `its format is of version ${value.version}; update Taggant` : 'it names no version',
    );
  }
  try {
    const statement = statementOf(value, uuid);
    return statement.signature === undefined ? statement : withSigned(statement, value);
  } catch (error) {
    if (error instanceof Unusable) return refuse(error.message);
    throw error;
  }
}

/** A signature covers keys, too, that a later version has and this one passes over. */
function withSigned(statement: Statement, value: JsonObject): Statement {
  let signed: string;
  try {
    signed = canonicalize({ ...value, signature: undefined }) as string;
  } catch {
    throw new Unusable('it holds text that is no valid Unicode, or is nested too deeply');
  }
  return signed === signedJson(statement) ? statement : { ...statement, signed };
}

/** Why a statement cannot be used; caught in {@link parseStatement}, never seen outside. */
class Unusable extends Error {}

type JsonObject = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function statementOf(value: JsonObject, uuid: string): Statement {
  const kind = text(value, 'kind', 100);
  const files = list(value, 'files', MAX_BLOCKS).map(fileOf);
  if (files.reduce((sum, file) => sum + file.blocks.length, 0) > MAX_BLOCKS)
    throw new Unusable('it speaks of too many blocks');
  const time = text(value, 'time', 30);
  if (!TIME.test(time)) throw new Unusable('its "time" is not of the form 2025-01-31T12:00:00Z');
  return {
    uuid,
    version: 1,
    kind: KINDS.includes(kind) ? (kind as StatementKind) : 'other',
    files,
    who: oneLine(text(value, 'who', 500)),
    time,
    ...optionalText(value, 'rule', oneLine),
    ...optionalText(value, 'role', oneLine),
    ...optionalText(value, 'why'),
    ...optionalText(value, 'signature'),
  };
}

function fileOf(value: unknown): StatementFile {
  if (!isObject(value)) throw new Unusable('an entry of "files" is not an object');
  return {
    path: text(value, 'path', 4096),
    blocks: list(value, 'blocks', MAX_BLOCKS).map(blockOf),
    ...(value.digest === undefined ? {} : { digest: digest(value.digest) }),
  };
}

function blockOf(value: unknown): StatementBlock {
  if (!isObject(value)) throw new Unusable('an entry of "blocks" is not an object');
  const lines = list(value, 'lines', Number.POSITIVE_INFINITY).map(digest);
  const labels = list(value, 'labels', MAX_LABELS).map((label) => {
    if (typeof label !== 'string' || !LABEL.test(label)) throw new Unusable('one of its labels is no label');
    return label;
  });
  const joined = value.joined === undefined ? {} : { joined: digest(value.joined) };
  return { lines, labels, ...joined, before: digestOrNull(value.before), after: digestOrNull(value.after) };
}

function digest(value: unknown): string {
  if (typeof value !== 'string' || !DIGEST.test(value))
    throw new Unusable('one of its digests is no SHA-256 in base64url');
  return value;
}

function digestOrNull(value: unknown): string | null {
  return value === null || value === undefined ? null : digest(value);
}

function list(value: JsonObject, key: string, most: number): readonly unknown[] {
  const found = value[key];
  if (!Array.isArray(found)) throw new Unusable(`its "${key}" is not a list`);
  if (found.length > most) throw new Unusable(`its "${key}" has more than ${most} entries`);
  return found;
}

function text(value: JsonObject, key: string, most: number): string {
  const found = value[key];
  if (typeof found !== 'string' || found === '') throw new Unusable(`its "${key}" is not a text`);
  if (found.length > most) throw new Unusable(`its "${key}" is longer than ${most} characters`);
  return found;
}

/** Names are shown in lists and messages, where a line of their own would look like another entry. */
function oneLine(name: string): string {
  if (/[\p{Cc}\u2028\u2029]/u.test(name)) throw new Unusable('a name in it is more than one line of text');
  return name;
}

function optionalText<Key extends string>(
  value: JsonObject,
  key: Key,
  check: (found: string) => string = (found) => found,
): { [K in Key]?: string } {
  return value[key] === undefined
    ? {}
    : ({ [key]: check(text(value, key, MAX_TEXT)) } as { [K in Key]?: string });
}
