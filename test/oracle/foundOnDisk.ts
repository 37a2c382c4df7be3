import type { Written } from './operations';
import type { Row } from './signals';

/** A sequence of operations after which something was marked wrongly once. */
export interface Found {
  readonly what: string;
  readonly row: Row;
  readonly sequence: readonly Written[];
}

/** What the oracle found about reports that come late, files, restarts and rewriting of whole texts. */
export const FOUND_ON_DISK: readonly Found[] = [
  {
    what: 'text that a formatter lays out anew keeps its marks where it stands there twice, laid out otherwise',
    row: 'reasons',
    sequence: [
      ['accept', 0, 0, 0, 7, 2],
      ['acceptWhole', 0, 0, 0, 0, 0],
      ['copy', 0, 29, 845, 0, 0],
      ['paste', 1, 0, 0, 0, 0],
      ['paste', 1, 0, 0, 0, 0],
      ['toolRewrite', 1, 0, 0, 0, 0],
    ],
  },
  {
    what: 'a single sign that was taken for typed is an AI’s when that is said many keys later',
    row: 'stable',
    sequence: [
      ['late', 1, 0, 0, 0, 9],
      ['type', 1, 0, 0, 5, 0],
      ['type', 1, 0, 0, 5, 0],
      ['report', 0, 0, 0, 0, 0],
    ],
  },
  {
    what: 'and though it was gone when that was said, and came back',
    row: 'stable',
    sequence: [
      ['late', 1, 0, 0, 0, 9],
      ['deleteRange', 1, 0, 500, 0, 0],
      ['report', 0, 0, 0, 0, 0],
      ['undo', 1, 0, 0, 0, 0],
    ],
  },
  {
    what: 'a report on saved text is known of the file, though a server with other text began meanwhile',
    row: 'reasons',
    sequence: [
      ['lateRewrite', 1, 0, 0, 0, 0],
      ['save', 1, 0, 0, 0, 0],
      ['chat', 1, 0, 0, 0, 0],
      ['restart', 0, 0, 0, 0, 0],
      ['report', 0, 0, 0, 0, 0],
      ['reopen', 1, 0, 0, 0, 0],
    ],
  },
  {
    what: 'and where the text itself was undone before',
    row: 'reasons',
    sequence: [
      ['late', 0, 0, 0, 4, 0],
      ['save', 0, 0, 0, 0, 0],
      ['undo', 0, 0, 0, 0, 0],
      ['restart', 0, 0, 0, 0, 0],
      ['report', 0, 0, 0, 0, 0],
      ['reopen', 0, 0, 0, 0, 0],
    ],
  },
  {
    what: 'a report on unsaved text finds it after any number of restarts',
    row: 'reasons',
    sequence: [
      ['late', 0, 0, 0, 4, 0],
      ['restart', 0, 0, 0, 0, 0],
      ['restart', 0, 0, 0, 0, 0],
      ['report', 0, 0, 0, 0, 0],
    ],
  },
  {
    what: 'an AI’s text that an undo brings back from before the file was read anew is known to the next server',
    row: 'reasons',
    sequence: [
      ['accept', 0, 0, 0, 0, 0],
      ['revert', 0, 0, 0, 0, 0],
      ['undo', 0, 0, 0, 0, 0],
      ['restart', 0, 0, 0, 0, 0],
    ],
  },
  {
    what: 'a report on text that was saved after a restart is known of the file, whatever is typed since',
    row: 'reasons',
    sequence: [
      ['lateRewrite', 0, 0, 0, 0, 0],
      ['restart', 0, 0, 0, 0, 0],
      ['save', 0, 0, 0, 0, 0],
      ['type', 0, 0, 0, 0, 0],
      ['report', 0, 0, 0, 0, 0],
      ['reopen', 0, 0, 0, 0, 0],
    ],
  },
  {
    what: 'a file that is read again keeps its marks, though an earlier edit is decided just then',
    row: 'stable',
    sequence: [
      ['late', 0, 0, 0, 0, 0],
      ['chat', 0, 0, 0, 11, 0],
      ['reopen', 1, 0, 0, 0, 0],
      ['save', 0, 0, 0, 0, 0],
      ['chat', 0, 0, 0, 0, 0],
      ['undo', 0, 0, 0, 10, 0],
      ['revert', 0, 0, 0, 0, 0],
    ],
  },
  {
    what: 'what waits to be explained while the file is read again is still known after a restart',
    row: 'reasons',
    sequence: [
      ['late', 0, 0, 0, 0, 0],
      ['late', 0, 0, 0, 0, 0],
      ['save', 0, 0, 0, 0, 0],
      ['late', 0, 0, 0, 0, 0],
      ['report', 0, 349, 0, 0, 0],
      ['revert', 0, 0, 0, 0, 0],
      ['restart', 0, 0, 0, 0, 0],
      ['report', 0, 0, 0, 0, 0],
    ],
  },
  {
    what: 'a renamed word of an AI stays the AI’s for the next server, though its journal was begun anew meanwhile',
    row: 'stable',
    sequence: [
      ['late', 0, 0, 0, 11, 0],
      ['report', 0, 0, 0, 0, 0],
      ['save', 0, 0, 0, 0, 0],
      ['late', 0, 0, 0, 0, 0],
      ['revert', 0, 0, 0, 0, 0],
      ['rename', 0, 0, 0, 0, 0],
      ['restart', 0, 0, 0, 0, 0],
    ],
  },
  {
    what: 'and the word that it was comes back as the AI’s with an undo',
    row: 'stable',
    sequence: [
      ['late', 0, 0, 5, 11, 4],
      ['report', 0, 0, 8, 11, 11],
      ['save', 0, 0, 526, 10, 1],
      ['late', 0, 999, 565, 2, 7],
      ['revert', 0, 563, 694, 3, 3],
      ['rename', 0, 7, 121, 9, 1],
      ['restart', 1, 869, 0, 11, 8],
      ['undo', 0, 96, 58, 0, 10],
    ],
  },
  {
    what: 'a file that was closed and opened again is still known to be read from disk, though its versions begin anew',
    row: 'stable',
    sequence: [
      ['late', 1, 0, 0, 0, 0],
      ['report', 0, 0, 0, 0, 0],
      ['multiType', 1, 0, 0, 0, 0],
      ['save', 1, 0, 0, 0, 0],
      ['reopen', 1, 0, 0, 0, 0],
      ['deleteLines', 1, 0, 0, 0, 0],
      ['revert', 1, 0, 0, 0, 0],
    ],
  },
  {
    what: 'what is declared of unsaved text is known of the file when undo makes the text the file’s again',
    row: 'reasons',
    sequence: [
      ['acceptWhole', 0, 0, 0, 0, 0],
      ['save', 0, 0, 0, 0, 0],
      ['acceptByMouse', 0, 0, 0, 0, 3],
      ['acceptSnippet', 0, 0, 0, 0, 0],
      ['declareAi', 0, 740, 0, 0, 0],
      ['undo', 0, 0, 0, 2, 0],
      ['reopen', 0, 0, 0, 0, 0],
    ],
  },
  {
    what: 'a report on unsaved text finds it after a restart, though its lines were sorted meanwhile',
    row: 'reasons',
    sequence: [
      ['late', 1, 566, 0, 0, 0],
      ['acceptParts', 0, 0, 0, 10, 10],
      ['revert', 1, 0, 0, 0, 0],
      ['chat', 0, 0, 0, 0, 0],
      ['undo', 1, 0, 0, 0, 0],
      ['chat', 0, 0, 0, 0, 7],
      ['sort', 1, 0, 0, 7, 0],
      ['restart', 0, 0, 0, 0, 0],
      ['report', 0, 0, 0, 0, 0],
    ],
  },
  {
    what: 'text that undo took away, so that the text is the file’s again, comes back marked by redo after a restart',
    row: 'reasons',
    sequence: [
      ['chat', 1, 0, 0, 0, 0],
      ['undo', 1, 0, 0, 0, 0],
      ['restart', 0, 0, 0, 0, 0],
      ['redo', 1, 0, 0, 0, 0],
    ],
  },
  {
    what: 'a step back further than a server that was started again knows leaves what may be done again after it',
    row: 'reasons',
    sequence: [
      ['moveLines', 1, 0, 0, 0, 0],
      ['chat', 1, 0, 0, 0, 0],
      ['restart', 0, 0, 0, 0, 0],
      ['undo', 1, 0, 0, 11, 0],
      ['redo', 1, 0, 0, 11, 0],
    ],
  },
  {
    what: 'text that undo brings back after it was saved and the server started again, without a drag',
    row: 'reasons',
    sequence: [
      ['late', 0, 0, 0, 0, 0],
      ['acceptSnippet', 0, 532, 0, 0, 0],
      ['drag', 0, 0, 95, 2, 0],
      ['report', 0, 0, 0, 0, 0],
      ['save', 0, 0, 0, 0, 0],
      ['restart', 0, 0, 0, 0, 0],
      ['undo', 0, 0, 0, 0, 0],
    ],
  },
  {
    what: 'text that was cut and pasted comes back by undo after a restart',
    row: 'reasons',
    sequence: [
      ['late', 0, 0, 0, 0, 0],
      ['accept', 0, 153, 0, 2, 0],
      ['save', 0, 0, 0, 0, 0],
      ['moveLines', 0, 0, 0, 0, 0],
      ['revert', 0, 0, 0, 0, 0],
      ['pasteForeign', 0, 0, 0, 8, 0],
      ['cut', 0, 0, 638, 0, 0],
      ['paste', 0, 999, 0, 0, 0],
      ['deleteLines', 0, 0, 0, 0, 0],
      ['surround', 0, 0, 0, 0, 0],
      ['pause', 0, 0, 0, 0, 0],
      ['deleteRange', 0, 0, 0, 0, 0],
      ['restart', 0, 0, 0, 0, 0],
      ['backspace', 0, 0, 0, 0, 0],
      ['undo', 0, 0, 0, 3, 0],
    ],
  },
  {
    what: 'text that takes the place of white space which a save trimmed away, and begins with some itself',
    row: 'reasons',
    sequence: [
      ['deleteLines', 1, 0, 0, 4, 0],
      ['deleteLines', 1, 0, 0, 3, 0],
      ['type', 1, 0, 0, 0, 5],
      ['save', 1, 0, 0, 0, 0],
      ['late', 1, 0, 0, 0, 1],
      ['report', 0, 0, 0, 0, 0],
    ],
  },
];
