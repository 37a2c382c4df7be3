/** Milliseconds after a document was opened in which the editor's file watcher tells what others had just written. */
const WATCHER_DELAY = 30_000;

/** What an open document has read from its file, and whether it still says that: its versions, as the editor counts them. */
export class ReadText {
  /** The text that it was opened with, once it has another one; null when nobody needs it any more. */
  #opened: string | null = null;
  #isAsOpened = true;
  #isKnown = false;
  /** The newest version that the file says. */
  #onDisk: number;

  /** `now` in milliseconds, as in `willEdit`. */
  constructor(
    version: number,
    private readonly since: number,
  ) {
    this.#onDisk = version;
  }

  /** Nothing was changed here since it was opened. */
  get isAsOpened(): boolean {
    return this.#isAsOpened;
  }

  /** The text that it was opened with, of which others may still be found to have written it; `text` is that of now. */
  opened(text: () => string): string | null {
    if (this.#isKnown) return null;
    return this.#isAsOpened ? text() : this.#opened;
  }

  /** It is known who wrote the text that it was opened with. */
  isKnown(): void {
    this.#isKnown = true;
    this.#opened = null;
  }

  /** `before` is about to be changed. */
  willEdit(before: string, now: number): void {
    if (this.#isAsOpened && now - this.since <= WATCHER_DELAY) this.#opened = before;
    this.#isAsOpened = false;
  }

  /** The editor tells that `version` is the file's text, and since `isRead` that it was read there: what changes so is followed. */
  isOnDisk(version: number, isRead: boolean): void {
    this.#onDisk = Math.max(this.#onDisk, version);
    if (isRead) this.isKnown();
  }

  /** The text of `version`, the newest one, where that is the file's. */
  onDisk(version: number, text: () => string): string | null {
    return version === this.#onDisk ? text() : null;
  }
}
