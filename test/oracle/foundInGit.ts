import type { Found } from './foundOnDisk';

/** What the oracle found when git changed files under an open editor. */
export const FOUND_IN_GIT: readonly Found[] = [
  {
    what: 'what was declared on one branch is not written over what git brings back on another',
    row: 'reasons',
    sequence: [
      ['gitSwitch', 0, 0, 0, 0, 0],
      ['declareAi', 0, 0, 0, 0, 0],
      ['gitSwitch', 0, 0, 0, 0, 0],
    ],
  },
  {
    what: 'text that stays while git changes the file around it can still be reported on',
    row: 'reasons',
    sequence: [
      ['late', 1, 0, 0, 0, 0],
      ['save', 1, 0, 0, 0, 0],
      ['gitSwitch', 1, 142, 0, 0, 0],
      ['report', 0, 0, 0, 0, 0],
    ],
  },
  {
    what: 'git’s marks count also where it only took lines away, which no sensor tells from a removal',
    row: 'stable',
    sequence: [
      ['accept', 1, 0, 0, 0, 0],
      ['save', 1, 0, 0, 0, 0],
      ['gitSwitch', 1, 831, 0, 0, 0],
      ['declareMine', 1, 0, 998, 0, 0],
      ['gitSwitch', 0, 0, 0, 0, 0],
    ],
  },
  {
    what: 'and what is declared where undo makes the text the file’s again is committed with it',
    row: 'reasons',
    sequence: [
      ['chatRewrite', 0, 741, 0, 8, 0],
      ['copy', 0, 0, 426, 0, 0],
      ['save', 0, 0, 0, 0, 0],
      ['late', 0, 0, 0, 0, 0],
      ['declareMine', 0, 319, 467, 0, 0],
      ['paste', 0, 0, 0, 0, 0],
      ['undo', 0, 0, 0, 1, 0],
      ['gitSwitch', 0, 0, 0, 0, 0],
    ],
  },
  {
    what: 'unsaved text keeps its tool’s name when git takes the record of it away with another branch',
    row: 'reasons',
    sequence: [
      ['gitSwitch', 1, 0, 0, 0, 0],
      ['acceptMany', 1, 0, 0, 0, 0],
      ['gitSwitch', 0, 0, 0, 0, 0],
    ],
  },
  {
    what: 'an edit of the chat that was known before it was saved stays known when it looks like text from disk',
    row: 'stable',
    sequence: [
      ['chat', 1, 0, 0, 0, 0],
      ['save', 1, 0, 0, 0, 0],
      ['gitSwitch', 0, 0, 0, 0, 0],
    ],
  },
  {
    what: 'a tool’s name, whose record git takes away under unsaved text, after a restart',
    row: 'reasons',
    sequence: [
      ['format', 0, 298, 0, 0, 0],
      ['undo', 0, 178, 0, 0, 0],
      ['type', 1, 468, 0, 0, 0],
      ['gitSwitch', 0, 829, 0, 0, 0],
      ['multiType', 0, 46, 0, 0, 0],
      ['cut', 1, 760, 0, 0, 0],
      ['gitSwitch', 1, 771, 0, 0, 0],
      ['acceptParts', 0, 867, 0, 0, 0],
      ['type', 1, 869, 0, 0, 0],
      ['acceptParts', 1, 815, 0, 0, 0],
      ['paste', 1, 0, 0, 0, 0],
      ['save', 1, 0, 0, 0, 0],
      ['acceptSnippet', 0, 0, 0, 0, 0],
      ['restart', 0, 0, 0, 0, 0],
    ],
  },
  {
    what: 'what is declared of unsaved text is not written beside the file by a server that was started again',
    row: 'reasons',
    sequence: [
      ['deleteLines', 0, 373, 0, 0, 0],
      ['restart', 0, 0, 0, 0, 0],
      ['declareAi', 0, 0, 0, 0, 0],
      ['gitSwitch', 0, 0, 0, 0, 0],
    ],
  },
  {
    what: 'and is committed where undo makes the text the file’s again, though nothing was marked before',
    row: 'reasons',
    sequence: [
      ['deleteLines', 0, 373, 0, 0, 0],
      ['restart', 0, 0, 0, 0, 0],
      ['undo', 0, 0, 0, 0, 0],
      ['declareAi', 0, 200, 300, 0, 0],
      ['gitSwitch', 0, 0, 0, 0, 0],
      ['gitSwitch', 0, 0, 0, 0, 0],
    ],
  },
];
