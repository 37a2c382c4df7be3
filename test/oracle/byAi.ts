/** What AI tools do: suggestions that are accepted, chats and agents. */

import { typeAt } from './byHand';
import { type Character, charactersOf, HUMAN, type Source } from './characters';
import { type Desk, pick, placeIn, SETTLED } from './desk';
import type { Operation } from './operations';
import { type Change, linesOf, type Page, type Text, wordsOf } from './page';
import type { Seen } from './signals';

const TOOLS = ['acme.copilot', 'blue.tab', 'corp.next'];

function sourceOf(v: number): Source {
  return { kind: 'ai', tool: TOOLS[v % TOOLS.length]! };
}

/** What VS Code tells of an accepted suggestion; `noted` by our key binding. */
function accepted(source: Source, caret: number | null, more: Partial<Seen> & { part?: string } = {}): Seen {
  const { part, ...seen } = more;
  const reason = {
    source: part ? 'inlineCompletionPartialAccept' : 'inlineCompletionAccept',
    metadata: { $nes: caret === null, $extensionId: source.tool!, ...(part ? { type: part } : {}) },
  };
  const selection = caret === null ? {} : { selection: { byKeyboard: false, caret } };
  return { reason, ...selection, noted: true, atCaret: caret !== null, ...seen };
}

/** What a suggestion says: a few words within a line, or several lines. */
function suggestion(desk: Desk, { n, v }: Operation): string {
  if (n % 3 === 0) return `${desk.ink.word(2 + v)}(${desk.ink.word(3)});`;
  return desk.ink.code(1 + (n % 4), v);
}

export function accept(desk: Desk, page: Page, operation: Operation): void {
  acceptAt(desk, page, operation, suggestion(desk, operation));
}

/** By a click on the toolbar, the palette or a key of one's own: nothing notes it. Larger than what is typed. */
export async function acceptByMouse(desk: Desk, page: Page, operation: Operation): Promise<void> {
  const text = `${desk.ink.code(2, operation.v)}\n${desk.ink.word(41)}`;
  acceptAt(desk, page, operation, text, { noted: false });
  if (desk.row === 'stable') await desk.pass(SETTLED);
}

function acceptAt(desk: Desk, page: Page, { a, v }: Operation, text: string, more: Partial<Seen> = {}): void {
  if (desk.isFull(page)) return;
  const start = placeIn(page, a);
  const source = sourceOf(v);
  const put = charactersOf(text, source);
  desk.change(page, [{ start, end: start, put }], accepted(source, start + put.length, more));
  // Typed on at once.
  if (v % 2 === 0) typeAt(desk, page, start + put.length, desk.ink.word(1 + (v % 3)));
}

/** The suggestion replaces what was typed of it, and says that again. */
export function acceptWhole(desk: Desk, page: Page, operation: Operation): void {
  const word = pick(wordsOf(page.text), operation.a);
  if (!word || desk.isFull(page)) return;
  const source = sourceOf(operation.v);
  const typed = page.text.slice(word.start, word.end);
  const put = [...typed, ...charactersOf(suggestion(desk, operation), source)];
  desk.change(page, [{ ...word, put }], accepted(source, word.start + put.length));
}

