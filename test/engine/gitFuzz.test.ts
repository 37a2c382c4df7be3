import fc from 'fast-check';
import { FOUND } from '../fuzz/found';
import { runSequence, sequences, stepsOf } from '../fuzz/sequences';
import { type Mode, Template } from '../fuzz/world';
import { Program } from '../support/program';

/** Milliseconds that each mode may take here; `tsx test/fuzz/run.ts` runs as many sequences as are wanted. */
const SHARE = 4000;
const SEED = 417;

describe('marks through random edits and git operations', function () {
  this.timeout(60_000);
  let program: Program;
  let environment: Record<string, string | undefined>;
  const templates = new Map<Mode, Template>();

  before(async () => {
    const { GIT_CONFIG_GLOBAL, GIT_CONFIG_NOSYSTEM } = process.env;
    environment = { GIT_CONFIG_GLOBAL, GIT_CONFIG_NOSYSTEM };
    program = await Program.build();
    for (const mode of ['hook', 'none'] as const)
      templates.set(mode, await Template.create(mode, program.file));
  });
  after(() => {
    for (const template of templates.values()) template.remove();
    program.remove();
    for (const [name, value] of Object.entries(environment)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });

  for (const [name, [mode, steps]] of Object.entries(FOUND))
    it(`come through ${name}`, () => runSequence(templates.get(mode)!, stepsOf(steps)));

  for (const mode of ['hook', 'none'] as const) {
    it(`are never wrong${mode === 'hook' ? ' and never lost with hook and driver' : ' with neither hook nor driver'}`, async () => {
      const property = fc.asyncProperty(sequences, (steps) => runSequence(templates.get(mode)!, steps));
      await fc.assert(property, {
        seed: SEED,
        numRuns: 1000,
        interruptAfterTimeLimit: SHARE,
        endOnFailure: true,
      });
    });
  }
});
