import assert from 'node:assert/strict';
import { EngineHost, stopClock } from './engineHost';
import { KINDS, written } from './operations';
import { search } from './oracle';
import type { Row } from './signals';

/** Sequences of operations that the suite plays in each row; `test/oracle/run.ts` plays as many as one likes. */
const SEQUENCES = 40;
/** Operations in each, at most: a suggestion taken by the mouse before any other is of unknown origin, which short ones have more of. */
const MOST = 200;
const SEED = 20_260_115;

describe('the oracle', () => {
  let giveBack: () => void;
  let host: EngineHost;
  before(() => {
    giveBack = stopClock();
    host = new EngineHost();
  });
  after(async () => {
    await host.stop();
    giveBack();
  });

  for (const row of ['reasons', 'stable'] satisfies Row[]) {
    it(`finds no wrong mark, ${row === 'reasons' ? 'with' : 'without'} change reasons`, async () => {
      const { counts, failure } = await search(host, { row, sequences: SEQUENCES, seed: SEED, most: MOST });
      assert.equal(
        failure,
        null,
        failure ? `${failure.message}\n${failure.sequence.map(written).join(',\n')}` : '',
      );
      assert.ok(counts.operations > 10 * KINDS.length && counts.ai > 1_000 && counts.human > 1_000);
      assert.ok(counts.unknown <= counts.ai / 100, `${counts.unknown} of ${counts.ai} are shown as unknown`);
    }).timeout(120_000);
  }

  it('sees a mark that is wrong, and makes the sequence small', async () => {
    /** Forgets one report in every sequence. */
    class Forgetful extends EngineHost {
      override settleOrigin(): void {}
    }
    const forgetful = new Forgetful();
    const { failure } = await search(forgetful, { row: 'reasons', sequences: 100, seed: SEED, most: 20 });
    await forgetful.stop();
    assert.match(failure!.message, /^(silent|unknown): /);
    assert.deepEqual(
      failure!.sequence.map(({ kind }) => kind).filter((kind) => !kind.startsWith('late')),
      ['report'],
    );
  }).timeout(120_000);
});
