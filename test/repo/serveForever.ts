/** An editor in its own process, for tests that kill it: `serveForever.ts <commonDir> <root> <decision|hang>`. */
import { serveEditor } from '../../src/repo/editors';

const [commonDir, root, behaviour] = process.argv.slice(2) as [string, string, string];
const server = await serveEditor({ commonDir, root }, async (request) => {
  if (behaviour === 'hang') {
    process.send?.('asked');
    await new Promise(() => undefined);
  }
  return request.kind === 'flush' ? { kind: 'flushed' } : { kind: 'decision', decision: 'commit' };
});
process.on('message', (message) => {
  if (message === 'exit') process.exit(0);
});
process.send?.(server.file);
