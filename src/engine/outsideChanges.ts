import { isLayoutChange, marksAfterAgent, marksAfterTool } from '../core/agentEdits';
import { keepsWords } from '../core/editShapes';
import { isOwnFile } from '../core/layout';
import { LiveDocument } from '../core/liveDocument';
import { isEmpty, type Label, type Marks, NO_MARKS, UNKNOWN_EXTERNAL } from '../core/marks';
import { serialiseSidecar } from '../core/sidecar';
import { isLarge } from '../core/typing';
import { keepSavedSidecar } from '../repo/savedSidecars';
import { wasSaved } from '../repo/sharedSaves';
import { isSameButLineEnds, textDigest, textOrNull } from '../repo/text';
import { commitTree, indexTree, workingTree } from '../repo/tree';
import { changedPaths, copiesOf, gitDirFile, gitState, ignoredPaths } from '../repo/workingState';
import { marksBefore, writeSidecar } from './agentRecord';
import { madeHere } from './madeHere';
import { recordedMarks } from './recordedMarks';
import type { AiSource, RepositoryState } from './repositoryState';

/** Milliseconds without another change before files are looked at: an agent's hook, or git's sidecars, come within it. */
const QUIET = 2500;
const LONGEST_WAIT = 10_000;
/** Most files at a time, and characters of all the texts that are remembered. */
const MAX_FILES = 500;
const MAX_CHARACTERS = 32_000_000;
const MOST_BEFORE_COMMIT = 20;
const MAX_SEEN = 10_000;
const MAX_STASHES = 5;
const STATUS_TIME = 4000;

/** A file that the editor has open. What others do to it from then on, the editor tells itself. */
export interface OpenFile {
  /** The text that it was opened with; null when nobody can tell any more, or it is known who wrote that. */
  opened(): string | null;
  /** What others did to that text is known now: its marks, or null where there is nothing new. */
  learn(marks: Marks | null): void;
}

export interface OutsideContext {
  /** The file, where the editor has it open. */
  open(path: string): OpenFile | undefined;
  /** An agent that may be writing to the repository now. */
  agent(): AiSource | null;
  /** Something was marked. */
  marked(): void;
}

interface Marked {
  readonly text: string;
  readonly marks: Marks;
}

/**
 * Files of one set-up repository that somebody changes while no editor has them open, and nobody reports it. What git
 * explains keeps git's marks, a mere change of layout its own; what came while an agent's command ran in a terminal is
 * inferred to be the agent's; the rest, where it is large, is of unknown origin.
 */
export class OutsideChanges {
  /** Newest texts that git does not have; the newest are last. */
  readonly #texts = new Map<string, string>();
  #characters = 0;
  /** All that files were when they were looked at: what is put back is nobody's news. */
  readonly #seen = new Set<string>();
  #waiting = new Map<string, AiSource | null>();
  /** Those that are being looked at. */
  readonly #judged = new Set<string>();
  #since = 0;
  #timer: NodeJS.Timeout | undefined;
  /** What was stashed lately: git forgets it once it is taken back. */
  #stashes: string[] = [];
  #work: Promise<void>;
  #stopped = false;

  constructor(
    private readonly state: RepositoryState,
    private readonly context: OutsideContext,
  ) {
    this.#work = this.#start().catch(() => {});
  }

