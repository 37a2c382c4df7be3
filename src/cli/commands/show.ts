import { splitLines } from '../../core/lines';
import { isUnknownOrigin } from '../../core/marks';
import { serialiseSidecar } from '../../core/sidecar';
import { printable } from '../../core/wording';
import { loadContribution } from '../../engine/knowledge';
import { type MarkedFile, readMarkedFile } from '../../engine/markedFile';
import { placeName } from '../../engine/textMarks';
import { workingTree } from '../../repo/tree';
import { type Context, EXIT, pathInRepository, repositoryOf } from '../context';
import { printableLine, table, told } from '../text';

/** `taggant show FILE`: the source and its shadow, the sidecar, side by side. */
export async function show(context: Context, argument: string): Promise<number> {
  const repo = await repositoryOf(context);
  const path = await pathInRepository(context, repo, argument);
  const file = await readMarkedFile(repo, path);
  for (const problem of file.problems) context.err.write(told(problem));
  const sidecar = serialiseSidecar(file.text, file.marks);
  if (sidecar === null) {
    context.out.write(`${printable(path)} has no sidecar: no evidence of AI.\n`);
    return EXIT.fine;
  }
  if (!file.exact) context.err.write(told(carriedSentence(file)));
  context.out.write(sideBySide(file.text, sidecar, context.out.columns));
  const named = new Set([...file.marks.spans, ...file.marks.deletions].map(({ label }) => label));
  const tree = workingTree(repo);
  const legend: string[][] = [];
  for (const id of [...named].filter((label) => !isUnknownOrigin(label)).sort()) {
    const found = await loadContribution([tree], id);
    const facts = found
      ? [found.tool, found.model, found.author, found.day, found.evidence]
      : ['not known here'];
    legend.push([id, printable(facts.filter(Boolean).join(', '))]);
  }
  if (legend.length > 0) context.out.write(`\n${table(legend)}`);
  return EXIT.fine;
}

function carriedSentence(found: MarkedFile): string {
  const { from, dropped } = found;
  const lost = dropped > 0 ? `; ${dropped} could not be placed` : '';
  return from === 'line hashes'
    ? `the sidecar matches no known text; the marks below were placed by its line hashes${lost}.`
    : `the sidecar is not of this text; the marks below were carried over from ${placeName(found)}${lost}.`;
}

/** The sidecar's line and the source's line in each row, within `width` columns; the source is cut where needed. */
export function sideBySide(text: string, sidecar: string, width: number): string {
  const { count, starts, ends } = splitLines(text);
  const shadow = sidecar.split('\n');
  const digits = String(count).length;
  const longest = shadow.reduce((most, line) => Math.max(most, line.length), 0);
  const left = Math.min(longest, Math.max(20, Math.floor(width / 3)));
  const right = Math.max(20, width - digits - left - 5);
  let shown = '';
  for (let i = 0; i < count; i++) {
    const number = String(i + 1).padStart(digits);
    const source = printableLine(text.slice(starts[i]!, ends[i]!), right);
    shown += `${`${number}  ${printableLine(shadow[i]!, left).padEnd(left)} | ${source}`.trimEnd()}\n`;
  }
  return shown;
}
