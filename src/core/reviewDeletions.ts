/** Deletions as reviews see them: each a block of its own in a statement, found again by the lines around it. */
import type { Deletion, Marks } from './marks';
import type { ReviewState, StatementIndex } from './review';
import { deletionDigest, type MarkedDeletion, ReviewText } from './reviewText';
import type { Statement, StatementBlock } from './statements';

/** A deletion and the statements that speak of it. */
export interface StatedDeletion extends Deletion {
  /** The line above which it stands, or within which text went; 0-based. `offset` is where it starts. */
  readonly line: number;
  /** In the order of the index. */
  readonly statements: readonly Statement[];
}

export interface ReviewedDeletion extends Deletion {
  /** As in {@link StatedDeletion}. */
  readonly line: number;
  readonly review: ReviewState;
}

/** What a statement says of a deletion; the text around it tells it from another one between the same lines. */
export function deletionBlock(review: ReviewText, marked: MarkedDeletion): StatementBlock {
  return {
    lines: [deletionDigest(marked)],
    labels: [marked.deletion.label],
    before: review.around(marked, 'above'),
    after: review.around(marked, 'below'),
  };
}

/**
 * The deletions of a text, each label once above a line, with the statements that speak of them. `path` is the text's own.
 * A stated deletion stands for at most one of the text: for the one whose surroundings are most like those it was read
 * in. In another file than the statement's, all of these must be the same.
 */
export function matchDeletions(
  path: string,
  text: string,
  marks: Marks,
  index: StatementIndex,
): StatedDeletion[] {
  if (marks.deletions.length === 0) return [];
  return statedDeletions(path, new ReviewText(path, text, { ...marks, spans: [] }), index);
}

/** As {@link matchDeletions}, for a text that has been looked at already. */
export function statedDeletions(path: string, review: ReviewText, index: StatementIndex): StatedDeletion[] {
  const sameDigest = new Map<string, number[]>();
  for (const [i, marked] of review.deletions.entries()) {
    const digest = deletionDigest(marked);
    const same = sameDigest.get(digest);
    if (same) same.push(i);
    else sameDigest.set(digest, [i]);
  }
  const found = review.deletions.map(() => new Set<number>());
  for (const [digest, places] of sameDigest) {
    let left = [...(index.blocks.get(digest) ?? [])];
    for (const wanted of [2, 1, 0]) {
      left = left.filter((reference) => {
        if (wanted < 2 && reference.path !== path) return true;
        const place = places.find(
          (i) =>
            !found[i]!.has(reference.statement) &&
            likeness(review, review.deletions[i]!, reference.block) === wanted,
        );
        if (place !== undefined) found[place]!.add(reference.statement);
        return place === undefined;
      });
    }
  }
  return review.deletions.map(({ deletion, line }, i) => ({
    ...deletion,
    line,
    statements: [...found[i]!].sort((a, b) => a - b).map((number) => index.statements[number]!),
  }));
}

/** On how many sides the text around a deletion is what the statement's block says. */
function likeness(review: ReviewText, marked: MarkedDeletion, block: StatementBlock): number {
  const above = review.around(marked, 'above') === block.before;
  const below = review.around(marked, 'below') === block.after;
  return Number(above) + Number(below);
}

/** The deletions of a text with their reviews, as far as these need no policy; in the order of the text. */
export function reviewDeletions(
  path: string,
  text: string,
  marks: Marks,
  index: StatementIndex,
): ReviewedDeletion[] {
  return matchDeletions(path, text, marks, index).map(({ statements, ...deletion }) => ({
    ...deletion,
    review: statements.some(({ kind }) => kind === 'review') ? 'reviewed' : 'unreviewed',
  }));
}
