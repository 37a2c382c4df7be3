/** Where Taggant's files stand in a repository. Paths are relative to the repository's root, with `/`. */

export const FOLDER = '.taggant';
export const TAGS_FOLDER = '.taggant/tags';
export const CONTRIBUTIONS_FOLDER = '.taggant/contributions';
export const STATEMENTS_FOLDER = '.taggant/statements';
export const POLICY_PATH = '.taggant/policy.json';
export const SIGNERS_PATH = '.taggant/allowed_signers';
export const VERSION_PATH = '.taggant/version';
const SIDECAR_SUFFIX = '.tags';

/** The sidecar's path of a source file: `src/a.ts` -> `.taggant/tags/src/a.ts.tags`. */
export function sidecarPath(sourcePath: string): string {
  return `${TAGS_FOLDER}/${sourcePath}${SIDECAR_SUFFIX}`;
}

/** The source file's path of a sidecar, or null when the path is not a sidecar's. */
export function sourcePathOf(path: string): string | null {
  if (!path.startsWith(`${TAGS_FOLDER}/`) || !path.endsWith(SIDECAR_SUFFIX)) return null;
  const source = path.slice(TAGS_FOLDER.length + 1, -SIDECAR_SUFFIX.length);
  return source === '' ? null : source;
}

/** The path of a contribution's file. */
export function contributionPath(id: string): string {
  return `${CONTRIBUTIONS_FOLDER}/${id}.json`;
}

/** The path of a statement's file. */
export function statementPath(uuid: string): string {
  return `${STATEMENTS_FOLDER}/${uuid}.json`;
}

/** True for what Taggant, or a person who sets it up, writes into its folder. */
export function isKnownOwnFile(path: string): boolean {
  if ([POLICY_PATH, SIGNERS_PATH, VERSION_PATH].includes(path)) return true;
  const isRecord = [CONTRIBUTIONS_FOLDER, STATEMENTS_FOLDER].some((folder) => path.startsWith(`${folder}/`));
  return isRecord ? path.endsWith('.json') : sourcePathOf(path) !== null;
}

/** True for Taggant's own files, which never carry marks themselves. */
export function isOwnFile(path: string): boolean {
  return path === FOLDER || path.startsWith(`${FOLDER}/`);
}
