import assert from 'node:assert/strict';
import { written } from './operations';
import { search } from './oracle';
import { NOT_OVER_THE_WIRE, ServerHost } from './serverHost';
import type { Row } from './signals';

describe('the oracle, over the language server', () => {
  for (const row of ['reasons', 'stable'] satisfies Row[]) {
    it(`finds no wrong mark, ${row === 'reasons' ? 'with' : 'without'} change reasons`, async () => {
      const host = new ServerHost();
      const { counts, failure } = await search(host, {
        row,
        sequences: 6,
        seed: 7,
        without:
          row === 'reasons' ? NOT_OVER_THE_WIRE : [...NOT_OVER_THE_WIRE, 'rename', 'sort', 'toolRewrite'],
      });
      await host.stop();
      assert.equal(
        failure,
        null,
        failure ? `${failure.message}\n${failure.sequence.map(written).join(',\n')}` : '',
      );
      assert.ok(counts.operations > 100 && counts.ai > 500);
    }).timeout(120_000);
  }
});
