/**
 * The git fuzzer as a program: `tsx test/fuzz/run.ts --sequences 10000 [--seed N] [--mode hook|real|none] [--seconds N] [--fast]
 * [--replay '[["accept",1],…]']`.
 * Mode `hook` has hook and driver, `real` has git itself call the hook (slower), `none` neither.
 */
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { Program } from '../support/program';
import { type Named, runSequence, sequences } from './sequences';
import { type Mode, noCounts, Template } from './world';

const { values } = parseArgs({
  options: {
    sequences: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    mode: { type: 'string', default: 'hook' },
    seconds: { type: 'string', default: '100000' },
    /** Says which sequences failed, without looking for shorter ones. */
    fast: { type: 'boolean', default: false },
    replay: { type: 'string' },
  },
});
const BATCH = 10;
const MOST_FAILURES = 12;
const program = await Program.build();
const template = await Template.create(values.mode as Mode, program.file);
const counts = noCounts();
const failures: { seed: number; steps: readonly Named[]; message: string }[] = [];
const start = performance.now();
const seconds = () => (performance.now() - start) / 1000;
let done = 0;
try {
  if (values.replay) {
    await runSequence(template, JSON.parse(values.replay) as Named[]);
    console.log('No violation.');
  }
  const wanted = values.replay ? 0 : Number(values.sequences);
  for (let seed = Number(values.seed); done < wanted && seconds() < Number(values.seconds); seed++) {
    const property = fc.asyncProperty(sequences, (steps) => runSequence(template, steps, counts));
    const result = await fc.check(property, {
      ...{ seed, numRuns: BATCH, interruptAfterTimeLimit: 120_000, endOnFailure: values.fast },
    });
    done += result.failed ? result.numRuns : BATCH;
    if (result.failed && result.counterexample) {
      const message = String((result.errorInstance as Error | undefined)?.message ?? result.errorInstance);
      failures.push({ seed, steps: result.counterexample[0], message });
      console.log(`\nSeed ${seed}: ${message}\n${JSON.stringify(result.counterexample[0])}`);
      if (!values.fast && failures.length >= MOST_FAILURES) break;
    }
    if ((seed - Number(values.seed)) % 10 === 9) console.log(`${done} sequences, ${seconds().toFixed(0)} s`);
  }
} finally {
  template.remove();
  program.remove();
}
console.log(
  `Mode ${values.mode}, seeds from ${values.seed}: ${done} sequences in ${seconds().toFixed(0)} s, ${failures.length} violations.`,
);
console.log(JSON.stringify(counts));
process.exitCode = failures.length > 0 ? 1 : 0;