/** Several accepts of one suggestion, word by word or line by line. */
export function acceptParts(desk: Desk, page: Page, operation: Operation): void {
  if (desk.isFull(page)) return;
  const { a, n, v } = operation;
  const source = sourceOf(v);
  const text = suggestion(desk, operation);
  const parts = v % 3 === 0 ? text.split(/(?<=\n)/) : text.split(/(?<=\s|\()/);
  let start = placeIn(page, a);
  for (const part of parts.slice(0, 1 + n)) {
    const put = charactersOf(part, source);
    const seen = accepted(source, start + put.length, { part: v % 3 === 0 ? 'line' : 'word' });
    desk.change(page, [{ start, end: start, put }], seen);
    start += put.length;
  }
}

/** At several cursors at once. */
export function acceptMany(desk: Desk, page: Page, operation: Operation): void {
  if (desk.isFull(page)) return;
  const { a, b, v } = operation;
  const source = sourceOf(v);
  const places = [...new Set([placeIn(page, a), placeIn(page, b)])].sort((x, y) => x - y);
  const text = `${desk.ink.word(4 + v)}();`;
  const changes = places.map((start) => ({ start, end: start, put: charactersOf(text, source) }));
  desk.change(page, changes, accepted(source, places[0]! + text.length));
}

/** A snippet with a placeholder, over which the person types. */
export function acceptSnippet(desk: Desk, page: Page, { a, n, v }: Operation): void {
  if (desk.isFull(page)) return;
  const source = sourceOf(v);
  const start = placeIn(page, a);
  const [before, placeholder, after] = [
    desk.ink.code(1, v),
    desk.ink.word(2 + n),
    desk.ink.code(1 + (n % 2), n),
  ];
  const put = charactersOf(`${before}${placeholder}${after}`, source);
  desk.change(
    page,
    [{ start, end: start, put }],
    accepted(source, start + before.length + placeholder.length),
  );
  typeAt(desk, page, start + before.length, desk.ink.word(1 + (v % 4)), placeholder.length);
}

/** A suggestion for another place: words of a line change, and the line stays. */
export function nextEdit(desk: Desk, page: Page, { a, n, v }: Operation): void {
  const words = wordsOf(page.text);
  const word = pick(words, a);
  if (!word) return;
  const source = sourceOf(v);
  const line = linesOf(page.text).find(({ end }) => end >= word.end)!;
  const name = charactersOf(desk.ink.word(1 + n), source);
  // Some say the whole line again, some only what changes.
  const isLine = v % 2 === 0;
  const range = isLine ? line : word;
  const put = [...page.text.slice(range.start, word.start), ...name, ...page.text.slice(word.end, range.end)];
  desk.change(page, [{ ...range, put }], accepted(source, null));
}

/** An agent's edit through the editor, reported later: nothing says at first whose it is. */
export function late(desk: Desk, page: Page, { a, n, v }: Operation): void {
  if (desk.isFull(page)) return;
  const source: Source = { kind: 'undecided' };
  const start = placeIn(page, a);
  const put = charactersOf(desk.ink.code(1 + (n % 5), v), source);
  desk.change(page, [{ start, end: start, put }], NAMELESS);
  desk.awaitReport(page, source, TOOLS[v % TOOLS.length]!);
}

/** The same, of the whole file. */
export function lateRewrite(desk: Desk, page: Page, operation: Operation): void {
  const source: Source = { kind: 'undecided' };
  const put = rewritten(desk, page, operation, source);
  desk.change(page, [{ start: 0, end: page.length, put }], NAMELESS);
  desk.awaitReport(page, source, TOOLS[operation.v % TOOLS.length]!);
}

export function report(desk: Desk, { a, v }: Operation): void {
  const unreported = pick(desk.unreported, a);
  if (unreported) desk.report(unreported, v % 2 === 0 ? 'hook' : 'accepted');
}

/** A `WorkspaceEdit` of some extension. */
const NAMELESS: Seen = { reason: { source: 'unknown', metadata: {} } };

/** A chat takes at least so long to answer (milliseconds). */
const ANSWERING = 1_100;

/** A chat changes several places at once; without reasons its hook reports it. */
export async function chat(desk: Desk, page: Page, operation: Operation): Promise<void> {
  await desk.pass(ANSWERING);
  const { v } = operation;
  const source: Source = { ...sourceOf(v) };
  const before = page.text;
  chatEdit(desk, page, hunks(desk, page, operation, source), source);
  desk.chats.set(page, { before, after: page.text });
}

/** A chat hands over the whole file anew. */
export async function chatRewrite(desk: Desk, page: Page, operation: Operation): Promise<void> {
  await desk.pass(ANSWERING);
  const source: Source = { ...sourceOf(operation.v) };
  const before = page.text;
  const put = rewritten(desk, page, operation, source);
  chatEdit(desk, page, [{ start: 0, end: page.length, put }], source);
  desk.chats.set(page, { before, after: page.text });
}

function chatEdit(desk: Desk, page: Page, changes: readonly Change[], source: Source): void {
  if (changes.length === 0) return;
  const metadata = { $extensionId: source.tool!, $modelId: 'acme|large', $$sessionId: 'one' };
  desk.change(page, changes, { reason: { source: 'Chat.applyEdits', metadata } });
  if (desk.row === 'stable') {
    const { kind, tool } = source;
    source.kind = 'undecided';
    if (kind === 'ai') desk.report({ page, version: page.version, source, tool: tool! }, 'hook');
  }
}

/** *Undo edits* of a chat: its text becomes what it was before, in one replacement. */
export async function chatUndo(desk: Desk, page: Page): Promise<void> {
  const last = desk.chats.get(page);
  desk.chats.delete(page);
  if (!last || last.after !== page.text || last.before === last.after) return;
  for (const character of last.before) character.loose ||= !isLetterUnit(character);
  const put = last.before;
  desk.change(page, [{ start: 0, end: page.length, put }], {
    reason: { source: 'Chat.undoEdits', metadata: {} },
  });
  await desk.pass(SETTLED);
}

function isLetterUnit({ unit }: Character): boolean {
  return unit >= '\u4e00';
}

/** New lines, changed words and deleted lines in one to three places. */
function hunks(desk: Desk, page: Page, { a, n, v }: Operation, source: Source): Change[] {
  const lines = linesOf(page.text);
  const changes: Change[] = [];
  for (let i = 0; i <= n % 3; i++) {
    const index = Math.floor((((a + 331 * i) % 1000) / 1000) * lines.length);
    const { start, end } = lines[index]!;
    const overlaps = changes.some((change) => change.start <= end + 1 && start <= change.end + 1);
    if (overlaps) continue;
    const what = (v + i) % 3;
    if (what === 0 && !desk.isFull(page)) {
      changes.push({
        start,
        end: start,
        put: charactersOf(`${desk.ink.code(1 + (n % 4), v + i)}\n`, source),
      });
    } else if (what === 1) {
      changes.push({ start, end, put: withOtherWord(desk, page.text.slice(start, end), n, source) });
    } else {
      changes.push({ start, end: Math.min(page.length, end + 1), put: [] });
    }
  }
  return changes.sort((x, y) => x.start - y.start);
}

/** The whole text with some lines added, some gone, and words changed in some. */
function rewritten(desk: Desk, page: Page, { a, n, v }: Operation, source: Source): Text {
  const put: Character[] = [];
  linesOf(page.text).forEach(({ start, end }, i) => {
    const chance = (i * 7 + a + n) % 11;
    const isLast = end === page.length;
    const line = page.text.slice(start, end);
    const lineBreak = page.text.slice(end, end + 1);
    if (chance === 0 && !isLast) return;
    if (chance === 1) put.push(...charactersOf(`${desk.ink.code(1 + (n % 3), v + i)}\n`, source));
    put.push(...(chance === 2 ? withOtherWord(desk, line, n + i, source) : line), ...lineBreak);
  });
  return put;
}

function withOtherWord(desk: Desk, line: Text, n: number, source: Source): Text {
  const words = wordsOf(line);
  const word = words[n % Math.max(1, words.length)];
  if (!word) return [...line, ...charactersOf(desk.ink.word(4), source)];
  const name = charactersOf(desk.ink.word(1 + (n % 9)), source);
  return [...line.slice(0, word.start), ...name, ...line.slice(word.end)];
}

/** A person says of some text that it is theirs, or an AI's. */
export async function declare(
  desk: Desk,
  page: Page,
  { a, b, v }: Operation,
  isMine: boolean,
): Promise<void> {
  const start = placeIn(page, a);
  const end = Math.min(page.length, start + 1 + Math.floor(b / 10));
  if (start >= end) return;
  const source = isMine ? HUMAN : sourceOf(v);
  for (let i = start; i < end; i++) {
    page.text[i]!.source = source;
    page.declared.add(page.text[i]!);
  }
  await desk.host.declare(page, start, end, isMine ? null : source.tool!);
}
