/** The operations that the oracle draws, as plain values that fast-check can make smaller. */
import fc from 'fast-check';

/** How often each is drawn, in relation to the others. */
const WEIGHTS = {
  type: 16,
  enter: 3,
  pair: 2,
  surround: 1,
  multiType: 3,
  overtype: 3,
  backspace: 5,
  deleteRange: 3,
  deleteLines: 2,
  cut: 2,
  copy: 2,
  paste: 5,
  pasteForeign: 2,
  accept: 10,
  acceptWhole: 4,
  acceptParts: 4,
  acceptMany: 2,
  acceptSnippet: 2,
  nextEdit: 4,
  acceptByMouse: 1,
  late: 3,
  lateRewrite: 1,
  report: 4,
  chat: 3,
  chatRewrite: 1,
  chatUndo: 1,
  format: 3,
  toolRewrite: 1,
  rename: 2,
  sort: 1,
  comment: 2,
  trim: 1,
  join: 1,
  moveLines: 3,
  drag: 1,
  undo: 8,
  redo: 4,
  save: 2,
  reopen: 0.4,
  revert: 0.4,
  external: 0.5,
  restart: 0.2,
  declareMine: 1,
  declareAi: 1,
  pause: 1,
  saveAs: 0.1,
  elsewhere: 0.4,
  // Each starts several processes.
  gitCommit: 0.03,
  gitSwitch: 0.08,
  gitStash: 0.05,
  gitPop: 0.05,
  gitPull: 0.05,
} as const;

export type Kind = keyof typeof WEIGHTS;
export const KINDS = Object.keys(WEIGHTS) as Kind[];

/** One operation. What the numbers mean is each kind's own matter: mostly where, where to, how much, and which way. */
export interface Operation {
  readonly kind: Kind;
  readonly page: number;
  /** Thousandths of the text. */
  readonly a: number;
  readonly b: number;
  readonly n: number;
  readonly v: number;
}

const thousandths = fc.nat(1000);

/** How much more often than others those kinds are drawn that are wanted often. */
const OFTEN = 6;

/** A sequence of operations, of those kinds that are not left out. */
export function operations(
  most: number,
  without: readonly Kind[] = [],
  often: readonly Kind[] = [],
): fc.Arbitrary<Operation[]> {
  const kinds = KINDS.filter((kind) => !without.includes(kind));
  const kind = fc.oneof(
    ...kinds.map((one) => ({
      weight: Math.round(100 * WEIGHTS[one] * (often.includes(one) ? OFTEN : 1)),
      arbitrary: fc.constant(one),
    })),
  );
  const operation = fc.record({
    kind,
    page: fc.nat(1),
    a: thousandths,
    b: thousandths,
    n: fc.nat(11),
    v: fc.nat(11),
  });
  return fc.array(operation, { maxLength: most, size: 'max' });
}

/** An operation as source code of a fixed test. */
export function written({ kind, page, a, b, n, v }: Operation): string {
  return `['${kind}', ${[page, a, b, n, v].join(', ')}]`;
}

export type Written = readonly [Kind, number, number, number, number, number];

export function read([kind, page, a, b, n, v]: Written): Operation {
  return { kind, page, a, b, n, v };
}
