import { MAX_TRACKED_CHARACTERS } from '../../core/limits';

/** A notification for the server. */
export interface Message {
  readonly method: string;
  readonly params: object;
}

/** A document as it was when the editor began to hold it; `version` is the editor's. */
export interface HeldText {
  readonly languageId: string;
  readonly version: number;
  readonly text: string;
}

/** A document that no server follows: its text at one moment, and all that has to be said of it since. */
export interface Unsent extends HeldText {
  /** In the order in which they have to be sent, after the document itself. */
  readonly messages: readonly Message[];
}

interface Held extends HeldText {
  readonly messages: Message[];
  /** Of the text and of all that came into it. */
  characters: number;
}

/** How much is held, in UTF-16 code units of all texts and of what came into them, and in messages for one document. */
const MOST_CHARACTERS = 4 * MAX_TRACKED_CHARACTERS;
const MOST_MESSAGES = 10_000;

/**
 * What happened to documents while no server follows them, by their URIs: before the first one runs, and between the end of
 * one and the start of the next. Nothing here knows VS Code.
 */
export class UnsentMessages {
  readonly #held = new Map<string, Held>();
  #closed: { readonly uri: string; readonly held: Held }[] = [];
  #characters = 0;

  /** `onDropped` is told of a document of which too much has happened: the server gets the text it has in the end. */
  constructor(private readonly onDropped: (uri: string) => void) {}

  /** True when nothing is held at all. */
  get isEmpty(): boolean {
    return this.#held.size === 0;
  }

  has(uri: string): boolean {
    return this.#held.has(uri);
  }

  /** Begins to hold a document. One that is held already stays as it is; one that is too large is not held. */
  hold(uri: string, { languageId, version, text }: HeldText): void {
    if (this.#held.has(uri) || text.length > MAX_TRACKED_CHARACTERS) return;
    if (this.#characters + text.length > MOST_CHARACTERS) {
      this.onDropped(uri);
      return;
    }
    this.#characters += text.length;
    this.#held.set(uri, { languageId, version, text, messages: [], characters: text.length });
  }

  /**
   * Keeps a message about a document; `characters` is how much text it brings. Answers false, and keeps nothing, when the
   * document is not held.
   */
  add(uri: string, message: Message, characters = 0): boolean {
    const held = this.#held.get(uri) ?? this.#closed.findLast((closed) => closed.uri === uri)?.held;
    if (!held) return false;
    held.messages.push(message);
    held.characters += characters;
    this.#characters += characters;
    if (held.messages.length > MOST_MESSAGES || this.#characters > MOST_CHARACTERS) this.#drop(uri);
    return true;
  }

  /** The document was closed: what happened to it is kept, if anything did. */
  close(uri: string): void {
    const held = this.#held.get(uri);
    this.#held.delete(uri);
    if (!held) return;
    if (held.messages.length > 0) this.#closed.push({ uri, held });
    else this.#characters -= held.characters;
  }

  /** What is held of an open document, which from here on is sent. */
  take(uri: string): Unsent | undefined {
    const held = this.#held.get(uri);
    this.#held.delete(uri);
    if (held) this.#characters -= held.characters;
    return held;
  }

  /** The documents that were closed meanwhile, in that order; each is handed out once. */
  takeClosed(): { readonly uri: string; readonly held: Unsent }[] {
    const closed = this.#closed;
    this.#closed = [];
    for (const { held } of closed) this.#characters -= held.characters;
    return closed;
  }

  #drop(uri: string): void {
    if (!this.take(uri)) {
      const [dropped] = this.#closed.splice(
        this.#closed.findIndex((closed) => closed.uri === uri),
        1,
      );
      this.#characters -= dropped?.held.characters ?? 0;
    }
    this.onDropped(uri);
  }
}
