import assert from 'node:assert/strict';
import { servedRepository } from './suites';

const AI = { origin: 'ai', evidence: 'exact', tool: 'acme.copilot' } as const;

/** Linguist's attribute says how a forge shows a file, not who wrote it. */
describe('generated files', () => {
  const { repository, client } = servedRepository();

  it('are followed as any other', async () => {
    repository.write('.gitattributes', 'api.gen.ts linguist-generated=true\n');
    repository.write('api.gen.ts', 'generated();\n');
    const uri = await client.open(repository.path('api.gen.ts'), 'generated();\n');
    await client.edit(uri, [{ start: 13, text: 'return total;\n' }], AI);
    assert.deepEqual(
      (await client.marked(uri)).map(({ text, origin }) => `${origin}: ${text}`),
      ['ai: return total;\n'],
    );
    repository.write('api.gen.ts', client.text(uri));
    await client.save(uri);
    await client.until('the sidecar is written', () =>
      repository.git('status', '--porcelain', '-uall').includes('api.gen.ts.tags'),
    );
  });
});
