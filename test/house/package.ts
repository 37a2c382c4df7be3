/**
 * Packages the extension twice from one tree: `taggant-VERSION.vsix` for the Marketplace, and `-exact`, which declares
 * the proposed API `textDocumentChangeReason` for editors that grant it.
 */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { createVSIX, listFiles, PackageManager } from '@vscode/vsce';

const ROOT = path.resolve(import.meta.dirname, '../..');
const PROPOSAL = 'textDocumentChangeReason';

/** Writes both packages into `folder` and answers their paths. */
export async function packageBoth(folder: string): Promise<{ plain: string; exact: string }> {
  const manifest = JSON.parse(await readFile(path.join(ROOT, 'package.json'), 'utf8'));
  const options = { dependencies: false, allowMissingRepository: true, rewriteRelativeLinks: false } as const;
  const plain = path.join(folder, `taggant-${manifest.version}.vsix`);
  const exact = path.join(folder, `taggant-exact-${manifest.version}.vsix`);
  const copy = await mkdtemp(path.join(tmpdir(), 'taggant-package-'));
  try {
    for (const file of await listFiles({ cwd: ROOT, packageManager: PackageManager.None })) {
      await cp(path.join(ROOT, file), path.join(copy, file));
    }
    await cp(path.join(ROOT, '.vscodeignore'), path.join(copy, '.vscodeignore'));
    const { scripts: _scripts, devDependencies: _development, allowScripts: _allowed, ...shipped } = manifest;
    const write = (content: object) =>
      writeFile(path.join(copy, 'package.json'), JSON.stringify(content, null, 2));
    await write(shipped);
    await createVSIX({ ...options, cwd: copy, packagePath: plain });
    await write({ ...shipped, enabledApiProposals: [PROPOSAL] });
    await createVSIX({ ...options, cwd: copy, packagePath: exact });
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
  return { plain, exact };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { plain, exact } = await packageBoth(ROOT);
  console.log(`${plain}\n${exact}`);
}
