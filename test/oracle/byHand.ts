/** What a person does with keyboard, mouse and clipboard. */
import { type Character, charactersOf, copyOf, FOREIGN, HUMAN, isLetter, textOf } from './characters';
import { type Desk, placeIn } from './desk';
import type { Operation } from './operations';
import { type Change, linesOf, type Page } from './page';
import { command, TYPED } from './signals';

/** Types text key by key from `at` on; `selected` characters behind it are replaced by the first key. */
export function typeAt(desk: Desk, page: Page, at: number, text: string, selected = 0): void {
  let end = at + selected;
  let start = at;
  for (const key of text) {
    const put = charactersOf(key, HUMAN);
    const caret = start + put.length;
    desk.change(
      page,
      [{ start, end, put }],
      { reason: TYPED, selection: { byKeyboard: true, caret } },
      start > at,
    );
    start = caret;
    end = caret;
  }
}

/** A few keys: letters, and now and then a sign or a blank. */
function keys(desk: Desk, { n, v }: Operation): string {
  return Array.from({ length: 1 + (n % 6) }, (_, i) => {
    if ((i + v) % 7 === 5) return ' ';
    return (i + v) % 11 === 9 ? ';' : desk.ink.letter();
  }).join('');
}

export function type(desk: Desk, page: Page, operation: Operation): void {
  if (desk.isFull(page)) deleteLines(desk, page, { ...operation, n: 11 });
  typeAt(desk, page, placeIn(page, operation.a), keys(desk, operation));
}

/** Enter: a line break and the indentation that follows it. */
export function enter(desk: Desk, page: Page, { a, v }: Operation): void {
  const start = placeIn(page, a);
  const put = charactersOf(`\n${' '.repeat(2 * (v % 3))}`, HUMAN);
  const selection = { byKeyboard: false, caret: start + put.length };
  desk.change(page, [{ start, end: start, put }], { reason: TYPED, selection });
}

/** A bracket and its partner. */
export function pair(desk: Desk, page: Page, { a }: Operation): void {
  const start = placeIn(page, a);
  const put = charactersOf('()', HUMAN);
  desk.change(page, [{ start, end: start, put }], {
    reason: TYPED,
    selection: { byKeyboard: true, caret: start + 1 },
  });
}

export function surround(desk: Desk, page: Page, { a, b }: Operation): void {
  const [start, end] = rangeOf(page, a, b, 20);
  if (start === end) return;
  const changes = [
    { start, end: start, put: charactersOf('(', HUMAN) },
    { start: end, end, put: charactersOf(')', HUMAN) },
  ];
  desk.change(page, changes, { reason: TYPED, selection: { byKeyboard: true, caret: end + 1 } });
}

/** The same keys at several cursors. */
export function multiType(desk: Desk, page: Page, operation: Operation): void {
  const { a, b, n, v } = operation;
  let places = [...new Set([a, b, (a + b) / 2, (a + 2 * b) % 1000].slice(0, 2 + (v % 3)))]
    .map((thousandths) => placeIn(page, thousandths))
    .sort((x, y) => x - y);
  for (let key = 0; key <= n % 4; key++) {
    const letter = desk.ink.letter();
    const changes = [...new Set(places)].map((start) => ({
      start,
      end: start,
      put: charactersOf(letter, HUMAN),
    }));
    const caret = changes[0]!.start + 1;
    desk.change(page, changes, { reason: TYPED, selection: { byKeyboard: true, caret } }, key > 0);
    places = changes.map(({ start }, i) => start + i + 1);
  }
}

/** Types over a selection. */
export function overtype(desk: Desk, page: Page, operation: Operation): void {
  const [start, end] = rangeOf(page, operation.a, operation.b, 30);
  typeAt(desk, page, start, keys(desk, operation), end - start);
}

export function backspace(desk: Desk, page: Page, { a, n, v }: Operation): void {
  const right = v % 3 === 0;
  const id = right ? 'deleteRight' : 'deleteLeft';
  let at = placeIn(page, a);
  for (let i = 0; i <= n; i++) {
    if (right ? at >= page.length : at === 0) return;
    const start = right ? at : at - 1;
    const seen = { reason: command(id), selection: { byKeyboard: false, caret: start } };
    desk.change(page, [{ start, end: start + 1, put: [] }], seen, i > 0);
    at = start;
  }
}

export function deleteRange(desk: Desk, page: Page, { a, b }: Operation): void {
  const [start, end] = rangeOf(page, a, b, 80);
  remove(desk, page, start, end, 'deleteLeft');
}

export function deleteLines(desk: Desk, page: Page, { a, n }: Operation): void {
  const lines = linesOf(page.text);
  const first = Math.floor((a / 1001) * lines.length);
  const last = Math.min(lines.length - 1, first + n);
  const end = last + 1 < lines.length ? lines[last + 1]!.start : page.length;
  remove(desk, page, lines[first]!.start, end, 'editor.action.deleteLines');
}

