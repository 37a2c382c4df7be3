import { resolve } from 'node:path';
import { mergeSidecars } from '../../engine/mergeDriver';
import { type Context, EXIT, repositoryOf } from '../context';

/** `taggant merge-driver %O %A %B %P`: what git calls for a sidecar that both sides of a merge changed. */
export async function mergeDriver(
  context: Context,
  base: string,
  ours: string,
  theirs: string,
  path: string,
): Promise<number> {
  const file = (name: string) => resolve(context.cwd, name);
  await mergeSidecars(await repositoryOf(context), {
    base: file(base),
    ours: file(ours),
    theirs: file(theirs),
    path,
  });
  return EXIT.fine;
}
