/** A simulated editor window at work: its documents, its clipboard, what was said of them, and the comparison with the truth. */
import type { Edit } from '../../src/core/edits';
import { Branches } from './branches';
import { type Character, copyOf, Ink, type Source, textOf } from './characters';
import { type Counts, compare, type Fault } from './compare';
import type { GitAtHand, Host } from './host';
import { type Change, Page, type Text } from './page';
import { type Row, type Seen, Signals } from './signals';

/** Text of an AI whose report has not come yet. */
interface Unreported {
  readonly page: Page;
  readonly version: number;
  readonly source: Source;
  readonly tool: string;
}

/** What a chat changed last, as long as nothing else did. */
interface ChatEdit {
  readonly before: Text;
  readonly after: Text;
}

const MOST_CHARACTERS = 1_200;
/** After this long what nothing explained is decided (milliseconds). */
export const SETTLED = 3_100;
/** Nobody commits sooner than this after an edit; what is older than half a second is decided at a commit (milliseconds). */
const HANDS = 600;

export class Desk {
  readonly signals: Signals;
  readonly pages: Page[] = [];
  clipboard: Character[] = [];
  unreported: Unreported[] = [];
  /** Milliseconds that have passed. */
  time = 0;
  readonly chats = new Map<Page, ChatEdit>();
  readonly branches = new Branches();
  /** Another window on the same folder, where one was opened. */
  other: Desk | null = null;
  /** Files have other names, or are open elsewhere: what git does to them is not played any more. */
  isApart = false;

  private constructor(
    readonly row: Row,
    readonly host: Host,
    /** Names what is this desk's own in the repository. */
    readonly name: string,
    readonly ink: Ink,
  ) {
    this.signals = new Signals(row, host);
  }

  /** Opens so many documents with a person's text in them; `name` keeps their paths apart from others. */
  static async open(row: Row, host: Host, name: string, documents = 2, ink: Ink = new Ink()): Promise<Desk> {
    const desk = new Desk(row, host, name, ink);
    for (let i = 0; i < documents; i++) {
      // No two files say the same: a copy of a marked file has its marks.
      const page = new Page(`src/${name}-${i}.ts`, `// ${name}-${i}\n${desk.ink.code(6, i)}`);
      desk.pages.push(page);
      host.write(page, textOf(page.disk));
      await host.open(page, textOf(page.text));
    }
    return desk;
  }

  /** Null where real git is not played. */
  get git(): GitAtHand | null {
    return this.isApart ? null : this.host.git;
  }

  /** Another window, with a document of its own; null where there is none, or git knows these files already. */
  async otherWindow(): Promise<Desk | null> {
    if (this.branches.head || !this.host.elsewhere) return null;
    this.isApart = true;
    this.other ??= await Desk.open(this.row, this.host.elsewhere(), `${this.name}w`, 1, this.ink);
    return this.other;
  }

  /** One change event. */
  change(page: Page, changes: readonly Change[], seen: Seen, joined = false): void {
    const edits = page.change(changes, joined);
    this.tell(page, edits, seen);
  }

  tell(page: Page, edits: readonly Edit[], seen: Seen): void {
    this.signals.changed(page, edits, seen);
  }

  /** As long as text is there, makes room for more. */
  isFull(page: Page): boolean {
    return page.length > MOST_CHARACTERS;
  }

  copy(page: Page, start: number, end: number): void {
    this.host.copied(page, start, end);
    // A copy is a picture of what is known when it is made.
    this.clipboard = copyOf(page.text.slice(start, end)).map((character) =>
      character.source.kind === 'undecided' ? { ...character, source: { kind: 'undecided' } } : character,
    );
  }

  /** The newest change is an AI's, and its report comes later, if ever. */
  awaitReport(page: Page, source: Source, tool: string): void {
    this.unreported.push({ page, version: page.version, source, tool });
  }

  /** The report on a change that nothing explained. */
  report(unreported: Unreported, evidence: 'hook' | 'accepted'): void {
    const { page, version, source, tool } = unreported;
    this.unreported = this.unreported.filter((other) => other !== unreported);
    this.host.settleOrigin(page, version, { origin: 'ai', evidence, tool });
    source.kind = 'ai';
    source.tool = tool;
  }

  /** A commit is about to be made: the server decides what nothing has explained so far. */
  async flush(git: GitAtHand): Promise<void> {
    await this.pass(HANDS);
    await git.flush();
  }

  async pass(milliseconds: number): Promise<void> {
    this.time += milliseconds;
    this.signals.passed(milliseconds);
    this.other?.signals.passed(milliseconds);
    await this.host.pass(milliseconds);
  }

  /** The first character whose mark is not its truth; adds to the counts. */
  async compare(counts: Counts): Promise<Fault | null> {
    let first: Fault | null = null;
    for (const page of this.pages) {
      const fault = compare(page, await this.host.marks(page), this.row, counts);
      first ??= fault;
    }
    return first ?? (await this.other?.compare(counts)) ?? null;
  }

  async close(): Promise<void> {
    await this.other?.close();
    for (const page of this.pages) await this.host.close(page);
  }
}

/** The offset that so many thousandths of a text are. */
export function placeIn(page: Page, thousandths: number): number {
  return Math.floor((Math.min(thousandths, 1000) / 1000) * page.length);
}

/** The index of the element that so many thousandths of a list are; undefined for an empty list. */
export function pick<T>(list: readonly T[], thousandths: number): T | undefined {
  return list[Math.min(list.length - 1, Math.floor((thousandths / 1000) * list.length))];
}

export function shown(page: Page): string {
  return JSON.stringify(textOf(page.text));
}
