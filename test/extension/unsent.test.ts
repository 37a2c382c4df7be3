import assert from 'node:assert/strict';
import { MAX_TRACKED_CHARACTERS } from '../../src/core/limits';
import { type Message, UnsentMessages } from '../../src/extension/sensors/unsent';

const URI = 'file:///a.ts';
const OTHER = 'file:///b.ts';

function message(name: string): Message {
  return { method: name, params: {} };
}

function text(text: string, version = 1) {
  return { languageId: 'typescript', version, text };
}

describe('what happens while no server follows a document', () => {
  let dropped: string[];
  let unsent: UnsentMessages;
  beforeEach(() => {
    dropped = [];
    unsent = new UnsentMessages((uri) => dropped.push(uri));
  });

  const names = (of: { messages: readonly Message[] } | undefined) =>
    of?.messages.map(({ method }) => method);

  it('is kept in order, behind the text as it was at first', () => {
    unsent.hold(URI, text('one'));
    assert.equal(unsent.add(URI, message('origin')), true);
    assert.equal(unsent.add(URI, message('change'), 5), true);
    unsent.hold(URI, text('one and more', 2));
    const held = unsent.take(URI);
    assert.equal(held?.text, 'one');
    assert.equal(held?.version, 1);
    assert.deepEqual(names(held), ['origin', 'change']);
  });

  it('is handed out once, and then the server is told itself', () => {
    unsent.hold(URI, text('one'));
    unsent.take(URI);
    assert.equal(unsent.has(URI), false);
    assert.equal(unsent.isEmpty, true);
    assert.equal(unsent.add(URI, message('change')), false);
    assert.equal(unsent.take(URI), undefined);
  });

  it('is kept for each document on its own', () => {
    unsent.hold(URI, text('one'));
    unsent.hold(OTHER, text('two'));
    unsent.add(OTHER, message('change'));
    assert.deepEqual(names(unsent.take(URI)), []);
    assert.deepEqual(names(unsent.take(OTHER)), ['change']);
  });

  it('is kept of a document that is closed, with what is learned of it later', () => {
    unsent.hold(URI, text('one'));
    unsent.add(URI, message('change'));
    unsent.close(URI);
    unsent.add(URI, message('settle'));
    unsent.hold(URI, text('opened again'));
    unsent.add(URI, message('change of the second'));
    const [closed, ...rest] = unsent.takeClosed();
    assert.equal(closed?.uri, URI);
    assert.deepEqual(names(closed?.held), ['change', 'settle']);
    assert.deepEqual(rest, []);
    assert.deepEqual(unsent.takeClosed(), []);
    assert.deepEqual(names(unsent.take(URI)), ['change of the second']);
  });

  it('is nothing for a document that was closed unchanged', () => {
    unsent.hold(URI, text('one'));
    unsent.close(URI);
    assert.deepEqual(unsent.takeClosed(), []);
  });

  it('has bounds: beyond them the server gets the text as it is then', () => {
    unsent.hold(URI, text('x'.repeat(MAX_TRACKED_CHARACTERS + 1)));
    assert.equal(unsent.has(URI), false);
    unsent.hold(URI, text('one'));
    unsent.hold(OTHER, text('two'));
    for (let i = 0; unsent.add(URI, message('change')); i++) assert.ok(i <= 10_000, 'many messages');
    assert.deepEqual(dropped, [URI]);
    assert.equal(unsent.has(URI), false);
    for (let i = 0; unsent.add(OTHER, message('change'), 1_000_000); i++) assert.ok(i <= 20, 'much text');
    assert.deepEqual(dropped, [URI, OTHER]);
  });

  it('leaves room again once it is sent or dropped', () => {
    const large = 'x'.repeat(MAX_TRACKED_CHARACTERS);
    for (let i = 0; i < 20; i++) {
      const uri = `file:///${i}.ts`;
      unsent.hold(uri, text(large));
      unsent.add(uri, message('change'), MAX_TRACKED_CHARACTERS);
      if (i % 2 === 0) unsent.take(uri);
      else unsent.close(uri);
      if (i % 4 === 3) unsent.takeClosed();
    }
    assert.deepEqual(dropped, []);
    for (let i = 0; i < 5; i++) unsent.hold(`file:///${i}.ts`, text(large));
    assert.deepEqual(dropped, ['file:///4.ts']);
  });

  it('drops what is closed too', () => {
    unsent.hold(URI, text('one'));
    unsent.add(URI, message('change'));
    unsent.close(URI);
    unsent.add(URI, message('settle'), 4 * MAX_TRACKED_CHARACTERS);
    assert.deepEqual(dropped, [URI]);
    assert.deepEqual(unsent.takeClosed(), []);
    unsent.hold(OTHER, text('x'.repeat(MAX_TRACKED_CHARACTERS)));
    assert.equal(unsent.has(OTHER), true);
  });
});
