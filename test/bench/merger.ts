import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sidecarPath } from '../../src/core/layout';
import type { Span } from '../../src/core/marks';
import type { Program } from '../support/program';
import { cleanEnvironment } from '../support/repository';
import { gitAt, History } from './pastTexts';

export const MODES = ['plain', 'union', 'driver'] as const;
export type Mode = (typeof MODES)[number];

/** A version with its sidecar, and what the sidecar says of each line. */
export interface Version {
  readonly text: string;
  readonly lines: readonly string[];
  readonly spans: readonly Span[];
  readonly sidecar: string;
  readonly entries: readonly string[];
}

/** Merges many triples at once in a repository of their own. */
export class Merger {
  private readonly root: string;

  constructor(
    private readonly folder: string,
    private readonly program: Program,
  ) {
    this.root = join(folder, 'merging');
    mkdirSync(this.root);
    gitAt(this.root, ['init', '-q', '-b', 'main']);
    const here = join(this.root, '.git', 'taggant');
    mkdirSync(here);
    cpSync(
      join(import.meta.dirname, '..', '..', 'media', 'hooks', 'merge-driver.sh'),
      join(here, 'merge-driver'),
    );
    writeFileSync(join(here, 'runtime'), `${process.execPath}\n${this.program.file}\n`);
  }

  /** Three commits with all triples, by their numbers as paths. */
  commits(triples: readonly { base: Version; ours: Version; theirs: Version }[]): [string, string, string] {
    const parts: Buffer[] = [];
    const put = (text: string) => parts.push(Buffer.from(text));
    const data = (text: string) => {
      const bytes = Buffer.from(text);
      put(`data ${bytes.length}\n`);
      parts.push(bytes);
      put('\n');
    };
    for (const [i, side] of (['base', 'ours', 'theirs'] as const).entries()) {
      put(`commit refs/heads/${side}\nmark :${i + 1}\ncommitter A <a@example.com> 1700000000 +0000\n`);
      data(side);
      if (i > 0) put('from :1\n');
      else put('deleteall\n');
      for (const [k, triple] of triples.entries()) {
        put(`M 100644 inline ${pathOf(k)}\n`);
        data(triple[side].text);
        put(`M 100644 inline ${sidecarPath(pathOf(k))}\n`);
        data(triple[side].sidecar);
      }
    }
    put('get-mark :1\nget-mark :2\nget-mark :3\n');
    const args = ['fast-import', '--quiet', '--force', '--date-format=raw'];
    return gitAt(this.root, args, Buffer.concat(parts)).trim().split('\n') as [string, string, string];
  }

  merge(ours: string, theirs: string, mode: Mode): { tree: string; conflicts: Set<string> } {
    const attributes = {
      plain: '',
      union: '/.taggant/tags/** merge=union\n',
      driver: '/.taggant/tags/** merge=taggant\n',
    };
    writeFileSync(join(this.root, '.git', 'info', 'attributes'), attributes[mode]);
    const driver = 'merge.taggant.driver=sh .git/taggant/merge-driver %O %A %B %P';
    const args = [
      '-c',
      driver,
      'merge-tree',
      '--write-tree',
      '--name-only',
      '--no-messages',
      '-z',
      ours,
      theirs,
    ];
    const { stdout, stderr, status } = spawnSync('git', args, {
      cwd: this.root,
      env: cleanEnvironment(),
      encoding: 'utf8',
    });
    if (status !== 0 && status !== 1) throw new Error(`git merge-tree: ${stderr}`);
    const [tree, ...conflicts] = stdout.split('\0').filter((name) => name !== '');
    return { tree: tree!, conflicts: new Set(conflicts) };
  }

  history(): History {
    return new History(this.root, this.folder);
  }
}

export const pathOf = (k: number) => `f/${k}.txt`;
