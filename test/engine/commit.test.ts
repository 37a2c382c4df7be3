import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import {
  CONTRIBUTIONS_FOLDER,
  contributionPath,
  POLICY_PATH,
  sidecarPath,
  VERSION_PATH,
} from '../../src/core/layout';
import { checkStaged, prepareStaged } from '../../src/engine/commit';
import { markReviewed } from '../../src/engine/review';
import { openRepository, type Repository } from '../../src/repo/git';
import { AI, marked, recorded, save, saveInEditor, setUp } from '../support/marking';
import { TestRepository } from '../support/repository';
import { freshRepository, opened } from '../support/suites';

const ONE = 'const one = 1;\n«const two = one + one;\n»const three = 3;\n';
const ONE_READ = 'const one = 1;\n«const two = one + one;»\nconst three = 3;\n';

describe('prepareStaged', () => {
  const repository = freshRepository();
  const repo = opened(repository);
  beforeEach(() => {
    setUp(repository);
  });
  const staged = () => repository.git('diff', '--cached', '--name-only', '-z').split('\0').filter(Boolean);
  const committed = (path: string) => {
    repository.git('commit', '-q', '-m', 'x');
    return recorded(repository, 'HEAD', path);
  };

  it('does nothing where nothing is staged, or nothing marked', async () => {
    repository.write('a.ts', 'x\n');
    await prepareStaged(repo);
    repository.git('add', 'a.ts');
    await prepareStaged(repo);
    assert.deepEqual(staged(), ['a.ts']);
  });

  it('adds the sidecar, what it names and the version, on an unborn branch', async () => {
    save(repository, 'a.ts', ONE);
    repository.git('add', 'a.ts');
    await prepareStaged(repo);
    assert.deepEqual(staged(), [contributionPath(AI), sidecarPath('a.ts'), VERSION_PATH, 'a.ts'].sort());
    assert.equal(committed('a.ts'), ONE_READ);
    assert.equal(repository.git('status', '--porcelain'), '', 'and the working tree is clean');
  });

  it('adds a contribution that only the git directory holds yet', async () => {
    save(repository, 'a.ts', ONE);
    const json = repository.read(contributionPath(AI));
    rmSync(repository.path(CONTRIBUTIONS_FOLDER), { recursive: true });
    mkdirSync(repository.path('.git', 'taggant', 'contributions'), { recursive: true });
    writeFileSync(repository.path('.git', 'taggant', 'contributions', `${AI}.json`), json);
    repository.git('add', 'a.ts');
    assert.deepEqual((await prepareStaged(repo)).problems, []);
    assert.equal(repository.show('', contributionPath(AI)), json);
  });

  it('says when a contribution is nowhere', async () => {
    save(repository, 'a.ts', ONE);
    repository.write(contributionPath(AI), '{"author":"somebody else"}\n');
    repository.git('add', 'a.ts');
    const { problems } = await prepareStaged(repo);
    assert.equal(problems.length, 1);
    assert.match(problems[0]!, new RegExp(`Contribution ${AI} .* missing`));
  });

  it('takes any name', async () => {
    const names = ['-dash.ts', 'with space/ünï — 名前.ts', '*.ts', 'quote".ts', ':(top)a.ts'];
    if (process.platform !== 'win32') names.push('line\nfeed.ts', 'tab\t.ts');
    for (const name of names) save(repository, name, ONE);
    repository.git('add', '-A', ':!.taggant');
    await prepareStaged(repo);
    repository.git('commit', '-q', '-m', 'x');
    for (const name of names) assert.equal(recorded(repository, 'HEAD', name), ONE_READ, name);
    assert.equal(repository.git('status', '--porcelain'), '');
  });

  it('describes the staged text when the working tree has gone on', async () => {
    save(repository, 'a.ts', ONE);
    repository.git('add', 'a.ts');
    save(repository, 'a.ts', `// typed later\n${ONE}«const later = "also AI";\n»`);
    await prepareStaged(repo);
    assert.equal(committed('a.ts'), ONE_READ);
    assert.match(recorded(repository, 'HEAD', 'a.ts'), /three = 3;\n$/);
    repository.git('add', 'a.ts');
    await prepareStaged(repo);
    assert.equal(committed('a.ts'), `// typed later\n${ONE_READ}«const later = "also AI";»\n`);
  });

  it('describes AI text that was staged and then removed on disk', async () => {
    await saveInEditor(repository, 'a.ts', `${ONE}«const gone = "AI too";\n»`);
    repository.git('add', 'a.ts');
    await saveInEditor(repository, 'a.ts', `${ONE.replace('one + one', '2')}`);
    await prepareStaged(repo);
    assert.equal(committed('a.ts'), `${ONE_READ}«const gone = "AI too";»\n`);
  });

  it('describes a hunk staged by itself', async () => {
    save(repository, 'a.ts', `${ONE}${'// filler\n'.repeat(10)}last();\n`);
    repository.git('add', 'a.ts');
    await prepareStaged(repo);
    repository.git('commit', '-q', '-m', 'x');
    const first = `«import { x } from "x";\n»${ONE}${'// filler\n'.repeat(10)}last();\n`;
    save(repository, 'a.ts', `${first}«aiAtTheEnd(x);\n»`);
    // As `git add -p` does: the first hunk only.
    const patch = repository.git('diff', '-U1', 'a.ts').split(/^(?=@@)/m);
    writeFileSync(repository.path('..', 'hunk.patch'), patch[0]! + patch[1]!);
    repository.git('apply', '--cached', '../hunk.patch');
    await prepareStaged(repo);
    assert.equal(
      committed('a.ts'),
      `«import { x } from "x";»\n${ONE_READ}${'// filler\n'.repeat(10)}last();\n`,
    );
  });

  it('describes a hunk left out that removed AI text', async () => {
    save(repository, 'a.ts', `${ONE}${'// filler\n'.repeat(10)}«goneLater(1, 2);\n»last();\n`);
    repository.git('add', 'a.ts');
    await prepareStaged(repo);
    repository.git('commit', '-q', '-m', 'x');
    save(repository, 'a.ts', `«import { x } from "x";\n»${ONE}${'// filler\n'.repeat(10)}last();\n`);
    const patch = repository.git('diff', '-U1', 'a.ts').split(/^(?=@@)/m);
    writeFileSync(repository.path('..', 'hunk.patch'), patch[0]! + patch[1]!);
    repository.git('apply', '--cached', '../hunk.patch');
    await prepareStaged(repo);
    assert.equal(
      committed('a.ts'),
      `«import { x } from "x";»\n${ONE_READ}${'// filler\n'.repeat(10)}«goneLater(1, 2);»\nlast();\n`,
    );
  });

  it('leaves a line to whoever wrote it, when what AI made of it is not staged', async () => {
    const top = 'const rate = 19 + surcharge;\nconst name = "shop";\n';
    save(repository, 'a.ts', `${top}const end = 1;\n`);
    repository.git('add', 'a.ts');
    await prepareStaged(repo);
    repository.git('commit', '-q', '-m', 'x');
    repository.write('a.ts', `${top}const end = 1;\nconst mine = 2;\n`);
    repository.git('add', 'a.ts');
    save(
      repository,
      'a.ts',
      '«const rate = rateOf(country) + surcharge;»\nconst name = "shop";\nconst end = 1;\nconst mine = 2;\n',
    );
    await prepareStaged(repo);
    assert.equal(recorded(repository, '', 'a.ts'), `${top}const end = 1;\nconst mine = 2;\n`);
  });

  it('carries marks over an edit that Taggant did not see, and mends the working tree', async () => {
    save(repository, 'a.ts', ONE);
    repository.commitAll();
    repository.write('a.ts', `// by another editor\n${marked(ONE).text}`);
    repository.git('add', 'a.ts');
    await prepareStaged(repo);
    assert.equal(committed('a.ts'), `// by another editor\n${ONE_READ}`);
    assert.equal(repository.git('status', '--porcelain'), '');
  });

  it('moves the sidecar with a renamed file', async () => {
    save(repository, 'a.ts', ONE);
    repository.commitAll();
    mkdirSync(repository.path('sub'));
    repository.git('mv', 'a.ts', 'sub/b.ts');
    repository.write('sub/b.ts', `${marked(ONE).text}// changed a little\n`);
    repository.git('add', 'sub/b.ts');
    await prepareStaged(repo);
    assert.equal(committed('sub/b.ts'), `${ONE_READ}// changed a little\n`);
    assert.equal(recorded(repository, 'HEAD', 'a.ts'), 'no file');
    assert.equal(repository.git('status', '--porcelain'), '');
  });

  it('moves the staged sidecar of a file that git never had', async () => {
    repository.write('other.ts', 'other\n');
    repository.commitAll();
    save(repository, 'a.ts', ONE);
    mkdirSync(repository.path('sub'));
    renameSync(repository.path('a.ts'), repository.path('sub', 'b.ts'));
    repository.git('add', '-A');
    await prepareStaged(repo);
    assert.equal(committed('sub/b.ts'), ONE_READ);
    assert.equal(repository.show('HEAD', sidecarPath('a.ts')), null);
    assert.equal(repository.git('status', '--porcelain'), '');
  });

  it('leaves out the sidecar of a file that git does not have yet', async () => {
    save(repository, 'a.ts', ONE);
    save(repository, 'b.ts', ONE);
    repository.git('add', 'a.ts', '.taggant');
    await prepareStaged(repo);
    assert.equal(committed('a.ts'), ONE_READ);
    assert.equal(repository.show('HEAD', sidecarPath('b.ts')), null);
    repository.git('add', 'b.ts');
    await prepareStaged(repo);
    assert.equal(committed('b.ts'), ONE_READ, 'it comes with its file');
  });

  it('removes the sidecar of a file that was deleted, or has no marks any more', async () => {
    save(repository, 'a.ts', ONE);
    save(repository, 'b.ts', ONE);
    save(repository, 'kept.ts', ONE);
    repository.commitAll();
    repository.git('rm', '-q', 'a.ts');
    repository.write('b.ts', 'all new\n');
    repository.git('add', 'b.ts');
    repository.git('rm', '-q', '--cached', 'kept.ts');
    await prepareStaged(repo);
    assert.equal(committed('b.ts'), 'all new\n');
    assert.equal(recorded(repository, 'HEAD', 'a.ts'), 'no file');
    assert.equal(repository.show('HEAD', sidecarPath('b.ts')), null);
    assert.equal(repository.show('HEAD', sidecarPath('kept.ts')), null);
    assert.ok(repository.read(sidecarPath('kept.ts')), 'the working tree keeps what belongs to its file');
    repository.git('add', 'kept.ts');
    await prepareStaged(repo);
    assert.equal(committed('kept.ts'), ONE_READ);
  });

  it('corrects a staged sidecar that does not describe its file, and drops one without file', async () => {
    save(repository, 'a.ts', ONE);
    repository.commitAll();
    repository.write(sidecarPath('a.ts'), 'AA\nAA 7Qm2xR\nAA\n');
    repository.write(sidecarPath('gone.ts'), 'AA 7Qm2xR\n');
    repository.git('add', '-A');
    await prepareStaged(repo);
    assert.deepEqual(staged(), []);
    assert.equal(repository.git('status', '--porcelain'), '', 'the working tree is mended too');
  });

  it('keeps marks of both sides of a merge with conflicts', async () => {
    save(repository, 'a.ts', 'top();\nmiddle();\nbottom();\n');
    repository.commitAll();
    repository.git('checkout', '-q', '-b', 'other');
    save(repository, 'a.ts', 'top();\n«theirsByAi("theirs");\n»bottom();\n');
    repository.commitAll();
    repository.git('checkout', '-q', 'main');
    save(repository, 'a.ts', 'top();\n«oursByAi("ours");\n»bottom();\n');
    repository.commitAll();
    assert.throws(() => repository.git('merge', '-q', 'other'));
    repository.write('a.ts', 'top();\noursByAi("ours");\ntheirsByAi("theirs");\nbottom();\n');
    repository.git('add', '-A');
    await prepareStaged(repo);
    assert.equal(committed('a.ts'), 'top();\n«oursByAi("ours");\ntheirsByAi("theirs");»\nbottom();\n');
  });

  it('leaves text to whom somebody declared it, when another branch has gone on with its marks', async () => {
    const [first, last] = ['first(one, two);\n', 'last(three, four);\n'];
    save(repository, 'a.ts', `${first}«made(by, ai);\n»${last}`);
    repository.commitAll();
    repository.git('checkout', '-q', '-b', 'other');
    save(repository, 'a.ts', `${first}«made(by, ai);\n»${last}«more(by, ai);\n»`);
    repository.commitAll();
    repository.git('checkout', '-q', 'main');
    save(repository, 'a.ts', `zeroth(four, five);\n${first}made(by, ai);\n${last}`);
    repository.commitAll();
    assert.throws(() => repository.git('merge', '-q', 'other'));
    repository.git('add', 'a.ts');
    repository.git('rm', '-q', '-f', '--cached', '.taggant/tags/a.ts.tags');
    await prepareStaged(repo);
    const merged = `zeroth(four, five);\n${first}made(by, ai);\n${last}«more(by, ai);»\n`;
    assert.equal(committed('a.ts'), merged);
  });

  it('keeps marked lines that were kept in a conflict with a side that has no marks', async () => {
    const filler = Array.from({ length: 8 }, (_, i) => `filler${i}(${i}, ${i * i});\n`).join('');
    save(repository, 'a.ts', `${filler}«made(by, ai);\n»`);
    repository.commitAll();
    repository.git('checkout', '-q', '-b', 'other');
    save(repository, 'a.ts', filler);
    repository.commitAll();
    repository.git('checkout', '-q', 'main');
    repository.write('a.ts', `${filler}made(by, ai);\nmine(too);\n`);
    repository.git('commit', '-q', '-a', '-m', 'without Taggant');
    assert.throws(() => repository.git('merge', '-q', 'other'));
    repository.write('a.ts', `${filler}made(by, ai);\nmine(too);\n`);
    repository.git('add', '-A');
    await prepareStaged(repo);
    assert.equal(committed('a.ts'), `${filler}«made(by, ai);»\nmine(too);\n`);
  });

  for (const [name, before] of [
    ['the first of their file', ''],
    ['its only ones since its own went', '«const gone = 7;\n»'],
  ] as const) {
    it(`keeps marks of a file that is kept against its removal, which were picked without the text before them: ${name}`, async () => {
      const filler = Array.from({ length: 8 }, (_, i) => `filler${i}(${i}, ${i * i});\n`).join('');
      save(repository, 'a.ts', `${filler}last(one, two);\n${before}`);
      repository.commitAll();
      repository.git('checkout', '-q', '-b', 'other');
      repository.write('a.ts', `zeroth(four, five);\n${repository.read('a.ts')}`);
      repository.git('commit', '-q', '-a', '-m', 'without Taggant');
      save(repository, 'a.ts', `zeroth(four, five);\n${filler}«made(by, ai);\n»last(one, two);\n`);
      repository.commitAll();
      repository.git('rm', '-q', 'a.ts', sidecarPath('a.ts'));
      repository.commitAll();
      repository.git('checkout', '-q', 'main');
      repository.git('cherry-pick', 'other~1');
      assert.throws(() => repository.git('cherry-pick', 'other'));
      repository.git('add', 'a.ts');
      assert.equal(repository.show('', sidecarPath('a.ts')), null);
      await prepareStaged(repo);
      assert.equal(committed('a.ts'), `${filler}«made(by, ai);»\nlast(one, two);\n`);
    });
  }

  it('says what git says of a locked index, and has changed nothing', async () => {
    save(repository, 'a.ts', ONE);
    repository.git('add', 'a.ts');
    repository.write('.git/index.lock', '');
    await assert.rejects(prepareStaged(repo), { kind: 'locked', message: /index\.lock" exists\. Wait/ });
    rmSync(repository.path('.git', 'index.lock'));
    assert.deepEqual(staged(), ['a.ts']);
  });

  it('touches nothing of a newer format', async () => {
    save(repository, 'a.ts', ONE);
    repository.write(VERSION_PATH, '99\n');
    repository.git('add', 'a.ts');
    await assert.rejects(prepareStaged(repo), { kind: 'newer-version', message: /update Taggant/ });
    assert.deepEqual(staged(), ['a.ts']);
  });

  it('stages many sidecars at once', async () => {
    for (let i = 0; i < 60; i++) save(repository, `many/f${i}.ts`, ONE.replace('one = 1', `one = ${i}`));
    repository.git('add', 'many');
    await prepareStaged(repo);
    repository.git('commit', '-q', '-m', 'x');
    for (let i = 0; i < 60; i++) {
      assert.equal(recorded(repository, 'HEAD', `many/f${i}.ts`), ONE_READ.replace('one = 1', `one = ${i}`));
    }
  });

  it('reads CRLF files that git stores with LF', async () => {
    repository.git('config', 'core.autocrlf', 'true');
    save(repository, 'a.ts', ONE.replaceAll('\n', '\r\n'));
    repository.git('add', 'a.ts');
    await prepareStaged(repo);
    assert.equal(repository.show('', sidecarPath('a.ts')), repository.read(sidecarPath('a.ts')));
    assert.equal(committed('a.ts'), ONE_READ);
  });

  it('describes a file in UTF-8 with byte order mark, and one in Latin-1', async () => {
    save(repository, 'bom.ts', ONE);
    repository.write('bom.ts', `\ufeff${marked(ONE).text}`);
    save(repository, 'latin.ts', '// naïve\n«const a = "é";\n»');
    repository.write('latin.ts', Buffer.from(marked('// naïve\n«const a = "é";\n»').text, 'latin1'));
    repository.git('add', '*.ts');
    const plan = await prepareStaged(repo);
    assert.deepEqual(plan.problems, []);
    assert.deepEqual(
      plan.files.map((file) => [file.path, file.exact, file.marks.spans.length]),
      [
        ['bom.ts', true, 1],
        ['latin.ts', true, 1],
      ],
    );
  });
});

describe('checkStaged', () => {
  let repository: TestRepository;
  let repo: Repository;
  const POLICY = JSON.stringify({
    version: 1,
    rules: [{ name: 'core', paths: ['core/**'], enforcement: 'block' }],
  });
  beforeEach(async () => {
    repository = new TestRepository();
    repo = await openRepository(repository.root);
    setUp(repository);
    repository.write(POLICY_PATH, POLICY);
    repository.commitAll();
  });
  afterEach(() => repository.remove());
  const places = async () =>
    (await checkStaged(repo)).findings.map((f) => [f.path, f.startLine, f.endLine, f.rule]);

  it('finds unreviewed AI code of critical paths only', async () => {
    save(repository, 'core/a.ts', ONE);
    save(repository, 'other/a.ts', ONE);
    repository.git('add', 'core', 'other');
    const result = await checkStaged(repo);
    assert.deepEqual(await places(), [['core/a.ts', 1, 2, 'core']]);
    assert.deepEqual(result.summary, {
      files: 2,
      findings: 1,
      blocking: 1,
      warnings: 0,
      requested: 0,
      overridden: 0,
    });
    assert.deepEqual(
      repository.git('diff', '--cached', '--name-only').trim().split('\n'),
      ['core/a.ts', 'other/a.ts'],
      'checking writes nothing',
    );
  });

  it('looks at what is staged, not at what is on disk', async () => {
    await saveInEditor(repository, 'core/a.ts', 'human();\n');
    repository.git('add', 'core');
    await saveInEditor(repository, 'core/a.ts', ONE);
    assert.deepEqual(await places(), []);
    repository.git('add', 'core');
    await saveInEditor(repository, 'core/a.ts', 'human();\n');
    assert.deepEqual(await places(), [['core/a.ts', 1, 2, 'core']], 'AI text that is staged and gone again');
  });

  it('takes the policy that is staged', async () => {
    save(repository, 'core/a.ts', ONE);
    repository.git('add', 'core');
    repository.write(POLICY_PATH, 'not a policy');
    assert.equal((await places()).length, 1);
    repository.git('add', POLICY_PATH);
    const result = await checkStaged(repo);
    assert.deepEqual(result.findings, []);
    assert.ok(result.policyProblems.length > 0);
    assert.equal(result.policyText, 'not a policy');
  });

  it('is content once the text is reviewed, and takes the statement along', async () => {
    save(repository, 'core/a.ts', ONE);
    repository.git('add', 'core');
    const { text, marks } = marked(ONE);
    const who = { who: 'Ada Lovelace <ada@example.com>', time: new Date('2026-03-02T10:00:00.500Z') };
    const statement = await markReviewed(repo, [{ path: 'core/a.ts', text, marks }], who);
    const elsewhere = marked('«notStaged();\n»');
    const other = await markReviewed(repo, [{ path: 'b.ts', ...elsewhere }], who);
    assert.deepEqual(await places(), []);
    await prepareStaged(repo);
    assert.ok(repository.show('', `.taggant/statements/${statement!.uuid}.json`));
    assert.equal(
      repository.show('', `.taggant/statements/${other!.uuid}.json`),
      null,
      'says nothing of this commit',
    );
    assert.deepEqual(await places(), []);
    rmSync(repository.path('.taggant', 'statements'), { recursive: true });
    assert.deepEqual(await places(), [], 'the index has it');
  });

  it('sees new AI text beside reviewed text', async () => {
    save(repository, 'core/a.ts', ONE);
    const who = { who: 'Ada Lovelace <ada@example.com>', time: new Date(0) };
    await markReviewed(repo, [{ path: 'core/a.ts', ...marked(ONE) }], who);
    repository.commitAll();
    save(repository, 'core/a.ts', `${ONE}«const four = "new";\n»`);
    repository.git('add', 'core');
    assert.deepEqual(await places(), [['core/a.ts', 3, 4, 'core']]);
  });

  it('writes no statement about text without marks', async () => {
    const nothing = await markReviewed(repo, [{ path: 'a', ...marked('human\n') }], {
      who: 'x',
      time: new Date(0),
    });
    assert.equal(nothing, null);
  });
});
