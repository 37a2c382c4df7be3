/** Makes the sample repository: the shop of `shop/`, committed, and set up with `taggant init`. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const CLI = resolve(import.meta.dirname, '../../dist/cli.js');

/**
 * The user settings of a newcomer's VS Code. The shop's README ends in `.markdown`: one that ends in `.md` VS Code shows only
 * when its extensions run, over whatever somebody has begun to type in by then.
 */
export const SETTINGS = {
  'workbench.startupEditor': 'readme',
  'workbench.editorAssociations': { 'README.markdown': 'vscode.markdown.preview.editor' },
  'workbench.editor.enablePreview': false, // the next file that is clicked shall not take the README's place
  'git.enableSmartCommit': true,
};

/** Answers the repository's folder. Throws one sentence when Taggant is not built or git cannot do its part. */
export async function createShop(): Promise<string> {
  if (!existsSync(CLI)) throw new Error('Taggant is not built: run "npm run build" first.');
  const folder = join(await realpath(await mkdtemp(join(tmpdir(), 'taggant-sample-'))), 'shop');
  await cp(join(import.meta.dirname, 'shop'), folder, { recursive: true });
  const run = (program: string, ...args: string[]) => promisify(execFile)(program, args, { cwd: folder });
  await run('git', 'init', '--quiet', '--initial-branch=main');
  await run('git', 'config', 'user.name', 'Sample Developer');
  await run('git', 'config', 'user.email', 'developer@example.com');
  await run('git', 'config', 'commit.gpgSign', 'false');
  await run('git', 'add', '.');
  await run('git', 'commit', '--quiet', '--message', 'Open the shop');
  await run(process.execPath, CLI, 'init', '--yes');
  await run('git', 'add', '.');
  await run('git', 'commit', '--quiet', '--allow-empty', '--message', 'Set up Taggant');
  return folder;
}
