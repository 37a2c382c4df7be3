import assert from 'node:assert/strict';
import type { Hover } from 'vscode-languageserver-protocol';
import { sessionOfCommit } from '../../src/core/agentTrailers';
import { type Contribution, contributionId, contributionJson } from '../../src/core/contribution';
import { contributionPath, sidecarPath } from '../../src/core/layout';
import { serialiseSidecar } from '../../src/core/sidecar';
import {
  type ChangeResult,
  DECLARE,
  type DeclareParams,
  GET_SPANS,
  type SpansParams,
} from '../../src/protocol';
import { marked, save } from '../support/marking';
import { TestRepository } from '../support/repository';
import { TestClient } from './client';

const WHOLE = { start: { line: 0, character: 0 }, end: { line: 3, character: 0 } };

describe('declaring over the language server', () => {
  let repository: TestRepository;
  let client: TestClient;

  beforeEach(() => {
    repository = new TestRepository();
  });
  afterEach(async () => {
    await client.stop();
    repository.remove();
  });

  const open = async () => {
    client = await TestClient.start(repository.root);
    const uri = await client.open(repository.path('a.ts'), repository.read('a.ts'));
    await client.until('the marks are there', async () => (await spans(uri)).length > 0);
    return uri;
  };
  const spans = async (uri: string) =>
    (await client.connection.sendRequest<SpansParams>(GET_SPANS, { uri })).spans;
  const asAi = (uri: string, tool: string) =>
    client.connection.sendRequest<ChangeResult>(DECLARE, {
      ...{ uri, ranges: [WHOLE], origin: 'ai', tool },
    } satisfies DeclareParams);

  it('marks what is selected, but for what is marked already', async () => {
    save(repository, 'a.ts', 'one();\n«two();»\nthree();\n');
    const uri = await open();
    assert.deepEqual(await asAi(uri, 'aider'), { changed: 2 });
    const tools = (await spans(uri)).map(({ tool, evidence }) => `${tool} ${evidence}`);
    assert.deepEqual(tools, ['aider declared', 'github.copilot accepted', 'aider declared']);
    assert.deepEqual(await asAi(uri, 'mine'), { changed: 2 }, 'a person may correct their own word');
    assert.equal((await spans(uri)).filter(({ tool }) => tool === 'mine').length, 2);
  });

  it('changes nothing where all is known, and says so', async () => {
    save(repository, 'a.ts', '«one();\ntwo();\nthree();\n»');
    const uri = await open();
    const { changed, message } = await asAi(uri, 'aider');
    assert.equal(changed, 0);
    assert.match(message!, /marked as AI already/);
  });

  it('names the commit whose trailer declared a span', async () => {
    const commit = 'abcdef0123'.repeat(4);
    const contribution: Contribution = {
      ...{ tool: 'claude-code', author: 'Ada <ada@example.com>', day: '2026-03-01' },
      ...{ session: sessionOfCommit(commit), evidence: 'declared' },
    };
    const id = contributionId(contribution);
    save(repository, 'a.ts', 'one();\n');
    const { text, marks } = marked('«one();»\n', id);
    repository.write('a.ts', text);
    repository.write(sidecarPath('a.ts'), serialiseSidecar(text, marks)!);
    repository.write(contributionPath(id), `${contributionJson(contribution)}\n`);
    const uri = await open();
    const position = { line: 0, character: 2 };
    const hover = await client.connection.sendRequest<Hover>('textDocument/hover', {
      ...{ textDocument: { uri }, position },
    });
    const { value } = hover.contents as { value: string };
    assert.match(value, /Committed by Ada/);
    assert.match(
      value,
      /Evidence: declared \(commit `abcdef0123` names it, and speaks of all that it added\)/,
    );
  });
});
