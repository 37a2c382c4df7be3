import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isLayoutChange, withClaimedEdits, withoutClaimedEdits } from '../../src/core/agentEdits';
import { AGENT_FORMS, agentForm } from '../../src/core/agentForms';
import { readAgentPayload } from '../../src/core/agentPayloads';
import { areOwnCommits, isPlainGit } from '../../src/core/gitCommands';
import { parseLooseJson } from '../../src/core/payloadFields';
import { AGENT_SAMPLES } from '../support/agentPayloads';

const read = (name: string, payload: unknown, event?: 'before' | 'after') =>
  readAgentPayload(agentForm(name)!, payload, event);

describe('payloads of agents', () => {
  for (const agent of AGENT_SAMPLES) {
    it(`of ${agent.name}: who edits which file, when, and what`, () => {
      const change = { root: '/shop', path: 'src/a.ts', old: 'one', new: 'two' };
      for (const event of ['before', 'after'] as const) {
        const report = read(agent.name, agent.edit(event, change));
        assert.equal(report.event, event);
        assert.ok(['/shop/src/a.ts', 'src/a.ts'].includes(report.files[0]!), report.files.join());
        assert.equal(report.files.length, 1);
        assert.equal(report.command, undefined);
      }
      const { agent: tool, session, model } = read(agent.name, agent.edit('after', change));
      assert.deepEqual(
        { tool, session, model },
        { tool: agent.tool, session: agent.session, model: agent.model },
      );
    });

    it(`of ${agent.name}: a shell command`, () => {
      for (const event of ['before', 'after'] as const) {
        const report = read(agent.name, agent.command(event, '/shop', 'npm test'));
        assert.deepEqual([report.event, report.command, report.files], [event, 'npm test', []]);
        if (agent.name !== 'cursor') assert.equal(report.folder, '/shop');
      }
    });
  }

  it('of tools that change nothing, or that nobody knows, are passed over', () => {
    const call = { session_id: 's', hook_event_name: 'PreToolUse', tool_input: { file_path: '/a' } };
    for (const tool_name of ['Read', 'Grep', 'mcp__x__write_file', 'Launch', '', 7]) {
      assert.equal(read('claude-code', { ...call, tool_name }).event, 'other');
    }
    for (const hook_event_name of ['Stop', 'SessionStart', 'constructor', '', 3]) {
      assert.equal(read('claude-code', { ...call, hook_event_name, tool_name: 'Edit' }).event, 'other');
    }
    assert.equal(read('codex', { ...call, tool_name: 'apply_patch', tool_input: {} }).event, 'other');
  });

  it('from VS Code, Cursor and Continue say so, though they run the hooks of Claude Code', () => {
    const [, vscode, , cursor] = AGENT_SAMPLES;
    const change = { root: '/shop', path: 'a.ts', old: 'one', new: 'two' };
    assert.equal(read('claude-code', vscode!.edit('after', change)).agent, 'github-copilot');
    assert.equal(read('claude-code', cursor!.edit('after', change)).agent, 'cursor');
    const continued = AGENT_SAMPLES.find(({ name }) => name === 'continue')!;
    assert.equal(read('claude-code', continued.edit('after', change)).agent, 'continue');
  });

  it('name all files of a patch, and of several replacements', () => {
    const patch =
      '*** Begin Patch\n*** Update File: a.ts\n*** Move to: b/c d.ts\n@@\n-x\n+y\n*** Delete File: e.ts\n*** End Patch';
    const call = { session_id: 's', cwd: '/r', hook_event_name: 'PostToolUse', tool_name: 'apply_patch' };
    assert.deepEqual(read('codex', { ...call, tool_input: { command: patch } }).files, [
      'a.ts',
      'b/c d.ts',
      'e.ts',
    ]);
    const input = {
      replacements: [
        { filePath: '/r/a.ts', oldString: '1', newString: '2' },
        { filePath: '/r/b.ts', oldString: '3', newString: '4' },
      ],
    };
    const many = read('github-copilot', {
      ...call,
      tool_name: 'multi_replace_string_in_file',
      tool_input: input,
    });
    assert.deepEqual(many.files, ['/r/a.ts', '/r/b.ts']);
    assert.deepEqual(
      many.edits.map(({ file, new: put }) => [file, put]),
      [
        ['/r/a.ts', '2'],
        ['/r/b.ts', '4'],
      ],
    );
  });

  it('take the event from the command line where the payload has none', () => {
    const payload = { cwd: '/r', tool_name: 'Write', tool_input: { file_path: 'a', content: 'x' } };
    assert.equal(read('claude-code', payload, 'after').event, 'after');
  });

  it('cut what is too long, and leave control characters out of names', () => {
    const files = Array.from({ length: 5000 }, (_, i) => `f${i}`);
    const report = read('agent-v1', {
      type: 'ai_agent',
      repo_working_dir: '/r',
      edited_filepaths: [...files, 'a\0b', '', 'x'.repeat(5000)],
      agent_name: `my\u001b[31m agent${'x'.repeat(500)}`,
      model: 'm',
      conversation_id: 'c',
    });
    assert.equal(report.files.length, 1000);
    assert.ok(/^my \[31m agentx+$/.test(report.agent) && report.agent.length === 200);
  });

  it('of any shape are no error', () => {
    const names = [
      'hook_event_name',
      'tool_name',
      'tool_input',
      'edits',
      'cwd',
      'type',
      'model',
      'preToolUse',
    ];
    const events = ['PreToolUse', 'PostToolUse', 'Edit', 'ai_agent', 'human', 'post_write_code'];
    const leaf = fc.oneof(fc.jsonValue(), fc.constantFrom(...events));
    const payload = fc.dictionary(fc.constantFrom(...names), leaf);
    fc.assert(
      fc.property(fc.constantFrom(...AGENT_FORMS), fc.oneof(payload, fc.jsonValue()), (form, value) => {
        const report = readAgentPayload(form, value);
        assert.ok(['before', 'after', 'other'].includes(report.event));
        assert.ok(report.files.every((file) => typeof file === 'string' && file !== ''));
      }),
    );
  });

  it('are read with raw line feeds inside their strings, as Windsurf sends them', () => {
    assert.deepEqual(parseLooseJson('{"a": "one\ntwo\t\\"q\\" — 你好", "b": 1}'), {
      a: 'one\ntwo\t"q" — 你好',
      b: 1,
    });
    assert.equal(parseLooseJson('not json'), undefined);
  });
});

describe('what an agent says it replaces', () => {
  const edit = (old: string | null, put: string, all = false) => ({ old, new: put, all });

  it('leads to the text after it, and back', () => {
    assert.equal(withClaimedEdits('a b c', [edit('b', 'B')]), 'a B c');
    assert.equal(withoutClaimedEdits('a B c', [edit('b', 'B')]), 'a b c');
    assert.equal(withClaimedEdits('a\r\nb\r\n', [edit('a\nb', 'x\ny')]), 'x\r\ny\r\n');
    assert.equal(withClaimedEdits('x x', [edit('x', 'y', true)]), 'y y');
    assert.equal(withClaimedEdits('old', [edit(null, 'new')]), 'new');
  });

  it('says nothing where it fits nowhere, or in two places', () => {
    assert.equal(withClaimedEdits('a b b', [edit('b', 'B')]), null);
    assert.equal(withClaimedEdits('a', [edit('b', 'B')]), null);
    assert.equal(withoutClaimedEdits('a B B', [edit('b', 'B')]), null);
    assert.equal(withoutClaimedEdits('a ', [edit('b', '')]), null);
    assert.equal(withoutClaimedEdits('new', [edit(null, 'new')]), null);
    assert.equal(withoutClaimedEdits('a', []), null);
  });

  it('leads back to nothing but where it came from', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '\n'), maxLength: 12 });
    fc.assert(
      fc.property(text, text, text, (before, old, put) => {
        const after = withClaimedEdits(before, [edit(old, put)]);
        const back = after === null ? null : withoutClaimedEdits(after, [edit(old, put)]);
        if (back !== null) assert.equal(withClaimedEdits(back, [edit(old, put)]), after);
      }),
    );
  });
});

describe('a shell command', () => {
  it('is plain git only where nothing else can run', () => {
    for (const command of ['git pull', 'cd shop && git stash pop', 'git checkout main; git merge topic'])
      assert.ok(isPlainGit(command), command);
    for (const command of [
      'npm test',
      'git pull && npm run format',
      'git apply x.patch',
      'git -c core.editor=x commit',
      'git log > src/a.ts',
      'git checkout $(x)',
      'git stash pop | sh',
      'git pull & make',
      'cd shop',
      '',
    ])
      assert.ok(!isPlainGit(command), command);
  });

  it("makes commits of its own where HEAD's log says nothing else", () => {
    assert.ok(
      areOwnCommits(['a b Ada <a@x> 1 +0000\tcommit: Do it', 'b c Ada <a@x> 1 +0000\tcommit (amend): x']),
    );
    assert.ok(!areOwnCommits(['a b Ada <a@x> 1 +0000\tpull: Fast-forward']));
  });

  it('that changes white space alone is a matter of layout', () => {
    assert.ok(isLayoutChange('if(a){\n b\n}\n', 'if(a){\n    b\n}\n\n'));
    assert.ok(!isLayoutChange('a', 'b'));
  });
});
