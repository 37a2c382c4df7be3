import { createHash, randomBytes } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { isRunning, thisHost } from './processes';

/** With more journals at rest than these, those of servers that have ended go. */
const MAX_AT_REST = 200;

/** Where the journals of a worktree are. */
export function journalFolder(gitDir: string): string {
  return path.join(gitDir, 'taggant', 'journal');
}

/** Where they are while the tree holds what they say. */
export function restFolder(folder: string): string {
  return `${folder}-at-rest`;
}

function fileStem(documentPath: string): string {
  return createHash('sha256').update(documentPath).digest('hex').slice(0, 16);
}

function hostStem(): string {
  return createHash('sha256').update(thisHost()).digest('hex').slice(0, 8);
}

/** The name of a new journal of a document, which no other server uses. */
export function journalName(documentPath: string): string {
  const owner = `${hostStem()}-${process.pid}-${randomBytes(3).toString('hex')}`;
  return `${fileStem(documentPath)}-${owner}.jsonl`;
}

/** A journal that was found. */
export interface JournalFile {
  readonly file: string;
  readonly isOwned: boolean;
  readonly isAtRest: boolean;
}

/** The journals of a document. */
export async function journalsOf(folder: string, documentPath: string): Promise<JournalFile[]> {
  const stem = fileStem(documentPath);
  const all = await Promise.all([folder, restFolder(folder)].map((one) => readdir(one).catch(() => [])));
  return all.flatMap((names: readonly string[], i) =>
    names.flatMap((name) => {
      const owner = ownerOf(name);
      if (owner?.stem !== stem) return [];
      const isAtRest = i === 1;
      const file = path.join(isAtRest ? restFolder(folder) : folder, name);
      return [{ file, isOwned: owner.isRunning, isAtRest }];
    }),
  );
}

/** The document that a journal is of, and whether its server may still run; null for another file. */
function ownerOf(name: string): { readonly stem: string; readonly isRunning: boolean } | null {
  const owner = /^([0-9a-f]{16})-([0-9a-f]{8})-(\d+)-[0-9a-f]+\.jsonl$/.exec(name);
  if (!owner) return null;
  const pid = Number(owner[3]);
  // Whether a process of another machine runs cannot be told.
  const mayRun = owner[2] !== hostStem() || (pid !== process.pid && isRunning(pid));
  return { stem: owner[1]!, isRunning: mayRun };
}

/** Keeps a folder of journals at rest from growing without end. */
export async function pruneJournals(folder: string): Promise<void> {
  const names = await readdir(folder);
  if (names.length <= MAX_AT_REST) return;
  const ended = names.filter(
    (name) => ownerOf(name)?.isRunning === false && !name.includes(`-${process.pid}-`),
  );
  await Promise.all(ended.map((name) => rm(path.join(folder, name), { force: true })));
}
