import type { Found } from './foundOnDisk';

/** What the oracle found where the editor names no reasons, in ways that have no file of their own. */
export const FOUND_WITHOUT: readonly Found[] = [
  {
    what: 'sorted lines that have the same words, and say more than these, are each what they were',
    row: 'stable',
    sequence: [
      ['copy', 1, 0, 751, 0, 0],
      ['undo', 0, 0, 0, 0, 0],
      ['accept', 1, 906, 0, 0, 0],
      ['declareAi', 1, 455, 767, 0, 0],
      ['paste', 1, 635, 0, 0, 0],
      ['accept', 0, 0, 0, 0, 0],
      ['accept', 0, 0, 0, 0, 0],
      ['sort', 1, 821, 0, 7, 0],
    ],
  },
  {
    what: 'a sign that a person has said to be theirs stays that when an agent reports it',
    row: 'stable',
    sequence: [
      ['late', 1, 290, 0, 0, 9],
      ['declareMine', 1, 0, 776, 0, 0],
      ['report', 0, 0, 0, 0, 0],
    ],
  },
];
