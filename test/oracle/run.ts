/**
 * The oracle at length: `tsx test/oracle/run.ts --operations 1000000 [--seed N] [--row reasons|stable]
 * [--seconds N] [--without KIND,KIND] [--often KIND,KIND]`, and `--replays` for all that people typed. Prints what was
 * counted, and the smallest sequence of operations after which a mark is wrong, if there is one; then the exit code is 1.
 */
import { parseArgs } from 'node:util';
import { readTrace, traceNames } from '../bench/traces';
import { type Counts, noCounts } from './compare';
import { EngineHost, stopClock } from './engineHost';
import { KINDS, type Kind, written } from './operations';
import { search } from './oracle';
import { replay } from './replay';
import type { Row } from './signals';

const { values } = parseArgs({
  options: {
    operations: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    row: { type: 'string' },
    seconds: { type: 'string', default: 'Infinity' },
    without: { type: 'string', default: '' },
    often: { type: 'string', default: '' },
    replays: { type: 'boolean', default: false },
  },
});
const isLate = (started: number) => performance.now() - started > 1000 * Number(values.seconds);
const wanted = Number(values.operations);
const rows: Row[] = values.row === undefined ? ['reasons', 'stable'] : [values.row as Row];
/** Operations that are not drawn, and those that are drawn more often. */
const [without, often] = [kindsIn(values.without), kindsIn(values.often)];
/** Sequences in one repository. */
const SEQUENCES = 20;
/** Operations in a sequence, at most: long ones cost fewer openings, short ones are quicker to make small. */
const MOST = 200;

function kindsIn(list: string): Kind[] {
  const names = list.split(',').filter((name) => name !== '');
  for (const name of names)
    if (!KINDS.includes(name as Kind)) throw new Error(`No operation is called ${name}.`);
  return names as Kind[];
}

stopClock();
if (values.replays) {
  for (const name of traceNames()) {
    for (const claims of [false, true]) {
      const host = new EngineHost();
      const told = await replay(host, readTrace(name), { claims });
      console.log(`${name}${claims ? ', claimed' : ''}: ${JSON.stringify(told)}`);
      if (told.ai > 0 || (claims && told.unknown > 0)) process.exitCode = 1;
    }
  }
  process.exit();
}
for (const row of rows) {
  const total = noCounts();
  const started = performance.now();
  for (let seed = Number(values.seed); total.operations < wanted && !isLate(started); seed++) {
    const host = new EngineHost();
    const { counts, failure } = await search(host, {
      row,
      sequences: SEQUENCES,
      seed,
      most: MOST,
      without,
      often,
    });
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
