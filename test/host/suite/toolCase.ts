/** What a case of the tool matrix is, and the hands it is played with. */
import { execFileSync } from 'node:child_process';
import { readFileSync, utimesSync } from 'node:fs';
import { resolve } from 'node:path';
import * as vscode from 'vscode';
import { select } from './markedFiles';
import { actUntil } from './waiting';

/**
 * What a tool does to AI text («…») and to a person's side by side. Every identifier is used once, so that each
 * character's truth can be written down by hand. `‹…›` is text of unknown origin.
 */
export interface ToolCase {
  readonly name: string;
  /** The file's name after its number: its language. */
  readonly file?: string;
  readonly before: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  run(editor: vscode.TextEditor): PromiseLike<unknown>;
  readonly after: string;
  /** Where the editor does not name the source of an edit, the result is another one: why. */
  readonly withoutReasons?: { readonly after: string; readonly because: string };
}

/** Set by the cases for the test's own providers, which stand for an extension's. */
export const PROVIDED = {
  /** What a formatter makes of a text. */
  format: (text: string) => text,
  /** The completions offered, each replacing the word before the cursor. */
  completions: [] as string[],
  /** A quick fix: this becomes that. It is given away once, see `quickFixes`. */
  fix: ['', ''] as readonly [string, string],
};

export const UNFORMATTED = `function  alpha( bravo ){
return  bravo+'charlie'
}
«function  kilo( lima ){
return  lima+'mike'
}»
`;

export const command = (id: string, ...args: unknown[]) => vscode.commands.executeCommand(id, ...args);

export async function type(text: string): Promise<void> {
  for (const key of text) await command('type', { text: key });
}

/** Selects the text and runs commands on it. */
export const on =
  (text: string, ...commands: string[]) =>
  async (editor: vscode.TextEditor) => {
    select(editor, text);
    for (const id of commands) await command(id);
  };

export const onAll =
  (...commands: string[]) =>
  async () => {
    await command('editor.action.selectAll');
    for (const id of commands) await command(id);
  };

/** Acts until the text has `part`. */
export function actUntilThere(
  { document }: { document: vscode.TextDocument },
  part: string,
  act: () => PromiseLike<unknown>,
  patience?: number,
): Promise<void> {
  return actUntil(`${part} in the text`, () => document.getText().includes(part), act, patience);
}

/** Acts until the text is another one. */
export function actUntilChanged(
  { document }: { document: vscode.TextDocument },
  act: () => PromiseLike<unknown>,
  patience?: number,
): Promise<void> {
  const before = document.getText();
  return actUntil('a change of the text', () => document.getText() !== before, act, patience);
}

/** Waits until the text has `part`. */
export const isThere = (editor: { document: vscode.TextDocument }, part: string) =>
  actUntilThere(editor, part, async () => {});

/** A document without changes is not saved, and nothing is done to it. */
export function changedAndSaved(editor: vscode.TextEditor): Promise<void> {
  return actUntilChanged(editor, async () => {
    editor.selection = new vscode.Selection(0, 0, 0, 0);
    await type('x');
    await command('deleteLeft');
    await editor.document.save();
  });
}

/** Formatters of language extensions answer only once these have started. */
export function formatDocument(editor: vscode.TextEditor): Promise<void> {
  editor.options = { tabSize: 2, insertSpaces: true };
  return actUntilChanged(editor, () => command('editor.action.formatDocument'));
}

/** A formatter as a program that is run on the saved file, as "run on save" extensions do it. */
const program =
  (path: string, ...args: string[]) =>
  async (editor: vscode.TextEditor) => {
    const { document } = editor;
    await document.save();
    const root = resolve(process.env.TAGGANT_COUNTS!, '../../../../..');
    execFileSync(process.execPath, [resolve(root, path), ...args, document.fileName], { stdio: 'ignore' });
    const laidOut = readFileSync(document.fileName, 'utf8');
    // The editor does not see what happens to a file before it watches it.
    const touch = async () => utimesSync(document.fileName, new Date(), new Date());
    await actUntil('the editor reads the file', () => document.getText() === laidOut, touch, 2_000);
  };

export const prettier = program(
  'node_modules/prettier/bin/prettier.cjs',
  '--no-config',
  '--ignore-path',
  '/dev/null',
  '--write',
);
export const biome = program(
  'node_modules/@biomejs/biome/bin/biome',
  'format',
  '--write',
  '--indent-style=space',
);
