import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { packageBoth } from './package';

describe('the packages', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'taggant-vsix-'));
  after(() => rmSync(folder, { recursive: true }));

  it('hold what runs and nothing else, and only the exact one asks for the proposal', async function () {
    this.timeout(60_000);
    const { plain, exact } = await packageBoth(folder);
    const manifests = [plain, exact].map((file) => {
      const entries = unzipSync(readFileSync(file));
      const names = Object.keys(entries);
      const unexpected = names.filter(
        (name) =>
          !/^extension\/(dist\/(extension|server|cli)\.js|media\/[\w./-]+|package\.json|readme\.md|changelog\.md|LICENSE\.txt)$/.test(
            name,
          ) &&
          name !== 'extension.vsixmanifest' &&
          name !== '[Content_Types].xml',
      );
      assert.deepEqual(unexpected, []);
      for (const bundle of ['extension', 'server', 'cli'])
        assert.ok(names.includes(`extension/dist/${bundle}.js`));
      return JSON.parse(strFromU8(entries['extension/package.json']!));
    });
    assert.equal(manifests[0].enabledApiProposals, undefined);
    assert.deepEqual(manifests[1].enabledApiProposals, ['textDocumentChangeReason']);
    assert.equal(manifests[0].version, manifests[1].version);
  });
});
