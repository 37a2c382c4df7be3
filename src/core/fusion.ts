import {
  hasLargeText,
  isBlankInsert,
  isLayout,
  isOneLargeText,
  isOneWord,
  isPasteOf,
  isRemoval,
  isSpace,
  isSpread,
  saysSomethingNew,
} from './editShapes';
import type { Evidence, Origin, TextEdit } from './marks';
import { type InsertedSize, isLargerThanTyping, looksLikeTyping } from './typing';

/**
 * The one table that says what an edit was where the editor does not name its source. Each rule looks at what was seen
 * of one change, at one moment; the first of a moment that applies decides. `docs/detection.md` lists them in this
 * order. Whatever no rule explains and is larger than typing ends as unknown origin.
 */

/** When a rule is asked, in the order in which these moments come. */
export type Moment =
  /** The change has just happened. */
  | 'change'
  /** The selection event that follows a change has come. */
  | 'selection'
  /** One of our key bindings says that it has just accepted a suggestion. */
  | 'note'
  /** Several changes have come in a row. */
  | 'burst'
  /** The document has been saved. */
  | 'saved'
  /** A moment later the document has still no unsaved changes. */
  | 'disk'
  /** The settling time has passed (asked by the server, which knows what was really inserted). */
  | 'end';

/** All that is known of one change when a rule is asked. What was not looked at is absent. */
export interface Sighting {
  readonly edits: readonly TextEdit[];
  readonly undoRedo?: 'undo' | 'redo';
  /** The text that the editor asked the clipboard for a moment ago. */
  readonly clipboard?: string;
  /** The change was made where the caret stood. */
  readonly atCaret?: boolean;
  /** The selection event: who moved it, and whether the caret, with nothing selected, stands behind the new text. */
  readonly caret?: { readonly byKeyboard: boolean; readonly behind: boolean };
  /** The change was said to be pending, or a tool's, at first; false when it looked like a key. */
  readonly isOpen?: boolean;
  /** Milliseconds from the change to the note. */
  readonly noteAfter?: number;
  /** The editor is set to show entries of its own suggestion list as ghost text. */
  readonly listAsGhostText?: boolean;
  /** A suggestion was accepted in this window before: somebody works with them here. */
  readonly completionsInUse?: boolean;
  /** Ids of known AI extensions that are active and complete as one types. */
  readonly completers?: readonly string[];
  /** Ids of known AI extensions that are active and edit files by themselves; not those that come with the editor. */
  readonly agents?: readonly string[];
  /** The editor's chat opened its own copy of this file a moment ago. */
  readonly chatEditing?: boolean;
  /** It still has that copy: its edits wait to be kept or undone. */
  readonly chatWaits?: boolean;
  /** Large changes within the last two seconds, this one included, that no key and no clipboard explains. */
  readonly largeChanges?: number;
  /** The change came between the beginning of a save and its end. */
  readonly whileSaving?: boolean;
  /** What of the change is really new, null when there is no record of it. */
  readonly inserted?: (InsertedSize & { readonly whitespaceOnly: boolean }) | null;
  /** It took the place of other text. */
  readonly replaces?: boolean;
  /** It says the same words as the text it took the place of. */
  readonly keepsWords?: boolean;
  /** It only repeats the text right beside it. */
  readonly repeats?: boolean;
  /** It made the text what it was at an earlier moment. */
  readonly isEarlierText?: boolean;
}

export interface Verdict {
  readonly origin: Origin | 'pending';
  readonly evidence?: Evidence;
  readonly tool?: string;
}

export interface Rule {
  readonly name: string;
  readonly moment: Moment;
  /** What it stands on, for people. */
  readonly because: string;
  /** Nothing that is seen later changes it. */
  readonly isFinal: boolean;
  applies(seen: Sighting): boolean;
  /** Null for: nothing need be said, it counts as typing. */
  verdict(seen: Sighting): Verdict | null;
}

/** Milliseconds for which a note may speak of a change, and of one that only removes text. */
export const NOTE_REACH = 1000;
const REMOVAL_REACH = 250;
/** So many large changes in two seconds are a program's. */
const BURST = 3;

const always = (verdict: Verdict | null) => () => verdict;
const HUMAN = always({ origin: 'human' });
const TOOL = always({ origin: 'tool' });

