import assert from 'node:assert/strict';
import { existsSync, rmSync } from 'node:fs';
import { contributionPath, sidecarPath, VERSION_PATH } from '../../src/core/layout';
import { parseSidecar, readSidecar, versionText } from '../../src/core/sidecar';
import { applyImport, type ImportPlan, planImport } from '../../src/engine/importTrailers';
import { openRepository } from '../../src/repo/git';
import { ai, line, lines } from '../support/codeLines';
import { save, saveInEditor, setUp, shown } from '../support/marking';
import { TestRepository } from '../support/repository';

/** These lines marked, the last one's end apart. */

const CLAUDE = 'Co-Authored-By: Claude <noreply@anthropic.com>';
const CURSOR = 'Co-authored-by: Cursor <cursoragent@cursor.com>';

describe('taking over what commit trailers say', () => {
  let repository: TestRepository;

  beforeEach(() => {
    repository = new TestRepository('a repository ü');
  });
  afterEach(() => repository.remove());

  /** Commits files (null: removed), with trailers. */
  const commit = (files: Record<string, string | Buffer | null>, ...trailers: string[]): string => {
    for (const [path, text] of Object.entries(files)) {
      if (text === null) rmSync(repository.path(path));
      else repository.write(path, text);
    }
    repository.commitAll(`Change something\n\nAnd say why.\n\n${trailers.join('\n')}`);
    return repository.git('rev-parse', 'HEAD').trim();
  };
  const plan = async (range?: string): Promise<ImportPlan> =>
    planImport(await openRepository(repository.root), {
      ...(range === undefined ? {} : { range }),
      progress: () => {},
    });
  const run = async (range?: string): Promise<ImportPlan> => {
    repository.write(VERSION_PATH, versionText());
    const found = await plan(range);
    await applyImport(await openRepository(repository.root), found);
    return found;
  };
  /** A file of the working tree with what its sidecar marks in « ». */
  const written = (path: string): string => {
    const text = repository.read(path);
    if (!existsSync(repository.path(sidecarPath(path)))) return text;
    return shown(text, readSidecar(parseSidecar(repository.read(sidecarPath(path))), text));
  };
  const tools = ({ contributions }: ImportPlan) =>
    [...contributions.values()].map(({ tool, evidence }) => `${tool} ${evidence}`).sort();

  it('marks what a commit added, and nothing of the commits around it', async () => {
    commit({ 'a b/ü.ts': lines('one', 'two') });
    const agents = commit({ 'a b/ü.ts': lines('one', 'new', 'two') }, CLAUDE);
    commit({ 'a b/ü.ts': lines('one', 'new', 'two', 'three'), 'b.ts': lines('b') });
    const found = await run();
    assert.equal(written('a b/ü.ts'), `${lines('one')}${ai('new')}${lines('two', 'three')}`);
    assert.equal(existsSync(repository.path(sidecarPath('b.ts'))), false);
    const [id, contribution] = [...found.contributions][0]!;
    assert.deepEqual(contribution, {
      tool: 'claude-code',
      session: `commit ${agents}`,
      author: 'Ada Lovelace <ada@example.com>',
      day: new Date(Number(repository.git('log', '-1', '--format=%at', agents)) * 1000)
        .toISOString()
        .slice(0, 10),
      evidence: 'declared',
    });
    assert.equal(JSON.parse(repository.read(contributionPath(id))).session, `commit ${agents}`);
    assert.deepEqual(
      found.files.map(({ path, lines: some }) => `${path} ${some}`),
      ['a b/ü.ts 1'],
    );
    assert.equal(repository.git('log', '--oneline').split('\n').length - 1, 3, 'commits nothing');
    assert.equal(repository.git('diff', '--cached', '--name-only'), '', 'stages nothing');
  });

  it('changes nothing the second time, and keeps what a person took away', async () => {
    commit({ 'a.ts': lines('one') }, CLAUDE);
    await run();
    assert.equal(written('a.ts'), ai('one'));
    const second = await run();
    assert.deepEqual([second.files, second.before, [...second.contributions]], [[], 1, []]);
    rmSync(repository.path(sidecarPath('a.ts')));
    assert.deepEqual((await run()).files, []);
    assert.equal(written('a.ts'), lines('one'));
  });

  it('says the same twice where nothing is written', async () => {
    commit({ 'a.ts': lines('one') }, CLAUDE);
    const [one, two] = [await plan(), await plan()];
    assert.deepEqual(one, two);
    assert.deepEqual(one.files.length, 1);
    assert.equal(existsSync(repository.path('.taggant')), false);
  });

  it('completes an import that ended before its contributions were written', async () => {
    commit({ 'a.ts': lines('one') }, CLAUDE);
    repository.write(VERSION_PATH, versionText());
    const found = await plan();
    await applyImport(await openRepository(repository.root), { ...found, contributions: new Map() });
    const again = await run();
    assert.deepEqual([...again.contributions], [...found.contributions]);
    assert.ok(existsSync(repository.path(contributionPath([...found.contributions.keys()][0]!))));
  });

  it('follows lines through later changes, renames, other white space, and into other files', async () => {
    commit({ 'a.ts': lines('one', 'two') });
    commit({ 'a.ts': lines('one', 'x', 'y', 'z', 'w', 'two') }, CLAUDE);
    commit({ 'a.ts': null, 'dir/b.ts': lines('zero', 'one', 'x', 'y', 'z', 'w', 'two') });
    commit({ 'dir/b.ts': `${lines('zero', 'one')}  ${line('x')}\t${line('y')}${lines('z', 'w', 'two')}` });
    commit({
      'dir/b.ts': `${lines('zero', 'one')}  ${line('x')}${line('two')}`,
      'c.ts': lines('y', 'z', 'w'),
    });
    await run();
    assert.equal(
      written('dir/b.ts'),
      `${lines('zero', 'one')}  «${line('x').slice(0, -1)}»\n${line('two')}`.replace('  «', '«  '),
    );
    assert.equal(written('c.ts'), ai('y', 'z', 'w'));
    assert.equal(existsSync(repository.path(sidecarPath('a.ts'))), false);
  });

  it('does not mark what an agent moved, indented or split off, nor the words of a line that stayed', async () => {
    commit({ 'a.ts': lines('a', 'b', 'c', 'd', 'e', 'f', 'g'), 'm.ts': lines('p', 'q', 'r', 's') });
    commit(
      {
        // Two lines down, two indented, three gone to a new file; one word changed.
        'a.ts': `${line('c')}  ${line('d')}${lines('a', 'b')}`,
        'new.ts': lines('e', 'f', 'g', 'fresh'),
        'm.ts': lines('p', 'q', 'r', 's').replace('12345', '12345, more'),
      },
      CLAUDE,
    );
    await run();
    assert.equal(written('a.ts'), repository.read('a.ts'));
    assert.equal(written('new.ts'), `${lines('e', 'f', 'g')}${ai('fresh')}`);
    assert.equal(written('m.ts'), lines('p', 'q', 'r', 's').replace('12345', '12345«, more»'));
  });

  it('marks a first commit, and a file that was renamed and changed by the agent only where it changed', async () => {
    commit({ 'a.ts': lines('a', 'b', 'c', 'd') }, CURSOR);
    commit({ 'h.ts': lines('h', 'i', 'j', 'k') });
    commit({ 'h.ts': null, 'g.ts': lines('h', 'i', 'mine', 'j', 'k') }, CLAUDE);
    const found = await run();
    assert.equal(written('a.ts'), ai('a', 'b', 'c', 'd'));
    assert.equal(written('g.ts'), `${lines('h', 'i')}${ai('mine')}${lines('j', 'k')}`);
    assert.deepEqual(tools(found), ['claude-code declared', 'cursor declared']);
  });

  it('carries both sides of a merge, and takes nothing that a merge or a revert says for new', async () => {
    commit({ 'a.ts': lines('a', 'b', 'c', 'd', 'e', 'f'), 'b.ts': lines('b') });
    repository.git('checkout', '-q', '-b', 'side');
    commit({ 'a.ts': lines('a', 'b', 'c', 'd', 'e', 'f', 'side') }, CLAUDE);
    commit({ 'side.ts': lines('own') }, CURSOR);
    repository.git('checkout', '-q', 'main');
    commit({ 'a.ts': lines('main', 'a', 'b', 'c', 'd', 'e', 'f'), 'b.ts': lines('b', 'human') });
    repository.git('merge', '-q', '--no-ff', '-m', `Merge\n\n${CLAUDE}`, 'side');
    repository.git('revert', '--no-edit', 'HEAD~1');
    repository.git('revert', '--no-edit', 'HEAD');
    repository.git(
      'commit',
      '-q',
      '--amend',
      '-m',
      `${repository.git('log', '-1', '--format=%B').trim()}\n\n${CLAUDE}`,
    );
    const found = await run();
    assert.equal(written('a.ts'), `${lines('main', 'a', 'b', 'c', 'd', 'e', 'f')}${ai('side')}`);
    assert.equal(written('side.ts'), ai('own'));
    assert.equal(written('b.ts'), lines('b', 'human'));
    assert.deepEqual([found.commits, found.merges], [4, 2]);
  });

  it('carries what both sides of a merge have from the commit where they parted', async () => {
    commit({ 'a.ts': lines('a', 'b', 'c', 'd', 'e', 'f') }, CLAUDE);
    repository.git('checkout', '-q', '-b', 'side');
    commit({ 'a.ts': lines('a', 'b', 'c', 'd', 'e', 'f', 'side') });
    repository.git('checkout', '-q', 'main');
    commit({ 'a.ts': lines('main', 'a', 'b', 'c', 'd', 'e', 'f') });
    repository.git('merge', '-q', '--no-ff', '-m', 'Merge', 'side');
    await run();
    assert.equal(written('a.ts'), `${line('main')}${ai('a', 'b', 'c', 'd', 'e', 'f')}${line('side')}`);
  });

  it('gives up what somebody else wrote anew, and counts only what is still there', async () => {
    commit({ 'a.ts': lines('a', 'b'), 'gone.ts': lines('g') }, CLAUDE);
    commit({ 'a.ts': "function other() {\n  return 'of a person';\n}\n", 'gone.ts': null });
    const found = await run();
    assert.deepEqual(found.files, []);
    assert.deepEqual([...found.contributions], []);
  });

  it('leaves marks that are there as they are, and what a person declared theirs', async () => {
    const { declareUnmarked, unmarkDemand } = await import('../../src/engine/unmark');
    const { readMarkedFile } = await import('../../src/engine/markedFile');
    commit({ 'a.ts': lines('a', 'b', 'c') }, CLAUDE);
    await saveInEditor(repository, 'a.ts', `${lines('a')}${ai('b')}${lines('c')}`);
    const repo = await openRepository(repository.root);
    const found = await run();
    assert.deepEqual(tools(found), ['claude-code declared']);
    const sidecar = repository.read(sidecarPath('a.ts')).split('\n');
    assert.equal(new Set(sidecar.slice(0, 3).map((one) => one.split(' ')[1])).size, 2);
    assert.equal(sidecar[0]!.split(' ')[1], sidecar[2]!.split(' ')[1]);

    // Once more from the start, with a statement about the line in the middle.
    rmSync(repository.path('.taggant'), { recursive: true });
    save(repository, 'a.ts', `${lines('a')}${ai('b')}${lines('c')}`);
    const file = await readMarkedFile(repo, 'a.ts');
    const by = { who: 'Ada Lovelace <ada@example.com>', time: new Date(), why: 'I wrote it', terminal: true };
    await declareUnmarked(repo, file, await unmarkDemand(repo, 'a.ts', new Date()), by);
    save(repository, 'a.ts', lines('a', 'b', 'c'));
    rmSync(repository.path('.git', 'taggant'), { recursive: true, force: true });
    await run();
    assert.equal(written('a.ts'), `${ai('a')}${line('b')}${ai('c')}`);
  });

  it('believes the sidecar of a commit more than its trailer', async () => {
    setUp(repository);
    save(repository, 'a.ts', `${lines('a')}${ai('b')}${lines('c')}`);
    commit({ 'b.ts': lines('x') }, CLAUDE);
    await run();
    assert.equal(written('a.ts'), `${lines('a')}${ai('b')}${lines('c')}`);
    assert.equal(written('b.ts'), ai('x'));
  });

  it('reads only the commits of a range, and follows them to HEAD', async () => {
    const first = commit({ 'a.ts': lines('a') }, CLAUDE);
    const second = commit({ 'a.ts': lines('a', 'b') }, CLAUDE);
    commit({ 'a.ts': lines('a', 'b', 'c') }, CLAUDE);
    await run(`${first}..${second}`);
    assert.equal(written('a.ts'), `${line('a')}${ai('b')}${line('c')}`);
    await assert.rejects(run('nowhere..HEAD'), /nowhere is no commit of this repository/);
  });

  it('places the marks on text that was changed since, with CRLF and a byte order mark', async () => {
    const crlf = (text: string) => `\ufeff${text.replaceAll('\n', '\r\n')}`;
    commit({ 'a.ts': crlf(lines('a')) });
    commit({ 'a.ts': crlf(lines('a', 'b')) }, CLAUDE);
    repository.write('a.ts', crlf(lines('mine', 'a', 'b')));
    await run();
    const sidecar = parseSidecar(repository.read(sidecarPath('a.ts')));
    assert.equal(
      shown(lines('mine', 'a', 'b'), readSidecar(sidecar, lines('mine', 'a', 'b'))),
      `${lines('mine', 'a')}${ai('b')}`,
    );
  });

  it('passes over what is no text, and what is not in the working tree', async () => {
    commit(
      {
        'a.png': Buffer.from([0, 1, 2, 3]),
        'was.ts': Buffer.from([0, 1]),
        'b.ts': lines('b'),
        '.taggant/policy.json': '{}\n',
      },
      CLAUDE,
    );
    commit({ 'was.ts': lines('text') }, CLAUDE);
    rmSync(repository.path('b.ts'));
    const found = await run();
    assert.deepEqual(found.files, []);
  });

  it('does not take the end of a shallow clone for a commit that added everything', async () => {
    commit({ 'a.ts': lines('a') });
    commit({ 'a.ts': lines('a', 'b') }, CLAUDE);
    commit({ 'a.ts': lines('a', 'b', 'c') }, CURSOR);
    const shallow = new TestRepository('shallow');
    try {
      shallow.git('fetch', '-q', '--depth=2', `file://${repository.root}`, 'main');
      shallow.git('reset', '-q', '--hard', 'FETCH_HEAD');
      const found = await planImport(await openRepository(shallow.root), { progress: () => {} });
      assert.deepEqual(tools(found), ['cursor declared']);
      assert.match(found.problems.join(), /1 of the commits stand where this shallow clone ends/);
      assert.equal(found.files[0]!.lines, 1);
    } finally {
      shallow.remove();
    }
  });

  it('says what is wrong where there are no commits, and bears hostile ones', async () => {
    await assert.rejects(plan(), /There are no commits here yet/);
    repository.git('config', 'trailer.separators', '=');
    repository.git('config', 'log.showSignature', 'true');
    repository.git('config', 'user.name', 'A\u202eda $(touch x)');
    const message = `Subject\u001b[31m\n\n${'X: y\n'.repeat(500)}`;
    repository.write('a.ts', lines('a'));
    repository.commitAll(`${message}${CLAUDE}`);
    assert.deepEqual((await plan()).commits, 0, 'too many trailers to read');
    repository.write('b.ts', lines('b'));
    repository.commitAll(`Subject\n\nAI-assisted: \u001b[2J evil\u202e\n${CLAUDE}`);
    const found = await run();
    const [contribution] = [...found.contributions.values()];
    assert.match(contribution!.author, /^A\ufffdda /);
    assert.equal(written('b.ts'), ai('b'));
  });
});
