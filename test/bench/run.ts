/** All benchmarks, one after the other; each is also a program of its own. `npm run bench [NAME…]`. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';

const BENCHES = [
  'liveDocument',
  'traces',
  'carryOver',
  'hunkDiffers',
  'hookDecision',
  'hook',
  'typing',
  'sizes',
  'judge',
  'signoff',
  'replay',
  'mergeCensus',
];
const wanted = process.argv.slice(2);
let failed = false;
for (const bench of BENCHES) {
  if (wanted.length > 0 && !wanted.includes(bench)) continue;
  console.log(`\n## ${bench}`);
  const program = path.join(import.meta.dirname, `${bench}.ts`);
  failed ||= spawnSync(process.execPath, ['--import', 'tsx', program], { stdio: 'inherit' }).status !== 0;
}
process.exit(failed ? 1 : 0);
