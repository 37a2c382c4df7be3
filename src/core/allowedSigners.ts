/**
 * The file `.taggant/allowed_signers`: whose key is whose. The format is that of ssh-keygen(1), section ALLOWED SIGNERS;
 * what counts in the end is what `ssh-keygen` says, so this reader takes no line that `ssh-keygen` would not take.
 */
import { KEY_TYPES, keyOf, type SshCredential, type SshKey } from './sshKey';

/** The namespace of Taggant's signatures: a signature made for something else (git's commits, say) is none of ours. */
export const NAMESPACE = 'taggant';

/** One line of the file that can be used. */
export interface AllowedSigner {
  /** 1-based. */
  readonly line: number;
  /** The line itself, for a file of usable lines. */
  readonly text: string;
  /** The list of patterns, `alice@example.com,@alice`. */
  readonly patterns: string;
  readonly key: SshKey;
  /** True when the key certifies others' keys rather than signing itself. */
  readonly certAuthority: boolean;
  /** Patterns of the namespaces it may sign in; null: all. */
  readonly namespaces: string | null;
  /** `YYYYMMDDHHMMSS` in UTC, both included; null: no such bound. */
  readonly validAfter: string | null;
  readonly validBefore: string | null;
}

/** A line that was left out. */
export interface SignersProblem {
  /** 1-based. */
  readonly line: number;
  /** One sentence that says what is wrong and what to do. */
  readonly message: string;
}

export interface AllowedSigners {
  readonly signers: readonly AllowedSigner[];
  readonly problems: readonly SignersProblem[];
}

const MAX_CHARACTERS = 1024 * 1024;
const MAX_LINES = 10_000;
const MAX_LINE = 16 * 1024;
const MAX_NAMES = 100;
const MAX_PROBLEMS = 50;
/** As in OpenSSH's `match_pattern_list`. */
const MAX_PATTERN = 1023;

/** Reads the file. A line that cannot be used is left out and told; it allows nobody anything. Never throws. */
export function parseAllowedSigners(text: string): AllowedSigners {
  if (text.length > MAX_CHARACTERS)
    return {
      signers: [],
      problems: [{ line: 1, message: 'The file is larger than 1 MiB; nobody in it can sign.' }],
    };
  const signers: AllowedSigner[] = [];
  const problems: SignersProblem[] = [];
  const tell = (line: number, message: string): void => {
    if (problems.length < MAX_PROBLEMS) problems.push({ line, message });
  };
  for (const [i, whole] of text.split('\n').entries()) {
    if (i === MAX_LINES) {
      tell(i + 1, `Lines after the first ${MAX_LINES} are not read.`);
      break;
    }
    // A byte order mark would be part of the first name for ssh-keygen; it is cut off here, and in what it gets to read.
    const line = (i === 0 ? whole.replace(/^\ufeff/, '') : whole).replace(/[ \t\r]+$/, '').trimStart();
    if (line === '' || line.startsWith('#')) continue;
    try {
      signers.push(signerOf(line, i + 1));
    } catch (error) {
      if (!(error instanceof Unusable)) throw error;
      tell(i + 1, error.message);
    }
  }
  return { signers, problems };
}

/** Why a line cannot be used; caught in {@link parseAllowedSigners}, never seen outside. */
class Unusable extends Error {}

function signerOf(text: string, line: number): AllowedSigner {
  if (text.length > MAX_LINE) throw new Unusable(`The line is longer than ${MAX_LINE} characters.`);
  if (/[^\P{Cc}\t]/u.test(text)) throw new Unusable('The line holds a control character; write it anew.');
  const { field: patterns, rest } = firstField(text);
  if (patterns.split(',').length > MAX_NAMES)
    throw new Unusable(`It has more than ${MAX_NAMES} names; give the key several lines.`);
  if (patterns === '' || patterns.split(',').some((one) => one === '' || one.length > MAX_PATTERN))
    throw new Unusable('The names at the start must be separated by commas only, without an empty one.');
  const key = keyAt(rest);
  if (key) return { line, text, patterns, key, ...NO_OPTIONS };
  const end = endOfOptions(rest);
  const optionsText = rest.slice(0, end);
  const afterOptions = keyAt(rest.slice(end).trimStart());
  if (!afterOptions) throw new Unusable(whyNoKey(rest, end));
  return { line, text, patterns, key: afterOptions, ...optionsOf(optionsText) };
}

