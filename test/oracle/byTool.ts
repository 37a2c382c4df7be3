/** What programs do to text whose origin they do not change, and what happens to files. */
import { type Character, charactersOf, FOREIGN, HUMAN, isLetter, type Source, textOf } from './characters';
import { type Desk, pick, SETTLED } from './desk';
import type { Operation } from './operations';
import { type Change, difference, linesOf, type Page, type Text, wordsOf } from './page';
import { command, type Seen } from './signals';

/** A host lets so much time pass before it closes a document or ends (milliseconds). */
const CLOSING = 300;

const FORMATTED: Seen = { reason: { source: 'unknown', metadata: { name: 'formatEditsCommand' } } };

/** Layout that a tool puts there is nobody's. */
function layout(text: string): Character[] {
  const source: Source = { kind: 'undecided' };
  return charactersOf(text, source).map((character) => ({ ...character, loose: true }));
}

/** Formats: indentation and spaces change in small edits. */
export function format(desk: Desk, page: Page, { a, n, v }: Operation): void {
  const lines = linesOf(page.text);
  const first = Math.floor((a / 1001) * lines.length);
  const changes = lines.slice(first, first + 1 + n).flatMap(({ start, end }, i): Change[] => {
    const indent = textOf(page.text.slice(start, end)).search(/\S|$/);
    const wanted = 2 * ((i + v) % 4);
    if (wanted === indent) return [];
    if (wanted < indent) {
      // Which of several blanks go, no text says: where it is then what it was earlier, they are those that came since.
      for (const blank of page.text.slice(start, start + wanted)) blank.loose = true;
      return [{ start: start + wanted, end: start + indent, put: [] }];
    }
    return [{ start: start + indent, end: start + indent, put: layout(' '.repeat(wanted - indent)) }];
  });
  if (changes.length > 0) desk.change(page, changes, FORMATTED);
}

/** A formatter hands over the whole file anew: the same letters, laid out otherwise. */
export async function toolRewrite(desk: Desk, page: Page, { a, v }: Operation): Promise<void> {
  const put: Character[] = [];
  linesOf(page.text).forEach(({ start, end }, i) => {
    const chance = (i * 5 + a) % 7;
    const line = page.text.slice(start, end);
    const content = line.slice(textOf(line).search(/\S|$/));
    put.push(...layout(' '.repeat(2 * ((i + v) % 3))));
    const comma = content.findIndex(({ unit }) => unit === ',');
    if (chance === 0 && comma >= 0) {
      put.push(...content.slice(0, comma + 1), ...layout('\n      '), ...content.slice(comma + 1));
    } else {
      put.push(...content);
    }
    if (chance === 1 && content.length > 0) put.push(...layout(';'));
    put.push(...page.text.slice(end, end + 1));
  });
  desk.change(page, [{ start: 0, end: page.length, put }], FORMATTED);
  await settled(desk);
}

/** Renames a word wherever it stands: the new name is whose the old one was. */
export async function rename(desk: Desk, page: Page, { a, n }: Operation): Promise<void> {
  const words = wordsOf(page.text);
  const word = pick(words, a);
  if (!word) return;
  const textIn = ({ start, end }: { start: number; end: number }) => textOf(page.text.slice(start, end));
  const name = textIn(word);
  const to = desk.ink.word(3 + n);
  const changes = words
    .filter((other) => textIn(other) === name)
    .map(({ start, end }) => {
      const old = page.text.slice(start, end);
      const sources = new Set(old.map(({ source }) => source));
      const [only = HUMAN] = sources;
      // Of a name that nothing is asked of, nobody knows either whose the new one is.
      const isKnown = sources.size === 1 && !old.some(({ loose }) => loose);
      return { start, end, put: charactersOf(to, isKnown ? only : { kind: 'undecided' }) };
    });
  desk.change(page, changes, {
    reason: { source: 'rename', metadata: { $$$oldName: name, $$$newName: to } },
  });
  await settled(desk);
}

