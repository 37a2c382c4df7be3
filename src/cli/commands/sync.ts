import { count, printable } from '../../core/wording';
import { fixSync } from '../../engine/sync';
import { checkSync } from '../../engine/syncCheck';
import { Problem } from '../../repo/problem';
import { type Context, EXIT, repositoryOf } from '../context';
import { oneLine, told } from '../text';

export interface SyncOptions {
  readonly check?: boolean;
  readonly fix?: boolean;
  readonly all?: boolean;
  readonly range?: string;
  readonly json?: boolean;
}

/** `taggant sync`: do sidecars agree with the text (`--check`), and writes right those of the working tree. */
export async function sync(context: Context, options: SyncOptions): Promise<number> {
  const { check = false, fix = false, all = false, range, json = false } = options;
  if (check && fix) throw new Problem('usage', 'Use either --check or --fix.');
  if (range !== undefined && all) throw new Problem('usage', 'Use either --range or --all.');
  if (!check && (range !== undefined || all || json))
    throw new Problem(
      'usage',
      '--range, --all and --json go with --check; only the working tree can be written.',
    );
  const repo = await repositoryOf(context, range === undefined ? {} : { bare: true });
  if (!check) {
    const { done, problems, complete } = await fixSync(repo);
    for (const line of done) context.out.write(`${oneLine(line)}\n`);
    for (const problem of problems) context.err.write(told(problem));
    if (done.length === 0 && complete) context.out.write('All sidecars agree with their files.\n');
    return complete ? EXIT.fine : EXIT.findings;
  }
  const report = await checkSync(repo, range === undefined ? {} : { range });
  const { outOfSync, checked } = report;
  if (json) context.out.write(`${JSON.stringify(report)}\n`);
  else if (outOfSync.length === 0)
    context.out.write(`${count(checked, 'sidecar')}: all agree with their files.\n`);
  else {
    for (const { path, why } of outOfSync) context.out.write(`${printable(path)}: ${oneLine(why)}\n`);
    context.err.write(told('run "taggant sync" to write them right, and commit what it changes.'));
  }
  return outOfSync.length === 0 ? EXIT.fine : EXIT.findings;
}
