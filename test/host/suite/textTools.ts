/** Tools that bring text of their own. */
import * as vscode from 'vscode';
import { select } from './markedFiles';
import { actUntilChanged, actUntilThere, command, PROVIDED, type ToolCase, type } from './toolCase';
import { pause } from './waiting';

export const TEXT_TOOLS: readonly ToolCase[] = [
  {
    name: 'organise imports',
    file: '.ts',
    before: `import { zulu } from './one';
«import { lima, kilo } from './two';»
import { alpha } from './three';
export default [zulu, lima, kilo, alpha];
`,
    run: (editor) => actUntilChanged(editor, () => command('editor.action.organizeImports'), 3_000),
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
      for (const [wrong, right] of [
        ['alpha', 'fixedOne'],
        ['lima', 'fixedTwo'],
      ] as const) {
        PROVIDED.fix = [wrong, right];
        const fix = () => {
          if (editor.document.getText().includes(wrong)) select(editor, wrong);
          return command('editor.action.codeAction', { kind: 'quickfix.taggantTest', apply: 'first' });
        };
        await actUntilThere(editor, right, fix, 3_000);
      }
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
        await actUntilThere(editor, whole, async () => {
          await command('editor.action.triggerSuggest');
          await pause(100);
          await command('acceptSelectedSuggestion');
        });
      }
    },
    after: 'alphaBravo\n«kilo lim»aMike\n',
  },
  {
    name: 'emmet',
    file: '.html',
    before: 'nav>b\n<i></i>\n«em>u»\n',
    run: async (editor) => {
      for (const [short, long] of [
        ['nav>b', '<nav><b></b></nav>'],
        ['em>u', '<em><u></u></em>'],
      ] as const) {
        const expand = async () => {
          if (!editor.document.getText().includes(short)) return;
          select(editor, `${short}|`);
          await command('editor.emmet.action.expandAbbreviation');
        };
        await actUntilThere(editor, long, expand, 1_000);
      }
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
      await actUntilThere(editor, 'bravo twenty', () => command('editor.action.replaceAll'));
      await command('closeFindWidget');
    },
    after: 'alpha twenty\n«kilo twenty»\nbravo twenty\n',
  },
  {
    name: 'merge conflict: accept both',
    before: 'alpha\n<<<<<<< HEAD\nbravo\n=======\n«kilo»\n>>>>>>> other\n«lima»\n',
    run: async (editor) => {
      select(editor, 'bravo|');
      await actUntilThere(editor, 'bravo\nkilo', () => command('merge-conflict.accept.all-both'));
    },
    after: 'alpha\nbravo\n«kilo»\n«lima»\n',
  },
  {
    name: 'merge conflict: accept incoming, accept current',
    before:
      'alpha\n<<<<<<< HEAD\nbravo\n=======\n«kilo»\n>>>>>>> other\n«lima»\n<<<<<<< HEAD\ncharlie\n=======\n«mike»\n>>>>>>> other\n',
    run: async (editor) => {
      select(editor, 'bravo|');
      await actUntilThere(editor, 'alpha\nkilo', () => command('merge-conflict.accept.incoming'));
      select(editor, 'charlie|');
      await actUntilThere(editor, 'lima\ncharlie', () => command('merge-conflict.accept.current'));
    },
    after: 'alpha\n«kilo»\n«lima»\ncharlie\n',
  },
];
