import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { POLICY_PATH, sidecarPath } from '../../src/core/layout';
import { checkAll, judgeAll } from '../../src/engine/checkAll';
import { openRepository } from '../../src/repo/git';
import { save } from '../support/marking';
import { TestRepository } from '../support/repository';

const ONE = 'const one = 1;\n«const two = one + one;\n»const three = 3;\n';

describe('checkAll', () => {
  it('looks at the whole working tree', async () => {
    const repository = new TestRepository();
    const repo = await openRepository(repository.root);
    save(repository, 'core/a.ts', ONE);
    save(repository, 'core/b.ts', ONE);
    repository.write(sidecarPath('core/gone.ts'), 'AA\n');
    repository.write(
      POLICY_PATH,
      '{"version":1,"rules":[{"name":"core","paths":["core/**"],"enforcement":"warn"}]}',
    );
    const result = await checkAll(repo);
    assert.deepEqual(
      result.findings.map((finding) => finding.path),
      ['core/a.ts', 'core/b.ts'],
    );
    assert.deepEqual(result.summary, {
      files: 2,
      findings: 2,
      blocking: 0,
      warnings: 2,
      requested: 0,
      overridden: 0,
    });
    assert.deepEqual(result.problems, [
      '.taggant/tags/core/gone.ts.tags belongs to core/gone.ts, which is gone; remove it, or restore the file.',
    ]);
    repository.remove();
  });

  it('judges files before it reads others, and keeps only those with findings', async () => {
    const repository = new TestRepository();
    const repo = await openRepository(repository.root);
    const paths = Array.from({ length: 150 }, (_, i) => `src/file${String(i).padStart(3, '0')}.ts`);
    for (const path of paths) save(repository, path, ONE);
    repository.write(
      POLICY_PATH,
      `{"version":1,"rules":[{"name":"core","paths":["${paths[7]}"],"enforcement":"warn"}]}`,
    );
    const { checked, summary } = await checkAll(repo);
    assert.deepEqual(
      checked.map(({ path }) => path),
      [paths[7]],
    );
    assert.equal(summary.files, paths.length);
    assert.equal((await checkAll(repo, { keepAll: true })).checked.length, paths.length);
    const seen: string[] = [];
    const { result } = await judgeAll(repo, ({ path }) => {
      // What is removed after the first files have been judged has not been read yet.
      if (seen.length === 0) rmSync(repository.path(paths.at(-1)!));
      seen.push(path);
    });
    assert.deepEqual(seen, paths.slice(0, -1));
    assert.equal(result.problems.length, 1);
    repository.remove();
  });
});
