import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { sidecarPath } from '../../src/core/layout';
import { parseSidecar, readSidecar } from '../../src/core/sidecar';
import { callHook } from '../support/agentHook';
import { AGENT_SAMPLES, type AgentSample, type SampleEdit } from '../support/agentPayloads';
import { saveInEditor, setUp, shown } from '../support/marking';
import { TestRepository } from '../support/repository';
import { builtProgram, freshRepository } from '../support/suites';

const FILE = 'src/pay ment.ts';
const TEXT = 'export function pay(): number {\n  return 1;\n}\n';

describe('taggant hook agent', () => {
  const program = builtProgram();
  const repository = freshRepository(() => new TestRepository('a shop'));
  beforeEach(() => {
    setUp(repository);
    repository.write(FILE, TEXT);
    repository.commitAll();
  });

  const says = (): string => {
    const text = repository.read(FILE);
    try {
      return shown(text, readSidecar(parseSidecar(repository.read(sidecarPath(FILE))), text));
    } catch {
      return text;
    }
  };
  const hook = async (name: string, payload: unknown) => {
    const finished = await callHook(program, repository.root, name, payload);
    assert.equal(finished.code, 0);
    assert.equal(finished.err, '');
  };
  const blame = async (line: number) => {
    const { out } = await program.run(repository.root, ['blame', FILE, '--json']);
    return JSON.parse(out).lines[line - 1];
  };
  const edit = async (agent: AgentSample, change: Omit<SampleEdit, 'root' | 'path'>) => {
    const whole = { root: repository.root, path: FILE, ...change };
    await hook(agent.name, agent.edit('before', whole));
    const text = repository.read(FILE);
    repository.write(FILE, change.old === null ? change.new : text.replace(change.old, () => change.new));
    await hook(agent.name, agent.edit('after', whole));
  };

  for (const agent of AGENT_SAMPLES) {
    describe(`of ${agent.name}`, () => {
      it('marks what an edit changes, and who says so', async () => {
        await edit(agent, { old: '  return 1;\n', new: '  const price = 2;\n  return 1;\n' });
        assert.equal(says(), TEXT.replace('  return 1;', '«  const price = 2;»\n  return 1;'));
        const { spans } = await blame(2);
        const { tool, evidence, model = null } = spans[0];
        assert.deepEqual(
          { tool, evidence, model },
          { tool: agent.tool, evidence: 'hook', model: agent.model ?? null },
        );
        assert.equal((await blame(3)).origin, null);
      });

      it('marks what a shell command changes', async () => {
        const command = 'sed -i s/1/2/ src/*.ts';
        repository.write('notes.txt', 'a person was here\n');
        await hook(agent.name, agent.command('before', repository.root, command));
        repository.write(FILE, TEXT.replace('}', '  // added by a command of the agent\n}'));
        await hook(agent.name, agent.command('after', repository.root, command));
        assert.equal(says(), TEXT.replace('}', '«  // added by a command of the agent»\n}'));
        assert.throws(() => repository.read(sidecarPath('notes.txt')));
      });
    });
  }

  it('leaves the labels of what a whole-file rewrite keeps', async () => {
    const claude = AGENT_SAMPLES[0]!;
    await saveInEditor(repository, FILE, TEXT.replace('return 1;', '«return 1;»'));
    await edit(claude, { old: null, new: `${TEXT}\nexport const tax = 0.2;\n` });
    assert.equal(says(), `${TEXT.replace('return 1;', '«return 1;»')}«\nexport const tax = 0.2;»\n`);
  });

  describe('without a hook before', () => {
    const CLAUDE = AGENT_SAMPLES[0]!;
    const after = (change: Omit<SampleEdit, 'root' | 'path'>, path = FILE) =>
      callHook(
        program,
        repository.root,
        CLAUDE.name,
        CLAUDE.edit('after', { root: repository.root, path, ...change }),
      );

    it('marks what the agent says it replaced, and not what a person wrote beside it', async () => {
      repository.write(FILE, `// a person wrote this\n${TEXT.replace('return 1', 'return 22')}`);
      assert.equal((await after({ old: 'return 1;', new: 'return 22;' })).err, '');
      assert.equal(says(), `// a person wrote this\n${TEXT.replace('return 1', 'return «22»')}`);
      assert.equal((await blame(3)).spans[0].evidence, 'hook');
    });

    it('marks a file that nobody knows and that the agent wrote', async () => {
      repository.write('new.ts', 'export {};\n');
      assert.equal((await after({ old: null, new: 'export {};\n' }, 'new.ts')).err, '');
      assert.ok(repository.read(sidecarPath('new.ts')).includes(' '));
    });

    it('infers from the text that git has, and says so', async () => {
      const text = `${TEXT}export const tax = 0.2;\n`;
      repository.write(FILE, text);
      const { err } = await after({ old: null, new: text });
      assert.equal(err, `Taggant: ${FILE}: no hook ran before this edit, so its marks are inferred.\n`);
      assert.equal((await blame(4)).spans[0].evidence, 'inferred');
      assert.equal((await blame(1)).origin, null);
    });
  });

  it('counts what two hooks report of one use of a tool once', async () => {
    const claude = AGENT_SAMPLES[0]!;
    const text = TEXT.replace('return 1', 'return 22');
    const change = { root: repository.root, path: FILE, old: null, new: text };
    await hook(claude.name, claude.edit('before', change));
    await hook(claude.name, claude.edit('before', change));
    repository.write(FILE, text);
    await hook(claude.name, claude.edit('after', change));
    const sidecar = repository.read(sidecarPath(FILE));
    // A person goes on before the second hook has come.
    repository.write(FILE, `${text}// mine\n`);
    await hook(claude.name, claude.edit('after', change));
    assert.equal(repository.read(sidecarPath(FILE)), sidecar);
  });

  it('says of a file that is too large that it is not marked', async () => {
    const claude = AGENT_SAMPLES[0]!;
    repository.write(FILE, 'x\n'.repeat(2_500_001));
    const change = { root: repository.root, path: FILE, old: null, new: 'x\n' };
    const finished = await callHook(program, repository.root, claude.name, claude.edit('after', change));
    assert.equal(finished.code, 0);
    const why = `${FILE} is larger than 5,000,000 characters: Taggant does not read it.`;
    assert.equal(finished.err, `Taggant: this edit is not marked: ${why}\n`);
  });

  it('leaves no text of before behind it', async () => {
    await edit(AGENT_SAMPLES[0]!, { old: 'return 1', new: 'return 22' });
    const kept = readdirSync(repository.path('.git/taggant/agents'), { recursive: true }).map(String);
    assert.deepEqual(
      kept.filter((name) => name.endsWith('.json')),
      [],
    );
    assert.ok(kept.some((name) => name.endsWith('.done')));
  });
});
