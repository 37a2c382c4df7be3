import fc from 'fast-check';
import { random } from '../bench/truth';
import * as editing from './editing';
import * as history from './history';
import * as rewriting from './rewriting';
import * as settings from './settings';
import { Random, type Step } from './steps';
import { type Counts, type Template, Violation, type World } from './world';

/** By name; what else these modules export is never asked for. */
const STEPS = { ...editing, ...history, ...rewriting, ...settings } as unknown as Readonly<
  Record<string, Step>
>;

/** How often each step is drawn. */
const WEIGHTS: Readonly<Record<string, number>> = {
  ...{ accept: 18, type: 12, indent: 2, outside: 4, moveLines: 3, moveFunction: 3, split: 2, create: 2 },
  ...{ removeFile: 1, rename: 4, copy: 1, stagePart: 3, checkoutFile: 1 },
  ...{ commitAll: 9, commitSources: 7, commitTracked: 3, commitFile: 3, commitPart: 6, amend: 4 },
  ...{ branch: 10, switchBranch: 7, merge: 8, squashHere: 2, rebase: 5, reorder: 2, drop: 2, squash: 2 },
  ...{ editCommits: 2, autosquash: 2, cherryPick: 4, revert: 4, reset: 4, stash: 4, stashPop: 4 },
  ...{ forgeSquash: 3, forgeRebase: 2, intendToAdd: 2, splitOutside: 3, shallow: 2, intoFolder: 1 },
};

/** A step by its name, and the number that its choices follow from. */
export type Named = readonly [name: string, choice: number];

/** A sequence as it is written down: `accept 1, commitAll 2`. */
export function stepsOf(written: string): Named[] {
  return written.split(', ').map((step) => {
    const [name, choice] = step.split(' ');
    return [name!, Number(choice)];
  });
}

const names = Object.entries(WEIGHTS).flatMap(([name, weight]) => Array.from({ length: weight }, () => name));
const step: fc.Arbitrary<Named> = fc.noShrink(fc.tuple(fc.constantFrom(...names), fc.nat(0x7fffffff)));

/** What half of the repositories are from their beginning on. */
const SETTINGS = ['', '', '', '', 'autocrlf', 'eolAttribute', 'crlfInGit', 'linkedTree'];
const setting: fc.Arbitrary<Named> = fc.tuple(fc.constantFrom(...SETTINGS), fc.constant(1));

/** Sequences that fast-check makes shorter by leaving steps out. */
export const sequences: fc.Arbitrary<Named[]> = fc
  .tuple(setting, fc.noBias(fc.array(step, { minLength: 1, maxLength: 24, size: 'max' })))
  .map(([first, steps]) => (first[0] === '' ? steps : [first, ...steps]));

/**
 * Runs a sequence in a repository of its own; what is left at its end is committed.
 * @throws Violation when a mark was wrong, or lost where none may be
 */
export async function runSequence(
  template: Template,
  steps: readonly Named[],
  counts?: Counts,
): Promise<void> {
  const world = await template.world();
  try {
    for (const [name, choice] of [...steps, ['commitAll', 1] as const]) {
      world.log.push(`# ${name}`);
      await STEPS[name]!(world, new Random(random(choice)));
    }
  } catch (error) {
    if (error instanceof Violation) error.message += `\n${logOf(world)}`;
    else if (error instanceof Error) error.message += `\n${logOf(world)}`;
    throw error;
  } finally {
    if (counts) for (const key of Object.keys(counts) as (keyof Counts)[]) counts[key] += world.counts[key];
    world.remove();
  }
}

/** What was done, without the questions that were only asked. */
function logOf({ log }: World): string {
  const isQuestion = /^git (ls-files|rev-parse|rev-list|status|diff|for-each-ref|show|branch|stash list)/;
  return log.filter((line) => !isQuestion.test(line)).join('\n');
}
