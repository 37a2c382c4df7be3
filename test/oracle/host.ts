/** What holds the marks of a simulated window's documents: the engine in this process, or a language server. */
import type { Edit } from '../../src/core/edits';
import type { EditOriginParams, EditSource } from '../../src/protocol';
import type { Page } from './page';

/** One marked run of a document's text, offsets in UTF-16. */
export interface Shown {
  readonly start: number;
  readonly end: number;
  readonly isAi: boolean;
  readonly isInferred: boolean;
  readonly tool?: string | undefined;
}

export interface Host {
  /** Opens a document with the text and the version it has now. */
  open(page: Page): Promise<void>;
  change(page: Page, edits: readonly Edit[]): void;
  /** Said just before the change that makes `version`. */
  editOrigin(page: Page, version: number, source: Omit<EditOriginParams, 'uri' | 'version'>): void;
  settleOrigin(page: Page, version: number, source: EditSource): void;
  copied(page: Page, start: number, end: number): void;
  /** Writes the file, as the editor or somebody else does. */
  write(page: Page): void;
  saved(page: Page): void;
  declare(page: Page, start: number, end: number, tool: string | null): Promise<void>;
  close(page: Page): Promise<void>;
  /** The server ends and another one is started; documents are opened in it anew. */
  restart(pages: readonly Page[]): Promise<void>;
  /** Time passes, and what was to be done meanwhile is done. */
  pass(milliseconds: number): Promise<void>;
  marks(page: Page): Promise<readonly Shown[]>;
  stop(): Promise<void>;
}
