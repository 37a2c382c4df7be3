import assert from 'node:assert/strict';
import { readTrace, traceNames } from '../bench/traces';
import { EngineHost, stopClock } from './engineHost';
import { replay } from './replay';

const names = traceNames();
if (names.length === 0)
  console.log('Not run: replays of what people typed (../shared/data/editing-traces is not there).');

/** Events of each recording that the suite plays; `tsx test/oracle/run.ts --replays` plays them all. */
const MOST = 3_000;

/**
 * The most characters shown as of unknown origin at a time, in that part of each recording, when nobody claims anything: text
 * that came in one go and was never in the file before. docs/detection.md says what that is in the whole recordings.
 */
const FROM_NOWHERE: Readonly<Record<string, number>> = {
  rustcode: 0,
  'seph-blog1': 0,
  sveltecomponent: 634,
};

describe('what people typed, seen without change reasons', () => {
  let giveBack: () => void;
  before(() => {
    giveBack = stopClock();
  });
  after(() => giveBack());

  for (const name of names) {
    it(`${name}: no more is of unknown origin than text from nowhere`, async () => {
      const host = new EngineHost();
      const counts = await replay(host, readTrace(name), { most: MOST });
      await host.stop();
      assert.equal(counts.ai, 0);
      assert.equal(counts.unknown, FROM_NOWHERE[name]);
    });

    it(`${name}: nothing is marked, but large text that was never in the file until somebody claims it`, async () => {
      const host = new EngineHost();
      const counts = await replay(host, readTrace(name), { most: MOST, claims: true });
      await host.stop();
      assert.ok(counts.typed > 1_000 && counts.pasted > 0);
      assert.equal(counts.ai, 0);
      assert.equal(counts.unknown, 0);
    });
  }
});