/** OpenSSH's `strdelimw`: a field ends at a blank; from a quote on, at the quote that closes it. */
function firstField(text: string): { field: string; rest: string } {
  const stop = text.search(/[ \t"]/);
  if (stop < 0) throw new Unusable('The line has a name and no key: write NAME KEYTYPE KEY.');
  if (text[stop] !== '"') return { field: text.slice(0, stop), rest: text.slice(stop).trimStart() };
  const close = text.indexOf('"', stop + 1);
  if (close < 0) throw new Unusable('A quote in it is not closed.');
  return {
    field: text.slice(0, stop) + text.slice(stop + 1, close),
    rest: text.slice(close + 1).trimStart(),
  };
}

function keyAt(text: string): SshKey | null {
  const [type, base64] = text.split(/[ \t]+/, 2);
  const key = base64 === undefined ? null : keyOf(base64);
  return key && key.type === type ? key : null;
}

/** Where the options end: at the first blank outside of quotes. */
function endOfOptions(text: string): number {
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!;
    if (character === '\\' && text[i + 1] === '"') i++;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && (character === ' ' || character === '\t')) return i;
  }
  if (quoted) throw new Unusable('A quote in it is not closed.');
  return text.length;
}

function whyNoKey(rest: string, end: number): string {
  const words = [rest, rest.slice(end).trimStart()].map((text) => text.split(/[ \t]+/, 1)[0]!);
  if (words.some((word) => word.includes('-cert-v01@')))
    return 'A certificate cannot stand here: write the key of its authority, with the option cert-authority.';
  if (words.some((word) => KEY_TYPES.includes(word)))
    return 'The key is damaged: copy the line of the .pub file again.';
  return `There is no key that can sign in it (${KEY_TYPES.join(', ')}): write NAME KEYTYPE KEY.`;
}

type Options = Pick<AllowedSigner, 'certAuthority' | 'namespaces' | 'validAfter' | 'validBefore'>;
const NO_OPTIONS: Options = { certAuthority: false, namespaces: null, validAfter: null, validBefore: null };

const OPTION = /^(?:(cert-authority)|(namespaces|valid-after|valid-before)="((?:[^"\\]|\\.)*)")(,|$)/i;

function optionsOf(text: string): Options {
  let options = NO_OPTIONS;
  const seen = new Set<string>();
  for (let rest = text; rest !== ''; ) {
    const match = OPTION.exec(rest);
    if (!match || (match[4] === ',' && match[0].length === rest.length))
      throw new Unusable(
        'Its options cannot be read: known are cert-authority, namespaces="…", valid-after="…" and valid-before="…", separated by commas.',
      );
    rest = rest.slice(match[0].length);
    const name = (match[1] ?? match[2])!.toLowerCase();
    if (seen.has(name)) throw new Unusable(`The option ${name} stands in it twice.`);
    seen.add(name);
    const value = (match[3] ?? '').replaceAll('\\"', '"');
    if (name === 'cert-authority') options = { ...options, certAuthority: true };
    else if (name === 'namespaces') options = { ...options, namespaces: value };
    else if (name === 'valid-after') options = { ...options, validAfter: timeOf(value, name) };
    else options = { ...options, validBefore: timeOf(value, name) };
  }
  const { validAfter, validBefore } = options;
  if (validAfter !== null && validBefore !== null && validBefore <= validAfter)
    throw new Unusable('Its valid-before is not after its valid-after.');
  return options;
}

/**
 * `YYYYMMDD[Z]` or `YYYYMMDDHHMM[SS][Z]`. ssh-keygen takes times without `Z` for local ones; Taggant starts it in UTC, so
 * that a line means the same on every machine.
 */
