import assert from 'node:assert/strict';
import fc from 'fast-check';
import { AGENT_FORMS } from '../../src/core/agentForms';
import { agentsOfCommit, declaringCommit, sessionOfCommit, toolAndModel } from '../../src/core/agentTrailers';
import { KNOWN_AGENTS } from '../../src/core/knownAgents';

const PERSON = 'Ada Lovelace <ada@example.com>';

describe('agents that a commit names', () => {
  const named = (trailers: string, author = PERSON) => {
    const { tool, model } = toolAndModel(agentsOfCommit(trailers, author));
    const names = agentsOfCommit(trailers, author).length === 0 ? 'nobody' : (tool ?? 'some AI');
    return model === undefined ? names : `${names} with ${model}`;
  };

  it('knows the trailers that agents write', () => {
    for (const [trailer, expected] of [
      ['Co-Authored-By: Claude <noreply@anthropic.com>', 'claude-code'],
      ['Co-Authored-By: Claude Opus 4.6 <noreply@anthropic.com>', 'claude-code with Claude Opus 4.6'],
      ['Co-authored-by: Copilot <175728472+Copilot@users.noreply.github.com>', 'github-copilot'],
      [
        'Co-authored-by: copilot-swe-agent[bot] <198982749+Copilot@users.noreply.github.com>',
        'github-copilot',
      ],
      ['Co-authored-by: GitHub Copilot using GPT-4.1', 'github-copilot with GPT-4.1'],
      ['Co-authored-by: Cursor <cursoragent@cursor.com>', 'cursor'],
      ['Co-authored-by: Codex <noreply@openai.com>', 'codex'],
      ['Co-authored-by: Codex o4-mini <noreply@openai.com>', 'codex with Codex o4-mini'],
      ['Co-authored-by: aider (openai/gpt-4o) <noreply@aider.chat>', 'aider with openai/gpt-4o'],
      ['Co-authored-by: Qwen-Coder <qwen-coder@alibabacloud.com>', 'qwen-code'],
      ['Co-authored-by: Amp <amp@ampcode.com>', 'amp'],
      ['Amp-Thread-ID: https://ampcode.com/threads/T-1', 'amp'],
      ['Co-Authored-By: opencode <noreply@opencode.ai>', 'opencode'],
      ['Assisted-by: Grok Code Fast via Crush 💘 <crush@charm.land>', 'crush with Grok Code Fast'],
      [
        'Co-authored-by: google-labs-jules[bot] <161369871+google-labs-jules[bot]@users.noreply.github.com>',
        'jules',
      ],
      ['Co-authored-by: Devin <158243242+devin-ai-integration[bot]@users.noreply.github.com>', 'devin'],
      ['Assisted-by: Claude:claude-3-opus coccinelle sparse', 'claude-code with claude-3-opus'],
      ['Assisted-by: Claude Opus 4.5', 'claude-code with Claude Opus 4.5'],
      ['Co-authored-by: Claude Sonnet 5 <jane+claude@example.com>', 'claude-code with Claude Sonnet 5'],
      ['Generated-by: GPT-5', 'chatgpt with GPT-5'],
      ['Generated-by: GitHub Copilot', 'github-copilot'],
      ['AI-assisted: yes', 'some AI'],
      ['AI-Generated-By: Local Model 7', 'Local Model 7'],
    ]) {
      assert.equal(named(trailer!), expected, trailer);
    }
  });

  it('takes nobody for an agent who is none', () => {
    for (const trailer of [
      'Co-authored-by: Claude Monet <claude@monet.example>',
      'Co-authored-by: Claude <claude.dupont@example.com>',
      'Co-authored-by: Jules <jules@example.com>',
      'Co-authored-by: Jane <12345+jane@users.noreply.github.com>',
      'Co-authored-by: Jane <12345+copilot-fan@users.noreply.github.com>',
      'Assisted-by: Daniel Stenberg',
      'Assisted-by: Claude Dupont',
      'Assisted-by: Claude Dupont 3rd',
      'Generated-by: scripts/gen.py',
      'Generated-by: protoc 3.21',
      'Reviewed-by: Claude <noreply@anthropic.com>',
      'Signed-off-by: Cursor <cursoragent@cursor.com>',
      'Suggested-by: GitHub Copilot',
      'AI-assisted: no',
      'AI-generated: none',
      'AI-assisted: not at all',
      'AI-assisted:',
      'Amp-Thread-ID:',
      'no trailer at all',
      '',
    ]) {
      assert.equal(named(trailer), 'nobody', trailer);
    }
  });

  it('counts an agent that is the author, and aider in the name of a person', () => {
    assert.equal(
      named('', 'copilot-swe-agent[bot] <198982749+Copilot@users.noreply.github.com>'),
      'github-copilot',
    );
    assert.equal(named('', 'Ada Lovelace (aider) <ada@example.com>'), 'aider');
    assert.equal(named('', 'Cursor Agent <cursoragent@cursor.com>'), 'cursor');
    assert.equal(named('', 'Claude <claude@example.com>'), 'nobody');
  });

  it('names several agents together, each once, and the model where one trailer tells it', () => {
    const both =
      'Co-authored-by: Cursor <cursoragent@cursor.com>\nCo-authored-by: Claude <noreply@anthropic.com>\n' +
      'co-authored-by: Claude Sonnet 5 <noreply@anthropic.com>\nAI-assisted: yes\n';
    assert.equal(named(both), 'claude-code, cursor with Claude Sonnet 5');
  });

  it('stays quick and bounded on hostile trailers', () => {
    const long = `Co-authored-by: ${'Claude '.repeat(50_000)}<noreply@anthropic.com>`;
    assert.equal(named(long), 'nobody');
    assert.equal(
      named(`${'X: y\n'.repeat(100_000)}Co-authored-by: Cursor <cursoragent@cursor.com>`),
      'nobody',
    );
    const { tool } = agentsOfCommit('AI-assisted: a\u001b[31m\u202ename', PERSON)[0]!;
    assert.equal(tool, 'a\ufffd[31m\ufffdname');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (trailers, author) => {
        for (const { tool: one = '', model = '' } of agentsOfCommit(
          `Co-authored-by: ${trailers}\nAI-assisted: ${trailers}`,
          author,
        )) {
          assert.ok(one.length <= 80 && model.length <= 80);
        }
      }),
    );
  });

  it('has one row for each agent that hooks know, in lower case, and no name twice', () => {
    const tools = KNOWN_AGENTS.map(({ tool }) => tool);
    for (const { tool } of AGENT_FORMS) if (tool !== 'agent') assert.ok(tools.includes(tool), tool);
    const all = KNOWN_AGENTS.flatMap(({ addresses, logins, names, shortNames }) => [
      ...addresses,
      ...logins.map((login) => `${login}@`),
      ...names.map((name) => `"${name}"`),
      ...shortNames.map((name) => `"${name}"`),
    ]);
    assert.equal(new Set(all).size, all.length);
    assert.deepEqual(
      all,
      all.map((one) => one.toLowerCase()),
    );
  });

  it('tells the commit of a contribution that a trailer declared from other sessions', () => {
    const commit = 'a'.repeat(40);
    const session = sessionOfCommit(commit);
    assert.equal(declaringCommit({ session, evidence: 'declared' }), commit);
    assert.equal(declaringCommit({ session, evidence: 'hook' }), null);
    assert.equal(declaringCommit({ session: 'commit', evidence: 'declared' }), null);
    assert.equal(declaringCommit({ evidence: 'declared' }), null);
  });
});
