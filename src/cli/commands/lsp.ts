import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isThere } from '../../repo/actions';
import { Problem } from '../../repo/problem';
import type { Context } from '../context';

/** `taggant lsp --stdio`: starts the language server, which stands beside this program and reads the arguments itself. */
export async function lsp({ program }: Context): Promise<void> {
  const server = join(dirname(program), 'server.js');
  if (!(await isThere(server))) {
    throw new Problem(
      'read',
      `The language server is missing: ${server} is not there. Install Taggant again.`,
    );
  }
  await import(pathToFileURL(server).href);
}
