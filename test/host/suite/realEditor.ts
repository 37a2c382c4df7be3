/** The oracle's operations as VS Code's own commands do them, in a real editor. Whose each letter is, the ink says. */
import { writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { FOREIGN, HUMAN, Ink, type Source } from '../../oracle/characters';
import type { Kind, Operation } from '../../oracle/operations';
import { Truth } from '../../oracle/truth';
import { actUntil, until } from './waiting';

const AI: Source = { kind: 'ai', tool: 'taggant-test.completions' };
const MOST_CHARACTERS = 600;

const command = (id: string, ...args: unknown[]) => vscode.commands.executeCommand(id, ...args);

type Doing = (at: RealEditor, operation: Operation) => PromiseLike<unknown>;

/** What a real window can do with its commands alone; the other kinds need a mouse, an agent or another server. */
export const DOINGS: Partial<Record<Kind, Doing>> = {
  type: (at, { a, n }) => at.typeAt(at.place(a), at.own(at.ink.word(1 + (n % 5)))),
  enter: (at, { a }) => at.typeAt(at.place(a), '\n'),
  pair: (at, { a }) => at.typeAt(at.place(a), '('),
  surround: (at, { a, b }) => at.typeOver(at.range(a, b, 20), '('),
  overtype: (at, { a, b, n }) => at.typeOver(at.range(a, b, 30), at.own(at.ink.word(1 + (n % 4)))),
  multiType: (at, { a, b, n }) => {
    at.putCursors([at.place(a), at.place(b)]);
    return at.keys(at.own(at.ink.word(1 + (n % 3))));
  },
  backspace: (at, { a, n, v }) => {
    at.putCursors([at.place(a)]);
    return at.run(v % 3 === 0 ? 'deleteRight' : 'deleteLeft', 1 + (n % 5));
  },
  deleteRange: (at, { a, b }) => at.on(at.range(a, b, 60), 'deleteLeft'),
  deleteLines: (at, { a, b }) => at.on(at.range(a, b, 60), 'editor.action.deleteLines'),
  cut: (at, { a, b }) => at.on(at.range(a, b, 120), 'editor.action.clipboardCutAction'),
  copy: (at, { a, b }) => at.on(at.range(a, b, 120), 'editor.action.clipboardCopyAction'),
  paste: (at, { a }) => at.paste(at.place(a)),
  pasteForeign: async (at, { a, n, v }) => {
    await vscode.env.clipboard.writeText(at.by(FOREIGN, at.ink.code(1 + (n % 5), v)));
    await at.paste(at.place(a));
  },
  accept: (at, { a, n, v }) => at.accept(at.place(a), at.ink.code(1 + (n % 3), v), v % 2 === 0),
  acceptWhole: (at, { a, n }) => at.acceptWhole(Math.max(1, at.place(a)), at.ink.word(3), at.ink.word(4 + n)),
  acceptParts: (at, { a, n, v }) => at.acceptParts(at.place(a), at.ink.code(1, v), 1 + (n % 3)),
  nextEdit: (at, { a, n }) => at.nextEdit(at.place(a), at.ink.word(4 + n)),
  late: (at, { a, n, v }) => at.workspaceEdit(at.place(a), at.ink.code(1 + (n % 4), v)),
  format: (at) => at.run('editor.action.formatDocument'),
  sort: (at, { a, b }) => at.on(at.range(a, b, 200), 'editor.action.sortLinesAscending'),
  comment: (at, { a, b }) => at.on(at.range(a, b, 80), 'editor.action.commentLine'),
  trim: (at) => at.run('editor.action.trimTrailingWhitespace'),
  join: (at, { a }) => at.on([at.place(a), at.place(a)], 'editor.action.joinLines'),
  moveLines: (at, { a, b, v }) =>
    at.on(at.range(a, b, 60), `editor.action.moveLines${v % 2 === 0 ? 'Down' : 'Up'}Action`),
  undo: (at, { n }) => at.run('undo', 1 + (n % 4)),
  redo: (at, { n }) => at.run('redo', 1 + (n % 4)),
  save: (at) => at.editor.document.save(),
  revert: (at) => at.run('workbench.action.files.revert'),
  external: (at, { a, n, v }) => at.writtenByOthers(at.place(a), at.ink.code(1 + (n % 4), v)),
};

export class RealEditor {
  readonly ink = new Ink();
  readonly truth = new Truth(this.ink);

  constructor(readonly editor: vscode.TextEditor) {
    // Its letters are the first of every ink.
    this.ink.code(6, 1);
    this.own(editor.document.getText());
  }

  get document(): vscode.TextDocument {
    return this.editor.document;
  }

  /** The text with which each begins. */
  static text(name: string): string {
    return `// ${name}\n${new Ink().code(6, 1)}\n`;
  }

  /** Says whose a text is that comes in next, and answers it. */
  by(source: Source, text: string): string {
    return this.truth.isBy(source, text);
  }

  own(text: string): string {
    return this.by(HUMAN, text);
  }

  /** The offset that so many thousandths of the text are. */
  place(thousandths: number): number {
    return Math.floor((Math.min(thousandths, 1000) / 1000) * this.document.getText().length);
  }

  range(a: number, b: number, most: number): [number, number] {
    const start = this.place(a);
    return [start, Math.min(this.document.getText().length, start + Math.floor((b / 1000) * most))];
  }

  putCursors(places: readonly number[]): void {
    this.editor.selections = places.map((place) => {
      const at = this.document.positionAt(place);
      return new vscode.Selection(at, at);
    });
  }

  async run(id: string, times = 1): Promise<void> {
    for (let i = 0; i < times; i++) await command(id);
  }

  async on(range: readonly [number, number], id: string): Promise<void> {
    this.#select(range);
    await command(id);
  }

  async keys(text: string): Promise<void> {
    for (const key of text) await command('type', { text: key });
  }

  async typeAt(place: number, text: string): Promise<void> {
    this.putCursors([place]);
    await this.keys(text);
  }

  async typeOver(range: readonly [number, number], text: string): Promise<void> {
    this.#select(range);
    await this.keys(text);
  }

  async paste(place: number): Promise<void> {
    if (this.isFull() || (await vscode.env.clipboard.readText()) === '') return;
    this.putCursors([place]);
    await command('editor.action.clipboardPasteAction');
  }

  /** Accepts a suggestion as our key binding does, once it is on the screen; then, if so wished, types on at once. */
  async accept(place: number, text: string, typesOn: boolean): Promise<void> {
    if (this.isFull()) return;
    this.putCursors([place]);
    await this.#offer({ after: this.#before(place), text: this.by(AI, text) });
    await this.#commit();
    if (typesOn) await this.keys(this.own(this.ink.word(2)));
  }

  async acceptWhole(place: number, typed: string, rest: string): Promise<void> {
    if (this.isFull()) return;
    this.own(typed);
    await this.typeAt(place, typed);
    const text = `${typed}${this.by(AI, rest)}`;
    await this.#offer({ after: this.#before(place), text, whole: true });
    await this.#commit();
  }

  async acceptParts(place: number, text: string, parts: number): Promise<void> {
    if (this.isFull()) return;
    this.putCursors([place]);
    await this.#offer({ after: this.#before(place), text: this.by(AI, text) });
    // The key binding works, and says so, as long as there is something on the screen.
    for (let i = 0, { version } = this.document; i < parts; i++, { version } = this.document) {
      await command('editor.action.inlineSuggest.acceptNextWord');
      if (this.document.version === version) break;
      await command('taggant.noteAcceptance', 'completion');
    }
    await command('editor.action.inlineSuggest.hide');
  }

  /** The word at the place becomes another one. */
  async nextEdit(place: number, name: string): Promise<void> {
    const word = this.document.getWordRangeAtPosition(this.document.positionAt(place), /[\u4e00-\u9fff]+/);
    if (!word || this.isFull()) return;
    const replace = this.document.getText(word);
    const at = this.document.offsetAt(word.start);
    this.putCursors([at]);
    await this.#offer({ after: this.#before(at), replace, text: this.by(AI, name) });
    await this.#commit();
  }

  /** An extension that says nothing. */
  async workspaceEdit(place: number, text: string): Promise<void> {
    if (this.isFull()) return;
    const edit = new vscode.WorkspaceEdit();
    edit.insert(this.document.uri, this.document.positionAt(place), this.by(FOREIGN, text));
    await vscode.workspace.applyEdit(edit);
  }

  /** Somebody else writes the file, and the editor, which has nothing unsaved, reads it again. */
  async writtenByOthers(place: number, text: string): Promise<void> {
    if (this.document.isDirty || this.isFull()) return;
    const before = this.document.getText();
    const after = `${before.slice(0, place)}${this.by(FOREIGN, text)}${before.slice(place)}`;
    const write = async () => writeFileSync(this.document.uri.fsPath, after);
    // The editor does not see what happens to a file before it watches it.
    await actUntil('the editor has read the file', () => this.document.getText() === after, write, 3_000);
  }

  isFull(): boolean {
    return this.document.getText().length > MOST_CHARACTERS;
  }

  #select([start, end]: readonly [number, number]): void {
    const { document } = this;
    this.editor.selection = new vscode.Selection(document.positionAt(start), document.positionAt(end));
  }

  #before(place: number): string {
    return this.document.getText().slice(0, place);
  }

  async #offer(offer: object): Promise<void> {
    const shown = await command('taggantTest.shown');
    await command('taggantTest.offer', [offer]);
    await until('the suggestion is shown', async () => {
      await command('editor.action.inlineSuggest.trigger');
      return (await command('taggantTest.shown')) !== shown;
    });
    await command('taggantTest.offer', []);
  }

  async #commit(): Promise<void> {
    const note = { command: 'taggant.noteAcceptance', args: ['completion'] };
    await command('runCommands', { commands: ['editor.action.inlineSuggest.commit', note] });
  }
}
