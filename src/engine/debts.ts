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

/** Debts of the parents that are still open in a text. */
export function carryDebts(
  parents: readonly (MarkedText & { readonly debts: readonly Debt[] })[],
  text: string,
  marks: Marks,
): Debt[] {
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
  return debts.filter((debt) => !isSettled(debt, marks));
}

/** True when most of the text says again what it said, or that it is AI's where a commit had it say nothing. */
function isSettled(debt: Debt, { spans, deletions }: Marks): boolean {
  if (debt.isDeletion) {
    return deletions.some(
      ({ offset, label }) => label === debt.label && offset >= debt.start && offset < debt.end,
    );
  }
  let settled = 0;
  for (const { start, end, label } of inside(spans, [debt])) {
    const isAgain = label === debt.label || (debt.instead === null && !isUnknownOrigin(label));
    if (isAgain) settled += end - start;
  }
  return settled * 2 > debt.end - debt.start;
}

/** Debts in the order of the text, without those that overlap an earlier known one. */
export function joinDebts(known: readonly Debt[], more: readonly Debt[]): Debt[] {
  const fresh = more.filter((debt) => !known.some(({ start, end }) => start < debt.end && end > debt.start));
  return [...known, ...fresh].sort((a, b) => a.start - b.start);
}