function remove(desk: Desk, page: Page, start: number, end: number, id: string): void {
  if (start === end) return;
  const selection = { byKeyboard: false, caret: start };
  desk.change(page, [{ start, end, put: [] }], { reason: command(id), selection });
}

export function copy(desk: Desk, page: Page, { a, b }: Operation): void {
  const [start, end] = rangeOf(page, a, b, 200);
  if (start < end) desk.copy(page, start, end);
}

export function cut(desk: Desk, page: Page, { a, b }: Operation): void {
  const [start, end] = rangeOf(page, a, b, 200);
  if (start === end) return;
  desk.copy(page, start, end);
  const reason = { source: 'cursor', metadata: { kind: 'cut', detailedSource: 'keyboard' } };
  desk.change(page, [{ start, end, put: [] }], { reason, selection: { byKeyboard: false, caret: start } });
}

/** Pastes what was copied or cut in this window, now and then over a selection. */
export function paste(desk: Desk, page: Page, operation: Operation): void {
  if (desk.clipboard.length > 0) pasteText(desk, page, operation, copyOf(desk.clipboard));
}

/** How long it takes a person to go to another window (milliseconds). */
const GOING = 300;

/** Goes to another window on the folder, and pastes there what was copied here, or copies something there. */
export async function elsewhere(desk: Desk, _page: Page, operation: Operation): Promise<void> {
  const other = await desk.otherWindow();
  if (!other) return;
  await desk.pass(GOING);
  const [page] = other.pages;
  other.clipboard = desk.clipboard;
  if (operation.v % 3 === 0) copy(other, page!, operation);
  else paste(other, page!, operation);
  desk.clipboard = other.clipboard;
  await desk.pass(GOING);
}

/** Pastes text that was copied elsewhere. */
export function pasteForeign(desk: Desk, page: Page, operation: Operation): void {
  const { n, v } = operation;
  const text = n % 3 === 0 ? desk.ink.word(3 + v) : desk.ink.code(1 + (n % 5), v);
  pasteText(desk, page, operation, charactersOf(text, FOREIGN));
}

function pasteText(desk: Desk, page: Page, { a, v }: Operation, put: Character[]): void {
  if (desk.isFull(page)) return;
  // White space, or signs alone, are the same everywhere: no digest tells where they were copied.
  if (!put.some(isLetter)) for (const character of put) character.loose = true;
  const start = placeIn(page, a);
  const end = v % 4 === 3 ? Math.min(page.length, start + 3 * v) : start;
  desk.signals.pasting(textOf(put));
  const reason = { source: 'cursor', metadata: { kind: 'paste', detailedSource: 'keyboard' } };
  const selection = { byKeyboard: false, caret: start + put.length };
  desk.change(page, [{ start, end, put }], { reason, selection, atCaret: true });
}

/** Moves lines one line down. */
export function moveLines(desk: Desk, page: Page, { a, n }: Operation): void {
  const lines = linesOf(page.text);
  const first = Math.floor((a / 1001) * lines.length);
  const last = first + (n % 3);
  const next = lines[last + 1];
  if (!next || last + 2 >= lines.length) return;
  const start = lines[first]!.start;
  const moved = page.text.slice(next.start, next.end + 1);
  const changes: Change[] = [
    { start, end: start, put: moved },
    { start: next.start, end: next.end + 1, put: [] },
  ];
  desk.change(page, changes, { reason: command('editor.action.moveLinesDownAction') });
}

/** Drags a selection to another place. */
export function drag(desk: Desk, page: Page, { a, b, n }: Operation): void {
  const start = placeIn(page, a);
  const end = Math.min(page.length, start + 5 * n);
  const target = placeIn(page, b);
  if (start === end || (target >= start && target <= end)) return;
  const taken: Change = { start, end, put: [] };
  const put: Change = { start: target, end: target, put: page.text.slice(start, end) };
  const changes = target < start ? [put, taken] : [taken, put];
  const reason = {
    source: 'cursor',
    metadata: { kind: 'executeCommand', detailedSource: 'editor.contrib.dragAndDrop' },
  };
  desk.change(page, changes, { reason });
}

export function step(desk: Desk, page: Page, { n, v }: Operation, direction: 'undo' | 'redo'): void {
  for (let i = 0; i <= n % 4; i++) {
    const edits = page.step(direction, v % 2 === 0 ? 'minimal' : 'one');
    if (edits === null) return;
    if (edits.length === 0) continue;
    const reason = { source: 'applyEdits', metadata: {} };
    desk.tell(page, edits, { reason, undoRedo: direction, selection: { byKeyboard: false, caret: 0 } });
  }
}

/** A range of at most so many characters. */
export function rangeOf(page: Page, a: number, b: number, most: number): [number, number] {
  const start = placeIn(page, a);
  return [start, Math.min(page.length, start + Math.floor((b / 1000) * most))];
}
