import { join } from 'node:path';
import { marksAfterAgent, withClaimedEdits } from '../core/agentEdits';
import type { AgentReport, ClaimedEdit } from '../core/agentPayloads';
import { carryOver } from '../core/carryOver';
import { type Contribution, contributionId, contributionJson } from '../core/contribution';
import { type AgentEditFile, MAX_CLAIMED_SENT } from '../core/editorMessages';
import { sidecarPath, VERSION_PATH } from '../core/layout';
import { LiveDocument } from '../core/liveDocument';
import { isEmpty, type Label, type Marks } from '../core/marks';
import { serialiseSidecar } from '../core/sidecar';
import { isThere } from '../repo/actions';
import { keepText, keptText } from '../repo/agentSnapshots';
import { removeInside, writeIfChanged, writeInside } from '../repo/files';
import type { Repository } from '../repo/git';
import { authorIdentity } from '../repo/identity';
import { Journal } from '../repo/journal';
import { journalFolder } from '../repo/journalFiles';
import { recoverJournals } from '../repo/recoveredJournals';
import { keepSavedSidecar } from '../repo/savedSidecars';
import { textDigest, textOrNull } from '../repo/text';
import { commitTree, indexTree } from '../repo/tree';
import { ignoredPaths } from '../repo/workingState';
import type { AgentListener } from './agentHook';
import { addContribution } from './declare';
import { isInConflict } from './mergeConflict';
import { sidecarMarks } from './recordedMarks';
import { marksOfText } from './textMarks';

/** A file that an agent may have changed. */
export interface ChangedFile {
  readonly path: string;
  readonly before: string;
  /** The marks of `before`. */
  readonly marks: Marks;
  /** Null for a file that is gone, or no text. */
  readonly text: string | null;
  readonly edits: readonly ClaimedEdit[];
  /** `before` is the newest text that somebody knows, not the one that the agent met. */
  readonly isGuess?: boolean;
  /** Marks of `text` that somebody else recorded: the agent wrote nothing of it. */
  readonly recorded?: Marks;
}

/** As in `init.ts`, without what setting up takes. */
function isSetUp(repo: Repository): Promise<boolean> {
  return isThere(join(repo.root, VERSION_PATH));
}

/** The marks of a text that stands, or stood, in the working tree. */
export async function marksBefore(repo: Repository, path: string, text: string): Promise<Marks> {
  const exact = await sidecarMarks(repo, path, text);
  if (exact) return exact.marks;
  const kept = await keptText(repo, path);
  const marks = kept === null ? null : await sidecarMarks(repo, path, kept);
  // The sidecar still speaks of what an agent left: compared with that, nothing has to be guessed from line hashes.
  if (marks) return carryOver({ text: kept!, marks: marks.marks }, text).marks;
  if (await isSetUp(repo)) return (await marksOfText(repo, path, text)).marks;
  const journals = await recoverJournals(journalFolder(repo.gitDir), path);
  const journal = journals.find((one) => !one.isAtRest && one.text === text);
  return journal ? journal.document.marks() : (await marksOfText(repo, path, text)).marks;
}

/** The newest text that git has of a file, and its marks; null when it has none. */
export async function lastKnownText(
  repo: Repository,
  path: string,
): Promise<{ text: string; marks: Marks } | null> {
  for (const tree of [indexTree(repo), commitTree(repo, 'HEAD')]) {
    try {
      const text = textOrNull(await tree.read(path));
      if (text !== null) return { text, marks: await marksBefore(repo, path, text) };
    } finally {
      tree.dispose();
    }
  }
  return null;
}

/**
 * Marks what an agent changed: hands it to the editor that has a file open, and writes the sidecars of the others.
 * Answers one sentence for each thing that could not be done.
 */
