import { isLayoutChange, marksAfterTool } from '../core/agentEdits';
import type { AgentReport } from '../core/agentPayloads';
import { carryOver } from '../core/carryOver';
import { areOwnCommits, isPlainGit } from '../core/gitCommands';
import { isOwnFile, sidecarPath } from '../core/layout';
import { type Marks, NO_MARKS } from '../core/marks';
import { parseSidecar, readSidecar } from '../core/sidecar';
import {
  type GitState,
  keepSnapshot,
  type Snapshot,
  type SnapshotFile,
  type SnapshotKey,
  takeSnapshot,
} from '../repo/agentSnapshots';
import type { Repository } from '../repo/git';
import { isSameButLineEnds, textOrNull } from '../repo/text';
import { commitTree, indexTree, type Tree, workingTree } from '../repo/tree';
import {
  type ChangedPaths,
  changedPaths,
  copiesOf,
  gitDirFile,
  gitState,
  headLogSince,
  pathsBetween,
} from '../repo/workingState';
import type { AgentListener } from './agentHook';
import { type ChangedFile, marksBefore, recordAgentEdits } from './agentRecord';

/** Most files, and characters of them, that are kept while a command runs, and most files looked at after it. */
const MAX_FILES = 500;
const MAX_CHARACTERS = 32_000_000;
/** Milliseconds for git to say what differs; an agent waits for its hooks. */
const STATUS_TIME = 4000;

/** Keeps the files that git could not give back after a command: those that differ from HEAD, and those it does not know. */
export async function beforeCommand(repo: Repository, key: SnapshotKey, now: Date): Promise<string[]> {
  const [git, changed] = await Promise.all([gitState(repo), changedPaths(repo, STATUS_TIME)]);
  if (changed === null) return [tooSlow("what the agent's command changes is not followed")];
  const paths = changed.paths.filter((path) => !isOwnFile(path));
  const tree = workingTree(repo);
  const files: SnapshotFile[] = [];
  let characters = 0;
  let left = Math.max(0, paths.length - MAX_FILES);
  for (const path of paths.slice(0, MAX_FILES)) {
    const text = textOrNull(await tree.read(path).catch(() => null));
    characters += text?.length ?? 0;
    if (characters > MAX_CHARACTERS) left += 1;
    else files.push({ path, text, marks: text === null ? NO_MARKS : await marksBefore(repo, path, text) });
  }
  const limit = `${left} changed files are not followed through the agent's command: only ${MAX_FILES} files and ${MAX_CHARACTERS / 1_000_000} million characters are.`;
  const snapshot: Snapshot = { format: 1, files, git, ...(left > 0 ? { limit } : {}) };
  await keepSnapshot(repo, key, snapshot, now.getTime());
  return left > 0 ? [limit] : [];
}

/** Marks what a command changed as the agent's, but for what git brought and for mere layout. */
export async function afterCommand(
  repo: Repository,
  key: SnapshotKey,
  report: AgentReport,
  listener: AgentListener,
): Promise<string[]> {
  const snapshot = await takeSnapshot(repo, key);
  if (snapshot === 'taken') return [];
  // Without a snapshot nobody knows what the command changed.
  if (!snapshot?.git) return [];
  const [now, changed] = await Promise.all([gitState(repo), changedPaths(repo, STATUS_TIME)]);
  if (changed === null) return [tooSlow("what the agent's command changed is not marked")];
  const plainGit = isPlainGit(report.command ?? '');
  const look = await lookFor(repo, snapshot, snapshot.git, now, changed, plainGit);
  try {
    const notes: string[] = [];
    const files = await look.changedFiles(notes);
    return [...notes, ...(await recordAgentEdits(repo, report, files, listener))];
  } finally {
    look.dispose();
  }
}

function tooSlow(what: string): string {
  return `Git takes longer than ${STATUS_TIME / 1000} seconds to say which files differ: ${what}.`;
}

interface Look {
  changedFiles(notes: string[]): Promise<ChangedFile[]>;
  dispose(): void;
}

