import assert from 'node:assert/strict';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hookState } from '../../src/repo/hookState';
import { HookedRepository } from './hookedRepository';

/** Shell lines for a hook: write a name into the file `ran`, then end with the status in the file `status`, if there is one. */
export const recorder = (name: string) => `echo ${name} >>ran\n[ ! -f status ] || exit "$(cat status)"\n`;

/** Keeps the configuration of this machine's git from the program under test, for the tests of a `describe`. */
export function isolateGit(): void {
  let environment: (string | undefined)[];
  const ISOLATED = ['GIT_CONFIG_GLOBAL', 'GIT_CONFIG_NOSYSTEM'];

  before(() => {
    environment = ISOLATED.map((name) => process.env[name]);
    Object.assign(process.env, { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' });
  });

  after(() => {
    for (const [i, name] of ISOLATED.entries()) {
      if (environment[i] === undefined) delete process.env[name];
      else process.env[name] = environment[i];
    }
  });
}

/** A repository in which Taggant's hook joins others, and the proof that it does. */
export class JoinedRepository extends HookedRepository {
  #edits = 0;

  constructor() {
    super();
    this.write('a.ts', 'a\n');
    this.write('.taggant/tags/a.ts.tags', 'ab 7Qm2xR\n');
    this.write('.gitignore', 'ran\nstatus\n');
    this.commitAll();
  }

  async state(): Promise<string> {
    return (await hookState(await this.open())).state;
  }

  stage(): void {
    this.write('a.ts', `${++this.#edits}\n`);
    this.git('add', 'a.ts');
  }

  /** What the joined hooks wrote since the last look. */
  ran(): string[] {
    const file = this.path('ran');
    const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
    rmSync(file, { force: true });
    return lines;
  }

  /** Everything in a folder: names, modes, contents and links. */
  #snapshot(...folders: string[]): Record<string, string> {
    const all: Record<string, string> = {};
    for (const folder of folders.map((path) => this.path(path)).filter((path) => existsSync(path))) {
      for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
        const path = join(entry.parentPath, entry.name);
        const stats = lstatSync(path);
        const content = stats.isFile() ? readFileSync(path, 'latin1') : '';
        if (!stats.isDirectory()) all[path] = `${stats.mode.toString(8)} ${content}`;
      }
    }
    return all;
  }

  #everything() {
    return {
      config: this.git('config', '--local', '--list'),
      ...this.#snapshot('.git/hooks', '.git/taggant', '.husky', 'tools'),
    };
  }

  /** Installs, proves with real commits that the check runs last and can stop, that a second `init` does nothing, and that undo undoes. */
  async proveJoined(expectedBefore: string[]): Promise<void> {
    const before = this.#everything();
    const report = await this.init();
    assert.deepEqual([report.outcome, report.complete], ['done', true], report.notes.join());
    assert.equal(await this.state(), 'installed');
    const installed = this.#everything();
    assert.deepEqual(
      { ...(await this.init()), notes: [] },
      { actions: [], notes: [], outcome: 'nothing', complete: true },
    );
    assert.deepEqual(this.#everything(), installed);

    this.stage();
    assert.equal(this.commit(), true);
    assert.deepEqual(this.ran(), expectedBefore);
    assert.equal(this.calls().length, 1, 'the check ran once');

    this.stage();
    this.answer('1');
    assert.equal(this.commit(), false, 'findings stop the commit');
    assert.deepEqual(this.ran(), expectedBefore);
    this.answer('0');
    this.calls();

    if (expectedBefore.length > 0) {
      writeFileSync(this.path('status'), '3');
      assert.equal(this.commit(), false, "the other hook's failure stops the commit");
      assert.equal(this.calls().length, 0, 'nothing is asked about a commit that has failed already');
      assert.deepEqual(this.ran(), expectedBefore);
      rmSync(this.path('status'));
    }

    mkdirSync(this.path('sub folder'), { recursive: true });
    assert.equal(this.commit([], { cwd: this.path('sub folder') }), true);
    assert.equal(this.calls()[0]?.cwd, this.root);
    this.write('a.ts', 'with -a\n');
    assert.equal(this.commit(['-a']), true);
    assert.equal(this.calls().length, 1);
    this.write('a.ts', 'with a path\n');
    assert.equal(this.commit(['--', 'a.ts']), true);
    assert.equal(this.calls().length, 1);
    this.stage();
    assert.equal(this.commit(['--no-verify']), true);
    assert.equal(this.calls().length, 0);
    this.ran();

    const undone = await this.init({ undo: true });
    assert.equal(undone.outcome, 'done');
    assert.deepEqual(this.#everything(), before, 'undo brings back what was there');
    assert.notEqual(await this.state(), 'installed');
    this.stage();
    assert.equal(this.commit(), true);
    assert.deepEqual(this.ran(), expectedBefore);
    assert.equal(this.calls().length, 0);
  }
}