export async function recordAgentEdits(
  repo: Repository,
  report: AgentReport,
  files: readonly ChangedFile[],
  listener: AgentListener,
): Promise<string[]> {
  const news = files.filter(({ before, text, edits }) => text !== before || edits.length > 0);
  if (news.length === 0) return [];
  const settled = await tellEditors(repo, report, news, listener);
  const written = news.filter((file) => file.text !== null && file.text !== file.before);
  const wanted = await withoutIgnored(
    repo,
    written.filter(({ path }) => !settled.has(path)),
  );
  if (wanted.length === 0) return [];
  const inTree = await isSetUp(repo);
  const write = inTree ? writeSidecar : keepInJournal;
  const labels = new Map<boolean, Promise<Label>>();
  const labelOf = (isGuess: boolean): Promise<Label> => {
    const known =
      labels.get(isGuess) ?? makeLabel(repo, inTree, contributionOf(report, isGuess, listener.now()));
    labels.set(isGuess, known);
    return known;
  };
  const notes: string[] = [];
  for (const { path, before, marks, text, isGuess, recorded } of wanted) {
    const after =
      recorded ?? marksAfterAgent({ text: before, marks }, text!, await labelOf(isGuess === true));
    if (isGuess) notes.push(`${path}: no hook ran before this edit, so its marks are inferred.`);
    if (isEmpty(after) && isEmpty(marks) && recorded === undefined) continue;
    await write(repo, path, text!, after);
    // Whoever brings the text before back brings its marks back, also where no commit has them.
    if (inTree) await keepSavedSidecar(repo, path, before, serialiseSidecar(before, marks));
  }
  return notes;
}

function contributionOf(report: AgentReport, isGuess: boolean, now: Date): Omit<Contribution, 'author'> {
  return {
    tool: report.agent,
    ...(report.model ? { model: report.model } : {}),
    ...(report.session ? { session: report.session } : {}),
    day: now.toISOString().slice(0, 10),
    evidence: isGuess ? 'inferred' : 'hook',
  };
}

/** The label of a contribution of this repository's author; without a place in the tree it is kept in the git directory. */
async function makeLabel(
  repo: Repository,
  inTree: boolean,
  said: Omit<Contribution, 'author'>,
): Promise<Label> {
  const contribution = { ...said, author: await authorIdentity(repo).catch(() => 'unknown') };
  if (inTree) return addContribution(repo, contribution);
  const id = contributionId(contribution);
  const file = join(repo.commonDir, 'taggant', 'contributions', `${id}.json`);
  await writeIfChanged(file, `${contributionJson(contribution)}\n`);
  return id;
}

/** The files whose sidecar an editor sees to, because it has them open as they are on disk. */
async function tellEditors(
  repo: Repository,
  report: AgentReport,
  files: readonly ChangedFile[],
  listener: AgentListener,
): Promise<ReadonlySet<string>> {
  const sent = files.filter(({ recorded }) => recorded === undefined).map(editorFile);
  if (sent.length === 0) return new Set();
  const answer = await listener.ask(repo, {
    kind: 'agentEdit',
    root: repo.root,
    agent: report.agent,
    ...(report.model ? { model: report.model } : {}),
    ...(report.session ? { session: report.session } : {}),
    files: sent,
  });
  return new Set(answer?.kind === 'agentEdit' ? answer.settled : []);
}

function editorFile({ path, before, text, edits, isGuess }: ChangedFile): AgentEditFile {
  // VS Code's agent calls the hook before it has written the file (microsoft/vscode #315926).
  const after = text === before ? withClaimedEdits(before, edits) : text;
  const size = edits.reduce((sum, { old, new: put }) => sum + (old?.length ?? 0) + put.length, 0);
  return {
    path,
    before: isGuess ? null : textDigest(before),
    after: after === null ? null : textDigest(after),
    edits: size > MAX_CLAIMED_SENT ? [] : edits.map(({ old, new: put, all }) => ({ old, new: put, all })),
  };
}

/** What git never sees needs no record. */
async function withoutIgnored(repo: Repository, files: readonly ChangedFile[]): Promise<ChangedFile[]> {
  const ignored = await ignoredPaths(
    repo,
    files.map(({ path }) => path),
  );
  return files.filter(({ path }) => !ignored.has(path));
}

/** Writes what a text in the working tree carries, and keeps it for whoever brings that text back. */
export async function writeSidecar(
  repo: Repository,
  path: string,
  text: string,
  marks: Marks,
): Promise<void> {
  const sidecar = serialiseSidecar(text, marks);
  const isWritten = !(await isInConflict(repo, path, text));
  if (isWritten && sidecar === null) await removeInside(repo.root, sidecarPath(path));
  else if (isWritten && sidecar !== null) await writeInside(repo.root, sidecarPath(path), sidecar);
  await keepSavedSidecar(repo, path, text, sidecar);
  await keepText(repo, path, text);
}

/** A repository that was not set up keeps its tree: the next editor that opens the file finds the marks in its journal. */
async function keepInJournal(repo: Repository, path: string, text: string, marks: Marks): Promise<void> {
  let failure: Error | null = null;
  const journal = new Journal(journalFolder(repo.gitDir), path, (error) => {
    failure = error;
  });
  journal.start(text, new LiveDocument(text.length, marks));
  await journal.flush();
  if (failure) throw failure;
}
