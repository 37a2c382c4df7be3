/** Lays extensions out as VS Code has them once installed: `<publisher>.<name>-<version>/` in its extensions folder. */
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Row } from './install';

/** The repository's root: Taggant itself, as an extension folder. */
export const TAGGANT = resolve(import.meta.dirname, '../..');
export const TAGGANT_ID = 'taggant.taggant';
export const TEST_PROVIDER_ID = 'taggant-test.completions';
export const TEST_PROVIDER = join(import.meta.dirname, 'provider');
export const CHAT = join(import.meta.dirname, 'chat');
export const BRIDGE = join(import.meta.dirname, 'bridge');

/** What is never part of an installed extension; keeps the copy of the repository's root small. */
const SHIPPED = /^(dist|media|schemas|l10n|package\.json|package\.nls.*\.json|.*\.(js|json|md))$/;

/**
 * Copies an unpacked extension into `extensionsFolder`. In the row `reasons` Taggant's manifest declares the proposal, as
 * the `-exact` package does; the row `stable` has the Marketplace's manifest.
 */
export async function stageExtension(extensionsFolder: string, source: string, row: Row): Promise<void> {
  const manifest = JSON.parse(await readFile(join(source, 'package.json'), 'utf8'));
  const target = join(extensionsFolder, `${manifest.publisher}.${manifest.name}-${manifest.version}`);
  await mkdir(target, { recursive: true });
  for (const name of await readdir(source)) {
    if (SHIPPED.test(name)) await cp(join(source, name), join(target, name), { recursive: true });
  }
  if (`${manifest.publisher}.${manifest.name}` === TAGGANT_ID) {
    if (row === 'reasons') manifest.enabledApiProposals = ['textDocumentChangeReason'];
    else delete manifest.enabledApiProposals;
  }
  await writeFile(join(target, 'package.json'), JSON.stringify(manifest, null, 2));
}
