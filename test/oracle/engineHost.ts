/** The server's documents in this process, over a real repository, with a clock that the oracle turns. */
import { mock } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Edit } from '../../src/core/edits';
import { isUnknownOrigin } from '../../src/core/marks';
import { Repositories } from '../../src/engine/repositories';
import type { EditSource } from '../../src/protocol';
import { Documents } from '../../src/server/documents';
import { TestRepository } from '../support/repository';
import type { GitAtHand, Host, Sheet, Shown } from './host';

/** A request to the disk that is not answered yet; closing a file is one, too. */
const AT_WORK = /Req|^GetAddrInfo/;
/** A program that runs, and the ends of its pipes; and the pipes of this process itself. */
const PROGRAM = /^(ProcessWrap|PipeWrap)/;

function count(kind: RegExp): number {
  return process.getActiveResourcesInfo().filter((name) => kind.test(name)).length;
}

/** What is there when nothing is waited for: the output of this process, and programs that other tests have left running. */
function resting(): number {
  // The output is opened when it is first asked for.
  void [process.stdout, process.stderr];
  return count(PROGRAM);
}

/**
 * Turns of the event loop without any work, after which nothing is under way: from one request to the next one it is a
 * few, however busy the machine is.
 */
const QUIET_TURNS = 20;
/** Real milliseconds in which everything comes to an end, or something hangs. */
const LONGEST = 120_000;

/** Turns the clock of this process by hand from here on; the answer gives it back. */
export function stopClock(): () => void {
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now: Date.UTC(2026, 0, 15, 9) });
  return () => mock.timers.reset();
}

/** Give it a stopped clock. */
export class EngineHost implements Host {
  /** Programs and pipes that have nothing to do with this repository. */
  #resting = resting();
  readonly #repository: TestRepository;
  #other: EngineHost | null = null;
  #repositories = new Repositories(() => {});
  #documents = this.#newDocuments();
  readonly git: GitAtHand = {
    flush: async () => {
      await Promise.all(this.#documents.all().map(({ file }) => file?.flush()));
      await this.#idle();
    },
    run: (args, input) => this.#repository.attempt(args, input === undefined ? {} : { input }),
    read: (path) => this.#repository.find(path),
    told: async (pages) => {
      for (const page of pages) {
        const file = this.#documents.get(this.#uri(page))?.file;
        await file?.state.reload();
        file?.committed();
        file?.sidecarChangedOnDisk();
      }
      await this.#idle();
    },
  };

  /** `shared`: the repository of another window, which ends it. */
  constructor(private readonly shared?: TestRepository) {
    this.#repository = shared ?? new TestRepository();
    if (shared) return;
    // Nothing of this outlives the machine, and git need not tidy up.
    for (const [name, value] of [
      ['core.fsync', 'none'],
      ['gc.auto', '0'],
      ['maintenance.auto', 'false'],
    ] as const)
      this.#repository.git('config', name, value);
    this.#repository.write('.taggant/version', '1\n');
    this.#repository.write('README.md', 'A shop.\n');
    this.#repository.commitAll();
  }

  #newDocuments(): Documents {
    return new Documents(this.#repositories, () => {});
  }

  #uri(page: Sheet): string {
    return pathToFileURL(this.#repository.path(page.path)).toString();
  }

  async open(page: Sheet, text: string): Promise<void> {
    const uri = this.#uri(page);
    this.#documents.open(uri, 'typescript', page.version, text);
    await this.#documents.get(uri)!.located;
    const { file, tracking } = this.#documents.get(uri)!;
    if (!file) throw new Error(`not tracked: ${JSON.stringify(tracking)}`);
    await file.ready;
  }

  change(page: Sheet, edits: readonly Edit[]): void {
    const uri = this.#uri(page);
    const { document } = this.#documents.get(uri)!;
    this.#documents.change(uri, page.version, contentChanges(document, edits));
  }

  editOrigin(page: Sheet, version: number, source: EditSource): void {
    this.#documents.editOrigin({ uri: this.#uri(page), version, ...source });
  }

  settleOrigin(page: Sheet, version: number, source: EditSource): void {
    this.#documents.settleOrigin({ uri: this.#uri(page), version, ...source });
  }

  copied(page: Sheet, start: number, end: number): void {
    const uri = this.#uri(page);
    const { document } = this.#documents.get(uri)!;
    const range = { start: document.positionAt(start), end: document.positionAt(end) };
    this.#documents.copied({ uri, version: document.version, ranges: [range] });
  }

  write(page: Sheet, text: string): void {
    this.#repository.write(page.path, text);
  }

  saved(page: Sheet): void {
    this.#documents.saved(this.#uri(page));
  }

  async declare(page: Sheet, start: number, end: number, tool: string | null): Promise<void> {
    const file = this.#documents.get(this.#uri(page))!.file!;
    file.declare(
      start,
      end,
      tool === null ? null : file.state.labelFor({ evidence: 'declared', tool }, new Date()),
    );
  }

  async close(page: Sheet): Promise<void> {
    await this.pass(300);
    await this.#documents.close(this.#uri(page));
    await this.#idle();
  }

  async restart(pages: readonly (readonly [Sheet, string])[]): Promise<void> {
    await this.pass(300);
    await this.#documents.suspend();
    await this.#idle();
    this.#repositories = new Repositories(() => {});
    this.#documents = this.#newDocuments();
    for (const [page, text] of pages) await this.open(page, text);
  }

  async pass(milliseconds: number): Promise<void> {
    mock.timers.tick(milliseconds);
    await this.#idle();
  }

  /** Resolves when no file and no program is waited for. @throws Error when that never comes */
  async #idle(): Promise<void> {
    const begin = performance.now();
    for (let turns = 0; turns < QUIET_TURNS; turns++) {
      await new Promise((next) => setImmediate(next));
      const programs = count(PROGRAM);
      this.#resting = Math.min(this.#resting, programs);
      if (programs > this.#resting || count(AT_WORK) > 0) turns = 0;
      if (performance.now() - begin > LONGEST) {
        throw new Error(`Still under way: ${process.getActiveResourcesInfo().join(', ')}.`);
      }
    }
  }

  async marks(page: Sheet): Promise<readonly Shown[]> {
    const file = this.#documents.get(this.#uri(page))!.file!;
    return file.marks().spans.map(({ start, end, label }) => {
      const contribution = file.state.contribution(label);
      return {
        start,
        end,
        isAi: !isUnknownOrigin(label),
        isInferred: contribution?.evidence === 'inferred',
        tool: contribution?.tool,
      };
    });
  }

  elsewhere(): Host {
    this.#other ??= new EngineHost(this.#repository);
    return this.#other;
  }

  async stop(): Promise<void> {
    await this.#other?.stop();
    await this.pass(300);
    await this.#documents.suspend();
    if (!this.shared) this.#repository.remove();
  }
}

/** As VS Code reports them: from the end of the text to its start. */
export function contentChanges(document: TextDocument, edits: readonly Edit[]) {
  return edits
    .map(({ start, end, text }) => ({
      range: { start: document.positionAt(start), end: document.positionAt(end) },
      text,
    }))
    .reverse();
}
