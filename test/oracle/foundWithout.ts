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
  {
    what: 'Undo edits puts marks back that a server knew which was started again',
    row: 'stable',
    sequence: [
      ['accept', 1, 172, 0, 7, 2],
      ['chatRewrite', 1, 0, 0, 1, 0],
      ['restart', 0, 0, 0, 0, 0],
      ['chatUndo', 1, 0, 0, 0, 0],
    ],
  },
  {
    what: 'and those of text that the chat took away',
    row: 'stable',
    sequence: [
      ['accept', 1, 996, 0, 0, 0],
      ['chat', 1, 892, 0, 0, 8],
      ['restart', 0, 0, 0, 0, 0],
      ['chatUndo', 1, 0, 0, 0, 0],
    ],
  },
  {
    what: 'Undo edits is itself undone after the server was started again',
    row: 'stable',
    sequence: [
      ['chat', 1, 500, 0, 0, 0],
      ['chatUndo', 1, 0, 0, 0, 0],
      ['restart', 0, 0, 0, 0, 0],
      ['undo', 1, 0, 0, 0, 0],
    ],
  },
  {
    what: 'a line stays between a changed word and new lines that end as it does',
    row: 'stable',
    sequence: [
      ['late', 1, 0, 0, 7, 0],
      ['join', 1, 0, 0, 0, 0],
      ['accept', 1, 0, 0, 2, 0],
      ['acceptSnippet', 1, 0, 0, 1, 0],
      ['late', 1, 0, 0, 2, 0],
      ['acceptParts', 1, 0, 0, 11, 11],
      ['deleteLines', 1, 0, 0, 5, 0],
      ['acceptByMouse', 1, 999, 0, 0, 6],
      ['pasteForeign', 1, 995, 0, 8, 7],
      ['chatRewrite', 1, 9, 0, 9, 0],
      ['chatRewrite', 1, 8, 0, 1, 0],
    ],
  },
  {
    what: 'what is declared of a file that was reverted, as if a tool had removed text, is committed',
    row: 'stable',
    sequence: [
      ['late', 1, 0, 0, 0, 0],
      ['pasteForeign', 1, 944, 0, 0, 0],
      ['revert', 1, 0, 0, 0, 0],
      ['declareAi', 1, 0, 259, 0, 0],
      ['gitSwitch', 1, 0, 0, 0, 0],
    ],
  },
  {
    what: 'text that was dragged keeps its marks when an undo puts it back that no server knows of any more',
    row: 'stable',
    sequence: [
      ['acceptByMouse', 1, 0, 0, 0, 0],
      ['late', 0, 0, 0, 0, 0],
      ['drag', 1, 64, 459, 6, 0],
      ['restart', 0, 0, 0, 0, 0],
      ['save', 1, 0, 0, 0, 0],
      ['restart', 0, 0, 0, 0, 0],
      ['undo', 1, 0, 0, 0, 0],
    ],
  },
  {
    what: 'what is declared of a file that was saved as stays declared when it is opened again',
    row: 'stable',
    sequence: [
      ['nextEdit', 1, 727, 0, 0, 0],
      ['saveAs', 1, 0, 0, 0, 0],
      ['declareMine', 1, 494, 585, 0, 0],
      ['reopen', 1, 0, 0, 0, 0],
    ],
  },
  {
    what: 'a file that is reverted after a restart still hears whose an edit was that it was saved with',
    row: 'stable',
    sequence: [
      ['chat', 0, 0, 0, 0, 0],
      ['late', 0, 0, 0, 0, 0],
      ['rename', 0, 0, 0, 0, 0],
      ['save', 0, 0, 0, 0, 0],
      ['undo', 0, 0, 0, 0, 0],
      ['restart', 0, 0, 0, 0, 0],
      ['revert', 0, 0, 0, 0, 0],
      ['report', 0, 0, 0, 0, 0],
    ],
  },
];
