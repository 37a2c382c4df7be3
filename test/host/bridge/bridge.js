/**
 * The end of the bridge that lives in the extension host: connects to the test that started VS Code (TAGGANT_BRIDGE
 * is "port:secret") and evaluates the functions it sends, with the real `vscode` API. One JSON message per line.
 */
const net = require('node:net');
const readline = require('node:readline');
const vscode = require('vscode');

exports.activate = (context) => {
  const address = process.env.TAGGANT_BRIDGE;
  if (!address) return;
  const [port, secret] = address.split(':');
  const socket = net.connect(Number(port), '127.0.0.1');
  const send = (message) => socket.write(`${JSON.stringify(message)}\n`);
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? null;
  socket.on('connect', () => send({ secret, folder }));
  socket.on('error', (error) => console.error(`test bridge: ${error.message}`));
  readline.createInterface({ input: socket }).on('line', async (line) => {
    const { id, source, argument } = JSON.parse(line);
    try {
      send({ id, value: await evaluate(source, argument) });
    } catch (error) {
      send({ id, error: error?.stack ?? String(error) });
    }
  });
  context.subscriptions.push({ dispose: () => socket.destroy() });
};

/** `__name` is what esbuild writes around functions to keep their names. */
function evaluate(source, argument) {
  const make = new Function('__name', 'require', `return (${source})`);
  return make((value) => value, require)(vscode, argument);
}
