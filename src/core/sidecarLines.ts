import { encodeHash } from './lines';
import type { Label } from './marks';
import type { LineMarks, Sidecar } from './sidecarFormat';
import { WHOLE_LINE } from './sidecarFormat';

/** Writes a sidecar as it was read, without the text it speaks of; neighbours with one label are joined. */
export function writeSidecarLines({ hashes, marked }: Pick<Sidecar, 'hashes' | 'marked'>): string {
  let written = '';
  for (const [line, hash] of hashes.entries())
    written += `${encodeHash(hash)}${entriesOf(marked.get(line))}\n`;
  return written;
}

function entriesOf(marks: LineMarks | undefined): string {
  if (!marks) return '';
  const columns = new Map<Label, [start: number, end: number][]>();
  for (const { start, end, label } of marks.spans) {
    const ranges = columns.get(label) ?? [];
    const last = ranges[ranges.length - 1];
    if (last && last[1] === start) last[1] = end;
    else ranges.push([start, end]);
    columns.set(label, ranges);
  }
  const deletions = [...new Set(marks.deletions)].sort().map((label) => ` ^${label}`);
  const entries = [...columns].map(([label, ranges]) => {
    const isWhole = ranges.length === 1 && ranges[0]![0] === 0 && ranges[0]![1] === WHOLE_LINE;
    return isWhole ? ` ${label}` : ` ${label}@${ranges.map(([start, end]) => `${start}-${end}`).join()}`;
  });
  return deletions.join('') + entries.join('');
}
