import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { CodeAction, Hover } from 'vscode-languageserver-protocol';
import type { Finding } from '../../src/core/findings';
import {
  type ChangeResult,
  CONFIRM_COMMIT,
  type ConfirmCommitResult,
  DECLARE,
  MARK_REVIEWED,
} from '../../src/protocol';
import { askEditors } from '../../src/repo/editors';
import { openRepository } from '../../src/repo/git';
import { isHeard, type Said } from './client';
import { servedRepository } from './suites';

const AI: Said = { origin: 'ai', evidence: 'exact', tool: 'acme.copilot', model: 'gpt-<b>*' };
const FILE = 'services/checkout/pay.ts';

const UNREVIEWED: Finding = {
  kind: 'unreviewed',
  path: FILE,
  startLine: 1,
  endLine: 2,
  start: 11,
  end: 43,
  rule: 'checkout',
  enforcement: 'block',
  label: '7Qm2xR',
  labels: ['7Qm2xR'],
  message: '1 line of unreviewed AI code (line 2)',
  remedy: 'Review it.',
};

describe('critical paths over the language server', () => {
  const { repository, client } = servedRepository((made) => {
    made.write(FILE, 'export {};\n');
  });
  let uri: string;
  beforeEach(async () => {
    uri = await client.open(repository.path(FILE), 'export {};\n');
    await client.edit(uri, [{ start: 11, text: 'export const free = total < 50;\n' }], AI);
    await client.until('there is a diagnostic', () => (client.diagnostics.get(uri) ?? []).length > 0);
  });

  it('has a diagnostic for the unreviewed span, and none once it is reviewed', async () => {
    const [diagnostic] = client.diagnostics.get(uri)!;
    assert.equal(diagnostic!.severity, 2);
    assert.match(String(diagnostic!.message), /^checkout: .*unreviewed AI/);
    assert.equal(diagnostic!.range.start.line, 1);
    const result = await client.connection.sendRequest<ChangeResult>(MARK_REVIEWED, { uri });
    assert.deepEqual(result, { changed: 1 });
    await client.until('the diagnostic is gone', () => client.diagnostics.get(uri)!.length === 0);
    assert.equal(readdirSync(repository.path('.taggant/statements')).length, 1);
    assert.equal((await client.marked(uri))[0]!.review, 'reviewed');
  });

  it('voids a review when the text changes, and honours it again when it comes back', async () => {
    await client.connection.sendRequest(MARK_REVIEWED, { uri });
    const at = client.text(uri).indexOf('50');
    await client.edit(uri, [{ start: at, end: at + 2, text: '99' }]);
    assert.ok((await client.marked(uri)).every(({ review }) => review === 'unreviewed'));
    await client.edit(uri, [{ start: at, end: at + 2, text: '50' }], { origin: 'human', undoRedo: 'undo' });
    assert.deepEqual(
      (await client.marked(uri)).map(({ review }) => review),
      ['reviewed'],
    );
  });

  it('sends no diagnostics for typing that changes none', async () => {
    await client.until('there is a status', () => client.statuses.has(uri));
    let sent = 0;
    client.connection.onNotification('textDocument/publishDiagnostics', () => {
      sent += 1;
    });
    for (let i = 0; i < 5; i++) await client.edit(uri, [{ start: client.text(uri).length, text: 'x' }]);
    const before = client.statuses.get(uri)!.characters;
    await client.until('the status follows', () => client.statuses.get(uri)!.characters === before + 5);
    assert.equal(sent, 0);
  });

  it('explains a span on hover, with nothing of its record taken for Markdown', async () => {
    const hover = await client.connection.sendRequest<Hover>('textDocument/hover', {
      textDocument: { uri },
      position: { line: 1, character: 3 },
    });
    const { value } = hover.contents as { value: string };
    assert.match(value, /\*\*AI-generated\*\* by `acme\.copilot`, model `gpt-<b>\*`/);
    assert.match(value, /Evidence: exact/);
    assert.match(value, /Review: \*\*unreviewed\*\*/);
    assert.match(value, /Rule \*\*checkout\*\* holds the commit/);
    assert.match(value, /Ada Lovelace/);
  });

  it('offers to mark a span as reviewed or as mine', async () => {
    const actions = await client.connection.sendRequest<CodeAction[]>('textDocument/codeAction', {
      textDocument: { uri },
      range: { start: { line: 1, character: 3 }, end: { line: 1, character: 3 } },
      context: { diagnostics: client.diagnostics.get(uri) },
    });
    assert.deepEqual(
      actions.map(({ title }) => title),
      ['Mark as reviewed', 'This is mine'],
    );
    assert.equal(actions[0]!.diagnostics?.length, 1);
  });

  it('takes a person at their word', async () => {
    const range = { start: { line: 1, character: 3 }, end: { line: 1, character: 3 } };
    await client.connection.sendRequest(DECLARE, { uri, ranges: [range], origin: 'human', why: 'Mine.' });
    assert.deepEqual(await client.marked(uri), []);
    const line = { start: { line: 0, character: 0 }, end: { line: 0, character: 6 } };
    await client.connection.sendRequest(DECLARE, { uri, ranges: [line], origin: 'ai', tool: 'ChatGPT' });
    assert.deepEqual(await client.marked(uri), [{ text: 'export', origin: 'ai', review: 'unreviewed' }]);
  });

  it('says that the commit is held before it asks how it is to go on, and no longer once it is given up', async () => {
    const isHeld = () => client.statuses.get(uri)?.staged.held ?? false;
    let heldWhenAsked = false;
    client.connection.onRequest(CONFIRM_COMMIT, (): ConfirmCommitResult => {
      heldWhenAsked = isHeld();
      return { decision: 'cancel' };
    });
    await isHeard(repository, client);
    // Of what `git commit FILE` is about nothing is in the index: the server cannot know it but from the hook.
    const { root } = repository;
    const findings = [UNREVIEWED];
    await askEditors(
      await openRepository(root),
      { kind: 'confirmCommit', root, findings, summary: 'One span.', canOverride: false },
      { connectMs: 5000, answerMs: 15_000 },
    );
    assert.ok(heldWhenAsked);
    await client.until('nothing is held', () => !isHeld());
  });

  it('says what is wrong with a policy at the place', async () => {
    repository.write('.taggant/policy.json', '{ "version": 1,\n  "rulez": [] }');
    const policy = pathToFileURL(repository.path('.taggant/policy.json')).toString();
    await client.connection.sendNotification('workspace/didChangeWatchedFiles', {
      changes: [{ uri: policy, type: 2 }],
    });
    await client.until('the policy is told wrong', () => (client.diagnostics.get(policy) ?? []).length > 0);
    const [first] = client.diagnostics.get(policy)!.filter(({ range }) => range.start.line === 1);
    assert.match(String(first?.message), /rulez/);
    await client.until('the status says so', () =>
      client.statuses.get(uri)!.problems.some((problem) => /policy/.test(problem)),
    );
  });
});
