import { createHash } from 'node:crypto';
import { readFile, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Problem } from './problem';

/** The texts that an installation puts into hooks, and how they are found again. Pure but for `readHookScripts`. */
export interface HookScripts {
  /** The check itself, for `<commonDir>/taggant/pre-commit`. */
  readonly check: string;
  /** The hook for git's own hooks folder: runs the hook that was there, then the check. */
  readonly join: string;
  /** The merge driver, for `<commonDir>/taggant/merge-driver`. */
  readonly driver: string;
}

/**
 * Reads the scripts that ship beside the program: `media/hooks` next to the folder of `cli.js`.
 * @throws Problem `read` when they are not there
 */
export async function readHookScripts(cliPath: string): Promise<HookScripts> {
  const names = ['pre-commit.sh', 'join.sh', 'merge-driver.sh'];
  const [check, joined, driver] = await Promise.all(names.map((name) => readScript(cliPath, name)));
  return { check: check!, join: sealed(joined!), driver: driver! };
}

/** What agents call, for `<commonDir>/taggant/agent`. @throws Problem `read` when it is not there */
export function readAgentScript(cliPath: string): Promise<string> {
  return readScript(cliPath, 'agent.sh');
}

async function readScript(cliPath: string, name: string): Promise<string> {
  // npm calls the program through a link.
  const program = await realpath(cliPath).catch(() => cliPath);
  const file = join(dirname(program), '..', 'media', 'hooks', name);
  try {
    return withLineFeeds(await readFile(file, 'utf8'));
  } catch (error) {
    const sentence = `This installation of Taggant is not whole: "${file}" cannot be read. Please install it again.`;
    throw new Problem('read', sentence, { cause: error });
  }
}

/** A checkout on Windows may have given the scripts carriage returns, which no shell takes. */
function withLineFeeds(text: string): string {
  return text.replaceAll('\r\n', '\n');
}

const SEAL = '# taggant hook';

/** Writes the digest of the script into its second line, so that a later version knows whether somebody edited it. */
function sealed(script: string): string {
  const [shebang, , ...rest] = script.split('\n');
  return [shebang, `${SEAL} ${digest(rest)}`, ...rest].join('\n');
}

function digest(lines: string[]): string {
  return createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 16);
}

/** True for our hook, edited or not. */
export function isOurHook(script: string): boolean {
  return (script.split('\n', 2)[1] ?? '').startsWith(SEAL);
}

/** True for our hook of any version as it was installed. */
export function isUneditedHook(script: string): boolean {
  const [, second, ...rest] = script.split('\n');
  return second === `${SEAL} ${digest(rest)}`;
}

/** What every hook that reaches the check contains. */
export const CHECK_MARK = 'taggant/pre-commit';

/** For git's configuration (`hook.taggant.command`), and for a hook that we may not write to. Runs in `sh`. */
export const CHECK_COMMAND =
  'taggant_hook=$(git rev-parse --git-common-dir)/taggant/pre-commit; [ ! -x "$taggant_hook" ] || "$taggant_hook"';

const BEGIN = '# taggant begin';
const END = '# taggant end';
/** Says that the line feed before the block is ours too. */
const ADDED_LINE_FEED = ' (and the line break before)';

const CHECK_LINES = `taggant_hook=$(git rev-parse --git-common-dir)/taggant/pre-commit
[ ! -x "$taggant_hook" ] || "$taggant_hook" || exit $?`;

const PLAIN_BLOCK = `taggant_status=$?
[ "$taggant_status" -eq 0 ] || exit "$taggant_status"
${CHECK_LINES}`;

const EXIT_BLOCK = `taggant_check() {
  taggant_status=$?
  trap - EXIT
  [ "$taggant_status" -eq 0 ] || exit "$taggant_status"
  ${CHECK_LINES.replace('\n', '\n  ')}
  exit 0
}
trap taggant_check EXIT`;

const PURPOSE = ': checks AI-written code that is staged, where Taggant is set up; else does nothing';

