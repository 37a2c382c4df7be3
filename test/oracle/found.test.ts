import { noCounts } from './compare';
import { EngineHost, stopClock } from './engineHost';
import { FOUND_IN_GIT } from './foundInGit';
import { FOUND_ON_DISK, type Found } from './foundOnDisk';
import { FOUND_WITHOUT } from './foundWithout';
import { read, type Written } from './operations';
import { play } from './oracle';

/** What the oracle found, as small as it gets; each was a wrong mark once. */
const FOUND: readonly Found[] = [
  {
    what: 'a person’s text that comes back by Revert File is of no unknown origin',
    row: 'reasons',
    sequence: [
      ['cut', 0, 0, 190, 0, 0],
      ['revert', 0, 0, 0, 0, 0],
    ],
  },
  {
    what: 'an agent’s report that comes after a restart is still known after the next one',
    row: 'reasons',
    sequence: [
      ['late', 0, 0, 0, 0, 0],
      ['restart', 0, 0, 0, 0, 0],
      ['report', 0, 0, 0, 0, 0],
      ['restart', 0, 0, 0, 0, 0],
    ],
  },
  {
    what: 'lines that a rewriting of the whole file keeps between two changed ones keep their marks',
    row: 'reasons',
    sequence: [
      ['chat', 0, 336, 0, 1, 8],
      ['enter', 0, 619, 0, 0, 0],
      ['late', 0, 0, 0, 4, 0],
      ['chatRewrite', 0, 581, 0, 3, 0],
    ],
  },
  {
    what: 'an agent that repeats the line of another AI beside it is named for what it repeated',
    row: 'reasons',
    sequence: [
      ['accept', 0, 0, 0, 1, 3],
      ['late', 0, 70, 0, 0, 4],
      ['report', 0, 0, 0, 0, 0],
    ],
  },
  {
    what: 'an accepted bracket behind a letter leaves the letter its own',
    row: 'stable',
    sequence: [
      ['overtype', 1, 0, 0, 0, 0],
      ['acceptWhole', 1, 0, 0, 8, 9],
    ],
  },
  {
    what: 'what is declared beside moved lines stays declared when the move is undone',
    row: 'stable',
    sequence: [
      ['moveLines', 0, 620, 0, 0, 0],
      ['declareAi', 0, 762, 0, 0, 0],
      ['undo', 0, 0, 0, 0, 0],
    ],
  },
  {
    what: 'what is declared of a line that a formatter laid out stays declared when the layout is undone',
    row: 'reasons',
    sequence: [
      ['lateRewrite', 0, 0, 0, 0, 0],
      ['accept', 0, 0, 0, 1, 4],
      ['deleteLines', 0, 0, 0, 1, 0],
      ['toolRewrite', 0, 92, 0, 0, 0],
      ['declareAi', 0, 0, 992, 0, 0],
      ['undo', 0, 0, 0, 0, 0],
    ],
  },
  {
    what: 'nothing is said of the typed text beside moved lines when the move is undone',
    row: 'stable',
    sequence: [
      ['accept', 1, 998, 0, 11, 7],
      ['acceptWhole', 0, 0, 0, 0, 0],
      ['acceptParts', 1, 134, 0, 0, 3],
      ['type', 1, 164, 0, 9, 0],
      ['copy', 1, 0, 351, 0, 0],
      ['paste', 1, 994, 0, 0, 0],
      ['cut', 0, 0, 709, 0, 0],
      ['chat', 1, 80, 0, 2, 0],
      ['type', 0, 0, 0, 0, 0],
      ['paste', 1, 747, 0, 0, 0],
      ['moveLines', 1, 0, 0, 8, 0],
      ['declareMine', 1, 141, 278, 0, 0],
      ['undo', 1, 0, 0, 0, 0],
    ],
  },
  {
    what: 'what a person declared of text that stays still holds when a chat takes its edits back',
    row: 'reasons',
    sequence: [
      ['chat', 0, 0, 0, 0, 0],
      ['declareAi', 0, 0, 506, 0, 0],
      ['chatUndo', 0, 0, 0, 0, 0],
    ],
  },
  {
    what: 'text that is pasted over its like has the marks it was copied with',
    row: 'stable',
    sequence: [
      ['copy', 1, 425, 777, 0, 0],
      ['chatRewrite', 1, 978, 0, 9, 0],
      ['accept', 1, 0, 0, 0, 0],
      ['undo', 1, 0, 0, 9, 0],
      ['accept', 1, 420, 0, 1, 6],
      ['acceptByMouse', 1, 448, 0, 0, 0],
      ['acceptSnippet', 1, 569, 0, 5, 0],
      ['paste', 1, 198, 0, 0, 0],
      ['declareAi', 1, 228, 986, 0, 0],
      ['moveLines', 1, 549, 0, 4, 0],
      ['paste', 1, 533, 0, 0, 7],
    ],
  },
  {
    what: 'an AI’s text that a chat took away, as a selection is, comes back with Undo edits',
    row: 'stable',
    sequence: [
      ['cut', 0, 0, 582, 0, 0],
      ['chat', 0, 0, 0, 0, 11],
      ['acceptMany', 0, 0, 0, 0, 0],
      ['chat', 0, 0, 0, 0, 5],
      ['chatUndo', 0, 0, 0, 0, 0],
    ],
  },
  {
    what: 'Undo edits is itself undone, though the editor says otherwise which lines came',
    row: 'reasons',
    sequence: [
      ['chat', 0, 993, 0, 11, 0],
      ['chatUndo', 0, 0, 0, 0, 0],
      ['pair', 0, 0, 0, 0, 0],
      ['undo', 0, 0, 0, 1, 0],
    ],
  },
  {
    what: 'an AI’s text that a pasted copy says again, in whose place it stands, is the AI’s when the paste is undone',
    row: 'reasons',
    sequence: [
      ['cut', 1, 0, 535, 0, 0],
      ['overtype', 1, 0, 0, 0, 0],
      ['accept', 1, 0, 0, 0, 0],
      ['undo', 1, 0, 0, 2, 0],
      ['late', 1, 0, 0, 4, 11],
      ['paste', 1, 0, 0, 0, 0],
      ['undo', 1, 0, 0, 0, 0],
      ['late', 1, 0, 0, 0, 0],
      ['copy', 1, 0, 894, 0, 0],
      ['report', 0, 0, 0, 0, 0],
      ['paste', 1, 923, 0, 0, 3],
      ['undo', 1, 0, 0, 0, 0],
    ],
  },
  {
    what: 'a copy made where as many lines were deleted just before is known when it is pasted',
    row: 'reasons',
    sequence: [
      ['acceptWhole', 1, 0, 0, 7, 0],
      ['late', 1, 0, 0, 3, 0],
      ['deleteLines', 1, 675, 0, 10, 0],
      ['deleteLines', 1, 0, 0, 3, 0],
      ['copy', 1, 0, 992, 0, 0],
      ['nextEdit', 1, 0, 0, 0, 0],
      ['paste', 0, 0, 0, 0, 0],
    ],
  },
  {
    what: 'of lines that say the same nothing is asked once they are sorted, but for what is the same of them',
    row: 'reasons',
    sequence: [
      ['copy', 1, 472, 783, 0, 0],
      ['paste', 1, 751, 0, 0, 0],
      ['copy', 1, 191, 854, 0, 0],
      ['late', 0, 0, 0, 0, 0],
      ['paste', 0, 879, 0, 0, 0],
      ['declareAi', 0, 666, 0, 0, 0],
      ['copy', 0, 517, 991, 0, 0],
      ['paste', 1, 292, 0, 0, 0],
      ['sort', 1, 209, 0, 2, 0],
    ],
  },
  {
    what: 'nothing is asked of a sign in what fills a text that a program has just emptied, where that had one like it',
    row: 'reasons',
    sequence: [
      ['deleteLines', 0, 766, 0, 3, 0],
      ['deleteLines', 0, 0, 0, 2, 0],
      ['backspace', 0, 637, 0, 11, 0],
      ['lateRewrite', 0, 595, 0, 10, 0],
      ['late', 0, 0, 0, 0, 0],
      ['report', 0, 982, 0, 0, 0],
    ],
  },
  ...(['reasons', 'stable'] as const).flatMap((row) => [
    {
      what: `a report on saved text that was undone meanwhile is known when the file is reverted (${row})`,
      row,
      sequence: [
        ['late', 0, 0, 0, 0, 0],
        ['save', 0, 0, 0, 0, 0],
        ['undo', 0, 0, 0, 0, 0],
        ['report', 0, 0, 0, 0, 0],
        ['revert', 0, 0, 0, 0, 0],
      ] satisfies Written[],
    },
    {
      what: `and when it is closed without saving (${row})`,
      row,
      sequence: [
        ['late', 0, 0, 0, 0, 0],
        ['save', 0, 0, 0, 0, 0],
        ['undo', 0, 0, 0, 0, 0],
        ['report', 0, 0, 0, 0, 0],
        ['reopen', 0, 0, 0, 0, 0],
      ] satisfies Written[],
    },
    {
      what: `a report that comes after the file was reverted still finds its text (${row})`,
      row,
      sequence: [
        ['accept', 0, 900, 0, 0, 1],
        ['late', 0, 0, 0, 0, 0],
        ['save', 0, 0, 0, 0, 0],
        ['undo', 0, 0, 0, 0, 0],
        ['revert', 0, 0, 0, 0, 0],
        ['report', 0, 0, 0, 0, 0],
      ] satisfies Written[],
    },
  ]),
  {
    what: 'what is declared of text that came from disk stays with it when an undo puts a copy there',
    row: 'reasons',
    sequence: [
      ['copy', 0, 0, 269, 0, 0],
      ['paste', 0, 452, 0, 0, 0],
      ['deleteRange', 0, 0, 998, 0, 0],
      ['moveLines', 0, 0, 0, 0, 0],
      ['accept', 0, 0, 0, 5, 0],
      ['pasteForeign', 0, 0, 0, 8, 0],
      ['chatRewrite', 0, 6, 0, 3, 0],
      ['revert', 0, 0, 0, 0, 0],
      ['acceptMany', 0, 0, 0, 0, 7],
      ['moveLines', 0, 0, 0, 8, 0],
      ['declareAi', 0, 622, 0, 0, 0],
      ['undo', 0, 0, 0, 3, 0],
    ],
  },
];

describe('found by the oracle', () => {
  let giveBack: () => void;
  let host: EngineHost;
  before(() => {
    giveBack = stopClock();
    host = new EngineHost();
  });
  after(async () => {
    await host.stop();
    giveBack();
  });

  for (const { what, row, sequence } of [...FOUND, ...FOUND_ON_DISK, ...FOUND_IN_GIT, ...FOUND_WITHOUT]) {
    it(what, () => play(host, row, sequence.map(read), noCounts()));
  }
});
