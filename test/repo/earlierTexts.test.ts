import assert from 'node:assert/strict';
import { applyEdits } from '../../src/core/edits';
import { type Edit, type EditBatch, LiveDocument } from '../../src/core/liveDocument';
import { NO_MARKS } from '../../src/core/marks';
import { EarlierTexts } from '../../src/repo/earlierTexts';

const AI = 'AI0001';

/** A document with its text, that programs and a person edit. */
class Page {
  readonly earlier = new EarlierTexts();
  readonly live: LiveDocument;
  version = 0;
  constructor(public text: string) {
    this.live = new LiveDocument(text.length, NO_MARKS);
  }

  /** All of the text becomes `text`, by a program at `now` milliseconds. */
  become(text: string, label: string | null, now: number): void {
    this.#edit({ start: 0, end: this.text.length, removed: this.text, text }, label, now);
  }

  /** A person goes on typing at the end. */
  type(text: string, now: number): void {
    this.#edit({ start: this.text.length, end: this.text.length, removed: '', text }, null, now);
  }

  #edit(edit: Edit, label: string | null, now: number): void {
    const batch: EditBatch = {
      version: ++this.version,
      edits: [edit],
      origin: label ? 'ai' : 'human',
      label,
    };
    this.earlier.willEdit(this.live, batch, () => this.text, now);
    this.live.apply(batch);
    this.text = applyEdits(this.text, [edit]);
  }

  find(text: string) {
    const before = this.text;
    return this.earlier.find([{ start: 0, end: before.length, text }], () => before);
  }
}

describe('earlier texts', () => {
  it('are found by what they say, and give back what was known then, settled since or not', () => {
    const page = new Page('one');
    page.become('two words', AI, 0);
    page.become('by hand', null, 2000);
    page.become('three', AI, 5000);
    assert.equal(page.find('other'), null);
    assert.equal(page.find('no hand'), null, 'as long, but another text');
    assert.equal(page.find('on'), null);
    const found = page.find('by hand')!;
    assert.equal(found.isAll, true);
    page.become('by hand', null, 9000);
    page.live.putBack(found.snapshot);
    assert.deepEqual(page.live.marks().spans, []);
    assert.throws(() => page.live.putBack(page.find('one')!.snapshot), RangeError);
  });

  it('know what is learned late of text that looked typed, though it was gone by then', () => {
    const page = new Page('pay;');
    const edits = [{ start: 0, end: 0, removed: '', text: '(' }];
    page.live.apply({ version: ++page.version, edits, origin: 'human', label: null });
    const typed = page.version;
    page.text = '(pay;';
    page.become('x(pay;', null, 0);
    page.become('other', 'AI0002', 5000);
    page.live.claimText(typed, AI, page.earlier.snapshots);
    for (const [text, start] of [
      ['(pay;', 0],
      ['x(pay;', 1],
    ] as const) {
      const found = page.find(text)!;
      page.become(text, null, 9000);
      page.live.putBack(found.snapshot);
      assert.deepEqual(page.live.marks().spans, [{ start, end: start + 1, label: AI }]);
    }
  });

  it('give back nothing against what was declared since of text that stayed', () => {
    const page = new Page('one two\n');
    page.become('one two\nby a machine\n', AI, 0);
    page.become('one two\nby a machine\nby another\n', 'AI0002', 5000);
    page.live.declare(8, 15, null);
    page.live.declare(0, 3, 'AI0003');
    const found = page.find('one two\nby a machine\n')!;
    page.become('one two\nby a machine\n', null, 9000);
    page.live.putBack(found.snapshot);
    assert.deepEqual(page.live.marks().spans, [
      { start: 0, end: 3, label: 'AI0003' },
      { start: 15, end: 21, label: AI },
    ]);
  });

  it('count a stream of edits once, and again after a pause or after typing', () => {
    const page = new Page('start');
    page.become('stream 1', AI, 0);
    page.become('stream 12', AI, 500);
    page.become('stream 123', AI, 1400);
    assert.equal(page.find('stream 12'), null);
    assert.ok(page.find('start'));
    page.become('later', AI, 9000);
    assert.ok(page.find('stream 123'));
    page.type('!', 9050);
    page.become('at once', AI, 9100);
    assert.ok(page.find('later!'));
  });

  it('remember what was there when an earlier text was put back, however soon after the last edit', () => {
    const page = new Page('start');
    page.become('stream 1', AI, 0);
    page.become('stream 12', AI, 100);
    page.become('start', null, 200);
    assert.equal(page.find('stream 12'), null, 'not before it is asked for');
    page.become('else', null, 300);
    assert.ok(page.find('stream 12'));
    assert.equal(page.find('stream 1'), null, 'what was streamed over is not remembered');
  });

  it('are forgotten, the oldest first', () => {
    const page = new Page('text 0');
    for (let i = 1; i <= 120; i++) page.become(`text ${i}`, AI, i * 5000);
    assert.equal(page.find('text 0'), null);
    assert.ok(page.find('text 119'));
  });
});