async function lookFor(
  repo: Repository,
  snapshot: Snapshot,
  then: GitState,
  now: GitState,
  changed: ChangedPaths,
  plainGit: boolean,
): Promise<Look> {
  const kept = new Map(snapshot.files.map((file) => [file.path, file]));
  const moved = then.head !== null && now.head !== null && then.head !== now.head;
  const candidates = new Set([...kept.keys(), ...changed.paths]);
  if (moved) for (const path of await pathsBetween(repo, then.head!, now.head!)) candidates.add(path);
  const working = workingTree(repo);
  const oldHead = then.head === null ? null : commitTree(repo, then.head);
  const sources = await gitSources(repo, then, now, moved);
  // What other commands have added to the index may be their own work.
  if (plainGit) sources.push(indexTree(repo));

  /** The text and marks before; null for a file that was not there. */
  const before = async (path: string): Promise<{ text: string; marks: Marks } | null> => {
    const known = kept.get(path);
    if (known) return known.text === null ? null : { text: known.text, marks: known.marks ?? NO_MARKS };
    const text = textOrNull((await oldHead?.read(path).catch(() => null)) ?? null);
    if (text === null) return null;
    return { text, marks: (await sidecarIn(oldHead!, path, text)) ?? (await marksBefore(repo, path, text)) };
  };

  return {
    async changedFiles(notes) {
      const paths = [...candidates].filter((path) => !isOwnFile(path)).sort();
      if (paths.length > MAX_FILES) {
        notes.push(
          `The agent's command changed ${paths.length} files; only ${MAX_FILES} of them were looked at.`,
        );
      }
      const files: ChangedFile[] = [];
      const created: string[] = [];
      for (const path of paths.slice(0, MAX_FILES)) {
        const text = textOrNull(await working.read(path).catch(() => null));
        if (text === null || changed.unmerged.has(path)) continue;
        const was = await before(path);
        if (was && isSameButLineEnds(was.text, text)) continue;
        if (was === null) created.push(path);
        const base = was ?? { text: '', marks: NO_MARKS };
        const own = { path, before: base.text, marks: base.marks, text, edits: [] };
        const recorded =
          (await marksFrom(sources, path, text)) ??
          (was && isLayoutChange(was.text, text) ? marksAfterTool(was, text) : null) ??
          (plainGit ? carryOver(base, text).marks : null);
        files.push(recorded ? { ...own, recorded } : own);
      }
      return withCopies(repo, files, created, { head: then.head, kept: snapshot.files, before });
    },
    dispose() {
      oldHead?.dispose();
      for (const tree of sources) tree.dispose();
    },
  };
}

/** States of git that text may have come from: what was committed and stashed before, and what was fetched since. */
async function gitSources(repo: Repository, then: GitState, now: GitState, moved: boolean): Promise<Tree[]> {
  const log = moved ? await headLogSince(repo, then.log) : [];
  // Commits that the command itself made hold what it wrote.
  const isOwn = moved && log !== null && log.length > 0 && areOwnCommits(log);
  const merged = (await gitDirFile(repo, 'MERGE_HEAD'))?.split('\n')[0]?.trim();
  const revisions = [then.head, isOwn ? null : now.head, then.stash, now.stash, merged];
  const trees = revisions
    .filter((id) => id && /^[0-9a-f]{40,64}$/.test(id))
    .map((id) => commitTree(repo, id!));
  // What a stash holds of files that git did not know is its third parent.
  if (then.stash) trees.push(commitTree(repo, `${then.stash}^3`));
  return trees;
}

/** The marks that git has for exactly this text; null when no source holds it. */
async function marksFrom(sources: readonly Tree[], path: string, text: string): Promise<Marks | null> {
  for (const tree of sources) {
    const own = textOrNull(await tree.read(path).catch(() => null));
    if (own !== null && isSameButLineEnds(own, text)) return (await sidecarIn(tree, path, text)) ?? NO_MARKS;
  }
  return null;
}

async function sidecarIn(tree: Tree, path: string, text: string): Promise<Marks | null> {
  const sidecar = textOrNull(await tree.read(sidecarPath(path)).catch(() => null));
  return sidecar === null ? null : readSidecar(parseSidecar(sidecar), text);
}

/** What there was before, to find where a file was moved or copied from. */
interface Earlier {
  readonly head: string | null;
  readonly kept: readonly SnapshotFile[];
  before(path: string): Promise<{ text: string; marks: Marks } | null>;
}

/** Files that the command only moved or copied keep the marks that they had where they came from. */
async function withCopies(
  repo: Repository,
  files: readonly ChangedFile[],
  created: readonly string[],
  { head, kept, before }: Earlier,
): Promise<ChangedFile[]> {
  const isWanted = ({ path, recorded }: ChangedFile) => recorded === undefined && created.includes(path);
  const wanted = files.filter(isWanted).map(({ path }) => path);
  const copies = head === null ? new Map<string, string>() : await copiesOf(repo, wanted, head);
  return Promise.all(
    files.map(async (file) => {
      const { text } = file;
      if (!isWanted(file) || text === null || text === '') return file;
      const same = kept.find((one) => one.text !== null && isSameButLineEnds(one.text, text));
      if (same) return { ...file, recorded: same.marks ?? NO_MARKS };
      const source = copies.get(file.path);
      const was = source === undefined ? null : await before(source);
      return was && isSameButLineEnds(was.text, text) ? { ...file, recorded: was.marks } : file;
    }),
  );
}
