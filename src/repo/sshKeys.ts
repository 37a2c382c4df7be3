import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { credentialOfLine, credentialOfPrivateFile, type SshCredential } from '../core/sshKey';
import { printable } from '../core/wording';
import { git, type Repository } from './git';
import { errorCode, Problem } from './problem';
import { runSsh, type SigningConfiguration, signingConfiguration, sshProgram } from './sshProgram';

/** The key that sign-offs are made with. */
export interface SigningKey {
  /** The program that signs and verifies. */
  readonly program: string;
  /** For sentences: `the key "~/.ssh/id_ed25519"`. */
  readonly name: string;
  /** Its file, absolute: the private key, or the public one whose private half is beside it or in the agent. */
  readonly file: string;
  /** The public key itself, where git's configuration holds that instead of a file; the agent has the private half. */
  readonly literal: string | null;
  /** The public key, or a certificate of it; null when it cannot be known before it has signed. */
  readonly credential: SshCredential | null;
}

const HOW =
  'Set one with "git config gpg.format ssh" and "git config user.signingKey ~/.ssh/id_ed25519.pub", or for Taggant alone with "git config taggant.signingKey ~/.ssh/id_ed25519.pub".';
const COMMAND_MS = 30_000;
const MAX_KEY_BYTES = 64 * 1024;

/**
 * The key of this person: `taggant.signingKey`, else the one that git signs with (`gpg.format` must be `ssh` for that):
 * `user.signingKey`, else what `gpg.ssh.defaultKeyCommand` answers. As in git, a key is named by a path or written out
 * (`key::ssh-ed25519 …`).
 * @throws Problem `ssh` when there is none, with what to do
 */
export async function signingKey(repo: Repository): Promise<SigningKey> {
  const configuration = await signingConfiguration(repo);
  const program = await sshProgram(repo, configuration);
  const { setting, value } = await configuredKey(repo, configuration);
  const literal = literalOf(value);
  if (literal !== null) {
    const credential = credentialOfLine(literal);
    if (!credential)
      throw new Problem('ssh', `${setting} in git's configuration is no SSH public key. ${HOW}`);
    return { program, name: `the key ${credential.key.fingerprint}`, file: '', literal, credential };
  }
  const path = (await git(repo, ['config', '--type=path', '--get', setting])).toString('utf8').trimEnd();
  const file = resolve(repo.root, path);
  return {
    program,
    name: `the key "${printable(file)}"`,
    file,
    literal: null,
    credential: await credentialOf(file, setting),
  };
}

async function configuredKey(
  repo: Repository,
  { ownKey, format, signingKey: key, defaultKeyCommand }: SigningConfiguration,
): Promise<{ setting: string; value: string }> {
  if (ownKey) return { setting: 'taggant.signingKey', value: ownKey };
  if (format !== 'ssh') {
    const signsWith = format === undefined ? 'no SSH key is set' : `git signs with ${printable(format)} here`;
    throw new Problem('ssh', `A sign-off is signed with an SSH key, and ${signsWith}. ${HOW}`);
  }
  if (key) return { setting: 'user.signingKey', value: key };
  if (defaultKeyCommand) {
    return { setting: 'gpg.ssh.defaultKeyCommand', value: await askKeyCommand(repo, defaultKeyCommand) };
  }
  throw new Problem('ssh', `A sign-off is signed with an SSH key, and none is set. ${HOW}`);
}

/** The key itself where the value is one, as git tells it. */
function literalOf(value: string): string | null {
  if (value.startsWith('key::')) return value.slice('key::'.length).trim();
  return value.startsWith('ssh-') ? value.trim() : null;
}

async function askKeyCommand(repo: Repository, command: string): Promise<string> {
  const [file, ...args] = splitCommand(command);
  if (!file)
    throw new Problem('ssh', `"gpg.ssh.defaultKeyCommand" in git's configuration names no program. ${HOW}`);
  const program = /[\\/]/.test(file) ? resolve(repo.root, file) : file;
  const ended = await runSsh(program, args, { timeoutMs: COMMAND_MS }).catch((error: unknown) => {
    throw new Problem(
      'ssh',
      `"gpg.ssh.defaultKeyCommand" could not be run: "${printable(file)}" did not start or did not answer. ${HOW}`,
      { cause: error },
    );
  });
  const first = ended.out.split('\n', 1)[0]!.trim();
  if (ended.code === 0 && literalOf(first) !== null) return first;
  const why = ended.code === 0 ? 'answered no key' : `failed (exit code ${ended.code})`;
  throw new Problem(
    'ssh',
    `"gpg.ssh.defaultKeyCommand" ${why}; is the key in the agent ("ssh-add -L")? Or set one: ${HOW}`,
  );
}

/**
 * Splits a command as git does (`split_cmdline` of alias.c): at blanks, with quotes of both kinds, and backslashes
 * outside of single quotes. No shell is involved.
 * @throws Problem `ssh` for a quote that is not closed, or a backslash at the end
 */
export function splitCommand(command: string): string[] {
  const words = [''];
  let quote = '';
  for (let i = 0; i < command.length; i++) {
    let character = command[i]!;
    if (quote === '' && isBlank(character)) {
      while (isBlank(command[i + 1])) i++;
      words.push('');
    } else if (quote === '' && (character === '"' || character === "'")) {
      quote = character;
    } else if (character === quote) {
      quote = '';
    } else {
      if (character === '\\' && quote !== "'") {
        i++;
        if (i === command.length)
          throw new Problem('ssh', '"gpg.ssh.defaultKeyCommand" ends with a backslash.');
        character = command[i]!;
      }
      words[words.length - 1] += character;
    }
  }
  if (quote !== '') throw new Problem('ssh', '"gpg.ssh.defaultKeyCommand" has a quote that is not closed.');
  return words;
}

function isBlank(character: string | undefined): boolean {
  return character !== undefined && ' \t\n\r'.includes(character);
}

/** The public half of a key's file: it is that itself, or stands beside it, or the private key names it. */
async function credentialOf(file: string, setting: string): Promise<SshCredential | null> {
  const own = await readStart(file);
  const beside = await readStart(`${file}.pub`);
  if (own instanceof Error && beside instanceof Error) {
    const why =
      errorCode(own) === 'ENOENT' ? 'which is not there' : `which cannot be read (${errorCode(own)})`;
    throw new Problem('ssh', `${setting} in git's configuration names "${printable(file)}", ${why}. ${HOW}`);
  }
  for (const text of [own, beside]) {
    if (typeof text !== 'string') continue;
    const found = credentialOfLine(text) ?? credentialOfPrivateFile(text);
    if (found) return found;
  }
  return null;
}

async function readStart(file: string): Promise<string | Error> {
  try {
    const handle = await open(file, 'r');
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(MAX_KEY_BYTES), 0, MAX_KEY_BYTES, 0);
      return buffer.toString('latin1', 0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    return error as Error;
  }
}
