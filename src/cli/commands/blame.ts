import { splitLines } from '../../core/lines';
import { printable } from '../../core/wording';
import { type BlameLine, blameLines } from '../../engine/blame';
import { loadGuardrails } from '../../engine/guardrails';
import { judgeFiles } from '../../engine/judgeFiles';
import { readMarkedFile } from '../../engine/markedFile';
import { workingTree } from '../../repo/tree';
import { type Context, EXIT, pathInRepository, repositoryOf } from '../context';
import { printableLine, table, told } from '../text';

/** `taggant blame FILE`: line by line where the text of the working tree comes from. */
export async function blame(
  context: Context,
  argument: string,
  options: { json?: boolean },
): Promise<number> {
  const repo = await repositoryOf(context);
  const path = await pathInRepository(context, repo, argument);
  const statementsTree = workingTree(repo);
  const [file, guardrails] = await Promise.all([readMarkedFile(repo, path), loadGuardrails(statementsTree)]);
  const { judged, contributions, problems } = await judgeFiles(repo, {
    ...{ guardrails, statementsTree, files: [file] },
    now: new Date(),
    every: true,
  });
  const lines = blameLines(file.text, judged[0]?.result ?? NOTHING, contributions);
  for (const problem of [...file.problems, ...guardrails.problems, ...problems]) {
    context.err.write(told(problem));
  }
  if (options.json) context.out.write(`${JSON.stringify({ file: path, lines })}\n`);
  else context.out.write(blameText(file.text, lines, context.out.columns));
  return EXIT.fine;
}

/** What there is to say of a file without marks. */
const NOTHING = { spans: [], deletions: [] };

/** One row for each line; the source comes last and is cut at the width of the terminal. */
export function blameText(text: string, lines: readonly BlameLine[], width: number): string {
  const { starts, ends } = splitLines(text);
  const facts = lines.map((line) => [
    String(line.line),
    line.origin ?? '',
    line.origin === 'mixed' ? line.ranges.map(([start, end]) => `${start}-${end}`).join(',') : '',
    sourceOf(line),
    line.review ?? '',
  ]);
  const left = table(facts.map((row) => [...row, '|']))
    .split('\n')
    .slice(0, -1);
  return left
    .map((row, i) => {
      const room = Math.max(10, width - row.length - 1);
      return `${`${row} ${printableLine(text.slice(starts[i]!, ends[i]!), room)}`.trimEnd()}\n`;
    })
    .join('');
}

function sourceOf({ spans }: BlameLine): string {
  const named = spans.map(({ origin, tool, model, contribution, author, evidence, commit }) => {
    if (origin === 'unknown') return 'unknown origin';
    const source = [tool ?? contribution, model].filter(Boolean).join(' ');
    const how = commit ? `${evidence} by commit ${commit.slice(0, 10)}` : evidence;
    const facts = [author?.replace(/ <.*>$/, ''), how].filter(Boolean).join(', ');
    return printable(facts ? `${source} (${facts})` : source);
  });
  return [...new Set(named)].join('; ');
}
