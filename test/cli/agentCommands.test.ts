import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { sidecarPath } from '../../src/core/layout';
import { parseSidecar, readSidecar } from '../../src/core/sidecar';
import { callHook } from '../support/agentHook';
import { AGENT_SAMPLES } from '../support/agentPayloads';
import { save, saveInEditor, setUp, shown } from '../support/marking';
import { Program } from '../support/program';
import { cleanEnvironment, TestRepository } from '../support/repository';
import { builtProgram, freshRepository } from '../support/suites';

const CLAUDE = AGENT_SAMPLES.find(({ name }) => name === 'claude-code')!;
const FILE = 'src/a.ts';
const TEXT = 'export const one = 1;\nexport const two = 2;\nexport const three = 3;\n';

describe("an agent's shell command", () => {
  const program = builtProgram();
  const repository = freshRepository();
  beforeEach(() => {
    setUp(repository);
    repository.write(FILE, TEXT);
    repository.commitAll();
  });

  /** The agent runs a command, in a real shell, with its hooks around it. */
  const agentRuns = async (command: string, expected = '') => {
    const hook = async (when: 'before' | 'after') => {
      const finished = await callHook(
        program,
        repository.root,
        CLAUDE.name,
        CLAUDE.command(when, repository.root, command),
      );
      assert.equal(finished.code, 0);
      if (when === 'after') assert.equal(finished.err, expected);
    };
    await hook('before');
    execFileSync('sh', ['-c', command], { cwd: repository.root, env: cleanEnvironment(), stdio: 'ignore' });
    await hook('after');
  };
  const says = (path = FILE) => {
    const text = repository.read(path);
    if (!existsSync(repository.path(sidecarPath(path)))) return text;
    return shown(text, readSidecar(parseSidecar(repository.read(sidecarPath(path))), text));
  };
  const MORE = 'export const four = "a person wrote this";\n';

  it('marks what it wrote, in new files and in changed ones, and not what a person changed before', async () => {
    repository.write(FILE, TEXT + MORE);
    repository.write('mine.txt', 'mine\n');
    await agentRuns(`printf 'export const five = 5;\\n' >> ${FILE}; printf 'new\\n' > 'src/b c.ts'`);
    assert.equal(says(), `${TEXT}${MORE}«export const five = 5;»\n`);
    assert.equal(says('src/b c.ts'), '«new»\n');
    assert.equal(says('mine.txt'), 'mine\n');
  });

  it('marks what it wrote and committed itself', async () => {
    await agentRuns(
      `printf 'export const five = 5;\\n' >> ${FILE}; git -c core.hooksPath=/dev/null commit -qam x`,
    );
    assert.equal(says(), `${TEXT}«export const five = 5;»\n`);
  });

  it('takes over what git brings: another branch, a pull, a stash, a reset', async () => {
    repository.git('checkout', '-q', '-b', 'topic');
    save(repository, FILE, `${TEXT}«export const five = "AI";»\n${MORE}`);
    repository.commitAll();
    repository.git('checkout', '-q', 'main');
    await agentRuns('git checkout -q topic');
    assert.equal(says(), `${TEXT}«export const five = "AI";»\n${MORE}`);

    await agentRuns('git checkout -q main');
    assert.equal(says(), TEXT);

    repository.write(FILE, TEXT + MORE);
    repository.write('loose.ts', MORE);
    await agentRuns('git stash -q -u');
    assert.equal(says(), TEXT);
    await agentRuns('git stash pop -q');
    assert.equal(says(), TEXT + MORE);
    assert.equal(says('loose.ts'), MORE);

    await agentRuns(`git checkout -q -- ${FILE}`);
    assert.equal(says(), TEXT);

    await agentRuns('git merge -q --no-edit topic');
    assert.equal(says(), `${TEXT}«export const five = "AI";»\n${MORE}`);
  });

  it('claims nothing of what git makes of two texts', async () => {
    repository.git('checkout', '-q', '-b', 'topic');
    repository.write(FILE, MORE + TEXT);
    repository.commitAll();
    repository.git('checkout', '-q', 'main');
    repository.write(FILE, TEXT + MORE.replace('four', 'five'));
    repository.commitAll();
    await agentRuns('git merge -q --no-edit topic');
    assert.equal(says(), MORE + TEXT + MORE.replace('four', 'five'));

    repository.write(FILE, `// on top\n${repository.read(FILE).replace('= 1', '= 22')}`);
    repository.git('stash', '-q');
    repository.write(FILE, `${repository.read(FILE)}// below\n`);
    repository.commitAll();
    await agentRuns('git stash pop -q');
    assert.ok(says().includes('= 22') && !says().includes('«'));
  });

  it('keeps labels through a change of layout, a move and a copy', async () => {
    await saveInEditor(repository, FILE, TEXT.replace('two = 2;', '«two = 2;»'));
    await agentRuns(`sed -i.bak 's/^/  /' ${FILE} && rm ${FILE}.bak`);
    assert.equal(says(), TEXT.replace('two = 2;', '«two = 2;»').replace(/^(?=.)/gm, '  '));
    repository.write(FILE, TEXT);
    await saveInEditor(repository, FILE, TEXT.replace('two = 2;', '«two = 2;»'));
    repository.commitAll();
    await agentRuns(`git mv ${FILE} src/moved.ts && cp src/moved.ts src/copy.ts`);
    assert.equal(says('src/moved.ts'), TEXT.replace('two = 2;', '«two = 2;»'));
    assert.equal(says('src/copy.ts'), TEXT.replace('two = 2;', '«two = 2;»'));
  });

  it('leaves out what git ignores, what is no text, and what lies outside', async () => {
    repository.write('.gitignore', 'build/\n');
    repository.commitAll();
    await agentRuns(`mkdir build && echo x > build/x.js && printf '\\000' > bin && echo y > ../outside.txt`);
    assert.ok(!existsSync(repository.path('.taggant/tags')));
  });

  it('says when there are too many files to follow', async () => {
    for (let i = 0; i < 510; i++) repository.write(`many/${i}.txt`, `${i}\n`);
    const finished = await callHook(
      program,
      repository.root,
      CLAUDE.name,
      CLAUDE.command('before', repository.root, 'make'),
    );
    assert.match(
      finished.err,
      /^Taggant: 10 changed files are not followed through the agent's command: .*\n$/,
    );
  });
});

