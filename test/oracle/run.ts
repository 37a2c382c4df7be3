/**
 * The oracle at length: `tsx test/oracle/run.ts --operations 1000000 [--seed N] [--row reasons|stable]`. Prints what was counted,
 * and the smallest sequence of operations after which a mark is wrong, if there is one; then the exit code is 1.
 */
import { parseArgs } from 'node:util';
import { type Counts, noCounts } from './compare';
import { EngineHost, stopClock } from './engineHost';
import { written } from './operations';
import { search } from './oracle';
import type { Row } from './signals';

const { values } = parseArgs({
  options: {
    operations: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    row: { type: 'string' },
  },
});
const wanted = Number(values.operations);
const rows: Row[] = values.row === undefined ? ['reasons', 'stable'] : [values.row as Row];
/** Sequences in one repository. */
const SEQUENCES = 20;
/** Operations in a sequence, at most: long ones cost fewer openings, short ones are quicker to make small. */
const MOST = 400;

stopClock();
for (const row of rows) {
  const total = noCounts();
  const started = performance.now();
  for (let seed = Number(values.seed); total.operations < wanted; seed++) {
    const host = new EngineHost();
    const { counts, failure } = await search(host, { row, sequences: SEQUENCES, seed, most: MOST });
    await host.stop();
    for (const key of Object.keys(total) as (keyof Counts)[]) total[key] += counts[key];
    if (failure) {
      console.log(`${row}, seed ${seed}: ${failure.message}`);
      console.log(failure.sequence.map((operation) => `  ${written(operation)},`).join('\n'));
      process.exitCode = 1;
      break;
    }
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  const told = Object.entries(total).map(([name, count]) => `${name} ${count}`);
  console.log(`${row}: ${told.join(', ')}; ${seconds} s`);
}
process.exit();
