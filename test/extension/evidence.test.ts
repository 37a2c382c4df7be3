import assert from 'node:assert/strict';
import { type Change, EvidenceRing, type Surroundings } from '../../src/extension/sensors/evidence';

const DOCUMENT = 'file:///a.ts';
let version = 1;

function change(
  text: string,
  {
    start = 0,
    end = start,
    time = 0,
    undoRedo,
    atCaret,
  }: Partial<{ start: number; end: number; time: number; undoRedo: 'undo'; atCaret: boolean }> = {},
): Change {
  version += 1;
  return {
    document: DOCUMENT,
    version,
    time,
    edits: [{ start, end, text }],
    ...(undoRedo ? { undoRedo } : {}),
    ...(atCaret === undefined ? {} : { atCaret }),
  };
}

/** A window where no AI extension is known. */
const NOTHING: Surroundings = { completers: () => [], agents: () => [], listAsGhostText: () => false };

describe('evidence without change reasons', () => {
  let ring: EvidenceRing;
  beforeEach(() => {
    ring = new EvidenceRing(NOTHING);
  });

  it('says nothing of a typed key', () => {
    for (const text of ['a', '()', '\n', '\r\n    ', '😀', ''])
      assert.equal(ring.changed(change(text)), undefined, JSON.stringify(text));
  });

  it('leaves a longer text pending, and an acceptance claims it backwards', () => {
    const accepted = change('return total;', { time: 10 });
    assert.deepEqual(ring.changed(accepted)?.source, { origin: 'pending' });
    assert.deepEqual(ring.accepted(DOCUMENT, 120), {
      document: DOCUMENT,
      version: accepted.version,
      rule: 'accepted',
      source: { origin: 'ai', evidence: 'accepted' },
    });
    assert.equal(ring.accepted(DOCUMENT, 130), undefined, 'one note claims one change');
  });

  it('claims an accepted single character, unless the keyboard typed it', () => {
    const accepted = change('(', { start: 3 });
    ring.changed(accepted);
    assert.equal(ring.selected(DOCUMENT, false, 4), undefined);
    assert.equal(ring.accepted(DOCUMENT, 50)?.version, accepted.version);

    ring.changed(change('x', { start: 4 }));
    ring.selected(DOCUMENT, true, 5);
    assert.equal(ring.accepted(DOCUMENT, 60), undefined);
  });

  it('claims an accepted removal at once, unless the keyboard made it', () => {
    const removed = change('', { start: 3, end: 40 });
    assert.equal(ring.changed(removed)?.source, undefined);
    assert.equal(ring.selected(DOCUMENT, false, 3), undefined);
    assert.equal(ring.accepted(DOCUMENT, 20)?.version, removed.version);
    ring.changed(change('', { start: 3, end: 40, time: 100 }));
    assert.equal(ring.accepted(DOCUMENT, 400), undefined, 'too long ago');
    ring.changed(change('', { start: 3, end: 40, time: 500 }));
    ring.selected(DOCUMENT, true, 3);
    assert.equal(ring.accepted(DOCUMENT, 510), undefined);
    ring.changed(change('  ', { start: 3, end: 5, time: 600 }));
    assert.equal(ring.accepted(DOCUMENT, 610), undefined, 'white space alone');
  });

  it('claims an accepted space at once, unless the keyboard made it', () => {
    const space = change(' ', { start: 3 });
    ring.changed(space);
    ring.selected(DOCUMENT, false, 4);
    assert.equal(ring.accepted(DOCUMENT, 20)?.version, space.version);
    ring.changed(change(' ', { start: 4, time: 50 }));
    ring.selected(DOCUMENT, true, 5);
    assert.equal(ring.accepted(DOCUMENT, 60), undefined);
  });

  it('gives a note to the newest unexplained change, not to one in another document or long ago', () => {
    ring.changed(change('some long text', { time: 0 }));
    assert.equal(ring.accepted('file:///b.ts', 10), undefined);
    assert.equal(ring.accepted(DOCUMENT, 5000), undefined);
  });

  it('never gives a note to a removal or to white space', () => {
    ring.changed(change('', { start: 0, end: 9 }));
    ring.changed(change('\n  '));
    assert.equal(ring.accepted(DOCUMENT, 1), undefined);
  });

  it('takes a text for typed when the keyboard put the caret behind it at once', () => {
    const composed = change('日本語', { start: 4 });
    assert.deepEqual(ring.changed(composed)?.source, { origin: 'pending' });
    assert.equal(ring.awaitsSelection(DOCUMENT), true);
    assert.deepEqual(ring.selected(DOCUMENT, true, 7)?.source, { origin: 'human' });
    assert.equal(ring.awaitsSelection(DOCUMENT), false);
  });

  it('does not take a later arrow key for the typing of an edit elsewhere', () => {
    ring.changed(change('inserted by something', { start: 100 }));
    assert.equal(ring.selected(DOCUMENT, true, 5), undefined);
    assert.equal(ring.selected(DOCUMENT, true, 121), undefined, 'only the first selection event counts');
  });

  it('knows a paste by the text the editor asked the clipboard for', () => {
    ring.pasting('if (a) {\n  b();\n}', 0);
    assert.deepEqual(ring.changed(change('if (a) {\r\n      b();\r\n    }', { time: 30 }))?.source, {
      origin: 'paste',
    });
    assert.deepEqual(
      ring.changed(change('if (a) {\n  b();\n}', { time: 40 }))?.source,
      { origin: 'pending' },
      'one paste each',
    );
  });

  it('does not call an old clipboard a paste', () => {
    ring.pasting('return total;', 0);
    assert.deepEqual(ring.changed(change('return total;', { time: 9000 }))?.source, { origin: 'pending' });
  });

  it('knows undo, layout and one text put in several places', () => {
    assert.deepEqual(ring.changed(change('anything at all', { undoRedo: 'undo' }))?.source, {
      origin: 'human',
    });
    assert.deepEqual(ring.changed(change('        ', { start: 4, end: 6 }))?.source, { origin: 'tool' });
  });

  it('takes small changes in several places for a tool, until something better is known', () => {
    const spread = (): Change => {
      version += 1;
      return {
        document: DOCUMENT,
        version,
        time: 0,
        edits: [
          { start: 40, end: 41, text: '' },
          { start: 10, end: 11, text: 'moun' },
        ],
      };
    };
    assert.deepEqual(ring.changed(spread())?.source, { origin: 'tool' });
    assert.deepEqual(ring.accepted(DOCUMENT, 1)?.source, { origin: 'ai', evidence: 'accepted' });
    assert.deepEqual(ring.changed(spread())?.source, { origin: 'tool' });
    assert.deepEqual(ring.selected(DOCUMENT, true, 14)?.source, { origin: 'human' });
  });

  it('knows text from disk, unless something else explained it first', () => {
    const reloaded = change('checked out by git\n');
    ring.changed(reloaded);
    assert.deepEqual(ring.cameFromDisk(DOCUMENT, reloaded.version)?.source, { origin: 'external' });
    const accepted = change('return total;');
    ring.changed(accepted);
    ring.accepted(DOCUMENT, 1);
    assert.equal(ring.cameFromDisk(DOCUMENT, accepted.version), undefined);
  });

  it('knows text from disk in a document that was closed and opened again, whose versions begin anew', () => {
    const typed = change('x', { start: 3 });
    ring.changed(typed);
    ring.accepted(DOCUMENT, 1);
    const reloaded = { ...change('checked out by git\n', { time: 2000 }), version: typed.version };
    ring.changed(reloaded);
    assert.deepEqual(ring.cameFromDisk(DOCUMENT, typed.version)?.source, { origin: 'external' });
  });

  const LARGE = 'export function pay(amount: number) {\n  return amount;\n}';
  const USED: Surroundings = {
    ...NOTHING,
    completers: () => ['acme.copilot'],
    agents: () => ['acme.agent'],
  };

  it('infers a click on the toolbar where suggestions were accepted before, and an acceptance makes it a fact', () => {
    ring = new EvidenceRing(USED);
    const clicked = (): Change => ({ ...change(LARGE), atCaret: true });
    assert.equal(ring.changed(clicked())?.source.origin, 'pending');
    assert.equal(ring.selected(DOCUMENT, false, LARGE.length), undefined, 'nobody has accepted anything yet');
    ring.accepted(DOCUMENT, 1);

    ring.changed(clicked());
    assert.deepEqual(ring.selected(DOCUMENT, false, LARGE.length)?.source, {
      origin: 'ai',
      evidence: 'inferred',
      tool: 'acme.copilot',
    });
    assert.deepEqual(ring.accepted(DOCUMENT, 5)?.source, { origin: 'ai', evidence: 'accepted' });
  });

  it('infers nothing from a snippet, which leaves its first placeholder selected', () => {
    ring = new EvidenceRing(USED);
    ring.changed(change(';;;'));
    ring.accepted(DOCUMENT, 1);
    ring.changed({ ...change(LARGE), atCaret: true });
    assert.equal(ring.selected(DOCUMENT, false, LARGE.length, false), undefined);
  });

  it('infers an agent from a burst of large changes in any files, not from two', () => {
    ring = new EvidenceRing(USED);
    const versions: number[] = [];
    for (const document of [DOCUMENT, 'file:///b.ts', 'file:///c.ts']) {
      assert.deepEqual(ring.burst(versions.length), []);
      const large = { ...change(LARGE, { time: versions.length }), document };
      versions.push(large.version);
      assert.equal(ring.changed(large)?.source.origin, 'pending');
    }
    const burst = ring.burst(3);
    assert.deepEqual(
      burst.map(({ version }) => version),
      versions,
    );
    assert.deepEqual(burst[0]?.source, { origin: 'ai', evidence: 'inferred', tool: 'acme.agent' });
    assert.deepEqual(ring.burst(5000), [], 'long ago');
  });

  it('counts no paste and nothing that was accepted into a burst', () => {
    ring = new EvidenceRing(USED);
    ring.pasting(LARGE, 0);
    ring.changed(change(LARGE));
    ring.changed(change(LARGE));
    ring.accepted(DOCUMENT, 0);
    ring.changed(change(LARGE));
    ring.changed(change(LARGE));
    assert.deepEqual(ring.burst(1), []);
  });

  it('infers the chat where it has just opened its own copy of the file, but not of a key', () => {
    ring.chatOpened(DOCUMENT, 'copy', 0);
    assert.equal(ring.changed(change('a', { time: 10 })), undefined);
    assert.deepEqual(ring.changed(change(LARGE, { time: 10 }))?.source, {
      origin: 'ai',
      evidence: 'inferred',
      tool: 'vscode.chat',
    });
    assert.equal(ring.changed(change(LARGE, { time: 20_000 }))?.source.origin, 'pending', 'long ago');
  });

  it('infers small pieces of a chat, away from the caret, as long as it has its copy', () => {
    ring.chatOpened(DOCUMENT, 'copy', 0);
    const small = (atCaret: boolean) => change('return total;', { time: 60_000, atCaret });
    assert.deepEqual(ring.changed(small(false))?.source, {
      origin: 'ai',
      evidence: 'inferred',
      tool: 'vscode.chat',
    });
    assert.equal(ring.changed(small(true))?.source.origin, 'pending');
    ring.chatClosed('copy');
    assert.equal(ring.changed(small(false))?.source.origin, 'pending');
  });

  it('takes changes between the beginning and the end of a save for those of formatters', () => {
    ring.changed(change('before the save'));
    ring.willSave(DOCUMENT, 5);
    const formatted = change('formatted = true;', { time: 6 });
    ring.changed(formatted);
    const settled = ring.saved(DOCUMENT);
    assert.deepEqual(
      settled.map(({ version, source }) => [version, source.origin]),
      [[formatted.version, 'tool']],
    );
    ring.changed(change('after the save', { time: 9 }));
    assert.deepEqual(ring.saved(DOCUMENT), [], 'no save has begun');
  });

  it('takes an accepted word for an entry of the list, where the editor shows the list as ghost text', () => {
    ring = new EvidenceRing({ ...NOTHING, listAsGhostText: (document) => document === DOCUMENT });
    ring.changed(change('toString'));
    assert.deepEqual(ring.accepted(DOCUMENT, 1)?.source, { origin: 'tool' });
    ring.changed(change('return a + b;'));
    assert.deepEqual(ring.accepted(DOCUMENT, 1)?.source, { origin: 'ai', evidence: 'accepted' });
  });
});
