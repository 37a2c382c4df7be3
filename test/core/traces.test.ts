import assert from 'node:assert/strict';
import { changedParts } from '../../src/core/changedParts';
import type { Edit } from '../../src/core/edits';
import { LiveDocument } from '../../src/core/liveDocument';
import { NO_MARKS } from '../../src/core/marks';
import { GapBuffer, readTrace, type Trace, traceNames } from '../bench/traces';

const names = traceNames();
if (names.length === 0)
  console.log('Not run: replays of recorded editing (../shared/data/editing-traces is not there).');

describe('recorded editing', () => {
  for (const name of names) {
    it(`${name}: no wrong character`, () => {
      const trace = readTrace(name);
      const { live, labels } = replay(trace);
      const expected = labels.toArray();
      assert.equal(live.length, trace.end.length);
      assert.equal(wrongCharacters(live, expected), 0);
      assert.ok(expected.some((label) => label !== null) && expected.some((label) => label === null));

      // Back through what the history holds, several edits in one event, and forth again.
      const { edits } = trace;
      const events = eventsOf(edits, 9_000);
      let version = edits.length + 1;
      const step = (undoRedo: 'undo' | 'redo', edit: Edit) =>
        live.apply({ version: ++version, edits: [edit], origin: 'pending', label: null, undoRedo });
      for (const { undo } of events) step('undo', undo);
      const earlier = replay({ ...trace, edits: edits.slice(0, events[events.length - 1]!.from) });
      assert.equal(wrongCharacters(live, earlier.labels.toArray()), 0, 'after undo');
      for (const { redo } of events.reverse()) step('redo', redo);
      assert.equal(wrongCharacters(live, expected), 0, 'after redo');
    });
  }
});

/** Replays a trace in which bursts of edits are an AI's; the truth is one label per character. */
function replay({ start, edits }: Trace): { live: LiveDocument; labels: GapBuffer<string | null> } {
  const live = new LiveDocument(start.length, NO_MARKS);
  const labels = new GapBuffer<string | null>(new Array(start.length).fill(null));
  edits.forEach((edit, i) => {
    const label = Math.floor(i / 37) % 3 === 0 ? `AI${Math.floor(i / 37) % 5}` : null;
    live.apply({ version: i + 2, edits: [edit], origin: label ? 'ai' : 'human', label });
    let shift = 0;
    for (const { start, removed, text } of changedParts(edit)) {
      labels.splice(start + shift, removed.length, new Array(text.length).fill(label));
      shift += text.length - removed.length;
    }
  });
  return { live, labels };
}

/** The undo events, newest first, of the last edits: of one to sixty edits each, as far as these touch each other. */
function eventsOf(edits: readonly Edit[], most: number): { from: number; undo: Edit; redo: Edit }[] {
  const events: { from: number; undo: Edit; redo: Edit }[] = [];
  const sizes = [1, 7, 20, 3, 60];
  let from = edits.length;
  while (from > Math.max(0, edits.length - most)) {
    const size = sizes[events.length % sizes.length]!;
    let event = edits[--from]!;
    for (let count = 1; count < size && from > 0; count++) {
      const both = composed(edits[from - 1]!, event);
      if (!both) break;
      event = both;
      from--;
    }
    const { start, removed, text } = event;
    events.push({
      from,
      redo: event,
      undo: { start, end: start + text.length, removed: text, text: removed },
    });
  }
  return events;
}

/** Two edits, the second after the first, as one; null when there is text between them, which is not known here. */
function composed(first: Edit, second: Edit): Edit | null {
  const { start, text } = first;
  const end = start + text.length;
  if (second.end < start || second.start > end) return null;
  const before = second.removed.slice(0, Math.max(0, start - second.start));
  const after = second.removed.slice(second.removed.length - Math.max(0, second.end - end));
  const removed = before + first.removed + after;
  const from = Math.min(start, second.start);
  const kept = [
    text.slice(0, Math.max(0, second.start - start)),
    text.slice(Math.max(0, second.end - start)),
  ];
  return { start: from, end: from + removed.length, removed, text: kept[0] + second.text + kept[1] };
}

function wrongCharacters(live: LiveDocument, labels: readonly (string | null)[]): number {
  const found = new Array<string | null>(live.length).fill(null);
  for (const { start, end, label } of live.marks().spans) found.fill(label, start, end);
  return labels.reduce(
    (sum, label, i) => sum + (label === found[i] ? 0 : 1),
    Math.abs(labels.length - found.length),
  );
}
