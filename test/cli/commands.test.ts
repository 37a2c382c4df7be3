import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { contributionPath, POLICY_PATH, sidecarPath } from '../../src/core/layout';
import { AI, marked, save, setUp } from '../support/marking';
import type { Finished } from '../support/program';
import { TestRepository } from '../support/repository';
import { builtProgram, freshRepository } from '../support/suites';

const SOURCE =
  'const one = 1;\n«const two = one + one;\n»const three = «compute(1)» + 2;\n\tconst 名前 = "x";\n«\n»last();\n';
const POLICY = (enforcement: string) =>
  JSON.stringify({ version: 1, rules: [{ name: 'the core', paths: ['core/**'], enforcement }] });

describe('taggant', () => {
  const program = builtProgram();
  const repository = freshRepository();
  beforeEach(() => {
    setUp(repository);
    save(repository, 'core/a.ts', SOURCE);
  });

  const taggant = (...args: string[]): Promise<Finished> => program.run(repository.root, args);
  const prints = async (args: string[], out: string) =>
    assert.deepEqual(await taggant(...args), { code: 0, out, err: '' });
  const fails = async (args: string[], err: string, environment = {}) =>
    assert.deepEqual(await program.run(repository.root, args, environment), { code: 2, out: '', err });

  it('shows source and shadow side by side', async () => {
    await prints(
      ['show', 'core/a.ts'],
      `1  NY              | const one = 1;
2  tG A_x0rI       | const two = one + one;
3  WN A_x0rI@14-24 | const three = compute(1) + 2;
4  0_              |     const 名前 = "x";
5  yN A_x0rI       |
6  rD              | last();

A_x0rI  github.copilot, gpt-5, Ada Lovelace <ada@example.com>, 2026-03-01, accepted
`,
    );
  });

  it('says that a file has no sidecar', async () => {
    repository.write('b.ts', 'x\n');
    await prints(['show', 'b.ts'], 'b.ts has no sidecar: no evidence of AI.\n');
  });

  it('says that marks were carried over', async () => {
    repository.commitAll();
    repository.write('core/a.ts', `// new\n${marked(SOURCE).text}`);
    repository.git('add', '-A');
    const shown = await taggant('show', 'core/a.ts');
    assert.equal(
      shown.err,
      'taggant: the sidecar is not of this text; the marks below were carried over from HEAD.\n',
    );
    assert.match(shown.out, /^3 {2}tG A_x0rI {7}\| const two/m);
  });

  it('blames line by line', async () => {
    await prints(
      ['blame', 'core/a.ts'],
      `1                                                                           | const one = 1;
2  ai            github.copilot gpt-5 (Ada Lovelace, accepted)  unreviewed  | const two = one + one;
3  mixed  14-24  github.copilot gpt-5 (Ada Lovelace, accepted)  unreviewed  | const three = compute(1) + 2;
4                                                                           |     const 名前 = "x";
5  ai            github.copilot gpt-5 (Ada Lovelace, accepted)  reviewed    |
6                                                                           | last();
`,
    );
  });

  it('blames as JSON', async () => {
    const { file, lines } = JSON.parse((await taggant('blame', '--json', 'core/a.ts')).out);
    assert.equal(file, 'core/a.ts');
    assert.deepEqual(lines[0], {
      line: 1,
      origin: null,
      ranges: [],
      contribution: null,
      review: null,
      spans: [],
    });
    assert.deepEqual(lines[2], {
      line: 3,
      origin: 'mixed',
      ranges: [[14, 24]],
      contribution: AI,
      review: 'unreviewed',
      spans: [
        {
          start: 14,
          end: 24,
          origin: 'ai',
          contribution: AI,
          tool: 'github.copilot',
          model: 'gpt-5',
          author: 'Ada Lovelace <ada@example.com>',
          day: '2026-03-01',
          evidence: 'accepted',
          review: 'unreviewed',
        },
      ],
    });
  });

  it('finds files from where it is called', async () => {
    mkdirSync(repository.path('core', 'deep'));
    const { code, out } = await program.run(repository.path('core', 'deep'), ['blame', '--json', '../a.ts']);
    assert.equal(code, 0);
    assert.equal(JSON.parse(out).file, 'core/a.ts');
  });

  it('checks the working tree', async () => {
    repository.write(POLICY_PATH, POLICY('block'));
    const { code, out, err } = await taggant('check', '--all');
    assert.deepEqual({ code, err }, { code: 1, err: '' });
    assert.equal(
      out,
      `core/a.ts:2-3: 2 lines of unreviewed AI code (lines 2-3); the rule "the core" blocks this.
    Read the code, then use "Mark Reviewed" in the editor or run: taggant review core/a.ts:2-3
1 file with marks checked: 1 blocking, 0 warning.
`,
    );
  });

  it('checks as JSON', async () => {
    repository.write(POLICY_PATH, POLICY('warn'));
    repository.git('add', '-A');
    const { code, out } = await taggant('check', '--staged', '--format', 'json');
    const { findings, summary, policyProblems, problems } = JSON.parse(out);
    assert.equal(code, 1);
    assert.deepEqual(summary, {
      ...{ files: 1, findings: 1, blocking: 0, warnings: 1, requested: 0, overridden: 0 },
    });
    assert.deepEqual([policyProblems, problems], [[], []]);
    assert.deepEqual(
      findings.map((f: Record<string, unknown>) => [f.path, f.startLine, f.endLine, f.rule, f.enforcement]),
      [['core/a.ts', 2, 3, 'the core', 'warn']],
    );
  });

  it('answers 0 when nothing is found, and 2 for a policy with mistakes', async () => {
    await prints(['check', '--all'], '1 file with marks checked: nothing to say.\n');
    repository.write(POLICY_PATH, '{\n  "version": 1,\n  "rules": [],\n}}\n');
    const { code, out, err } = await taggant('check', '--all');
    assert.deepEqual([code, out], [2, '']);
    assert.match(err, /^taggant: \.taggant\/policy\.json:4:2: .+\n$/);
  });

  it('reviews lines, and nothing more', async () => {
    repository.write(POLICY_PATH, POLICY('block'));
    await prints(['review', 'core/a.ts:2', '--why', 'read it'], 'core/a.ts: 1 marked line reviewed.\n');
    assert.match((await taggant('check', '--all')).out, /^core\/a\.ts:3: /);
    await prints(['review', 'core/a.ts'], 'core/a.ts: 2 marked lines reviewed.\n');
    assert.equal((await taggant('check', '--all')).code, 0);
    await prints(
      ['review', 'core/a.ts:1'],
      'There is no marked text there, so there is nothing to review.\n',
    );
  });

  it('marks and unmarks lines', async () => {
    await prints(
      ['mark', 'core/a.ts:1', '--tool', 'aider', '--model', 'x-1'],
      'core/a.ts: 14 characters marked.\n',
    );
    const [first] = JSON.parse((await taggant('blame', '--json', 'core/a.ts')).out).lines;
    assert.deepEqual([first.origin, first.ranges, first.review], ['ai', [[0, 14]], 'unreviewed']);
    const [span] = first.spans;
    assert.deepEqual(
      [span.tool, span.model, span.evidence, span.author],
      ['aider', 'x-1', 'declared', 'Ada Lovelace <ada@example.com>'],
    );
    assert.ok(repository.read(contributionPath(first.contribution)));
    await prints(['unmark', 'core/a.ts:2-6', '--why', 'I wrote it'], 'core/a.ts: 33 characters unmarked.\n');
    assert.equal(repository.read(sidecarPath('core/a.ts')).match(/ /g)?.length, 1);
    await taggant('unmark', 'core/a.ts', '--why', 'all mine');
    assert.throws(() => repository.read(sidecarPath('core/a.ts')), { code: 'ENOENT' });
    repository.git('add', 'core');
    assert.equal((await taggant('hook', 'pre-commit')).code, 0);
    const staged = repository.git('diff', '--cached', '--name-only').trim().split('\n');
    assert.ok(!staged.includes(sidecarPath('core/a.ts')));
    assert.equal(staged.filter((path) => path.startsWith('.taggant/statements/')).length, 2);
  });

  it('takes what a person declared along with the commit', async () => {
    repository.commitAll();
    await taggant('unmark', 'core/a.ts', '--why', 'mine');
    repository.write('core/a.ts', `${marked(SOURCE).text}// more\n`);
    repository.git('add', 'core');
    assert.equal((await taggant('hook', 'pre-commit')).code, 0);
    const staged = repository.git('diff', '--cached', '--name-status').trim().split('\n');
    assert.ok(staged.includes(`D\t${sidecarPath('core/a.ts')}`), staged.join());
    assert.equal(staged.filter((line) => line.startsWith('A\t.taggant/statements/')).length, 1);
  });

  it('says what the state of things is', async () => {
    repository.write(POLICY_PATH, POLICY('block'));
    const { code, out, err } = await taggant('status');
    assert.deepEqual({ code, err }, { code: 0, err: '' });
    assert.match(out, /^Repository {4}.*repository \(set up\)$/m);
    assert.match(out, /^Edits {9}not observed: no editor with Taggant is open$/m);
    assert.match(out, /^Commits {7}Commits are not checked in this clone yet/m);
    assert.match(out, /^Policy {8}1 rule$/m);
    assert.match(out, /^Next commit {3}no findings$/m);
    assert.match(out, /^Working tree {2}1 finding, 1 blocking$/m);
    assert.match(out, /^35 % {2}2 {11}1 {9}0 {11}0 % {6}core\/a\.ts$/m);
    const json = JSON.parse((await taggant('status', '--json')).out);
    assert.deepEqual([json.setUp, json.policy, json.all.findings], [true, { rules: 1, problems: 0 }, 1]);
    assert.deepEqual(json.files[0].spans, { unreviewed: 2, reviewed: 1, 'signed off': 0 });
  });

  it('leaves reviews and declarations to people', async () => {
    for (const [args, command] of [
      [['review', 'core/a.ts'], 'review'],
      [['mark', 'core/a.ts', '--tool', 'x'], 'mark'],
      [['unmark', 'core/a.ts', '--why', 'x'], 'unmark'],
    ] as const) {
      await fails(
        [...args],
        `taggant: "taggant ${command}" is a person's word, and this is the environment of VS Code's agent: run it in a terminal of your own.\n`,
        { COPILOT_AGENT: '1' },
      );
    }
    assert.equal((await program.run(repository.root, ['blame', 'core/a.ts'], { CLAUDECODE: '1' })).code, 0);
  });

  it('says in one line what is wrong with a call', async () => {
    await fails(['nonsense'], "taggant: unknown command 'nonsense'\n");
    await fails(['blame'], "taggant: missing required argument 'file'\n");
    await fails(
      ['check', '--staged', '--all'],
      'taggant: Say what to check: one of --staged, --all and --range BASE..HEAD.\n',
    );
    await fails(['mark', 'core/a.ts:1'], "taggant: required option '--tool <tool>' not specified\n");
    await fails(['show', 'nowhere.ts'], 'taggant: nowhere.ts is not a file of this repository.\n');
    await fails(['show', '../outside.ts'], 'taggant: ../outside.ts is not a file of this repository.\n');
    await fails(['show', '.git/config'], 'taggant: .git/config is not a file of this repository.\n');
    await fails(['review', 'core/a.ts:7'], 'taggant: core/a.ts has 6 lines; line 7 is not there.\n');
    await fails(
      ['review', 'core/a.ts:3-1'],
      'taggant: "core/a.ts:3-1" names no lines: write FILE:12-40, counted from 1.\n',
    );
    await fails(
      ['show', '.taggant/version'],
      "taggant: .taggant/version is one of Taggant's own files, which carry no marks.\n",
    );
    repository.write('image.png', Buffer.from([1, 0, 2]));
    await fails(['blame', 'image.png'], 'taggant: image.png is binary: Taggant does not read it.\n');
  });

  it('says what is wrong with the place', async () => {
    const outside = repository.path('..');
    const finished = await program.run(outside, ['status']);
    assert.equal(finished.code, 2);
    assert.match(finished.err, /^taggant: ".*" is not in a Git repository\. .*\n$/);
    const plain = new TestRepository();
    plain.write('a.ts', 'x\n');
    const notSetUp = await program.run(plain.root, ['mark', 'a.ts', '--tool', 'x']);
    assert.deepEqual(
      [notSetUp.code, notSetUp.err],
      [2, 'taggant: This repository is not set up for Taggant yet. Run "taggant init" first.\n'],
    );
    plain.remove();
    await fails(
      ['status'],
      'taggant: Git was not found. Install Git 2.25 or newer and make sure that it is on your PATH.\n',
      { PATH: '/nowhere' },
    );
  });

  if (process.platform !== 'win32') {
    it('shows no control characters of names and texts', async () => {
      const name = 'evil\n\x1b[31m.ts';
      repository.write(sidecarPath(name), 'AA\n');
      save(repository, 'text.ts', '\x1b]0;title\x07«\tai»\u202e\n');
      repository.write(POLICY_PATH, POLICY('block').replace('core/**', '**'));
      for (const args of [['check', '--all'], ['status'], ['show', 'text.ts'], ['blame', 'text.ts']]) {
        const { out, err } = await taggant(...args);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
        assert.doesNotMatch(out + err, /[\x00-\x09\x0b-\x1f\u202e]/, args.join(' '));
      }
    });
  }

  it('has a version, and help for every command', async () => {
    assert.match((await taggant('--version')).out, /^\d+\.\d+\.\d+\n$/);
    const { out } = await taggant('--help');
    const commands = [...out.matchAll(/^ {2}([a-z]+)(?: \[| {2}| <)/gm)].map((match) => match[1]!);
    assert.ok(commands.length >= 10, out);
    for (const command of commands.filter((name) => name !== 'help')) {
      const help = await taggant(command, '--help');
      assert.equal(help.code, 0, command);
      assert.match(help.out, new RegExp(`^Usage: taggant ${command}`), command);
    }
    assert.equal((await taggant()).code, 2);
  });

  it('says that the language server is missing', async () => {
    const { code, err } = await taggant('lsp', '--stdio');
    assert.equal(code, 2);
    assert.match(err, /^taggant: The language server is missing: .*server\.js is not there/);
  });
});
