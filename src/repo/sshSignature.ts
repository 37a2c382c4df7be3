import { readFile } from 'node:fs/promises';
import { NAMESPACE } from '../core/allowedSigners';
import { isHardwareKey } from '../core/sshKey';
import { printable } from '../core/wording';
import { Problem } from './problem';
import type { SigningKey } from './sshKeys';
import { type Ended, runSsh, tooOldProblem, withPrivateFolder } from './sshProgram';

/** A person looks for the passphrase, or for the security key. */
const SIGNING_MS = 3 * 60_000;
const VERIFYING_MS = 30_000;

/**
 * Signs a text in Taggant's namespace and answers the signature in its usual form. `terminal`: a passphrase may be asked
 * for at the terminal; without it, by the program that `SSH_ASKPASS` names.
 * @throws Problem `ssh` when there is no signature, with what to do
 */
export function signPayload(
  key: SigningKey,
  payload: string,
  { terminal = false }: { terminal?: boolean } = {},
): Promise<string> {
  return withPrivateFolder(async (write) => {
    const keyFile = key.literal === null ? key.file : await write('key.pub', `${key.literal}\n`);
    // As git does it: in a file, so that standard input stays the terminal's for the passphrase.
    const message = await write('statement', payload);
    const args = ['-Y', 'sign', '-n', NAMESPACE, '-f', keyFile];
    if (key.literal !== null) args.push('-U'); // the private half is the agent's
    const ended = await runSsh(key.program, [...args, message], { terminal, timeoutMs: SIGNING_MS });
    if (ended.code !== 0) throw signingProblem(key, ended);
    const signature = await readFile(`${message}.sig`, 'utf8').catch((error: unknown) => {
      throw new Problem('ssh', `"${key.program}" made no signature.`, { cause: error });
    });
    return signature.replaceAll('\r', '');
  });
}

/** The reasons for which OpenSSH does not sign, by what it says. */
const SIGNING_FAILURES: readonly (readonly [RegExp, string])[] = [
  [
    /incorrect passphrase|passphrase supplied|user canceled|cancelled/i,
    'the passphrase was wrong, or not given',
  ],
  [/bad permissions|too open/i, 'others can read its file; run "chmod 600" on it'],
  [
    /agent refused operation/i,
    'the agent refused: it was not confirmed, or the security key was not touched',
  ],
  [/device not found|no matching device/i, 'the security key that holds it is not plugged in'],
  [
    /no private key found|agent contains no identities|unable to open|connection refused|agent not present|communicate with agent|error connecting to agent|authentication socket/i,
    'its private half is not in the agent; run "ssh-add" with its file',
  ],
  // That the file is there was looked at before.
  [
    /no such file|invalid format|error in libcrypto|not a (?:public|private) key/i,
    'its file holds no SSH key',
  ],
];

function signingProblem(key: SigningKey, ended: Ended): Problem {
  const old = tooOldProblem(key.program, ended);
  if (old) return old;
  const known = SIGNING_FAILURES.find(([pattern]) => pattern.test(ended.errors));
  const isAlone = known === undefined && key.credential !== null && isHardwareKey(key.credential.key);
  const why =
    known?.[1] ??
    (isAlone
      ? 'the security key was not touched, or is not plugged in'
      : `ssh-keygen says: ${printable(lastLine(ended.errors))}`);
  return new Problem('ssh', `Nothing was signed with ${key.name}: ${why}.`);
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)!.trim().replace(/\.$/, '') || 'nothing';
}

/** What there is to verify. */
export interface ToVerify {
  /** The file of allowed signers, for `ssh-keygen`. */
  readonly signersFile: string;
  /** The name that the key must belong to. */
  readonly principal: string;
  /** The text that is signed. */
  readonly payload: string;
  /** The file that holds the signature. */
  readonly signatureFile: string;
  /** UTC, `2025-01-31T12:00:00Z`: the time at which key and certificate must be valid. */
  readonly time: string;
}

/**
 * Has the program check a signature; null when it is valid, else why it is not, without full stop.
 * @throws Problem `ssh` when that cannot be said: no such program, one that is too old, no answer
 */
export async function verifyWith(program: string, question: ToVerify): Promise<string | null> {
  const { signersFile, principal, payload, signatureFile, time } = question;
  const args = ['-Y', 'verify', '-f', signersFile, '-I', principal, '-n', NAMESPACE, '-s', signatureFile];
  // Without zone: the program is started in UTC, and those before OpenSSH 9.1 do not know the "Z".
  args.push(`-Overify-time=${time.replace(/\D/g, '')}`);
  const ended = await runSsh(program, args, { input: payload, timeoutMs: VERIFYING_MS });
  if (ended.code === 0 && ended.out.startsWith(`Good "${NAMESPACE}" signature for `)) return null;
  const old = tooOldProblem(program, ended);
  if (old) throw old;
  if (ended.code === null || /bad options/.test(ended.errors)) {
    throw new Problem(
      'ssh',
      ended.code === null
        ? `"${program}" ended before it had checked a sign-off.`
        : `"${program}" cannot read the options in .taggant/allowed_signers: valid-after and valid-before need OpenSSH 8.8, with a "Z" 9.1. Please update OpenSSH.`,
    );
  }
  return whyInvalid(ended, signatureFile);
}

function whyInvalid({ errors, out }: Ended, signatureFile: string): string {
  if (/incorrect signature|signature verification failed/i.test(errors))
    return 'its signature is of another text: it was changed after signing, or signed by somebody else';
  if (/expired/i.test(errors)) return "the signer's certificate or key had expired";
  if (/not yet valid/i.test(errors)) return "the signer's certificate or key was not valid yet";
  const said = lastLine(errors.trim() === '' ? out : errors).replaceAll(signatureFile, 'it');
  return `ssh-keygen says: ${printable(said)}`;
}
