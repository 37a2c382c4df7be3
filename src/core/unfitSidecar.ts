import type { MarkedText } from './agreedMarks';
import { carryByLineHashes } from './carryByLineHashes';
import { hashLines, type Lines, splitLines } from './lines';
import type { Marks, Span } from './marks';
import type { Sidecar } from './sidecar';
import { inside, together } from './spanSets';

/**
 * What a sidecar that is not the shadow of a text (a merge left it half done, or somebody edited it) still says of
 * it: what was expected there, but for the lines that the sidecar has without a mark or has no more, and what it adds.
 * `parents` are the texts that the text was made of: a line that is new there may well be missing.
 */
export function marksOfUnfit(
  sidecar: Sidecar,
  text: string,
  expected: Marks,
  parents: readonly MarkedText[],
): Marks {
  const lines = splitLines(text);
  const hashes = hashLines(text, lines);
  const marked = new Set<number>();
  const there = new Set<number>();
  for (const [line, hash] of sidecar.hashes.entries()) {
    there.add(hash);
    if ((sidecar.marked.get(line)?.spans.length ?? 0) > 0) marked.add(hash);
  }
  const old = new Set(parents.flatMap((parent) => contents(parent.text, splitLines(parent.text))));
  const kept: Span[] = contents(text, lines).flatMap((content, line) => {
    const hash = hashes[line]!;
    const holds = there.has(hash) ? marked.has(hash) : !old.has(content);
    return holds ? [{ start: lines.starts[line]!, end: lines.starts[line + 1]!, label: '' }] : [];
  });
  const added = carryByLineHashes(sidecar, text).marks;
  return {
    spans: together(inside(expected.spans, kept), added.spans),
    deletions: expected.deletions,
  };
}

function contents(text: string, { count, starts, ends }: Lines): string[] {
  return Array.from({ length: count }, (_, line) => text.slice(starts[line]!, ends[line]!));
}
