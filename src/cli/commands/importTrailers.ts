import { count, printable } from '../../core/wording';
import { requireSetUp } from '../../engine/declare';
import { applyImport, type ImportedFile, type ImportPlan, planImport } from '../../engine/importTrailers';
import { type Context, EXIT, repositoryOf } from '../context';
import { flushEditors } from '../people';
import { told } from '../text';

export interface ImportTrailersOptions {
  readonly range?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/**
 * `taggant import trailers`: marks, as declared, what is still there of the lines that commits added whose trailers name
 * an AI agent. Adds marks to the working tree only, so agents and scripts may run it, too.
 */
export async function importTrailers(context: Context, options: ImportTrailersOptions): Promise<number> {
  const { range, dryRun = false, json = false } = options;
  const repo = await repositoryOf(context);
  if (!dryRun) {
    await requireSetUp(repo);
    await flushEditors(repo);
  }
  const bar = progressLine(context);
  const plan = await planImport(repo, {
    ...(range === undefined ? {} : { range }),
    progress: bar.show,
  }).finally(bar.clear);
  if (!dryRun) await uninterrupted(() => applyImport(repo, plan));
  for (const problem of plan.problems) context.err.write(told(problem));
  context.out.write(json ? `${JSON.stringify(report(plan, dryRun))}\n` : summary(plan, dryRun));
  return EXIT.fine;
}

/** Ctrl-C before this leaves everything as it was; the few writes themselves are brought to their end. */
async function uninterrupted(act: () => Promise<void>): Promise<void> {
  const wait = () => {};
  process.on('SIGINT', wait);
  try {
    await act();
  } finally {
    process.off('SIGINT', wait);
  }
}

/** A line on the terminal that is written over; nothing where there is none. */
function progressLine({ err }: Context): { show(done: number, all: number): void; clear(): void } {
  if (!Number.isFinite(err.columns)) return { show: () => {}, clear: () => {} };
  let shown = '';
  return {
    show(done, all) {
      const line = `Following commits: ${Math.floor((100 * done) / Math.max(all, 1))}% of ${all}`;
      if (line === shown) return;
      err.write(`\r${line}`);
      shown = line;
    },
    clear() {
      if (shown !== '') err.write(`\r${' '.repeat(shown.length)}\r`);
    },
  };
}

function report({ commits, before, merges, files, contributions, problems }: ImportPlan, dryRun: boolean) {
  return {
    dryRun,
    commits,
    importedBefore: before,
    mergesAndReverts: merges,
    lines: files.reduce((sum, { lines }) => sum + lines, 0),
    files: files.map(({ path, lines, parts }) => ({
      path,
      lines,
      parts: parts.map((part) => ({ ...part.contribution, lines: part.lines })),
    })),
    contributions: [...contributions.keys()],
    problems,
  };
}

function summary(plan: ImportPlan, dryRun: boolean): string {
  const { commits, before, merges, files, contributions } = plan;
  if (commits === 0) return 'No commit there names an AI agent.\n';
  const asides = [
    before > 0 ? `${before} imported before` : '',
    merges > 0 ? `${merges} that merge or revert, and add nothing of their own` : '',
  ].filter(Boolean);
  const looked = `${count(commits, 'commit')} that ${commits === 1 ? 'names' : 'name'} an AI agent${asides.length > 0 ? ` (${asides.join(', ')})` : ''}`;
  if (files.length === 0) return `${looked}: nothing of them is left to be marked.\n`;
  const lines = files.reduce((sum, file) => sum + file.lines, 0);
  const done = `${count(lines, 'line')} of ${count(files.length, 'file')}`;
  const what = dryRun
    ? `${done} would be marked as AI, declared by ${count(contributions.size, 'commit')}. Nothing was written.`
    : `${done} marked as AI, declared by ${count(contributions.size, 'commit')}. Look at them ("taggant blame FILE"), then commit the .taggant folder.`;
  return `${files.map(fileLine).join('')}${looked}: ${what}\n`;
}

function fileLine({ path, lines, parts }: ImportedFile): string {
  const byTool = new Map<string, number>();
  for (const { contribution, lines: own } of parts) {
    const tool = contribution.tool ?? 'AI that nobody named';
    byTool.set(tool, (byTool.get(tool) ?? 0) + own);
  }
  const tools = [...byTool].map(([tool, own]) => (byTool.size > 1 ? `${own} ${tool}` : tool));
  return `${printable(path)}: ${count(lines, 'line')}, ${printable(tools.join(', '))}\n`;
}
