/** Tools that change or add single characters. */
import { select } from './markedFiles';
import { on, onAll, type ToolCase, type } from './toolCase';

export const CHARACTER_TOOLS: readonly ToolCase[] = [
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
];
