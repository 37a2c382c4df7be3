/**
 * Plays an AI completion tool in the sample shop. Typing the start of a function's name after `function`, or a comment
 * that speaks of one of the topics below, offers code from the list. It depends on Taggant in its manifest: what was accepted
 * before Taggant runs would carry no mark.
 */
const vscode = require('vscode');

const LIBRARY = [
  {
    name: 'shippingCost',
    topic: /ship|deliver|postage|freight/i,
    code: `(cart: Cart): Cents {
  const FREE_FROM = 5000;
  if (subtotal(cart) >= FREE_FROM) return 0;
  return cart.country === 'DE' ? 490 : 990;
}`,
  },
  {
    name: 'applyDiscount',
    topic: /discount|coupon|voucher|rebate|off\b/i,
    code: `(cart: Cart): Cents {
  const amount = subtotal(cart);
  if (cart.coupon === 'WELCOME10') return Math.round(amount * 0.9);
  if (amount > 10000) return amount - 500;
  return amount;
}`,
  },
  {
    name: 'totalWithTax',
    topic: /total|tax|vat|sum/i,
    code: `(cart: Cart): { total: Cents; tax: Cents } {
  const total = subtotal(cart);
  return { total, tax: containedVat(total, cart.country) };
}`,
  },
  {
    name: 'refundAmount',
    topic: /refund|return|cancel/i,
    code: `(cart: Cart, skus: readonly string[]): Cents {
  const returned = cart.lines.filter(({ sku }) => skus.includes(sku));
  return returned.reduce((sum, line) => sum + line.unitPrice * line.quantity, 0);
}`,
  },
  {
    name: 'isValidCardNumber',
    topic: /card|luhn|payment|valid/i,
    code: `(digits: string): boolean {
  let sum = 0;
  for (const [i, digit] of [...digits].reverse().entries()) {
    const doubled = i % 2 === 0 ? Number(digit) : Number(digit) * 2;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return digits.length > 11 && sum % 10 === 0;
}`,
  },
  {
    name: 'suggestArticles',
    topic: /search|suggest|similar|article/i,
    code: `(articles: readonly Article[], seen: Article): Article[] {
  const shared = ({ tags }: Article) => tags.filter((tag) => seen.tags.includes(tag)).length;
  return articles
    .filter((article) => article !== seen && shared(article) > 0)
    .sort((a, b) => shared(b) - shared(a));
}`,
  },
];

exports.activate = (context) => {
  const provider = { provideInlineCompletionItems: offer };
  context.subscriptions.push(
    vscode.languages.registerInlineCompletionItemProvider({ pattern: '**/*.ts' }, provider),
    vscode.window.onDidChangeActiveTextEditor(ask),
  );
  ask(vscode.window.activeTextEditor);
};

/**
 * The editor asks its tools when a key is typed, and not before its own inline suggestions have woken up: whoever has typed
 * the comment by then would be offered nothing until the next key.
 */
function ask(editor) {
  if (editor) void vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
}

function offer(document, position) {
  const before = document.getText(new vscode.Range(new vscode.Position(0, 0), position));
  const rest = afterName(before) ?? afterComment(before);
  if (!rest) return [];
  const line = document.lineAt(position.line);
  const closing = /^[)\]}\s;]*$/.test(line.text.slice(position.character)); // what the editor itself has put there
  if (!closing) return [];
  const eol = document.eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n';
  const range = new vscode.Range(position, line.range.end);
  return [new vscode.InlineCompletionItem(rest.replaceAll('\n', eol), range)];
}

/** After `function appl`: the rest of the name and the function. */
function afterName(before) {
  const start = /function (?=[a-z]\w*[^\n]*$)/i.exec(before.slice(before.lastIndexOf('\n') + 1));
  if (!start) return null;
  const typed = start.input.slice(start.index + start[0].length);
  return remainder(
    LIBRARY.map(({ name, code }) => name + code),
    typed,
  );
}

/** After a finished comment: a function below it. Works on through what has been taken of it already. */
function afterComment(before) {
  const comments = [...before.matchAll(/^[ \t]*\/\/ (.{8,})$/gm)];
  const comment = comments.at(-1);
  if (!comment) return null;
  const entry = LIBRARY.find(({ topic }) => topic.test(comment[1]));
  if (!entry) return null;
  const typed = before.slice(comment.index + comment[0].length);
  return remainder([`\nexport function ${entry.name}${entry.code}`], typed);
}

function remainder(candidates, typed) {
  const found = candidates.find(
    (candidate) => candidate.startsWith(typed) && candidate.length > typed.length,
  );
  return found ? found.slice(typed.length) : null;
}