function timeOf(value: string, name: string): string {
  const digits = /^(\d{8}|\d{12}|\d{14})Z?$/.exec(value)?.[1]?.padEnd(14, '0');
  const parts = digits && /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(digits)?.slice(1).map(Number);
  if (!parts) throw new Unusable(`Its ${name} is no time of the form 20251231 or 20251231235900.`);
  const [year, month, day, hour, minute, second] = parts as [number, number, number, number, number, number];
  const days = [31, year % 4 === 0 ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  const isReal =
    year > 1970 && day >= 1 && day <= (days[month - 1] ?? 0) && hour < 24 && minute < 60 && second < 60;
  if (!isReal) throw new Unusable(`Its ${name} is no time that exists.`);
  return digits!;
}

/** OpenSSH's `match_pattern`: `*` stands for any characters, `?` for one. Takes time as the product of the lengths. */
function matchesPattern(text: string, pattern: string): boolean {
  let [at, position, star, retry] = [0, 0, -1, 0];
  while (at < text.length) {
    if (pattern[position] === '*') {
      star = position++;
      retry = at;
    } else if (position < pattern.length && (pattern[position] === '?' || pattern[position] === text[at])) {
      position++;
      at++;
    } else if (star >= 0) {
      position = star + 1;
      at = ++retry;
    } else return false;
  }
  while (pattern[position] === '*') position++;
  return position === pattern.length;
}

/** OpenSSH's `match_pattern_list`: one pattern must match, and none of those that begin with `!`. */
export function matchesPatternList(text: string, list: string): boolean {
  const patterns = list.split(',');
  return (
    patterns.every((pattern) => !pattern.startsWith('!') || !matchesPattern(text, pattern.slice(1))) &&
    patterns.some((pattern) => !pattern.startsWith('!') && matchesPattern(text, pattern))
  );
}

/** Those of a list of patterns that are names. The list may refuse them all the same (`*,!eve@example.com`). */
function namesIn(list: string): string[] {
  return list.split(',').filter((name) => !/[*?!]/.test(name));
}

/** What the file says of the key of a signature. */
export type SignerMatch =
  | {
      /** The name to ask `ssh-keygen` about, spelled as it wants it. */
      readonly principal: string;
      /** Everything the file calls the owner of the key, that name included. */
      readonly principals: readonly string[];
    }
  | { readonly why: 'unknown key' | 'other namespace' | 'not valid then' | 'not theirs' };

/**
 * Whether a signature's key is the key of an e-mail address at a time (`2025-01-31T12:00:00Z`), and who else that is.
 * Addresses are compared without regard to case.
 */
export function matchSigner(
  { signers }: Pick<AllowedSigners, 'signers'>,
  { key, certificate }: SshCredential,
  email: string,
  time: string,
): SignerMatch {
  const certified = ({ certAuthority, key: own }: AllowedSigner): boolean =>
    certAuthority && certificate !== null && own.fingerprint === certificate.authority.fingerprint;
  const own = signers.filter(
    (signer) => certified(signer) || (!signer.certAuthority && signer.key.fingerprint === key.fingerprint),
  );
  // ssh-keygen takes a certificate for no other key than its authority's: the key's own lines do not help.
  const usable = certificate ? own.filter(certified) : own;
  if (usable.length === 0) return { why: 'unknown key' };
  const ours = usable.filter(
    ({ namespaces }) => namespaces === null || matchesPatternList(NAMESPACE, namespaces),
  );
  if (ours.length === 0) return { why: 'other namespace' };
  const when = time.replace(/\D/g, '');
  const isValid = ({ validAfter, validBefore }: AllowedSigner): boolean =>
    (validAfter === null || when >= validAfter) && (validBefore === null || when <= validBefore);
  const valid = ours.filter(isValid);
  if (valid.length === 0) return { why: 'not valid then' };

  const spelledAs = (patterns: string): string | undefined => {
    const names = certificate ? certificate.principals : [email, email.toLowerCase(), ...namesIn(patterns)];
    return names.find(
      (name) => name.toLowerCase() === email.toLowerCase() && matchesPatternList(name, patterns),
    );
  };
  const principal = valid.map(({ patterns }) => spelledAs(patterns)).find((name) => name !== undefined);
  if (principal === undefined) return { why: 'not theirs' };
  const principals = new Set([principal]);
  // Whoever has a certificate has the key, too: its own lines name its owner as well.
  for (const signer of own.filter(isValid)) {
    const names = certified(signer) ? certificate!.principals : namesIn(signer.patterns);
    for (const name of names) if (matchesPatternList(name, signer.patterns)) principals.add(name);
  }
  return { principal, principals: [...principals] };
}

/** The line that would let a key sign for a person, to be added to the file. */
export function signerLine(email: string, { type, base64 }: SshKey): string {
  return `${/[\s",]/.test(email) ? `"${email.replace(/["\s,]/g, '')}"` : email} ${type} ${base64}`;
}
