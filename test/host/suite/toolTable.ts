/**
 * What each tool of the editor does to AI text («…») and to a person's side by side. Every identifier is used once, so that
 * each character's truth can be written down by hand. `‹…›` is text of unknown origin.
 */
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import * as vscode from 'vscode';
import { select } from './markedFiles';

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

/** Set by the test's own providers, which stand for an extension's. */
export const PROVIDED = {
  /** What a formatter makes of a text. */
  format: (text: string) => text,
  /** The completions offered, each replacing the word before the cursor. */
  completions: [] as string[],
  /** A quick fix: this becomes that. */
  fix: ['', ''] as [string, string],
};

const command = (id: string, ...args: unknown[]) => vscode.commands.executeCommand(id, ...args);

async function type(text: string): Promise<void> {
  for (const key of text) await command('type', { text: key });
}

/** Selects the text and runs a command on it. */
const on =
  (text: string, ...commands: string[]) =>
  async (editor: vscode.TextEditor) => {
    select(editor, text);
    for (const id of commands) await command(id);
  };

const onAll =
  (...commands: string[]) =>
  async () => {
    await command('editor.action.selectAll');
    for (const id of commands) await command(id);
  };

/** A formatter as a program that is run on the saved file, as "run on save" extensions do it. */
const program =
  (path: string, ...args: string[]) =>
  async ({ document }: vscode.TextEditor) => {
    await document.save();
    const root = resolve(process.env.TAGGANT_COUNTS!, '../../../../..');
    execFileSync(process.execPath, [resolve(root, path), ...args, document.fileName], { stdio: 'ignore' });
  };

const prettier = program(
  'node_modules/prettier/bin/prettier.cjs',
  '--no-config',
  '--ignore-path',
  '/dev/null',
  '--write',
);
const biome = program('node_modules/@biomejs/biome/bin/biome', 'format', '--write', '--indent-style=space');

const UNFORMATTED = `function  alpha( bravo ){
return  bravo+'charlie'
}
«function  kilo( lima ){
return  lima+'mike'
}»
`;

/** A document without changes is not saved, and nothing is done to it. */
async function changedAndSaved(editor: vscode.TextEditor): Promise<void> {
  editor.selection = new vscode.Selection(0, 0, 0, 0);
  await type('x');
  await command('deleteLeft');
  await editor.document.save();
}

/** Formatters of language extensions answer only once these have started. */
async function formatDocument(editor: vscode.TextEditor): Promise<void> {
  editor.options = { tabSize: 2, insertSpaces: true };
  const before = editor.document.getText();
  for (let i = 0; i < 100 && editor.document.getText() === before; i++) {
    await command('editor.action.formatDocument');
    await new Promise((next) => setTimeout(next, 50));
  }
}

