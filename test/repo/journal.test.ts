import assert from 'node:assert/strict';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LiveDocument } from '../../src/core/liveDocument';
import { NO_MARKS } from '../../src/core/marks';
import { Journal, MAX_EVENTS } from '../../src/repo/journal';
import { isText } from '../../src/repo/knownTexts';
import { discardJournals, recoverJournals } from '../../src/repo/recoveredJournals';

const PATH = 'src/a.ts';
const unmarked = (text: string) => new LiveDocument(text.length, NO_MARKS);

describe('the journal', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'taggant-journal-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const open = () =>
    new Journal(folder, PATH, (error) => {
      if (error) throw error;
    });
  const insert = (version: number, start: number, text: string, label: string | null) =>
    ({
      kind: 'edit',
      version,
      edits: [{ start, end: start, text }],
      origin: label ? 'ai' : 'human',
      label,
    }) as const;
  const fileOf = () => join(folder, readdirSync(folder)[0]!);

  it('brings back the text, the marks and the history', async () => {
    const journal = open();
    const marks = { spans: [{ start: 0, end: 3, label: 'abcdef' }], deletions: [] };
    journal.start('one\n', new LiveDocument(4, marks));
    journal.append(insert(2, 4, 'two\n', 'ghijkl'));
    journal.append(insert(3, 5, 'X', null));
    await journal.flush();
    const [recovered, ...others] = await recoverJournals(folder, PATH);
    assert.deepEqual(others, []);
    assert.equal(recovered!.text, 'one\ntXwo\n');
    assert.equal(recovered!.isOwned, false);
    const { document } = recovered!;
    const labels = document.marks().spans.map(({ start, end, label }) => [start, end, label]);
    assert.deepEqual(labels, [
      [0, 3, 'abcdef'],
      [4, 5, 'ghijkl'],
      [6, 9, 'ghijkl'],
    ]);
    const undo = { start: 5, end: 6, removed: 'X', text: '' };
    document.apply({ version: 4, edits: [undo], origin: 'human', label: null, undoRedo: 'undo' });
    assert.deepEqual(document.marks().spans.at(-1), { start: 4, end: 8, label: 'ghijkl' });
  });

  it('brings back what the text was before programs edited it, a stream once', async () => {
    const journal = open();
    journal.start('', unmarked(''));
    journal.append(insert(1, 0, 'by an AI\n', 'abcdef'));
    const rewrite = (version: number, end: number, text: string) =>
      ({ ...insert(version, 0, text, 'ghijkl'), edits: [{ start: 0, end, text }] }) as const;
    journal.append(rewrite(2, 9, 'other'));
    journal.append({ ...rewrite(3, 5, 'streamed'), goesOn: true });
    await journal.flush();
    const [recovered] = await recoverJournals(folder, PATH);
    const { document, earlier, text } = recovered!;
    assert.equal(
      earlier.find([{ start: 0, end: text.length, text: 'other' }], () => text),
      null,
    );
    const back = { start: 0, end: text.length, removed: text, text: 'by an AI\n' };
    const found = earlier.find([back], () => text);
    document.apply({ version: 4, edits: [back], origin: 'pending', label: null });
    document.putBack(found!.snapshot);
    assert.deepEqual(document.marks().spans, [{ start: 0, end: 9, label: 'abcdef' }]);
  });

  it('settles and labels as it was told', async () => {
    const journal = open();
    journal.start('', unmarked(''));
    journal.append({ ...insert(1, 0, 'return 1;', null), origin: 'pending' });
    journal.append({ kind: 'settle', version: 1, origin: 'ai', label: 'abcdef' });
    journal.append({ kind: 'label', start: 0, end: 6, label: null });
    await journal.flush();
    const [recovered] = await recoverJournals(folder, PATH);
    assert.deepEqual(recovered!.document.marks().spans, [{ start: 6, end: 9, label: 'abcdef' }]);
  });

  it('still knows, when it was started anew, which edits wait to be settled, and what they are by then', async () => {
    const document = new LiveDocument(0, NO_MARKS);
    const edit = (version: number, text: string, origin: 'pending' | 'tool') =>
      document.apply({
        version,
        edits: [{ start: 0, end: 0, removed: '', text }],
        origin,
        label: null,
      });
    edit(2, 'return 1;', 'pending');
    edit(3, 'other(2);', 'pending');
    edit(4, 'tool', 'tool');
    document.settle(3, 'external', '?external');
    const journal = open();
    journal.start('toolother(2);return 1;', document);
    journal.append({ kind: 'settle', version: 3, origin: 'ai', label: 'abcdef' });
    await journal.flush();
    const [recovered] = await recoverJournals(folder, PATH);
    assert.equal(recovered!.version, 4);
    assert.deepEqual(recovered!.document.pendingVersions(), [2]);
    assert.equal(recovered!.document.insertedBy(2)!.characters, 9);
    assert.equal(recovered!.document.settle(2, 'ai', 'ghijkl'), true);
    assert.deepEqual(recovered!.document.marks().spans, [
      { start: 4, end: 13, label: 'abcdef' },
      { start: 13, end: 22, label: 'ghijkl' },
    ]);
  });

  it('goes on where another one stopped: what that told can still be settled, and what was saved is known', async () => {
    const first = open();
    first.start('', unmarked(''));
    first.append({ ...insert(1, 0, 'return 1;', null), origin: 'pending' });
    first.append({ kind: 'saved' });
    first.append({ ...insert(2, 0, 'x', null) });
    await first.flush();
    const [recovered] = await recoverJournals(folder, PATH);
    const second = open();
    second.continue(recovered!);
    assert.deepEqual([second.holds(0), second.holds(1)], [false, true]);
    await first.remove();
    second.append({ kind: 'settle', version: 1, origin: 'ai', label: 'abcdef' });
    await second.flush();
    const [again, ...others] = await recoverJournals(folder, PATH);
    assert.deepEqual(others, []);
    const { text, document, earlier } = again!;
    const { onDisk } = earlier;
    assert.equal(text, 'xreturn 1;');
    assert.deepEqual(document.marks().spans, [{ start: 1, end: 10, label: 'abcdef' }]);
    assert.deepEqual([isText(onDisk!, 'return 1;'), onDisk!.version], [true, 1]);
    assert.deepEqual(document.marksOf(onDisk!.snapshot).spans, [{ start: 0, end: 9, label: 'abcdef' }]);
  });

  it('is at rest, elsewhere, while the tree holds the marks, and knows what can be undone', async () => {
    const elsewhere = `${folder}-at-rest`;
    const journal = open();
    journal.start('', unmarked(''));
    journal.append(insert(1, 0, 'return 1;', 'abcdef'));
    await journal.rest();
    journal.append({ kind: 'saved' });
    await journal.flush();
    assert.deepEqual(readdirSync(folder), [], 'the commit hook finds nothing to wait for');
    const [recovered] = await recoverJournals(folder, PATH);
    assert.deepEqual([recovered!.isAtRest, recovered!.text], [true, 'return 1;']);
    assert.equal(isText(recovered!.earlier.onDisk!, 'return 1;'), true);
    await discardJournals(folder, PATH, journal);
    journal.append({ ...insert(2, 9, ' // one', null) });
    await journal.flush();
    assert.deepEqual(readdirSync(elsewhere), []);
    const [again] = await recoverJournals(folder, PATH);
    assert.deepEqual([again!.isAtRest, again!.text], [false, 'return 1; // one']);
    await journal.rest();
    await journal.remove();
    assert.deepEqual([readdirSync(folder), readdirSync(elsewhere)], [[], []]);
    rmSync(elsewhere, { recursive: true });
  });

  it('reads up to a line that was being written when its server was killed', async () => {
    const journal = open();
    journal.start('', unmarked(''));
    journal.append(insert(1, 0, 'whole', 'abcdef'));
    await journal.flush();
    appendFileSync(fileOf(), '{"kind":"edit","version":2,"edi');
    const [recovered] = await recoverJournals(folder, PATH);
    assert.equal(recovered!.text, 'whole');
  });

  it('passes over what it cannot read, and leaves it there', async () => {
    const journal = open();
    journal.start('text', unmarked('text'));
    await journal.flush();
    writeFileSync(fileOf(), '\u0000 not a journal');
    assert.deepEqual(await recoverJournals(folder, PATH), []);
    assert.equal(readdirSync(folder).length, 1);
  });

  it('starts anew when it has become long', async () => {
    const journal = open();
    journal.start('', unmarked(''));
    for (let i = 0; i < MAX_EVENTS; i++) journal.append(insert(i, i, 'x', null));
    assert.equal(journal.isLong, true);
    await journal.flush();
    const document = new LiveDocument(MAX_EVENTS, NO_MARKS);
    journal.start('x'.repeat(MAX_EVENTS), document);
    await journal.flush();
    assert.equal(readFileSync(fileOf(), 'utf8').split('\n').length, 2);
    assert.equal(journal.isLong, false);
  });

  it('does not take away what belongs to a server that runs, here or on another machine', async () => {
    const journal = open();
    journal.start('text', unmarked('text'));
    await journal.flush();
    const name = readdirSync(folder)[0]!;
    const [stem, host, , random] = name.split('-');
    // The parent of this process runs as long as the test does.
    const running = [stem, host, process.ppid, random].join('-');
    renameSync(fileOf(), join(folder, running));
    await discardJournals(folder, PATH);
    assert.deepEqual(readdirSync(folder), [running]);
    assert.equal((await recoverJournals(folder, PATH))[0]!.isOwned, true);
    const elsewhere = [stem, '00000000', 2 ** 30, random].join('-');
    renameSync(fileOf(), join(folder, elsewhere));
    await discardJournals(folder, PATH);
    assert.deepEqual(readdirSync(folder), [elsewhere]);
    renameSync(fileOf(), join(folder, [stem, host, 2 ** 30, random].join('-')));
    await discardJournals(folder, PATH);
    assert.deepEqual(readdirSync(folder), []);
  });

  it('stops as it was when it cannot be written, and starts anew', async () => {
    const heard: (Error | null)[] = [];
    const journal = new Journal(folder, PATH, (error) => heard.push(error));
    journal.start('one', unmarked('one'));
    await journal.flush();
    const file = fileOf();
    // A folder in its place: what is appended fails, as on a full disk.
    renameSync(file, `${file}.kept`);
    mkdirSync(file);
    journal.append(insert(1, 3, ' two', 'abcdef'));
    await journal.flush();
    assert.equal(journal.started, false);
    assert.equal(heard.length, 1);
    journal.start('one two', unmarked('one two'));
    await journal.flush();
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.endsWith('.new')),
      [],
      'nothing half-written stays',
    );
    rmSync(file, { recursive: true });
    journal.start('one two', unmarked('one two'));
    await journal.flush();
    assert.equal(heard.at(-1), null);
    assert.equal((await recoverJournals(folder, PATH))[0]!.text, 'one two');
  });

  it('goes when its state is kept elsewhere', async () => {
    const journal = open();
    journal.start('text', unmarked('text'));
    journal.append(insert(1, 0, 'x', 'abcdef'));
    await journal.remove();
    assert.deepEqual(readdirSync(folder), []);
    assert.equal(journal.started, false);
  });
});
