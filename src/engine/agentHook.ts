import { withoutClaimedEdits } from '../core/agentEdits';
import type { AgentReport, ClaimedEdit } from '../core/agentPayloads';
import type { EditorAnswer, EditorRequest } from '../core/editorMessages';
import { NO_MARKS } from '../core/marks';
import {
  keepSnapshot,
  type Snapshot,
  type SnapshotFile,
  type SnapshotKey,
  takeSnapshot,
} from '../repo/agentSnapshots';
import type { Repository } from '../repo/git';
import { decodeText, notTrackedSentence, textOrNull } from '../repo/text';
import { workingTree } from '../repo/tree';
import { afterCommand, beforeCommand } from './agentCommand';
import { type AgentPlace, placeOfFolder, placesOfFiles } from './agentPlaces';
import { type ChangedFile, lastKnownText, marksBefore, recordAgentEdits } from './agentRecord';

/** What hearing an agent needs of the program around it. */
export interface AgentListener {
  /** Where the hook was started: where relative paths start when the payload does not say. */
  readonly folder: string;
  now(): Date;
  /** Asks the editors that have a repository open; null when there is none. */
  ask(repo: Repository, request: EditorRequest): Promise<EditorAnswer | null>;
}

/** Text of all files of one snapshot. */
const MAX_SNAPSHOT_CHARACTERS = 32_000_000;

/**
 * Acts on one call of an agent's hook: keeps what is there before an edit, and marks what the edit changed after it.
 * Answers one sentence for each thing that could not be followed.
 * @throws Problem when the repository cannot be used
 */
export async function hearAgent(report: AgentReport, listener: AgentListener): Promise<string[]> {
  if (report.event === 'other') return [];
  const folder = report.folder ?? listener.folder;
  if (report.files.length === 0) {
    const repo = await placeOfFolder(folder);
    if (repo === null) return [];
    const key = keyOf(report, report.command ?? '');
    return report.event === 'before'
      ? await beforeCommand(repo, key, listener.now())
      : await afterCommand(repo, key, report, listener);
  }
  const notes: string[] = [];
  for (const place of await placesOfFiles(report.files, folder)) {
    if (report.event === 'after') notes.push(...(await after(place, report, listener)));
    else {
      for (const path of place.files.keys()) {
        await before(place.repo, keyOf(report, path), path, listener.now(), notes);
      }
    }
  }
  return notes;
}

/**
 * One snapshot for each file, so that tools without an id of their use, and reports that name more files before than
 * after, find it again. `agent-v1` tells the session only afterwards.
 */
function keyOf({ session, toolUseId }: AgentReport, what: string): SnapshotKey {
  const isNamed = toolUseId !== undefined;
  return { session: isNamed ? (session ?? '') : '', use: JSON.stringify([toolUseId ?? null, what]) };
}

async function before(
  repo: Repository,
  key: SnapshotKey,
  path: string,
  now: Date,
  notes: string[],
): Promise<void> {
  const text = textOrNull(await workingTree(repo).read(path));
  if (text !== null && text.length > MAX_SNAPSHOT_CHARACTERS) {
    notes.push(`${path} is too large to be followed through an agent's edit.`);
    return;
  }
  const marks = text === null ? NO_MARKS : await marksBefore(repo, path, text);
  const file: SnapshotFile = { path, text, marks };
  await keepSnapshot(repo, key, { format: 1, files: [file] }, now.getTime());
}

async function after(
  { repo, files }: AgentPlace,
  report: AgentReport,
  listener: AgentListener,
): Promise<string[]> {
  const changed: ChangedFile[] = [];
  const notes: string[] = [];
  const tree = workingTree(repo);
  for (const [path, names] of files) {
    const snapshot = await takeSnapshot(repo, keyOf(report, path));
    const isTaken = snapshot === 'taken';
    // Two hooks of one agent report the same use of a tool: the first has seen to it.
    if (isTaken && report.toolUseId !== undefined) continue;
    const edits = report.edits.filter(({ file }) => names.includes(file));
    const bytes = await tree.read(path);
    const read = bytes && decodeText(bytes);
    const text = typeof read === 'string' ? read : null;
    if (read !== null && typeof read !== 'string' && read.why === 'too large') {
      notes.push(`this edit is not marked: ${notTrackedSentence(path, read)}`);
      continue;
    }
    const known = snapshot === null || isTaken ? undefined : fileOf(snapshot, path);
    if (known) changed.push({ path, before: known.text ?? '', marks: known.marks ?? NO_MARKS, text, edits });
    else changed.push(await withoutSnapshot(repo, path, text, edits));
  }
  return [...notes, ...(await recordAgentEdits(repo, report, changed, listener))];
}

/** No hook ran before the edit: what the agent says it replaced tells what was there; or else the text that git has. */
async function withoutSnapshot(
  repo: Repository,
  path: string,
  text: string | null,
  edits: readonly ClaimedEdit[],
): Promise<ChangedFile> {
  const claimed = text === null ? null : withoutClaimedEdits(text, edits);
  if (claimed !== null) {
    return { path, before: claimed, marks: await marksBefore(repo, path, claimed), text, edits };
  }
  const known = await lastKnownText(repo, path);
  // It says that it wrote all of a file that nobody knows.
  const isNew = known === null && edits.some(({ old, new: put }) => old === null && put === text);
  return { path, before: known?.text ?? '', marks: known?.marks ?? NO_MARKS, text, edits, isGuess: !isNew };
}

function fileOf({ files }: Snapshot, path: string): SnapshotFile | undefined {
  return files.find((file) => file.path === path);
}
