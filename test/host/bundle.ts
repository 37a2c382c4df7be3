/** Bundles the in-host suites into `out/host-suite.js`, the module VS Code is told to run. */
import { globSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

const ROOT = resolve(import.meta.dirname, '../..');

/** Answers the bundle's path, null when there is no suite. Suites are CommonJS there; `vscode` is the host's. */
export async function bundleSuites(): Promise<string | null> {
  const suites = globSync('test/host/suite/*.test.ts', { cwd: ROOT }).sort();
  if (suites.length === 0) return null;
  const loaders = suites.map((suite) => `() => require(${JSON.stringify(`./${suite}`)})`);
  const reporter = JSON.stringify(join(ROOT, 'test/host/countingReporter.cjs'));
  const outfile = join(ROOT, 'out', 'host-suite.js');
  await build({
    stdin: {
      contents: `import { runSuites } from './test/host/suite/index';
export const run = () => runSuites([${loaders.join(', ')}], ${reporter});`,
      resolveDir: ROOT,
      loader: 'ts',
    },
    outfile,
    bundle: true,
    platform: 'node',
    // jsonc-parser's other build asks for its parts in a way that cannot be bundled.
    mainFields: ['module', 'main'],
    format: 'cjs',
    target: 'node20',
    sourcemap: 'inline',
    external: ['vscode', 'mocha'],
    logLevel: 'warning',
  });
  return outfile;
}
