/** Makes of the code-server build a VS Code that treats proposed API as Marketplace users have it. */
import { constants } from 'node:fs';
import { copyFile, link, mkdir, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

interface Replacement {
  file: string;
  pattern: RegExp;
  replacement: string;
}

/**
 * code-server answers "yes" to every question for proposed API, in the extension host and in the workbench. Afterwards
 * an extension has what its manifest declares, if the window was opened with `enableProposedApi`, and else nothing.
 */
const REPLACEMENTS: readonly Replacement[] = [
  {
    file: 'out/vs/workbench/api/node/extensionHostProcess.js',
    pattern: /function ([\w$]+)\(([\w$]+),([\w$]+)\)\{return!0\}/g,
    replacement: 'function $1($2,$3){return $2.enabledApiProposals?.includes($3)??!1}',
  },
  {
    file: 'out/vs/code/browser/workbench/workbench.js',
    pattern: /\(([\w$]+)\.extensionEnabledProposedApi\?\?\[\]\)([^;]{0,80}?_envEnablesProposedApiForAll=)!0/g,
    replacement: '($1.extensionEnabledProposedApi??[])$2Array.isArray($1.extensionEnabledProposedApi)',
  },
];

/** Takes proposed API away in `tree`, whose files may be hard links: the two are written anew, not changed in place. */
export async function makeStable(tree: string): Promise<void> {
  for (const { file, pattern, replacement } of REPLACEMENTS) {
    const path = join(tree, file);
    const text = await readFile(path, 'utf8');
    const found = text.match(pattern)?.length ?? 0;
    if (found !== 1) {
      throw new Error(
        `${file} has ${found} places that look like ${pattern}, not one: this VS Code build is not known.`,
      );
    }
    await rm(path);
    await writeFile(path, text.replace(pattern, replacement));
  }
}

/** Copies a folder by hard links, and by real copies where the file system has none. */
export async function linkTree(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    if (entry.isDirectory()) await linkTree(source, target);
    else if (entry.isSymbolicLink()) await symlink(await readlink(source), target);
    else await link(source, target).catch(() => copyFile(source, target, constants.COPYFILE_FICLONE));
  }
}
