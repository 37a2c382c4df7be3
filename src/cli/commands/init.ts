import { type InitReport, initRepository } from '../../engine/init';
import { type Context, EXIT, repositoryOf } from '../context';
import { refuseAgents } from '../people';

export interface InitCommandOptions {
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly undo?: boolean;
  /** True without names. */
  readonly agents?: true | readonly string[];
}

/** `taggant init`: sets the repository up, after asking. */
export async function init(context: Context, options: InitCommandOptions): Promise<number> {
  if (options.undo) refuseAgents(context, 'init --undo');
  const repo = await repositoryOf(context);
  const report = await initRepository(repo, {
    ...(options.dryRun ? { dryRun: true } : {}),
    ...(options.undo ? { undo: true } : {}),
    ...(options.agents ? { agents: options.agents === true ? [] : options.agents } : {}),
    confirm: async (planned) => {
      if (options.yes) return true;
      write(context, planned);
      return context.confirm('Do this?');
    },
    cliPath: context.program,
    nodePath: process.execPath,
  });
  const wasShown = report.outcome === 'declined' || (report.outcome === 'done' && !options.yes);
  if (!wasShown) write(context, report);
  context.out.write(`${OUTCOME[report.outcome]}\n`);
  return report.outcome === 'declined' || !report.complete ? EXIT.findings : EXIT.fine;
}

const OUTCOME: Record<InitReport['outcome'], string> = {
  nothing: 'Nothing to do.',
  planned: 'Nothing was changed (--dry-run).',
  declined: 'Nothing was changed. To answer without a terminal, use --yes.',
  done: 'Done.',
};

function write({ out }: Context, { actions, notes }: InitReport): void {
  for (const action of actions) out.write(`- ${action}\n`);
  for (const note of notes) out.write(`${note}\n`);
}
