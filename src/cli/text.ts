import type { CheckResult } from '../engine/commit';

const TAB = 4;

/**
 * A line of a file as a terminal may show it: tabs as spaces, control characters (which could move the cursor or
 * change colours) as a replacement character, cut at `width` columns.
 */
export function printableLine(line: string, width: number): string {
  const shown: string[] = [];
  let column = 0;
  for (const character of line) {
    const code = character.codePointAt(0)!;
    const isTab = character === '\t';
    const drawn = isTab ? ' '.repeat(TAB - (column % TAB)) : isControl(code) ? '\ufffd' : character;
    const size = isTab ? drawn.length : columnsOf(code);
    if (column + size > width) return `${shown.slice(0, -1).join('')}…`;
    shown.push(drawn);
    column += size;
  }
  return shown.join('');
}

function isControl(code: number): boolean {
  return (
    code < 0x20 ||
    (code >= 0x7f && code < 0xa0) ||
    (code >= 0x2028 && code <= 0x202e) ||
    (code >= 0x2066 && code <= 0x2069)
  );
}

/** Columns of a character on a terminal: wide East Asian characters and emoji take two, combining marks none. */
function columnsOf(code: number): number {
  if (code >= 0x300 && code <= 0x36f) return 0;
  const isWide =
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0x1f300 && code <= 0x1faff) ||
    (code >= 0x20000 && code <= 0x3fffd);
  return isWide ? 2 : 1;
}

/** `.taggant/policy.json:5:12: …` for each mistake in the policy, 1-based. */
export function policyProblemLines({
  policyProblems,
  policyText = '',
}: Pick<CheckResult, 'policyProblems' | 'policyText'>): string[] {
  return policyProblems.map(({ message, offset }) => {
    const before = policyText.slice(0, offset).split('\n');
    return `.taggant/policy.json:${before.length}:${before[before.length - 1]!.length + 1}: ${message}`;
  });
}

/** A sentence on one line of its own, whatever the names in it hold. */
export function oneLine(sentence: string): string {
  return [...sentence].map((c) => (isControl(c.codePointAt(0)!) ? '\ufffd' : c)).join('');
}

/** `taggant: …`, as every message of the command line begins. */
export function told(sentence: string): string {
  return `taggant: ${oneLine(sentence)}\n`;
}

/** A table: columns as wide as their longest cell, two spaces between; the last column is not padded. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, cell.length);
    });
  return rows
    .map((row) =>
      row
        .map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i]!)))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}
