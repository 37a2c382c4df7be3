import { sha256 } from '@noble/hashes/sha2.js';
import { CODEOWNERS_PATHS } from './codeowners';
import { base64url } from './contribution';
import { POLICY_PATH, SIGNERS_PATH } from './layout';

/** True for a file that changes are judged by: the policy, the allowed signers, CODEOWNERS. */
export function isGuardrailFile(path: string): boolean {
  return path === POLICY_PATH || path === SIGNERS_PATH || CODEOWNERS_PATHS.some((one) => one === path);
}

/** The digest by which a statement speaks of a whole file: the base64url SHA-256 of its bytes. */
export function fileDigest(bytes: Uint8Array): string {
  return base64url(sha256(bytes));
}
