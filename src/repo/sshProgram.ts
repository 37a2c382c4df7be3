import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { isThere } from './actions';
import { git, type Repository } from './git';
import { errorCode, Problem } from './problem';

/** The oldest OpenSSH whose `ssh-keygen` signs and verifies as Taggant (and git) needs it. */
export const OLDEST_OPENSSH = '8.2p1';

/** As for git: Windows looks for programs in the current directory first. */
const NEUTRAL_DIRECTORY = process.platform === 'win32' ? dirname(process.execPath) : '/';
const OUTPUT_LIMIT = 64 * 1024;

/** What git's configuration says about signing; of a setting that is there twice, the last counts, as for git. */
export interface SigningConfiguration {
  readonly format?: string;
  readonly program?: string;
  readonly defaultKeyCommand?: string;
  readonly signingKey?: string;
  /** `taggant.signingKey`: a key for sign-offs alone. */
  readonly ownKey?: string;
}

const SETTINGS: Readonly<Record<string, keyof SigningConfiguration>> = {
  'gpg.format': 'format',
  'gpg.ssh.program': 'program',
  'gpg.ssh.defaultkeycommand': 'defaultKeyCommand',
  'user.signingkey': 'signingKey',
  'taggant.signingkey': 'ownKey',
};

export async function signingConfiguration(repo: Repository): Promise<SigningConfiguration> {
  const names = Object.keys(SETTINGS).map((name) => name.replaceAll('.', '\\.'));
  // Exit code 1: none of them is set.
  const output = await git(repo, ['config', '-z', '--get-regexp', `^(${names.join('|')})$`], {
    allowExit: [1],
  });
  const found: { -readonly [Key in keyof SigningConfiguration]: string } = {};
  for (const entry of output.toString('utf8').split('\0')) {
    const end = entry.indexOf('\n');
    const setting = SETTINGS[end < 0 ? entry : entry.slice(0, end)];
    if (setting) found[setting] = end < 0 ? '' : entry.slice(end + 1);
  }
  return found;
}

/** The program that signs and verifies, as git finds it: `gpg.ssh.program`, else `ssh-keygen`. */
export async function sshProgram(repo: Repository, { program }: SigningConfiguration): Promise<string> {
  if (program) return /[\\/]/.test(program) ? resolve(repo.root, program) : program;
  if (process.platform !== 'win32') return 'ssh-keygen';
  // Git for Windows brings its own, which is on the path of its children only.
  const folder = (await git(repo, ['--exec-path'])).toString('utf8').trim();
  const own = resolve(folder, '..', '..', '..', 'usr', 'bin', 'ssh-keygen.exe');
  return (await isThere(own)) ? own : 'ssh-keygen';
}

export interface Ended {
  /** Null when it was killed. */
  readonly code: number | null;
  readonly out: string;
  readonly errors: string;
}

/** Runs a program of SSH. `input` goes to its standard input; `terminal` lets it have ours, to ask for a passphrase. */
export function runSsh(
  file: string,
  args: readonly string[],
  options: { input?: string; terminal?: boolean; timeoutMs: number },
): Promise<Ended> {
  const { input, terminal = false, timeoutMs } = options;
  return new Promise((done, fail) => {
    const child = spawn(file, args, {
      cwd: NEUTRAL_DIRECTORY,
      // Times without a zone mean the same on every machine, and messages can be recognised.
      env: { ...process.env, TZ: 'UTC0', LC_ALL: 'C' },
      stdio: [input === undefined ? (terminal ? 'inherit' : 'ignore') : 'pipe', 'pipe', 'pipe'],
      windowsHide: true,
    });
    let [out, errors] = ['', ''];
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      child.kill('SIGKILL');
    }, timeoutMs);
    child.stdout!.on('data', (chunk: Buffer) => {
      if (out.length < OUTPUT_LIMIT) out += chunk.toString('utf8');
    });
    child.stderr!.on('data', (chunk: Buffer) => {
      if (errors.length < OUTPUT_LIMIT) errors += chunk.toString('utf8');
    });
    // A child that ends before it has read everything closes the pipe; its exit code says why.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
    child.once('error', (error) => {
      clearTimeout(timer);
      fail(startProblem(file, error));
    });
    child.once('close', (code) => {
      clearTimeout(timer);
      if (isLate)
        fail(
          new Problem(
            'ssh',
            `"${file}" did not answer within ${Math.round(timeoutMs / 1000)} seconds; it was ended.`,
          ),
        );
      else done({ code, out, errors });
    });
  });
}

function startProblem(file: string, error: Error): Problem {
  if (errorCode(error) === 'ENOENT' && file === 'ssh-keygen') {
    return new Problem(
      'ssh',
      `ssh-keygen was not found, which makes and checks sign-offs. Install OpenSSH ${OLDEST_OPENSSH} or newer and make sure that it is on your PATH.`,
      { cause: error },
    );
  }
  return new Problem(
    'ssh',
    `"${file}" could not be started (${errorCode(error) ?? error.message}). Correct "gpg.ssh.program" in git's configuration, or unset it to use ssh-keygen.`,
    { cause: error },
  );
}

/** The problem of a program that does not know what it was asked, or null. */
export function tooOldProblem(file: string, { errors }: Ended): Problem | null {
  if (!/^usage:|illegal option|unknown option -- |unrecognized option/im.test(errors)) return null;
  return new Problem(
    'ssh',
    `"${file}" is too old: sign-offs need OpenSSH ${OLDEST_OPENSSH} or newer. Please update OpenSSH.`,
  );
}

/** A folder that only this user can look into, for as long as `act` takes; then it and all in it is gone. */
export async function withPrivateFolder<T>(
  act: (write: (name: string, text: string) => Promise<string>, folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'taggant-sign-'));
  try {
    return await act(async (name, text) => {
      const path = join(folder, name);
      await writeFile(path, text, { mode: 0o600, flag: 'wx' });
      return path;
    }, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