export const TOOLS: readonly ToolCase[] = [
  // Layout
  {
    name: 'format document, by the built-in formatter',
    file: '.ts',
    before: UNFORMATTED,
    run: formatDocument,
    after: `function alpha(bravo) {
  return bravo + 'charlie'
}
«function kilo(lima) {
  return lima + 'mike'
}»
`,
  },
  {
    name: 'format document, by an extension that replaces the whole text',
    file: '.taggant-test',
    before: UNFORMATTED,
    run: async () => {
      PROVIDED.format = (text) =>
        text
          .replace(/ {2}/g, ' ')
          .replace(/^return (\w+)\+'(\w+)'/gm, '  return $1 + "$2";')
          .replace(/\( (\w+) \)\{/g, '($1) {');
      await command('editor.action.formatDocument');
    },
    after: `function alpha(bravo) {
  return bravo + "charlie";
}
«function kilo(lima) {
  return lima + "mike";
}»
`,
  },
  {
    name: 'format on save',
    file: '.ts',
    before: UNFORMATTED,
    settings: { 'editor.formatOnSave': true, 'editor.tabSize': 2, 'editor.detectIndentation': false },
    run: changedAndSaved,
    after: `function alpha(bravo) {
  return bravo + 'charlie'
}
«function kilo(lima) {
  return lima + 'mike'
}»
`,
  },
  {
    name: 'format on type',
    file: '.ts',
    before: 'let  alpha=1\n«if(kilo){lima( mike )}»\n',
    settings: { 'editor.formatOnType': true },
    run: async (editor) => {
      select(editor, '=1|\n');
      await type(';');
      select(editor, 'mike )|');
      await type(';');
    },
    after: 'let alpha = 1;\n«if(kilo){lima( mike )»;«}»\n',
  },
  {
    name: 'prettier, run on the saved file',
    file: '.ts',
    before: UNFORMATTED,
    run: prettier,
    after: `function alpha(bravo) {
  return bravo + "charlie";
}
«function kilo(lima) {
  return lima + "mike";
}»
`,
  },
  {
    name: 'prettier, that breaks lines up and joins others',
    file: '.ts',
    before: `alpha(bravoBravoBravo, charlieCharlieCharlie, deltaDeltaDeltaDelta, echoEchoEchoEchoEcho);
«kilo(limaLimaLimaLima, mikeMikeMikeMikeMike, novemberNovemberNovember, oscarOscarOscar);
papa(
  quebec);»
`,
    run: prettier,
    after: `alpha(
  bravoBravoBravo,
  charlieCharlieCharlie,
  deltaDeltaDeltaDelta,
  echoEchoEchoEchoEcho,
);
«kilo(
  limaLimaLimaLima,
  mikeMikeMikeMikeMike,
  novemberNovemberNovember,
  oscarOscarOscar,
);
papa(quebec);»
`,
  },
  {
    name: 'biome, run on the saved file',
    file: '.ts',
    before: UNFORMATTED,
    run: biome,
    after: `function alpha(bravo) {
  return bravo + "charlie";
}
«function kilo(lima) {
  return lima + "mike";
}»
`,
  },
  {
    name: 'trim and end with a line break on save',
    before: 'alpha  \n«kilo  \nlima»',
    settings: { 'files.trimTrailingWhitespace': true, 'files.insertFinalNewline': true },
    run: changedAndSaved,
    after: 'alpha\n«kilo\nlima»\n',
  },
  {
    name: 'trim final line breaks on save',
    before: 'alpha\n«kilo»\n\n\n',
    settings: { 'files.trimFinalNewlines': true },
    run: changedAndSaved,
    after: 'alpha\n«kilo»\n',
  },
  {
    name: 'indent and outdent',
    before: 'alpha\n«kilo\nlima»\n    bravo\n«    mike»\n',
    run: async (editor) => {
      select(editor, 'alpha', 'lima');
      await command('editor.action.indentLines');
      select(editor, 'bravo', 'mike');
      await command('editor.action.outdentLines');
    },
    after: '    alpha\n    «kilo»\n«    lima»\nbravo\n«mike»\n',
  },
  {
    name: 'reindent lines',
    file: '.ts',
    before: 'if (alpha) {\nbravo();\n}\n«if (kilo) {\nlima();\n}»\n',
    run: () => command('editor.action.reindentlines'),
    after: 'if (alpha) {\n    bravo();\n}\n«if (kilo) {\n    lima();\n}»\n',
  },
  {
    name: 'convert indentation',
    before: '    alpha\n«    kilo»\n',
    run: () => command('editor.action.indentationToTabs'),
    after: '\talpha\n«\tkilo»\n',
  },
  {
    name: 'join lines',
    before: 'alpha\n    bravo\n«kilo\n    lima»\n«mike»\n    charlie\n',
    run: async (editor) => {
      for (const text of ['alpha', 'kilo', 'mike']) {
        select(editor, `${text}|`);
        await command('editor.action.joinLines');
      }
    },
    after: 'alpha bravo\n«kilo lima»\n«mike» charlie\n',
  },
  // Places
  {
    name: 'sort lines',
    before: '«kilo»\nbravo\n«lima and more»\nalpha\n«mike»\ncharlie\n',
    run: async (editor) => {
      select(editor, 'kilo', 'charlie');
      await command('editor.action.sortLinesDescending');
    },
    after: '«mike»\n«lima and more»\n«kilo»\ncharlie\nbravo\nalpha\n',
  },
  {
    name: 'delete duplicate lines',
    before: 'alpha\n«kilo»\nalpha\n«kilo»\nbravo\n',
    run: onAll('editor.action.removeDuplicateLines'),
    after: 'alpha\n«kilo»\nbravo\n',
  },
  {
    name: 'move lines',
    before: 'alpha\n«kilo\nlima»\nbravo\n',
    run: on(
      'kilo',
      'editor.action.moveLinesUpAction',
      'editor.action.moveLinesDownAction',
      'editor.action.moveLinesDownAction',
    ),
    after: 'alpha\n«lima»\n«kilo»\nbravo\n',
  },
  {
    name: 'copy lines',
    before: 'alpha and bravo\n«kilo and lima»\n',
    run: async (editor) => {
      await on('alpha|', 'editor.action.copyLinesDownAction')(editor);
      await on('kilo|', 'editor.action.copyLinesUpAction')(editor);
    },
    after: 'alpha and bravo\nalpha and bravo\n«kilo and lima»\n«kilo and lima»\n',
  },
  {
    name: 'duplicate the selection',
    before: 'alpha and bravo\n«kilo and lima»\n',
    run: async (editor) => {
      await on('alpha and', 'editor.action.duplicateSelection')(editor);
      await on('kilo and', 'editor.action.duplicateSelection')(editor);
    },
    after: 'alpha andalpha and bravo\n«kilo andkilo and lima»\n',
  },
  {
    name: 'transpose letters',
    before: 'alpha\n«kilo»\n',
    run: async (editor) => {
      await on('al|pha', 'editor.action.transposeLetters')(editor);
      await on('ki|lo', 'editor.action.transposeLetters')(editor);
    },
    after: 'aplha\n«klio»\n',
  },
  // Characters
  {
    name: 'change case',
    before: 'alpha bravo charlie\n«kilo lima mike november oscar papa quebec romeo sierra tango»\n',
    run: onAll('editor.action.transformToUppercase'),
    after: 'ALPHA BRAVO CHARLIE\n«KILO LIMA MIKE NOVEMBER OSCAR PAPA QUEBEC ROMEO SIERRA TANGO»\n',
  },
  {
    name: 'change case of several lines',
    before:
      'alpha one\nbravo two\ncharlie three and forty-four and fifty-five\n«kilo six\nlima seven\nmike eight and ninety-nine and a hundred»\n',
    run: onAll('editor.action.transformToUppercase'),
    after:
      'ALPHA ONE\nBRAVO TWO\nCHARLIE THREE AND FORTY-FOUR AND FIFTY-FIVE\n«KILO SIX\nLIMA SEVEN\nMIKE EIGHT AND NINETY-NINE AND A HUNDRED»\n',
  },
  {
    name: 'change to snake case',
    before: 'alphaBravo\n«kiloLima»\n',
    run: onAll('editor.action.transformToSnakecase'),
    after: 'alpha_bravo\n«kilo_lima»\n',
  },
  {
    name: 'comment lines out and in again',
    file: '.ts',
    before: 'alpha();\nbravo();\n«kilo();\nlima();»\n',
    run: onAll('editor.action.commentLine', 'editor.action.commentLine'),
    after: 'alpha();\nbravo();\n«kilo();\nlima();»\n',
  },
  {
    name: 'comment lines out',
    file: '.ts',
    before: 'alpha();\nbravo();\n«kilo();\nlima();»\n',
    run: onAll('editor.action.commentLine'),
    // What a tool puts between AI characters belongs to them.
    after: '// alpha();\n// bravo();\n// «kilo();»\n«// lima();»\n',
  },
  {
    name: 'comment a block out',
    file: '.ts',
    before: 'alpha();\n«kilo();»\n',
    run: async (editor) => {
      await on('alpha();', 'editor.action.blockComment')(editor);
      await on('kilo();', 'editor.action.blockComment')(editor);
    },
    after: '/* alpha(); */\n/* «kilo();» */\n',
  },
  {
    name: 'surround a selection with a typed bracket',
    file: '.ts',
    before: 'alpha\n«kilo + lima»\n',
    run: async (editor) => {
      select(editor, 'alpha');
      await type('(');
      select(editor, 'kilo');
      await type('(');
    },
    after: '(alpha)\n(«kilo») «+ lima»\n'.replace(') «+', ')« +'),
  },
  {
    name: 'close brackets by themselves, and type over them',
    file: '.ts',
    before: 'alpha\n«kilo \n»\n',
    run: async (editor) => {
      select(editor, 'alpha|');
      await type('(b)');
      select(editor, 'kilo |');
      await type('[c]');
    },
    after: 'alpha(b)\n«kilo »[c]\n\n',
  },
  // Text from a tool
  {
    name: 'organise imports',
    file: '.ts',
    before: `import { zulu } from './one';
«import { lima, kilo } from './two';»
import { alpha } from './three';
export default [zulu, lima, kilo, alpha];
`,
    run: () => command('editor.action.organizeImports'),
    after: `import { zulu } from './one';
import { alpha } from './three';
«import { kilo, lima } from './two';»
export default [zulu, lima, kilo, alpha];
`,
  },
  {
    name: 'a quick fix',
    file: '.taggant-test',
    before: 'alpha bravo\n«kilo lima»\n',
    run: async (editor) => {
      PROVIDED.fix = ['alpha', 'fixedOne'];
      select(editor, 'alpha');
      await command('editor.action.codeAction', { kind: 'quickfix.taggantTest', apply: 'first' });
      await until(editor, 'fixedOne', async () => {});
      PROVIDED.fix = ['lima', 'fixedTwo'];
      select(editor, 'lima');
      await command('editor.action.codeAction', { kind: 'quickfix.taggantTest', apply: 'first' });
    },
    after: 'fixedOne bravo\n«kilo fixedTwo»\n',
  },
  {
    name: 'a snippet with a placeholder that is filled in',
    file: '.ts',
    before: '\n«kilo(lima);»\n',
    run: async (editor) => {
      const snippet = new vscode.SnippetString('for (const ').appendPlaceholder('x').appendText(' of y) {}');
      await editor.insertSnippet(snippet, new vscode.Position(0, 0));
      await type('alpha');
      select(editor, 'lima');
      await editor.insertSnippet(new vscode.SnippetString('mike, ').appendPlaceholder('z'));
      await type('bravo');
    },
    after: 'for (const alpha of y) {}\n«kilo(mike, »bravo«);»\n',
  },
  {
    name: 'IntelliSense',
    file: '.taggant-test',
    before: 'alp\n«kilo lim»\n',
    run: async (editor) => {
      for (const [word, whole] of [
        ['alp', 'alphaBravo'],
        ['lim', 'limaMike'],
      ] as const) {
        PROVIDED.completions = [whole];
        select(editor, `${word}|`);
        while (!editor.document.getText().includes(whole)) {
          await command('editor.action.triggerSuggest');
          await new Promise((next) => setTimeout(next, 100));
          await command('acceptSelectedSuggestion');
        }
      }
    },
    after: 'alphaBravo\n«kilo lim»aMike\n',
  },
  {
    name: 'emmet',
    file: '.html',
    before: 'nav>b\n<i></i>\n«em>u»\n',
    run: async (editor) => {
      select(editor, 'nav>b|');
      await command('editor.emmet.action.expandAbbreviation');
      select(editor, 'em>u|');
      await command('editor.emmet.action.expandAbbreviation');
    },
    after: '<nav><b></b></nav>\n<i></i>\n«<em><u></u></em>»\n',
  },
  {
    name: 'find and replace all',
    before: 'alpha one\n«kilo one»\nbravo one\n',
    settings: { 'editor.find.seedSearchStringFromSelection': 'never' },
    run: async (editor) => {
      editor.selection = new vscode.Selection(0, 0, 0, 0);
      const options = { isRegex: false, matchWholeWord: false, isCaseSensitive: true, preserveCase: false };
      await command('editor.actions.findWithArgs', {
        searchString: 'one',
        replaceString: 'twenty',
        ...options,
      });
      await until(editor, 'bravo twenty', () => command('editor.action.replaceAll'));
      await command('closeFindWidget');
    },
    after: 'alpha twenty\n«kilo twenty»\nbravo twenty\n',
  },
  {
    name: 'merge conflict: accept both',
    before: 'alpha\n<<<<<<< HEAD\nbravo\n=======\n«kilo»\n>>>>>>> other\n«lima»\n',
    run: async (editor) => {
      select(editor, 'bravo|');
      await until(editor, 'bravo\nkilo', () => command('merge-conflict.accept.all-both'));
    },
    after: 'alpha\nbravo\n«kilo»\n«lima»\n',
  },
  {
    name: 'merge conflict: accept incoming, accept current',
    before:
      'alpha\n<<<<<<< HEAD\nbravo\n=======\n«kilo»\n>>>>>>> other\n«lima»\n<<<<<<< HEAD\ncharlie\n=======\n«mike»\n>>>>>>> other\n',
    run: async (editor) => {
      select(editor, 'bravo|');
      await until(editor, 'alpha\nkilo', () => command('merge-conflict.accept.incoming'));
      select(editor, 'charlie|');
      await until(editor, 'lima\ncharlie', () => command('merge-conflict.accept.current'));
    },
    after: 'alpha\n«kilo»\n«lima»\ncharlie\n',
  },
  // The file around the text
  {
    name: 'change of line ends',
    before: 'alpha\n«kilo\nlima»\nbravo\n',
    run: async (editor) => {
      await editor.edit((edit) => edit.setEndOfLine(vscode.EndOfLine.CRLF));
      await editor.document.save();
    },
    after: 'alpha\n«kilo\nlima»\nbravo\n',
  },
  {
    name: 'change of encoding',
    before: 'alphä\n«kilö\nlima»\nbravo\n',
    run: async ({ document }) => {
      const reopen = vscode.workspace.openTextDocument as unknown as (
        uri: vscode.Uri,
        options: object,
      ) => PromiseLike<unknown>;
      await reopen(document.uri, { encoding: 'iso88591' });
      await until({ document }, 'alphÃ', async () => {});
      await reopen(document.uri, { encoding: 'utf8' });
      await until({ document }, 'alphä', async () => {});
    },
    after: 'alphä\n«kilö\nlima»\nbravo\n',
  },
];

/** Does it again until the text has `part`: providers and parsers of the editor may need a moment. */
async function until(
  { document }: { document: vscode.TextDocument },
  part: string,
  again: () => PromiseLike<unknown>,
): Promise<void> {
  for (let i = 0; !document.getText().includes(part); i++) {
    if (i === 100) throw new Error(`waited in vain for ${part} in\n${document.getText()}`);
    await again();
    await new Promise((next) => setTimeout(next, 50));
  }
}
