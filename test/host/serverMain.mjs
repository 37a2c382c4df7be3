/**
 * Runs VS Code's server, which is named by the first argument, for as long as whoever started it: a starter that is killed
 * can end nothing any more, but lets go of this standard input.
 */
import { pathToFileURL } from 'node:url';

process.stdin.on('end', () => process.exit()).resume();
process.argv.splice(1, 1);
await import(pathToFileURL(process.argv[1]).href);
