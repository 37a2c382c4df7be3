import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type {
  AgentEditRequest,
  CommitAnswer,
  ConfirmCommitRequest,
  EditorAnswer,
  EditorRequest,
} from '../core/editorMessages';
import { type Finding, holdsCommit } from '../core/findings';
import { checkStaged } from '../engine/commit';
import { hookState } from '../engine/init';
import { type OpenFile, OutsideChanges } from '../engine/outsideChanges';
import type { RepositoryState } from '../engine/repositoryState';
import type { StagedStatus } from '../protocol';
import { type EditorServer, serveEditor } from '../repo/editors';
import { git } from '../repo/git';
import { writeRuntime } from '../repo/hooks';
import { watchIndex } from '../repo/watch';

/** What a repository's host asks of the server around it. */
export interface HostContext {
  /** Writes what the open documents of this repository still hold in memory. */
  flush(state: RepositoryState): Promise<void>;
  /** Asks the person how the commit is to go on; `staged` is then what the hook has found. */
  confirmCommit(
    state: RepositoryState,
    request: ConfirmCommitRequest,
    signal: AbortSignal,
  ): Promise<CommitAnswer>;
  /** An agent's hook reports an edit; answers the files whose sidecars are up to date with it. */
  agentEdit(state: RepositoryState, request: AgentEditRequest): Promise<string[]>;
  /** HEAD is another commit. */
  committed(state: RepositoryState): void;
  /** The staged change or the hook's state is another one. */
  changed(): void;
  /** The file, where it is open in the editor. */
  openFile(state: RepositoryState, path: string): OpenFile | undefined;
  /** Sidecars of files that are not open have changed. */
  markedOutside(state: RepositoryState): void;
  /** `cli.js` of this installation, for the hook. */
  readonly cliPath: string;
}

const NOTHING_STAGED: StagedStatus = { findings: [], held: false };

/** What runs for one open repository beside its documents: the hook's socket, and a watch on the staged change. */
export class RepositoryHost {
  #staged: StagedStatus = NOTHING_STAGED;
  #problems: string[] = [];
  #socket: Promise<EditorServer | null> | undefined;
  #watch: { dispose(): void } | undefined;
  #outside: OutsideChanges | undefined;
  #checking: Promise<void> | undefined;
  #again = false;
  #hookMissing = false;
  #stagedFindings: readonly Finding[] = [];
  #head: string | undefined;

  constructor(
    readonly state: RepositoryState,
    private readonly context: HostContext,
  ) {
    this.start();
  }

  get staged(): StagedStatus {
    return this.#staged;
  }

  /** What the staged change lacks, without what somebody let pass. */
  get stagedFindings(): readonly Finding[] {
    return this.#stagedFindings;
  }

  /** True when git does not call Taggant before a commit here. */
  get hookMissing(): boolean {
    return this.#hookMissing;
  }

  /** Sentences for the user about this repository. */
  get problems(): string[] {
    return [...this.state.problems, ...this.#problems];
  }

  /** Starts serving the hook and watching the index once the repository is set up. */
  start(): void {
    if (!this.state.isSetUp) return;
    this.#socket ??= this.#serve();
    this.#watch ??= watchIndex(this.state.repo.gitDir, () => this.refreshStaged());
    this.#outside ??= new OutsideChanges(this.state, {
      open: (path) => this.context.openFile(this.state, path),
      agent: () => this.state.agentAtWork(),
      marked: () => this.context.markedOutside(this.state),
    });
    this.refreshStaged();
  }

  /** A file was changed, in the editor or by others. */
  fileChanged(path: string): void {
    this.#outside?.changed(path);
  }

  /** The editor opens a file: resolves when what others have just done to it is known. */
  async fileOpening(path: string): Promise<void> {
    await this.#outside?.opening(path);
  }

  /** The editor has closed a file that it changed: what it saved of it last, as `OutsideChanges.closed` takes it. */
  fileClosed(path: string, text: string | null): void {
    this.#outside?.closed(path, text);
  }

  /** Looks at the staged change again; looks that come while one is under way become one. */
  refreshStaged(): void {
    if (!this.state.isSetUp) return;
    if (this.#checking) {
      this.#again = true;
      return;
    }
    this.#checking = this.#check()
      .catch((error) => {
        this.#problems = [(error as Error).message];
      })
      .finally(() => {
        this.#checking = undefined;
        if (this.#again) {
          this.#again = false;
          this.refreshStaged();
        }
        this.context.changed();
      });
  }

  async dispose(): Promise<void> {
    this.#watch?.dispose();
    await this.#outside?.dispose();
    await (await this.#socket)?.dispose();
  }

  async #serve(): Promise<EditorServer | null> {
    const { repo } = this.state;
    try {
      await writeRuntime(repo, { nodePath: process.execPath, cliPath: this.context.cliPath });
      return await serveEditor(repo, (request, signal) => this.#answer(request, signal));
    } catch (error) {
      this.state.report('dialog', `Commits cannot be shown in a dialog here: ${(error as Error).message}`);
      return null;
    }
  }

  async #answer(request: EditorRequest, signal: AbortSignal): Promise<EditorAnswer> {
    if (request.kind === 'agentEdit') {
      return { kind: 'agentEdit', settled: await this.context.agentEdit(this.state, request) };
    }
    await this.#outside?.beforeCommit();
    await this.context.flush(this.state);
    if (request.kind === 'flush') return { kind: 'flushed' };
    this.#found(request.findings);
    try {
      return { kind: 'decision', ...(await this.context.confirmCommit(this.state, request, signal)) };
    } finally {
      // What `git commit FILE` was about is not in the index when it is not committed.
      this.refreshStaged();
    }
  }

  async #check(): Promise<void> {
    const { repo } = this.state;
    await this.#noticeCommit();
    const hook = await hookState(repo);
    this.#hookMissing = hook.state !== 'installed';
    this.#problems = this.#hookMissing ? [hook.message] : [];
    this.#found((await checkStaged(repo)).findings);
  }

  #found(findings: readonly Finding[]): void {
    const open = findings.filter(({ clearance }) => clearance === undefined);
    this.#stagedFindings = open;
    this.#staged = {
      held: findings.some(holdsCommit),
      findings: open.map((finding) => ({
        uri: pathToFileURL(path.join(this.state.repo.root, finding.path)).toString(),
        range: linesRange(finding.startLine, finding.endLine),
        rule: finding.rule,
        enforcement: finding.enforcement,
      })),
    };
  }

  /** A commit that asked no hook is noticed by the index that git writes with it. */
  async #noticeCommit(): Promise<void> {
    const answer = await git(this.state.repo, HEAD_COMMIT, { allowExit: [1, 128] });
    const head = answer.toString('utf8').trim();
    if (this.#head !== undefined && this.#head !== head) this.context.committed(this.state);
    this.#head = head;
  }
}

const HEAD_COMMIT = ['rev-parse', '--verify', '--quiet', 'HEAD'];

function linesRange(startLine: number, endLine: number): StagedStatus['findings'][number]['range'] {
  return {
    start: { line: startLine, character: 0 },
    end: { line: Math.max(startLine, endLine - 1), character: 0 },
  };
}
