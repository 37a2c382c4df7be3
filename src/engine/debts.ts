import type { MarkedText } from '../core/agreedMarks';
import { carryOver } from '../core/carryOver';
import { isUnknownOrigin, type Label, type Marks, type Span } from '../core/marks';
import { inside } from '../core/spanSets';

/** Marks that a commit took away, or gave to another contribution, although their text stayed. */
export interface Debt extends Span {
  /** What the sidecar says instead: another contribution, or nothing (null). */
  readonly instead: Label | null;
  readonly commit: string;
  /** True for the mark of removed lines: the span is that of the line it stood above. */
  readonly isDeletion?: boolean;
  /** The sidecar was gone, does not even fit its text, or fits it and says less. */
  readonly how: 'gone' | 'unfit' | 'edited';
}

/** Whether text of the first contribution must not become the second's without being changed. */
export type IsForged = (from: Label, to: Label) => Promise<boolean>;

/** Debts of the parents that are still open in a text. */
export async function carryDebts(
  parents: readonly (MarkedText & { readonly debts: readonly Debt[] })[],
  text: string,
  marks: Marks,
  isForged: IsForged,
): Promise<Debt[]> {
  let debts: Debt[] = [];
  for (const parent of parents) {
    if (parent.debts.length === 0) continue;
    const spans = parent.debts.map(({ start, end }, i) => ({ start, end, label: `?debt${i}` }));
    const carried = carryOver({ text: parent.text, marks: { spans, deletions: [] } }, text).marks.spans;
    const moved = carried.map(({ start, end, label }) => ({
      ...parent.debts[Number(label.slice(5))]!,
      start,
      end,
    }));
    debts = joinDebts(debts, moved);
  }
  const settled = await Promise.all(debts.map((debt) => isSettled(debt, marks, isForged)));
  return debts.filter((_, i) => !settled[i]);
}

/**
 * True when most of the text says again what it said, or that it is AI's where a commit had it say nothing: but not that of
 * somebody else, or one could take the marks away first and give them to another afterwards.
 */
async function isSettled(debt: Debt, { spans, deletions }: Marks, isForged: IsForged): Promise<boolean> {
  if (debt.isDeletion) {
    return deletions.some(
      ({ offset, label }) => label === debt.label && offset >= debt.start && offset < debt.end,
    );
  }
  let settled = 0;
  for (const { start, end, label } of inside(spans, [debt])) {
    const isAgain =
      label === debt.label ||
      (debt.instead === null && !isUnknownOrigin(label) && !(await isForged(debt.label, label)));
    if (isAgain) settled += end - start;
  }
  return settled * 2 > debt.end - debt.start;
}

/** Debts in the order of the text, without those that overlap an earlier known one. */
export function joinDebts(known: readonly Debt[], more: readonly Debt[]): Debt[] {
  const fresh = more.filter((debt) => !known.some(({ start, end }) => start < debt.end && end > debt.start));
  return [...known, ...fresh].sort((a, b) => a.start - b.start);
}
