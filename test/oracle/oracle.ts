/** Plays sequences of operations and compares the marks with the truth after every one. */
import fc from 'fast-check';
import * as ai from './byAi';
import * as git from './byGit';
import * as hand from './byHand';
import * as tool from './byTool';
import { type Counts, noCounts } from './compare';
import { Desk } from './desk';
import type { Host } from './host';
import { type Kind, type Operation, operations, written } from './operations';
import type { Page } from './page';
import type { Row } from './signals';

type Doing = (desk: Desk, page: Page, operation: Operation) => void | Promise<void>;

const DOINGS: Readonly<Record<Kind, Doing>> = {
  type: hand.type,
  enter: hand.enter,
  pair: hand.pair,
  surround: hand.surround,
  multiType: hand.multiType,
  overtype: hand.overtype,
  backspace: hand.backspace,
  deleteRange: hand.deleteRange,
  deleteLines: hand.deleteLines,
  cut: hand.cut,
  copy: hand.copy,
  paste: hand.paste,
  pasteForeign: hand.pasteForeign,
  accept: ai.accept,
  acceptWhole: ai.acceptWhole,
  acceptParts: ai.acceptParts,
  acceptMany: ai.acceptMany,
  acceptSnippet: ai.acceptSnippet,
  nextEdit: ai.nextEdit,
  acceptByMouse: ai.acceptByMouse,
  late: ai.late,
  lateRewrite: ai.lateRewrite,
  report: (desk, _page, operation) => ai.report(desk, operation),
  chat: ai.chat,
  chatRewrite: ai.chatRewrite,
  chatUndo: ai.chatUndo,
  format: tool.format,
  toolRewrite: tool.toolRewrite,
  rename: tool.rename,
  sort: tool.sort,
  comment: tool.comment,
  trim: tool.trim,
  join: tool.join,
  moveLines: hand.moveLines,
  drag: hand.drag,
  undo: (desk, page, operation) => hand.step(desk, page, operation, 'undo'),
  redo: (desk, page, operation) => hand.step(desk, page, operation, 'redo'),
  save: tool.save,
  reopen: tool.reopen,
  revert: tool.revert,
  external: tool.external,
  restart: tool.restart,
  declareMine: (desk, page, operation) => ai.declare(desk, page, operation, true),
  declareAi: (desk, page, operation) => ai.declare(desk, page, operation, false),
  pause: tool.pause,
  saveAs: tool.saveAs,
  elsewhere: hand.elsewhere,
  gitCommit: (desk) => git.commit(desk),
  gitSwitch: git.switchBranch,
  gitStash: git.stash,
  gitPop: git.pop,
  gitPull: git.pull,
};

/** A mark that is not the truth, and after which operation. */
export class OracleError extends Error {}

let sequences = 0;

/** Plays one sequence in documents of its own. @throws OracleError at the first character that is marked wrongly */
export async function play(
  host: Host,
  row: Row,
  sequence: readonly Operation[],
  counts: Counts,
): Promise<void> {
  // As long each time: the name is part of the text, and a sequence must mean the same whenever it is played.
  const desk = await Desk.open(row, host, `p${(sequences++).toString(36).padStart(4, '0')}`);
  try {
    for (const [i, operation] of sequence.entries()) {
      const page = desk.pages[operation.page % desk.pages.length]!;
      await DOINGS[operation.kind](desk, page, operation);
      counts.operations++;
      const fault = await desk.compare(counts);
      if (!fault) continue;
      const { verdict, path, offset, around } = fault;
      throw new OracleError(
        `${verdict}: ${path} at ${offset}: ${JSON.stringify(around)}, after ${i + 1}: ${written(operation)}`,
      );
    }
  } finally {
    await desk.close();
  }
}

export interface Wishes {
  readonly row: Row;
  readonly sequences: number;
  readonly seed: number;
  /** Operations in a sequence, at most. */
  readonly most?: number;
  readonly without?: readonly Kind[];
  readonly often?: readonly Kind[];
}

export interface Result {
  readonly counts: Counts;
  /** The smallest sequence that fails, as source code, and why; null when none does. */
  readonly failure: { readonly sequence: readonly Operation[]; readonly message: string } | null;
}

/** Real milliseconds in which a sequence that fails is made smaller. */
const SHRINKING = 60_000;

/** Draws and plays sequences; the first that fails is made smaller. */
export async function search(
  host: Host,
  { row, sequences, seed, most = 80, without, often }: Wishes,
): Promise<Result> {
  const counts = noCounts();
  for (const sequence of fc.sample(operations(most, without, often), { numRuns: sequences, seed })) {
    const message = await failureOf(host, row, sequence, counts);
    if (message !== null) return { counts, failure: await smallest(host, row, sequence, message) };
  }
  return { counts, failure: null };
}

async function failureOf(
  host: Host,
  row: Row,
  sequence: readonly Operation[],
  counts = noCounts(),
): Promise<string | null> {
  try {
    await play(host, row, sequence, counts);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

/**
 * Leaves out what is not needed for the failure: halves, quarters and so on down to single operations, then what their
 * numbers say. (Fast-check's own way, from the front of the list on, takes minutes where this takes seconds.)
 */
async function smallest(host: Host, row: Row, failing: readonly Operation[], first: string) {
  const begin = performance.now();
  let sequence = failing;
  let message = first;
  const attempt = async (candidate: readonly Operation[]): Promise<boolean> => {
    if (performance.now() - begin > SHRINKING) return false;
    const failed = await failureOf(host, row, candidate);
    if (failed === null) return false;
    sequence = candidate;
    message = failed;
    return true;
  };
  const last = /after (\d+): /.exec(first);
  if (last) await attempt(sequence.slice(0, Number(last[1])));
  const without = async (size: number) => {
    for (let at = sequence.length - size; at >= 0; at -= size) {
      await attempt([...sequence.slice(0, at), ...sequence.slice(at + size)]);
      at = Math.min(at, sequence.length);
    }
  };
  for (let size = sequence.length >> 1; size >= 1; size >>= 1) await without(size);
  for (const field of ['a', 'b', 'n', 'v', 'page'] as const) {
    for (let at = 0; at < sequence.length; at++) {
      if (sequence[at]![field] === 0) continue;
      await attempt(sequence.map((operation, i) => (i === at ? { ...operation, [field]: 0 } : operation)));
    }
  }
  // What one of them needed may have gone with another one, or with a number.
  for (let length = Number.POSITIVE_INFINITY; sequence.length < length; ) {
    length = sequence.length;
    await without(1);
  }
  return { sequence, message };
}
