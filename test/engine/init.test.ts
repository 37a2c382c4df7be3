import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parsePolicy } from '../../src/core/policy';
import { checkVersion } from '../../src/core/sidecarFormat';
import { EXAMPLE_POLICY, hookState, type InitReport, initRepository, isSetUp } from '../../src/engine/init';
import { runtimePath } from '../../src/repo/hookFiles';
import { writeRuntime } from '../../src/repo/hooks';
import { HookedRepository } from '../support/hookedRepository';

const neverAsked = async () => assert.fail('nothing is to be asked');

describe('setting a repository up', () => {
  let repository: HookedRepository;

  beforeEach(() => {
    repository = new HookedRepository();
    repository.write('a.ts', 'a\n');
    repository.commitAll();
    rmSync(repository.path('.git', 'hooks'), { recursive: true, force: true });
  });

  afterEach(() => repository.remove());

  async function init(options: Partial<Parameters<typeof initRepository>[1]> = {}): Promise<InitReport> {
    const confirm = async () => true;
    return initRepository(await repository.open(), {
      confirm,
      cliPath: repository.program,
      nodePath: process.execPath,
      ...options,
    });
  }

  /** The repository's files outside of git's own, and Taggant's inside. */
  function files(): string[] {
    return readdirSync(repository.root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) =>
        join(entry.parentPath, entry.name)
          .slice(repository.root.length + 1)
          .replaceAll('\\', '/'),
      )
      .filter((path) => !path.startsWith('.git/') || /taggant|hooks/.test(path))
      .sort();
  }

  const ALL = [
    '.git/hooks/pre-commit',
    '.git/taggant/merge-driver',
    '.git/taggant/pre-commit',
    '.git/taggant/runtime',
    '.gitattributes',
    '.taggant/policy.json',
    '.taggant/version',
    'a.ts',
  ];

  it('shows what it would do, asks, does exactly that, and takes it back', async () => {
    assert.equal(await isSetUp(repository), false);
    const planned = await init({ dryRun: true, confirm: neverAsked });
    assert.equal(planned.outcome, 'planned');
    assert.deepEqual(files(), ['a.ts']);

    let asked: InitReport | undefined;
    const declined = await init({
      confirm: async (report) => {
        asked = report;
        return false;
      },
    });
    assert.equal(declined.outcome, 'declined');
    assert.deepEqual(asked?.actions, planned.actions);
    assert.deepEqual(files(), ['a.ts']);

    const done = await init();
    assert.deepEqual({ ...done, outcome: 'planned' }, planned);
    assert.deepEqual(done.actions, [
      'write .taggant/version: says which format the marks have',
      'write .taggant/policy.json: an example policy, which holds nothing back yet',
      'write .gitattributes: the marks keep their line endings, merge by their driver and are folded in reviews',
      'write .git/taggant/runtime: where the hook finds a Node',
      'write .git/taggant/merge-driver: merges the marks where the code conflicts',
      "set git's merge.taggant.name: how git merges the marks in this clone",
      "set git's merge.taggant.driver: how git merges the marks in this clone",
      'write .git/taggant/pre-commit: the check that runs before each commit',
      'write .git/hooks/pre-commit: the hook that runs the check',
    ]);
    assert.deepEqual([done.complete, done.notes], [true, []]);
    assert.deepEqual(files(), ALL);
    assert.equal(await isSetUp(repository), true);
    assert.equal(repository.git('status', '--porcelain'), '?? .gitattributes\n?? .taggant/\n');

    const again = await init({ confirm: neverAsked });
    assert.deepEqual(again, { actions: [], notes: [], outcome: 'nothing', complete: true });

    const undo = await init({ undo: true, dryRun: true });
    assert.equal(undo.outcome, 'planned');
    assert.deepEqual(files(), ALL);
    const undone = await init({ undo: true });
    assert.deepEqual(undone.actions, undo.actions);
    assert.deepEqual(files(), ['a.ts']);
    assert.equal(existsSync(repository.path('.taggant')), false);
    assert.equal((await init({ undo: true, confirm: neverAsked })).outcome, 'nothing');
  });

  it('writes a policy and a version that Taggant reads', async () => {
    await init();
    const { policy, problems } = parsePolicy(repository.read('.taggant/policy.json'));
    assert.deepEqual([policy?.rules, problems], [[], []]);
    // The commented example holds once its comment signs are gone.
    const example = parsePolicy(EXAMPLE_POLICY.replaceAll(/^( *)\/\/ (?=[{}]| {2}"| *\/\/)/gm, '$1'));
    assert.deepEqual([example.policy?.rules.length, example.problems], [2, []]);
    assert.equal(checkVersion(repository.read('.taggant/version')), null);
  });

  it('gives the marks attributes that git understands', async () => {
    await init();
    const attributes = (path: string) =>
      repository
        .git('check-attr', 'text', 'eol', 'linguist-generated', 'merge', '--', path)
        .replaceAll(`${path}: `, '');
    assert.equal(
      attributes('.taggant/tags/src/a b.ts.tags'),
      'text: set\neol: lf\nlinguist-generated: true\nmerge: taggant\n',
    );
    assert.equal(
      attributes('a.ts'),
      'text: unspecified\neol: unspecified\nlinguist-generated: unspecified\nmerge: unspecified\n',
    );
    assert.equal(
      attributes('sub/.taggant/tags/x.tags'),
      'text: unspecified\neol: unspecified\nlinguist-generated: unspecified\nmerge: unspecified\n',
    );
  });

  it('overwrites nothing, and adds to .gitattributes once', async () => {
    repository.write('.taggant/policy.json', '{ "version": 1, "rules": [] }');
    for (const before of ['*.png binary', '*.png binary\n', '*.png binary\r\n', '']) {
      repository.write('.gitattributes', before);
      await init();
      assert.ok(repository.read('.gitattributes').startsWith(before));
      assert.equal(repository.read('.taggant/policy.json'), '{ "version": 1, "rules": [] }');
      assert.equal((await init()).outcome, 'nothing');
      const { notes } = await init({ undo: true });
      assert.deepEqual(notes, ['.taggant/policy.json was changed and is left.']);
      if (before !== '') assert.equal(repository.read('.gitattributes'), before);
    }
  });

  it('writes no policy where none is wanted', async () => {
    await init({ withExamplePolicy: false });
    assert.equal(existsSync(repository.path('.taggant', 'policy.json')), false);
  });

  it('leaves a repository that holds marks set up, and takes only the hook back', async () => {
    await init();
    repository.write('.taggant/tags/a.ts.tags', 'ab 7Qm2xR\n');
    const report = await init({ undo: true });
    assert.match(report.notes.join(), /^\.taggant is left: it holds marks and reviews \(tags\)/);
    assert.equal(report.complete, false);
    assert.equal(await isSetUp(repository), true);
    assert.equal(existsSync(repository.path('.gitattributes')), true);
    assert.equal((await hookState(await repository.open())).state, 'missing');
  });

  it('sets up another clone of a repository that is set up', async () => {
    await init();
    repository.commitAll();
    rmSync(repository.path('.git', 'hooks'), { recursive: true });
    rmSync(repository.path('.git', 'taggant'), { recursive: true });
    repository.git('config', '--remove-section', 'merge.taggant');
    const repo = await repository.open();
    assert.equal((await hookState(repo)).state, 'missing');
    const { actions } = await init();
    assert.deepEqual(
      actions.map((action) => action.split(':')[0]),
      [
        'write .git/taggant/runtime',
        'write .git/taggant/merge-driver',
        "set git's merge.taggant.name",
        "set git's merge.taggant.driver",
        'write .git/taggant/pre-commit',
        'write .git/hooks/pre-commit',
      ],
    );
    assert.equal((await hookState(repo)).state, 'installed');
  });

  it('brings the check and the runtime up to the installation that runs', async () => {
    await init();
    const repo = await repository.open();
    const check = repository.path('.git', 'taggant', 'pre-commit');
    const current = repository.read('.git/taggant/pre-commit');
    writeFileSync(check, '#!/bin/sh\n# older\n');
    await writeRuntime(repo, { nodePath: '/another/node', cliPath: repository.program });
    assert.equal(repository.read('.git/taggant/pre-commit'), current);
    assert.equal(repository.read('.git/taggant/runtime'), `/another/node\n${repository.program}\n`);
    rmSync(check);
    await writeRuntime(repo, { nodePath: '/another/node', cliPath: repository.program });
    assert.equal(existsSync(check), false, 'what was not installed is not installed by the way');
    assert.equal(runtimePath(repo), repository.path('.git', 'taggant', 'runtime'));
  });

  it('does not write through links that a hostile repository holds', async () => {
    const outside = join(dirname(repository.root), 'outside');
    mkdirSync(outside);
    symlinkSync(outside, repository.path('.taggant'));
    await assert.rejects(init(), /"\.taggant\/version" leads out of the repository/);
    rmSync(repository.path('.taggant'));
    symlinkSync('/dev/zero', repository.path('.gitattributes'));
    await assert.rejects(init(), /\.gitattributes" cannot be changed: it is not a file/);
    rmSync(repository.path('.gitattributes'));
    writeFileSync(join(outside, 'attributes'), 'mine\n');
    symlinkSync(join(outside, 'attributes'), repository.path('.gitattributes'));
    await assert.rejects(init(), /symbolic link/);
    assert.deepEqual(readdirSync(outside), ['attributes']);
  });

  it('refuses to damage a file that is not UTF-8, or that changed while the question was open', async () => {
    repository.write('.gitattributes', Buffer.from([0x23, 0xe4, 0x0a]));
    await assert.rejects(init(), /\.gitattributes" cannot be changed: it is not UTF-8 text/);
    rmSync(repository.path('.gitattributes'));
    const confirm = async () => {
      repository.write('.gitattributes', 'written meanwhile\n');
      return true;
    };
    await assert.rejects(init({ confirm }), /\.gitattributes" was changed in the meantime/);
    assert.equal(repository.read('.gitattributes'), 'written meanwhile\n');
    assert.equal((await init()).outcome, 'done', 'the next run takes up where this one stopped');
    assert.deepEqual(files(), ALL);
  });
});