function inferred(tools: readonly string[] | undefined): Verdict {
  const [tool, ...others] = tools ?? [];
  // Of several that could have been it, none is named.
  return { origin: 'ai', evidence: 'inferred', ...(tool && others.length === 0 ? { tool } : {}) };
}

export const RULES: readonly Rule[] = [
  {
    name: 'undo-redo',
    moment: 'change',
    because: 'the editor flags undo and redo; the marks that were there come back',
    isFinal: true,
    applies: ({ undoRedo }) => undoRedo !== undefined,
    verdict: HUMAN,
  },
  {
    name: 'paste',
    moment: 'change',
    because: 'the editor asked for the clipboard just before, and this is its text',
    isFinal: true,
    applies: ({ edits, clipboard }) => clipboard !== undefined && isPasteOf(edits, clipboard),
    verdict: always({ origin: 'paste' }),
  },
  {
    name: 'layout',
    moment: 'change',
    because: 'only white space came or went, and not by one key',
    isFinal: true,
    applies: ({ edits }) => isLayout(edits),
    verdict: TOOL,
  },
  {
    name: 'chat-editing',
    moment: 'change',
    because:
      "more than typing, and the editor's chat opened its own copy of this file within the last ten seconds",
    isFinal: false,
    applies: ({ edits, chatEditing }) => chatEditing === true && hasLargeText(edits),
    verdict: always({ origin: 'ai', evidence: 'inferred', tool: 'vscode.chat' }),
  },
  {
    name: 'chat-hunk',
    moment: 'change',
    because:
      "more than a key does, away from the caret and not the same in several places, while the editor's chat has its " +
      'own copy of this file: chats edit in small pieces; a rename, a completion or a quick fix begins at the caret',
    isFinal: false,
    applies: ({ edits, chatWaits, atCaret }) =>
      chatWaits === true && atCaret === false && saysSomethingNew(edits),
    verdict: always({ origin: 'ai', evidence: 'inferred', tool: 'vscode.chat' }),
  },
  {
    name: 'small-places',
    moment: 'change',
    because: 'a few characters in several places at once: a rename, replace all, a quick fix',
    isFinal: false,
    applies: ({ edits }) => isSpread(edits),
    verdict: TOOL,
  },
  {
    name: 'key',
    moment: 'change',
    because: 'what one key does: a character, a bracket and its partner, a new line, a removal',
    isFinal: false,
    applies: ({ edits }) => looksLikeTyping(edits),
    verdict: always(null),
  },
  {
    name: 'unexplained',
    moment: 'change',
    because: 'more than a key: waits for what is seen next',
    isFinal: false,
    applies: () => true,
    verdict: always({ origin: 'pending' }),
  },
  {
    name: 'keyboard',
    moment: 'selection',
    because: 'the keyboard moved the caret, and right behind a text no larger than typing',
    isFinal: true,
    applies: ({ edits, caret, isOpen }) =>
      caret?.byKeyboard === true && (!isOpen || (caret.behind && !hasLargeText(edits))),
    verdict: HUMAN,
  },
  {
    name: 'completion-shape',
    moment: 'selection',
    because:
      'a large text at the caret, which then stands behind it, in a window where suggestions have been accepted ' +
      'and an AI extension that makes them is active: a mouse click, the palette or a key of one’s own',
    isFinal: false,
    applies: ({ edits, caret, atCaret, isOpen, completionsInUse, completers }) =>
      isOpen === true &&
      completionsInUse === true &&
      (completers?.length ?? 0) > 0 &&
      atCaret === true &&
      caret !== undefined &&
      !caret.byKeyboard &&
      caret.behind &&
      isOneLargeText(edits),
    verdict: ({ completers }) => inferred(completers),
  },
  {
    name: 'listed-word',
    moment: 'note',
    because: 'a single word, where the editor shows its own suggestion list as ghost text: it may be that',
    isFinal: true,
    applies: ({ edits, listAsGhostText, noteAfter }) =>
      listAsGhostText === true && isInReach(noteAfter, NOTE_REACH) && isOneWord(edits),
    verdict: TOOL,
  },
  {
    name: 'accepted-removal',
    moment: 'note',
    because: 'our key binding accepted a suggestion, and text went at that moment',
    isFinal: true,
    applies: ({ edits, noteAfter }) => isRemoval(edits) && isInReach(noteAfter, REMOVAL_REACH),
    verdict: always({ origin: 'ai', evidence: 'accepted' }),
  },
  {
    name: 'accepted-space',
    moment: 'note',
    because:
      'our key binding accepted a part of a suggestion, and a space came at that moment that no key made',
    isFinal: true,
    applies: ({ edits, noteAfter }) => isSpace(edits) && isInReach(noteAfter, REMOVAL_REACH),
    verdict: always({ origin: 'ai', evidence: 'accepted' }),
  },
  {
    name: 'accepted',
    moment: 'note',
    because:
      'our key binding accepted a suggestion, and this is the newest change that nothing else explains',
    isFinal: true,
    applies: ({ edits, noteAfter }) => !isBlankInsert(edits) && isInReach(noteAfter, NOTE_REACH),
    verdict: always({ origin: 'ai', evidence: 'accepted' }),
  },
  {
    name: 'agent-burst',
    moment: 'burst',
    because: 'three large changes within two seconds, by no key, while an AI agent’s extension is active',
    isFinal: false,
    applies: ({ largeChanges = 0, agents = [] }) => largeChanges >= BURST && agents.length > 0,
    verdict: ({ agents }) => inferred(agents),
  },
  {
    name: 'while-saving',
    moment: 'saved',
    because: 'changed between the beginning of a save and its end: formatting and fixes on save',
    isFinal: true,
    applies: ({ whileSaving }) => whileSaving === true,
    verdict: TOOL,
  },
  {
    name: 'from-disk',
    moment: 'disk',
    because: 'the document has no unsaved changes after it: the text is the file’s',
    isFinal: true,
    applies: () => true,
    verdict: always({ origin: 'external' }),
  },
  {
    name: 'earlier-text',
    moment: 'end',
    because: 'the text is again what it was at an earlier moment, and so are its marks',
    isFinal: true,
    applies: ({ isEarlierText }) => isEarlierText === true,
    verdict: TOOL,
  },
  {
    name: 'blank',
    moment: 'end',
    because: 'nothing but white space is new',
    isFinal: true,
    applies: ({ inserted }) => inserted?.whitespaceOnly === true,
    verdict: TOOL,
  },
  {
    name: 'same-words',
    moment: 'end',
    because: 'the same words as before, laid out otherwise',
    isFinal: true,
    applies: ({ keepsWords }) => keepsWords === true,
    verdict: TOOL,
  },
  {
    name: 'repeated',
    moment: 'end',
    because: 'it stands right beside the same text: lines or a selection were duplicated, with their marks',
    isFinal: true,
    applies: ({ repeats }) => repeats === true,
    verdict: HUMAN,
  },
  {
    name: 'unknown',
    moment: 'end',
    because: 'nothing explains it, and it is larger than typing',
    isFinal: false,
    applies: ({ inserted }) => inserted != null && isLargerThanTyping(inserted),
    verdict: always({ origin: 'external' }),
  },
  {
    name: 'small-replacement',
    moment: 'end',
    because: 'a few characters in the place of others: a rename, an entry of the suggestion list',
    isFinal: false,
    applies: ({ replaces }) => replaces === true,
    verdict: TOOL,
  },
  {
    name: 'few-characters',
    moment: 'end',
    because: 'no more than is typed',
    isFinal: false,
    applies: () => true,
    verdict: HUMAN,
  },
];

/** What a rule said. */
export interface Fused {
  readonly rule: string;
  readonly isFinal: boolean;
  readonly verdict: Verdict | null;
}

const MOMENTS = new Map<Moment, readonly Rule[]>();
for (const rule of RULES) MOMENTS.set(rule.moment, [...(MOMENTS.get(rule.moment) ?? []), rule]);

/** What the first rule of the moment that applies says; undefined when none does. */
export function fuse(moment: Moment, seen: Sighting): Fused | undefined {
  const rule = MOMENTS.get(moment)?.find(({ applies }) => applies(seen));
  return rule && { rule: rule.name, isFinal: rule.isFinal, verdict: rule.verdict(seen) };
}

function isInReach(time: number | undefined, reach: number): boolean {
  return time !== undefined && time <= reach;
}