/** Sorts lines; here, turns their order around. */
export async function sort(desk: Desk, page: Page, { a, n }: Operation): Promise<void> {
  const lines = linesOf(page.text);
  const first = Math.floor((a / 1001) * lines.length);
  const some = lines.slice(first, first + 2 + (n % 4));
  if (some.length < 2) return;
  blurRepeated(some.map(({ start, end }) => page.text.slice(start, end)));
  const put = [...some].reverse().flatMap(({ start, end }, i) => {
    const line = page.text.slice(start, end);
    return i === 0 ? line : [...layout('\n'), ...line];
  });
  const range = { start: some[0]!.start, end: some[some.length - 1]!.end };
  desk.change(page, [{ ...range, put }], { reason: command('editor.action.sortLinesAscending') });
  await settled(desk);
}

/** Which of several lines that say the same is which once they are sorted, no text says: nothing is asked where they differ in whose. */
function blurRepeated(lines: readonly Text[]): void {
  const contents = lines.map((line) => line.slice(textOf(line).search(/\S|$/)));
  const says = (content: Text) => textOf(content).trimEnd();
  for (const content of contents) {
    const same = contents.filter((other) => says(other) === says(content));
    content.forEach((character, i) => {
      character.loose ||= same.some((other) => other[i]?.source !== character.source);
    });
  }
}

export function comment(desk: Desk, page: Page, { a, n }: Operation): void {
  const lines = linesOf(page.text);
  const first = Math.floor((a / 1001) * lines.length);
  const some = lines.slice(first, first + 1 + (n % 4)).filter(({ start, end }) => end > start);
  const isOn = some.every(({ start, end }) => textOf(page.text.slice(start, end)).startsWith('// '));
  const changes = some.map(({ start }) =>
    isOn ? { start, end: start + 3, put: [] } : { start, end: start, put: layout('// ') },
  );
  if (changes.length > 0) desk.change(page, changes, { reason: command('editor.action.commentLine') });
}

export function trim(desk: Desk, page: Page): void {
  const changes = linesOf(page.text).flatMap(({ start, end }) => {
    const line = textOf(page.text.slice(start, end));
    const to = start + line.trimEnd().length;
    return to < end ? [{ start: to, end, put: [] }] : [];
  });
  const reason = command('editor.action.trimTrailingWhitespace');
  if (changes.length > 0) desk.change(page, changes, { reason });
}

export function join(desk: Desk, page: Page, { a }: Operation): void {
  const lines = linesOf(page.text);
  const index = Math.floor((a / 1001) * lines.length);
  const next = lines[index + 1];
  if (!next) return;
  const indent = textOf(page.text.slice(next.start, next.end)).search(/\S|$/);
  const change = { start: lines[index]!.end, end: next.start + indent, put: layout(' ') };
  desk.change(page, [change], { reason: command('editor.action.joinLines') });
}

export function save(desk: Desk, page: Page, { v }: Operation): void {
  if (v % 3 === 0) trim(desk, page);
  page.saved();
  desk.host.write(page, textOf(page.disk));
  desk.host.saved(page);
}

/** Closed, with what is not saved thrown away, and opened again. */
export async function reopen(desk: Desk, page: Page): Promise<void> {
  await desk.host.close(page);
  desk.time += CLOSING;
  desk.unreported = desk.unreported.filter((unreported) => unreported.page !== page);
  page.reopen();
  // A sidecar does not say whose line breaks are.
  blurLineBreaks(page);
  await desk.host.open(page, textOf(page.text));
}

/** Characters, white space apart, that a text has at least to be known again under another name. */
const LEAST_SAVED = 20;

