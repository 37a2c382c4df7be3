import { splitLines } from '../../src/core/lines';
import { type Edit, LiveDocument } from '../../src/core/liveDocument';
import { type Label, type Marks, NO_MARKS, type Origin, type TextEdit } from '../../src/core/marks';
import { normaliseMarks } from '../../src/core/sidecar';

/** One UTF-16 unit of the text; the same object as long as that very character lives, also through undo and redo. */
export interface Character {
  readonly unit: string;
}

interface UndoElement {
  readonly before: readonly Character[];
  after: readonly Character[];
}

/**
 * What an editor like VS Code does to a live document: batches of edits, an undo stack whose elements join several
 * batches, and undo events that invert a whole element at once.
 */
export class Editor {
  characters: readonly Character[];
  live: LiveDocument;
  version = 1;
  #done: UndoElement[] = [];
  #undone: UndoElement[] = [];

  constructor(text: string, marks: Marks = NO_MARKS) {
    this.characters = charactersOf(text);
    this.live = new LiveDocument(text.length, marks);
  }

  /** `[A|text]` in the text makes a span with label A. */
  static marked(source: string): Editor {
    const spans = [];
    let text = '';
    let at = 0;
    for (const match of source.matchAll(/\[(\?\w+|\w+)\|([^\]]*)\]/g)) {
      text += source.slice(at, match.index);
      spans.push({ start: text.length, end: text.length + match[2]!.length, label: match[1]! });
      text += match[2]!;
      at = match.index + match[0].length;
    }
    return new Editor(text + source.slice(at), { spans, deletions: [] });
  }

  get text(): string {
    return this.characters.map(({ unit }) => unit).join('');
  }

  /** The text with its marks, in the notation of `marked`. */
  get shown(): string {
    const { text } = this;
    let shown = '';
    let at = 0;
    for (const { start, end, label } of this.live.marks().spans) {
      shown += `${text.slice(at, start)}[${label}|${text.slice(start, end)}]`;
      at = end;
    }
    return shown + text.slice(at);
  }

  /** The text with `^A ` at the start of each line above which, or within which, an AI removed text. */
  get shownDeletions(): string {
    const { text } = this;
    const { starts, ends, count } = splitLines(text);
    const { deletions } = normaliseMarks(text, { spans: [], deletions: this.live.marks().deletions });
    return Array.from({ length: count }, (_, line) => {
      const above = deletions
        .filter(({ offset }) => offset === starts[line])
        .map(({ label }) => `^${label} `);
      return above.join('') + text.slice(starts[line], ends[line]);
    }).join('\n');
  }

  /** One change event. With `joined` it goes to the undo element of the last one. Returns its version. */
  change(
    edits: readonly TextEdit[],
    origin: Origin | 'pending' = 'human',
    label: Label | null = null,
    joined = false,
  ): number {
    const before = this.characters;
    const after: Character[] = [];
    let at = 0;
    for (const { start, end, text } of edits) {
      after.push(...before.slice(at, start), ...charactersOf(text));
      at = end;
    }
    after.push(...before.slice(at));
    const last = this.#done[this.#done.length - 1];
    if (joined && last && last.after === before) last.after = after;
    else this.#done.push({ before, after });
    this.#undone = [];
    const withRemoved = edits.map((edit) => ({
      ...edit,
      removed: unitsOf(before.slice(edit.start, edit.end)),
    }));
    this.characters = after;
    this.live.apply({ version: ++this.version, edits: withRemoved, origin, label });
    return this.version;
  }

  /** Replaces the only occurrence of a text (or puts `text` at the `|` of `find`). */
  replace(find: string, text: string, origin?: Origin | 'pending', label?: Label | null): number {
    return this.change([this.at(find, text)], origin, label);
  }

  /** The edit that replaces the only occurrence of `find`; with a `|` in it, one that inserts there. */
  at(find: string, text: string): TextEdit {
    const caret = find.indexOf('|');
    const start = this.text.indexOf(find.replace('|', ''));
    if (start < 0 || this.text.includes(find.replace('|', ''), start + 1))
      throw new Error(`not once: ${find}`);
    if (caret >= 0) return { start: start + caret, end: start + caret, text };
    return { start, end: start + find.length, text };
  }

  /** Types character by character at a place given as in `at`; one undo element. */
  type(find: string, text: string): void {
    let { start } = this.at(find, '');
    let joined = false;
    for (const unit of text) {
      this.change([{ start, end: start, text: unit }], 'human', null, joined);
      start += unit.length;
      joined = true;
    }
  }

  undo(shape: Shape = 'minimal'): boolean {
    return this.#step('undo', this.#done, this.#undone, shape);
  }

  redo(shape: Shape = 'minimal'): boolean {
    return this.#step('redo', this.#undone, this.#done, shape);
  }

  #step(undoRedo: 'undo' | 'redo', from: UndoElement[], to: UndoElement[], shape: Shape): boolean {
    const element = from.pop();
    if (!element) return false;
    to.push(element);
    const target = undoRedo === 'undo' ? element.before : element.after;
    const edits = difference(this.characters, target, shape);
    this.characters = target;
    if (edits.length > 0) {
      this.live.apply({ version: ++this.version, edits, origin: 'pending', label: null, undoRedo });
    }
    return true;
  }
}

/** How the edits of an undo event are merged: as few characters as possible, or all in one. */
export type Shape = 'minimal' | 'one';

/** The edits between two states, by the identity of their characters. */
function difference(before: readonly Character[], after: readonly Character[], shape: Shape): Edit[] {
  const inBefore = new Set(before);
  const inAfter = new Set(after);
  const edits: Edit[] = [];
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    const [start, from] = [i, j];
    while (i < before.length && !inAfter.has(before[i]!)) i++;
    while (j < after.length && !inBefore.has(after[j]!)) j++;
    if (i > start || j > from) {
      edits.push({
        start,
        end: i,
        removed: unitsOf(before.slice(start, i)),
        text: unitsOf(after.slice(from, j)),
      });
    }
    if (i < before.length) i++;
    if (j < after.length) j++;
  }
  if (shape === 'minimal' || edits.length < 2) return edits;
  const start = edits[0]!.start;
  const { end } = edits[edits.length - 1]!;
  const text = unitsOf(after.slice(start, after.length - (before.length - end)));
  return [{ start, end, removed: unitsOf(before.slice(start, end)), text }];
}

function charactersOf(text: string): Character[] {
  return Array.from({ length: text.length }, (_, i) => ({ unit: text[i]! }));
}

function unitsOf(characters: readonly Character[]): string {
  return characters.map(({ unit }) => unit).join('');
}
