import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import canonicalize from 'canonicalize';
import type { Evidence } from './marks';

/** What one author took from one tool and model in one session (the file `.taggant/contributions/<id>.json`). */
export interface Contribution {
  /** Name of the tool: an extension id, an agent's name, or what a person declared. */
  readonly tool?: string;
  readonly model?: string;
  readonly session?: string;
  /** Git identity, `Name <email>`. */
  readonly author: string;
  /** Day in UTC, `YYYY-MM-DD`. */
  readonly day: string;
  readonly evidence: Evidence;
}

/** Shortest id in use; an id is a prefix of the base64url SHA-256 of the contribution's canonical JSON. */
export const CONTRIBUTION_ID_LENGTH = 6;
const ID = /^[A-Za-z0-9_-]{6,43}$/;

/** True for text that can be a contribution's id. */
export function isContributionId(text: string): boolean {
  return ID.test(text);
}

/** The one line of JSON (RFC 8785, without line terminator) that a contribution is stored as. */
export function contributionJson(contribution: Contribution): string {
  return canonicalize(contribution) as string;
}

/**
 * The id of a contribution: the first `length` characters of the base64url SHA-256 of its canonical JSON.
 * A longer prefix is used only when two contributions of one repository share the shorter one.
 */
export function contributionId(contribution: Contribution, length = CONTRIBUTION_ID_LENGTH): string {
  return base64url(sha256(utf8ToBytes(contributionJson(contribution)))).slice(0, length);
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Base64url (RFC 4648 section 5) without padding. */
export function base64url(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const [a, b = 0, c = 0] = [bytes[i]!, bytes[i + 1], bytes[i + 2]];
    const group = (a << 16) | (b << 8) | c;
    text += ALPHABET[group >> 18]! + ALPHABET[(group >> 12) & 63]!;
    if (i + 1 < bytes.length) text += ALPHABET[(group >> 6) & 63]!;
    if (i + 2 < bytes.length) text += ALPHABET[group & 63]!;
  }
  return text;
}
