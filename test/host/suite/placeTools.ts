/** Tools that put text elsewhere, or there once more. */
import { select } from './markedFiles';
import { command, on, onAll, type ToolCase } from './toolCase';

export const PLACE_TOOLS: readonly ToolCase[] = [
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
];
