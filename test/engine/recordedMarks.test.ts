import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { sidecarPath } from '../../src/core/layout';
import { recordedMarks } from '../../src/engine/recordedMarks';
import { openRepository } from '../../src/repo/git';
import { save, shown } from '../support/marking';
import { cleanEnvironment, TestRepository } from '../support/repository';

describe('recordedMarks', () => {
  it('are those of both sides for a text with conflicts, while git merges, and nobody’s otherwise', async () => {
    const repository = new TestRepository();
    try {
      const commit = (written: string) => {
        save(repository, 'a.ts', `const first = 1;\n${written}const last = 2;\n`);
        repository.commitAll();
      };
      commit('middle();\n');
      repository.git('switch', '-q', '-c', 'other');
      commit('«theirsByAi("theirs");»\n');
      repository.git('switch', '-q', 'main');
      commit('«oursByAi("ours");»\n');
      spawnSync('git', ['merge', 'other'], { cwd: repository.root, env: cleanEnvironment() });
      const repo = await openRepository(repository.root);
      const text = repository.read('a.ts');
      assert.match(text, /<<<<<<< HEAD/);
      const found = await recordedMarks(repo, 'a.ts', text);
      const ai = (marked: string) => marked.replace(/^(theirs|ours)ByAi.*$/gm, '«$&»');
      assert.equal(shown(text, found?.marks ?? null), ai(text));
      repository.git('merge', '--abort');
      assert.equal(await recordedMarks(repo, 'a.ts', text), null);
    } finally {
      repository.remove();
    }
  });

  it('are nobody’s where git holds the text and a sidecar that cannot be read', async () => {
    const repository = new TestRepository();
    try {
      save(repository, 'a.ts', '«byAi();»\n');
      repository.write(sidecarPath('a.ts'), '\0\0\0\n');
      repository.commitAll();
      const repo = await openRepository(repository.root);
      assert.equal(await recordedMarks(repo, 'a.ts', 'byAi();\n'), null);
    } finally {
      repository.remove();
    }
  });
});
