import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { HookedRepository } from '../support/hookedRepository';
import { recorded, save, saveInEditor } from '../support/marking';
import { builtProgram, freshRepository } from '../support/suites';

const ONE = 'const one = 1;\n«const two = one + one;\n»const three = 3;\n';
const ONE_READ = 'const one = 1;\n«const two = one + one;»\nconst three = 3;\n';

/** Each of these reads the whole index, so in a large repository every one more is felt. */
const READS_INDEX = ['diff-index', 'update-index', 'ls-files', 'diff', 'status', 'read-tree'];

describe('the whole hook, shell and program', () => {
  const program = builtProgram();
  const repository = freshRepository(() => new HookedRepository());
  beforeEach(() => {
    repository.installHook(program.file);
    save(repository, 'a.ts', 'human();\n');
    save(repository, 'b.ts', ONE);
    repository.commitAll();
  });

  /** The git commands that a commit runs besides itself. */
  function commandsOf(...args: string[]): string[] {
    const trace = repository.path('.git', 'trace');
    const { status, stderr } = repository.run(['git', 'commit', '-q', '-m', 'x', ...args], {
      env: { GIT_TRACE2: trace },
    });
    assert.deepEqual([status, stderr], [0, '']);
    const text = readFileSync(trace, 'utf8');
    rmSync(trace);
    return [...text.matchAll(/ cmd_name (\S+)/g)].map((match) => match[1]!).slice(1);
  }
  const isClean = () => assert.equal(repository.git('status', '--porcelain'), '');

  it('has git read the index twice, and write it once', () => {
    save(repository, 'a.ts', ONE);
    repository.git('add', 'a.ts');
    const commands = commandsOf();
    assert.deepEqual(
      commands.filter((command) => READS_INDEX.includes(command)),
      ['diff-index', 'update-index'],
    );
    assert.ok(!commands.includes('rev-parse'), commands.join());
    assert.equal(recorded(repository, 'HEAD', 'a.ts'), ONE_READ);
    isClean();
  });

  it('does not write it when everything is staged', () => {
    save(repository, 'a.ts', ONE);
    repository.git('add', '-A');
    assert.deepEqual(
      commandsOf().filter((command) => READS_INDEX.includes(command)),
      ['diff-index'],
    );
    isClean();
  });

  it('follows a renamed file, and `git commit FILE`', () => {
    repository.git('mv', 'b.ts', 'c.ts');
    commandsOf();
    assert.equal(recorded(repository, 'HEAD', 'c.ts'), ONE_READ);
    assert.equal(recorded(repository, 'HEAD', 'b.ts'), 'no file');
    save(repository, 'a.ts', ONE);
    save(repository, 'c.ts', `${ONE}«const more = 4;\n»`);
    repository.git('add', 'c.ts');
    commandsOf('a.ts');
    assert.equal(recorded(repository, 'HEAD', 'a.ts'), ONE_READ);
    assert.equal(recorded(repository, 'HEAD', 'c.ts'), ONE_READ);
    commandsOf('-a');
    isClean();
  });

  it('searches all commits only when a line of an earlier save comes back that nobody else knows', async () => {
    const more = `${ONE}«const four = 4;\n»`;
    await saveInEditor(repository, 'b.ts', more);
    commandsOf('-a');
    await saveInEditor(repository, 'b.ts', ONE);
    commandsOf('-a');
    const plain = repository.read('b.ts');
    for (const [line, count] of [
      ['const five = 5;\n', 0],
      ['const four = 4;\n', 1],
    ] as const) {
      repository.write('b.ts', `${plain}// ${count}\n${line}`);
      assert.equal(commandsOf('-a').filter((command) => command === 'log').length, count, line);
    }
    assert.equal(recorded(repository, 'HEAD', 'b.ts'), `${ONE_READ}// 1\nconst four = 4;\n`);
  });

  it('keeps what Node has compiled in the git directory, until it is undone', async () => {
    save(repository, 'a.ts', ONE);
    commandsOf('-a');
    const folder = repository.path('.git', 'taggant', 'compiled');
    const major = Number(process.versions.node.split('.')[0]);
    if (major >= 22) assert.equal(readdirSync(folder).length, 1);
    await repository.init({ undo: true });
    assert.equal(existsSync(folder), false);
  });
});
