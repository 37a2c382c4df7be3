/**
 * An inline completion provider that says what its table says, so that a test knows every character in advance.
 *
 * An offer is `{ after, text }`: when the text before the cursor ends in `after` plus a beginning of `text`, the rest
 * of `text` is offered at the cursor. With `whole: true` the offer replaces what was typed of it, as some tools do.
 * With `snippet: true` the text is a snippet's: `${1:name}` is a placeholder.
 * A next-edit suggestion is `{ after, replace, text }`: anywhere in a file that has `replace`, once the text before the
 * cursor ends in `after`, that passage is to become `text` (proposed API, which both rows grant to this extension).
 *
 * Files may carry offers of their own: the line `// ai: greet` offers what stands in BUILT_IN under that word.
 */
const vscode = require('vscode');

const BUILT_IN = {
  greet: '\nexport function greet(name: string): string {\n  return "Hello, " + name;\n}',
  one: '\nconst answer = 42;',
  words: ' return first + second + third;',
};

exports.activate = (context) => {
  let offers = [];
  let asked = 0;
  let shown = 0;
  const provider = {
    provideInlineCompletionItems(document, position) {
      asked++;
      return [...offers, ...builtIn(document)].flatMap((offer) => itemOf(offer, document, position));
    },
    handleDidShowCompletionItem() {
      shown++;
    },
  };
  context.subscriptions.push(
    vscode.languages.registerInlineCompletionItemProvider({ pattern: '**' }, provider),
    vscode.commands.registerCommand('taggantTest.offer', (table) => {
      offers = table ?? [];
    }),
    vscode.commands.registerCommand('taggantTest.asked', () => asked),
    vscode.commands.registerCommand('taggantTest.shown', () => shown),
  );
};

function builtIn(document) {
  return [...document.getText().matchAll(/\/\/ ai: (\w+)/g)]
    .filter(([, name]) => Object.hasOwn(BUILT_IN, name))
    .map(([line, name]) => ({ after: line, text: BUILT_IN[name] }));
}

function itemOf(offer, document, position) {
  const before = document.getText(new vscode.Range(new vscode.Position(0, 0), position));
  const found = before.lastIndexOf(offer.after);
  if (found < 0) return [];
  const start = found + offer.after.length;
  if (offer.replace !== undefined) return start === before.length ? nextEdit(offer, document) : [];
  const eol = document.eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n';
  const text = offer.text.replaceAll('\n', eol);
  const typed = before.slice(start);
  if (offer.snippet) {
    if (typed !== '') return [];
    return [
      new vscode.InlineCompletionItem(new vscode.SnippetString(text), new vscode.Range(position, position)),
    ];
  }
  if (typed === text || !text.startsWith(typed)) return [];
  const from = offer.whole ? document.positionAt(start) : position;
  return [
    new vscode.InlineCompletionItem(
      offer.whole ? text : text.slice(typed.length),
      new vscode.Range(from, position),
    ),
  ];
}

function nextEdit(offer, document) {
  const at = document.getText().indexOf(offer.replace);
  if (at < 0) return [];
  const range = new vscode.Range(document.positionAt(at), document.positionAt(at + offer.replace.length));
  const item = new vscode.InlineCompletionItem(offer.text, range);
  item.isInlineEdit = true;
  return [item];
}
