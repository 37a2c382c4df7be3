/** Tools that lay text out: formatters, indentation, white space at the ends, joined lines. */
import type * as vscode from 'vscode';
import { select } from './markedFiles';
import {
  actUntilThere,
  biome,
  changedAndSaved,
  command,
  formatDocument,
  PROVIDED,
  prettier,
  type ToolCase,
  type,
  UNFORMATTED,
} from './toolCase';

export const LAYOUT_TOOLS: readonly ToolCase[] = [
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
    run: async (editor) => {
      PROVIDED.format = (text) =>
        text
          .replace(/ {2}/g, ' ')
          .replace(/^return (\w+)\+'(\w+)'/gm, '  return $1 + "$2";')
          .replace(/\( (\w+) \)\{/g, '($1) {');
      await formatDocument(editor);
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
      await typeUntilLaidOut(editor, '=1|\n', ' = 1;');
      await typeUntilLaidOut(editor, 'mike )|', '(mike);');
    },
    after: 'let alpha = 1;\n«if (kilo) { lima(mike)»; «}»\n',
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
];

/** Types a semicolon at the place, and again when the editor has not laid its line out, so that it has `part`. */
function typeUntilLaidOut(editor: vscode.TextEditor, place: string, part: string): Promise<void> {
  let isTyped = false;
  const again = async () => {
    if (isTyped) await command('deleteLeft');
    else select(editor, place);
    isTyped = true;
    await type(';');
  };
  return actUntilThere(editor, part, again, 3_000);
}