describe('a hook that cannot be heard', () => {
  let program: Program;
  let repository: TestRepository;
  before(async () => {
    program = await Program.build();
    repository = new TestRepository();
  });
  after(() => {
    program.remove();
    repository.remove();
  });
  const call = (name: string, payload: unknown, ...args: string[]) =>
    callHook(program, repository.root, name, payload, { args });

  it('never stops an agent, and says why in one line', async () => {
    const bad = await call('claude-code', '{"tool_name": ');
    assert.deepEqual([bad.code, bad.out], [0, '']);
    assert.match(bad.err, /^Taggant: what Claude Code sent is not JSON.*\n$/);
    const unknown = await call('skynet', {});
    assert.equal(unknown.code, 0);
    assert.match(unknown.err, /^Taggant: it does not know the agent "skynet".*\n$/);
    assert.equal((await call('claude-code', {}, '--no-such-option')).code, 0);
    repository.write('.git/HEAD', 'nonsense');
    const broken = await call('claude-code', CLAUDE.command('before', repository.root, 'make'));
    assert.equal(broken.code, 0);
    assert.match(broken.err, /^Taggant: this edit of Claude Code is not marked: .*\n$/);
  });

  it('answers agents that wait for an answer', async () => {
    assert.equal((await call('cursor', {})).out, '{}\n');
    assert.equal((await call('gemini', {})).out, '{}\n');
    assert.deepEqual(JSON.parse((await call('cline', {})).out), { cancel: false });
    assert.equal((await call('claude-code', {})).out, '');
  });

  it('passes over files outside of any repository, of git and of Taggant', async () => {
    for (const path of ['../../../../etc/hosts', '../x.ts', '.git/config', '.taggant/version']) {
      const payload = CLAUDE.edit('before', { root: repository.root, path, old: 'a', new: 'b' });
      assert.deepEqual(await call('claude-code', payload), { code: 0, out: '', err: '' });
    }
    assert.ok(!existsSync(repository.path('.git/taggant')));
  });
});
