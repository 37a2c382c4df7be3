import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { HookedRepository } from '../support/hookedRepository';
import { recorded, save } from '../support/marking';
import { builtProgram, freshRepository } from '../support/suites';

const POLICY =
  '{"version":1,"rules":[{"name":"all","paths":["**"],"signOff":{"role":"any"},"enforcement":"warn"}],"roles":{"any":["*"]}}';

/** What git starts by itself: `fast-import` to keep a small pack as loose objects, `commit` when it is done. */
const OF_GIT = new Set(['unpack-objects', 'maintenance', 'gc', 'commit']);
/** A large change is listed by the index and written in one go; each of these is one process in any case. */
const SAME = new Map([
  ['ls-files', 'list'],
  ['ls-tree', 'list'],
  ['hash-object', 'write'],
  ['fast-import', 'write'],
]);

/** What git is started for, whatever the size of the change, of the range, of the repository. */
describe('the git processes of a command', function () {
  this.timeout(60_000);
  const program = builtProgram();
  const repository = freshRepository(() => new HookedRepository());
  beforeEach(() => {
    repository.installHook(program.file);
    repository.write('.taggant/policy.json', POLICY);
    saveMany('start', 3);
    repository.commitAll();
  });

  /** Marked files whose text says which version it is. */
  function saveMany(version: string, count: number): void {
    for (let i = 0; i < count; i++) {
      const text = `const one${i} = 1;\n«const ${version}${i} = compute(${i});\n»const three = ${i};\n`;
      save(repository, `src/file${i}.ts`, text);
    }
  }

  /** The git commands that a program runs, by the events that git writes down itself; sorted. */
  function commandsOf(command: readonly string[], allowed: readonly (number | null)[] = [0]): string[] {
    const trace = repository.path('.git', 'trace');
    const { status, stderr } = repository.run(command, { env: { GIT_TRACE2_EVENT: trace } });
    assert.ok(allowed.includes(status), `${status}: ${stderr}`);
    const events = readFileSync(trace, 'utf8').trim().split('\n');
    rmSync(trace);
    return events
      .map((line) => JSON.parse(line) as { event: string; name: string })
      .filter(({ event, name }) => event === 'cmd_name' && !OF_GIT.has(name))
      .map(({ name }) => SAME.get(name) ?? name)
      .sort();
  }
  const taggant = (...args: string[]) => commandsOf([process.execPath, program.file, ...args], [0, 1]);
  const ofCommit = () => commandsOf(['git', 'commit', '-q', '-m', 'x']);

  it('are the same for a commit of 60 files, of 6, and of one', () => {
    const counts = [1, 6, 60].map((count) => {
      saveMany(`v${count}`, count);
      repository.git('add', 'src');
      const commands = ofCommit();
      assert.match(recorded(repository, 'HEAD', `src/file${count - 1}.ts`), /«const v/);
      assert.equal(repository.git('status', '--porcelain'), '');
      return commands;
    });
    assert.deepEqual(counts[1], counts[0]);
    assert.deepEqual(counts[2], counts[0]);
  });

  it('are the same for `check --staged` of 60 files and of one', () => {
    const [one, sixty] = [1, 60].map((count) => {
      saveMany(`v${count}`, count);
      repository.git('add', '-A');
      return taggant('check', '--staged');
    }) as [string[], string[]];
    assert.deepEqual(sixty, one);
    assert.equal(one.filter((name) => name === 'cat-file').length, 1);
  });

  it('are the same in a small repository and in a larger one, and read the same part of it', () => {
    const measure = (version: string) => {
      save(repository, 'src/file0.ts', `const one = 1;\n«const ${version} = 2;\n»`);
      repository.git('add', 'src/file0.ts');
      const check = taggant('check', '--staged');
      return { check, commit: ofCommit() };
    };
    measure('warm');
    const small = measure('small');
    for (let i = 0; i < 1500; i++)
      repository.write(`other/${i % 30}/file${i}.ts`, `export const a = ${i};\n`);
    saveMany('more', 150);
    repository.commitAll();
    assert.deepEqual(measure('large'), small);
  });

  it('are as many for `check --range` of 12 commits as of 2, with one that reads objects', () => {
    repository.git('branch', 'base');
    const commits = (from: number, to: number) => {
      for (let k = from; k < to; k++) {
        saveMany(`c${k}`, 1 + (k % 5));
        repository.commitAll();
      }
    };
    commits(0, 2);
    const few = taggant('check', '--range', 'base..HEAD');
    commits(2, 12);
    const many = taggant('check', '--range', 'base..HEAD');
    assert.deepEqual(many, few);
    assert.equal(many.filter((name) => name === 'cat-file').length, 1);
  });

  it('are as many for `check --all`, `status` and `sync --check` of 150 marked files as of 3', () => {
    const all = () =>
      [['check', '--all'], ['status'], ['sync', '--check']].map((args) => taggant(...args).join(' '));
    const few = all();
    saveMany('more', 150);
    repository.commitAll();
    assert.deepEqual(all(), few);
  });
});
