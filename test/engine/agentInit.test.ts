import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { AGENT_CONFIGS, withEntries, without } from '../../src/core/agentConfig';
import { type InitReport, initRepository } from '../../src/engine/init';
import { openRepository } from '../../src/repo/git';
import { cleanEnvironment, TestRepository } from '../support/repository';

const CLI = join(import.meta.dirname, '../../dist/cli.js');
const JOINED = AGENT_CONFIGS.filter(({ entries }) => entries !== null);

describe('the hooks of agents', () => {
  let repository: TestRepository;
  beforeEach(() => {
    repository = new TestRepository('a shop');
  });
  afterEach(() => repository.remove());

  const run = async (
    options: { agents?: string[]; undo?: true; dryRun?: true },
    confirmed = true,
  ): Promise<InitReport> =>
    initRepository(await openRepository(repository.root), {
      ...options,
      confirm: async () => confirmed,
      cliPath: CLI,
      nodePath: process.execPath,
    });

  it('are written for every agent, once, and taken back', async () => {
    const report = await run({ agents: ['all'] });
    assert.equal(report.outcome, 'done');
    for (const { path, text, executable } of AGENT_CONFIGS) {
      assert.equal(repository.read(path), text);
      if (process.platform !== 'win32')
        assert.equal((statSync(repository.path(path)).mode & 0o111) !== 0, executable);
    }
    assert.equal((await run({ agents: ['all'] })).outcome, 'nothing');
    assert.equal((await run({ agents: [], undo: true })).outcome, 'done');
    assert.equal(repository.git('status', '--porcelain', '.c*', '.g*ub', '.o*', '.w*'), '');
    assert.ok(existsSync(repository.path('.taggant/version')), 'the repository stays set up');
    assert.ok(!existsSync(repository.path('.clinerules')), 'no empty folder is left');
    assert.ok(!existsSync(repository.path('.git/taggant/agent')));
  });

  it('go when the repository is not set up any more', async () => {
    await run({ agents: ['cursor'] });
    await run({ undo: true });
    assert.equal(repository.git('status', '--porcelain', '--ignored'), '');
    assert.ok(!existsSync(repository.path('.git/taggant')));
  });

  it('are only told of in a dry run, and not written when the person says no', async () => {
    const report = await run({ agents: ['codex'], dryRun: true });
    assert.ok(report.actions.some((line) => line.includes('.codex/hooks.json: the hooks of Codex')));
    assert.equal((await run({ agents: ['codex'] }, false)).outcome, 'declined');
    assert.ok(!existsSync(repository.path('.codex')));
  });

  it('are those of the agents that the repository shows traces of, when none is named', async () => {
    mkdirSync(repository.path('.windsurf'));
    const home = process.env.HOME;
    process.env.HOME = repository.path('.git');
    try {
      const { actions } = await run({ agents: [], dryRun: true });
      const files = actions.filter((line) => /hooks\.json|settings\.json/.test(line));
      assert.deepEqual(files, ['write .windsurf/hooks.json: the hooks of Windsurf']);
    } finally {
      process.env.HOME = home;
    }
  });

  it('are joined with what is there, and what is there stays to the byte when they go', async () => {
    const theirs = `{
    // our formatter
    "permissions": { "allow": ["Bash(ls)"] },
    "hooks": {
        "PostToolUse": [
            {
                "matcher": "Edit",
                "hooks": [{ "type": "command", "command": "prettier --write ." }]
            }
        ]
    }
}
`;
    repository.write('.claude/settings.json', theirs);
    await run({ agents: ['claude'] });
    const both = repository.read('.claude/settings.json');
    assert.ok(
      both.includes('prettier') && both.includes('// our formatter') && both.includes('taggant/agent'),
    );
    assert.equal((await run({ agents: ['claude'] })).outcome, 'nothing');
    await run({ agents: ['claude'], undo: true });
    assert.equal(repository.read('.claude/settings.json'), theirs);
  });

  it('are left to the person where a file is not what it should be', async () => {
    repository.write('.cursor/hooks.json', '["not", "hooks"]');
    repository.write('.clinerules/hooks/PreToolUse', '#!/usr/bin/env python3\nprint("{}")\n');
    const report = await run({ agents: ['cursor', 'cline'] });
    assert.equal(report.complete, false);
    assert.ok(report.notes.some((note) => note.startsWith('.cursor/hooks.json is not changed')));
    assert.ok(report.notes.some((note) => note.startsWith('.clinerules/hooks/PreToolUse is not changed')));
    assert.equal(repository.read('.cursor/hooks.json'), '["not", "hooks"]');
  });

  it('refuse a name that no agent has', async () => {
    await assert.rejects(run({ agents: ['skynet'] }), /No agent is called "skynet"/);
  });

  for (const { path, entries } of JOINED) {
    it(`of ${path} come and go without a trace, whatever stands there`, () => {
      const samples = [
        '{}',
        '{}\n',
        '{\n\t"version": 1\n}\n',
        '{\n  "hooks": {\n    "other": []\n  },\n  "model": "x"\n}\n',
        '{\r\n  "a": [1, 2]\r\n}\r\n',
        `{"hooks":{${entries!.map(({ place }) => `"${place[1]}": [{"command": "x"}]`).join(',')}}}`,
      ];
      for (const sample of samples) {
        const joined = withEntries(sample, entries!) ?? '';
        assert.ok(joined.includes('taggant/agent'));
        assert.equal(withEntries(joined, entries!), joined);
        assert.deepEqual(JSON.parse(without(joined, entries!)!), JSON.parse(sample));
      }
      assert.equal(withEntries('{ "hooks": 3', entries!), null);
    });
  }

  it('do nothing, quietly, on a machine without Taggant', async () => {
    if (process.platform === 'win32') return;
    await run({ agents: ['claude-code'] });
    const { hooks } = JSON.parse(repository.read('.claude/settings.json'));
    const { command } = hooks.PreToolUse[0].hooks[0];
    repository.git('clone', '-q', '.', 'clone');
    // It may have ended before it is told anything: no more than an empty input can be written to it for sure.
    const said = execFileSync('sh', ['-c', `${command} 2>&1`], {
      cwd: repository.path('clone'),
      env: cleanEnvironment(),
      input: '',
      encoding: 'utf8',
    });
    assert.equal(said, '');
  });
});
