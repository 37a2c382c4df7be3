// Bundles the three programs. `--watch` rebuilds on change, `--metafile` keeps esbuild's account of what is inside.
import { writeFile } from 'node:fs/promises';
import * as esbuild from 'esbuild';

const options = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  // Packages that ship both module kinds: the ES one tree-shakes and has no run-time requires.
  mainFields: ['module', 'main'],
  minify: true,
  keepNames: true,
  sourcemap: false,
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
};

const programs = [
  { ...options, entryPoints: ['src/extension/main.ts'], outfile: 'dist/extension.js', external: ['vscode'] },
  { ...options, entryPoints: ['src/server/main.ts'], outfile: 'dist/server.js' },
  {
    ...options,
    entryPoints: ['src/cli/main.ts'],
    outfile: 'dist/cli.js',
    banner: { js: '#!/usr/bin/env node' },
  },
];

if (process.argv.includes('--watch')) {
  for (const program of programs) await (await esbuild.context(program)).watch();
} else {
  const results = await Promise.all(programs.map((program) => esbuild.build(program)));
  if (process.argv.includes('--metafile')) {
    for (const [i, { metafile }] of results.entries()) {
      await writeFile(programs[i].outfile.replace(/\.js$/, '.meta.json'), JSON.stringify(metafile));
    }
  }
}
