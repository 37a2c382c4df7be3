import { execFileSync, spawnSync } from 'node:child_process';
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Real SSH keys in a folder of their own. */
export class Keys {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'taggant-keys-')));
  #agent: { readonly socket: string; readonly pid: number } | null = null;

  /** Makes a key and answers its file; the public half is in `FILE.pub`. */
  make(name: string, options: { type?: string; passphrase?: string } = {}): string {
    const file = join(this.folder, name);
    const { type = 'ed25519', passphrase = '' } = options;
    keygen('-q', '-t', type, '-N', passphrase, '-C', `${name}'s key`, '-f', file);
    return file;
  }

  /** `ssh-ed25519 AAAA…` without comment. */
  publicKey(name: string): string {
    return readFileSync(join(this.folder, `${name}.pub`), 'utf8')
      .split(' ')
      .slice(0, 2)
      .join(' ');
  }

  fingerprint(name: string): string {
    return keygen('-lf', join(this.folder, `${name}.pub`)).split(' ')[1]!;
  }

  /** Has `authority` certify `name`'s key; answers the certificate's file. */
  certify(authority: string, name: string, principals: string, validity = 'always:forever'): string {
    const file = join(this.folder, name);
    keygen(
      ...['-q', '-s', join(this.folder, authority), '-I', `${name}'s certificate`],
      ...['-n', principals, '-V', validity, `${file}.pub`],
    );
    return `${file}-cert.pub`;
  }

  /** Signs with the key of a file, as anybody with `ssh-keygen` can. */
  sign(file: string, text: string, namespace = 'taggant'): string {
    const ended = spawnSync('ssh-keygen', ['-Y', 'sign', '-n', namespace, '-f', file], {
      input: text,
      encoding: 'utf8',
      env: this.environment(),
    });
    if (ended.status !== 0) throw new Error(ended.stderr);
    return ended.stdout;
  }

  write(name: string, text: string, mode = 0o600): string {
    const file = join(this.folder, name);
    writeFileSync(file, text, { mode });
    return file;
  }

  /** Starts an agent that holds the keys of these files. */
  startAgent(...files: string[]): void {
    const socket = join(this.folder, 'agent');
    const said = execFileSync('ssh-agent', ['-s', '-a', socket], { encoding: 'utf8' });
    this.#agent = { socket, pid: Number(/SSH_AGENT_PID=(\d+)/.exec(said)![1]) };
    for (const file of files)
      execFileSync('ssh-add', ['-q', file], { env: this.environment(), stdio: 'pipe' });
  }

  /** The environment with this agent, or none: never with that of the machine. */
  environment(): NodeJS.ProcessEnv {
    const { SSH_AUTH_SOCK: _, SSH_ASKPASS: _2, DISPLAY: _3, ...others } = process.env;
    return this.#agent ? { ...others, SSH_AUTH_SOCK: this.#agent.socket } : others;
  }

  remove(): void {
    if (this.#agent) process.kill(this.#agent.pid);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function keygen(...args: string[]): string {
  return execFileSync('ssh-keygen', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/**
 * A security key made of software, which signs as OpenSSH's PROTOCOL.u2f says; there is no device in a test. `touched`
 * is what it says of the person.
 */
export class SecurityKey {
  readonly #key: KeyObject;
  readonly #point: Buffer;
  /** `sk-ssh-ed25519@openssh.com AAAA…` */
  readonly publicKey: string;

  constructor() {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    this.#key = privateKey;
    this.#point = Buffer.from(publicKey.export({ format: 'jwk' }).x!, 'base64url');
    this.publicKey = `${SK_TYPE} ${this.#blob().toString('base64')}`;
  }

  sign(text: string, { touched = true, namespace = 'taggant' } = {}): string {
    const digest = createHash('sha512').update(text).digest();
    const head = [wire(namespace), wire(''), wire('sha512')];
    const message = Buffer.concat([Buffer.from('SSHSIG'), ...head, wire(digest)]);
    const flags = Buffer.from([touched ? 1 : 0, 0, 0, 0, 7]);
    const signed = Buffer.concat([sha256('ssh:'), flags, sha256(message)]);
    const signature = Buffer.concat([wire(SK_TYPE), wire(sign(null, signed, this.#key)), flags]);
    const version = Buffer.from([0, 0, 0, 1]);
    const all = [Buffer.from('SSHSIG'), version, wire(this.#blob()), ...head, wire(signature)];
    const base64 = Buffer.concat(all).toString('base64');
    return `-----BEGIN SSH SIGNATURE-----\n${base64}\n-----END SSH SIGNATURE-----\n`;
  }

  #blob(): Buffer {
    return Buffer.concat([wire(SK_TYPE), wire(this.#point), wire('ssh:')]);
  }
}

const SK_TYPE = 'sk-ssh-ed25519@openssh.com';

function sha256(data: string | Buffer): Buffer {
  return createHash('sha256').update(data).digest();
}

function wire(data: string | Buffer): Buffer {
  const bytes = Buffer.from(data);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
