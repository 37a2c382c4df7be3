/** Mocha's spec reporter, which also leaves the counts in the file TAGGANT_COUNTS names, for one sum over all runs. */
const { writeFileSync } = require('node:fs');
const { Spec } = require('mocha').reporters;

module.exports = class CountingReporter extends Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once('end', () => {
      const { passes, failures, pending } = this.stats;
      const failed = this.failures.map((test) => `${test.fullTitle()}: ${test.err?.message ?? ''}`);
      const file = process.env.TAGGANT_COUNTS;
      if (file)
        writeFileSync(file, JSON.stringify({ passed: passes, failed: failures, pending, failures: failed }));
    });
  }
};
