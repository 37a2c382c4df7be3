import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { type AllowedSigners, matchSigner, parseAllowedSigners } from '../core/allowedSigners';
import { SIGNERS_PATH } from '../core/layout';
import type { SignatureState, Signatures } from '../core/signatures';
import { isHardwareKey, parseSignature, type SshSignature } from '../core/sshKey';
import { type Statement, signedJson } from '../core/statements';
import { printable } from '../core/wording';
import type { Repository } from '../repo/git';
import { signingConfiguration, sshProgram, withPrivateFolder } from '../repo/sshProgram';
import { verifyWith } from '../repo/sshSignature';

/** Signatures that were checked before; held by whoever asks often. By what was checked, and against which signers. */
export type SignatureCache = Map<string, SignatureState>;

/** Most answers a cache holds; then it starts anew. */
const MAX_CACHED = 20_000;

/**
 * Checks the signatures of statements against the text of `.taggant/allowed_signers` (null: there is none). A signature
 * is valid when `ssh-keygen` says that it is over the statement, by a key that belongs to the e-mail address of the
 * statement's `who`, at the statement's own time. One process for each signature that has not been refused for simpler
 * reasons, as many at a time as there are processors. Statements without a signature are not in the answer.
 * @throws Problem `ssh` when signatures cannot be checked here (no `ssh-keygen`, or one that is too old)
 */
export async function verifyStatements(
  repo: Repository,
  allowedSigners: string | null,
  statements: readonly Statement[],
  cache: SignatureCache = new Map(),
): Promise<Signatures> {
  const signatures = new Map<string, SignatureState>();
  const open: Question[] = [];
  const signed = statements.filter(({ signature }) => signature !== undefined);
  if (signed.length === 0) return signatures;
  const signers = parseAllowedSigners(allowedSigners ?? '');
  const usable = signers.signers.map(({ text }) => `${text}\n`).join('');
  const signersDigest = digestOf(usable);
  for (const statement of signed) {
    const payload = payloadOf(statement);
    const key = digestOf(`${signersDigest}${statement.uuid}\n${statement.signature}\n${payload}`);
    const known = cache.get(key) ?? (payload === null ? NO_TEXT : undefined);
    if (known) signatures.set(statement.uuid, known);
    else open.push({ statement, payload: payload!, key });
  }
  const keep = ({ statement, key }: Question, state: SignatureState): void => {
    if (cache.size >= MAX_CACHED) cache.clear();
    cache.set(key, state);
    signatures.set(statement.uuid, state);
  };
  const asked: Asked[] = [];
  for (const question of open) {
    const asks = prepare(question, signers, allowedSigners !== null);
    if ('state' in asks) keep(question, asks);
    else asked.push(asks);
  }
  if (asked.length > 0) await ask(repo, usable, asked, keep);
  return signatures;
}

const NO_TEXT: SignatureState = { state: 'invalid', why: 'it holds text that is no valid Unicode' };

interface Question {
  readonly statement: Statement;
  readonly payload: string;
  /** In the cache. */
  readonly key: string;
}

interface Asked {
  readonly question: Question;
  readonly signature: SshSignature;
  readonly principal: string;
  readonly principals: readonly string[];
}

/** A statement made by hand may hold what has no canonical form. */
function payloadOf(statement: Statement): string | null {
  try {
    return signedJson(statement);
  } catch {
    return null;
  }
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}

/** What can be refused without a process is; the reasons are clearer, too. */
function prepare(question: Question, signers: AllowedSigners, isThere: boolean): Asked | SignatureState {
  const { statement } = question;
  const signature = parseSignature(statement.signature!);
  if (!signature) return { state: 'invalid', why: 'its signature is no SSH signature' };
  const email = addressOf(statement.who);
  if (signature.namespace !== 'taggant') {
    const made = printable(signature.namespace);
    return { state: 'invalid', why: `its signature was made for "${made}", not for Taggant` };
  }
  if (!isThere) return { state: 'invalid', why: `there is no ${SIGNERS_PATH} that says whose key is whose` };
  const match = matchSigner(signers, signature, email, statement.time);
  if ('why' in match) return { state: 'invalid', why: whyNot(match, signature, email, statement.time) };
  return { question, signature, ...match };
}

/** The e-mail address in `Name <email>`: where `emailOf` finds it, as it is spelled there. */
function addressOf(who: string): string {
  const start = who.lastIndexOf('<');
  const end = who.indexOf('>', start);
  return (start >= 0 && end > start ? who.slice(start + 1, end) : who).trim();
}

function whyNot(
  { why }: { why: string },
  { key, certificate }: SshSignature,
  email: string,
  time: string,
): string {
  const name = `the key ${certificate ? certificate.authority.fingerprint : key.fingerprint}`;
  const who = printable(email);
  if (why === 'not theirs') return `${name} is not the key of ${who} in ${SIGNERS_PATH}`;
  if (why === 'not valid then') return `${name} was not valid on ${time.slice(0, 10)}, ${SIGNERS_PATH} says`;
  if (why === 'other namespace') return `${name} is not meant for sign-offs, ${SIGNERS_PATH} says`;
  return certificate
    ? `${name}, which certified the signer's, is not in ${SIGNERS_PATH}`
    : `${name} is not in ${SIGNERS_PATH}`;
}

async function ask(
  repo: Repository,
  usableSigners: string,
  asked: readonly Asked[],
  keep: (question: Question, state: SignatureState) => void,
): Promise<void> {
  const program = await sshProgram(repo, await signingConfiguration(repo));
  await withPrivateFolder(async (write) => {
    const signersFile = await write('allowed_signers', usableSigners);
    let next = 0;
    const work = async (): Promise<void> => {
      while (next < asked.length) {
        const number = next++;
        const { question, signature, principal, principals } = asked[number]!;
        const { statement, payload } = question;
        const signatureFile = await write(`${number}.sig`, signature.armored);
        const why = await verifyWith(program, {
          signersFile,
          principal,
          payload,
          signatureFile,
          time: statement.time,
        });
        const { fingerprint } = signature.key;
        const hardware = isHardwareKey(signature.key) && signature.touched;
        keep(
          question,
          why === null ? { state: 'valid', principals, fingerprint, hardware } : { state: 'invalid', why },
        );
      }
    };
    await Promise.all(Array.from({ length: Math.min(availableParallelism(), asked.length) }, work));
  });
}
