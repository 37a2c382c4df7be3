/**
 * Public keys, certificates and signatures of SSH, as far as one has to look into them. Formats: RFC 4253 section 6.6,
 * OpenSSH's PROTOCOL.certkeys, PROTOCOL.u2f and PROTOCOL.sshsig. Nothing here checks a signature: `ssh-keygen` does.
 */
import { sha256 } from '@noble/hashes/sha2.js';

/** A public key. */
export interface SshKey {
  /** Its type as in a key file: `ssh-ed25519`, `sk-ssh-ed25519@openssh.com`, … */
  readonly type: string;
  /** Base64 with padding, as in a key file. */
  readonly base64: string;
  /** `SHA256:…`, as `ssh-keygen -l` prints it. */
  readonly fingerprint: string;
}

/** A key that another key certified. */
export interface SshCertificate {
  /** The key that is certified. */
  readonly key: SshKey;
  /** The certifying key. */
  readonly authority: SshKey;
  /** The names it is valid for. */
  readonly principals: readonly string[];
}

/** What somebody shows to be recognised by. */
export interface SshCredential {
  readonly key: SshKey;
  /** Set when they show a certificate of the key. */
  readonly certificate: SshCertificate | null;
}

/** What an SSH signature says of itself. */
export interface SshSignature extends SshCredential {
  readonly namespace: string;
  /** The signature in its usual form, without anything around it. */
  readonly armored: string;
  /** For keys kept in hardware: whether it says that a person touched the device. */
  readonly touched: boolean;
}

/** For each type of key: how many strings of the wire format it consists of, behind its type's name. */
const FIELDS: Readonly<Record<string, number>> = {
  'ssh-ed25519': 1,
  'ssh-rsa': 2,
  'ecdsa-sha2-nistp256': 2,
  'ecdsa-sha2-nistp384': 2,
  'ecdsa-sha2-nistp521': 2,
  'sk-ssh-ed25519@openssh.com': 2,
  'sk-ecdsa-sha2-nistp256@openssh.com': 3,
};
const CERTIFICATE = '-cert-v01@openssh.com';

/** Types of keys that sign. */
export const KEY_TYPES: readonly string[] = Object.keys(FIELDS);

/** True for a key that is kept in hardware. */
export function isHardwareKey({ type }: Pick<SshKey, 'type'>): boolean {
  return type.startsWith('sk-');
}

/** Longest base64 of a key or certificate that is read: a certificate of a large RSA key with many names. */
const MAX_BASE64 = 64 * 1024;
/** Most names in a certificate, as in OpenSSH. */
const MAX_NAMES = 256;

/** Reads the base64 of a public key. Null when it is none, or of a type that is not known. */
export function keyOf(base64: string): SshKey | null {
  const bytes = bytesOf(base64);
  const found = bytes && readKey(bytes);
  return found && found.certificate === null ? found.key : null;
}

/** Reads a line `TYPE BASE64 [COMMENT]`, as in a `.pub` file: a key, or a certificate of one. */
export function credentialOfLine(line: string): SshCredential | null {
  const [type, base64] = line.trim().split(/\s+/, 2);
  const bytes = base64 === undefined ? null : bytesOf(base64);
  const found = bytes && readKey(bytes);
  if (!found) return null;
  return type === (found.certificate ? certificateType(found.key.type) : found.key.type) ? found : null;
}

const PRIVATE = /^-----BEGIN OPENSSH PRIVATE KEY-----\s([A-Za-z0-9+/=\s]+)-----END OPENSSH PRIVATE KEY-----/;

/** The public key that a private key's file (PROTOCOL.key) names before its encrypted part; null when it is no such file. */
export function credentialOfPrivateFile(text: string): SshCredential | null {
  const bytes = bytesOf(PRIVATE.exec(text.slice(0, MAX_BASE64))?.[1]?.replace(/\s/g, '') ?? '');
  if (!bytes) return null;
  const reader = new Reader(bytes);
  if (reader.characters(15) !== 'openssh-key-v1\0') return null;
  for (let i = 0; i < 3; i++) reader.string(); // cipher, key derivation and its options
  if (reader.number() !== 1) return null;
  const key = reader.string();
  return key && readKey(key);
}

const ARMOR = /^\s*-----BEGIN SSH SIGNATURE-----\r?\n([A-Za-z0-9+/=\r\n]+)-----END SSH SIGNATURE-----\s*$/;

