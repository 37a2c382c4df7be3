/** Runs mocha inside the extension host. `test/host/bundle.ts` puts the suites in and exports the result as `run`. */
import { format } from 'node:util';
import Mocha from 'mocha';

/** Loads each suite into one mocha run. Rejects when a test failed, which VS Code turns into exit code 1. */
export async function runSuites(suites: readonly (() => unknown)[], reporter: string): Promise<void> {
  const mocha = new Mocha({
    ui: 'bdd',
    reporter,
    color: false,
    timeout: 60_000,
    ...(process.env.TAGGANT_GREP ? { grep: process.env.TAGGANT_GREP } : {}),
  });
  Mocha.reporters.Base.consoleLog = (...args: unknown[]) => {
    for (const line of format(...args).split('\n')) console.log(`[test] ${line}`);
  };
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  for (const load of suites) load();
  const failures = await new Promise<number>((done) => mocha.run(done));
  if (failures > 0) throw new Error(`${failures} failed`);
}
