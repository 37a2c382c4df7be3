import type { Evidence, Origin } from '../core/marks';
import type { Copied } from './clipboard';
import type { RepositoryState } from './repositoryState';

/** What the sensor of a front says of an edit. */
export interface EditSource {
  readonly origin: Origin | 'pending';
  readonly evidence?: Evidence;
  readonly tool?: string;
  readonly model?: string;
  readonly session?: string;
  readonly undoRedo?: 'undo' | 'redo' | 'restore';
}

/** What a tracked file needs of whoever holds the document's text. */
export interface TextHolder {
  /** The newest text. */
  text(): string;
  /** Marks, or what is known of them, changed. */
  changed(): void;
  /** The text is no file yet, or only a part of one: it is followed, and nothing goes to disk. */
  readonly isLoose?: boolean;
  /** A text that is open, or was, under another name, with its marks; null when there is none. */
  sameText?(text: string): Copied | null;
  /** Resolves when the documents that were opened before are read: `sameText` knows only those. */
  othersRead?(): Promise<void>;
  /** What is known of a pasted text: it was copied inside an editor. Null when it came from elsewhere. */
  copyOf(text: string, into: RepositoryState): Copied | null;
}