/** Reads an SSH signature in its usual form (PROTOCOL.sshsig). Null when it is none. */
export function parseSignature(text: string): SshSignature | null {
  if (text.length > MAX_BASE64) return null;
  const base64 = ARMOR.exec(text)?.[1]?.replace(/[\r\n]/g, '');
  const bytes = base64 === undefined ? null : bytesOf(base64);
  if (base64 === undefined || !bytes) return null;
  const reader = new Reader(bytes);
  if (reader.characters(6) !== 'SSHSIG' || reader.number() !== 1) return null;
  const keyBytes = reader.string();
  const found = keyBytes && readKey(keyBytes);
  const namespace = reader.string();
  reader.string(); // reserved
  reader.string(); // the hash
  const signature = reader.string();
  if (!found || !namespace || !signature || !reader.isAtEnd) return null;
  return {
    ...found,
    namespace: charactersOf(namespace),
    armored: `-----BEGIN SSH SIGNATURE-----\n${base64.replace(/.{70}(?=.)/g, '$&\n')}\n-----END SSH SIGNATURE-----\n`,
    touched: isHardwareKey(found.key) && isTouched(signature),
  };
}

/** PROTOCOL.u2f: behind the type and the signature there is a byte of flags, whose lowest bit says "user present". */
function isTouched(signature: Uint8Array): boolean {
  const reader = new Reader(signature);
  reader.string();
  reader.string();
  return (reader.byte() & 1) === 1;
}

function readKey(bytes: Uint8Array): SshCredential | null {
  const reader = new Reader(bytes);
  const typeBytes = reader.string();
  if (!typeBytes) return null;
  const name = charactersOf(typeBytes);
  const type = KEY_TYPES.find((known) => name === known || name === certificateType(known));
  if (type === undefined) return null;
  if (name === type) {
    for (let i = 0; i < FIELDS[type]!; i++) reader.string();
    return reader.isAtEnd ? { key: keyOfBytes(type, bytes), certificate: null } : null;
  }
  reader.string(); // nonce
  const start = reader.position;
  for (let i = 0; i < FIELDS[type]!; i++) reader.string();
  const key = keyOfBytes(type, concat(wireString(type), bytes.subarray(start, reader.position)));
  reader.characters(8 + 4); // serial, user or host
  reader.string(); // the certificate's name
  const principals = reader.string();
  reader.characters(8 + 8); // validity, which ssh-keygen checks
  for (let i = 0; i < 3; i++) reader.string(); // critical options, extensions, reserved
  const authorityBytes = reader.string();
  reader.string(); // the authority's signature
  if (!principals || !authorityBytes || !reader.isAtEnd) return null;
  const authority = readKey(authorityBytes);
  if (!authority || authority.certificate) return null;
  const names = new Reader(principals);
  const list: string[] = [];
  while (!names.isAtEnd) {
    const one = names.string();
    if (!one || list.length === MAX_NAMES) return null;
    list.push(new TextDecoder().decode(one));
  }
  return { key, certificate: { key, authority: authority.key, principals: list } };
}

/** `ssh-ed25519` -> `ssh-ed25519-cert-v01@openssh.com`; the types of hardware keys keep their one `@openssh.com`. */
function certificateType(type: string): string {
  return type.replace(/@openssh\.com$/, '') + CERTIFICATE;
}

function keyOfBytes(type: string, bytes: Uint8Array): SshKey {
  return {
    type,
    base64: btoa(charactersOf(bytes)),
    fingerprint: `SHA256:${btoa(charactersOf(sha256(bytes))).replace(/=+$/, '')}`,
  };
}

function bytesOf(base64: string): Uint8Array | null {
  if (base64 === '' || base64.length > MAX_BASE64 || base64.length % 4 !== 0) return null;
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return null;
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** One character for each byte. */
function charactersOf(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

function wireString(text: string): Uint8Array {
  const bytes = new Uint8Array(4 + text.length);
  new DataView(bytes.buffer).setUint32(0, text.length);
  for (let i = 0; i < text.length; i++) bytes[4 + i] = text.charCodeAt(i);
  return bytes;
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const joined = new Uint8Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}

/** Reads the wire format of RFC 4251. Behind the first thing that is not there nothing is there. */
class Reader {
  position = 0;
  #isBroken = false;

  constructor(private readonly bytes: Uint8Array) {}

  get isAtEnd(): boolean {
    return !this.#isBroken && this.position === this.bytes.length;
  }

  byte(): number {
    return this.#take(1)?.[0] ?? 0;
  }

  number(): number {
    const four = this.#take(4);
    return four ? new DataView(four.buffer, four.byteOffset).getUint32(0) : 0;
  }

  string(): Uint8Array | null {
    const length = this.number();
    return this.#isBroken ? null : this.#take(length);
  }

  characters(length: number): string {
    return charactersOf(this.#take(length) ?? new Uint8Array());
  }

  #take(length: number): Uint8Array | null {
    if (this.#isBroken || length > this.bytes.length - this.position) {
      this.#isBroken = true;
      this.position = this.bytes.length;
      return null;
    }
    this.position += length;
    return this.bytes.subarray(this.position - length, this.position);
  }
}