  /** The file system says that a file came or has changed. */
  changed(path: string): void {
    // The editor writes a notebook's file itself, and follows only its cells.
    if (this.#stopped || isOwnFile(path) || path.endsWith('.ipynb') || this.#waiting.size >= 4 * MAX_FILES)
      return;
    this.#waiting.set(path, this.context.agent() ?? this.#waiting.get(path) ?? null);
    const now = Date.now();
    if (this.#timer === undefined) {
      this.#since = now;
      void this.#noticeStash();
    }
    clearTimeout(this.#timer);
    const wait = Math.max(0, Math.min(QUIET, this.#since + LONGEST_WAIT - now));
    this.#timer = setTimeout(() => this.#look(), wait);
  }

  /** A commit is about to be made: what is known to have changed is looked at before it, unless that is too much to wait for. */
  async beforeCommit(): Promise<void> {
    if (this.#waiting.size > 0 && this.#waiting.size <= MOST_BEFORE_COMMIT) {
      clearTimeout(this.#timer);
      this.#look();
    }
    if (this.#judged.size <= MOST_BEFORE_COMMIT) await this.#work;
  }

  /** The editor opens a file: what others have just done to it is looked at before the editor follows it. */
  async opening(path: string): Promise<void> {
    const agent = this.#waiting.get(path);
    if (agent !== undefined) {
      this.#waiting.delete(path);
      this.#take([[path, agent]]);
    }
    if (agent !== undefined || this.#judged.has(path)) await this.#work;
  }

  /**
   * The editor has closed a file that it changed: others are watched for from now on. `text` is what the file says, as far as the
   * editor knows; null where unsaved text may have been thrown away.
   */
  closed(path: string, text: string | null): void {
    this.#work = this.#work
      .then(async () => this.#remember(path, text ?? (await this.#read(path))))
      .catch(() => {});
  }

  async dispose(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#work;
  }

  async #start(): Promise<void> {
    const { repo } = this.state;
    const [changed, git] = await Promise.all([changedPaths(repo, STATUS_TIME), gitState(repo)]);
    if (git.stash) this.#stashes.push(git.stash);
    for (const path of (changed?.paths ?? []).slice(0, MAX_FILES)) {
      if (!isOwnFile(path)) this.#remember(path, await this.#read(path));
    }
  }

  #look(): void {
    this.#timer = undefined;
    const paths = [...this.#waiting];
    this.#waiting = new Map();
    this.#take(paths);
  }

  #take(paths: readonly [string, AiSource | null][]): void {
    for (const [path] of paths) this.#judged.add(path);
    this.#work = this.#work
      .then(() => this.#judge(paths))
      .finally(() => {
        for (const [path] of paths) this.#judged.delete(path);
      })
      .then(() => this.state.report('outside changes', null))
      .catch((error: Error) =>
        this.state.report(
          'outside changes',
          `Files that others changed could not be looked at: ${error.message}`,
        ),
      );
  }

  async #judge(changes: readonly [string, AiSource | null][]): Promise<void> {
    const { repo } = this.state;
    if (this.#stopped || !this.state.isSetUp) return;
    const past = await this.#otherStates();
    const some = changes.slice(0, MAX_FILES);
    const ignored = await ignoredPaths(
      repo,
      some.map(([path]) => path),
    );
    let marked = 0;
    for (const [path, agent] of some) {
      if (!ignored.has(path)) marked += (await this.#judgeFile(path, agent, past)) ? 1 : 0;
    }
    const left = changes.length - some.length;
    this.state.report(
      'outside changes in number',
      left > 0 ? `${changes.length} files changed at once; ${left} of them were not looked at.` : null,
    );
    if (marked > 0) this.context.marked();
  }

  /** True when the file's sidecar was written; an open file writes its own. */
  async #judgeFile(path: string, agent: AiSource | null, past: readonly string[]): Promise<boolean> {
    const { repo } = this.state;
    const open = this.context.open(path);
    // Watchers tell late: the editor may have read what somebody had just written, and know nothing of it.
    const text = open ? open.opened() : await this.#read(path);
    if (text === null) return false;
    const recorded = await recordedMarks(repo, path, text);
    // What an agent wrote and committed at once is git's text, and still the agent's.
    if (recorded === null && (await wasSaved(repo, path, text))) {
      this.#remember(path, text);
      if (open?.opened() === text) open.learn(null);
      return false;
    }
    const isSeen = recorded?.sidecar || this.#seen.has(seenAs(path, text));
    const made = isSeen ? null : await madeHere(this.state, path, text, Date.now());
    const was = recorded && !made ? null : await this.#before(path, text, past, made);
    this.#remember(path, text);
    const isNew = was !== null && !isSameButLineEnds(was.text, text);
    const after = isNew ? await this.#marksAfter(was, text, agent) : was?.marks;
    const opened = open ?? this.context.open(path);
    if (opened?.opened() === text) opened.learn((isNew && after) || null);
    if (opened || !was || !after || (isEmpty(after) && isEmpty(was.marks))) return false;
    await writeSidecar(repo, path, text, after);
    // Whoever brings the text before back brings its marks back.
    if (isNew) await keepSavedSidecar(repo, path, was.text, serialiseSidecar(was.text, was.marks));
    return true;
  }

  async #marksAfter(was: Marked, text: string, agent: AiSource | null): Promise<Marks> {
    const change = { removed: was.text, text };
    if (isLayoutChange(was.text, text) || keepsWords([change])) return marksAfterTool(was, text);
    if (!agent) return marksAfterStranger(was, text);
    const label = this.state.labelFor(agent, new Date());
    await this.state.writeContributions([label]);
    return marksAfterAgent(was, text, label);
  }

  /** The text that a change met, with its marks: the same text again where git has it somewhere, or it only moved. */
  async #before(
    path: string,
    text: string,
    past: readonly string[],
    made: { readonly base: string | null } | null,
  ): Promise<Marked> {
    const { repo } = this.state;
    for (const revision of past) {
      const own = await this.#readIn(revision, path);
      if (own !== null && isSameButLineEnds(own, text))
        return { text, marks: await marksBefore(repo, path, text) };
    }
    const known = this.#texts.get(path);
    if (known !== undefined) return { text: known, marks: await marksBefore(repo, path, known) };
    const base = made ? made.base : 'HEAD';
    const own =
      (made ? null : await this.#readIn(null, path)) ??
      (base === null ? null : await this.#readIn(base, path));
    if (own !== null) return { text: own, marks: await marksBefore(repo, path, own) };
    const copies = base === null ? null : await copiesOf(repo, [path], base).catch(() => null);
    const from = this.#movedFrom(text) ?? copies?.get(path);
    if (from !== undefined) return { text, marks: await marksBefore(repo, from, text) };
    return { text: '', marks: NO_MARKS };
  }

  #movedFrom(text: string): string | undefined {
    for (const [path, known] of this.#texts) if (known === text && text.trim() !== '') return path;
    return undefined;
  }

  /** Where git may have taken texts from that stand neither in the index nor in HEAD. */
  async #otherStates(): Promise<string[]> {
    const { repo } = this.state;
    const names = ['MERGE_HEAD', 'CHERRY_PICK_HEAD', 'REVERT_HEAD', 'REBASE_HEAD', 'ORIG_HEAD'];
    const ids = await Promise.all(names.map((name) => gitDirFile(repo, name)));
    await this.#noticeStash();
    const stashes = this.#stashes.flatMap((id) => [id, `${id}^3`]);
    return [...ids.map((id) => id?.split('\n')[0]?.trim() ?? ''), ...stashes].filter((id) =>
      /^[0-9a-f]{40,64}(\^3)?$/.test(id),
    );
  }

  async #noticeStash(): Promise<void> {
    const { stash } = await gitState(this.state.repo).catch(() => ({ stash: null }));
    if (stash !== null && !this.#stashes.includes(stash)) {
      this.#stashes = [...this.#stashes, stash].slice(-MAX_STASHES);
    }
  }

  async #readIn(revision: string | null, path: string): Promise<string | null> {
    const tree = revision === null ? indexTree(this.state.repo) : commitTree(this.state.repo, revision);
    try {
      return textOrNull(await tree.read(path).catch(() => null));
    } finally {
      tree.dispose();
    }
  }

  async #read(path: string): Promise<string | null> {
    return textOrNull(
      await workingTree(this.state.repo)
        .read(path)
        .catch(() => null),
    );
  }

  #remember(path: string, text: string | null): void {
    this.#characters -= this.#texts.get(path)?.length ?? 0;
    this.#texts.delete(path);
    if (text === null) return;
    this.#seen.add(seenAs(path, text));
    if (this.#seen.size > MAX_SEEN) this.#seen.delete(this.#seen.values().next().value!);
    this.#texts.set(path, text);
    this.#characters += text.length;
    for (const [oldest, old] of this.#texts) {
      if (this.#characters <= MAX_CHARACTERS) break;
      this.#texts.delete(oldest);
      this.#characters -= old.length;
    }
  }
}

/** What nobody explains: of unknown origin where it is large. */
function marksAfterStranger(was: Marked, text: string): Marks {
  const live = new LiveDocument(was.text.length, was.marks);
  const edits = [{ start: 0, end: was.text.length, removed: was.text, text }];
  live.apply({ version: 1, edits, origin: 'pending', label: null });
  const size = live.insertedBy(1);
  const label: Label | null = size && isLarge(size) ? UNKNOWN_EXTERNAL : null;
  live.settle(1, 'external', label);
  return live.marks();
}

function seenAs(path: string, text: string): string {
  return `${path}\0${textDigest(text)}`;
}