/** A hook of our own for a folder that is under version control. */
export const NEW_SHARED_HOOK = `#!/bin/sh\n# Made by "taggant init".\n${BEGIN}${PURPOSE}\n${PLAIN_BLOCK}\n${END}\n`;

/**
 * A shell script with our lines in it, or null when they cannot be put in so that they surely run last:
 * - a script that runs to its end gets them there; its own failure goes before;
 * - one that may `exit` earlier gets an exit trap near its top;
 * - one whose last command is `exec` gets them before that;
 * - with another `exec`, or a trap of its own, there is no such place.
 */
export function addBlock(script: string): string | null {
  if (!isShellScript(script)) return null;
  const lines = script.split('\n');
  const code = lines.map((line) => (/^\s*#/.test(line) ? '' : line));
  const last = code.findLastIndex((line) => line.trim() !== '');
  const execs = code.flatMap((line, i) => (REPLACES_SHELL.test(line) ? [i] : []));
  const exits = code.some((line) => LEAVES.test(line));
  if (execs.length === 0 && !exits) {
    return appendBlock(script, PURPOSE, PLAIN_BLOCK);
  }
  if (execs.length === 0 && !code.some((line) => HAS_TRAP.test(line))) {
    return insertBefore(lines, trapPlace(lines), EXIT_BLOCK);
  }
  const execIsLast = execs.length === 1 && execs[0] === last && /^exec\s/.test(code[last]!);
  return execIsLast && !exits ? insertBefore(lines, last, PLAIN_BLOCK) : null;
}

/** The script without our lines; the same script when it has none. */
export function removeBlock(script: string): string {
  const lines = script.split('\n');
  const begin = lines.findIndex((line) => line.startsWith(BEGIN));
  const end = lines.findIndex((line, i) => i > begin && line.trimEnd() === END);
  if (begin < 0 || end < 0) return script;
  const before = lines.slice(0, begin).join('\n');
  const after = lines.slice(end + 1).join('\n');
  if (lines[begin]!.trimEnd().endsWith(ADDED_LINE_FEED) && after === '') return before;
  return begin === 0 ? after : `${before}\n${after}`;
}

/** True when the text holds our lines. */
export function hasBlock(script: string): boolean {
  return removeBlock(script) !== script;
}

/** The text with a delimited block of ours at its end, for scripts and other files in which `#` starts a comment. */
export function appendBlock(text: string, purpose: string, body: string): string {
  const missing = text !== '' && !text.endsWith('\n');
  const begin = `${BEGIN}${purpose}${missing ? ADDED_LINE_FEED : ''}`;
  return `${text}${missing ? '\n' : ''}${begin}\n${body}\n${END}\n`;
}

function insertBefore(lines: readonly string[], index: number, body: string): string {
  const rest = lines.slice(index).join('\n');
  return appendBlock([...lines.slice(0, index), ''].join('\n'), PURPOSE, body) + rest;
}

/** After the interpreter line and, with husky 8, after the line that makes the script run itself a second time. */
function trapPlace(lines: readonly string[]): number {
  const husky = lines.findIndex((line) => /^\s*(\.|source)\s.*husky\.sh/.test(line));
  if (husky >= 0) return husky + 1;
  return lines[0]?.startsWith('#!') ? 1 : 0;
}

/** `exec` of a command; `exec 3>&1` and `exec </dev/tty` only move file descriptors. */
const REPLACES_SHELL = /(^|[\s;&|({])exec\s+(?![0-9]*[<>])/;
const LEAVES = /(^|[\s;&|({])exit\b/;
const HAS_TRAP = /(^|[\s;&|({])trap\s/;

function isShellScript(script: string): boolean {
  if (script.includes('\0') || script.includes('\r')) return false;
  const shebang = /^#!(.*)/.exec(script)?.[1];
  // Without an interpreter line git runs a hook with sh.
  return shebang === undefined || /(^|[\s/])(ba|da|a|k|mk|z)?sh(\s|$)/.test(shebang);
}
