/** What holds the marks of a simulated window's documents: the engine in this process, or a language server. */
import type { Edit } from '../../src/core/edits';
import type { EditOriginParams, EditSource } from '../../src/protocol';

/** A document as a client names it. */
export interface Sheet {
  /** Relative to the repository's root. */
  readonly path: string;
  readonly version: number;
}

/** One marked run of a document's text, offsets in UTF-16. */
export interface Shown {
  readonly start: number;
  readonly end: number;
  readonly isAi: boolean;
  readonly isInferred: boolean;
  readonly tool?: string | undefined;
}

/** Git, as somebody at a terminal calls it in the repository of the documents, and what the server does around it. */
export interface GitAtHand {
  /** What a commit's hook asks the server first: what it has in memory goes to disk. */
  flush(): Promise<void>;
  run(args: readonly string[], input?: string): { readonly status: number | null; readonly stdout: string };
  /** What a file of the working tree says; null when it is not there. */
  read(path: string): string | null;
  /** The editor's watchers tell of the sidecars of these documents, and of a commit. */
  told(pages: readonly Sheet[]): Promise<void>;
}

export interface Host {
  /** Null where real git is not played. */
  readonly git: GitAtHand | null;
  /** Opens a document with this text, and the version it has now. */
  open(page: Sheet, text: string): Promise<void>;
  change(page: Sheet, edits: readonly Edit[]): void;
  /** Said just before the change that makes `version`. */
  editOrigin(page: Sheet, version: number, source: Omit<EditOriginParams, 'uri' | 'version'>): void;
  settleOrigin(page: Sheet, version: number, source: EditSource): void;
  copied(page: Sheet, start: number, end: number): void;
  /** Writes the file, as the editor or somebody else does. */
  write(page: Sheet, text: string): void;
  saved(page: Sheet): void;
  declare(page: Sheet, start: number, end: number, tool: string | null): Promise<void>;
  close(page: Sheet): Promise<void>;
  /** The server ends and another one is started; documents are opened in it anew. */
  restart(pages: readonly (readonly [Sheet, string])[]): Promise<void>;
  /** Time passes, and what was to be done meanwhile is done. */
  pass(milliseconds: number): Promise<void>;
  marks(page: Sheet): Promise<readonly Shown[]>;
  /** Another window on the same folder; absent where that is not played. */
  elsewhere?(): Host;
  stop(): Promise<void>;
}