/** *Save As*: a new file is opened, filled and saved, and takes the document's place. What was undone before is gone. */
export async function saveAs(desk: Desk, page: Page): Promise<void> {
  // Less than that is the same in many a file.
  if (desk.branches.head || textOf(page.text).replace(/\s+/g, '').length < LEAST_SAVED) return;
  desk.isApart = true;
  const old = { path: page.path, version: page.version };
  const path = page.path.replace('.ts', '+.ts');
  desk.host.write({ path, version: 1 }, '');
  await desk.host.open({ path, version: 1 }, '');
  page.savedAs(path);
  desk.unreported = desk.unreported.filter((unreported) => unreported.page !== page);
  desk.chats.delete(page);
  const text = textOf(page.text);
  desk.tell(page, [{ start: 0, end: 0, removed: '', text }], { reason: { source: 'unknown', metadata: {} } });
  desk.host.write(page, text);
  desk.host.saved(page);
  await desk.host.close(old);
  desk.time += CLOSING;
}

/** *Revert File*: the text is read from disk again. */
export async function revert(desk: Desk, page: Page): Promise<void> {
  const edits = difference(page.text, page.disk, 'minimal');
  if (edits.length === 0) return;
  // Of a copy of it too: which of the two stays where the file is read again, every diff chooses as it likes.
  const declared = new Set([...page.declared].map(({ unit }) => unit));
  const put = (text: Text, start: number, length: number) => {
    const part = text
      .slice(start, start + length)
      .map((one) => (declared.has(one.unit) ? { ...one, source: { kind: 'undecided' as const } } : one));
    if (!page.isDiskUnseen) return part;
    return part.map((one) => (one.source.kind === 'human' ? { ...one, source: FOREIGN } : one));
  };
  for (const character of page.declared) character.source = { kind: 'undecided' };
  let shift = 0;
  const changes = edits.map(({ start, end, removed, text }) => {
    const change = { start, end, put: put(page.disk, start + shift, text.length) };
    shift += text.length - removed.length;
    return change;
  });
  await reload(desk, page, changes);
}

/** Somebody else writes the file, and the editor, which has nothing unsaved, reads it again. */
export async function external(desk: Desk, page: Page, { a, n, v }: Operation): Promise<void> {
  if (page.isDirty) return;
  const lines = linesOf(page.text);
  const { start, end } = lines[Math.floor((a / 1001) * lines.length)]!;
  const added = charactersOf(`${desk.ink.code(1 + (n % 5), v)}\n`, FOREIGN);
  const change =
    v % 3 === 0
      ? { start, end: Math.min(page.length, end + 1), put: [] }
      : { start, end: v % 3 === 1 ? start : end, put: added };
  await reload(desk, page, [change]);
}

async function reload(desk: Desk, page: Page, changes: readonly Change[]): Promise<void> {
  const edits = page.change(changes);
  // Read again and not changed, the file is not written: whoever reads it meanwhile finds all of it.
  if (textOf(page.disk) !== textOf(page.text)) desk.host.write(page, textOf(page.text));
  page.saved();
  desk.tell(page, edits, { reason: { source: 'reloadFromDisk', metadata: {} } });
  await desk.pass(200);
  desk.signals.fromDisk(page);
  await desk.pass(300);
  // What a sidecar says of the text does not say whose line breaks are.
  blurLineBreaks(page);
}

/** The server ends and is started again. */
export async function restart(desk: Desk): Promise<void> {
  desk.time += CLOSING;
  await desk.host.restart(desk.pages.map((page) => [page, textOf(page.text)]));
  for (const page of desk.pages) {
    blurLineBreaks(page);
    page.isDiskUnseen ||= page.isDirty;
  }
}

export function blurLineBreaks(page: Page): void {
  for (const character of page.text) character.loose ||= character.unit === '\n' || !isLetter(character);
}

/** Without reasons a tool's rewriting is told from others when nothing has explained it. */
async function settled(desk: Desk): Promise<void> {
  if (desk.row === 'stable') await desk.pass(SETTLED);
}

export async function pause(desk: Desk): Promise<void> {
  await desk.pass(SETTLED);
}
