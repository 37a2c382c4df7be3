import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Marks } from '../core/marks';
import type { Repository } from './git';

/**
 * What files were before an agent used a tool, kept in the git directory from the hook before to the hook after:
 * `taggant/agents/<session>/<tool use>.json`, both hashed, readable by their owner only. They hold text of the repository's
 * files, so they go as soon as they are used, and after a day in any case.
 */

/** One file as it was. */
export interface SnapshotFile {
  readonly path: string;
  /** Null for a file that was not there. */
  readonly text: string | null;
  /** Its marks; null where they have to be looked for, because nobody had spoken of this text. */
  readonly marks: Marks | null;
}

/** Where git stood, for commands that may move it. */
export interface GitState {
  /** HEAD's commit; null before the first one. */
  readonly head: string | null;
  /** The newest stash; null without one. */
  readonly stash: string | null;
  /** Bytes of HEAD's log. */
  readonly log: number;
}

export interface Snapshot {
  readonly format: 1;
  readonly files: readonly SnapshotFile[];
  /** Only for what may change any file: all others were as in this state of git. */
  readonly git?: GitState;
  /** Why not everything was kept, one sentence; absent when it was. */
  readonly limit?: string;
}

/** What names a snapshot: the same in both hooks. */
export interface SnapshotKey {
  readonly session: string;
  readonly use: string;
}

type Place = Pick<Repository, 'gitDir'>;

const MAX_AGE = 24 * 60 * 60 * 1000;
/** Sessions that are looked at when old snapshots are cleared away. */
const MAX_SESSIONS = 200;
/** Beside the sessions' folders. */
const TEXTS = 'texts';
const MAX_BYTES = 128 * 1024 * 1024;

/** Writes a snapshot in one step, and clears away what other sessions have left behind. */
export async function keepSnapshot(
  repo: Place,
  key: SnapshotKey,
  snapshot: Snapshot,
  now: number,
): Promise<void> {
  await clearOld(repo, now).catch(() => undefined);
  const file = fileOf(repo, key);
  await mkdir(join(file, '..'), { recursive: true, mode: 0o700 });
  await writeFile(`${file}.new`, JSON.stringify(snapshot), { mode: 0o600 });
  await rename(`${file}.new`, file);
  await rm(doneOf(file), { force: true });
}

/**
 * Takes a snapshot away and answers it: of two hooks that report the same, one gets it, and the other learns that it is
 * `taken`. Null when there was none.
 */
export async function takeSnapshot(repo: Place, key: SnapshotKey): Promise<Snapshot | 'taken' | null> {
  const file = fileOf(repo, key);
  const own = `${file}.${process.pid}`;
  try {
    await rename(file, own);
  } catch {
    const wasTaken = await stat(doneOf(file)).then(
      () => true,
      () => false,
    );
    return wasTaken ? 'taken' : null;
  }
  try {
    await writeFile(doneOf(file), '', { mode: 0o600 });
    if ((await stat(own)).size > MAX_BYTES) return null;
    const snapshot = JSON.parse(await readFile(own, 'utf8')) as Snapshot;
    return snapshot.format === 1 && Array.isArray(snapshot.files) ? snapshot : null;
  } catch {
    return null;
  } finally {
    await rm(own, { force: true });
  }
}

/** Texts that are kept at most; then all go. */
const MAX_TEXTS = 300;

/**
 * Keeps the text that an agent left a file with: its sidecar speaks of it, and where somebody else changes the file before
 * it is committed, no other place has it.
 */
export async function keepText(repo: Place, path: string, text: string): Promise<void> {
  const folder = join(agentsFolder(repo), TEXTS);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const names = await readdir(folder);
  if (names.length >= MAX_TEXTS)
    await Promise.all(names.map((name) => rm(join(folder, name), { force: true })));
  const file = join(folder, `${hashed(path)}.txt`);
  await writeFile(`${file}.new`, text, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

/** The text that was kept last for a file; null for none. */
export function keptText(repo: Place, path: string): Promise<string | null> {
  return readFile(join(agentsFolder(repo), TEXTS, `${hashed(path)}.txt`), 'utf8').catch(() => null);
}

/** The folder of a worktree's snapshots. */
export function agentsFolder({ gitDir }: Place): string {
  return join(gitDir, 'taggant', 'agents');
}

/** A session's folder changes with each of its snapshots, so its time tells whether the session still goes on. */
async function clearOld(repo: Place, now: number): Promise<void> {
  const sessions = await readdir(agentsFolder(repo)).catch(() => [] as string[]);
  for (const session of sessions.slice(0, MAX_SESSIONS)) {
    const folder = join(agentsFolder(repo), session);
    if (now - (await stat(folder)).mtimeMs > MAX_AGE) await rm(folder, { recursive: true, force: true });
  }
}

function fileOf(repo: Place, { session, use }: SnapshotKey): string {
  return join(agentsFolder(repo), hashed(session), `${hashed(use)}.json`);
}

function doneOf(file: string): string {
  return file.replace(/\.json$/, '.done');
}

function hashed(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 24);
}
